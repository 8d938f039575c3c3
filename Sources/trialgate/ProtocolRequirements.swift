internal import ArgumentParser
internal import EligibilityCore
internal import MessageCoding
internal import ReportRendering

/// `trialgate protocol requirements`: what data a hospital must send.
struct ProtocolRequirements: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "requirements",
    abstract: "Lists what data a hospital must send for a trial.",
    discussion: """
      For each concept its codings, units, windows, the fields that are looked at and the criteria that use \
      it, what must be attested, and which sections must be reviewed: under the readings in force. FILE is \
      a definition as YAML or JSON; without it the built-in trial is taken.

      Exit codes: 0 printed; 1 there is no such stage or cohort; 64 the command line is wrong; \
      65 the definition is wrong; 66 it cannot be read.

      Example: trialgate protocol requirements --cohort sle --stage enrolment --format markdown
      """)

  @Argument(help: "A definition; - for standard input. Without it, the built-in trial.")
  var file: String?

  @Option(help: "A cohort that patients may enter; may be repeated. Without it, every cohort.")
  var cohort: [String] = []

  @Option(help: "enrolment or infusion. Without it, both.")
  var stage: StageOption?

  @Option(help: "text, json or markdown.")
  var format = DescriptionFormat.text

  @Option(help: "Language of text and markdown: en or zh. JSON has every language of the texts.")
  var language = LanguageOption.en

  func run() throws {
    let definition = try DefinitionSource.load(file)
    try DefinitionSource.check(definition.program, stage: stage?.stage, cohorts: cohort)
    let requirements = DataRequirements(
      of: definition.document.definition, stage: stage?.stage, cohorts: cohort)
    if format == .json {
      print(requirements.json, terminator: "")
      return
    }
    let report = RequirementsReport(
      requirements, of: definition.document.definition, language: language.language,
      layout: format.layout)
    print(report.text, terminator: "")
  }
}
