internal import ArgumentParser
internal import VerdictProperties

/// `verdict-properties`: looks for a verdict that is not what trying, or waiting, shows. It is no part of
/// the product.
@main struct VerdictPropertiesRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verdict-properties",
    abstract: "Tests what verdicts foresee, on trials and patients made by chance.",
    subcommands: [OracleRun.self])
}

/// Settle sets against trying everything.
struct OracleRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "oracle",
    abstract: "Compares the settle sets of small random trials with those that trying everything finds.")

  @Option(help: "How many trials.")
  var trials = 10_000

  @Option(help: "The first seed; each trial has one of its own.")
  var seed: UInt64 = 1

  func run() throws {
    let report = try SettleOracle.compare(trials: trials, seed: seed)
    for difference in report.differences.prefix(20) { print(difference) }
    print(
      "\(trials) trials, \(report.compared) open, \(report.sets) sets, \(report.cut) cut, "
        + "\(report.differences.count) differences")
    if !report.differences.isEmpty { throw ExitCode.failure }
  }
}
