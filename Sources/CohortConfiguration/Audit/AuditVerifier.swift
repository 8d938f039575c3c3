/// What is wrong with the audit chain.
public struct AuditFault: Error, Sendable, Hashable, CustomStringConvertible {
  /// The first bad entry; for what stands behind the last entry, the sequence that is missing.
  public let sequence: Int64
  /// What is wrong with it.
  public let description: String

  /// Creates a fault.
  public init(sequence: Int64, description: String) {
    self.sequence = sequence
    self.description = description
  }
}

/// Verifies the audit chain from the first entry on, one entry after the other, and at the end holds it
/// against the resources: what the last entry about each of them says must be what is stored.
///
/// It finds every entry that was edited, removed, added or moved, and every resource that was. A store that was
/// put back as a whole to an earlier state is in order with itself; whoever must know that keeps the head
/// elsewhere.
public struct AuditVerifier: Sendable {
  private let hash: HashFunction
  private var resources: [ResourceKey: (revision: Int64, digest: String)] = [:]
  /// The end of what was verified.
  public private(set) var head = AuditHead.none

  /// Begins in front of the first entry.
  public init(hash: @escaping HashFunction) {
    self.hash = hash
  }

  /// Takes the next entry.
  ///
  /// - Throws: what is wrong with it; nothing can be said of those behind it.
  public mutating func add(_ stored: StoredAuditEntry) throws(AuditFault) {
    let expected = head.sequence + 1
    func fault(_ description: String) -> AuditFault {
      AuditFault(sequence: expected, description: description)
    }
    guard stored.sequence == expected else {
      throw fault("the entry is missing; number \(stored.sequence) stands in its place")
    }
    guard stored.hash == AuditEntry.hash(of: stored.payload, sequence: stored.sequence, hash) else {
      throw fault("the entry is not what its hash was computed over")
    }
    guard let entry = AuditEntry(stored), entry.stored(hash).payload == stored.payload else {
      throw fault("the entry cannot be read")
    }
    guard entry.previousHash == head.hash else {
      throw fault("the entry does not continue the one before it")
    }
    for change in entry.changes {
      let before = resources[change.key]
      guard change.digestBefore == before?.digest ?? "",
        change.revision == (before?.revision ?? 0) + 1
      else {
        throw fault("the entry does not continue what was told of '\(change.key.name)'")
      }
      resources[change.key] = (change.revision, change.digestAfter)
    }
    head = AuditHead(sequence: stored.sequence, hash: stored.hash)
  }

  /// Holds all entries against what is stored.
  ///
  /// - Throws: where the chain does not end at the store's head, or a resource is not what the entries say.
  public func finish(_ snapshot: StoreSnapshot) throws(AuditFault) {
    let next = head.sequence + 1
    guard snapshot.head == head else {
      throw AuditFault(
        sequence: min(next, snapshot.head.sequence + 1),
        description: "the chain does not end where the store says")
    }
    var left = resources
    for resource in snapshot.resources {
      guard let known = left.removeValue(forKey: resource.key),
        known.revision == resource.revision, known.digest == resource.digest,
        resource.isIntact(hash)
      else {
        throw AuditFault(
          sequence: next,
          description: "'\(resource.key.name)' is not what the last entry about it says")
      }
    }
    if let missing = left.keys.min() {
      throw AuditFault(sequence: next, description: "'\(missing.name)' is missing")
    }
  }

  /// Verifies a whole store.
  ///
  /// - Throws: `AuditFault`, or `StoreError` where the store cannot be read.
  public static func verify(_ store: any CohortStore, hash: @escaping HashFunction) throws
    -> AuditHead
  {
    let snapshot = try store.snapshot()
    var verifier = AuditVerifier(hash: hash)
    while true {
      let entries = try store.auditEntries(after: verifier.head.sequence, limit: 500)
      // What is written meanwhile belongs to a later snapshot.
      let own = entries.filter { $0.sequence <= snapshot.head.sequence }
      for entry in own { try verifier.add(entry) }
      if own.isEmpty { break }
    }
    try verifier.finish(snapshot)
    return verifier.head
  }
}
