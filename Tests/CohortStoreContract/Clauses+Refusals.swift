internal import CohortConfiguration

extension CohortStoreContract {
  static let refusalClauses: [Clause] = [
    refusal("a resource that is there is not created again") { scribe in
      scribe.transaction([scribe.resource("one", revision: 1, "again")])
    },
    refusal("a change of an older revision is refused") { scribe in
      scribe.transaction([scribe.resource("one", revision: 2, "late")])
    },
    refusal("a change of a revision to come is refused") { scribe in
      scribe.transaction([scribe.resource("one", revision: 4, "early")])
    },
    refusal("a change of what is not there is refused") { scribe in
      scribe.transaction([scribe.resource("two", revision: 2, "nothing")])
    },
    refusal("one conflict among several writes refuses them all") { scribe in
      scribe.transaction([
        scribe.resource("new", revision: 1), scribe.resource("one", revision: 3),
        scribe.resource("two", revision: 2),
      ])
    },
    refusal("a revision that does not follow the expected one is refused") { scribe in
      let next = scribe.transaction([])
      return StoreTransaction(
        writes: [.init(scribe.resource("one", revision: 4), replacing: 2)], audit: next.audit,
        expectedHead: next.expectedHead)
    },
    refusal("a key that is written twice is refused") { scribe in
      let next = scribe.transaction([])
      let twice = scribe.resource("new", revision: 1)
      return StoreTransaction(
        writes: [.init(twice, replacing: 0), .init(twice, replacing: 0)], audit: next.audit,
        expectedHead: next.expectedHead)
    },
    refusal("an entry behind another head is refused") { scribe in
      let next = scribe.transaction([scribe.resource("new", revision: 1)])
      return StoreTransaction(
        writes: next.writes, audit: next.audit,
        expectedHead: AuditHead(sequence: scribe.head.sequence, hash: "other"))
    },
    refusal("an entry behind an older head is refused") { scribe in
      let next = scribe.transaction([scribe.resource("new", revision: 1)])
      return StoreTransaction(
        writes: next.writes,
        audit: StoredAuditEntry(sequence: 2, payload: [1], hash: "h"),
        expectedHead: AuditHead(sequence: 1, hash: scribe.head.hash))
    },
    refusal("an entry that leaves a gap is refused") { scribe in
      let next = scribe.transaction([scribe.resource("new", revision: 1)])
      return StoreTransaction(
        writes: next.writes,
        audit: StoredAuditEntry(sequence: scribe.head.sequence + 2, payload: [1], hash: "h"),
        expectedHead: scribe.head)
    },
  ]

  /// A transaction that must be a conflict, and of which nothing may be left, on a store in which `one` has
  /// revision 2.
  private static func refusal(
    _ description: String, _ make: @escaping @Sendable (Scribe) -> StoreTransaction
  ) -> Clause {
    Clause(description: description) { subject in
      let store = try subject.open()
      var scribe = Scribe(subject)
      try scribe.commit([scribe.resource("one", revision: 1, "first")], to: store)
      try scribe.commit([scribe.resource("one", revision: 2, "second")], to: store)
      let before = try store.snapshot()
      let given = make(scribe)
      let request = StoredRequest(
        key: RequestKey(principal: "ann", id: "1"), bodyDigest: "d", response: [], time: 0)
      let refused = StoreTransaction(
        writes: given.writes, audit: given.audit, expectedHead: given.expectedHead,
        request: request)
      var failure: StoreError?
      do throws(StoreError) {
        try store.commit(refused)
      } catch {
        failure = error
      }
      try require(
        failure == .conflict, failure.map { "it failed with \($0)" } ?? "it was written")
      for store in [store, try subject.open()] {
        try require(try store.snapshot() == before, "something of it was written")
        let entries = try store.auditEntries(after: 0, limit: 10)
        try require(entries.count == 2, "its entry was written")
        try require(try store.request(request.key) == nil, "its request was written")
      }
      // The store goes on.
      try scribe.commit([scribe.resource("one", revision: 3, "third")], to: try subject.open())
    }
  }
}
