package import CohortConfiguration
internal import Foundation
internal import Synchronization
internal import TestSupport

/// Writers at the same time: what they were told must be what the store holds.
package enum WriterRace {
  /// What came of it.
  package struct Report: Sendable {
    package var written = 0
    package var conflicts = 0
    /// What must not be.
    package var faults: [String] = []
  }

  /// Lets threads change cohorts of an empty store, each reading before it writes.
  package static func run(
    _ store: any CohortStore, writers: Int = 8, cohorts: Int = 10, seconds: Double
  ) throws -> Report {
    let report = Mutex(Report())
    let end = Date(timeIntervalSinceNow: seconds)
    let group = DispatchGroup()
    for writer in 0..<writers {
      group.enter()
      Thread {
        defer { group.leave() }
        var random = SeededGenerator(seed: UInt64(writer))
        while Date() < end {
          do throws(StoreError) {
            var chain = ChainWriter(try store.snapshot())
            let key = ResourceKey(
              .cohort, "trials/t/cohorts/c\(random.number(in: 0...(cohorts - 1)))")
            try chain.commit([(key, random.bytes(100))], to: store)
            report.withLock { $0.written += 1 }
          } catch {
            report.withLock {
              if error == .conflict { $0.conflicts += 1 } else { $0.faults.append("\(error)") }
            }
          }
        }
      }.start()
    }
    group.wait()
    return try report.withLock { report in
      let snapshot = try store.snapshot()
      let revisions = snapshot.resources.reduce(0) { $0 + $1.revision }
      if revisions != report.written {
        report.faults.append("\(report.written) were written, and there are \(revisions) revisions")
      }
      if try AuditVerifier.verify(store, hash: storeHash).sequence != report.written {
        report.faults.append("the audit chain does not have \(report.written) entries")
      }
      return report
    }
  }
}
