import EligibilityCore
import Foundation
import Testing

@testable import ReportRendering

/// What a hospital must send, in words and as JSON.
@Suite struct RequirementsReportTests {
  private static let criteria = """
      - {id: A.1, role: CRITERION_ROLE_INCLUSION, cohort: A, stages: [STAGE_ENROLMENT], result: {concepts: [alt], operator: COMPARISON_OPERATOR_LESS_THAN, uln_multiple: "3", window: {count: 7, unit: PERIOD_UNIT_DAY}}}
      - {id: A.2, role: CRITERION_ROLE_INCLUSION, cohort: A, stages: [STAGE_ENROLMENT], applies_if: step, result: {concepts: [alt], operator: COMPARISON_OPERATOR_LESS_THAN, uln_multiple: "5"}}
      - {id: step, role: CRITERION_ROLE_STEP, statement: {concept: said, expected: ANSWER_YES, no_when_empty: SECTION_ALLERGIES}}
      - {id: EX1, role: CRITERION_ROLE_EXCLUSION, stages: [STAGE_ENROLMENT], exposure: {drug_set: drugs, window: {count: 14, unit: PERIOD_UNIT_DAY}, anchor_concept: alt}}
      - {id: EX2, role: CRITERION_ROLE_EXCLUSION, stages: [STAGE_ENROLMENT], exposure: {drug_set: coded}}

    """

  private static func report(
    language: ReportLanguage = .english,
    layout: ReportLayout = .text(TextStyle(isColoured: false)), readings: [Reading] = []
  ) throws -> String {
    let definition = try Definitions.with(criteria, readings: readings)
    return RequirementsReport(
      DataRequirements(of: definition), of: definition, language: language, layout: layout
    ).text
  }

  @Test func everythingIsListed() throws {
    #expect(
      try Self.report() == """
        What to send for t 1

        stages: enrolment
        cohorts: A
        Every fact needs an id, its status and the time it holds for.
        Where no window is named, a result of any age counts.
        What lies exactly a window's length back is within it.

        Results and measurements

        alt  ALT
            codings: LOINC 1742-6, 1743-4
            unit: U/L; also ukat/L (x 60)
            fields: effective, quantity, reference_range.high
            decides: A.1 within 7 days before the index date; A.2, EX1

        Diagnoses

        ills  Illness
            concepts:
              - ill
            fields: verification_status
            puts into a cohort when the request names none: A

        Medicines

        drugs  Drugs
            concepts:
              - Drug (drug): ATC X01
            fields: start, end
            decides: EX1 within 14 days before the result of ALT (alt)

        coded
            ATC: L04*; not L04A*
            ICD-10: M32
            fields: start, end
            decides: EX2

        Attestations: judgements that a person signs

        said  Said so
            fields: answer, effective
            applicability and contradictions: A.2

        Sections to review and declare complete

        MEDICATIONS (medications): EX1, EX2
        ALLERGIES (allergies): in place of an attestation for A.2

        """)
  }

  @Test func readingsAreSaid() throws {
    let text = try Self.report(readings: [
      Reading(knob: "window.bounds", value: "half_open"),
      Reading(knob: "lab.max_age_days", value: "28"),
    ])
    #expect(text.contains("\nWhere no window is named, a result counts for 28 days.\n"))
    #expect(text.contains("\nWhat lies exactly a window's length back is outside it.\n"))
  }

  @Test func itIsChineseWhereTextsAre() throws {
    let text = try Self.report(language: .chinese)
    #expect(text.hasPrefix("t 1所需数据\n"))
    #expect(text.contains("alt  转氨酶\n    编码：LOINC 1742-6、1743-4\n"))
    #expect(text.contains("判定：A.1，基准日前7天内；A.2、EX1\n"))
  }

  @Test func markdownIsOfTheSame() throws {
    let text = try Self.report(layout: .markdown)
    #expect(text.hasPrefix("# What to send for t 1\n"))
    #expect(text.contains("\n### alt ALT\n\n- codings: LOINC 1742-6, 1743-4\n"))
    #expect(text.contains("- concepts:\n  - Drug (drug): ATC X01\n"))
  }

  // MARK: JSON

  private struct Document: Decodable {
    struct Item: Decodable {
      struct Use: Decodable, Equatable {
        struct Window: Decodable, Equatable {
          var count: Int
          var unit: String
        }
        var criterion: String?
        var cohort: String?
        var purpose: String
        var window: Window?
        var anchor: String?
      }
      var id: String
      var kind: String
      var isAttestation: Bool?
      var unit: String?
      var fields: [String]
      var uses: [Use]
    }
    struct Section: Decodable {
      var section: String
      var criteria: [String]?
      var alternatives: [String]?
    }
    var trial: String
    var stages: [String]
    var windowBounds: String
    var maximumResultAgeDays: Int?
    var items: [Item]
    var sections: [Section]
  }

  @Test func jsonHoldsTheSame() throws {
    let definition = try Definitions.with(
      Self.criteria, readings: [Reading(knob: "lab.max_age_days", value: "28")])
    let text = DataRequirements(of: definition).json
    let found = try JSONDecoder().decode(Document.self, from: Data(text.utf8))
    #expect(found.trial == "t" && found.stages == ["ENROLMENT"])
    #expect(found.windowBounds == "CLOSED" && found.maximumResultAgeDays == 28)
    #expect(found.items.map(\.id) == ["alt", "ills", "drugs", "coded", "said"])
    #expect(found.items.map { $0.isAttestation ?? false } == [false, false, false, false, true])
    #expect(found.items[0].unit == "U/L" && found.items[4].unit == nil)
    #expect(
      found.items[0].uses.first
        == .init(
          criterion: "A.1", cohort: "A", purpose: "DECIDES", window: .init(count: 7, unit: "DAY")))
    #expect(found.items[2].uses.first?.anchor == "alt")
    #expect(found.sections.map(\.section) == ["MEDICATIONS", "ALLERGIES"])
    #expect(found.sections[1].criteria == nil && found.sections[1].alternatives == ["A.2"])
  }

  @Test func jsonQuotesWhatItMust() throws {
    let text = JSONText.object([
      ("a\"b", .string("\\ \u{1}\n中")), ("c", .array([])), ("d", .object([])),
      ("e", .bool(false)), ("f", .number(-1)),
    ]).document
    #expect(
      text == """
        {
          "a\\"b": "\\\\ \\u0001\\u000a中",
          "c": [],
          "d": {},
          "e": false,
          "f": -1
        }

        """)
  }
}
