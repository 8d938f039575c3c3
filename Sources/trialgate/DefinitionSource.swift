internal import ArgumentParser
internal import EligibilityCore
internal import MessageCoding
internal import TrialGateServices

/// Where a `trialgate protocol` command takes its definition from.
enum DefinitionSource {
  /// Reads and compiles a definition.
  ///
  /// - Parameter file: the file; `-` for standard input, nil = the built-in trial.
  /// - Throws: exit code 65 with every fault, 66 where the file cannot be read.
  static func load(_ file: String?) throws -> DefinitionReview.Accepted {
    let text: String
    if let file {
      text = try InputFile.read(file, what: "a definition")
    } else if let builtIn = EmbeddedResources.definitions.first {
      text = builtIn.text
    } else {
      throw CommandFailure.report("this build carries no trial; give a definition", code: 66)
    }
    let review = DefinitionReview(text, digest: Digest.sha256)
    guard let accepted = review.accepted else {
      let count = review.faults.count
      throw CommandFailure.report(
        "'\(file ?? "the built-in trial")' has \(count) fault\(count == 1 ? "" : "s"):\n"
          + review.faults.map(\.description).joined(separator: "\n"),
        code: 65)
    }
    return accepted
  }

  /// Refuses what the definition does not have.
  ///
  /// - Throws: exit code 1.
  static func check(_ program: CompiledProtocol, stage: Stage?, cohorts: [String]) throws {
    let known = program.cohorts.map(\.id)
    for cohort in cohorts where !known.contains(cohort) {
      throw CommandFailure.report(
        "the definition has no cohort '\(cohort)'; name one of \(known.joined(separator: ", "))",
        code: 1)
    }
    if let stage, !program.stages.contains(stage) {
      throw CommandFailure.report(
        "the definition has no criteria for the stage of \(stage.rawValue.lowercased())", code: 1)
    }
  }
}
