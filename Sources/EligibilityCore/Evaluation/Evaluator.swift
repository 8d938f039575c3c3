extension CompiledProtocol {
  /// Decides for one patient.
  ///
  /// A pure function: it reads no clock, takes no lock and keeps nothing.
  ///
  /// - Parameters:
  ///   - patient: the patient.
  ///   - parameters: stage, index date and cohorts; cohorts must be cohorts of this version.
  ///   - site: the site's revision in force.
  ///   - detail: `.outcome` leaves out evidence and all but the decisive results.
  public func evaluate(
    _ patient: PatientRecord, _ parameters: EvaluationParameters, site: SiteContext,
    detail: Detail = .full
  ) -> Verdict {
    let run = Evaluation(
      program: self, snapshot: patient, parameters: parameters, site: site,
      withEvidence: detail == .full)
    return run.verdict(detail)
  }

  /// Decides for one patient.
  public func evaluate(
    _ snapshot: PatientSnapshot, _ parameters: EvaluationParameters, site: SiteContext,
    detail: Detail = .full
  ) -> Verdict {
    evaluate(PatientRecord(snapshot), parameters, site: site, detail: detail)
  }
}

extension Evaluation {
  func verdict(_ detail: Detail) -> Verdict {
    var verdict = Verdict(
      outcome: .undetermined, stage: parameters.stage, indexDate: parameters.indexDate)
    let ruling = ruling()
    let outcomes = ruling.outcomes { outcome(of: $0) }
    verdict.outcome = outcomes.overall
    var best: Int?
    var bestPassing: Passing?
    for (index, cohort) in program.cohorts.enumerated() {
      let found = outcomes.cohorts[index]
      var entry = CohortVerdict(
        cohort: cohort.id, outcome: found.outcome, ownOutcome: found.own)
      if found.outcome != .notAssessed {
        let passing =
          found.outcome == .ineligible ? passing(ruling.common + ruling.own[index]) : nil
        entry.passesOn = passing?.turning.passesOn
        let isBetter =
          best.map { known in
            let other = outcomes.cohorts[known].outcome
            if found.outcome != other { return found.outcome > other }
            // Of cohorts that all fail, the one that passes first.
            let first = Turning.first(1, of: [bestPassing?.turning, passing?.turning])
            return first != bestPassing?.turning
          } ?? true
        if isBetter { (best, bestPassing) = (index, passing) }
      }
      verdict.cohorts.append(entry)
    }
    if best == nil, outcomes.overall == .ineligible { bestPassing = passing(ruling.common) }
    if ruling.assessed.isEmpty, ruling.asksCohorts { warn("NO_TARGET_DISEASE_RECORDED") }
    if ruling.needsExactlyOne, outcomes.cohorts.count(where: { $0.own == .eligible }) > 1 {
      warn("MORE_THAN_ONE_COHORT")
      bestPassing = nil
    }
    let deciding = ruling.common + (best.map { ruling.own[$0] } ?? [])
    if verdict.outcome == .ineligible { describe(bestPassing, of: deciding, in: &verdict, detail) }
    let decisive = decisive(verdict.outcome, deciding)
    verdict.results = reported(ruling.assessed, decisive, detail)
    if detail == .full {
      foresee(&verdict, ruling, outcomes)
    }
    note(&verdict)
    return verdict
  }

  // MARK: Cohorts

  /// The criteria that this run's verdict rests on.
  func ruling() -> Ruling {
    let top = program.topCriteria[parameters.stage] ?? TopCriteria()
    return Ruling(
      assessed: assessedCohorts(), common: top.common, own: top.own,
      needsExactlyOne: program.engine.needsExactlyOneCohort)
  }

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

  // MARK: Outcomes

  func outcome(of index: Int) -> CriterionOutcome {
    let state = state(of: index)
    guard state.isApplicable else { return .notApplicable }
    return CriterionOutcome(state.truth, as: program.criteria[index].role)
  }

  // MARK: Results

  /// The top criteria that the outcome rests on, with the parts that made them what they are.
  private func decisive(_ outcome: Outcome, _ ruling: [Int]) -> CriterionSet {
    var found = CriterionSet(count: program.criteria.count)
    for index in ruling {
      let single = self.outcome(of: index)
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
      for part in program.parts where !found.contains(part.index) && found.contains(part.parent) {
        let own = state(of: part.index)
        if own.isApplicable, own.truth == state(of: part.parent).truth {
          found.insert(part.index)
          added = true
        }
      }
    }
    return found
  }

  private func reported(_ assessed: Set<Int>, _ decisive: CriterionSet, _ detail: Detail)
    -> [CriterionResult]
  {
    let isAssessed = program.cohorts.indices.map(assessed.contains)
    let shown = (program.topCriteria[parameters.stage]?.reported ?? []).filter { index in
      (detail == .full || decisive.contains(index))
        && (program.criteria[index].cohort.map { isAssessed[$0] } ?? true)
    }
    for index in shown {
      let found = entry(of: index)
      if found.hasFacts || found.hasReasons { warnOfMore(than: index) }
    }
    // All that is shown is noted by now; what is noted later is not known to the source.
    let source = withEvidence ? EvidenceSource(records, catalogue, evidenceTexts) : nil
    var results: [CriterionResult] = []
    results.reserveCapacity(shown.count)
    for index in shown {
      results.append(report(of: index, isDecisive: decisive.contains(index), source))
    }
    return results
  }

  private func report(of index: Int, isDecisive: Bool, _ source: EvidenceSource?)
    -> CriterionResult
  {
    let criterion = program.criteria[index]
    let found = result(of: index)
    let outcome = outcome(of: index)
    let parentID = criterion.parent.map { program.criteria[$0].id } ?? ""
    let cohort = criterion.cohort.map { program.cohorts[$0].id } ?? ""
    if found.isBare {
      return CriterionResult(
        id: criterion.id, parentID: parentID, outcome: outcome, cohort: cohort,
        isDecisive: isDecisive)
    }
    let evidence = source == nil ? [] : found.evidence
    let missing = withEvidence && found.isOpen ? found.missing : []
    return CriterionResult(
      id: criterion.id, parentID: parentID, outcome: outcome,
      reasons: found.isApplicable ? found.reasons : [],
      evidence: EvidenceList(
        evidence.first(NodeResult.maximumEvidence), evidence.isEmpty ? nil : source),
      passesOn: outcome.isFailure ? found.turns?.passesOn : nil,
      missing: missing.first(NodeResult.maximumEvidence), cohort: cohort, isDecisive: isDecisive)
  }

  /// Says where a criterion rests on more than it lists.
  private func warnOfMore(than index: Int) {
    guard withEvidence else { return }
    let found = result(of: index)
    let most = NodeResult.maximumEvidence
    let isWhole = found.evidence.count <= most && !(found.isOpen && found.missing.count > most)
    if found.isCut || !isWhole { warn("MORE_THAN_SHOWN", ["\(most)"], program.criteria[index].id) }
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

extension Array {
  /// The first elements; the list itself where there are no more.
  fileprivate func first(_ count: Int) -> [Element] {
    self.count <= count ? self : Array(prefix(count))
  }
}
