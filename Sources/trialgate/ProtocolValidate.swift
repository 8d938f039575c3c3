internal import ArgumentParser
internal import EligibilityCore
internal import MessageCoding

/// `trialgate protocol validate`: everything that is wrong with a definition, at once.
struct ProtocolValidate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Checks a definition and names everything that is wrong with it.",
    discussion: """
      FILE is the ProtoJSON of a ProtocolDefinition, as YAML or JSON. Every fault is named with its line \
      and the path of its field: types, unknown fields, units, concepts, empty groups, impossible \
      windows, numbers above a group's size, unreachable steps, knobs and their settings.

      Exit codes: 0 nothing is wrong; 64 the command line is wrong; 65 the definition is wrong; \
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
  }

  private static func counts(_ counts: [(Int, String)]) -> String {
    counts.map { count, name in
      let singular = name == "criteria" ? "criterion" : name
      let plural = name == "criteria" ? name : "\(name)s"
      return "\(count) \(count == 1 ? singular : plural)"
    }.joined(separator: ", ")
  }
}
