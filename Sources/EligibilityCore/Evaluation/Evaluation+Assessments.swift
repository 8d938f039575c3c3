extension Evaluation {
  /// The assessments of an instrument that may be the latest by the index date.
  private func latestAssessments(
    _ instrument: Int, where accepts: (AssessmentRecord) -> Bool
  ) -> [ResolvedAssessment] {
    let found = facts.assessments.filter {
      $0.concept == instrument && $0.dates.isOnOrBefore(indexDate) != .false
        && accepts(snapshot.assessments[$0.index])
    }
    guard let latest = found.map(\.dates.earliest).max() else { return [] }
    return found.filter { $0.dates.latest >= latest }
  }

  private func noAssessment(_ instrument: Int, _ settling: String) -> NodeResult {
    var outcome = NodeResult.unknown("NO_ASSESSMENT")
    if withEvidence {
      outcome.missing = [missing(instrument, reason: "NO_ASSESSMENT", settling: settling)]
    }
    return outcome
  }

  /// Folds what several assessments say: the worst of one day, agreement otherwise.
  private func fold(
    _ found: [ResolvedAssessment], _ truths: [Truth], _ polarity: Polarity, _ criterion: String
  ) -> Truth {
    guard let first = truths.first else { return .unknown }
    if truths.allSatisfy({ $0 == first }) { return first }
    guard let day = found.first?.dates.day, found.allSatisfy({ $0.dates.day == day }) else {
      return .unknown
    }
    warn("SAME_DAY_RESULTS_DISAGREE", ["\(day)"], criterion)
    switch polarity {
    case .trueFavours: return truths.min() ?? .unknown
    case .falseFavours: return truths.max() ?? .unknown
    case .mixed: return .unknown
    }
  }

  /// The recorded total of a score.
  func evaluateAssessment(
    _ test: CompiledAssessmentTest, _ criterion: CompiledCriterion
  ) -> NodeResult {
    let settling = withEvidence ? "\(test.comparison.symbol) \(test.limitText)" : ""
    let found = latestAssessments(test.instrument) { $0.total != nil }
    guard !found.isEmpty else { return noAssessment(test.instrument, settling) }
    var truths: [Truth] = []
    var outcome = NodeResult(.unknown)
    for assessment in found {
      let fact = snapshot.assessments[assessment.index]
      if let problem = assessment.problem {
        truths.append(.unknown)
        outcome.addReason(problem.rawValue)
        continue
      }
      guard let total = fact.total else { continue }
      truths.append(ExactInterval(total.rational).compare(test.comparison, test.limit))
      if let expected = test.windowDays, let stated = fact.windowDays, stated != expected {
        warn(
          "INSTRUMENT_WINDOW_DIFFERS", [records.text(fact.id), "\(stated)", "\(expected)"],
          criterion.reportedID)
      }
      if withEvidence { outcome.show(evidence(assessment, .score, limit: limit(settling))) }
    }
    outcome.truth = fold(found, truths, criterion.polarity, criterion.reportedID)
    if outcome.truth == .unknown {
      if outcome.reasons.isEmpty { outcome.addReason("DATE_UNCERTAIN") }
      if withEvidence {
        outcome.missing = [
          missing(test.instrument, reason: outcome.reasons[0], settling: settling)
        ]
      }
    }
    return outcome
  }

  /// The number of systems with a grade; systems that were not graded may have any.
  func evaluateGradeCount(
    _ instrument: Int, _ grade: String, _ atLeast: Int, _ criterion: CompiledCriterion
  ) -> NodeResult {
    let systems = concept(instrument).systems
    let settling = withEvidence ? ">= \(atLeast) x \(grade)" : ""
    let found = latestAssessments(instrument) { !$0.grades.isEmpty }
    guard !found.isEmpty else { return noAssessment(instrument, settling) }
    var truths: [Truth] = []
    var outcome = NodeResult(.unknown)
    var ungraded: [String] = []
    for assessment in found {
      if let problem = assessment.problem {
        truths.append(.unknown)
        outcome.addReason(problem.rawValue)
        continue
      }
      let grades = records.grades(of: records.assessments[assessment.index])
      let open = systems.filter { system in !grades.contains { $0.system == system } }
      var total = PartialTotal<Int>()
      for recorded in grades where recorded.grade == grade { total.add(1) }
      total.addMissing(0...open.count)
      let truth = total.compare(.greaterOrEqual, atLeast)
      truths.append(truth)
      if truth == .unknown { ungraded = open }
      if withEvidence { outcome.show(evidence(assessment, .grades, limit: limit(settling))) }
    }
    outcome.truth = fold(found, truths, criterion.polarity, criterion.reportedID)
    if outcome.truth == .unknown {
      if outcome.reasons.isEmpty { outcome.addReason("SYSTEMS_NOT_GRADED") }
      if withEvidence {
        outcome.missing = ungraded.map { system in
          var fact = missing(instrument, reason: "SYSTEMS_NOT_GRADED", settling: grade)
          fact.concept += ".\(system)"
          return fact
        }
        if ungraded.isEmpty {
          outcome.missing = [
            missing(instrument, reason: outcome.reasons[0], settling: settling)
          ]
        }
      }
    }
    return outcome
  }

  /// The systems that have a grade for certain, where an assessment leaves others ungraded.
  func certainGrades(_ instrument: Int, _ grade: String) -> Int {
    latestAssessments(instrument) { !$0.grades.isEmpty }
      .map { assessment in
        records.grades(of: records.assessments[assessment.index]).count { $0.grade == grade }
      }.max() ?? 0
  }

  /// The conclusion of classification criteria: recorded, or computed from recorded scores. Answers
  /// that contradict each other are a conflict.
  func evaluateConclusion(_ instrument: Int, _ computedBy: Int?) -> NodeResult {
    let recorded = recordedConclusion(instrument)
    let computed = computedBy.map { reference($0) }
    if recorded.truth.isKnown {
      guard let computed, computed.truth.isKnown, computed.truth != recorded.truth else {
        return recorded
      }
      var conflict = NodeResult.unknown("CONFLICT")
      conflict.evidence = recorded.evidence + computed.evidence
      for assessment in facts.assessments(of: instrument) {
        report(
          snapshot.assessments[assessment.index].id, "assessments[\(assessment.index)]", "CONFLICT")
      }
      return conflict
    }
    if let computed, computed.truth.isKnown { return computed }
    var open = recorded
    if let computed, !facts.assessments(of: instrument).isEmpty {
      // What the recorded items lack settles it, too.
      open.adopt(computed, withEvidence: withEvidence)
    }
    return open
  }

  /// The recorded conclusion: true = met.
  func recordedConclusion(_ instrument: Int) -> NodeResult {
    let found = latestAssessments(instrument) { $0.conclusion != nil }
    guard !found.isEmpty else { return noAssessment(instrument, "YES") }
    var truths: Set<Truth> = []
    var outcome = NodeResult(.unknown)
    for assessment in found {
      let fact = snapshot.assessments[assessment.index]
      // A total beyond its range says nothing against a conclusion; other problems do.
      if let problem = assessment.problem {
        truths.insert(.unknown)
        outcome.addReason(problem.rawValue)
        continue
      }
      switch fact.conclusion {
      case .yes: truths.insert(.true)
      case .no: truths.insert(.false)
      case .undetermined, nil:
        truths.insert(.unknown)
        outcome.addReason("ANSWER_UNDETERMINED")
      }
      if withEvidence { outcome.show(evidence(assessment, .conclusion)) }
    }
    outcome.truth = truths.count == 1 ? truths.first ?? .unknown : .unknown
    if truths.count > 1 { outcome.addReason("CONFLICT") }
    if outcome.truth == .unknown, withEvidence {
      outcome.missing = [
        missing(instrument, reason: outcome.reasons.first ?? "CONFLICT", settling: "YES")
      ]
    }
    return outcome
  }

  private func evidence(
    _ assessment: ResolvedAssessment, _ kind: EvidenceNote.Kind, limit: LimitText = .none
  ) -> EvidenceNote {
    EvidenceNote(kind, assessment.index, concept: assessment.concept, limit: limit)
  }
}
