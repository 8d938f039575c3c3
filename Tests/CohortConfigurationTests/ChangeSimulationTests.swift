import EligibilityCore
import Testing

@testable import CohortConfiguration

/// What differs between two verdicts, and how it is counted.
@Suite struct ChangeSimulationTests {
  private static func verdict(
    _ outcome: Outcome, _ cohorts: [(String, Outcome)],
    _ results: [(id: String, cohort: String, outcome: CriterionOutcome)] = []
  ) throws -> Verdict {
    let date = try #require(CalendarDate(parsing: "2025-03-14"))
    var verdict = Verdict(outcome: outcome, stage: .enrolment, indexDate: date)
    verdict.cohorts = cohorts.map { CohortVerdict(cohort: $0.0, outcome: $0.1, ownOutcome: $0.1) }
    verdict.results = results.map { row in
      var result = CriterionResult(id: row.id, parentID: "", outcome: row.outcome)
      result.cohort = row.cohort
      return result
    }
    return verdict
  }

  @Test func verdictsThatSayTheSameDoNotDiffer() throws {
    let one = try Self.verdict(.eligible, [("sle", .eligible), ("ssc", .notAssessed)])
    let both = SimulatedVerdicts(one, one)
    #expect(!both.differs && both.outcomes.map(\.cohort) == ["", "sle"])
  }

  @Test func aCohortMayDifferWhereTheWholeDoesNot() throws {
    let one = try Self.verdict(.eligible, [("sle", .eligible), ("ssc", .eligible)])
    let other = try Self.verdict(.eligible, [("sle", .eligible), ("ssc", .undetermined)])
    let both = SimulatedVerdicts(one, other)
    #expect(both.differs && both.outcomes.map(\.differ) == [false, false, true])
  }

  @Test func aCohortOfOneVersionAloneHasOneOutcome() throws {
    let one = try Self.verdict(.eligible, [("sle", .eligible)])
    let other = try Self.verdict(.eligible, [("sle", .eligible), ("new", .ineligible)])
    let both = SimulatedVerdicts(one, other)
    #expect(both.differs && both.outcomes.last?.before == nil)
    #expect(both.outcomes.last?.after == .ineligible)
  }

  /// A criterion of a cohort whose outcomes agree made nothing differ.
  @Test func criteriaOfTheCohortsConcernedExplain() throws {
    let one = try Self.verdict(
      .eligible, [("sle", .eligible), ("ssc", .eligible)],
      [
        ("C1", "", .met), ("C2", "", .met), ("SLE.1", "sle", .met), ("SSC.1", "ssc", .met),
        ("OLD", "", .met),
      ])
    let other = try Self.verdict(
      .eligible, [("sle", .ineligible), ("ssc", .eligible)],
      [
        ("C1", "", .met), ("C2", "", .unknown), ("SLE.1", "sle", .notMet),
        ("SSC.1", "ssc", .notMet), ("NEW", "", .met),
      ])
    var both = SimulatedVerdicts(one, other)
    both.explain(one, other)
    #expect(both.criteria.map(\.criterion) == ["C2", "SLE.1", "OLD", "NEW"])
    #expect(both.criteria[0].before == .met && both.criteria[0].after == .unknown)
    #expect(both.criteria[2].after == nil && both.criteria[3].before == nil)
  }

  @Test func theSummaryCountsByCohortAndCriterion() throws {
    let good = try Self.verdict(.eligible, [("sle", .eligible)], [("C1", "", .met)])
    let bad = try Self.verdict(.ineligible, [("sle", .ineligible)], [("C1", "", .notMet)])
    var differing = SimulatedVerdicts(good, bad)
    differing.explain(good, bad)
    var summary = SimulationSummary()
    for _ in 0..<3 { summary.add(differing) }
    summary.add(SimulatedVerdicts(good, good))
    summary.addFailure()
    #expect((summary.patients, summary.differing, summary.failed) == (4, 3, 1))
    let ways = summary.sortedWays.map { "\($0.way.cohort) \($0.way.after!) \($0.patients)" }
    #expect(ways == [" eligible 1", " ineligible 3", "sle eligible 1", "sle ineligible 3"])
    #expect(summary.sortedCriteria.map(\.criterion) == ["C1"])
    #expect(summary.sortedCriteria.map(\.patients) == [3])
  }
}
