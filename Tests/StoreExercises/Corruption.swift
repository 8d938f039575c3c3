internal import CohortConfiguration
internal import CohortStoreSQLite
internal import Foundation
internal import TestSupport

/// A store's file in which one byte is another.
package struct Corruption {
  /// What came of it.
  package struct Report: Sendable {
    package var positions = 0
    package var detected = 0
    package var faults: [String] = []
  }

  private let directory: URL
  private let file: [UInt8]
  private let windows: [UInt64: Int]
  private let snapshot: StoreSnapshot
  private let entries: [StoredAuditEntry]
  private var random: SeededGenerator

  private static let place = "/\(SQLiteCohortStore.fileName)"

  /// Fills a store in a directory with versions, their older revisions, cohorts and entries, and closes it.
  package init(directory: String, seed: UInt64) throws {
    random = SeededGenerator(seed: seed)
    let store = try SQLiteCohortStore(directory: directory, hash: storeHash)
    var chain = ChainWriter(try store.snapshot())
    for round in 0..<40 {
      let version = ResourceKey(.version, "trials/t/versions/v\(random.number(in: 0...9))")
      let cohort = ResourceKey(.cohort, "trials/t/cohorts/c\(round % 6)")
      try chain.commit(
        [
          (version, random.bytes(random.number(in: 100...9_000))), (cohort, random.bytes(50)),
        ], reason: digits(random.bytes(random.number(in: 1...1_000))), to: store)
    }
    snapshot = try store.snapshot()
    entries = try store.auditEntries(after: 0, limit: 1_000)
    try store.close()
    self.directory = URL(fileURLWithPath: directory)
    file = Array(try Data(contentsOf: URL(fileURLWithPath: directory + Self.place)))
    windows = Self.windows(of: file)
  }

  /// Changes a byte in the payload of the last revision of a version, or of an audit entry. The error must name
  /// it.
  package mutating func payloads(positions: Int) throws -> Report {
    var report = Report()
    let versions = snapshot.resources.filter { $0.key.kind == .version }
    while report.positions < positions {
      let expected: String
      let payload: [UInt8]
      if random.chance(oneIn: 2) {
        let version = random.pick(versions)
        payload = version.payload
        let place = "revision \(version.revision) of version '\(version.key.name)'"
        expected = "\(StoreError.corrupt(place: place))"
      } else {
        let entry = random.pick(entries)
        payload = entry.payload
        expected = "entry \(entry.sequence)"
      }
      // What stands on either side of a page's end is not together in the file; another is chosen then.
      let position = random.number(in: 0...(payload.count - 1))
      guard let offset = locate(payload, position) else { continue }
      report.positions += 1
      let found = try outcome(at: offset)
      if found == expected {
        report.detected += 1
      } else {
        report.faults.append("byte \(offset): \(found ?? "nothing") instead of \(expected)")
      }
    }
    return report
  }

  /// Changes any byte of the file. Either it is found, or all that is handed out is what was written.
  package mutating func anywhere(positions: Int) throws -> Report {
    var report = Report()
    for _ in 0..<positions {
      report.positions += 1
      let offset = random.number(in: 0...(file.count - 1))
      let found = try outcome(at: offset)
      if let found {
        report.detected += 1
        if found.hasPrefix("unexpected") { report.faults.append("byte \(offset): \(found)") }
      }
    }
    return report
  }

  /// What is told of the file with another byte; nil = nothing, and everything is what was written.
  private mutating func outcome(at offset: Int) throws -> String? {
    var bytes = file
    bytes[offset] ^= UInt8(random.number(in: 1...255))
    for suffix in ["-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: directory.path + Self.place + suffix)
    }
    try Data(bytes).write(to: directory.appendingPathComponent(SQLiteCohortStore.fileName))
    do {
      let store = try SQLiteCohortStore(directory: directory.path, hash: storeHash)
      let head = try AuditVerifier.verify(store, hash: storeHash)
      guard try store.snapshot() == snapshot, head == snapshot.head,
        try store.auditEntries(after: 0, limit: 1_000) == entries
      else { return "unexpected: other data without an error" }
      for entry in entries {
        let request = try store.request(ChainWriter.request(entry.sequence))
        guard request?.response == Array("\(entry.sequence)".utf8) else {
          return "unexpected: another request without an error"
        }
      }
      return nil
    } catch let fault as AuditFault {
      return "entry \(fault.sequence)"
    } catch let error as StoreError {
      return "\(error)"
    } catch {
      return "unexpected: \(type(of: error))"
    }
  }

  /// Where a byte of a payload is in the file.
  private func locate(_ payload: [UInt8], _ position: Int) -> Int? {
    let width = Self.windowWidth
    for start in [position - width + 1, position] {
      guard start >= 0, start + width <= payload.count,
        let place = windows[Self.window(payload[start..<start + width])], place >= 0
      else { continue }
      return place + position - start
    }
    return nil
  }

  private static let windowWidth = 8

  private static func window(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Where each window of bytes is; -1 where it is more than once.
  private static func windows(of file: [UInt8]) -> [UInt64: Int] {
    var windows: [UInt64: Int] = [:]
    var window: UInt64 = 0
    for (offset, byte) in file.enumerated() {
      window = window << 8 | UInt64(byte)
      let start = offset - windowWidth + 1
      if start >= 0 { windows[window] = windows[window] == nil ? start : -1 }
    }
    return windows
  }
}
