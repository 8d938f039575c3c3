import CohortConfiguration
import Foundation
import GRDB
import StoreExercises
import Testing

@testable import CohortStoreSQLite

/// Disks without room, files that may not be written, and other processes in the way.
struct DiskFullTests {
  @Test func aFileAtItsLimitIsReadAndWritesAgainWithRoom() throws {
    let scratch = try Scratch()
    let store = try scratch.open()
    var chain = ChainWriter(try store.snapshot())
    try chain.commit([(cohort, [1])], to: store)
    func limit(_ pages: Int) throws {
      try store.pool.writeWithoutTransaction {
        _ = try Int.fetchOne($0, sql: "PRAGMA max_page_count = \(pages)")
      }
    }
    let pages = try store.pool.read { try Int.fetchOne($0, sql: "PRAGMA page_count") } ?? 0
    try limit(pages + 10)
    let error = fill(store, &chain)
    #expect(error == .readOnly("its disk is full"))
    #expect(try store.snapshot() == StoreSnapshot(resources: chain.resources, head: chain.head))
    #expect(try store.request(ChainWriter.request(chain.head.sequence + 1)) == nil)
    #expect(failure { () throws(StoreError) in try store.probe() } == .readOnly("its disk is full"))
    try limit(100_000)
    try store.probe()
    #expect(try store.snapshot() == StoreSnapshot(resources: chain.resources, head: chain.head))
    try chain.commit([(cohort, [9])], to: store)
    #expect(try AuditVerifier.verify(store, hash: storeHash) == chain.head)
  }

  /// Commits until it fails.
  private func fill(_ store: SQLiteCohortStore, _ chain: inout ChainWriter) -> StoreError? {
    for round in 0..<2_000 {
      do throws(StoreError) {
        try chain.commit(
          [(ResourceKey(.cohort, "c\(round)"), [UInt8](repeating: 7, count: 9_000))], to: store)
      } catch {
        return error
      }
    }
    return nil
  }

  @Test(.enabled(if: SmallDisk.isAllowed, "a file system may not be mounted here"))
  func aFullDiskIsReadAndWritesAgainWithRoom() throws {
    let scratch = try Scratch()
    let disk = try SmallDisk(at: scratch.path, megabytes: 4)
    defer { disk.unmount() }
    let store = try scratch.open()
    var chain = ChainWriter(try store.snapshot())
    try chain.commit([(cohort, [1])], to: store)
    let filler = scratch.path + "/filler"
    try Data(count: 2_000_000).write(to: URL(fileURLWithPath: filler))
    for _ in 0..<3 {
      #expect(fill(store, &chain) == .readOnly("its disk is full"))
      #expect(try store.snapshot() == StoreSnapshot(resources: chain.resources, head: chain.head))
      #expect(
        failure { () throws(StoreError) in try store.probe() } == .readOnly("its disk is full"))
    }
    try FileManager.default.removeItem(atPath: filler)
    try store.probe()
    try chain.commit([(cohort, [9])], to: store)
    #expect(try AuditVerifier.verify(store, hash: storeHash) == chain.head)
    try store.close()
    let again = try scratch.open()
    #expect(try again.snapshot().resources == chain.resources)
    try again.close()
  }

  @Test func aLockedFileIsReadAndWritesWaitTwoSeconds() throws {
    let scratch = try Scratch()
    let store = try scratch.open()
    var chain = ChainWriter(try store.snapshot())
    try chain.commit([(cohort, [1])], to: store)
    let other = try scratch.raw()
    try other.writeWithoutTransaction { db in
      try db.execute(sql: "BEGIN EXCLUSIVE")
      let next = chain.transaction([(cohort, [2])])
      let start = Date()
      let error = failure { () throws(StoreError) in try store.commit(next) }
      let waited = -start.timeIntervalSinceNow
      #expect(error == .unavailable("another process keeps its file locked"))
      #expect(waited > 1.9 && waited < 4)
      #expect(try store.snapshot().head == chain.head)
      try db.execute(sql: "ROLLBACK")
    }
    try chain.commit([(cohort, [2])], to: store)
  }

  @Test func aFileThatAnotherProcessOwnsIsRefused() throws {
    let scratch = try Scratch()
    _ = try scratch.filled()
    let owner = try scratch.raw()
    try owner.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT")
    }
    let error = storeFailure { _ = try scratch.open() }
    #expect(error == .occupied(scratch.file))
    #expect(error?.description.contains("another process holds") == true)
    try owner.close()
    _ = try scratch.open().snapshot()
  }

  @Test func aClosedStoreSaysSo() throws {
    let scratch = try Scratch()
    let store = try scratch.open()
    let chain = ChainWriter(try store.snapshot())
    try store.close()
    #expect(failure { () throws(StoreError) in _ = try store.snapshot() } != nil)
    let next = chain.transaction([])
    #expect(failure { () throws(StoreError) in try store.commit(next) } != nil)
  }

  @Test func aDirectoryThatIsNotThereIsNamed() throws {
    let error = storeFailure {
      _ = try SQLiteCohortStore(directory: "/nowhere/at/all", hash: storeHash)
    }
    #expect(error?.description.contains("'/nowhere/at/all/configuration.sqlite'") == true)
  }
}

/// A file system of a few megabytes in memory.
struct SmallDisk {
  let path: String

  init(at path: String, megabytes: Int) throws {
    self.path = path
    guard Self.run("mount", ["-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", path]) else {
      throw CocoaError(.fileWriteNoPermission)
    }
  }

  func unmount() {
    _ = Self.run("umount", [path])
  }

  /// Whether this process may mount at all.
  static let isAllowed: Bool = {
    guard let scratch = try? Scratch(), let disk = try? SmallDisk(at: scratch.path, megabytes: 1)
    else { return false }
    disk.unmount()
    return true
  }()

  private static func run(_ command: String, _ arguments: [String]) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [command] + arguments
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
