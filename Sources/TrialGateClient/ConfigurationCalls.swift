public import CohortConfiguration
public import MessageCoding
public import RPC

/// The calls of the configuration service.
///
/// Names are paths: `trials/nct06373081/sites/changzheng`. All methods throw `RPCStatus`: what the server refused,
/// with the fields at fault among its details; how the call failed on the way; INTERNAL where the answer cannot be
/// read. They have as long as the client's configuration says.
public struct ConfigurationCalls: Sendable {
  let caller: Caller

  // MARK: Trials

  /// A trial by its name.
  public func trial(named name: String) async throws(RPCStatus) -> Fetched<TrialRecord> {
    try await ask(.get(.trial, name: name), ConfigurationAnswers.trial)
  }

  /// A page of trials.
  public func trials(
    _ query: ListQuery = ListQuery()
  ) async throws(RPCStatus) -> FetchedPage<Fetched<TrialRecord>> {
    try await ask(.list(.trial, query), ConfigurationAnswers.trials)
  }

  // MARK: Protocol versions

  /// A protocol version by its name, with its definition (`DefinitionDocument(encoded:)` reads it).
  public func protocolVersion(
    named name: String
  ) async throws(RPCStatus) -> Fetched<VersionRecord> {
    try await ask(.get(.version, name: name), ConfigurationAnswers.version)
  }

  /// A page of a trial's protocol versions, without their definitions.
  public func protocolVersions(
    _ query: ListQuery
  ) async throws(RPCStatus) -> FetchedPage<Fetched<VersionRecord>> {
    try await ask(.list(.version, query), ConfigurationAnswers.versions)
  }

  /// What is wrong with a stored version, and what can be proved about it.
  public func validation(
    ofVersion name: String
  ) async throws(RPCStatus) -> FetchedValidation {
    try await ask(.validateVersion(name: name), ConfigurationAnswers.validation)
  }

  /// What is wrong with a definition that is stored nowhere, and what can be proved about it.
  public func validation(
    of definition: DefinitionDocument
  ) async throws(RPCStatus) -> FetchedValidation {
    try await ask(
      .validateDefinition(definition.canonicalBytes), ConfigurationAnswers.validation)
  }

  /// What a protocol version changes against another of its trial.
  ///
  /// - Parameters:
  ///   - before: name of the one.
  ///   - after: name of the other.
  public func comparison(
    of before: String, with after: String
  ) async throws(RPCStatus) -> FetchedComparison {
    try await ask(.compare(before: before, after: after), ConfigurationAnswers.comparison)
  }

  // MARK: Sites

  /// A site by its name.
  public func site(named name: String) async throws(RPCStatus) -> Fetched<SiteRecord> {
    try await ask(.get(.site, name: name), ConfigurationAnswers.site)
  }

  /// A page of a trial's sites.
  public func sites(
    _ query: ListQuery
  ) async throws(RPCStatus) -> FetchedPage<Fetched<SiteRecord>> {
    try await ask(.list(.site, query), ConfigurationAnswers.sites)
  }

  /// A revision of a site by its name.
  public func siteRevision(
    named name: String
  ) async throws(RPCStatus) -> Fetched<SiteRevisionRecord> {
    try await ask(.get(.siteRevision, name: name), ConfigurationAnswers.siteRevision)
  }

  /// A page of a site's revisions.
  public func siteRevisions(
    _ query: ListQuery
  ) async throws(RPCStatus) -> FetchedPage<Fetched<SiteRevisionRecord>> {
    try await ask(.list(.siteRevision, query), ConfigurationAnswers.siteRevisions)
  }

  // MARK: Activations and cohorts

  /// An activation by its name.
  public func activation(
    named name: String
  ) async throws(RPCStatus) -> Fetched<ActivationRecord> {
    try await ask(.get(.activation, name: name), ConfigurationAnswers.activation)
  }

  /// A page of a trial's activations.
  public func activations(
    _ query: ListQuery
  ) async throws(RPCStatus) -> FetchedPage<Fetched<ActivationRecord>> {
    try await ask(.list(.activation, query), ConfigurationAnswers.activations)
  }

  /// A cohort by its name.
  public func cohort(named name: String) async throws(RPCStatus) -> Fetched<CohortRecord> {
    try await ask(.get(.cohort, name: name), ConfigurationAnswers.cohort)
  }

  /// A page of a trial's cohorts.
  public func cohorts(
    _ query: ListQuery
  ) async throws(RPCStatus) -> FetchedPage<Fetched<CohortRecord>> {
    try await ask(.list(.cohort, query), ConfigurationAnswers.cohorts)
  }

  // MARK: The history

  /// A page of the history, the oldest entry first.
  public func auditEntries(
    _ query: ListQuery = ListQuery()
  ) async throws(RPCStatus) -> FetchedPage<FetchedAuditEntry> {
    try await ask(.listAudit(query), ConfigurationAnswers.auditEntries)
  }

  /// The whole history, the oldest entry first, some at a time.
  ///
  /// - Parameter filter: which entries; empty = all.
  public func auditExport(
    filter: String = ""
  ) async throws(RPCStatus) -> Answers<FetchedPage<FetchedAuditEntry>> {
    Answers(try await begin(.exportAudit(filter: filter)), ConfigurationAnswers.auditEntries)
  }

  // MARK: How calls are made

  func ask<Answer>(
    _ request: ConfigurationRequest, _ read: ([UInt8]) throws(MessageError) -> Answer
  ) async throws(RPCStatus) -> Answer {
    try await caller.unary(
      ContractNames.path(request.method), ConfigurationMessages.bytes(of: request), nil, read)
  }

  /// Begins a call with one request and many answers.
  func begin(
    _ request: ConfigurationRequest, waitsForReady: Bool? = nil
  ) async throws(RPCStatus) -> ClientCall {
    let call = caller.call(
      ContractNames.path(request.method), .serverStreaming, nil, waitsForReady: waitsForReady)
    try await call.send(ConfigurationMessages.bytes(of: request))
    call.finishSending()
    return call
  }
}
