import CohortConfiguration
import EligibilityCore
import MessageCoding
import RPC
import Testing
import TrialGateServices

/// From the bytes of a request to the bytes of its answer.
@Suite struct EligibilityServiceTests {
  static let examples: [(name: String, outcome: Outcome)] = [
    ("eligible-sle-refractory-nephritis.json", .eligible),
    ("ineligible-sle-rituximab-washout.json", .ineligible),
    ("undetermined-sle-hbv-dna-missing.json", .undetermined),
  ]

  @Test(arguments: examples.indices) func theExamplesAreWhatTheirNamesSay(_ index: Int) throws {
    let verdict = try answer(try Examples.bytes(Self.examples[index].name)).verdict
    #expect(verdict.outcome == Self.examples[index].outcome)
  }

  @Test func anAnswerSaysWhatItRestsOn() throws {
    let configuration = try builtIn.get()
    let answer = try answer(try Examples.bytes())
    let verdict = answer.verdict
    #expect(answer.requestRef == "example" && answer.activation == "built-in")
    #expect(answer.configurationRevision == configuration.revision)
    #expect(answer.cohortAvailability.contains { $0.cohort == "sle" && $0.state == "OPEN" })
    #expect(verdict.trial == "nct06373081" && verdict.protocolVersion == "2024-04-17")
    #expect(verdict.protocolDigest == configuration.trials.first?.versions.first?.digest)
    #expect(verdict.site == "changzheng" && verdict.siteRevision == "1")
    for digest in [verdict.protocolDigest, verdict.siteDigest, verdict.verdictDigest] {
      #expect(digest.utf8.count == 64)
    }
  }

  @Test func theSameRequestAlwaysHasTheSameAnswer() throws {
    let service = try service()
    let bytes = try Examples.bytes()
    let first = try service.evaluate(bytes.span)
    for _ in 0..<5 {
      let again = try service.evaluate(bytes.span)
      #expect([again] == [first])
    }
  }

  /// A replay pins what the first answer names, and comes to the same verdict.
  @Test func aReplayComesToTheSameVerdict() throws {
    let first = try answer(try Examples.bytes())
    let replay = try answer(
      try Examples.bytes(
        replacing: "\"site\": \"changzheng\"",
        with: """
          "site": "changzheng", "siteRevision": "\(first.verdict.siteRevision)",
          "protocolVersion": "\(first.verdict.protocolVersion)"
          """))
    #expect(replay.verdict == first.verdict)
    #expect(replay.activation.isEmpty, "a pinned version was chosen by no activation")
  }

  @Test func anOutcomeAloneIsShort() throws {
    let short = try answer(
      try Examples.bytes(
        replacing: "\"site\": \"changzheng\"", with: "\"site\": \"changzheng\", \"detail\": 1"))
    let full = try answer(try Examples.bytes())
    #expect(short.verdict.outcome == full.verdict.outcome)
    #expect(short.verdict.verdictDigest.isEmpty && !full.verdict.verdictDigest.isEmpty)
    #expect(
      EligibilityMessages.bytes(of: short).count < EligibilityMessages.bytes(of: full).count)
  }

  @Test(arguments: ["", "en", "zh", "xx"]) func textsComeInTheLanguageThatIsAskedFor(
    _ language: String
  ) throws {
    let verdict = try answer(
      try Examples.bytes(
        replacing: "\"site\": \"changzheng\"",
        with: "\"site\": \"changzheng\", \"includeTexts\": true, \"language\": \"\(language)\"")
    ).verdict
    let titles = verdict.results.flatMap(\.titles) + verdict.cohorts.flatMap(\.titles)
    switch language {
    case "": #expect(Set(titles.map(\.language)).isSuperset(of: ["en", "zh"]))
    case "xx": #expect(titles.isEmpty)
    default: #expect(!titles.isEmpty && titles.allSatisfy { $0.language == language })
    }
  }

  @Test func withoutAskingThereAreNoTexts() throws {
    let verdict = try answer(try Examples.bytes()).verdict
    #expect(verdict.results.flatMap(\.titles).isEmpty && !verdict.results.isEmpty)
  }

  /// Behind room for the prefix that frames it: the answer is written once, where it is sent from.
  @Test func theAnswerStandsBehindItsPrefix() throws {
    let service = try service()
    let request = try Examples.bytes()
    let bytes = try service.evaluate(request.span)
    #expect(bytes.prefix(ResponseMessage.prefixLength).allSatisfy { $0 == 0 })
  }
}
