import EligibilityCore
import Testing

/// What of a definition can never change a verdict, and near misses.
@Suite struct RedundancyTests {
  private static func group(_ kind: GroupKind, _ first: Rule, _ second: Rule) -> [Criterion] {
    [
      .inclusion("P", .group(kind, ["P.a", "P.b"])), .inclusion("P.a", first),
      .inclusion("P.b", second),
    ]
  }

  static let members: [(name: String, criteria: [Criterion], expected: [String])] = [
    (
      "the stronger of two alternatives",
      group(.any, .result(.greaterOrEqual, "8"), .result(.greaterOrEqual, "6")),
      ["P.a, P.b: amount >= 8 g/L implies amount >= 6 g/L"]
    ),
    (
      "the weaker of two demands",
      group(.all, .result(.greaterOrEqual, "8"), .result(.greaterOrEqual, "6")),
      ["P.b, P.a: amount >= 8 g/L implies amount >= 6 g/L"]
    ),
    (
      "an end more", group(.all, .result(.greater, "8"), .result(.greaterOrEqual, "8")),
      ["P.b, P.a: amount > 8 g/L implies amount >= 8 g/L"]
    ),
    (
      "the same twice", group(.any, .says("said"), .says("said")),
      ["P.b, P.a: said yes implies said yes"]
    ),
    ("two concepts", group(.any, .result(.greater, "8"), .result(.greater, "6", of: "other")), []),
    ("two directions", group(.any, .result(.greater, "8"), .result(.less, "9")), []),
    ("an amount and a multiple", group(.any, .result(.greater, "8"), .multiple(.greater, "1")), []),
    (
      "multiples", group(.all, .multiple(.lessOrEqual, "3"), .multiple(.lessOrEqual, "1.5")),
      ["P.a, P.b: amount <= 1.5 x ULN implies amount <= 3 x ULN"]
    ),
    (
      "another window",
      group(
        .any, .result(.greater, "8") { $0.window = PeriodDefinition(7, .days) },
        .result(.greater, "6")), []
    ),
    ("ever and now", group(.any, .finding(.positive), .finding(.positive) { $0.ever = true }), []),
    (
      "a conjunction",
      group(.any, .group(.all, ["a1", "a2"]), .total(.greaterOrEqual, "6"))
        + [.step("a1", .total(.greaterOrEqual, "8")), .step("a2", .says("said"))],
      ["P.a, P.b: score >= 8 and <= 105 implies score >= 6 and <= 105"]
    ),
    (
      "a conjunction that asks for more",
      group(.any, .total(.greaterOrEqual, "8"), .group(.all, ["a1", "a2"]))
        + [.step("a1", .total(.greaterOrEqual, "6")), .step("a2", .says("said"))], []
    ),
    (
      "an alternative that may be void",
      [
        .inclusion("P", .group(.any, ["P.a", "P.b"])),
        .inclusion("P.a", .total(.greater, "8")).void(if: "when"),
        .inclusion("P.b", .total(.greater, "6")), .step("when", .says("said")),
      ], []
    ),
    (
      "an alternative that may not apply",
      [
        .inclusion("P", .group(.any, ["P.a", "P.b"])), .inclusion("P.a", .total(.greater, "8")),
        .inclusion("P.b", .total(.greater, "6")).applying(if: "when"), .step("when", .says("said")),
      ], []
    ),
    (
      "a number of members",
      [
        .inclusion("P", .group(.atLeast, ["p1", "p2", "p3"], atLeast: 2)),
        .step("p1", .total(.greater, "8")),
        .step("p2", .total(.greater, "6")), .step("p3", .says("said")),
      ], []
    ),
    (
      "across criteria",
      [.inclusion("P", .age(.greaterOrEqual, 20)), .inclusion("Q", .age(.greaterOrEqual, 18))],
      ["Q, P: age >= 20 a implies age >= 18 a"]
    ),
    (
      "an exclusion that says what an inclusion says",
      [.inclusion("P", .result(.greaterOrEqual, "5")), .exclusion("Q", .result(.less, "5"))],
      ["P, Q: amount >= 5 g/L implies amount >= 5 g/L"]
    ),
    (
      "a cohort that repeats what all need",
      [
        .inclusion("P", .age(.greaterOrEqual, 20)),
        .inclusion("A.2", .age(.greaterOrEqual, 18), cohort: "A"),
      ],
      ["A.2, P [A]: age >= 20 a implies age >= 18 a"]
    ),
    (
      "a cohort that asks for more",
      [
        .inclusion("P", .age(.greaterOrEqual, 18)),
        .inclusion("A.2", .age(.greaterOrEqual, 20), cohort: "A"),
      ], []
    ),
    (
      "beside a criterion that may be void",
      [
        .inclusion("P", .age(.greaterOrEqual, 20)).void(if: "when"), .step("when", .says("said")),
        .inclusion("Q", .age(.greaterOrEqual, 18)),
      ], []
    ),
    (
      "a choice that is settled",
      group(.any, .result(.greater, "5"), .says("said")) + [
        .inclusion("Q", .result(.greater, "6"))
      ],
      ["P, Q: amount > 6 g/L implies amount > 5 g/L"]
    ),
    (
      "a choice that is open",
      group(.any, .result(.greater, "5"), .says("said")) + [
        .inclusion("Q", .result(.greater, "4"))
      ], []
    ),
  ]

  @Test(arguments: members.indices) func idle(_ index: Int) throws {
    let row = Self.members[index]
    #expect(try ReviewBench(row.criteria).findings(.cannotMatter) == row.expected, "\(row.name)")
  }

  /// Reported, and no decision comes down to it: a part beside the logic, or what a reading leaves out.
  @Test func unused() throws {
    var part = Criterion.inclusion("P.b", .says("more"))
    part.partOf = "P"
    let choice = KnobDefinition("choice", ["one", "two"], "one")
    let bench = ReviewBench(
      [
        .inclusion("P", .reading("choice", [("one", "s"), ("two", "S")])), part,
        .step("s", .says("said")), .shared("S", .says("more")),
      ], knobs: [choice])
    #expect(try bench.findings(.cannotMatter) == ["P.b", "S"])
    var other = bench
    other.definition.readings = [Reading(knob: "choice", value: "two")]
    #expect(try other.findings(.cannotMatter) == ["P.b"])
  }

  /// What decides when a criterion applies or is void, or how long a treatment lasted, matters.
  @Test func usedAside() throws {
    var duration = DurationTest()
    duration.components = ["S"]
    duration.period = PeriodDefinition(6, .months)
    duration.comparison = .greaterOrEqual
    duration.start = .allComponents
    let bench = ReviewBench([
      .inclusion("P", .duration(duration)), .shared("S", .exposure("drugs")),
      .inclusion("Q", .says("said")).applying(if: "T"), .shared("T", .says("more")),
      .inclusion("R", .finding(.positive)).void(if: "U"), .shared("U", .says("more", .no)),
    ])
    #expect(try bench.findings(.cannotMatter).isEmpty)
  }

  /// Under the other reading of an upper age, 65 lasts one day only.
  @Test func theUpperAge() throws {
    var bench = ReviewBench(
      [.inclusion("P", .age(.lessOrEqual, 65)), .inclusion("Q", .age(.less, 66))],
      knobs: [
        KnobDefinition(
          "age.upper", ["before_next_birthday", "on_birthday"], "before_next_birthday")
      ])
    #expect(try bench.findings(.cannotMatter) == ["P, Q: age <= 65 a implies age <= 65 a"])
    bench.definition.readings = [Reading(knob: "age.upper", value: "on_birthday")]
    #expect(try bench.findings(.cannotMatter) == ["Q, P: age <= 65 a implies age <= 65 a"])
  }
}
