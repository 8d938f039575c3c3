public import CohortConfiguration
internal import EligibilityCore
public import MessageCoding
public import RPC

/// Changes. Each needs a header: why, and where the resource exists already, the etag that was read with it. Another
/// etag is refused with ABORTED: read the resource again. A header without a request id gets one here, so that a
/// change which is made again after a failure on the way happens once. With `validateOnly` nothing changes, and the
/// answer is as it would be.
extension ConfigurationCalls {
  /// Creates a trial.
  public func createTrial(
    id: String, displayName: String, _ header: MutationHeader
  ) async throws(RPCStatus) -> Fetched<TrialRecord> {
    try await change(
      .createTrial(id: id, displayName: displayName), header, ConfigurationAnswers.trial)
  }

  /// Changes what people call a trial.
  public func updateTrial(
    named name: String, displayName: String, _ header: MutationHeader
  ) async throws(RPCStatus) -> Fetched<TrialRecord> {
    try await change(
      .updateTrial(name: name, displayName: displayName, mask: ["display_name"]), header,
      ConfigurationAnswers.trial)
  }

  /// Creates a draft of a protocol version.
  ///
  /// - Parameters:
  ///   - parent: name of the trial.
  ///   - id: id of the version; empty = the one that the definition has.
  ///   - definition: what it says; nil = a copy of the base version.
  ///   - baseVersion: id of the version that it is a copy of; empty = of none.
  ///   - notes: anything its author says of it, at most 10,000 bytes.
  public func createProtocolVersion(
    in parent: String, id: String = "", definition: DefinitionDocument? = nil,
    baseVersion: String = "", notes: String = "", _ header: MutationHeader
  ) async throws(RPCStatus) -> Fetched<VersionRecord> {
    let draft = ConfigurationMutation.VersionDraft(
      parent: parent, id: id, definition: definition?.canonicalBytes, baseVersion: baseVersion,
      notes: notes)
    return try await change(.createVersion(draft), header, ConfigurationAnswers.version)
  }

  /// Changes a draft; what is nil stays as it is.
  public func updateProtocolVersion(
    named name: String, definition: DefinitionDocument? = nil, notes: String? = nil,
    _ header: MutationHeader
  ) async throws(RPCStatus) -> Fetched<VersionRecord> {
    let mask = Self.mask([("definition", definition != nil), ("notes", notes != nil)])
    return try await change(
      .updateVersion(
        name: name, definition: definition?.canonicalBytes, notes: notes ?? "", mask: mask),
      header, ConfigurationAnswers.version)
  }

  /// Approves a draft, which none of its authors may.
  public func approveProtocolVersion(
    named name: String, _ header: MutationHeader
  ) async throws(RPCStatus) -> Fetched<VersionRecord> {
    try await change(.approveVersion(name: name), header, ConfigurationAnswers.version)
  }

  /// Marks a version as superseded by another.
  ///
  /// - Parameter other: id of the version that took its place.
  public func supersedeProtocolVersion(
    named name: String, by other: String, _ header: MutationHeader
  ) async throws(RPCStatus) -> Fetched<VersionRecord> {
    try await change(
      .supersedeVersion(name: name, by: other), header, ConfigurationAnswers.version)
  }

  /// Creates a site of a trial.
  public func createSite(
    in parent: String, id: String, displayName: String, _ header: MutationHeader
  ) async throws(RPCStatus) -> Fetched<SiteRecord> {
    try await change(
      .createSite(parent: parent, id: id, displayName: displayName), header,
      ConfigurationAnswers.site)
  }

  /// Changes a site; what is nil stays as it is.
  public func updateSite(
    named name: String, state: OperationalState? = nil, displayName: String? = nil,
    _ header: MutationHeader
  ) async throws(RPCStatus) -> Fetched<SiteRecord> {
    let mask = Self.mask([("state", state != nil), ("display_name", displayName != nil)])
    return try await change(
      .updateSite(name: name, state: state, displayName: displayName ?? "", mask: mask), header,
      ConfigurationAnswers.site)
  }

  /// Creates a revision of a site, which never changes: time zone, reference ranges, version of the consent document.
  ///
  /// - Parameter site: name of the site.
  public func createSiteRevision(
    of site: String, _ content: SiteRevision, _ header: MutationHeader
  ) async throws(RPCStatus) -> Fetched<SiteRevisionRecord> {
    try await change(
      .createSiteRevision(parent: site, content: content), header,
      ConfigurationAnswers.siteRevision)
  }

  /// Activates a version, at one site or at all, from a day on.
  public func createActivation(
    _ draft: ConfigurationMutation.ActivationDraft, _ header: MutationHeader
  ) async throws(RPCStatus) -> Fetched<ActivationRecord> {
    try await change(.createActivation(draft), header, ConfigurationAnswers.activation)
  }

  /// Changes where a cohort stands; what is nil stays as it is.
  ///
  /// - Parameters:
  ///   - enrolled: patients, as the platform counts them.
  ///   - cap: how many may be; 0 = there is no cap.
  public func updateCohort(
    named name: String, state: OperationalState? = nil, enrolled: UInt32? = nil,
    cap: UInt32? = nil, _ header: MutationHeader
  ) async throws(RPCStatus) -> Fetched<CohortRecord> {
    let mask = Self.mask([
      ("state", state != nil), ("enrolled", enrolled != nil), ("cap", cap != nil),
    ])
    return try await change(
      .updateCohort(
        name: name, state: state, enrolled: enrolled ?? 0, cap: cap ?? 0, mask: mask), header,
      ConfigurationAnswers.cohort)
  }

  private func change<Answer>(
    _ mutation: ConfigurationMutation, _ header: MutationHeader,
    _ read: ([UInt8]) throws(MessageError) -> Answer
  ) async throws(RPCStatus) -> Answer {
    var header = header
    if header.requestID.isEmpty { header.requestID = Self.newRequestID() }
    return try await ask(.mutation(header, mutation), read)
  }

  /// The paths of an update mask: those of the fields that are given.
  private static func mask(_ fields: [(name: String, isGiven: Bool)]) -> [String] {
    fields.filter(\.isGiven).map(\.name)
  }

  /// A random UUID (RFC 9562, section 5.4).
  static func newRequestID() -> String {
    var random = SystemRandomNumberGenerator()
    var (high, low) = (random.next(), random.next())
    high = high & ~0xF000 | 0x4000
    low = low & ~(0b11 << 62) | 0b10 << 62
    func digits(_ value: UInt64, _ count: Int) -> String {
      let text = String(value, radix: 16)
      return String(repeating: "0", count: count - text.utf8.count) + text
    }
    return [
      digits(high >> 32, 8), digits(high >> 16 & 0xFFFF, 4), digits(high & 0xFFFF, 4),
      digits(low >> 48, 4), digits(low & 0xFFFF_FFFF_FFFF, 12),
    ].joined(separator: "-")
  }
}
