import EligibilityCore
import ReportRendering
import Testing

/// Languages, colours, and what stands below the answer.
@Suite struct ReportPartsTests {
  static let escape = "\u{1B}["

  // MARK: Languages

  static func titled(_ titles: [Text]) throws -> Verdict {
    try draft(.ineligible) {
      $0.results = [result("C3.1", .notMet) { $0.titles = titles }]
      var cohort = CohortVerdict(cohort: "sle", outcome: .ineligible, ownOutcome: .ineligible)
      cohort.titles = titles
      $0.cohorts = [cohort]
    }
  }

  @Test(arguments: [
    ("en", "Neutrophils"), ("zh", "中性粒细胞"), ("de", "Neutrophils"), ("", "Neutrophils"),
  ]) func titles(_ language: String, _ title: String) throws {
    let titles = [
      Text(language: "zh", text: "中性粒细胞"), Text(language: "en", text: "Neutrophils"),
    ]
    let found = lines(try Self.titled(titles), language: language)
    #expect(found.contains("NOT_MET C3.1  \(title)"))
    #expect(found.contains("cohort sle (\(title)): INELIGIBLE"))
  }

  /// Without the language and without English the first title there is; without any the id alone.
  @Test func fallingBack() throws {
    let only = try Self.titled([Text(language: "zh", text: "中性粒细胞")])
    #expect(lines(only, language: "de").contains("NOT_MET C3.1  中性粒细胞"))
    let none = lines(try Self.titled([]), language: "zh")
    #expect(none.contains("NOT_MET C3.1") && none.contains("cohort sle: INELIGIBLE"))
  }

  // MARK: Colours

  static func full(_ outcome: Outcome) throws -> Verdict {
    try draft(outcome) {
      $0.results = [
        result("C3.1", outcome == .undetermined ? .unknown : .notMet) {
          $0.evidence = [evidence("anc") { $0.factID = "lab-1" }]
          $0.missing = [missing("anc")]
        }
      ]
      $0.warnings = [Warning(code: "NO_LIMIT_ON_RESULT_AGE")]
      $0.dataIssues = [DataIssue(factID: "f", path: "observations[0]", reason: "UNIT_UNKNOWN")]
    }
  }

  @Test(arguments: [Outcome.eligible, .ineligible, .undetermined])
  func coloursOnlyWhereTheyAreAskedFor(_ outcome: Outcome) throws {
    let verdict = try Self.full(outcome)
    let plain = VerdictReport(verdict, style: TextStyle(isColoured: false)).text
    #expect(!plain.contains("\u{1B}"))
    let coloured = VerdictReport(verdict, style: TextStyle(isColoured: true)).text
    #expect(coloured.contains(Self.escape))
    // Colours add nothing else, and none is left on at the end of a line.
    let stripped = coloured.replacing(/\u{1B}\[\d+m/, with: "")
    #expect(stripped == plain)
    for line in coloured.split(separator: "\n") where line.contains(Self.escape) {
      #expect(line.hasSuffix("\u{1B}[0m") || line.contains("\u{1B}[0m"), "\(line)")
      let last = line.matches(of: /\u{1B}\[(\d+)m/).last?.1
      #expect(last == "0", "\(line)")
    }
  }

  @Test func outcomesHaveTheirColours() throws {
    func first(_ outcome: Outcome) throws -> String {
      VerdictReport(try draft(outcome), style: TextStyle(isColoured: true)).text
    }
    #expect(try first(.eligible).contains("\u{1B}[32mELIGIBLE\u{1B}[0m"))
    #expect(try first(.ineligible).contains("\u{1B}[31mINELIGIBLE\u{1B}[0m"))
    #expect(try first(.undetermined).contains("\u{1B}[33mUNDETERMINED\u{1B}[0m"))
  }

  /// Whoever sends a fact chooses its id and its values: they steer no terminal and begin no line.
  @Test(arguments: [
    "\u{1B}[31mRED", "a\nELIGIBLE", "a\rELIGIBLE", "a\u{202E}b", "a\u{2028}b", "\u{7}",
  ])
  func hostileTexts(_ text: String) throws {
    let verdict = try draft(.ineligible) {
      $0.results = [
        result("C1", .notMet) {
          ($0.reasons, $0.titles) = ([text], [Text(language: "en", text: text)])
          $0.evidence = [
            evidence(text) {
              ($0.factID, $0.givenValue, $0.givenUnit) = (text, text, text)
              ($0.limit, $0.effective) = (text, text)
              ($0.normalisedValue, $0.normalisedUnit) = (text + "x", text)
            }
          ]
        }
      ]
      $0.warnings = [Warning(code: text, arguments: [text], criterionID: text)]
      $0.dataIssues = [DataIssue(factID: text, path: text, reason: text)]
      $0.passesOn = passes { $0.condition = text }
      ($0.trial, $0.protocolVersion) = (text, text)
      var cohort = CohortVerdict(cohort: text, outcome: .ineligible, ownOutcome: .ineligible)
      cohort.titles = [Text(language: "en", text: text)]
      $0.cohorts = [cohort]
    }
    let calm = report(verdict)
    #expect(!calm.contains(text))
    #expect(
      calm.unicodeScalars.allSatisfy { scalar in
        scalar == "\n"
          || ![.control, .format, .lineSeparator].contains(scalar.properties.generalCategory)
      })
    #expect(lines(verdict).count == lines(try Self.calm(like: verdict)).count)
  }

  /// The same verdict with a harmless word in place of the text.
  private static func calm(like verdict: Verdict) throws -> Verdict {
    var copy = verdict
    copy.results[0].reasons = ["WORD"]
    copy.results[0].titles = [Text(language: "en", text: "word")]
    copy.results[0].evidence = [evidence("word") { $0.factID = "word" }]
    copy.warnings = [Warning(code: "WORD", arguments: ["word"], criterionID: "word")]
    copy.dataIssues = [DataIssue(factID: "word", path: "word", reason: "WORD")]
    copy.passesOn = passes { $0.condition = "word" }
    (copy.trial, copy.protocolVersion) = ("word", "word")
    copy.cohorts = [CohortVerdict(cohort: "word", outcome: .ineligible, ownOutcome: .ineligible)]
    return copy
  }

  // MARK: Below the answer

  @Test func results() throws {
    let verdict = try draft(.ineligible) {
      $0.results = [
        result("C1", .met), result("C2", .met), result("C4", .notApplicable),
        result("EX1", .notTriggered), result("C3", .notMet), result("EX2", .triggered),
        result("EX3", .unknown),
      ]
    }
    #expect(
      lines(verdict).contains {
        $0.hasSuffix(
          "2 MET, 1 NOT_TRIGGERED, 1 NOT_APPLICABLE, 1 NOT_MET, 1 TRIGGERED, 1 UNKNOWN")
      })
  }

  @Test func factsThatCouldNotBeUsed() throws {
    let verdict = try draft(.eligible) {
      $0.dataIssues = [
        DataIssue(factID: "lab-7", path: "observations[3].quantity.unit", reason: "UNIT_UNKNOWN"),
        DataIssue(factID: "", path: "birth_date", reason: "FUTURE_BIRTH_DATE"),
      ]
    }
    let found = lines(verdict)
    let start = try #require(found.firstIndex(of: "Facts that could not be used"))
    #expect(
      found[start + 1] == "lab-7 observations[3].quantity.unit: unit unknown (UNIT_UNKNOWN)")
    #expect(found[start + 2] == "birth_date: future birth date (FUTURE_BIRTH_DATE)")
    #expect(!lines(try draft(.eligible)).contains("Facts that could not be used"))
  }

  @Test func warnings() throws {
    let verdict = try draft(.eligible) {
      $0.warnings = [
        Warning(code: "NO_LIMIT_ON_RESULT_AGE"),
        Warning(
          code: "SAME_DAY_RESULTS_DISAGREE", arguments: ["2025-03-10"], criterionID: "C3.4"),
        Warning(code: "ASSUMES_NO_CHANGE_SINCE", arguments: ["MEDICATIONS", "2025-03-01"]),
      ]
    }
    let found = lines(verdict)
    let start = try #require(found.firstIndex(of: "To know"))
    #expect(
      Array(found[(start + 1)...].prefix(3)) == [
        "no limit on result age (NO_LIMIT_ON_RESULT_AGE)",
        "C3.4: same day results disagree (SAME_DAY_RESULTS_DISAGREE): 2025-03-10",
        "assumes no change since (ASSUMES_NO_CHANGE_SINCE): MEDICATIONS, 2025-03-01",
      ])
  }

  /// The last line says what it was decided with.
  @Test func theLastLine() throws {
    let verdict = try draft(.eligible) { $0.verdictDigest = "fedcba9876543210" }
    #expect(
      report(verdict).hasSuffix(
        "\nnct06373081 version 2024-04-17, protocol 0123456789ab, verdict fedcba987654\n"))
    #expect(
      report(try draft(.eligible)).hasSuffix(
        "\nnct06373081 version 2024-04-17, protocol 0123456789ab\n"))
  }

  /// Outcome, then what decides, then the counts, the facts, the warnings and what it was decided with.
  @Test func theOrderOfTheParts() throws {
    let found = lines(try Self.full(.ineligible))
    let parts = [
      "INELIGIBLE for enrolment on 2025-03-15", "What decides", "Facts that could not be used",
      "To know",
    ]
    let positions = parts.compactMap { found.firstIndex(of: $0) }
    #expect(positions.count == parts.count && positions == positions.sorted())
  }
}
