internal import ArgumentParser
internal import Foundation
internal import VerdictProperties

/// `verdict-properties`: looks for a verdict that is not what trying, or waiting, shows. It is no part of
/// the product.
@main struct VerdictPropertiesRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verdict-properties",
    abstract: "Tests what verdicts foresee, on trials and patients made by chance.",
    subcommands: [OracleRun.self, DatesRun.self, LossesRun.self])
}

/// Settle sets against trying everything.
struct OracleRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "oracle",
    abstract:
      "Compares the settle sets of small random trials with those that trying everything finds.")

  @Option(help: "How many trials.")
  var trials = 10_000

  @Option(help: "The first seed; each trial has one of its own.")
  var seed: UInt64 = 1

  @Flag(help: "Print the trial of the first seed.")
  var show = false

  func run() throws {
    if show { print(SettleOracle.describe(seed: seed)) }
    let report = try SettleOracle.compare(trials: trials, seed: seed)
    for difference in report.differences.prefix(20) { print(difference) }
    print(
      "\(trials) trials, \(report.compared) open, \(report.sets) sets, \(report.cut) cut, "
        + "\(report.differences.count) differences")
    if !report.differences.isEmpty { throw ExitCode.failure }
  }
}

/// Settle sets of the built-in trial against facts that come back.
struct LossesRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "losses",
    abstract:
      "Takes facts from an eligible patient and looks whether a settle set brings the verdict back.",
    discussion:
      "Example: verdict-properties losses deploy/examples/eligible-sle-refractory-nephritis.json")

  @Option(help: "How many patients.")
  var patients = 2_000

  @Option(help: "The first seed; each patient has one of its own.")
  var seed: UInt64 = 1

  @Argument(help: "A request as ProtoJSON whose patient is eligible.")
  var request: String

  func run() throws {
    let properties = try SettleProperties(
      request: String(contentsOfFile: request, encoding: .utf8))
    let report = properties.check(patients: patients, seed: seed)
    for difference in report.differences.prefix(20) { print(difference) }
    print(
      "\(report.patients) patients, \(report.open) open, \(report.sets) sets, \(report.cut) cut, "
        + "\(report.differences.count) differences")
    if !report.differences.isEmpty { throw ExitCode.failure }
  }
}

/// Dates of verdicts against what comes out on them.
struct DatesRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dates",
    abstract:
      "Evaluates random patients of the built-in trial again on the dates that verdicts name.",
    discussion:
      "Example: verdict-properties dates deploy/examples/eligible-sle-refractory-nephritis.json")

  @Option(help: "How many patients.")
  var patients = 100_000

  @Option(help: "The first seed; each patient has one of its own.")
  var seed: UInt64 = 1

  @Flag(help: "Print the patient of the first seed.")
  var show = false

  @Argument(help: "A request as ProtoJSON whose patient is eligible.")
  var request: String

  func run() throws {
    var properties = try DateProperties(
      request: String(contentsOfFile: request, encoding: .utf8))
    if show { print(properties.describe(seed: seed)) }
    let report = properties.check(patients: patients, seed: seed)
    for difference in report.differences.prefix(20) { print(difference) }
    let checked = report.checked.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    let outcomes = report.outcomes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    print("\(report.patients) patients: \(outcomes.joined(separator: ", "))")
    print("checked: \(checked.joined(separator: ", "))")
    print("\(report.differences.count) differences")
    if !report.differences.isEmpty { throw ExitCode.failure }
  }
}
