package import CohortConfiguration
internal import Crypto
package import TestSupport

/// SHA-256 as the server has it.
package let storeHash: CohortConfiguration.HashFunction = { bytes in
  digits(Array(SHA256.hash(data: bytes)))
}

/// Makes transactions whose audit entries tell what is in them, one behind the other.
package struct ChainWriter {
  package private(set) var head: AuditHead
  private var known: [ResourceKey: StoredResource]

  /// Goes on from what a store holds.
  package init(_ snapshot: StoreSnapshot) {
    head = snapshot.head
    known = Dictionary(uniqueKeysWithValues: snapshot.resources.map { ($0.key, $0) })
  }

  /// The resources as they are behind the last transaction that was taken.
  package var resources: [StoredResource] { known.values.sorted { $0.key < $1.key } }

  /// The id of the request that comes with the entry of a sequence.
  package static func request(_ sequence: Int64) -> RequestKey {
    RequestKey(principal: "writer", id: "request-\(sequence)")
  }

  /// The next transaction: a new revision of each key, an entry, and a request whose answer is the sequence.
  package func transaction(
    _ changes: [(key: ResourceKey, payload: [UInt8])], reason: String = "because"
  ) -> StoreTransaction {
    let sequence = head.sequence + 1
    let writes = changes.map { key, payload in
      let revision = known[key]?.revision ?? 0
      return StoreTransaction.Write(
        StoredResource(key: key, revision: revision + 1, payload: payload, hash: storeHash),
        replacing: revision)
    }
    let key = Self.request(sequence)
    let entry = AuditEntry(
      sequence: sequence, time: sequence, principal: key.principal, action: "Exercise",
      reason: reason, requestID: key.id,
      changes: writes.map {
        AuditEntry.Change(
          key: $0.resource.key, revision: $0.resource.revision,
          digestBefore: known[$0.resource.key]?.digest ?? "", digestAfter: $0.resource.digest)
      },
      previousHash: head.hash)
    return StoreTransaction(
      writes: writes, audit: entry.stored(storeHash), expectedHead: head,
      request: StoredRequest(
        key: key, bodyDigest: storeHash(Array(reason.utf8)), response: Array("\(sequence)".utf8),
        time: sequence))
  }

  /// Goes on behind a transaction.
  package mutating func take(_ transaction: StoreTransaction) {
    for write in transaction.writes { known[write.resource.key] = write.resource }
    head = AuditHead(sequence: transaction.audit.sequence, hash: transaction.audit.hash)
  }

  /// Commits the next transaction and goes on behind it.
  package mutating func commit(
    _ changes: [(key: ResourceKey, payload: [UInt8])], reason: String = "because",
    to store: any CohortStore
  ) throws(StoreError) {
    let transaction = transaction(changes, reason: reason)
    try store.commit(transaction)
    take(transaction)
  }
}

extension SeededGenerator {
  /// So many bytes.
  package mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
  }

  /// Changes as a busy trial has them: mostly one cohort, at times several, at times a draft of many pages.
  package mutating func changes() -> [(key: ResourceKey, payload: [UInt8])] {
    if chance(oneIn: 10) {
      let key = ResourceKey(.version, "trials/t/versions/v\(number(in: 0...3))")
      return [(key, bytes(number(in: 1...40_000)))]
    }
    let first = number(in: 0...9)
    return (0..<number(in: 1...3)).map {
      (ResourceKey(.cohort, "trials/t/cohorts/c\((first + $0) % 10)"), bytes(number(in: 0...300)))
    }
  }
}
