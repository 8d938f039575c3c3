internal import ArgumentParser
internal import EligibilityCore
internal import MessageCoding

/// `trialgate protocol validate`: everything that is wrong with a definition, at once.
struct ProtocolValidate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract:
      "Checks a definition, names everything that is wrong with it and warns of contradictions.",
    discussion: """
      FILE is the ProtoJSON of a ProtocolDefinition, as YAML or JSON. Every fault is named with its line \
      and the path of its field: types, unknown fields, units, concepts, empty groups, impossible \
      windows, numbers above a group's size, unreachable steps, knobs and their settings.

      A definition without faults is then reviewed under its readings. What it makes provable is warned of, \
      one finding a line: criteria that exclude each other, members of groups that can never be true or never \
      matter, limits that differ between stages, items of scores that exclude, exemptions without any limit, \
      results without a limit on their age. A warning is no fault and changes no verdict.

      Exit codes: 0 nothing is wrong, whether or not there are warnings; 64 the command line is wrong; 65 the definition is wrong; \
      66 it cannot be read.

      Example: trialgate protocol validate definition.yaml
      """)

  @Argument(help: "The definition; - for standard input.")
  var file: String

  func run() throws {
    let accepted = try DefinitionSource.load(file)
    let definition = accepted.document.definition
    let program = accepted.program
    let steps = definition.criteria.count { $0.role == .step }
    print(
      "\(program.trial) version \(program.version): valid, digest \(program.digest), "
        + Self.counts([
          (definition.cohorts.count, "cohort"), (definition.criteria.count - steps, "criteria"),
          (steps, "step"), (definition.concepts.count, "concept"),
          (definition.codeSets.count, "code set"), (definition.knobs.count, "knob"),
        ]))
    let review = accepted.findings
    for finding in review.findings { print("warning: \(Self.line(finding))") }
    if !review.isComplete { print("warning: the definition is too large to be reviewed whole") }
  }

  /// `KIND criteria (where): what it is (example)`.
  private static func line(_ finding: ProtocolFinding) -> String {
    let stages = finding.stages.map { $0.rawValue.lowercased() }.joined(separator: " and ")
    let cohorts =
      finding.cohorts.isEmpty ? "" : ", cohort \(finding.cohorts.joined(separator: ", "))"
    let witness = finding.witness.isEmpty ? "" : " (\(finding.witness))"
    return
      "\(finding.kind.rawValue) \(finding.criteria.joined(separator: ", ")) [\(stages)\(cohorts)]: "
      + "\(finding.message)\(witness)"
  }

  private static func counts(_ counts: [(Int, String)]) -> String {
    counts.map { count, name in
      let singular = name == "criteria" ? "criterion" : name
      let plural = name == "criteria" ? name : "\(name)s"
      return "\(count) \(count == 1 ? singular : plural)"
    }.joined(separator: ", ")
  }
}
