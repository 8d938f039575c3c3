/// Who changed what, when and why. Entries form a chain: each holds the hash of the one before.
public struct AuditEntry: Sendable, Hashable {
  /// One resource that changed.
  public struct Change: Sendable, Hashable {
    /// The resource.
    public var key: ResourceKey
    /// Its revision from then on.
    public var revision: Int64
    /// Its digest until then; empty where it was created.
    public var digestBefore: String
    /// Its digest from then on.
    public var digestAfter: String

    /// Creates a change.
    public init(key: ResourceKey, revision: Int64, digestBefore: String, digestAfter: String) {
      self.key = key
      self.revision = revision
      self.digestBefore = digestBefore
      self.digestAfter = digestAfter
    }
  }

  /// Its place in the chain, from 1 on.
  public var sequence: Int64
  /// When, in milliseconds since 1970-01-01T00:00Z. The sequence is the order, should a clock step back.
  public var time: Int64
  /// Who.
  public var principal: String
  /// What was called for: `ApproveProtocolVersion`.
  public var action: String
  /// Why.
  public var reason: String
  /// The id that the client gave the request; empty = none.
  public var requestID: String
  /// What changed.
  public var changes: [Change]
  /// Hash of the entry before; empty for the first.
  public var previousHash: String

  /// Creates an entry.
  public init(
    sequence: Int64, time: Int64, principal: String, action: String, reason: String,
    requestID: String = "", changes: [Change], previousHash: String
  ) {
    self.sequence = sequence
    self.time = time
    self.principal = principal
    self.action = action
    self.reason = reason
    self.requestID = requestID
    self.changes = changes
    self.previousHash = previousHash
  }
}

// MARK: How it is stored

extension AuditEntry {
  private static let format = "audit 1"

  /// The entry as a store keeps it, with its hash.
  public func stored(_ hash: HashFunction) -> StoredAuditEntry {
    var writer = PayloadWriter(Self.format)
    writer.integer(1, sequence)
    writer.integer(2, time)
    writer.text(3, principal)
    writer.text(4, action)
    writer.text(5, reason)
    writer.text(6, requestID)
    for change in changes {
      writer.group(7) {
        $0.text(1, change.key.kind.rawValue)
        $0.text(2, change.key.name)
        $0.integer(3, change.revision)
        $0.text(4, change.digestBefore)
        $0.text(5, change.digestAfter)
      }
    }
    writer.text(8, previousHash)
    let payload = writer.bytes
    return StoredAuditEntry(
      sequence: sequence, payload: payload,
      hash: Self.hash(of: payload, sequence: sequence, hash))
  }

  /// Reads an entry; nil where the payload is none.
  public init?(_ stored: StoredAuditEntry) {
    guard let fields = PayloadFields(stored.payload, Self.format), let sequence = fields.integer(1),
      sequence == stored.sequence, let time = fields.integer(2)
    else { return nil }
    var changes: [Change] = []
    for group in fields.groups(7) {
      guard let kind = ResourceKind(rawValue: group.text(1)), let revision = group.integer(3) else {
        return nil
      }
      changes.append(
        Change(
          key: ResourceKey(kind, group.text(2)), revision: revision, digestBefore: group.text(4),
          digestAfter: group.text(5)))
    }
    self.init(
      sequence: sequence, time: time, principal: fields.text(3), action: fields.text(4),
      reason: fields.text(5), requestID: fields.text(6), changes: changes,
      previousHash: fields.text(8))
  }

  static func hash(of payload: [UInt8], sequence: Int64, _ hash: HashFunction) -> String {
    hash(Array("trialgate.store.audit\n\(sequence)\n\(payload.count)\n".utf8) + payload)
  }
}
