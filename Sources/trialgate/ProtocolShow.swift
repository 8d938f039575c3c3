internal import ArgumentParser
internal import EligibilityCore
internal import MessageCoding
internal import ReportRendering

/// `trialgate protocol show`: a definition in words.
struct ProtocolShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Prints a trial in words, criterion by criterion.",
    discussion: """
      What each criterion asks for under the readings in force, with limits, units and windows, and at the \
      end every reading. FILE is a definition as YAML or JSON; without it the built-in trial is shown.

      --format json prints the whole definition as ProtoJSON, in all its languages unless --language is \
      given; --stage and --cohort go with text and markdown alone.

      Exit codes: 0 printed; 1 there is no such stage or cohort; 64 the command line is wrong; \
      65 the definition is wrong; 66 it cannot be read.

      Example: trialgate protocol show --cohort sle --language zh
      """)

  @Argument(help: "A definition; - for standard input. Without it, the built-in trial.")
  var file: String?

  @Option(help: "text, json or markdown.")
  var format = DescriptionFormat.text

  @Option(help: "en or zh. Text and markdown are in English without it.")
  var language: LanguageOption?

  @Option(help: "Criteria of one stage: enrolment or infusion.")
  var stage: StageOption?

  @Option(help: "Criteria of one cohort, beside those common to all.")
  var cohort: String?

  func validate() throws {
    if format == .json, stage != nil || cohort != nil {
      throw ValidationError(
        "--format json prints the whole definition; leave out --stage and --cohort")
    }
  }

  func run() throws {
    let definition = try DefinitionSource.load(file)
    if format == .json {
      print(definition.document.json(language: language?.rawValue ?? ""), terminator: "")
      return
    }
    let cohorts = cohort.map { [$0] } ?? []
    try DefinitionSource.check(definition.program, stage: stage?.stage, cohorts: cohorts)
    let report = ProtocolReport(
      definition.document.definition, program: definition.program, stage: stage?.stage,
      cohort: cohort ?? "", language: language?.language ?? .english, layout: format.layout)
    print(report.text, terminator: "")
  }
}
