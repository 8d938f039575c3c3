internal import CProtobufC
internal import CTrialGateProto
public import CohortConfiguration

/// The answers of the configuration service, as a client reads them.
///
/// Each throws `MessageError`: `.bytes` for what is no such message, `.form` where something in it is not of this
/// version's form, such as a state that it does not know.
public enum ConfigurationAnswers {
  /// Reads a `Trial`.
  public static func trial(_ bytes: [UInt8]) throws(MessageError) -> Fetched<TrialRecord> {
    try decode(bytes, Trialgate__V1__Trial(), trialgate__v1__trial__init, { $0.base }) {
      $0.fetched($1)
    }
  }

  /// Reads a `ProtocolVersion`.
  public static func version(_ bytes: [UInt8]) throws(MessageError) -> Fetched<VersionRecord> {
    try decode(
      bytes, Trialgate__V1__ProtocolVersion(), trialgate__v1__protocol_version__init, { $0.base }
    ) { $0.fetched($1) }
  }

  /// Reads a `Site`.
  public static func site(_ bytes: [UInt8]) throws(MessageError) -> Fetched<SiteRecord> {
    try decode(bytes, Trialgate__V1__Site(), trialgate__v1__site__init, { $0.base }) {
      $0.fetched($1)
    }
  }

  /// Reads a `SiteRevision`.
  public static func siteRevision(
    _ bytes: [UInt8]
  ) throws(MessageError) -> Fetched<SiteRevisionRecord> {
    try decode(
      bytes, Trialgate__V1__SiteRevision(), trialgate__v1__site_revision__init, { $0.base }
    ) { $0.fetched($1) }
  }

  /// Reads an `Activation`.
  public static func activation(
    _ bytes: [UInt8]
  ) throws(MessageError) -> Fetched<ActivationRecord> {
    try decode(bytes, Trialgate__V1__Activation(), trialgate__v1__activation__init, { $0.base }) {
      $0.fetched($1)
    }
  }

  /// Reads a `Cohort`.
  public static func cohort(_ bytes: [UInt8]) throws(MessageError) -> Fetched<CohortRecord> {
    try decode(bytes, Trialgate__V1__Cohort(), trialgate__v1__cohort__init, { $0.base }) {
      $0.fetched($1)
    }
  }

  // MARK: Pages

  /// Reads a `ListTrialsResponse`.
  public static func trials(
    _ bytes: [UInt8]
  ) throws(MessageError) -> FetchedPage<Fetched<TrialRecord>> {
    try decode(
      bytes, Trialgate__V1__ListTrialsResponse(), trialgate__v1__list_trials_response__init,
      { $0.base }
    ) {
      $0.page($1.trials, $1.n_trials, "trials", $1.next_page_token) { $0.fetched($1) }
    }
  }

  /// Reads a `ListProtocolVersionsResponse`.
  public static func versions(
    _ bytes: [UInt8]
  ) throws(MessageError) -> FetchedPage<Fetched<VersionRecord>> {
    try decode(
      bytes, Trialgate__V1__ListProtocolVersionsResponse(),
      trialgate__v1__list_protocol_versions_response__init, { $0.base }
    ) {
      $0.page($1.versions, $1.n_versions, "versions", $1.next_page_token) { $0.fetched($1) }
    }
  }

  /// Reads a `ListSitesResponse`.
  public static func sites(
    _ bytes: [UInt8]
  ) throws(MessageError) -> FetchedPage<Fetched<SiteRecord>> {
    try decode(
      bytes, Trialgate__V1__ListSitesResponse(), trialgate__v1__list_sites_response__init,
      { $0.base }
    ) {
      $0.page($1.sites, $1.n_sites, "sites", $1.next_page_token) { $0.fetched($1) }
    }
  }

  /// Reads a `ListSiteRevisionsResponse`.
  public static func siteRevisions(
    _ bytes: [UInt8]
  ) throws(MessageError) -> FetchedPage<Fetched<SiteRevisionRecord>> {
    try decode(
      bytes, Trialgate__V1__ListSiteRevisionsResponse(),
      trialgate__v1__list_site_revisions_response__init, { $0.base }
    ) {
      $0.page($1.site_revisions, $1.n_site_revisions, "site_revisions", $1.next_page_token) {
        $0.fetched($1)
      }
    }
  }

  /// Reads a `ListActivationsResponse`.
  public static func activations(
    _ bytes: [UInt8]
  ) throws(MessageError) -> FetchedPage<Fetched<ActivationRecord>> {
    try decode(
      bytes, Trialgate__V1__ListActivationsResponse(),
      trialgate__v1__list_activations_response__init, { $0.base }
    ) {
      $0.page($1.activations, $1.n_activations, "activations", $1.next_page_token) {
        $0.fetched($1)
      }
    }
  }

  /// Reads a `ListCohortsResponse`.
  public static func cohorts(
    _ bytes: [UInt8]
  ) throws(MessageError) -> FetchedPage<Fetched<CohortRecord>> {
    try decode(
      bytes, Trialgate__V1__ListCohortsResponse(), trialgate__v1__list_cohorts_response__init,
      { $0.base }
    ) {
      $0.page($1.cohorts, $1.n_cohorts, "cohorts", $1.next_page_token) { $0.fetched($1) }
    }
  }

  /// Reads a `ListAuditEntriesResponse`, or an `ExportAuditEntriesResponse`, which has no token.
  public static func auditEntries(
    _ bytes: [UInt8]
  ) throws(MessageError) -> FetchedPage<FetchedAuditEntry> {
    try decode(
      bytes, Trialgate__V1__ListAuditEntriesResponse(),
      trialgate__v1__list_audit_entries_response__init, { $0.base }
    ) {
      $0.page($1.audit_entries, $1.n_audit_entries, "audit_entries", $1.next_page_token) {
        $0.fetched($1)
      }
    }
  }

  static func decode<Message, Answer>(
    _ bytes: [UInt8], _ empty: Message, _ initialise: (UnsafeMutablePointer<Message>?) -> Void,
    _ base: (Message) -> ProtobufCMessage, _ read: (inout FormReader, Message) -> Answer?
  ) throws(MessageError) -> Answer {
    let descriptor = Descriptors.of(empty, initialise, base)
    do throws(DecodingFailure<FormError>) {
      return try bytes.span.withUnsafeBytes { buffer throws(DecodingFailure<FormError>) in
        try WireMessage.decode(buffer, as: descriptor, Message.self) { message throws(FormError) in
          try EligibilityMessages.finish { read(&$0, message.pointee) }
        }
      }
    } catch {
      throw error.message
    }
  }
}

extension FormReader {
  fileprivate mutating func page<Message, Element: Sendable>(
    _ list: List<Message>?, _ count: Int, _ field: String,
    _ next: UnsafeMutablePointer<CChar>?, _ read: (inout FormReader, Message) -> Element?
  ) -> FetchedPage<Element> {
    FetchedPage(elements: self.list(list, count, field, read), nextPageToken: text(next))
  }
}
