internal import CohortConfiguration
internal import CohortStoreSQLite
internal import Foundation
internal import TestSupport

/// A writing process that is killed again and again.
package struct KillCycles {
  /// What came of it.
  package struct Report: Sendable {
    package var cycles = 0
    package var acknowledged = 0
    /// Written, but killed before it was said.
    package var unacknowledged = 0
    /// The longest time from opening to the first snapshot, in seconds.
    package var slowestOpening = 0.0
    package var faults: [String] = []
  }

  /// The program that writes: `store-torture`, beside the running one.
  package static var program: String {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(fileURLWithPath: own).deletingLastPathComponent()
      .appendingPathComponent("store-torture").path
  }

  /// Each so many cycles a new store is begun, since each cycle verifies the whole chain.
  private static let cyclesPerStore = 25

  private let directory: String
  private var random: SeededGenerator
  private var report = Report()
  private var head = AuditHead.none

  /// Takes a directory to write in.
  package init(directory: String, seed: UInt64) {
    self.directory = directory
    random = SeededGenerator(seed: seed)
  }

  /// Runs cycles, until one finds a fault.
  package mutating func run(cycles: Int) throws -> Report {
    for cycle in 0..<cycles where report.faults.isEmpty {
      let place = "\(directory)/store-\(cycle / Self.cyclesPerStore)"
      if cycle % Self.cyclesPerStore == 0 {
        try FileManager.default.createDirectory(
          atPath: place, withIntermediateDirectories: true)
        head = .none
      }
      let lines = try writeAndKill(place, seed: random.next())
      do {
        try check(place, lines)
      } catch {
        report.faults.append("\(error)")
      }
      report.cycles += 1
      report.faults = report.faults.map { "cycle \(cycle): \($0)" }
    }
    return report
  }

  /// What a writer said in whole lines until it was killed.
  private mutating func writeAndKill(_ place: String, seed: UInt64) throws -> [String] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.program)
    process.arguments = ["write", "--directory", place, "--seed", "\(seed)"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    // The first line says that it is about to open the store: it is killed while it opens, too.
    var said = output.fileHandleForReading.availableData
    let child = process.processIdentifier
    let delay = random.number(in: 5...200)
    DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(delay)) {
      kill(child, SIGKILL)
    }
    said += output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    if process.terminationReason != .uncaughtSignal {
      report.faults.append("the writer ended by itself with \(process.terminationStatus)")
    }
    // A line without its end was cut off.
    return String(decoding: said, as: UTF8.self).components(separatedBy: "\n").dropLast().map { $0 }
  }

  private mutating func check(_ place: String, _ lines: [String]) throws {
    let start = Date()
    let store = try SQLiteCohortStore(directory: place, hash: storeHash)
    let snapshot = try store.snapshot()
    report.slowestOpening = max(report.slowestOpening, -start.timeIntervalSinceNow)
    // Every entry about every resource, to the end; half a transaction would not fit.
    _ = try AuditVerifier.verify(store, hash: storeHash)
    var new: [StoredAuditEntry] = []
    while true {
      let after = new.last?.sequence ?? head.sequence
      let more = try store.auditEntries(after: after, limit: 1_000)
      if more.isEmpty { break }
      new += more
    }
    let acknowledged = lines.dropFirst()
    let found = new.map { "\($0.sequence) \($0.hash)" }
    if !found.starts(with: acknowledged) {
      report.faults.append("writes that were acknowledged are lost")
    }
    if new.count > acknowledged.count + 1 {
      report.faults.append("\(new.count) were written, and \(acknowledged.count) acknowledged")
    }
    for entry in new {
      let request = try store.request(ChainWriter.request(entry.sequence))
      if request?.response != Array("\(entry.sequence)".utf8) {
        report.faults.append("entry \(entry.sequence) is there without its request")
      }
    }
    if try store.request(ChainWriter.request(snapshot.head.sequence + 1)) != nil {
      report.faults.append("a request is there without its entry")
    }
    report.acknowledged += acknowledged.count
    report.unacknowledged += max(0, new.count - acknowledged.count)
    head = snapshot.head
    try store.close()
  }
}
