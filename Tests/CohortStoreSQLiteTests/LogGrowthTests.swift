import CohortConfiguration
import Foundation
import GRDB
import StoreExercises
import Testing

@testable import CohortStoreSQLite

/// The write-ahead log has a bound, whoever reads.
struct LogGrowthTests {
  private func open(_ scratch: Scratch, _ limits: LogLimits) throws -> SQLiteCohortStore {
    try SQLiteCohortStore(
      directory: scratch.path, hash: storeHash, schema: .current, limits: limits)
  }

  /// Bytes of a log of so many pages, each with its header.
  private func bytes(_ pages: Int) -> Int { 32 + pages * (4_096 + 24) }

  @Test func withoutLongReadersItStaysSmall() throws {
    let scratch = try Scratch()
    let store = try open(scratch, LogLimits(passive: 50, truncate: 200, full: 1_000))
    var chain = ChainWriter(try store.snapshot())
    var largest = 0
    for round in 0..<300 {
      try chain.commit([(ResourceKey(.cohort, "c\(round % 10)"), [1])], to: store)
      largest = max(largest, try scratch.size("-wal"))
    }
    // The limit, and what one commit adds.
    #expect(largest < bytes(50 + 20))
    #expect(try AuditVerifier.verify(store, hash: storeHash) == chain.head)
  }

  @Test func aLongReaderOfAnotherProcessStopsWritingInTheEnd() throws {
    let scratch = try Scratch()
    let store = try open(scratch, LogLimits(passive: 50, truncate: 100, full: 150))
    var chain = ChainWriter(try store.snapshot())
    try chain.commit([(cohort, [1])], to: store)
    let reader = try scratch.raw()
    try reader.inDatabase { db in
      try db.execute(sql: "BEGIN; SELECT * FROM audit")
      var error: StoreError?
      for round in 0..<300 where error == nil {
        do throws(StoreError) {
          try chain.commit([(ResourceKey(.cohort, "c\(round % 10)"), [1])], to: store)
        } catch let refused {
          error = refused
        }
      }
      guard case .readOnly(let cause) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(cause.contains("another process keeps reading"))
      #expect(try scratch.size("-wal") < bytes(150 + 20))
      #expect(try store.snapshot().head == chain.head)
      try db.execute(sql: "COMMIT")
    }
    // The reader is gone: writing goes on by itself, and the log is small again.
    try chain.commit([(cohort, [2])], to: store)
    #expect(try scratch.size("-wal") < bytes(20))
    #expect(try AuditVerifier.verify(store, hash: storeHash) == chain.head)
  }

  @Test func aCheckpointThatMovedAllBeginsAnew() {
    var log = LogGrowth(LogLimits(passive: 10, truncate: 40, full: 100))
    #expect(log.due == nil)
    log.add(10)
    #expect(log.due == .passive)
    let isLarge = log.learn(held: 12, moved: 12)
    #expect(!isLarge)
    #expect(log.pages == 0 && log.due == nil)
  }

  @Test func checkpointsThatAreHeldUpBecomeRarer() {
    var log = LogGrowth(LogLimits(passive: 10, truncate: 40, full: 100))
    log.add(40)
    #expect(log.due == .truncate)
    let isLarge = log.learn(held: 41, moved: 5)
    #expect(!isLarge)
    #expect(log.pages == 41 && log.due == nil)
    log.add(10)
    #expect(log.due == .passive)
    log.add(31)
    #expect(log.due == .truncate && !log.isFull)
    log.add(18)
    #expect(log.isFull)
  }

  @Test func aLargeLogThatWasMovedIsCutAtOnce() {
    var log = LogGrowth(LogLimits(passive: 10, truncate: 40, full: 100))
    let isLarge = log.learn(held: 60, moved: 60)
    #expect(isLarge)
    #expect(log.pages == 0)
  }
}
