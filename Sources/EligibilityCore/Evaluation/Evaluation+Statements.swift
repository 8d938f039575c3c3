extension Evaluation {
  /// A statement that a person attests.
  func evaluateStatement(_ test: CompiledStatementTest) -> NodeResult {
    let definition = concept(test.concept)
    let settling = test.expectsYes ? "YES" : "NO"
    let limit = test.expectsYes ? LimitText.yes : .no
    var answer = answer(to: test.concept, explainsAbsence: false)
    if !test.isAsRecorded, let sex = definition.notForSex, snapshot.sexAtBirth == sex {
      if answer.truth == .true {
        for attestation in facts.attestations(of: test.concept) {
          report(
            snapshot.attestations[attestation.index].id, "attestations[\(attestation.index)]",
            "CONFLICT")
        }
        return .unknown("CONFLICT")
      }
      answer = NodeResult(.false)
    }
    if let period = test.window, answer.truth == .true {
      answer = within(period, answer, test.concept)
    }
    if answer.truth == .unknown, answer.reasons.first == "NO_ATTESTATION" {
      if let closed = closedByRecord(test) {
        answer = closed
      } else if withEvidence {
        answer.missing = [missing(test.concept, reason: "NO_ATTESTATION")]
      }
    }
    if !test.expectsYes { answer.truth = !answer.truth }
    for position in answer.missing.indices { answer.missing[position].settlingValues = settling }
    for position in answer.evidence.indices { answer.evidence[position].limit = limit }
    return answer
  }

  /// A "yes" whose event must lie in a window before the index date: "no" when it lies outside.
  private func within(_ period: CalendarPeriod, _ answer: NodeResult, _ statement: Int)
    -> NodeResult
  {
    var outcome = answer
    guard let window = window(period) else { return .unknown("DATE_UNCERTAIN") }
    guard let dates = eventDates(statement) else {
      outcome.truth = .unknown
      outcome.addReason("NO_DATE")
      return outcome
    }
    outcome.truth = dates.isWithin(window)
    if outcome.truth != .true {
      outcome.addReason(outcome.truth == .false ? "OUTSIDE_WINDOW" : "DATE_UNCERTAIN")
    }
    return outcome
  }

  /// The answer to a statement: true = yes. What implies it, or is implied by it, answers too.
  ///
  /// - Parameter explainsAbsence: whether an answer that nobody gave is listed as missing.
  func answer(to statement: Int, explainsAbsence: Bool = true) -> NodeResult {
    if facts.hasAttestations(of: statement) {
      let direct = recordedAnswer(statement)
      return direct.truth.isKnown ? contradicted(direct, statement) ?? direct : direct
    }
    for stronger in concept(statement).impliedBy
    where recordedTruth(stronger) == .true {
      return recordedAnswer(stronger)
    }
    for weaker in concept(statement).implies
    where recordedTruth(weaker) == .false {
      return recordedAnswer(weaker)
    }
    return recordedAnswer(statement, isExplained: explainsAbsence)
  }

  /// A "no" beside a stronger statement that is "yes", or a "yes" beside a weaker one that is "no".
  private func contradicted(_ direct: NodeResult, _ statement: Int) -> NodeResult? {
    let others =
      direct.truth == .false ? concept(statement).impliedBy : concept(statement).implies
    for other in others {
      let truth = recordedTruth(other)
      guard truth.isKnown, truth != direct.truth else { continue }
      let answer = recordedAnswer(other)
      for attestation in facts.attestations(of: statement) + facts.attestations(of: other) {
        report(
          snapshot.attestations[attestation.index].id, "attestations[\(attestation.index)]",
          "CONFLICT")
      }
      var conflict = NodeResult.unknown("CONFLICT")
      conflict.evidence = direct.evidence + answer.evidence
      if withEvidence { conflict.missing = [missing(statement, reason: "CONFLICT")] }
      return conflict
    }
    return nil
  }

  private func recordedTruth(_ statement: Int) -> Truth {
    guard facts.hasAttestations(of: statement) else { return .unknown }
    return recordedAnswer(statement, isExplained: false).truth
  }

  /// What is recorded of a statement itself.
  ///
  /// - Parameter isExplained: whether evidence, or what is missing, is asked for.
  private func recordedAnswer(_ statement: Int, isExplained: Bool = true) -> NodeResult {
    let withEvidence = withEvidence && isExplained
    guard facts.hasAttestations(of: statement) else {
      var outcome = NodeResult(NodeState(truth: .unknown), noAttestation)
      if withEvidence { outcome.missing = [missing(statement, reason: "NO_ATTESTATION")] }
      return outcome
    }
    if let only = facts.onlyAttestation(of: statement), only.problem == nil {
      let answer = records.attestations[only.index].answer
      if answer != .undetermined {
        var outcome = NodeResult(Truth(answer == .yes))
        if withEvidence { outcome.show(evidence(only)) }
        return outcome
      }
    }
    let candidates = latestAnswers(statement)
    var agreed: Truth?
    var isContradictory = false
    var outcome = NodeResult(.unknown)
    for candidate in candidates {
      var truth = Truth.unknown
      if let problem = candidate.problem {
        outcome.addReason(problem.rawValue)
      } else {
        switch snapshot.attestations[candidate.index].answer {
        case .yes: truth = .true
        case .no: truth = .false
        case .undetermined: outcome.addReason("ANSWER_UNDETERMINED")
        }
        if withEvidence { outcome.show(evidence(candidate)) }
      }
      if let agreed, agreed != truth { isContradictory = true }
      agreed = truth
    }
    if !isContradictory, let agreed {
      outcome.truth = agreed
    } else {
      outcome.truth = .unknown
      outcome.reasons.insert("CONFLICT", at: 0)
      for candidate in candidates {
        report(
          snapshot.attestations[candidate.index].id, "attestations[\(candidate.index)]", "CONFLICT")
      }
    }
    if outcome.truth == .unknown, withEvidence {
      outcome.missing = [missing(statement, reason: outcome.reasons.first ?? "CONFLICT")]
    }
    return outcome
  }

  /// The attestations of a statement that may be the latest; undated ones count where no other is dated.
  private func latestAnswers(_ statement: Int) -> [ResolvedAttestation] {
    let recorded = facts.attestations(of: statement)
    let dated = recorded.filter(\.isDated)
    let counting = dated.isEmpty ? recorded : dated
    let latestCertain = counting.lazy.map(\.dates.earliest).max() ?? indexDate
    return counting.filter { $0.dates.latest >= latestCertain }
  }

  func evidence(_ attestation: ResolvedAttestation) -> EvidenceNote {
    EvidenceNote(.attestation, attestation.index, concept: attestation.concept)
  }

  /// Where nobody answered, a reviewed record without the thing in question says "no".
  private func closedByRecord(_ test: CompiledStatementTest) -> NodeResult? {
    if let section = test.noWhenEmpty, isEmpty(section), isReviewed(section) {
      return NodeResult(.false)
    }
    guard let set = test.noWithoutCondition, !mayHave(set, orConclusion: test.noWithoutConclusion)
    else { return nil }
    return isReviewed(.conditions) ? NodeResult(.false) : nil
  }

  /// Whether the record leaves room for a diagnosis of a set, or for one of some classification criteria.
  func mayHave(_ set: Int, orConclusion instruments: [Int]) -> Bool {
    let isPossible = facts.conditions.contains {
      $0.concept.sets.contains(set) || !$0.concept.isUnderstood || $0.problem != nil
    }
    return isPossible
      || instruments.contains { instrument in
        let conclusion = recordedConclusion(instrument).truth
        return conclusion == .true
          || (conclusion == .unknown && !facts.assessments(of: instrument).isEmpty)
      }
  }

  /// Whether nothing that counts is recorded in a section.
  func isEmpty(_ section: Section) -> Bool {
    switch section {
    case .conditions: snapshot.conditions.allSatisfy { !$0.verificationStatus.counts }
    case .medications: snapshot.medications.allSatisfy { !$0.status.counts }
    case .allergies: snapshot.allergies.allSatisfy { !$0.verificationStatus.counts }
    case .trialParticipations: snapshot.trialParticipations.allSatisfy { !$0.status.counts }
    case .laboratory: snapshot.observations.allSatisfy { !$0.status.counts }
    case .procedures: snapshot.procedures.allSatisfy { !$0.status.counts }
    }
  }

  /// One event after another: documented remission, then documented recurrence.
  func evaluateSequence(_ first: Int, _ second: Int) -> NodeResult {
    let before = answer(to: first)
    let after = answer(to: second)
    var outcome = NodeResult(before.truth.and(after.truth))
    guard outcome.truth == .true else {
      for part in [before, after] where part.truth == outcome.truth {
        outcome.adopt(part, withEvidence: withEvidence)
      }
      return outcome
    }
    outcome.adopt(before, withEvidence: withEvidence)
    outcome.adopt(after, withEvidence: withEvidence)
    guard let start = eventDates(first), let end = eventDates(second) else {
      outcome.truth = .unknown
      outcome.reasons = ["NO_DATE"]
      return outcome
    }
    if end.latest < start.earliest {
      for attestation in facts.attestations(of: second) {
        report(
          snapshot.attestations[attestation.index].id,
          "attestations[\(attestation.index)].effective", "EVENT_ORDER")
      }
      outcome.truth = .unknown
      outcome.reasons = ["EVENT_ORDER"]
    } else if start.latest >= end.earliest {
      outcome.truth = .unknown
      outcome.reasons = ["DATE_UNCERTAIN"]
    }
    return outcome
  }

  /// When the event was that a statement says yes to.
  private func eventDates(_ statement: Int) -> DateRange? {
    let events = facts.attestations(of: statement).filter {
      snapshot.attestations[$0.index].answer == .yes && $0.problem == nil
    }
    guard events.allSatisfy(\.isDated) else { return nil }
    return events.map(\.dates).max { $0.latest < $1.latest }
  }
}
