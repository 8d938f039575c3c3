import ClinicalCases
import Testing

/// Families of cases: one case for each value of `each`.
@Suite struct CaseFamilyTests {
  static let base = """
    trial: nct06373081
    stage: STAGE_ENROLMENT
    index_date: "2025-03-15"
    snapshot: {as_of: "2025-03-15", birth_date: "1991-07-22"}
    """

  func run(_ cases: String) throws -> [CaseReport] {
    var runner = CaseRunner()
    return try runner.run("base: base.yaml\ncases:\n" + cases) { _ in Self.base }
  }

  @Test func eachValueMakesACase() throws {
    let reports = try run(
      """
      - id: born
        covers: [C1.1]
        each: {date: ["2007-03-15", "2007-03-16"]}
        changes: [{set: snapshot.birth_date, to: $date}]
        expect: {results: {C1.1: MET}}
      """)
    #expect(reports.map(\.id) == ["born-2007-03-15", "born-2007-03-16"])
    #expect(reports.map { $0.differences.isEmpty } == [true, false])
    #expect(reports.map(\.covers) == [["C1.1"], ["C1.1"]])
  }

  @Test func theValueStandsWithinTextsAndInExpectations() throws {
    let reports = try run(
      """
      - id: born
        each: {outcome: [MET]}
        changes: [{set: snapshot.birth_date, to: "1999-07-22"}]
        expect: {results: {C1.1: $outcome}}
      - id: month
        each: {month: ["03"]}
        changes: [{set: snapshot.birth_date, to: "2000-$month-22"}]
        expect: {results: {C1.1: MET}}
      """)
    #expect(reports.map(\.id) == ["born-MET", "month-03"])
    #expect(reports.allSatisfy { $0.differences.isEmpty })
  }

  /// What is no family, each with the word that its error says.
  @Test(arguments: [
    ("each: {}", "one name"), ("each: {a: [], b: []}", "one name"), ("each: [x]", "one name"),
    ("each: {x: []}", "one name"), ("boundary: $x, each: {x: [1, 1]}", "once"),
    ("each: {x: [[1]]}", "one word"),
    ("each: {x: [1]}", "'$x'"),
  ])
  func whatIsNoFamilyIsRefused(_ each: String, _ word: String) {
    let error = #expect(throws: CaseError.self) {
      try run("  - {id: a, \(each), changes: [], expect: {outcome: ELIGIBLE}}")
    }
    #expect(error?.description.contains(word) == true)
  }

  @Test func aFamilyHasOneIDInTheIndex() throws {
    let ids = try CaseRunner.caseIDs(
      "cases: [{id: a, each: {x: [1, 2]}, changes: [], expect: {outcome: $x}}, {id: b}]")
    #expect(ids == ["a", "b"])
  }
}
