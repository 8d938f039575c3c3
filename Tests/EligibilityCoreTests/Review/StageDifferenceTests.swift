import EligibilityCore
import Testing

/// One quantity at two stages, and limits in whose place an attestation stands.
@Suite struct StageDifferenceTests {
  private static func stages(_ first: Rule, _ second: Rule) -> [Criterion] {
    [.inclusion("P", first), .inclusion("Q", second).at(.infusion)]
  }

  static let limits: [(name: String, criteria: [Criterion], expected: [String])] = [
    ("the same limit", stages(.result(.greater, "5"), .result(.greater, "5")), []),
    (
      "a higher limit", stages(.result(.greaterOrEqual, "5"), .result(.greaterOrEqual, "6")),
      ["P, Q: amount 5 passes the first and fails the second"]
    ),
    (
      "a lower limit", stages(.result(.greater, "6"), .result(.greater, "5")),
      ["P, Q: amount 5.5 passes the second and fails the first"]
    ),
    (
      "strict and not", stages(.result(.lessOrEqual, "5"), .result(.less, "5")),
      ["P, Q: amount 5 passes the first and fails the second"]
    ),
    (
      "an exclusion",
      [
        .inclusion("P", .result(.lessOrEqual, "5")),
        .exclusion("Q", .result(.greater, "5")).at(.infusion),
      ], []
    ),
    ("two sides of a range", stages(.result(.greater, "5"), .result(.less, "9")), []),
    ("two concepts", stages(.result(.greater, "5"), .result(.greater, "6", of: "other")), []),
    (
      "multiples", stages(.multiple(.lessOrEqual, "3"), .multiple(.less, "2")),
      ["P, Q: amount 3 x ULN passes the first and fails the second"]
    ),
    ("a multiple and an amount", stages(.multiple(.lessOrEqual, "3"), .result(.less, "2")), []),
    (
      "totals", stages(.total(.greaterOrEqual, "8"), .total(.greaterOrEqual, "6")), []
    ),
    (
      "ages", stages(.age(.greaterOrEqual, 18), .age(.greaterOrEqual, 20)),
      ["P, Q: age 18 passes the first and fails the second"]
    ),
    (
      "a clearance by surface",
      stages(.clearance(.greaterOrEqual, "30"), .clearance(.greater, "30", per: .mosteller)),
      ["P, Q: 30 mL/min at a body surface of 1.73 m2 passes the first and fails the second"]
    ),
    (
      "the same number by surface",
      stages(.clearance(.greaterOrEqual, "30"), .clearance(.greaterOrEqual, "30", per: .duBois)),
      ["P, Q: 33 mL/min at a body surface of 2 m2 passes the first and fails the second"]
    ),
    (
      "another number",
      stages(.clearance(.greaterOrEqual, "30"), .clearance(.greaterOrEqual, "45")),
      ["P, Q: 30 mL/min passes the first and fails the second"]
    ),
    (
      "limits that both stages share",
      [
        .inclusion("P", .choose("if", "then", "else")),
        .inclusion("Q", .choose("if", "then", "else")).at(.infusion),
        .step("if", .says("said")), .step("then", .result(.less, "3")),
        .step("else", .result(.less, "2")),
      ], []
    ),
    (
      "only a cohort",
      [
        .inclusion("P", .result(.greater, "5"), cohort: "A"),
        .inclusion("Q", .result(.greater, "6")).at(.infusion),
      ], []
    ),
  ]

  @Test(arguments: limits.indices) func differentLimits(_ index: Int) throws {
    let row = Self.limits[index]
    #expect(try ReviewBench(row.criteria).findings(.stagesDiffer) == row.expected, "\(row.name)")
  }

  // MARK: Exemptions

  private static func exempt(_ first: String, _ second: String) -> [Criterion] {
    [
      .inclusion("P", .group(.any, ["limit", "first"])),
      .step("limit", .multiple(.lessOrEqual, "3")),
      .step("first", .says(first)),
      .inclusion("Q", .group(.any, ["limit", "second"])).at(.infusion),
      .step("second", .says(second)),
    ]
  }

  @Test func differentExemptions() throws {
    #expect(
      try ReviewBench(Self.exempt("more", "said")).findings(.stagesDiffer) == [
        "P, Q: outside the limit, with said yes and more no: fails the first and passes the second"
      ])
    #expect(
      try ReviewBench(Self.exempt("said", "more")).findings(.stagesDiffer) == [
        "P, Q: outside the limit, with said yes and more no: passes the first and fails the second"
      ])
    #expect(try ReviewBench(Self.exempt("said", "said")).findings(.stagesDiffer).isEmpty)
  }

  @Test func exemptionsWithoutLimit() throws {
    let bench = ReviewBench(Self.exempt("said", "said"))
    #expect(
      try bench.findings(.exemptionWithoutLimit) == [
        "P: said yes, whatever the value", "Q: said yes, whatever the value",
      ])
    let message = try bench.review().findings.first { $0.kind == .exemptionWithoutLimit }?.message
    #expect(
      message
        == "where 'said' is attested, 'P' does without amount <= 3 x ULN, and no other limit holds")
    var limited = bench
    limited.definition.criteria.append(.inclusion("R", .multiple(.less, "10")))
    #expect(try limited.findings(.exemptionWithoutLimit) == ["Q: said yes, whatever the value"])
  }

  /// Two measurements, or a "no" in place of a limit, are no exemption; nor is a group that decides nothing
  /// by itself.
  @Test(
    arguments: [
      (.any, .finding(.positive), true), (.any, .says("said", .no), true),
      (.all, .says("said"), true), (.any, .says("said"), false),
    ] as [(GroupKind, Rule, Bool)])
  func noExemption(_ kind: GroupKind, _ other: Rule, _ isCertain: Bool) throws {
    let group = Criterion.step("group", .group(kind, ["limit", "other"]))
    let top: Rule = isCertain ? .sameAs("group") : .group(.any, ["group", "third"])
    let bench = ReviewBench([
      .inclusion("P", top), group, .step("limit", .result(.less, "3")), .step("other", other),
      .inclusion("Q", .sameAs("third")).at(.infusion), .step("third", .finding(.negative)),
    ])
    #expect(try bench.findings(.exemptionWithoutLimit).isEmpty)
  }
}
