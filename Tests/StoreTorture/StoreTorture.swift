internal import ArgumentParser
internal import CohortConfiguration
internal import CohortStoreSQLite
internal import Foundation
internal import StoreExercises
internal import TestSupport

/// `store-torture`: does to the store what a year of bad days does. It is no part of the product.
@main struct StoreTorture: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "store-torture",
    abstract: "Kills, races, damages and starves the store, and checks what it held.",
    subcommands: [
      WriteRun.self, KillRun.self, RaceRun.self, DamageRun.self, FaultsRun.self,
    ])
}

/// What is done to the writer that is killed.
struct WriteRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "write",
    abstract: "Writes as fast as it can and prints each change that the store took.")

  @Option(help: "Where the store is.")
  var directory: String

  @Option(help: "What the changes are made from.")
  var seed: UInt64 = 1

  func run() throws {
    say("opening")
    let store = try SQLiteCohortStore(directory: directory, hash: storeHash)
    var chain = ChainWriter(try store.snapshot())
    var random = SeededGenerator(seed: seed)
    while true {
      try chain.commit(random.changes(), to: store)
      say("\(chain.head.sequence) \(chain.head.hash)")
    }
  }

  private func say(_ line: String) {
    FileHandle.standardOutput.write(Data("\(line)\n".utf8))
  }
}

/// Kills a writer.
struct KillRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kill",
    abstract: "Kills a writer after 5 to 200 ms, opens its store and checks it, again and again.")

  @Option(help: "How often.")
  var cycles = 500

  @Option(help: "The first seed.")
  var seed: UInt64 = 1

  func run() throws {
    try inScratch { directory in
      var exercise = KillCycles(directory: directory, seed: seed)
      let report = try exercise.run(cycles: cycles)
      print(
        "\(report.cycles) cycles, \(report.acknowledged) acknowledged, "
          + "\(report.unacknowledged) written without a word, slowest opening "
          + "\(milliseconds(report.slowestOpening))")
      try conclude(report.faults)
    }
  }
}

/// Writers at the same time.
struct RaceRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "race", abstract: "Lets writers change the same cohorts at the same time.")

  @Option(help: "How long, in seconds.")
  var seconds = 60.0

  @Option(help: "How many threads write.")
  var writers = 8

  @Option(help: "How many cohorts they write to.")
  var cohorts = 10

  func run() throws {
    try inScratch { directory in
      let store = try SQLiteCohortStore(directory: directory, hash: storeHash)
      let report = try WriterRace.run(store, writers: writers, cohorts: cohorts, seconds: seconds)
      print("\(report.written) written, \(report.conflicts) conflicts")
      try conclude(report.faults)
    }
  }
}

/// Bytes that are others.
struct DamageRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "damage",
    abstract: "Changes one byte of a store's file at random places and looks whether it is found.")

  @Option(help: "How many places, in payloads and as many anywhere.")
  var positions = 1_000

  @Option(help: "The seed of the places.")
  var seed: UInt64 = 1

  func run() throws {
    try inScratch { directory in
      var exercise = try Corruption(directory: directory, seed: seed)
      let payloads = try exercise.payloads(positions: positions)
      print("payloads: \(payloads.detected) of \(payloads.positions) found and named")
      let anywhere = try exercise.anywhere(positions: positions)
      print(
        "anywhere: \(anywhere.detected) of \(anywhere.positions) found; the others changed nothing "
          + "that is read")
      try conclude(payloads.faults + anywhere.faults)
    }
  }
}

/// Runs in a directory of its own that is removed afterwards.
func inScratch(_ body: (String) throws -> Void) throws {
  let directory = FileManager.default.temporaryDirectory
    .appendingPathComponent("store-torture-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: directory) }
  try body(directory)
}

/// Ends with a failure where there are faults.
func conclude(_ faults: [String]) throws {
  for fault in faults.prefix(20) { print(fault) }
  print("\(faults.count) faults")
  if !faults.isEmpty { throw ExitCode.failure }
}

/// A time in words.
func milliseconds(_ seconds: Double) -> String { "\((seconds * 100_000).rounded() / 100) ms" }
