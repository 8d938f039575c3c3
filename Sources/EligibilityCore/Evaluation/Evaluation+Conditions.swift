extension Evaluation {
  /// A diagnosis of a set.
  func evaluateCondition(_ test: CompiledConditionTest) -> NodeResult {
    var recorded = recordedConditions(test)
    guard let statement = test.statement else { return recorded }
    let answer = self.answer(to: statement, explainsAbsence: recorded.truth == .unknown)
    guard answer.truth.isKnown else {
      if recorded.truth == .unknown {
        for reason in answer.reasons { recorded.addReason(reason) }
        recorded.missing += answer.missing
      }
      return recorded
    }
    if recorded.truth == .true, answer.truth == .false {
      var conflict = NodeResult.unknown("CONFLICT")
      conflict.evidence = recorded.evidence + answer.evidence
      return conflict
    }
    var outcome = NodeResult(answer.truth)
    outcome.evidence = answer.evidence
    if recorded.truth == .true {
      outcome.evidence += recorded.evidence
      outcome.turns = recorded.turns
    }
    return outcome
  }

  private func recordedConditions(_ test: CompiledConditionTest) -> NodeResult {
    var outcome = NodeResult(.false)
    var unknown = NodeResult(.unknown)
    var hasUnknown = false
    var turns: [Turning] = []
    for condition in facts.conditions {
      let (belongs, why) = membership(condition, test)
      guard belongs != .false else { continue }
      var (truth, reason) = counts(condition, test)
      guard truth != .false else { continue }
      if belongs == .unknown {
        truth = .unknown
        reason = why
      }
      if truth == .true {
        outcome.truth = .true
        if withEvidence { outcome.show(evidence(condition)) }
        if let turn = turning(condition, test) { turns.append(turn) }
      } else {
        hasUnknown = true
        unknown.addReason(reason)
        if withEvidence { unknown.show(evidence(condition)) }
      }
    }
    if outcome.truth == .true {
      outcome.turns = turns.dropFirst().reduce(turns.first) { $0?.and($1) }
      return outcome
    }
    if !hasUnknown, test.absenceIsNo || isReviewed(.conditions) { return NodeResult(.false) }
    if !hasUnknown { unknown.addReason("NOT_REVIEWED") }
    if withEvidence {
      var fact = missingReview(.conditions, catalogue.setIDs[test.conditionSet])
      fact.reason = unknown.reasons.first ?? "NOT_REVIEWED"
      unknown.missing = [fact]
    }
    return unknown
  }

  private func membership(_ condition: ResolvedCondition, _ test: CompiledConditionTest)
    -> (Truth, String)
  {
    let sets = condition.concept.sets
    if condition.problem == .codeConflict { return (.unknown, "CODE_CONFLICT") }
    if let except = test.exceptSet, sets.contains(except) { return (.false, "") }
    if sets.contains(test.conditionSet) {
      return condition.problem.map { (.unknown, $0.rawValue) } ?? (.true, "")
    }
    if let undecided = test.undecidedSet, sets.contains(undecided) {
      return (.unknown, "UNDECIDED_DIAGNOSIS")
    }
    return condition.concept.isUnderstood ? (.false, "") : (.unknown, "CODE_UNKNOWN")
  }

  /// Whether a condition counts under the test, and where it is not known, why.
  private func counts(_ condition: ResolvedCondition, _ test: CompiledConditionTest)
    -> (Truth, String)
  {
    let fact = snapshot.conditions[condition.index]
    var (truth, reason) = isInScope(fact, test)
    guard truth != .false else { return (.false, "") }
    if fact.verificationStatus == .suspected, !test.includeSuspected {
      truth = .unknown
      reason = "SUSPECTED"
    }
    if let requirement = test.requirement {
      let (met, why) = meets(fact, requirement)
      if met == .false { return (.false, "") }
      if met == .unknown {
        truth = .unknown
        reason = why
      }
    }
    return (truth, reason)
  }

  private func isInScope(_ fact: ConditionRecord, _ test: CompiledConditionTest) -> (Truth, String)
  {
    switch test.scope {
    case .ever: return (.true, "")
    case .active, .activePastUnknown:
      let present = isPresent(fact)
      if present == .false, test.scope == .activePastUnknown { return (.unknown, "PAST_CONDITION") }
      return (present, present == .unknown ? "CLINICAL_STATUS_UNCERTAIN" : "")
    case .activityInWindow: return activity(fact, test)
    case .diagnosisInWindow:
      guard let window = window(test.window) else { return (.unknown, "DATE_UNCERTAIN") }
      guard let onset = fact.onset.map(dates) else { return (.unknown, "NO_DATE") }
      let truth = onset.isWithin(window)
      return (truth, truth == .unknown ? "DATE_UNCERTAIN" : "")
    }
  }

  /// Whether the condition is present on the index date.
  private func isPresent(_ fact: ConditionRecord) -> Truth {
    let ended = fact.abatement.map(dates)?.isOnOrBefore(indexDate)
    switch fact.clinicalStatus {
    case .active, .recurrence: return ended == .true ? .unknown : .true
    case .inactive, .remission, .resolved: return .false
    case nil: return ended == .true ? .false : .unknown
    }
  }

  /// Diagnosed, active or treated in the window.
  private func activity(_ fact: ConditionRecord, _ test: CompiledConditionTest) -> (Truth, String) {
    guard let window = window(test.window) else { return (.unknown, "DATE_UNCERTAIN") }
    if isPresent(fact) == .true { return (.true, "") }
    let truth = Truth.any(fact.times.map { dates($0).isWithin(window) })
    if truth != .false { return (truth, "DATE_UNCERTAIN") }
    if fact.onset == nil { return (.unknown, "NO_DATE") }
    switch fact.clinicalStatus {
    case .inactive, .remission, .resolved: return (.false, "")
    case .active, .recurrence, nil:
      return fact.lastActivity == nil ? (.unknown, "LAST_ACTIVITY_NOT_RECORDED") : (.false, "")
    }
  }

  private func meets(_ fact: ConditionRecord, _ requirement: ConditionRequirement) -> (
    Truth, String
  ) {
    switch requirement {
    case .uncontrolledOrTreated, .uncontrolledOrTreatedOrProphylaxis:
      let isUncontrolled = fact.controlStatus.map { Truth($0 == .uncontrolled) } ?? .unknown
      let isTreated: Truth =
        switch fact.treatmentNeed {
        case .required: .true
        case .prophylaxis: Truth(requirement != .uncontrolledOrTreated)
        case .some(.none): .false
        case nil: .unknown
        }
      let reason = isTreated == .unknown ? "TREATMENT_NEED_NOT_RECORDED" : "CONTROL_NOT_RECORDED"
      return (isUncontrolled.or(isTreated), reason)
    case .severe:
      guard let severity = fact.severity else { return (.unknown, "SEVERITY_NOT_RECORDED") }
      return (Truth(severity == .severe), "")
    }
  }

  private func turning(_ condition: ResolvedCondition, _ test: CompiledConditionTest) -> Turning? {
    let fact = snapshot.conditions[condition.index]
    switch test.scope {
    case .ever: return .never
    case .active, .activePastUnknown: return .after("AFTER_RESOLUTION")
    case .activityInWindow, .diagnosisInWindow:
      guard let window = test.window else { return nil }
      if test.scope == .activityInWindow, isPresent(fact) == .true {
        return .after("AFTER_LAST_ACTIVITY \(window.passingGap(program.engine.windowBounds))")
      }
      let times =
        test.scope == .diagnosisInWindow
        ? [fact.onset] : [fact.onset, fact.lastActivity, fact.lastTreatment, fact.abatement]
      let last = times.compactMap { $0.map(dates)?.latest }.max()
      return last.flatMap {
        window.firstPassingDate(afterEvent: $0, bounds: program.engine.windowBounds)
      }.map { .on($0) }
    }
  }

  private func evidence(_ condition: ResolvedCondition) -> EvidenceNote {
    EvidenceNote(.condition, condition.index, concept: condition.concept.concept)
  }

  // MARK: Allergies

  /// A severe allergy: a severe reaction, or high criticality.
  func evaluateAllergy(_ category: AllergyCategory) -> NodeResult {
    var outcome = NodeResult(.false)
    var unknown = NodeResult(.unknown)
    var hasUnknown = false
    for allergy in snapshot.allergies where allergy.verificationStatus.counts {
      if let recorded = allergy.category, recorded != category { continue }
      var truth = severity(of: allergy)
      var reason = "SEVERITY_NOT_RECORDED"
      if truth == .false { continue }
      if allergy.category == nil {
        truth = .unknown
        reason = "CATEGORY_NOT_RECORDED"
      }
      if allergy.verificationStatus == .suspected {
        truth = .unknown
        reason = "SUSPECTED"
      }
      if allergy.hasUnknownFields {
        truth = .unknown
        reason = "UNKNOWN_FIELD"
      }
      var item = Evidence()
      item.factID = allergy.id
      item.givenValue =
        allergy.reactionSeverity?.rawValue ?? allergy.criticality?.rawValue ?? ""
      item.effective = allergy.onset?.text ?? ""
      item.role = "allergy"
      if truth == .true {
        outcome.truth = .true
        outcome.evidence.append(note(item))
      } else {
        hasUnknown = true
        unknown.addReason(reason)
        unknown.evidence.append(note(item))
      }
    }
    if outcome.truth == .true {
      outcome.turns = .never
      return outcome
    }
    if !hasUnknown, isReviewed(.allergies) { return NodeResult(.false) }
    if !hasUnknown { unknown.addReason("NOT_REVIEWED") }
    var fact = missingReview(.allergies, "allergies")
    fact.reason = unknown.reasons.first ?? "NOT_REVIEWED"
    unknown.missing = [fact]
    return unknown
  }

  private func severity(of allergy: Allergy) -> Truth {
    if allergy.reactionSeverity == .severe || allergy.criticality == .high { return .true }
    if allergy.reactionSeverity == nil,
      allergy.criticality == nil || allergy.criticality == .unableToAssess
    {
      return .unknown
    }
    return .false
  }
}
