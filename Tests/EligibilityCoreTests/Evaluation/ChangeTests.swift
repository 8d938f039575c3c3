import EligibilityCore
import Testing

/// The change from an earlier result to the latest one, by cross-multiplication.
@Suite struct ChangeTests {
  static func bench(
    _ results: [(ClinicalTime?, ExactDecimal)], _ change: (inout ChangeTest) -> Void = { _ in }
  ) -> Bench {
    var test = ChangeTest()
    test.concept = "fvc"
    test.direction = .decrease
    test.comparison = .greaterOrEqual
    test.amount = "10"
    test.period = PeriodDefinition(12, .months)
    test.baseline = .earliestInPeriod
    change(&test)
    return Bench(
      [ConceptDefinition("fvc", .quantity, unit: "L")], .inclusion("T", .change(test)),
      .exclusion("X", .change(test)), .inclusion("M", .group(.any, ["step", "not"])),
      .step("step", .change(test)), .step("not", .group(.none, ["step"]))
    )
    .with {
      $0.snapshot.observations = results.enumerated().map { index, result in
        Observation("o\(index)", "fvc", result.1, "L", on: result.0)
      }
    }
  }

  // MARK: How much

  /// A decrease by a tenth: 3.00 to 2.70, where binary floating point falls short.
  @Test(
    arguments: [
      ("3.00", "2.70", .met), ("3.00", "2.71", .notMet), ("3.00", "2.69", .met),
      ("3.00", "3.00", .notMet),
      ("3.00", "4.00", .notMet), ("3.000000000000000000000000000000001", "2.70", .met),
      ("3.00", "2.700000000000000000000000000000001", .notMet), ("0", "0", .unknown),
    ] as [(ExactDecimal, ExactDecimal, CriterionOutcome)])
  func relativeDecrease(_ before: ExactDecimal, _ after: ExactDecimal, _ outcome: CriterionOutcome)
    throws
  {
    let results: [(ClinicalTime?, ExactDecimal)] = [("2025-01-01", before), ("2025-05-01", after)]
    #expect(try Self.bench(results).outcome() == outcome)
  }

  @Test(
    arguments: [
      (.decrease, .greaterOrEqual, "10", false, "100", "90", .met),
      (.decrease, .greater, "10", false, "100", "90", .notMet),
      (.increase, .greaterOrEqual, "25", false, "100", "125", .met),
      (.increase, .greater, "25", false, "100", "125", .notMet),
      (.increase, .greaterOrEqual, "25", false, "100", "124.9", .notMet),
      (.decrease, .greaterOrEqual, "0.3", true, "3", "2.7", .met),
      (.decrease, .greaterOrEqual, "0.3", true, "3", "2.71", .notMet),
      (.increase, .greater, "5", true, "10", "15", .notMet),
      (.increase, .greater, "5", true, "10", "15.1", .met),
      (.decrease, .greaterOrEqual, "150", false, "100", "1", .notMet),
      (.increase, .greaterOrEqual, "5", true, "0", "5", .met),
    ] as [(ChangeDirection, ComparisonOperator, String, Bool, String, String, CriterionOutcome)])
  func directions(
    _ direction: ChangeDirection, _ comparison: ComparisonOperator, _ amount: String,
    _ isAbsolute: Bool, _ before: String, _ after: String, _ outcome: CriterionOutcome
  ) throws {
    let bench = try Self.bench([
      ("2025-01-01", ExactDecimal(parsing: before)), ("2025-05-01", ExactDecimal(parsing: after)),
    ]) {
      ($0.direction, $0.comparison, $0.amount) = (direction, comparison, amount)
      $0.isAbsolute = isAbsolute
    }
    #expect(try bench.outcome() == outcome)
  }

  // MARK: From when

  /// Twelve months before the latest result, both ends in.
  @Test(
    arguments: [
      ("2024-05-20", "2025-05-20", .met, []),
      ("2024-05-19", "2025-05-20", .unknown, ["BASELINE_OUTSIDE_PERIOD"]),
      ("2025-05-19", "2025-05-20", .met, []),
      ("2024-02-29", "2025-02-28", .met, []),
      ("2024-02-28", "2025-02-28", .met, []),
      ("2024-02-27", "2025-02-28", .unknown, ["BASELINE_OUTSIDE_PERIOD"]),
      ("2025-01", "2025-05-20", .met, []),
      (nil, "2025-05-20", .unknown, ["DATE_UNCERTAIN"]),
      ("2025-05-20", "2025-05-20", .unknown, ["ONE_DAY_ONLY"]),
    ] as [(ClinicalTime?, ClinicalTime, CriterionOutcome, [String])])
  func periods(
    _ before: ClinicalTime?, _ after: ClinicalTime, _ outcome: CriterionOutcome, _ reasons: [String]
  ) throws {
    let result = try Self.bench([(before, "3"), (after, "2")]).result()
    #expect(result.outcome == outcome)
    #expect(result.reasons == reasons)
  }

  @Test func withoutABaseline() throws {
    #expect(try Self.bench([("2025-05-20", "3")]).result().reasons == ["NO_BASELINE"])
    #expect(try Self.bench([]).result().reasons == ["NO_RESULT"])
    let result = try Self.bench([("2025-05-20", "3")]).result()
    #expect(result.missing.map(\.notBefore) == ["2024-05-20"])
    #expect(result.missing.map(\.notAfter) == ["2025-05-19"])
  }

  /// The first of the period, the best of it, or the one before the latest.
  @Test(arguments: [
    (ChangeBaseline.earliestInPeriod, CriterionOutcome.notMet), (.best, .met), (.previous, .notMet),
  ])
  func baselines(_ baseline: ChangeBaseline, _ outcome: CriterionOutcome) throws {
    let results: [(ClinicalTime?, ExactDecimal)] = [
      ("2025-01-01", "2.8"), ("2025-02-01", "3.0"), ("2025-03-01", "2.9"), ("2025-05-01", "2.7"),
    ]
    #expect(try Self.bench(results) { $0.baseline = baseline }.outcome() == outcome)
    #expect(try Self.bench(results.reversed()) { $0.baseline = baseline }.outcome() == outcome)
  }

  /// Results after the index date play no part.
  @Test func laterResults() throws {
    let bench = Self.bench([("2025-01-01", "3"), ("2025-05-01", "2.9"), ("2025-06-02", "1")]).with {
      $0.snapshot.asOf = "2025-07-01"
    }
    #expect(try bench.outcome() == .notMet)
    #expect(try bench.on("2025-06-02").outcome() == .met)
  }

  // MARK: What is not known

  /// Results of one day that disagree: the worst for the patient counts, and is flagged. Used both ways
  /// there is no worst.
  @Test(
    arguments: [
      (["3.00", "3.10"], ["2.70"], .true), (["3.00", "2.90"], ["2.70"], .unknown),
      (["2.90", "2.95"], ["2.70"], .false), (["3.00"], ["2.70", "2.80"], .unknown),
      (["3.00", "3.20"], ["2.00", "2.70"], .true),
    ] as [([ExactDecimal], [ExactDecimal], Truth)])
  func severalOfOneDay(_ before: [ExactDecimal], _ after: [ExactDecimal], _ agreed: Truth) throws {
    let results: [(ClinicalTime?, ExactDecimal)] =
      before.map { ("2025-01-01", $0) } + after.map { ("2025-05-01", $0) }
    let bench = Self.bench(results)
    let disagrees = agreed == .unknown
    #expect(try bench.outcome("T") == (disagrees ? .notMet : .init(inclusion: agreed)))
    #expect(try bench.outcome("X") == (disagrees ? .triggered : .init(exclusion: agreed)))
    #expect(try bench.outcome("M") == (disagrees ? .unknown : .met))
    let codes = try bench.verdict().warnings.filter { $0.code == "SAME_DAY_RESULTS_DISAGREE" }
    #expect(codes.map(\.criterionID) == (disagrees ? ["T", "X"] : []))
  }

  @Test(
    arguments: [
      (.lessThan, "2.70", .met), (.lessThan, "2.80", .unknown), (.greaterThan, "2.70", .notMet),
      (.greaterOrEqual, "2.70", .unknown),
    ] as [(ValueComparator, ExactDecimal, CriterionOutcome)])
  func censoredResults(
    _ comparator: ValueComparator, _ after: ExactDecimal, _ outcome: CriterionOutcome
  ) throws {
    let bench = Self.bench([("2025-01-01", "3"), ("2025-05-01", after)]).with {
      $0.snapshot.observations[1].quantity?.comparator = comparator
    }
    #expect(try bench.outcome() == outcome)
  }

  @Test func unusableResults() throws {
    let bench = Self.bench([("2025-01-01", "3"), ("2025-05-01", "2")])
    let unit = bench.with { $0.snapshot.observations[0].quantity?.unit = "mL" }
    #expect(try unit.result().reasons == ["UNIT_UNKNOWN"])
    let field = bench.with { $0.snapshot.observations[1].hasUnknownFields = true }
    #expect(try field.result().reasons == ["UNKNOWN_FIELD"])
  }

  /// As many results of two days as a snapshot holds: the outermost decide.
  @Test(.timeLimit(.minutes(1))) func manyResultsOfTwoDays() throws {
    let results: [(ClinicalTime?, ExactDecimal)] = (0..<5_000).map { index in
      index.isMultiple(of: 2) ? ("2025-01-01", "3") : ("2025-05-01", "2")
    }
    #expect(try Self.bench(results).outcome() == .met)
    let other = Self.bench(results).with { $0.snapshot.observations[4_999].quantity?.value = "3" }
    #expect(try other.outcome("T") == .notMet)
    #expect(try other.outcome("X") == .triggered)
  }
}
