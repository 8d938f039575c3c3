internal import CTrialGateProto
internal import EligibilityCore

extension FormReader {
  /// Reads an answer, for clients. What this version does not know reads as UNDETERMINED or UNKNOWN.
  mutating func answer(_ message: Trialgate__V1__EvaluateResponse) -> EvaluationAnswer? {
    guard let verdict = message.verdict?.pointee else {
      report("verdict", "REQUIRED", "the answer holds no verdict")
      return nil
    }
    guard let read = within("verdict", nil, { $0.verdict(verdict) }) else { return nil }
    var answer = EvaluationAnswer(verdict: read)
    answer.requestRef = text(message.request_ref)
    if let configuration = message.configuration?.pointee {
      answer.activation = text(configuration.activation)
      answer.configurationRevision = text(configuration.revision)
      answer.cohortAvailability = list(
        configuration.cohorts, configuration.n_cohorts, "configuration.cohorts"
      ) { CohortAvailability(cohort: $0.text($1.cohort), state: $0.text($1.state)) }
    }
    return answer
  }

  private mutating func verdict(_ message: Trialgate__V1__Verdict) -> Verdict? {
    guard let indexDate = date(message.index_date, "index_date") else {
      if isEmpty(message.index_date) {
        report("index_date", "REQUIRED", "the verdict states no index date")
      }
      return nil
    }
    let stage = value(message.stage.rawValue, EnumTables.stages, "stage") ?? .enrolment
    var verdict = Verdict(
      outcome: outcome(message.outcome.rawValue), stage: stage, indexDate: indexDate)
    verdict.cohorts = list(message.cohorts, message.n_cohorts, "cohorts") { reader, cohort in
      var result = CohortVerdict(
        cohort: reader.text(cohort.cohort), outcome: reader.outcome(cohort.outcome.rawValue),
        ownOutcome: reader.outcome(cohort.own_outcome.rawValue))
      result.passesOn = reader.passesOn(cohort.passes_on)
      result.titles = reader.texts(cohort.titles, cohort.n_titles, "titles")
      return result
    }
    verdict.results = list(message.results, message.n_results, "results") { $0.result($1) }
    verdict.settleSets = list(message.settle_sets, message.n_settle_sets, "settle_sets") {
      reader, set in
      let direction = reader.value(
        set.direction.rawValue, EnumTables.settleDirections, "direction")
      return SettleSet(
        direction: direction ?? .toEligible,
        facts: reader.list(set.facts, set.n_facts, "facts") { $0.missing($1) })
    }
    verdict.outstandingAttestations = list(
      message.outstanding_attestations, message.n_outstanding_attestations,
      "outstanding_attestations"
    ) { $0.missing($1) }
    verdict.passesOn = passesOn(message.passes_on)
    verdict.toRepeat = list(message.to_repeat, message.n_to_repeat, "to_repeat") { $0.missing($1) }
    verdict.validUntil = text(message.valid_until)
    verdict.readings = readings(message.readings, message.n_readings, "readings")
    verdict.dataIssues = list(message.data_issues, message.n_data_issues, "data_issues") {
      DataIssue(factID: $0.text($1.fact_id), path: $0.text($1.path), reason: $0.text($1.reason))
    }
    verdict.warnings = list(message.warnings, message.n_warnings, "warnings") {
      Warning(
        code: $0.text($1.code), arguments: $0.texts($1.arguments, $1.n_arguments),
        criterionID: $0.text($1.criterion_id))
    }
    verdict.trial = text(message.trial)
    verdict.protocolVersion = text(message.protocol_version)
    verdict.protocolDigest = text(message.protocol_digest)
    verdict.site = text(message.site)
    verdict.siteRevision = text(message.site_revision)
    verdict.siteDigest = text(message.site_digest)
    verdict.verdictDigest = text(message.verdict_digest)
    return verdict
  }

  private func outcome(_ raw: UInt32) -> Outcome {
    let index = Int(raw) - 1
    return EnumTables.outcomes.indices.contains(index) ? EnumTables.outcomes[index] : .undetermined
  }

  private mutating func result(_ message: Trialgate__V1__CriterionResult) -> CriterionResult? {
    let index = Int(message.outcome.rawValue) - 1
    let outcomes = EnumTables.criterionOutcomes
    var result = CriterionResult(
      id: text(message.id), parentID: text(message.parent_id),
      outcome: outcomes.indices.contains(index) ? outcomes[index] : .unknown)
    result.reasons = texts(message.reasons, message.n_reasons)
    let evidence = list(message.evidence, message.n_evidence, "evidence") { reader, evidence in
      var item = Evidence()
      item.factID = reader.text(evidence.fact_id)
      item.concept = reader.text(evidence.concept)
      item.givenValue = reader.text(evidence.given_value)
      item.givenUnit = reader.text(evidence.given_unit)
      item.normalisedValue = reader.text(evidence.normalised_value)
      item.normalisedUnit = reader.text(evidence.normalised_unit)
      item.limit = reader.text(evidence.limit)
      item.effective = reader.text(evidence.effective)
      item.role = reader.text(evidence.role)
      return item
    }
    result.evidence = EvidenceList(evidence)
    result.passesOn = passesOn(message.passes_on)
    result.missing = list(message.missing, message.n_missing, "missing") { $0.missing($1) }
    result.cohort = text(message.cohort)
    result.isDecisive = message.decisive != 0
    result.titles = texts(message.titles, message.n_titles, "titles")
    return result
  }

  private mutating func missing(_ message: Trialgate__V1__MissingFact) -> MissingFact? {
    var fact = MissingFact()
    fact.concept = text(message.concept)
    fact.codings = list(message.codings, message.n_codings, "codings") { $0.coding($1) }
    fact.unit = text(message.unit)
    fact.notBefore = date(message.not_before, "not_before")
    fact.notAfter = date(message.not_after, "not_after")
    fact.cohort = text(message.cohort)
    fact.settlingValues = text(message.settling_values)
    fact.isAttestation = message.is_attestation != 0
    fact.reason = text(message.reason)
    fact.criterionID = text(message.criterion_id)
    fact.section = Section(rawValue: text(message.section))
    fact.factIDs = texts(message.fact_ids, message.n_fact_ids)
    return fact
  }

  private mutating func passesOn(_ message: UnsafeMutablePointer<Trialgate__V1__PassesOn>?)
    -> PassesOn?
  {
    guard let message = message?.pointee else { return nil }
    var passesOn = PassesOn()
    passesOn.date = date(message.date, "passes_on.date")
    if let instant = time(message.instant, "passes_on.instant") {
      passesOn.instant = instant.instants(in: .utc).earliest
    }
    passesOn.condition = text(message.condition)
    passesOn.never = message.never != 0
    return passesOn
  }
}
