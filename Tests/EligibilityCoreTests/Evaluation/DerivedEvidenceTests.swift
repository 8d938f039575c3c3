import EligibilityCore
import Testing

/// Evidence that a run derives: the same in several parts of a group is shown once, and what differs in its limit alone
/// is shown as often as it differs.
@Suite struct DerivedEvidenceTests {
  private static let concept = ConceptDefinition("x", .quantity, unit: "g/L")

  /// Parts of one group, each an age limit.
  private static func shown(_ years: [Int]) throws -> EvidenceList {
    let steps = years.indices.map { "S\($0)" }
    var bench = Bench([Self.concept], .exclusion("T", .group(.all, steps)))
    bench.definition.criteria += zip(steps, years).map { .step($0, .age(.greaterOrEqual, $1)) }
    bench.snapshot.birthDate = "1990-01-01"
    return try bench.result().evidence
  }

  @Test(
    arguments: [
      ([18, 18], 1), ([18, 19], 2), ([18, 19, 18, 20], 3),
      // More limits than are looked through one by one.
      (Array(1...34), 34), (Array(1...34) + Array(1...34), 34),
    ] as [([Int], Int)])
  func theSameIsShownOnce(_ years: [Int], _ count: Int) throws {
    let shown = try Self.shown(years)
    #expect(shown.count == count && Set(shown).count == count)
    #expect(shown.allSatisfy { $0.concept == "birth_date" && $0.givenValue == "1990-01-01" })
  }

  /// Limits of results: each stands with its own result, also where there are many of them.
  @Test(arguments: [1, 2, 31, 32, 33, 34, 60])
  func manyLimits(_ count: Int) throws {
    let steps = (0..<count).map { "S\($0)" }
    var bench = Bench([Self.concept], .exclusion("T", .group(.all, steps)))
    bench.definition.criteria += try steps.enumerated().map { index, id in
      .step(id, .result("x", .less, try ExactDecimal(parsing: "\(100 + index)"), "g/L"))
    }
    bench.snapshot.observations = [Observation("o", "x", "5", "g/L")]
    let shown = try bench.result().evidence
    #expect(shown.map(\.limit) == (0..<count).map { "< \(100 + $0) g/L" })
    #expect(shown.allSatisfy { $0.factID == "o" && $0.givenValue == "5" })
  }
}
