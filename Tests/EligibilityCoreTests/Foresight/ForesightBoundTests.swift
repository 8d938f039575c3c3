import EligibilityCore
import Testing

/// What is looked for is bounded, and a verdict says when a bound was met.
@Suite struct ForesightBoundTests {
  /// Pairs of statements of which one each suffices: twice as many ways with every pair.
  private func pairs(_ count: Int) -> Bench {
    var criteria: [Criterion] = []
    var concepts: [ConceptDefinition] = []
    for index in 0..<count {
      let names = ["a\(index)", "b\(index)"]
      concepts += names.map { ConceptDefinition($0, .statement) }
      criteria.append(.inclusion("T\(index)", .group(.any, names.map { "T.\($0)" })))
      criteria += names.map { .step("T.\($0)", .says($0)) }
    }
    return Bench(.draft(concepts: concepts, criteria: criteria))
  }

  private func limits(_ verdict: Verdict) -> [[String]] {
    verdict.warnings.filter { $0.code == "SETTLE_SETS_LIMITED" }.map(\.arguments)
  }

  @Test(
    arguments: [
      (1, 2, []), (5, 32, []), (6, 40, [["TO_ELIGIBLE", "40", "64"]]),
      (7, 40, [["TO_ELIGIBLE", "40", "MORE_THAN_LOOKED_FOR"]]),
      (30, 40, [["TO_ELIGIBLE", "40", "MORE_THAN_LOOKED_FOR"]]),
    ] as [(Int, Int, [[String]])])
  func manyWays(_ count: Int, _ listed: Int, _ limited: [[String]]) throws {
    let verdict = try pairs(count).verdict()
    let sets = verdict.settleSets.filter { $0.direction == .toEligible }
    #expect(sets.count == listed)
    #expect(sets.allSatisfy { $0.facts.count == count })
    #expect(limits(verdict) == limited)
    #expect(verdict.settleSets.count { $0.direction == .toIneligible } == count)
  }

  /// More things than are counted: what is known is said.
  @Test(.timeLimit(.minutes(1))) func moreThingsThanAreLookedAt() throws {
    let verdict = try pairs(200).verdict()
    #expect(verdict.outcome == .undetermined)
    #expect(limits(verdict).contains { $0.last == "MORE_THAN_LOOKED_FOR" })
  }

  /// A test of every date would take as long as a patient has facts.
  @Test(.timeLimit(.minutes(1))) func manyLaterDates() throws {
    var bench = Bench(
      [ConceptDefinition("drug", .drug)], sets: [CodeSet("drugs", concepts: ["drug"])],
      .exclusion("X", .exposure("drugs", PeriodDefinition(14, .days)))
    ).reviewed(.medications)
    // One dose every day from the index date on: the verdict never changes while there is one.
    bench.snapshot.asOf = "2025-12-31"
    bench.snapshot.medications = (0..<200).map { day in
      let date = bench.indexDate.adding(days: day)?.description ?? ""
      return MedicationExposure("m\(day)", "drug", from: try? ClinicalTime(parsing: date))
    }
    let verdict = try bench.verdict()
    #expect(verdict.outcome == .ineligible)
    #expect(verdict.warnings.contains { $0.code == "VALID_AT_LEAST_UNTIL" })
    #expect(verdict.validUntil == "2025-08-04")
  }

  @Test func whatTimeDoesNotChangeHasNoEnd() throws {
    var bench = Bench([ConceptDefinition("a", .statement)], .inclusion("T", .says("a")))
    bench.say("a", .yes)
    let verdict = try bench.verdict()
    #expect(verdict.outcome == .eligible && verdict.validUntil.isEmpty)
    #expect(!verdict.warnings.contains { $0.code == "VALID_AT_LEAST_UNTIL" })
    bench.detail = .outcome
    #expect(try bench.verdict().validUntil.isEmpty)
  }
}
