import EligibilityCore
import Testing

/// Members of groups and branches that can never be true beside what a path needs, and near misses.
@Suite struct DeadArmTests {
  private static let either: [Criterion] = [
    .inclusion("P", .group(.any, ["P.a", "P.b"])), .inclusion("P.a", .result(.greater, "5")),
    .inclusion("P.b", .says("said")),
  ]

  @Test func aMemberThatCannotBeTrue() throws {
    let bench = ReviewBench(Self.either + [.inclusion("Q", .result(.less, "5"))])
    #expect(try bench.findings(.deadArm) == ["P.a, Q: amount < 5 g/L against amount > 5 g/L"])
    #expect(try bench.findings(.emptyInterval, .noArmLeft).isEmpty)
    let finding = try #require(try bench.review().findings.first { $0.kind == .deadArm })
    #expect(
      finding.message == "'P.a' in 'P' can never be true beside what is needed with it: "
        + "'Q' (needs amount < 5 g/L) and 'P.a' (needs amount > 5 g/L) exclude each other")
    #expect(
      try ReviewBench(Self.either + [.inclusion("Q", .result(.less, "6"))]).findings(.deadArm)
        .isEmpty)
  }

  @Test func noMemberIsLeft() throws {
    let bench = ReviewBench(
      Self.either + [.inclusion("Q", .result(.less, "5")), .inclusion("R", .says("said", .no))])
    #expect(
      try bench.findings(.noArmLeft) == [
        "P, P.a, Q, P.b, R: amount < 5 g/L against amount > 5 g/L; said no against said yes"
      ])
    #expect(try bench.findings(.deadArm).count == 2)
    let finding = try #require(try bench.review().findings.first { $0.kind == .noArmLeft })
    #expect(finding.message == "too few members of 'P' can be true: nobody can be eligible")
  }

  /// Two of three are needed: one may be dead, two may not.
  @Test(arguments: [("6", 0), ("4", 1)]) func aNumberOfMembers(_ limit: ExactDecimal, _ dead: Int)
    throws
  {
    let criteria: [Criterion] = [
      .inclusion("P", .group(.atLeast, ["p1", "p2", "p3"], atLeast: 2)),
      .step("p1", .result(.greater, "5")), .step("p2", .says("said")),
      .step("p3", .finding(.positive)),
      .inclusion("Q", .result(.less, limit)),
    ]
    let bench = ReviewBench(criteria)
    #expect(try bench.findings(.deadArm).count == dead)
    #expect(try bench.findings(.noArmLeft).isEmpty)
    let full = ReviewBench(criteria + [.exclusion("R", .says("said"))])
    #expect(try full.findings(.noArmLeft).count == dead)
  }

  /// The dead arm lies inside another arm, and only that one's needs speak against it.
  @Test func anArmInAnArm() throws {
    let bench = ReviewBench([
      .inclusion("P", .group(.any, ["P.a", "P.b"])),
      .inclusion("P.a", .group(.all, ["P.a1", "P.a2"])),
      .inclusion("P.a1", .result(.greater, "5")),
      .inclusion("P.a2", .group(.any, ["low", "stated"])),
      .step("low", .result(.less, "5")), .step("stated", .says("said")),
      .inclusion("P.b", .says("more")),
    ])
    #expect(try bench.findings(.deadArm) == ["P.a2, P.a1: amount > 5 g/L against amount < 5 g/L"])
  }

  @Test func branches() throws {
    let criteria: [Criterion] = [
      .inclusion("P", .choose("if", "then", "else")), .step("if", .says("said")),
      .step("then", .result(.lessOrEqual, "3")), .step("else", .result(.lessOrEqual, "2")),
    ]
    #expect(
      try ReviewBench(criteria + [.inclusion("Q", .result(.greater, "1"))]).findings(.deadArm)
        .isEmpty)
    let narrow = ReviewBench(criteria + [.inclusion("Q", .result(.greater, "2"))])
    #expect(try narrow.findings(.deadArm) == ["P, Q: amount > 2 g/L against amount <= 2 g/L"])
    let fixed = ReviewBench(criteria + [.exclusion("Q", .says("said"))])
    #expect(try fixed.findings(.deadArm) == ["P, Q: said no against said yes"])
    let none = ReviewBench(criteria + [.inclusion("Q", .result(.greater, "3"))])
    #expect(try none.findings(.noArmLeft).count == 1)
  }

  /// An exclusion of two things at once leaves a choice of which is false.
  @Test func anExclusion() throws {
    let bench = ReviewBench([
      .exclusion("X", .group(.all, ["X.a", "X.b"])), .exclusion("X.a", .result(.greater, "5")),
      .exclusion("X.b", .says("said")), .inclusion("Q", .result(.greater, "6")),
    ])
    #expect(try bench.findings(.deadArm) == ["X.a, Q: amount > 6 g/L against amount <= 5 g/L"])
    let finding = try #require(try bench.review().findings.first { $0.kind == .deadArm })
    #expect(finding.message.hasPrefix("'X.a' in 'X' can never be false beside"))
  }

  /// A cohort's need makes an arm of a common criterion dead for this cohort only.
  @Test func aCohort() throws {
    let bench = ReviewBench(Self.either + [.inclusion("A.2", .says("said", .no), cohort: "A")])
    #expect(try bench.findings(.deadArm) == ["P.b, A.2 [A]: said no against said yes"])
  }

  /// A group that two arms share is impossible in the one and possible in the other: nothing is dead.
  @Test func aGroupInTwoPlaces() throws {
    let criteria: [Criterion] = [
      .inclusion("P", .group(.any, ["high", "any"])),
      .step("high", .group(.all, ["above", "either"])),
      .step("any", .group(.all, ["either", "finding"])), .step("above", .result(.greater, "5")),
      .step("either", .group(.any, ["low", "stated"])), .step("low", .result(.less, "5")),
      .step("stated", .says("said")), .step("finding", .finding(.positive)),
    ]
    #expect(try ReviewBench(criteria).findings(.deadArm).isEmpty)
    let bench = ReviewBench(criteria + [.inclusion("Q", .result(.greater, "6"))])
    #expect(try bench.findings(.deadArm) == ["P: amount > 5 g/L against amount < 5 g/L"])
  }

  /// A condition that a path settles cannot stay open, and while it may, a branch counts with the other.
  @Test func anOpenCondition() throws {
    let criteria: [Criterion] = [
      .inclusion("P", .choose("if", "then", "else")), .step("if", .result(.less, "5")),
      .step("then", .says("said")), .step("else", .says("more")),
    ]
    let open = ReviewBench(criteria + [.inclusion("Q", .result(.greater, "6") { $0.ever = true })])
    #expect(try open.findings(.deadArm).isEmpty)
    let settled = ReviewBench(criteria + [.inclusion("Q", .result(.greaterOrEqual, "5"))])
    #expect(try settled.findings(.deadArm).count == 0)
    let same = ReviewBench(criteria + [.exclusion("Q", .sameAs("if"))])
    #expect(try same.findings(.deadArm) == ["P, Q: amount >= 5 g/L against amount < 5 g/L"])
  }

  // MARK: Relations

  private static let treated: [Criterion] = [
    .inclusion("V", .group(.any, ["V.a", "V.b"])), .inclusion("V.a", .says("said")),
    .inclusion("V.b", .says("more")), .inclusion("L", .multiple(.less, "1.5")),
  ]

  /// At an upper limit of at most 1.3 the amount must be below 1.95.
  @Test(
    arguments: [("2", "1.3", 1), ("1.95", "1.3", 1), ("1.94", "1.3", 0), ("2", "1.34", 0)]
      as [(ExactDecimal, ExactDecimal, Int)])
  func anImpliedAmountAgainstAMultiple(_ implied: ExactDecimal, _ bound: ExactDecimal, _ dead: Int)
    throws
  {
    let bench = ReviewBench(
      Self.treated,
      relations: [
        .implies("V.a", "amount", .greaterOrEqual, implied, "g/L"),
        .upperLimit("amount", bound, "g/L"),
      ])
    #expect(try bench.findings(.deadArm).count == dead)
  }

  @Test func theirWords() throws {
    let bench = ReviewBench(
      Self.treated,
      relations: [
        .implies("V.a", "amount", .greaterOrEqual, "2", "g/L"), .upperLimit("amount", "1.3", "g/L"),
      ])
    #expect(
      try bench.findings(.deadArm) == [
        "V.a, L: amount 2 g/L at the highest upper limit of normal, 1.3 g/L, "
          + "of which 1.5 times are 1.95 g/L"
      ])
  }

  /// A bound on another concept, or an implied amount alone, proves nothing.
  @Test func halfOfAProof() throws {
    let implied = Relation.implies("V.a", "amount", .greaterOrEqual, "2", "g/L")
    #expect(try ReviewBench(Self.treated, relations: [implied]).findings(.deadArm).isEmpty)
    let elsewhere = [implied, .upperLimit("other", "1.3", "g/L")]
    #expect(try ReviewBench(Self.treated, relations: elsewhere).findings(.deadArm).isEmpty)
  }
}
