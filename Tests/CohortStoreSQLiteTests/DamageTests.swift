import CohortConfiguration
import Foundation
import GRDB
import StoreExercises
import Testing

@testable import CohortStoreSQLite

/// Files that are not what was written.
struct DamageTests {
  @Test func aByteOfAPayloadIsFoundAndNamed() async throws {
    let report = try await aside {
      let scratch = try Scratch()
      var exercise = try Corruption(directory: scratch.path, seed: 1)
      return try exercise.payloads(positions: 100)
    }
    #expect(report.faults == [])
    #expect(report.detected == 100)
  }

  @Test func aByteAnywhereIsFoundOrChangesNothing() async throws {
    let report = try await aside {
      let scratch = try Scratch()
      var exercise = try Corruption(directory: scratch.path, seed: 2)
      return try exercise.anywhere(positions: 100)
    }
    #expect(report.faults == [])
    #expect(report.detected > 50)
  }

  @Test func anOlderRevisionIsVerifiedToo() throws {
    let scratch = try Scratch()
    _ = try scratch.filled()
    try damage(
      scratch, "UPDATE revisions SET payload = x'07' WHERE revision = 1 AND kind = 'cohort'")
    let error = storeFailure { _ = try scratch.open().snapshot() }
    #expect(error == .corrupt(place: "revision 1 of cohort 'a'"))
    // The history can still be read and exported.
    #expect(try scratch.open().auditEntries(after: 0, limit: 10).count == 3)
  }

  @Test(arguments: [
    ("UPDATE revisions SET digest = x'00' WHERE kind = 'site_revision'", "site_revision 'r'"),
    ("UPDATE revisions SET name = x'FF' WHERE kind = 'site_revision'", "a revision of a resource"),
    ("UPDATE revisions SET kind = 'other' WHERE kind = 'site_revision'", "a revision of a"),
    ("UPDATE revisions SET revision = 5 WHERE revision = 2", "revision 5 of cohort 'a'"),
  ])
  func aRowIsNamed(_ statement: String, _ place: String) throws {
    let scratch = try Scratch()
    _ = try scratch.filled()
    try damage(scratch, statement)
    let error = storeFailure { _ = try scratch.open().snapshot() }
    guard case .corrupt(let found) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(found.contains(place))
  }

  @Test(arguments: [
    ("UPDATE audit SET payload = x'00' WHERE sequence = 2", 2),
    ("UPDATE audit SET hash = x'00' WHERE sequence = 2", 2),
    ("DELETE FROM audit WHERE sequence = 2", 2),
    ("DELETE FROM revisions WHERE kind = 'site_revision'", 4),
    ("DELETE FROM revisions WHERE revision = 2", 4),
  ])
  func theChainNamesTheFirstBadEntry(_ statement: String, _ sequence: Int64) throws {
    let scratch = try Scratch()
    _ = try scratch.filled()
    try damage(scratch, statement)
    let store = try scratch.open()
    let fault = #expect(throws: AuditFault.self) {
      _ = try AuditVerifier.verify(store, hash: storeHash)
    }
    #expect(fault?.sequence == sequence)
  }

  @Test(arguments: ["response = x'00'", "body_digest = x'00'", "time = 9", "digest = x'00'"])
  func aRequestThatIsAnotherIsFound(_ change: String) throws {
    let scratch = try Scratch()
    _ = try scratch.filled()
    try damage(scratch, "UPDATE requests SET \(change)")
    let store = try scratch.open()
    let error = failure { () throws(StoreError) in _ = try store.request(ChainWriter.request(1)) }
    #expect(error == .corrupt(place: "the record of a request"))
  }

  /// Changes the file as nobody may, and puts its rules back.
  private func damage(_ scratch: Scratch, _ statement: String) throws {
    try scratch.raw().writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA foreign_keys = OFF")
      let triggers = try Row.fetchAll(
        db, sql: "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
      for row in triggers { try db.execute(sql: "DROP TRIGGER \(row["name"] as String)") }
      try db.execute(sql: statement)
      #expect(db.changesCount > 0)
      for row in triggers { try db.execute(sql: row["sql"] as String) }
    }
  }

  /// A process that was killed leaves a log. What was acknowledged is in the file as well.
  @Test(arguments: [0, 24, 32, 60, 2_000, 5_000])
  func damageToTheLogLosesNothing(_ offset: Int) throws {
    let scratch = try Scratch()
    let store = try scratch.open()
    var chain = ChainWriter(try store.snapshot())
    for number in 0..<5 {
      try chain.commit([(ResourceKey(.cohort, "c\(number)"), [1])], to: store)
    }
    let killed = try Scratch()
    try FileManager.default.copyItem(atPath: scratch.file, toPath: killed.file)
    var log = Array(try Data(contentsOf: URL(fileURLWithPath: scratch.file + "-wal")))
    try #require(log.count > offset)
    log[offset] ^= 0x10
    try Data(log).write(to: URL(fileURLWithPath: killed.file + "-wal"))
    let again = try killed.open()
    #expect(try again.snapshot() == StoreSnapshot(resources: chain.resources, head: chain.head))
    #expect(try AuditVerifier.verify(again, hash: storeHash) == chain.head)
    #expect(try killed.size("-wal") == 0)
    try store.close()
  }

  /// Ways for a file to be none.
  enum Ruin: CaseIterable {
    case cutInHalf
    case noDatabase
    case pageOfZeros
    case headerOfOnes

    func applied(to file: [UInt8]) -> [UInt8] {
      switch self {
      case .cutInHalf: Array(file[..<(file.count / 2)])
      case .noDatabase: Array("this is no database".utf8) + file.dropFirst(19)
      case .pageOfZeros:
        file[..<4_096] + [UInt8](repeating: 0, count: 4_096) + file[8_192...]
      case .headerOfOnes: file[..<16] + [UInt8](repeating: 0xFF, count: 84) + file[100...]
      }
    }
  }

  @Test(arguments: Ruin.allCases)
  func aFileThatIsNoneIsNamed(_ ruin: Ruin) throws {
    let scratch = try Scratch()
    _ = try scratch.filled()
    let place = URL(fileURLWithPath: scratch.file)
    for suffix in ["-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: scratch.file + suffix)
    }
    try Data(ruin.applied(to: Array(try Data(contentsOf: place)))).write(to: place)
    let error = storeFailure { _ = try AuditVerifier.verify(scratch.open(), hash: storeHash) }
    guard case .corrupt(let found) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(found.contains(scratch.file))
  }
}
