import TestSupport
import Testing

@testable import CohortConfiguration

/// A store whose contents a test may change behind everybody's back.
private final class TamperedStore: CohortStore {
  let contents: StoreSnapshot
  let entries: [StoredAuditEntry]

  init(_ contents: StoreSnapshot, _ entries: [StoredAuditEntry]) {
    self.contents = contents
    self.entries = entries
  }

  func snapshot() throws(StoreError) -> StoreSnapshot { contents }
  func commit(_ transaction: StoreTransaction) throws(StoreError) { throw .readOnly("a copy") }
  func request(_ key: RequestKey) throws(StoreError) -> StoredRequest? { nil }
  func auditEntries(after sequence: Int64, limit: Int) throws(StoreError) -> [StoredAuditEntry] {
    Array(entries.filter { $0.sequence > sequence }.prefix(limit))
  }
}

struct AuditVerifierTests {
  private let snapshot: StoreSnapshot
  private let entries: [StoredAuditEntry]

  init() throws {
    var scene = try Scene()
    try scene.live()
    snapshot = try scene.store.snapshot()
    entries = try scene.store.auditEntries(after: 0, limit: 100)
  }

  private func verify(_ entries: [StoredAuditEntry], _ snapshot: StoreSnapshot? = nil)
    -> AuditFault?
  {
    do {
      _ = try AuditVerifier.verify(
        TamperedStore(snapshot ?? self.snapshot, entries), hash: testHash)
      return nil
    } catch {
      return error as? AuditFault
    }
  }

  @Test func theChainOfEveryHistoryIsWhole() {
    #expect(verify(entries) == nil)
    #expect(entries.count == 6)
  }

  @Test func entriesAreReadBackAsTheyWereWritten() throws {
    for stored in entries {
      let entry = try #require(AuditEntry(stored))
      #expect(entry.stored(testHash) == stored)
    }
  }

  @Test func aByteOfAnyEntryCounts() {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<300 {
      let index = Int.random(in: entries.indices, using: &generator)
      let entry = entries[index]
      var payload = entry.payload
      payload[Int.random(in: payload.indices, using: &generator)] ^=
        UInt8.random(in: 1...255, using: &generator)
      var changed = entries
      changed[index] = StoredAuditEntry(
        sequence: entry.sequence, payload: payload, hash: entry.hash)
      #expect(verify(changed)?.sequence == entry.sequence)
    }
  }

  @Test func anEntryWhoseHashWasMadeAnewIsFoundAtTheNext() throws {
    for index in entries.indices {
      var entry = try #require(AuditEntry(entries[index]))
      entry.reason = "another"
      var changed = entries
      changed[index] = entry.stored(testHash)
      // The last one is found since the store's head says otherwise.
      #expect(verify(changed)?.sequence == entry.sequence + 1, "entry \(entry.sequence)")
    }
  }

  @Test func removedAddedAndSwappedEntriesAreFound() {
    for index in entries.indices {
      var removed = entries
      removed.remove(at: index)
      #expect(verify(removed)?.sequence == Int64(index + 1))
    }
    var swapped = entries
    swapped.swapAt(1, 2)
    #expect(verify(swapped) != nil)
    let more = StoredAuditEntry(sequence: 7, payload: [1], hash: "h")
    let longer = StoreSnapshot(
      resources: snapshot.resources, head: AuditHead(sequence: 7, hash: "h"))
    #expect(verify(entries + [more], longer)?.sequence == 7)
    #expect(verify([])?.sequence == 1)
  }

  @Test func aByteOfAnyResourceCounts() {
    var generator = SeededGenerator(seed: 2)
    for _ in 0..<300 {
      let index = Int.random(in: snapshot.resources.indices, using: &generator)
      let resource = snapshot.resources[index]
      var payload = resource.payload
      payload[Int.random(in: payload.indices, using: &generator)] ^=
        UInt8.random(in: 1...255, using: &generator)
      var resources = snapshot.resources
      resources[index] = StoredResource(
        key: resource.key, revision: resource.revision, digest: resource.digest, payload: payload)
      let changed = StoreSnapshot(resources: resources, head: snapshot.head)
      #expect(throws: StoreError.self) { try ConfigurationState(changed, hash: testHash) }
      #expect(verify(entries, changed) != nil)
    }
  }

  @Test func aResourceWhoseDigestWasMadeAnewIsFoundByItsEntry() {
    for (index, resource) in snapshot.resources.enumerated() {
      var resources = snapshot.resources
      resources[index] = StoredResource(
        key: resource.key, revision: resource.revision, payload: resource.payload + [32],
        hash: testHash)
      #expect(verify(entries, StoreSnapshot(resources: resources, head: snapshot.head)) != nil)
      resources[index] = StoredResource(
        key: resource.key, revision: resource.revision + 1, payload: resource.payload,
        hash: testHash)
      #expect(verify(entries, StoreSnapshot(resources: resources, head: snapshot.head)) != nil)
      resources.remove(at: index)
      #expect(verify(entries, StoreSnapshot(resources: resources, head: snapshot.head)) != nil)
    }
  }

  @Test func anUntruePayloadIsReadAsNothing() {
    // Lengths that run over, and bytes of every kind, must neither be read nor end the process.
    for bytes in [
      [], [0], Array("audit 1".utf8), Array("audit 1\n".utf8) + [1, 0xFF],
      Array("audit 1\n".utf8) + [1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1],
      Array("audit 1\n".utf8) + [7, 3, 1, 1, 1],
    ] as [[UInt8]] {
      #expect(AuditEntry(StoredAuditEntry(sequence: 1, payload: bytes, hash: "")) == nil)
      #expect(VersionRecord(payload: bytes) == nil && SiteRevisionRecord(payload: bytes) == nil)
      #expect(CohortRecord(payload: bytes) == nil && ActivationRecord(payload: bytes) == nil)
      #expect(TrialRecord(payload: bytes) == nil && SiteRecord(payload: bytes) == nil)
    }
  }
}
