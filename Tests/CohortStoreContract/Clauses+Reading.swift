internal import CohortConfiguration

extension CohortStoreContract {
  static let readingClauses: [Clause] = [
    Clause(description: "an empty store has nothing") { subject in
      let store = try subject.open()
      try require(
        try store.snapshot() == StoreSnapshot(resources: [], head: .none), "there is something")
      try require(try store.auditEntries(after: 0, limit: 10).isEmpty, "there are audit entries")
      let key = RequestKey(principal: "ann", id: "1")
      try require(try store.request(key) == nil, "there is a request")
    },
    Clause(description: "a snapshot has every resource in the order of keys, and the head") {
      subject in
      let store = try subject.open()
      var scribe = Scribe(subject)
      var all: [StoredResource] = []
      for (index, kind) in ResourceKind.allCases.enumerated() {
        let two = ["b\(index)", "a\(index)"].map { scribe.resource($0, revision: 1, kind: kind) }
        all += two
        try scribe.commit(two, to: store)
      }
      let expected = StoreSnapshot(
        resources: all.sorted { $0.key < $1.key }, head: scribe.head)
      try require(try store.snapshot() == expected, "the snapshot differs from what was written")
      try require(try subject.open().snapshot() == expected, "it differs after opening again")
    },
    Clause(description: "what is written comes back byte for byte") { subject in
      let store = try subject.open()
      var scribe = Scribe(subject)
      let payload = (0..<70_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
      let names = ["", "trials/x/cohorts/'; --", "\u{0}", "试验/é/e\u{301}", "A", "a", "a "]
      let resources = names.map {
        StoredResource(
          key: ResourceKey(.cohort, $0), revision: 1, payload: payload, hash: subject.hash)
      }
      let request = StoredRequest(
        key: RequestKey(principal: "ann'", id: "\u{0}1"), bodyDigest: "d", response: payload,
        time: -1)
      let transaction = StoreTransaction(
        writes: resources.map { .init($0, replacing: 0) },
        audit: StoredAuditEntry(sequence: 1, payload: payload, hash: "h"), expectedHead: .none,
        request: request)
      try store.commit(transaction)
      scribe.head = AuditHead(sequence: 1, hash: "h")
      for store in [store, try subject.open()] {
        let snapshot = try store.snapshot()
        try require(
          snapshot.resources == resources.sorted { $0.key < $1.key }, "resources differ")
        try require(snapshot.head == scribe.head, "the head differs")
        try require(
          try store.auditEntries(after: 0, limit: 9) == [transaction.audit], "the entry differs")
        try require(try store.request(request.key) == request, "the request differs")
      }
    },
    Clause(description: "audit entries come in order, behind a sequence, at most so many") {
      subject in
      let store = try subject.open()
      var scribe = Scribe(subject)
      for _ in 0..<7 { try scribe.commit([], to: store) }
      for store in [store, try subject.open()] {
        for (after, limit, expected) in [
          (0, 100, [1, 2, 3, 4, 5, 6, 7]), (0, 3, [1, 2, 3]), (3, 3, [4, 5, 6]), (6, 3, [7]),
          (7, 3, []), (99, 3, []), (-1, 2, [1, 2]), (2, 1, [3]), (Int64.max, 1, []),
        ] as [(Int64, Int, [Int64])] {
          let found = try store.auditEntries(after: after, limit: limit).map(\.sequence)
          try require(found == expected, "behind \(after), at most \(limit): \(found)")
        }
      }
    },
  ]
}
