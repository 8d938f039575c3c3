import EligibilityCore
import Testing

/// One result against its limit: units, upper limits of normal, censored and implausible values.
@Suite struct ResultLimitTests {
  static func bench(
    _ rule: Rule, _ results: [Observation], change: (inout ConceptDefinition) -> Void = { _ in }
  ) -> Bench {
    var concept = ConceptDefinition("x", .quantity, unit: "g/L", units: [("g/dL", "10")])
    change(&concept)
    return Bench([concept], .inclusion("T", rule), .exclusion("X", rule)).with {
      $0.snapshot.observations = results
    }
  }

  static func multiple(
    _ comparison: ComparisonOperator, _ multiple: String,
    _ change: (inout ResultTest) -> Void = { _ in }
  ) -> Rule {
    var test = ResultTest()
    test.concepts = ["x"]
    test.comparison = comparison
    test.limit = .ulnMultiple(multiple)
    change(&test)
    return .result(test)
  }

  // MARK: Fixed limits

  @Test(
    arguments: [
      ("60", "g/L", .met), ("59.9", "g/L", .notMet),
      ("59.999999999999999999999999999999", "g/L", .notMet),
      ("6.0", "g/dL", .met), ("5.9", "g/dL", .notMet), ("6", "g/dL", .met), ("60", "g/dL", .met),
      ("60", "mmol/L", .unknown), ("60", "G/L", .unknown), ("60", "", .unknown),
    ] as [(ExactDecimal, String, CriterionOutcome)])
  func unitsAreConverted(_ value: ExactDecimal, _ unit: String, _ outcome: CriterionOutcome) throws
  {
    let bench = Self.bench(
      .result("x", .greaterOrEqual, "60", "g/L"), [Observation("o", "x", value, unit)])
    #expect(try bench.outcome() == outcome)
    let other = Self.bench(
      .result("x", .greaterOrEqual, "6.00", "g/dL"), [Observation("o", "x", value, unit)])
    #expect(try other.outcome() == outcome)
  }

  /// Haemoglobin in mmol/L as the monomer: 16.1145 g/mmol.
  @Test(arguments: [("3.73", .met), ("3.72", .notMet)] as [(ExactDecimal, CriterionOutcome)])
  func molesOfAMonomer(_ value: ExactDecimal, _ outcome: CriterionOutcome) throws {
    let bench = Self.bench(
      .result("x", .greaterOrEqual, "60", "g/L"), [Observation("o", "x", value, "mmol/L")]
    ) { $0.units.append(UnitDefinition("mmol/L", "16.1145")) }
    #expect(try bench.outcome() == outcome)
  }

  // MARK: Multiples of the upper limit that came with the result

  @Test(
    arguments: [
      ("1.8", "1.2", "1.5", .lessOrEqual, .met), ("1.81", "1.2", "1.5", .lessOrEqual, .notMet),
      ("3.6", "1.2", "3", .lessOrEqual, .met), ("3.61", "1.2", "3", .lessOrEqual, .notMet),
      ("2.1", "1.4", "1.5", .lessOrEqual, .met), ("1.05", "0.7", "1.5", .lessOrEqual, .met),
      ("0.45", "0.3", "1.5", .lessOrEqual, .met),
      ("1.65", "1.1", "1.5", .less, .notMet), ("1.95", "1.3", "1.5", .less, .notMet),
      ("1.79", "1.2", "1.5", .less, .met), ("1.8", "1.2", "1.5", .less, .notMet),
      ("120", "40", "3", .lessOrEqual, .met), ("120.1", "40", "3", .lessOrEqual, .notMet),
    ] as [(String, String, String, ComparisonOperator, CriterionOutcome)])
  func multiplesOfTheUpperLimit(
    _ value: String, _ upper: String, _ multiple: String,
    _ comparison: ComparisonOperator, _ outcome: CriterionOutcome
  ) throws {
    let fact = try Observation(
      "o", "x", ExactDecimal(parsing: value), "g/L", uln: ExactDecimal(parsing: upper))
    let bench = Self.bench(Self.multiple(comparison, multiple), [fact])
    #expect(try bench.outcome() == outcome)
  }

  /// 34 digits in value, limit and factor: the last one decides.
  @Test(
    arguments: [
      ("1.500000000000000000000000000000001", "1.000000000000000000000000000000001", .met),
      ("1.500000000000000000000000000000001", "1", .notMet),
      ("1.500000000000000000000000000000002", "1.000000000000000000000000000000001", .notMet),
      ("9999999999999999999999999999999999", "6666666666666666666666666666666666", .met),
      ("9999999999999999999999999999999999", "6666666666666666666666666666666665", .notMet),
    ] as [(ExactDecimal, ExactDecimal, CriterionOutcome)])
  func longValues(_ value: ExactDecimal, _ upper: ExactDecimal, _ outcome: CriterionOutcome) throws
  {
    for (unit, ulnUnit) in [("g/L", "g/L"), ("g/dL", "g/dL"), ("odd", "odd")] {
      let bench = Self.bench(
        Self.multiple(.lessOrEqual, "1.5"),
        [Observation("o", "x", value, unit, uln: upper, ulnUnit: ulnUnit)]
      ) { $0.units.append(UnitDefinition("odd", "1.000000000000000000000000000000007/3")) }
      #expect(try bench.outcome() == outcome, "\(unit)")
    }
  }

  @Test(
    arguments: [
      ("0.12", "g/dL", "0.8", "g/L", .met), ("0.121", "g/dL", "0.8", "g/L", .notMet),
      ("1.2", "g/L", "0.08", "g/dL", .met),
    ] as [(String, String, String, String, CriterionOutcome)])
  func upperLimitsInAnotherUnit(
    _ value: String, _ unit: String, _ upper: String, _ ulnUnit: String,
    _ outcome: CriterionOutcome
  ) throws {
    let fact = try Observation(
      "o", "x", ExactDecimal(parsing: value), unit, uln: ExactDecimal(parsing: upper),
      ulnUnit: ulnUnit)
    let bench = Self.bench(Self.multiple(.lessOrEqual, "1.5"), [fact])
    #expect(try bench.outcome() == outcome)
  }

  @Test func withoutAnUpperLimitItIsTheUpperLimitThatIsMissing() throws {
    let result = try Self.bench(
      Self.multiple(.lessOrEqual, "1.5"), [Observation("o", "x", "1", "g/L")]
    ).result()
    #expect(result.outcome == .unknown)
    #expect(result.reasons == ["NO_ULN"])
    #expect(result.missing.map(\.concept) == ["x.upper_limit_of_normal"])
  }

  @Test(
    arguments: [
      ("0", "g/L", "observations[0].reference_range.high.value ULN_NOT_POSITIVE"),
      ("-1", "g/L", "observations[0].reference_range.high.value ULN_NOT_POSITIVE"),
      ("1", "mmol/L", "observations[0].reference_range.high.unit UNIT_UNKNOWN"),
    ] as [(ExactDecimal, String, String)])
  func unusableUpperLimits(_ upper: ExactDecimal, _ unit: String, _ issue: String) throws {
    let bench = Self.bench(
      Self.multiple(.lessOrEqual, "1.5"),
      [Observation("o", "x", "1", "g/L", uln: upper, ulnUnit: unit)])
    #expect(try bench.outcome() == .unknown)
    #expect(try bench.issues() == [issue])
  }

  // MARK: Censored values

  @Test(
    arguments: [
      (.lessThan, "5", .lessOrEqual, "5", .met), (.lessThan, "5", .less, "5", .met),
      (.lessThan, "5", .less, "4", .unknown), (.lessOrEqual, "5", .less, "5", .unknown),
      (.lessOrEqual, "5", .lessOrEqual, "5", .met),
      (.greaterThan, "100", .lessOrEqual, "120", .unknown),
      (.greaterThan, "1000", .lessOrEqual, "120", .notMet),
      (.greaterThan, "5", .greater, "5", .met),
      (.greaterOrEqual, "5", .greater, "5", .unknown), (.greaterOrEqual, "5", .less, "5", .notMet),
    ] as [(ValueComparator, String, ComparisonOperator, String, CriterionOutcome)])
  func censoredValues(
    _ comparator: ValueComparator, _ value: String, _ comparison: ComparisonOperator,
    _ limit: String, _ outcome: CriterionOutcome
  ) throws {
    let bench = try Self.bench(
      .result("x", comparison, ExactDecimal(parsing: limit), "g/L"),
      [Observation("o", "x", ExactDecimal(parsing: value), "g/L", comparator: comparator)])
    #expect(try bench.outcome() == outcome)
    if outcome == .unknown { #expect(try bench.result().reasons == ["CENSORED_VALUE"]) }
  }

  /// Not detected, or below a number without an upper limit, is not above it, whichever way the test asks.
  @Test(
    arguments: [
      (.lessThan, nil, .notMet, .met), (.lessOrEqual, nil, .notMet, .met),
      (.exact, nil, .unknown, .unknown), (.greaterThan, nil, .unknown, .unknown),
      (.lessThan, "20", .notMet, .met), (.lessThan, "10", .unknown, .unknown),
    ] as [(ValueComparator, ExactDecimal?, CriterionOutcome, CriterionOutcome)])
  func belowTheLimitOfDetection(
    _ comparator: ValueComparator, _ upper: ExactDecimal?, _ isAbove: CriterionOutcome,
    _ isWithin: CriterionOutcome
  ) throws {
    let result = Observation("o", "x", "20", "g/L", comparator: comparator, uln: upper)
    for (comparison, outcome) in [
      (ComparisonOperator.greater, isAbove), (.lessOrEqual, isWithin),
    ] {
      let rule = Self.multiple(comparison, "1") { $0.censoredIsWithin = true }
      #expect(try Self.bench(rule, [result]).outcome() == outcome, "\(comparison)")
    }
  }

  @Test(
    arguments: [
      (.notDetected, .notMet, .met), (.negative, .notMet, .met), (.detected, .unknown, .unknown),
      (.indeterminate, .unknown, .unknown),
    ] as [(Finding, CriterionOutcome, CriterionOutcome)])
  func notDetected(_ finding: Finding, _ isAbove: CriterionOutcome, _ isWithin: CriterionOutcome)
    throws
  {
    for (comparison, outcome) in [
      (ComparisonOperator.greater, isAbove), (.lessOrEqual, isWithin),
    ] {
      let rule = Self.multiple(comparison, "1") { $0.censoredIsWithin = true }
      #expect(
        try Self.bench(rule, [Observation("o", "x", finding)]).outcome() == outcome, "\(comparison)"
      )
    }
  }

  // MARK: Plausibility

  @Test(
    arguments: [
      ("1", .exact, true), ("0.99", .exact, false), ("300", .exact, true),
      ("300.01", .exact, false),
      ("-5", .exact, false), ("0.5", .lessThan, true), ("400", .greaterThan, true),
    ] as [(ExactDecimal, ValueComparator, Bool)])
  func limitsOfPlausibility(_ value: ExactDecimal, _ comparator: ValueComparator, _ isUsable: Bool)
    throws
  {
    let bench = Self.bench(
      .result("x", .less, "1000", "g/L"),
      [Observation("o", "x", value, "g/L", comparator: comparator)]
    ) { ($0.plausibleLow, $0.plausibleHigh) = ("1", "300") }
    let issues = try bench.issues()
    #expect(issues.isEmpty == isUsable)
    if !isUsable {
      #expect(issues == ["observations[0].quantity.value IMPLAUSIBLE_VALUE"])
      #expect(try bench.outcome() == .unknown)
    }
  }

  // MARK: Ever, measured

  @Test(
    arguments: [
      (["5", "15", "5"], .met), (["5", "6"], .notMet), ([], .unknown),
    ] as [([ExactDecimal], CriterionOutcome)])
  func oneResultSuffices(_ values: [ExactDecimal], _ outcome: CriterionOutcome) throws {
    let results = values.enumerated().map { index, value in
      Observation("o\(index)", "x", value, "g/L", on: "2025-05-0\(index + 1)".time)
    }
    var bench = Self.bench(.result("x", .greaterOrEqual, "10", "g/L"), results)
    bench.definition.edit("T", .result) { $0.ever = true }
    #expect(try bench.outcome() == outcome)
  }

  @Test func measured() throws {
    var test = MeasuredTest()
    test.concepts = ["x"]
    var bench = Self.bench(.measured(test), [])
    #expect(try bench.result().outcome == .unknown)
    #expect(try bench.result().missing.map(\.concept) == ["x"])
    bench.snapshot.observations = [Observation("o", "x", "1", "g/L")]
    #expect(try bench.outcome() == .met)
    bench.snapshot.observations = [Observation("o", "x", "1", "mmol/L")]
    #expect(try bench.outcome() == .unknown)
    bench.snapshot.observations = [Observation("o", "x", "1", "g/L", on: "2025-06")]
    #expect(try bench.outcome() == .met)
    // It may have been measured after the index date.
    bench.snapshot.asOf = "2025-07-01"
    #expect(try bench.outcome() == .unknown)
  }
}

extension String {
  /// The time that a text is.
  var time: ClinicalTime { ClinicalTime(stringLiteral: self) }
}
