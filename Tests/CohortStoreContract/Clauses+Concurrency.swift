internal import CohortConfiguration
internal import Dispatch
internal import Synchronization

extension CohortStoreContract {
  static let concurrencyClauses: [Clause] = [
    Clause(description: "of writers at the same time one is first, and the others are conflicts") {
      subject in
      let store = try subject.open()
      let hash = subject.hash
      let writers = 8
      let outcomes = Mutex<(written: Int, conflicts: Int, others: [String])>((0, 0, []))
      DispatchQueue.concurrentPerform(iterations: writers) { writer in
        var scribe = Scribe(StoreUnderTest(hash: hash, open: { store }))
        for _ in 0..<40 {
          do throws(StoreError) {
            let snapshot = try store.snapshot()
            scribe.head = snapshot.head
            let revision = snapshot.resources.first?.revision ?? 0
            try scribe.commit(
              [scribe.resource("one", revision: revision + 1, "\(writer)")], to: store)
            outcomes.withLock { $0.written += 1 }
          } catch {
            outcomes.withLock {
              if error == .conflict { $0.conflicts += 1 } else { $0.others.append("\(error)") }
            }
          }
        }
      }
      let (written, conflicts, others) = outcomes.withLock { $0 }
      try require(others.isEmpty, "failures that are no conflict: \(others)")
      try require(written + conflicts == writers * 40, "outcomes are missing")
      let last = try store.snapshot()
      try require(
        last.resources.map(\.revision) == [Int64(written)] && last.head.sequence == Int64(written),
        "\(written) were written, and the store has \(last.head.sequence)")
    },
    Clause(description: "a snapshot among writers is of one moment") { subject in
      let store = try subject.open()
      let hash = subject.hash
      let torn = Mutex<[String]>([])
      DispatchQueue.concurrentPerform(iterations: 3) { part in
        do throws(StoreError) {
          guard part == 0 else {
            for _ in 0..<200 {
              let snapshot = try store.snapshot()
              // Each transaction changes both, and the head with them.
              let seen = Set(snapshot.resources.map(\.revision) + [snapshot.head.sequence])
              if seen.count != 1 { torn.withLock { $0.append("\(seen.sorted())") } }
            }
            return
          }
          var scribe = Scribe(StoreUnderTest(hash: hash, open: { store }))
          for round in 1...200 as ClosedRange<Int64> {
            try scribe.commit(
              ["a", "b"].map { scribe.resource($0, revision: round) }, to: store)
          }
        } catch {
          torn.withLock { $0.append("\(error)") }
        }
      }
      let found = torn.withLock { $0 }
      try require(found.isEmpty, "snapshots with parts of transactions: \(found.prefix(3))")
    },
  ]
}
