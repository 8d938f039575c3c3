import EligibilityCore
import Testing

/// Readings that the evaluator itself applies, and numbers that knobs give.
@Suite struct EngineReadingTests {
  // MARK: One favourable result suffices

  @Test(
    arguments: [
      (["5", "15"], .met, .notTriggered), (["5", "6"], .notMet, .notTriggered),
      (["15", "16"], .met, .triggered), ([], .unknown, .unknown),
    ] as [([ExactDecimal], CriterionOutcome, CriterionOutcome)])
  func anyResult(
    _ values: [ExactDecimal], _ inclusion: CriterionOutcome, _ exclusion: CriterionOutcome
  )
    throws
  {
    let bench = ResultSelectionTests.bench(
      values.enumerated().map { ("2025-05-0\($0.offset + 1)".time, $0.element) }
    ).with {
      $0.definition.knobs = [
        KnobDefinition("observation.select", ["latest", "worst_in_window", "any"], "any")
      ]
    }
    #expect(try bench.outcome("T") == inclusion)
    #expect(try bench.outcome("X") == exclusion)
  }

  /// What may lie outside counts only where it makes no difference.
  @Test func anyResultThatMayNotCount() throws {
    let bench = ResultSelectionTests.bench([("2025-06", "15"), ("2025-05-01", "5")]).with {
      $0.snapshot.asOf = "2025-07-01"
      $0.definition.knobs = [KnobDefinition("observation.select", ["any"], "any")]
    }
    #expect(try bench.outcome("T") == .unknown)
    #expect(try bench.outcome("X") == .notTriggered)
  }

  // MARK: Age of one concept's results

  @Test(
    arguments: [
      ("2025-05-25", .met), ("2025-05-24", .unknown),
    ] as [(ClinicalTime, CriterionOutcome)])
  func ageByConcept(_ time: ClinicalTime, _ outcome: CriterionOutcome) throws {
    let bench = ResultSelectionTests.bench([(time, "15")]).with {
      $0.definition.concepts.append(ConceptDefinition("ast", .quantity, unit: "U/L"))
      $0.definition.knobs = [
        KnobDefinition("lab.max_age_days", ["null"], "30"),
        KnobDefinition("lab.max_age_days.alt", ["null"], "7"),
        KnobDefinition("lab.max_age_days.ast", ["null"], "0"),
      ]
    }
    #expect(try bench.outcome() == outcome)
    #expect(try bench.reading("lab.max_age_days.alt", "null").outcome() == .met)
  }

  // MARK: Upper limits of the site

  static let limits: [SiteContext.UpperLimit] = [
    .init(concept: "x", sex: .male, limit: Quantity(value: "2", unit: "g/L")),
    .init(concept: "x", sex: .female, toAge: 39, limit: Quantity(value: "0.1", unit: "g/dL")),
    .init(concept: "x", sex: .female, fromAge: 40, limit: Quantity(value: "3", unit: "g/L")),
    .init(concept: "y", limit: Quantity(value: "1000", unit: "g/L")),
  ]

  /// Value 1.5 against 1 x the limit of the result, of the site, or none.
  @Test(
    arguments: [
      (.male, "1985-01-01", nil, .met), (.female, "1985-01-01", nil, .met),
      (.female, "1990-01-01", nil, .notMet),
      (nil, "1985-01-01", nil, .unknown), (nil, "1990-01-01", nil, .unknown),
      (.female, "1985", nil, .unknown), (.female, "1980", nil, .met), (.female, nil, nil, .unknown),
      (.male, nil, nil, .met),
      // The limit of the result itself goes first.
      (.male, "1985-01-01", "1", .notMet), (.female, "1990-01-01", "2", .met),
    ] as [(Sex?, ClinicalTime?, String?, CriterionOutcome)])
  func siteLimits(
    _ sex: Sex?, _ birth: ClinicalTime?, _ own: String?, _ outcome: CriterionOutcome
  ) throws {
    var bench = ResultLimitTests.bench(
      ResultLimitTests.multiple(.lessOrEqual, "1"),
      [
        Observation(
          "o", "x", "1.5", "g/L", uln: try own.map { try ExactDecimal(parsing: $0) })
      ])
    bench.definition.knobs = [
      KnobDefinition("uln.source", ["result", "result_then_site"], "result")
    ]
    (bench.snapshot.sexAtBirth, bench.snapshot.birthDate) = (sex, birth)
    bench.upperLimits = Self.limits
    if own == nil { #expect(try bench.outcome() == .unknown) }
    #expect(try bench.reading("uln.source", "result_then_site").outcome() == outcome)
  }

  // MARK: Exactly one cohort

  @Test func exactlyOneCohort() throws {
    for truths in TruthTests.combinations(2) {
      let bench = CohortTests.both(.true, truths[0], truths[1]).with {
        $0.definition.knobs = [
          KnobDefinition("d0.cohorts", ["at_least_one", "exactly_one"], "exactly_one")
        ]
      }
      let satisfied = truths.count { $0 == .true }
      let possible = truths.count { $0 != .false }
      let expected: Outcome =
        satisfied > 1 || possible == 0
        ? .ineligible : satisfied == 1 && possible == 1 ? .eligible : .undetermined
      #expect(try bench.verdict().outcome == expected, "\(truths)")
    }
  }

  // MARK: Numbers from knobs

  @Test(
    arguments: [("18", .met), ("40", .met), ("41", .notMet), ("null", .unknown)]
      as [(String, CriterionOutcome)])
  func yearsFromAKnob(_ setting: String, _ outcome: CriterionOutcome) throws {
    var test = AgeTest()
    (test.comparison, test.yearsKnob) = (.greaterOrEqual, "years")
    let bench = Bench(
      [], knobs: [KnobDefinition("years", ["null"], "18")], .inclusion("T", .age(test)))
    #expect(try bench.reading("years", setting).outcome() == outcome)
  }

  @Test(
    arguments: [("4", .met), ("5", .met), ("5.01", .notMet), ("null", .unknown)]
      as [(String, CriterionOutcome)])
  func limitsFromAKnob(_ setting: String, _ outcome: CriterionOutcome) throws {
    var test = ResultTest()
    (test.concepts, test.comparison, test.limit) = (["x"], .greaterOrEqual, .knob("limit"))
    let bench = Bench(
      [ConceptDefinition("x", .quantity, unit: "g/L")],
      knobs: [KnobDefinition("limit", ["null"], "4")], .inclusion("T", .result(test))
    ).with { $0.snapshot.observations = [Observation("o", "x", "5", "g/L")] }
    #expect(try bench.reading("limit", setting).outcome() == outcome)
  }

  /// A statement whose event must lie within so many months, or at any time where the knob is null.
  @Test(
    arguments: [
      ("6", "2024-12-01", .met), ("6", "2024-11-30", .notMet), ("6", "2024", .unknown),
      ("6", nil, .unknown), ("null", "2001-01-01", .met), ("null", nil, .met),
    ] as [(String, ClinicalTime?, CriterionOutcome)])
  func windowsFromAKnob(_ setting: String, _ event: ClinicalTime?, _ outcome: CriterionOutcome)
    throws
  {
    var test = StatementTest()
    (test.concept, test.expected) = ("progressed", .yes)
    test.window = PeriodDefinition(0, .months)
    test.window?.knob = "months"
    var bench = Bench(
      [ConceptDefinition("progressed", .statement)],
      knobs: [KnobDefinition("months", ["null"], "null")], .inclusion("T", .statement(test)))
    bench.say("progressed", .yes, on: event)
    #expect(try bench.reading("months", setting).outcome() == outcome)
  }

  /// A choice by a knob that may be a number: the named settings, else the number's criterion.
  @Test(arguments: [("null", .met), ("3", .notMet)] as [(String, CriterionOutcome)])
  func choicesByANumber(_ setting: String, _ outcome: CriterionOutcome) throws {
    var rule = ReadingChoiceRule()
    rule.knob = "k"
    var option = ReadingChoiceRule.Option()
    (option.value, option.criterion) = ("null", "none")
    (rule.options, rule.number) = ([option], "some")
    var bench = Bench(
      ["a", "b"].map { ConceptDefinition($0, .statement) },
      knobs: [KnobDefinition("k", ["null"], "null")], .inclusion("T", .byReading(rule)),
      .step("none", .says("a")), .step("some", .says("b")))
    bench.say("a", .yes)
    bench.say("b", .no)
    #expect(try bench.reading("k", setting).outcome() == outcome)
  }

  // MARK: Results that a medicine makes invalid

  /// A result within 14 days after the medicine is passed over for an older valid one.
  @Test(
    arguments: [
      ("2025-05-06", "2025-05-01", .notMet), ("2025-05-05", "2025-05-01", .met),
      ("2025-05-20", "2025-05-01", .notMet), ("2025-05-21", "2025-05-01", .met),
      ("2025-05", "2025-05-01", .unknown), ("2025-04-20", "2025-05-19", .met),
    ] as [(ClinicalTime, ClinicalTime, CriterionOutcome)])
  func invalidResults(_ dose: ClinicalTime, _ older: ClinicalTime, _ outcome: CriterionOutcome)
    throws
  {
    var test = ResultTest()
    (test.concepts, test.comparison) = (["x"], .greaterOrEqual)
    test.limit = .value(Quantity(value: "1", unit: "g/L"))
    var invalid = InvalidAfter()
    (invalid.drugSet, invalid.window) = ("drugs", PeriodDefinition(14, .days))
    test.invalidAfter = invalid
    let bench = Bench(
      [ConceptDefinition("x", .quantity, unit: "g/L"), ConceptDefinition("drug", .drug)],
      sets: [CodeSet("drugs", concepts: ["drug"])], .inclusion("T", .result(test))
    ).with {
      $0.snapshot.observations = [
        Observation("new", "x", "2", "g/L", on: "2025-05-20"),
        Observation("old", "x", "0", "g/L", on: older),
      ]
      $0.snapshot.medications = [MedicationExposure("m", "drug", from: dose)]
    }.reviewed(.medications)
    #expect(try bench.outcome() == outcome)
  }
}
