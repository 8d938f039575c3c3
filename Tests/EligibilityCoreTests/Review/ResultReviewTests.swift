import EligibilityCore
import Testing

/// Items of scores that exclude, results of any age, and treatments that make a test stale.
@Suite struct ResultReviewTests {
  // MARK: Scores

  private static func score(_ rule: Rule = .total(.greaterOrEqual, "8"), _ relations: Relation...)
    -> ReviewBench
  {
    ReviewBench(
      [
        .inclusion("P", rule), .exclusion("X", .group(.any, ["X.a", "X.b"])),
        .exclusion("X.a", .condition("diseases", .active)), .exclusion("X.b", .says("said")),
      ], relations: relations)
  }

  private static func expect(
    _ bench: ReviewBench, _ expected: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(try bench.findings(.scoreItemExcludes) == expected, sourceLocation: sourceLocation)
  }

  @Test func itemsThatReachALimitAndExclude() throws {
    let seizure = Relation.item("score", "seizure", "8", "X")
    try Self.expect(
      Self.score(.total(.greaterOrEqual, "8"), seizure), ["P, X: 8 points from seizure"])
    try Self.expect(Self.score(.total(.greater, "8"), seizure), [])
    try Self.expect(Self.score(.total(.less, "8"), seizure), [])
    try Self.expect(
      Self.score(.total(.greater, "8"), .item("score", "rash", "0.5", "X"), seizure),
      ["P, X: 8.5 points from seizure and rash"])
    let finding = try #require(
      try Self.score(.total(.greaterOrEqual, "8"), seizure).review().findings.first {
        $0.kind == .scoreItemExcludes
      })
    #expect(finding.subject == "score" && finding.stages == [.enrolment])
    #expect(finding.message == "'P' (>= 8) is reached by items that make 'X' true: seizure")
  }

  /// A part that excludes by itself counts, a part of something that may not; nor do items of several
  /// exclusions add up.
  @Test func whatExcludes() throws {
    try Self.expect(
      Self.score(.total(.greaterOrEqual, "8"), .item("score", "seizure", "8", "X.b")),
      ["P, X.b: 8 points from seizure"])
    var both = Self.score(.total(.greaterOrEqual, "8"), .item("score", "seizure", "8", "X.b"))
    both.definition.criteria = both.definition.criteria.map { criterion in
      var copy = criterion
      if copy.id == "X" { copy.rule = .group(.all, ["X.a", "X.b"]) }
      return copy
    }
    try Self.expect(both, [])
    try Self.expect(
      Self.score(
        .total(.greaterOrEqual, "8"), .item("score", "a", "4", "X"), .item("score", "b", "4", "X.b")
      ), [])
    try Self.expect(
      Self.score(
        .total(.greaterOrEqual, "8"), .item("score", "a", "4", "X"), .item("graded", "b", "4", "X")),
      [])
  }

  // MARK: Age of results

  @Test func resultsOfAnyAge() throws {
    var bench = ReviewBench(
      [
        .inclusion("P", .result(.greater, "5")),
        .inclusion("Q", .result(.greater, "4") { $0.window = PeriodDefinition(7, .days) }),
        .inclusion("R", .finding(.positive) { $0.ever = true }),
        .exclusion("X", .group(.all, ["X.a", "X.b"])),
        .exclusion("X.a", .finding(.positive)), .exclusion("X.b", .says("said")),
        .inclusion("A.2", .clearance(.greaterOrEqual, "30"), cohort: "A"),
        .inclusion("S", .total(.greater, "3")).at(.infusion),
      ],
      knobs: [
        KnobDefinition("lab.max_age_days", ["null"], "null"),
        KnobDefinition("lab.max_age_days.amount", ["null"], "null"),
      ])
    #expect(try bench.findings(.noAgeLimit) == ["P, X.a, A.2: a result of any age decides"])
    bench.definition.readings = [Reading(knob: "lab.max_age_days.amount", value: "30")]
    #expect(try bench.findings(.noAgeLimit) == ["X.a, A.2: a result of any age decides"])
    bench.definition.readings = [Reading(knob: "lab.max_age_days", value: "30")]
    #expect(try bench.findings(.noAgeLimit) == ["P: a result of any age decides"])
  }

  // MARK: Treatment

  @Test func treatmentThatMakesATestStale() throws {
    let stale: Rule = .finding(.positive) { $0.staleAfter = "drugs" }
    let treated = ReviewBench([
      .inclusion("P", stale), .inclusion("A.2", .exposure("wide"), cohort: "A"),
    ])
    #expect(try treated.findings(.treatmentMakesStale) == ["P, A.2 [A]: drug"])
    let other = ReviewBench([
      .inclusion("P", .finding(.positive) { $0.staleAfter = "diseases" }),
      .inclusion("Q", .exposure("wide")),
    ])
    #expect(try other.findings(.treatmentMakesStale).isEmpty)
    let excluded = ReviewBench([.inclusion("P", stale), .exclusion("Q", .exposure("wide"))])
    #expect(try excluded.findings(.treatmentMakesStale).isEmpty)
  }

  // MARK: All together

  /// Relations help to prove; they never change a verdict.
  @Test func relationsChangeNoVerdict() throws {
    let score = Self.score(
      .total(.greaterOrEqual, "8"), .item("score", "seizure", "8", "X"),
      .implies("X.b", "amount", .greater, "5", "g/L"), .upperLimit("amount", "1", "g/L"))
    var plain = score.definition
    plain.relations = []
    for total in ["7", "8", "9"] as [ExactDecimal] {
      for answer in Truth.allCases {
        var bench = Bench(score.definition)
        bench.snapshot.assessments = [Assessment("a", "score", total: total)]
        bench.snapshot.observations = [Observation("o", "amount", "9", "g/L", uln: "3")]
        bench.say("said", answer)
        let with = try bench.verdict()
        bench.definition = plain
        #expect(try bench.verdict() == with)
      }
    }
  }

  @Test func orderAndCompleteness() throws {
    let review = try CompiledProtocol(.whole, digest: "").review()
    #expect(review.isComplete)
    let kinds = ProtocolFinding.Kind.allCases
    let positions = review.findings.map { kinds.firstIndex(of: $0.kind) ?? 0 }
    #expect(positions == positions.sorted())
    #expect(try CompiledProtocol(.whole, digest: "").review() == review)
  }

  /// Far too many alternatives to compare each with each: the review ends, and says that it is not whole.
  @Test func whatIsTooLarge() throws {
    let steps = (0..<800).map { number in
      Criterion.step(
        "s\(number)",
        .result(.equal, "0") {
          $0.limit = .value(Quantity(value: ExactDecimal(stringLiteral: "\(number)"), unit: "g/L"))
        })
    }
    let top = Criterion.inclusion("P", .group(.any, steps.map(\.id)))
    let review = try ReviewBench([top] + steps).review()
    #expect(!review.isComplete)
    #expect(!review.findings.contains { $0.kind == .cannotMatter })
  }
}
