import EligibilityCore
import Testing

/// What a criterion rests on is shown up to 200 facts; where there is more, the verdict says so.
@Suite struct ShownEvidenceTests {
  static func verdict(_ count: Int, inAGroup: Bool) throws -> Verdict {
    let facts = (0..<count).map { Condition("c\($0)", "ill", .active) }
    var bench = ConditionTests.bench(.active, facts)
    if inAGroup, let index = bench.definition.criteria.firstIndex(where: { $0.id == "T" }),
      let rule = bench.definition.criteria[index].rule
    {
      bench.definition.criteria[index] = .exclusion("T", .group(.any, ["S"]))
      bench.definition.criteria.append(.step("S", rule))
    }
    return try bench.verdict()
  }

  @Test(arguments: [1, 199, 200, 201, 1_000], [false, true])
  func whatIsNotShownIsSaid(_ count: Int, _ inAGroup: Bool) throws {
    let verdict = try Self.verdict(count, inAGroup: inAGroup)
    #expect(verdict.results.contains { $0.id == "T" })
    for result in verdict.results where result.id == "T" {
      #expect(result.outcome == .triggered && result.evidence.count == min(count, 200))
      #expect(result.evidence.map(\.factID) == (0..<min(count, 200)).map { "c\($0)" })
      let warning = Warning(
        code: "MORE_THAN_SHOWN", arguments: ["200"], criterionID: result.id)
      #expect(verdict.warnings.contains(warning) == (count > 200), "\(result.id)")
    }
  }
}
