public import CohortConfiguration

/// A resource as an answer shows it to a client.
public struct Fetched<Resource: ConfigurationResource>: Sendable, Hashable {
  /// The resource. Lists and watches leave out the definitions of versions, and what was found in them.
  public let resource: Resource
  /// What a change of it must show (`MutationHeader.etag`); empty for what never changes.
  public let etag: String
  /// Of an activation, the id of the one that took its place; empty where it stands, and for all else.
  public let replacedBy: String

  init(_ resource: Resource, etag: String = "", replacedBy: String = "") {
    self.resource = resource
    self.etag = etag
    self.replacedBy = replacedBy
  }
}

/// A resource of any kind as an answer shows it to a client.
public enum FetchedResource: Sendable, Hashable {
  case trial(Fetched<TrialRecord>)
  case version(Fetched<VersionRecord>)
  case site(Fetched<SiteRecord>)
  case siteRevision(Fetched<SiteRevisionRecord>)
  case activation(Fetched<ActivationRecord>)
  case cohort(Fetched<CohortRecord>)
}

/// A page of a list.
public struct FetchedPage<Element: Sendable>: Sendable {
  /// What the page holds.
  public let elements: [Element]
  /// What the next page is asked for with (`ListQuery.pageToken`); empty = this is the last one.
  public let nextPageToken: String
}

/// An entry of the history with its hash.
public struct FetchedAuditEntry: Sendable, Hashable {
  /// The entry.
  public let entry: AuditEntry
  /// SHA-256 of the entry as the store keeps it, lower-case hex.
  public let hash: String
}

/// What is wrong with a definition, and what can be proved about it.
public struct FetchedValidation: Sendable, Hashable {
  /// Every fault; none = it could be approved.
  public let violations: [FieldViolation]
  /// What can be proved about a definition without faults.
  public let findings: [VersionRecord.Finding]
  /// The digest that it would have.
  public let digest: String
}

/// What a protocol version changes against another.
public struct FetchedComparison: Sendable, Hashable {
  /// Every difference, in the order of the definition.
  public let differences: [DefinitionDifference]
  /// Digest of the one's definition.
  public let digestBefore: String
  /// Digest of the other's definition.
  public let digestAfter: String
}

/// A message of a watch.
public struct WatchedEvent: Sendable, Hashable {
  /// What it says.
  public enum Content: Sendable, Hashable {
    /// A part of the configuration as it is.
    case resource(FetchedResource)
    /// The configuration as it is has been sent; it includes the entry of this sequence, 0 = none.
    case stateEnd(sequence: Int64)
    /// A change, with the resources that have not changed again since.
    case change(FetchedAuditEntry, [FetchedResource])
    /// Nothing has changed; the server's time in milliseconds since 1970.
    case heartbeat(time: Int64)
  }

  /// What to resume with behind this message; empty while the state is being sent.
  public let resumeToken: String
  /// What it says.
  public let content: Content
}

/// An answer of a simulation.
public enum SimulationAnswer: Sendable {
  /// What the two versions say of a patient.
  case verdicts(SimulatedVerdicts, itemID: String)
  /// Why they say nothing of one.
  case failure(ItemError, itemID: String)
  /// What became of all, at the end.
  case summary(SimulationSummary)
}
