internal import ArgumentParser

/// The command line.
@main
struct TrialGate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trialgate",
    abstract: "Says whether a patient may be enrolled in a clinical trial, and why.",
    version: Version.text,
    subcommands: [
      Serve.self, Evaluate.self, ProtocolCommand.self, ConfigCommand.self, AuditCommand.self,
      Bench.self, Test.self, Version.self,
    ])
}

/// `trialgate version`.
struct Version: ParsableCommand {
  static let text = "0.1.0"
  static let configuration = CommandConfiguration(abstract: "Prints the version.")

  func run() {
    print("trialgate \(Self.text)")
  }
}
