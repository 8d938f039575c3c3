import ClinicalCases
import Testing

/// The runner itself: the cases of `Tests/Cases` are run by `trialgate test`.
@Suite struct CaseRunnerTests {
  static let base = """
    trial: nct06373081
    stage: STAGE_ENROLMENT
    index_date: "2025-03-15"
    snapshot:
      as_of: "2025-03-15"
      birth_date: "1991-07-22"
      observations:
        - {id: hb, status: RECORD_STATUS_FINAL, concept: {concept: hb}, effective: "2025-03-12", quantity: {value: "104", unit: "g/L"}}
    """

  func run(_ cases: String) throws -> [CaseReport] {
    var runner = CaseRunner()
    return try runner.run("base: base.yaml\ncases:\n" + cases) { _ in Self.base }
  }

  @Test func aCaseThatHoldsHasNoDifference() throws {
    let reports = try run(
      """
      - id: a
        covers: [C3.3]
        changes: [{set: "snapshot.observations[hb].quantity.value", to: "60"}]
        expect: {results: {C3.3: MET}}
      """)
    #expect(reports.map(\.id) == ["a"])
    #expect(reports.first?.differences == [])
    #expect(reports.first?.covers == ["C3.3"])
  }

  /// Each kind of expectation fails when it does not hold.
  @Test(arguments: [
    "outcome: ELIGIBLE", "results: {C3.3: NOT_MET}", "results: {C9.9: MET}",
    "reasons: {C3.3: HB_BELOW_MINIMUM}", "missing: {C3.3: [hb]}", "missing: {C3.1: []}",
    "issues: [{fact: hb, reason: UNIT_UNKNOWN}]", "warnings: [NOTHING_OF_THE_KIND]",
    "no_warnings: [NO_LIMIT_ON_RESULT_AGE]",
    "passes_on: {C3.3: \"2025-03-16\"}",
    // With a single result, sets and times are empty, or are not what is named here.
    "settle_to_eligible: [[anc], [anc]]", "settle_to_ineligible: [[hb]]",
    "settle_to_eligible_includes: [[hb]]", "settle_to_ineligible_includes: [[hb]]",
    "never_asked: [anc]", "outstanding: []", "outstanding: [nothing_of_the_kind]",
    "verdict_passes_on: never", "to_repeat: [hb 2025-03-16]", "valid_until: \"2025-03-16\"",
  ])
  func aCaseThatDoesNotHoldIsToldApart(_ expectation: String) throws {
    let reports = try run("  - {id: a, changes: [], expect: {\(expectation)}}")
    #expect(reports.first?.differences.isEmpty == false)
  }

  @Test func aRequestThatIsRefusedIsADifference() throws {
    let reports = try run(
      """
      - {id: a, changes: [{set: "snapshot.observations[hb].quantity.value", to: "1e5"}], expect: {results: {C3.3: MET}}}
      """)
    #expect(reports.first?.differences.first?.hasPrefix("refused") == true)
  }

  @Test func aReadingThatDoesNotExistIsADifference() throws {
    let reports = try run(
      "  - {id: a, readings: {no.knob: x}, changes: [], expect: {results: {C3.3: MET}}}")
    #expect(reports.first?.differences.first?.contains("no.knob") == true)
  }

  @Test(arguments: [
    "  - {changes: [], expect: {outcome: ELIGIBLE}}",
    "  - {id: a, changes: []}",
    "  - {id: a, changes: [], expect: {}}",
    "  - {id: a, changes: [], expect: {colour: blue}}",
    "  - {id: a, changes: [], expect: {settle_to_eligible: hb}}",
    "  - {id: a, changes: [], expect: {settle_to_eligible: [hb]}}",
    "  - {id: a, changes: [], expect: {settle_to_eligible: [[]]}}",
    "  - {id: a, changes: [], expect: {settle_to_ineligible_includes: []}}",
    "  - {id: a, changes: [], expect: {never_asked: []}}",
    "  - {id: a, changes: [], expect: {never_asked: [[hb]]}}",
    "  - {id: a, changes: [], expect: {outstanding: hb}}",
    "  - {id: a, changes: [], expect: {to_repeat: [[hb]]}}",
    "  - {id: a, changes: [], expect: {valid_until: [x]}}",
    "  - {id: a, changes: [], expect: {verdict_passes_on: [never]}}",
    "  - {id: a, changes: [{paint: x}], expect: {outcome: ELIGIBLE}}",
    "  - {id: a, changes: [{set: snapshot.as_of}], expect: {outcome: ELIGIBLE}}",
    "  - {id: a, changes: [{remove: snapshot.nothing}], expect: {outcome: ELIGIBLE}}",
    "  - {id: a, changes: [{remove: \"snapshot.observations[nothing]\"}], expect: {outcome: ELIGIBLE}}",
  ])
  func aCaseThatCannotBeRunIsAnError(_ text: String) {
    #expect(throws: (any Error).self) { try run(text) }
  }

  @Test func aReadingIsTakenForItsCaseAlone() throws {
    let reports = try run(
      """
      - {id: a, readings: {age.upper: on_birthday}, changes: [{set: snapshot.birth_date, to: "1959-03-16"}], expect: {results: {C1.2: NOT_MET}}}
      - {id: b, changes: [{set: snapshot.birth_date, to: "1959-03-16"}], expect: {results: {C1.2: MET}}}
      """)
    #expect(reports.allSatisfy { $0.differences.isEmpty })
  }

  @Test(arguments: [
    ("EX1.yaml", true), ("base-sle.yaml", false), ("index.yaml", false), ("a.md", false),
  ])
  func filesOfADirectory(_ name: String, _ isCase: Bool) {
    #expect(CaseRunner.isCaseFile(name) == isCase)
  }
}
