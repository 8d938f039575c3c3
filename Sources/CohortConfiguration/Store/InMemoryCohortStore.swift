internal import Synchronization

/// A store that ends with its process.
public final class InMemoryCohortStore: CohortStore {
  private struct Contents {
    var resources: [ResourceKey: StoredResource] = [:]
    var audit: [StoredAuditEntry] = []
    var requests: [RequestKey: StoredRequest] = [:]

    var head: AuditHead {
      audit.last.map { AuditHead(sequence: $0.sequence, hash: $0.hash) } ?? .none
    }
  }

  private let contents = Mutex(Contents())
  private let hash: HashFunction

  /// Creates an empty store.
  public init(hash: @escaping HashFunction) {
    self.hash = hash
  }

  /// Reads everything.
  public func snapshot() throws(StoreError) -> StoreSnapshot {
    let (resources, head) = contents.withLock { ($0.resources, $0.head) }
    for resource in resources.values where !resource.isIntact(hash) {
      throw .corrupt(place: "\(resource.key.kind.rawValue) '\(resource.key.name)'")
    }
    return StoreSnapshot(resources: resources.values.sorted { $0.key < $1.key }, head: head)
  }

  /// Writes a transaction.
  public func commit(_ transaction: StoreTransaction) throws(StoreError) {
    let isWritten = contents.withLock { contents in
      guard transaction.continues(contents.head),
        transaction.writes.allSatisfy({
          (contents.resources[$0.resource.key]?.revision ?? 0) == $0.expectedRevision
        })
      else { return false }
      for write in transaction.writes { contents.resources[write.resource.key] = write.resource }
      contents.audit.append(transaction.audit)
      contents.requests = contents.requests.filter {
        $0.value.time >= transaction.forgetRequestsBefore
      }
      if let request = transaction.request { contents.requests[request.key] = request }
      return true
    }
    if !isWritten { throw .conflict }
  }

  /// The record of a request.
  public func request(_ key: RequestKey) throws(StoreError) -> StoredRequest? {
    contents.withLock { $0.requests[key] }
  }

  /// Audit entries in ascending order.
  public func auditEntries(after sequence: Int64, limit: Int) throws(StoreError)
    -> [StoredAuditEntry]
  {
    contents.withLock { contents in
      // Entries are numbered from 1 on without gaps.
      let first = Int(clamping: max(0, sequence))
      guard first < contents.audit.count else { return [] }
      return Array(contents.audit[first...].prefix(max(1, limit)))
    }
  }
}

extension StoreTransaction {
  /// Whether it may follow a head of the chain, as far as that can be said without the resources: the entry
  /// comes next, each revision comes next, and no key is written twice.
  public func continues(_ head: AuditHead) -> Bool {
    expectedHead == head && audit.sequence == head.sequence + 1
      && Set(writes.map(\.resource.key)).count == writes.count
      && writes.allSatisfy { $0.resource.revision == $0.expectedRevision + 1 }
  }
}
