internal import CProtobufC
internal import CTrialGateProto
internal import CohortConfiguration
internal import EligibilityCore

/// What is said of definitions, and of changes.
extension ConfigurationAnswers {
  /// Reads a `ValidateProtocolVersionResponse`.
  public static func validation(_ bytes: [UInt8]) throws(MessageError) -> FetchedValidation {
    try decode(
      bytes, Trialgate__V1__ValidateProtocolVersionResponse(),
      trialgate__v1__validate_protocol_version_response__init, { $0.base }
    ) { reader, message in
      FetchedValidation(
        violations: reader.list(message.violations, message.n_violations, "violations") {
          $0.violation($1)
        },
        findings: reader.list(message.findings, message.n_findings, "findings") { $0.finding($1) },
        digest: reader.text(message.protocol_digest))
    }
  }

  /// Reads a `CompareVersionsResponse`. A kind of difference that this version does not know is `other`.
  public static func comparison(_ bytes: [UInt8]) throws(MessageError) -> FetchedComparison {
    try decode(
      bytes, Trialgate__V1__CompareVersionsResponse(),
      trialgate__v1__compare_versions_response__init, { $0.base }
    ) { reader, message in
      FetchedComparison(
        differences: reader.list(message.differences, message.n_differences, "differences") {
          DefinitionDifference(
            kind: DefinitionDifference.Kind(rawValue: Int($1.kind.rawValue)) ?? .other,
            criterion: $0.text($1.criterion), path: $0.text($1.path), before: $0.text($1.before),
            after: $0.text($1.after))
        },
        digestBefore: reader.text(message.digest_before),
        digestAfter: reader.text(message.digest_after))
    }
  }

  /// Reads a `WatchConfigurationResponse`.
  public static func watched(_ bytes: [UInt8]) throws(MessageError) -> WatchedEvent {
    try decode(
      bytes, Trialgate__V1__WatchConfigurationResponse(),
      trialgate__v1__watch_configuration_response__init, { $0.base }
    ) { $0.watched($1) }
  }

  /// Reads a `SimulateChangeResponse`.
  public static func simulated(_ bytes: [UInt8]) throws(MessageError) -> SimulationAnswer {
    try decode(
      bytes, Trialgate__V1__SimulateChangeResponse(),
      trialgate__v1__simulate_change_response__init, { $0.base }
    ) { $0.simulated($1) }
  }
}

extension FormReader {
  func violation(_ message: Trialgate__V1__FieldViolation) -> FieldViolation {
    FieldViolation(
      field: text(message.field), reason: text(message.reason),
      description: text(message.description))
  }

  fileprivate mutating func watched(
    _ message: Trialgate__V1__WatchConfigurationResponse
  ) -> WatchedEvent? {
    let content: WatchedEvent.Content?
    switch message.event_case {
    case TRIALGATE__V1__WATCH_CONFIGURATION_RESPONSE__EVENT_RESOURCE:
      content = part(message.resource, "resource") { $0.fetched($1) }.map { .resource($0) }
    case TRIALGATE__V1__WATCH_CONFIGURATION_RESPONSE__EVENT_STATE_END:
      content = part(message.state_end, "state_end") {
        .stateEnd(sequence: Int64($1.sequence))
      }
    case TRIALGATE__V1__WATCH_CONFIGURATION_RESPONSE__EVENT_CHANGE:
      content = part(message.change, "change") { reader, change in
        let resources = reader.list(change.resources, change.n_resources, "resources") {
          $0.fetched($1)
        }
        return reader.part(change.audit_entry, "audit_entry") { $0.fetched($1) }
          .map { .change($0, resources) }
      }
    case TRIALGATE__V1__WATCH_CONFIGURATION_RESPONSE__EVENT_HEARTBEAT:
      content = part(message.heartbeat, "heartbeat") { reader, heartbeat in
        reader.moment(heartbeat.time, "time").map { .heartbeat(time: $0) }
      }
    default:
      report("event", "REQUIRED", "nothing is given that this version knows")
      content = nil
    }
    return content.map { WatchedEvent(resumeToken: text(message.resume_token), content: $0) }
  }

  fileprivate mutating func simulated(
    _ message: Trialgate__V1__SimulateChangeResponse
  ) -> SimulationAnswer? {
    let id = text(message.item_id)
    switch message.result_case {
    case TRIALGATE__V1__SIMULATE_CHANGE_RESPONSE__RESULT_VERDICTS:
      return part(message.verdicts, "verdicts") { .verdicts($0.verdicts($1), itemID: id) }
    case TRIALGATE__V1__SIMULATE_CHANGE_RESPONSE__RESULT_ERROR:
      return part(message.error, "error") { .failure($0.itemError($1), itemID: id) }
    case TRIALGATE__V1__SIMULATE_CHANGE_RESPONSE__RESULT_SUMMARY:
      return part(message.summary, "summary") { .summary($0.summary($1)) }
    default:
      report("result", "REQUIRED", "nothing is given that this version knows")
      return nil
    }
  }

  private mutating func verdicts(_ message: Trialgate__V1__SimulatedVerdicts) -> SimulatedVerdicts {
    let outcomes = list(message.outcomes, message.n_outcomes, "outcomes") {
      SimulatedVerdicts.Outcomes(
        cohort: $0.text($1.cohort),
        before: $0.value($1.before.rawValue, EnumTables.outcomes, "before"),
        after: $0.value($1.after.rawValue, EnumTables.outcomes, "after"))
    }
    let criteria = list(message.criteria, message.n_criteria, "criteria") {
      SimulatedVerdicts.Results(
        criterion: $0.text($1.criterion), before: $0.criterionOutcome($1.before, "before"),
        after: $0.criterionOutcome($1.after, "after"))
    }
    return SimulatedVerdicts(outcomes: outcomes, criteria: criteria)
  }

  private mutating func criterionOutcome(
    _ name: UnsafeMutablePointer<CChar>?, _ field: String
  ) -> CriterionOutcome? {
    let name = text(name)
    if name.isEmpty { return nil }
    if let outcome = CriterionOutcome(rawValue: name) { return outcome }
    report(field, "RESULT_UNKNOWN", "use a result of this version of the contract")
    return nil
  }

  private mutating func summary(_ message: Trialgate__V1__SimulationSummary) -> SimulationSummary {
    let ways = list(message.outcomes, message.n_outcomes, "outcomes") {
      reader, row -> (SimulationSummary.Way, Int)? in
      let way = SimulationSummary.Way(
        cohort: reader.text(row.cohort),
        before: reader.value(row.before.rawValue, EnumTables.outcomes, "before"),
        after: reader.value(row.after.rawValue, EnumTables.outcomes, "after"))
      return (way, Int(row.patients))
    }
    let criteria = list(message.criteria, message.n_criteria, "criteria") {
      reader, row -> (String, Int)? in (reader.text(row.criterion), Int(row.patients))
    }
    return SimulationSummary(
      patients: Int(message.patients), differing: Int(message.differing),
      failed: Int(message.failed), ways: Dictionary(ways) { first, _ in first },
      criteria: Dictionary(criteria) { first, _ in first })
  }
}
