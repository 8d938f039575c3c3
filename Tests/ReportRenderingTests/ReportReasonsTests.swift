import EligibilityCore
import Testing

@testable import ReportRendering

/// The reason codes that a criterion can give for its failure.
@Suite struct ReportReasonsTests {
  /// What a report names as the reasons of the criterion `T`.
  private static func reasons(_ rule: String, _ language: ReportLanguage = .english) throws
    -> String?
  {
    let definition = try Definitions.with(
      """
        - {id: T, role: CRITERION_ROLE_INCLUSION, stages: [STAGE_ENROLMENT], \(rule)}
        - {id: other, role: CRITERION_ROLE_INCLUSION, cohort: A, stages: [STAGE_ENROLMENT], reason: OTHER, group: {kind: GROUP_KIND_ANY, members: [signed, said, enrolled]}}
        - {id: signed, role: CRITERION_ROLE_STEP, consent: {}}
        - {id: enrolled, role: CRITERION_ROLE_STEP, enrolment: {}}
        - {id: said, role: CRITERION_ROLE_STEP, reason: UNSAID, statement: {concept: said, expected: ANSWER_YES}}

      """)
    // Of the program only the digest and the parts of criteria are shown.
    let program = try CompiledProtocol(
      try Definitions.with(
        "  - {id: A.1, role: CRITERION_ROLE_INCLUSION, cohort: A, stages: [STAGE_ENROLMENT], titles: [{language: en, text: One}], consent: {}}\n"
      ), digest: "")
    let text = ProtocolReport(
      definition, program: program, cohort: "none", language: language,
      layout: .text(TextStyle(isColoured: false))
    ).text
    let label = language == .chinese ? "不通过原因代码：" : "Reason of a failure: "
    return text.split(separator: "\n").first { $0.contains(label) }.map {
      String($0.drop { $0 == " " }.dropFirst(label.count))
    }
  }

  private static let consent =
    "CONSENT_WITHDRAWN, CONSENT_VERSION_NOT_IN_FORCE or CONSENT_AFTER_INDEX_DATE"
  private static let enrolment =
    "ENROLMENT_IN_ANOTHER_TRIAL, ENROLMENT_OF_ANOTHER_PATIENT, ENROLMENT_NOT_ELIGIBLE or NOT_ENROLLED"

  static let rows: [(rule: String, reasons: String?)] = [
    ("sex: {sex: SEX_MALE}", nil),
    ("reason: NO, sex: {sex: SEX_MALE}", "NO"),
    ("consent: {}", consent),
    ("reason: NO, consent: {}", "NO with \(consent)"),
    ("enrolment: {}", enrolment),
    ("reason: NO, same_as: {criterion: enrolled}", "NO with \(enrolment)"),
    ("group: {kind: GROUP_KIND_ALL, members: [said, signed]}", "UNSAID, \(consent)"),
    (
      "conditional: {if: signed, then: said, else: other}",
      "UNSAID, with the reasons of the criteria behind it"
    ),
    (
      "by_reading: {knob: choice, options: [{value: one, criterion: said}, {value: two, criterion: other}]}",
      "UNSAID"
    ),
    ("same_as: {criterion: other}", "the reasons of the criteria behind it"),
  ]

  @Test(arguments: rows.indices) func reasonsAreListed(_ index: Int) throws {
    let row = Self.rows[index]
    #expect(try Self.reasons(row.rule) == row.reasons)
  }

  @Test func reasonsInChinese() throws {
    let consent =
      "CONSENT_WITHDRAWN、CONSENT_VERSION_NOT_IN_FORCE或CONSENT_AFTER_INDEX_DATE"
    #expect(try Self.reasons("reason: NO, consent: {}", .chinese) == "NO，并附\(consent)")
    #expect(
      try Self.reasons("reason: NO, same_as: {criterion: other}", .chinese)
        == "NO，连同所依据各条的原因代码")
  }
}
