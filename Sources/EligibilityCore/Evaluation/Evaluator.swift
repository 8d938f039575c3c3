extension CompiledProtocol {
  /// Decides for one patient.
  ///
  /// A pure function: it reads no clock, takes no lock and keeps nothing.
  ///
  /// - Parameters:
  ///   - snapshot: the patient.
  ///   - parameters: stage, index date and cohorts; cohorts must be cohorts of this version.
  ///   - site: the site's revision in force.
  ///   - detail: `.outcome` leaves out evidence and all but the decisive results.
  public func evaluate(
    _ snapshot: PatientSnapshot, _ parameters: EvaluationParameters, site: SiteContext,
    detail: Detail = .full
  ) -> Verdict {
    let run = Evaluation(
      program: self, snapshot: snapshot, parameters: parameters, site: site,
      withEvidence: detail == .full)
    return run.verdict(detail)
  }
}

extension Evaluation {
  func verdict(_ detail: Detail) -> Verdict {
    var verdict = Verdict(
      outcome: .undetermined, stage: parameters.stage, indexDate: parameters.indexDate)
    let assessed = assessedCohorts()
    let top = topCriteria()
    let common = top.filter { program.criteria[$0].cohort == nil }
    let commonOutcome = combined(common)
    var best: Int?
    var bestTurns: Turning?
    for (index, cohort) in program.cohorts.enumerated() {
      guard assessed.contains(index) else {
        verdict.cohorts.append(
          CohortVerdict(cohort: cohort.id, outcome: .notAssessed, ownOutcome: .notAssessed))
        continue
      }
      let own = top.filter { program.criteria[$0].cohort == index }
      let ownOutcome = combined(own)
      var entry = CohortVerdict(
        cohort: cohort.id, outcome: worse(commonOutcome, ownOutcome), ownOutcome: ownOutcome)
      let turns = entry.outcome == .ineligible ? passing(common + own) : nil
      entry.passesOn = turns?.passesOn
      let isBetter =
        best.map { known in
          let (mine, theirs) = (rank(entry.outcome), rank(verdict.cohorts[known].outcome))
          if mine != theirs { return mine > theirs }
          // Of cohorts that all fail, the one that passes first.
          return Turning.first(1, of: [bestTurns, turns]) != bestTurns
        } ?? true
      if isBetter { (best, bestTurns) = (index, turns) }
      verdict.cohorts.append(entry)
    }
    if let best {
      verdict.outcome = verdict.cohorts[best].outcome
      verdict.passesOn = verdict.cohorts[best].passesOn
    } else if !top.contains(where: { program.criteria[$0].cohort != nil }) {
      // The stage asks nothing of the cohorts.
      verdict.outcome = commonOutcome
      if commonOutcome == .ineligible { verdict.passesOn = passing(common)?.passesOn }
    } else {
      verdict.outcome = commonOutcome == .ineligible ? .ineligible : .undetermined
      warn("NO_TARGET_DISEASE_RECORDED")
    }
    if program.engine.needsExactlyOneCohort { requireOneCohort(&verdict) }
    let ruling = common + top.filter { best != nil && program.criteria[$0].cohort == best }
    verdict.results = reported(assessed, decisive(verdict.outcome, ruling), detail)
    if verdict.outcome == .undetermined, detail == .full {
      verdict.outstandingAttestations = outstanding(verdict.results)
    }
    note(&verdict)
    return verdict
  }

  // MARK: Cohorts

  /// The cohorts to decide: those named, or those whose disease is recorded.
  private func assessedCohorts() -> Set<Int> {
    var named = parameters.cohorts
    if named.isEmpty, parameters.stage == .infusion {
      named = parameters.enrolmentRecord?.cohorts ?? []
    }
    if !named.isEmpty {
      return Set(program.cohorts.indices.filter { named.contains(program.cohorts[$0].id) })
    }
    return Set(
      program.cohorts.indices.filter { index in
        let set = program.diseaseSets[index]
        return facts.conditions.contains {
          $0.problem == nil && $0.concept.sets.contains(set)
            && snapshot.conditions[$0.index].verificationStatus == .confirmed
        }
      })
  }

  /// With this reading a patient who satisfies two cohorts is not eligible.
  private func requireOneCohort(_ verdict: inout Verdict) {
    let satisfied = verdict.cohorts.count { $0.ownOutcome == .eligible }
    let possible = verdict.cohorts.count {
      $0.ownOutcome == .eligible || $0.ownOutcome == .undetermined
    }
    if satisfied > 1 {
      warn("MORE_THAN_ONE_COHORT")
      verdict.outcome = .ineligible
      verdict.passesOn = nil
    } else if possible > 1, verdict.outcome == .eligible {
      verdict.outcome = .undetermined
    }
  }

  private func topCriteria() -> [Int] {
    program.criteria.indices.filter { index in
      let criterion = program.criteria[index]
      return (criterion.role == .inclusion || criterion.role == .exclusion)
        && criterion.parent == nil && criterion.stages.contains(parameters.stage)
    }
  }

  // MARK: Outcomes

  func outcome(of index: Int, _ result: NodeResult) -> CriterionOutcome {
    guard result.isApplicable else { return .notApplicable }
    switch (program.criteria[index].role, result.truth) {
    case (_, .unknown): return .unknown
    case (.exclusion, .true): return .triggered
    case (.exclusion, .false): return .notTriggered
    case (_, .true): return .met
    case (_, .false): return .notMet
    }
  }

  private func combined(_ criteria: [Int]) -> Outcome {
    var isOpen = false
    for index in criteria {
      let outcome = outcome(of: index, result(of: index))
      if outcome.isFailure { return .ineligible }
      if outcome == .unknown { isOpen = true }
    }
    return isOpen ? .undetermined : .eligible
  }

  private func rank(_ outcome: Outcome) -> Int {
    switch outcome {
    case .eligible: 3
    case .undetermined: 2
    case .ineligible: 1
    case .notAssessed: 0
    }
  }

  private func worse(_ first: Outcome, _ second: Outcome) -> Outcome {
    rank(first) < rank(second) ? first : second
  }

  /// When every failure among the criteria has turned; nil when one of them says nothing about time.
  private func passing(_ criteria: [Int]) -> Turning? {
    var whole: Turning?
    for index in criteria {
      let result = result(of: index)
      guard outcome(of: index, result).isFailure else { continue }
      guard let turns = result.turns else { return nil }
      whole = whole.map { $0.and(turns) } ?? turns
    }
    return whole
  }

  // MARK: Results

  /// The top criteria that the outcome rests on, with the parts that made them what they are.
  private func decisive(_ outcome: Outcome, _ ruling: [Int]) -> Set<Int> {
    var found: Set<Int> = []
    for index in ruling {
      let single = self.outcome(of: index, result(of: index))
      switch outcome {
      case .eligible: found.insert(index)
      case .ineligible: if single.isFailure { found.insert(index) }
      case .undetermined: if single == .unknown { found.insert(index) }
      case .notAssessed: break
      }
    }
    guard outcome != .eligible else { return found }
    // Parts may be listed before what they are parts of.
    var added = true
    while added {
      added = false
      for index in program.criteria.indices where !found.contains(index) {
        guard let parent = program.criteria[index].parent, found.contains(parent) else { continue }
        let own = result(of: index)
        if own.isApplicable, own.truth == result(of: parent).truth {
          found.insert(index)
          added = true
        }
      }
    }
    return found
  }

  private func reported(_ assessed: Set<Int>, _ decisive: Set<Int>, _ detail: Detail)
    -> [CriterionResult]
  {
    var results: [CriterionResult] = []
    for index in program.criteria.indices {
      let criterion = program.criteria[index]
      guard criterion.isReported, criterion.stages.contains(parameters.stage) else { continue }
      if let cohort = criterion.cohort, !assessed.contains(cohort) { continue }
      if detail == .outcome, !decisive.contains(index) { continue }
      let outcome = result(of: index)
      var entry = CriterionResult(
        id: criterion.id, parentID: criterion.parent.map { program.criteria[$0].id } ?? "",
        outcome: self.outcome(of: index, outcome))
      entry.reasons = outcome.isApplicable ? outcome.reasons : []
      if withEvidence {
        let isOpen = outcome.isApplicable && outcome.truth == .unknown
        entry.evidence = Array(outcome.evidence.prefix(NodeResult.maximumEvidence))
        entry.missing = isOpen ? Array(outcome.missing.prefix(NodeResult.maximumEvidence)) : []
        if outcome.isCut || entry.evidence.count < outcome.evidence.count
          || (isOpen && entry.missing.count < outcome.missing.count)
        {
          warn("MORE_THAN_SHOWN", ["\(NodeResult.maximumEvidence)"], criterion.id)
        }
      }
      entry.passesOn = entry.outcome.isFailure ? outcome.turns?.passesOn : nil
      entry.cohort = criterion.cohort.map { program.cohorts[$0].id } ?? ""
      entry.isDecisive = decisive.contains(index)
      results.append(entry)
    }
    return results
  }

  private func outstanding(_ results: [CriterionResult]) -> [MissingFact] {
    var found: [MissingFact] = []
    for result in results where result.outcome == .unknown {
      for fact in result.missing
      where fact.isAttestation && !found.contains(where: { $0.concept == fact.concept }) {
        found.append(fact)
      }
    }
    return found
  }

  private func note(_ verdict: inout Verdict) {
    let asOf = snapshot.asOf.dates(in: zone)
    if asOf.latest < indexDate {
      warn("ASSUMES_NO_CHANGE_SINCE", ["SNAPSHOT", snapshot.asOf.text])
    }
    if program.engine.maximumResultAge == nil { warn("NO_LIMIT_ON_RESULT_AGE") }
    verdict.readings = program.readings
    verdict.dataIssues = issues
    verdict.warnings = warnings
    verdict.trial = program.trial
    verdict.protocolVersion = program.version
    verdict.protocolDigest = program.digest
    verdict.site = site.site
    verdict.siteRevision = site.revision
    verdict.siteDigest = site.digest
  }
}
