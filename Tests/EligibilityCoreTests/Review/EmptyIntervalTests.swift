import EligibilityCore
import Testing

/// Criteria that one path needs together although they exclude each other, and near misses.
@Suite struct EmptyIntervalTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var criteria: [Criterion]
    /// Findings, `criteria [cohorts]: witness`.
    var expected: [String]
    var reading: KnobDefinition?

    init(
      _ name: String, _ criteria: [Criterion], _ expected: [String], reading: KnobDefinition? = nil
    ) {
      testDescription = name
      self.criteria = criteria
      self.expected = expected
      self.reading = reading
    }
  }

  private static func both(_ first: Rule, _ second: Rule) -> [Criterion] {
    [.inclusion("P", first), .inclusion("Q", second)]
  }

  private static func against(_ first: Rule, _ second: Rule) -> [Criterion] {
    [.inclusion("P", first), .exclusion("Q", second)]
  }

  private static func selection(_ value: String) -> KnobDefinition {
    KnobDefinition("observation.select", ["latest", "worst_in_window", "any"], value)
  }

  static let amounts: [Row] = [
    Row(
      "ages apart", both(.age(.greaterOrEqual, 18), .age(.less, 18)),
      ["P, Q: age >= 18 a against age <= 17 a"]),
    Row("ages that touch", both(.age(.greaterOrEqual, 18), .age(.lessOrEqual, 18)), []),
    Row(
      "no whole year between", both(.age(.greater, 17), .age(.less, 18)),
      ["P, Q: age >= 18 a against age <= 17 a"]),
    Row(
      "amounts apart, in different units",
      both(
        .result(.greaterOrEqual, "5"),
        .result(.less, "0") { $0.limit = .value(Quantity(value: "5000", unit: "mg/L")) }),
      ["P, Q: amount >= 5 g/L against amount < 5 g/L"]),
    Row("amounts that touch", both(.result(.greaterOrEqual, "5"), .result(.lessOrEqual, "5")), []),
    Row(
      "an end that is left out", both(.result(.greater, "5"), .result(.lessOrEqual, "5")),
      ["P, Q: amount > 5 g/L against amount <= 5 g/L"]),
    Row(
      "an exclusion turns the limit round",
      against(.result(.greaterOrEqual, "5"), .result(.greaterOrEqual, "5")),
      ["P, Q: amount >= 5 g/L against amount < 5 g/L"]),
    Row(
      "an exclusion that touches", against(.result(.greaterOrEqual, "5"), .result(.greater, "5")),
      []),
    Row("two concepts", both(.result(.greater, "5"), .result(.less, "5", of: "other")), []),
    Row(
      "two windows",
      both(.result(.greater, "5"), .result(.less, "5") { $0.window = PeriodDefinition(7, .days) }),
      []),
    Row(
      "any result at some time",
      both(.result(.greater, "5") { $0.ever = true }, .result(.less, "5")), []),
    Row(
      "no result at any time",
      against(.result(.greater, "5"), .result(.greater, "4") { $0.ever = true }),
      ["P, Q: amount > 5 g/L against amount <= 4 g/L"]),
    Row(
      "the best of several may pass each", both(.result(.greater, "5"), .result(.less, "5")), [],
      reading: selection("any")),
    Row(
      "the worst of several", both(.result(.greater, "5"), .result(.less, "5")),
      ["P, Q: amount > 5 g/L against amount < 5 g/L"],
      reading: selection("worst_in_window")),
    Row(
      "multiples apart", both(.multiple(.less, "1.5"), .multiple(.greaterOrEqual, "1.5")),
      ["P, Q: amount < 1.5 x ULN against amount >= 1.5 x ULN"]),
    Row(
      "multiples that touch",
      both(.multiple(.lessOrEqual, "1.5"), .multiple(.greaterOrEqual, "1.5")), []),
    Row(
      "a multiple and an amount, no bound known",
      both(.multiple(.less, "1.5"), .result(.greater, "900")), []),
    Row(
      "a multiple above 0, an amount below", both(.multiple(.greater, "1"), .result(.less, "0")),
      ["P, Q: amount < 0 g/L against > 1 x ULN"]),
    Row(
      "what cannot be measured counts as within",
      against(
        .result(.greater, "5"),
        .result(.greater, "0") {
          $0.limit = .ulnMultiple("1"); $0.censoredIsWithin = true
        }), []),
    Row(
      "totals apart", both(.total(.greaterOrEqual, "8"), .total(.less, "8")),
      ["P, Q: score >= 8 and <= 105 against score >= 0 and < 8"]),
    Row("totals that touch", both(.total(.greaterOrEqual, "8"), .total(.lessOrEqual, "8")), []),
    Row(
      "a total beyond what is plausible", [.inclusion("P", .total(.greater, "105"))],
      ["P: score > 105 and <= 105"]),
    Row("the highest plausible total", [.inclusion("P", .total(.greaterOrEqual, "105"))], []),
    Row(
      "grades", against(.grades("A", atLeast: 2), .grades("A", atLeast: 2)),
      ["P, Q: graded x A >= 2 and <= 3 against graded x A >= 0 and <= 1"]),
    Row("grades that touch", against(.grades("A", atLeast: 2), .grades("A", atLeast: 3)), []),
    Row("other grades", against(.grades("A", atLeast: 2), .grades("B", atLeast: 2)), []),
    Row(
      "clearances", both(.clearance(.greaterOrEqual, "30"), .clearance(.less, "30")),
      ["P, Q: creatinine_clearance >= 30 mL/min against creatinine_clearance < 30 mL/min"]),
    Row(
      "clearances of another kind",
      both(.clearance(.greaterOrEqual, "30"), .clearance(.less, "30", per: .mosteller)), []),
  ]

  static let answers: [Row] = [
    Row(
      "findings", against(.finding(.positive), .finding(.positive)),
      ["P, Q: finding positive against finding negative"]),
    Row("findings that agree", against(.finding(.positive), .finding(.negative)), []),
    Row(
      "once positive, now negative",
      both(.finding(.positive) { $0.ever = true }, .finding(.negative)), []),
    Row(
      "positive now, never positive",
      against(.finding(.positive), .finding(.positive) { $0.ever = true }),
      ["P, Q: finding positive against finding negative"]),
    Row(
      "another window",
      both(.finding(.positive), .finding(.negative) { $0.window = PeriodDefinition(7, .days) }), []),
    Row("yes and no", both(.says("said"), .says("said", .no)), ["P, Q: said yes against said no"]),
    Row("yes and yes", both(.says("said"), .says("said")), []),
    Row(
      "the stronger yes, the weaker no", both(.says("more"), .says("said", .no)),
      ["P, Q: more yes against said no"]),
    Row("the weaker yes, the stronger no", both(.says("said"), .says("more", .no)), []),
    Row(
      "a yes that is too old is a no",
      against(
        .says("said"),
        {
          var test = StatementTest()
          test.concept = "said"
          test.expected = .yes
          test.window = PeriodDefinition(6, .months)
          return .statement(test)
        }()), []),
    Row("sexes", both(.sex(.female), .sex(.male)), ["P, Q: sex female against sex male"]),
    Row("an exclusion of the other sex", against(.sex(.female), .sex(.male)), []),
    Row(
      "a medicine asked for and excluded",
      against(
        .exposure("drugs", PeriodDefinition(2, .weeks)),
        .exposure("wide", PeriodDefinition(28, .days))),
      ["P, Q: drugs given within 2 wk against no wide within 28 d"]),
    Row(
      "a medicine of longer ago",
      against(.exposure("drugs"), .exposure("wide", PeriodDefinition(28, .days))), []),
    Row(
      "a wider set asked for",
      against(
        .exposure("wide", PeriodDefinition(14, .days)),
        .exposure("drugs", PeriodDefinition(28, .days))), []),
    Row(
      "only systemic ones excluded",
      against(.exposure("drugs"), .exposure("drugs") { $0.systemicOnly = true }), []),
    Row(
      "only another purpose",
      against(
        .exposure("drugs"),
        .exposure("drugs") {
          $0.targetPurposeOnly = true; $0.targetDiseases = "diseases"
        }), []),
    Row(
      "one diagnosis", against(.condition("diseases", .active), .condition("diseases", .active)),
      ["P, Q: 'P' true against 'Q' false"]),
    Row(
      "one diagnosis, two scopes",
      against(.condition("diseases", .ever), .condition("diseases", .active)), []),
  ]

  static let paths: [Row] = [
    Row(
      "through groups and references",
      [
        .inclusion("P", .group(.all, ["p1", "p2"])), .step("p1", .sameAs("p3")),
        .step("p2", .says("more")), .step("p3", .result(.greater, "5")),
        .exclusion("Q", .group(.any, ["q1", "q2"])), .step("q1", .says("said", .no)),
        .step("q2", .group(.none, ["q3"])), .step("q3", .result(.lessOrEqual, "5")),
      ],
      ["P, Q: amount > 5 g/L against amount <= 5 g/L"]),
    Row(
      "a choice is no need",
      [
        .inclusion("P", .group(.any, ["p1", "p2"])), .step("p1", .result(.greater, "5")),
        .step("p2", .says("said")), .inclusion("Q", .result(.less, "5")),
      ], []),
    Row(
      "what may not apply",
      [
        .inclusion("P", .result(.greater, "5")).applying(if: "when"), .step("when", .says("said")),
        .inclusion("Q", .result(.less, "5")),
      ], []),
    Row(
      "a group whose members may not apply",
      [
        .inclusion("P", .group(.all, ["P.1"])),
        .inclusion("P.1", .result(.greater, "5")).applying(if: "when"),
        .step("when", .says("said")), .inclusion("Q", .result(.less, "5")),
      ], []),
    Row(
      "only a cohort",
      [.inclusion("P", .result(.greater, "5"), cohort: "A"), .inclusion("Q", .result(.less, "5"))],
      ["Q, P [A]: amount < 5 g/L against amount > 5 g/L"]),
    Row(
      "a step against itself",
      [
        .inclusion("P", .sameAs("s")), .exclusion("Q", .sameAs("s")),
        .step("s", .condition("diseases", .active)),
      ], ["P, Q: 's' true against 's' false"]),
    Row(
      "two stages",
      [
        .inclusion("P", .result(.greater, "5")), .inclusion("Q", .result(.less, "5")).at(.infusion),
      ], []),
    Row(
      "at least all of them",
      [
        .inclusion("P", .group(.atLeast, ["p1", "p2"], atLeast: 2)), .step("p1", .says("said")),
        .step("p2", .says("said", .no)),
      ], ["P: said yes against said no"]),
    Row(
      "at least one of them",
      [
        .inclusion("P", .group(.atLeast, ["p1", "p2"], atLeast: 1)), .step("p1", .says("said")),
        .step("p2", .says("said", .no)),
      ], []),
  ]

  @Test(arguments: amounts + answers + paths) func contradictions(_ row: Row) throws {
    let bench = ReviewBench(row.criteria, knobs: row.reading.map { [$0] } ?? [])
    let found = try bench.findings(.emptyInterval)
    #expect(found == row.expected)
  }

  /// Where a path is empty, its finding names it, and says nothing more of its choices.
  @Test func consequences() throws {
    var bench = ReviewBench([
      .inclusion("P", .result(.greater, "5")), .inclusion("Q", .result(.less, "5")),
      .inclusion("R", .group(.any, ["r1", "r2"]), cohort: "A"), .step("r1", .result(.less, "4")),
      .step("r2", .says("said")),
    ])
    let findings = try bench.review().findings
    let empty = try #require(findings.first)
    #expect(empty.kind == .emptyInterval && empty.stages == [.enrolment] && empty.cohorts.isEmpty)
    #expect(empty.subject == "amount")
    #expect(
      empty.message
        == "'P' (needs amount > 5 g/L) and 'Q' (needs amount < 5 g/L) exclude each other: "
        + "nobody can be eligible")
    #expect(!findings.contains { $0.kind == .deadArm })

    bench.definition.criteria.removeAll { $0.id == "Q" }
    bench.definition.criteria.append(.inclusion("S", .says("said", .no)))
    bench.definition.criteria.append(.inclusion("T", .says("said"), cohort: "A"))
    let cohort = try #require(try bench.review().findings.first { $0.kind == .emptyInterval })
    #expect(cohort.message.hasSuffix("nobody can be eligible through the cohort A"))
  }
}
