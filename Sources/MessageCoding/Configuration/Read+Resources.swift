internal import CProtobufC
internal import CTrialGateProto
internal import CohortConfiguration
internal import EligibilityCore

/// Resources, as a client reads them. What is not of this version's form is reported.
extension FormReader {
  mutating func fetched(_ message: Trialgate__V1__Trial) -> Fetched<TrialRecord>? {
    let times = (
      moment(message.create_time, "create_time"), moment(message.update_time, "update_time")
    )
    guard let ids = ids(message.name, .trial), let created = times.0, let updated = times.1 else {
      return nil
    }
    var trial = TrialRecord(id: ids[0], displayName: text(message.display_name), time: created)
    trial.updateTime = updated
    return Fetched(trial, etag: text(message.etag))
  }

  mutating func fetched(_ message: Trialgate__V1__ProtocolVersion) -> Fetched<VersionRecord>? {
    let times = (
      moment(message.create_time, "create_time"), moment(message.update_time, "update_time")
    )
    let state = requiredValue(message.state.rawValue, EnumTables.versionStates, "state")
    guard let ids = ids(message.name, .version), let state, let created = times.0,
      let updated = times.1
    else { return nil }
    let definition = message.definition.map { WireMessage.encode(UnsafeRawPointer($0)) } ?? []
    var version = VersionRecord(
      trial: ids[0], id: ids[1], definition: definition, author: "", time: created)
    version.state = state
    version.definitionDigest = text(message.protocol_digest)
    version.baseVersion = text(message.base_version)
    version.authors = texts(message.authors, message.n_authors)
    version.approver = text(message.approver)
    version.supersededBy = text(message.superseded_by)
    version.notes = text(message.notes)
    version.updateTime = updated
    if !isEmpty(message.approve_time) {
      version.approveTime = moment(message.approve_time, "approve_time")
    }
    version.findings = list(message.findings, message.n_findings, "findings") { $0.finding($1) }
    return Fetched(version, etag: text(message.etag))
  }

  func finding(_ message: Trialgate__V1__DefinitionFinding) -> VersionRecord.Finding {
    VersionRecord.Finding(
      kind: text(message.kind), criteria: texts(message.criteria, message.n_criteria),
      message: text(message.message), witness: text(message.witness))
  }

  mutating func fetched(_ message: Trialgate__V1__Site) -> Fetched<SiteRecord>? {
    let times = (
      moment(message.create_time, "create_time"), moment(message.update_time, "update_time")
    )
    let state = requiredValue(message.state.rawValue, EnumTables.operationalStates, "state")
    guard let ids = ids(message.name, .site), let state, let created = times.0,
      let updated = times.1
    else { return nil }
    var site = SiteRecord(
      trial: ids[0], id: ids[1], displayName: text(message.display_name), time: created)
    site.state = state
    site.updateTime = updated
    return Fetched(site, etag: text(message.etag))
  }

  mutating func fetched(_ message: Trialgate__V1__SiteRevision) -> Fetched<SiteRevisionRecord>? {
    let created = moment(message.create_time, "create_time")
    guard let ids = ids(message.name, .siteRevision), let created else { return nil }
    let content = siteRevision(message, id: ids[2])
    return Fetched(
      SiteRevisionRecord(
        trial: ids[0], site: ids[1], content: content, contentDigest: text(message.site_digest),
        creator: text(message.creator), time: created))
  }

  mutating func fetched(_ message: Trialgate__V1__Activation) -> Fetched<ActivationRecord>? {
    let from = date(message.effective_from, "effective_from")
    let created = moment(message.create_time, "create_time")
    guard let ids = ids(message.name, .activation), let created else { return nil }
    let activation = ActivationRecord(
      trial: ids[0], id: ids[1], version: text(message.version), site: text(message.site),
      effectiveFrom: from, replaces: text(message.replaces), creator: text(message.creator),
      time: created)
    return Fetched(activation, replacedBy: text(message.replaced_by))
  }

  mutating func fetched(_ message: Trialgate__V1__Cohort) -> Fetched<CohortRecord>? {
    let times = (
      moment(message.create_time, "create_time"), moment(message.update_time, "update_time")
    )
    let state = requiredValue(message.state.rawValue, EnumTables.operationalStates, "state")
    guard let ids = ids(message.name, .cohort), let state, let created = times.0,
      let updated = times.1
    else { return nil }
    var cohort = CohortRecord(trial: ids[0], id: ids[1], time: created)
    cohort.state = state
    cohort.enrolled = message.enrolled
    cohort.cap = message.cap
    cohort.updateTime = updated
    return Fetched(cohort, etag: text(message.etag))
  }

  mutating func fetched(_ message: Trialgate__V1__WatchedResource) -> FetchedResource? {
    switch message.resource_case {
    case TRIALGATE__V1__WATCHED_RESOURCE__RESOURCE_TRIAL:
      part(message.trial, "trial") { $0.fetched($1) }.map { .trial($0) }
    case TRIALGATE__V1__WATCHED_RESOURCE__RESOURCE_PROTOCOL_VERSION:
      part(message.protocol_version, "protocol_version") { $0.fetched($1) }.map { .version($0) }
    case TRIALGATE__V1__WATCHED_RESOURCE__RESOURCE_SITE:
      part(message.site, "site") { $0.fetched($1) }.map { .site($0) }
    case TRIALGATE__V1__WATCHED_RESOURCE__RESOURCE_SITE_REVISION:
      part(message.site_revision, "site_revision") { $0.fetched($1) }.map { .siteRevision($0) }
    case TRIALGATE__V1__WATCHED_RESOURCE__RESOURCE_ACTIVATION:
      part(message.activation, "activation") { $0.fetched($1) }.map { .activation($0) }
    case TRIALGATE__V1__WATCHED_RESOURCE__RESOURCE_COHORT:
      part(message.cohort, "cohort") { $0.fetched($1) }.map { .cohort($0) }
    default: part(UnsafeMutablePointer<Int>?.none, "resource") { _, _ in nil }
    }
  }

  mutating func fetched(_ message: Trialgate__V1__AuditEntry) -> FetchedAuditEntry? {
    let changes = list(message.changes, message.n_changes, "changes") {
      reader, change -> AuditEntry.Change? in
      guard let kind = ResourceKind(rawValue: reader.text(change.kind)) else {
        reader.report("kind", "KIND_UNKNOWN", "use a kind of this version of the contract")
        return nil
      }
      return AuditEntry.Change(
        key: ResourceKey(kind, reader.text(change.name)), revision: Int64(change.revision),
        digestBefore: reader.text(change.digest_before),
        digestAfter: reader.text(change.digest_after))
    }
    guard let time = moment(message.time, "time") else { return nil }
    let entry = AuditEntry(
      sequence: Int64(message.sequence), time: time, principal: text(message.principal),
      action: text(message.action), reason: text(message.reason),
      requestID: text(message.request_id), changes: changes,
      previousHash: text(message.previous_hash))
    return FetchedAuditEntry(entry: entry, hash: text(message.hash))
  }

  // MARK: Parts

  /// A part that must be there.
  mutating func part<Message, Result>(
    _ message: UnsafeMutablePointer<Message>?, _ field: String,
    _ read: (inout FormReader, Message) -> Result?
  ) -> Result? {
    guard let message else {
      report(field, "REQUIRED", "nothing is given that this version knows")
      return nil
    }
    return within(field) { read(&$0, message.pointee) }
  }

  /// A moment that must be there, in milliseconds since 1970.
  mutating func moment(_ pointer: UnsafeMutablePointer<CChar>?, _ field: String) -> Int64? {
    if let milliseconds = ConfigurationTime.milliseconds(text(pointer)) { return milliseconds }
    report(field, "TIME_MALFORMED", "write an instant in UTC with milliseconds")
    return nil
  }

  private mutating func ids(
    _ name: UnsafeMutablePointer<CChar>?, _ kind: ResourceKind
  ) -> [String]? {
    if let ids = ResourceName.ids(text(name), kind.collections) { return ids }
    report("name", "NAME_MALFORMED", "write it as \(kind.pattern)")
    return nil
  }
}
