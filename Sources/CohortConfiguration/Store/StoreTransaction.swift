/// An audit entry as a store keeps it: an opaque payload with its place in the chain.
public struct StoredAuditEntry: Sendable, Hashable {
  /// 1 for the first entry, one more for each; there are no gaps. At most 2^32-1.
  public let sequence: Int64
  /// What the entry says, encoded, with the hash of the entry before.
  public let payload: [UInt8]
  /// SHA-256 over sequence and payload, lower-case hex.
  public let hash: String

  /// Creates an entry.
  public init(sequence: Int64, payload: [UInt8], hash: String) {
    self.sequence = sequence
    self.payload = payload
    self.hash = hash
  }
}

/// The end of the audit chain.
public struct AuditHead: Sendable, Hashable {
  /// Sequence of the last entry; 0 where there is none.
  public let sequence: Int64
  /// Hash of the last entry; empty where there is none.
  public let hash: String

  /// The end of a chain without entries.
  public static let none = AuditHead(sequence: 0, hash: "")

  /// Creates a head.
  public init(sequence: Int64, hash: String) {
    self.sequence = sequence
    self.hash = hash
  }
}

/// Whose request it was: ids are each principal's own.
public struct RequestKey: Sendable, Hashable {
  /// The name of the principal.
  public let principal: String
  /// The id that the client gave the request.
  public let id: String

  /// Creates a key.
  public init(principal: String, id: String) {
    self.principal = principal
    self.id = id
  }
}

/// A request that was carried out, so that its repetition gets the same answer.
public struct StoredRequest: Sendable, Hashable {
  /// Whose request it was.
  public let key: RequestKey
  /// SHA-256 over the method and the encoded request, lower-case hex.
  public let bodyDigest: String
  /// The encoded answer.
  public let response: [UInt8]
  /// When it was carried out, in milliseconds since 1970-01-01T00:00Z.
  public let time: Int64

  /// Creates a record.
  public init(key: RequestKey, bodyDigest: String, response: [UInt8], time: Int64) {
    self.key = key
    self.bodyDigest = bodyDigest
    self.response = response
    self.time = time
  }
}

/// What a store writes at once, or not at all.
public struct StoreTransaction: Sendable, Hashable {
  /// One resource.
  public struct Write: Sendable, Hashable {
    /// The resource as it is from now on.
    public let resource: StoredResource
    /// The revision that it must have until now; 0 = there must be none.
    public let expectedRevision: Int64

    /// Creates a write.
    public init(_ resource: StoredResource, replacing expectedRevision: Int64) {
      self.resource = resource
      self.expectedRevision = expectedRevision
    }
  }

  /// The resources that change; no key occurs twice.
  public let writes: [Write]
  /// The entry that tells of it.
  public let audit: StoredAuditEntry
  /// The head of the chain that the entry continues: its sequence is one less.
  public let expectedHead: AuditHead
  /// The request, where the client gave it an id. A record of the same key is replaced.
  public let request: StoredRequest?
  /// Records of requests that are older (`StoredRequest.time` before it) are forgotten.
  public let forgetRequestsBefore: Int64

  /// Creates a transaction.
  public init(
    writes: [Write], audit: StoredAuditEntry, expectedHead: AuditHead,
    request: StoredRequest? = nil, forgetRequestsBefore: Int64 = .min
  ) {
    self.writes = writes
    self.audit = audit
    self.expectedHead = expectedHead
    self.request = request
    self.forgetRequestsBefore = forgetRequestsBefore
  }
}

/// Everything that is in force, as it was at one moment between two transactions.
public struct StoreSnapshot: Sendable, Hashable {
  /// All resources, in ascending order of their keys.
  public let resources: [StoredResource]
  /// The end of the audit chain at that moment.
  public let head: AuditHead

  /// Creates a snapshot.
  public init(resources: [StoredResource], head: AuditHead) {
    self.resources = resources
    self.head = head
  }
}
