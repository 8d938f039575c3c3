import EligibilityCore
import Testing

/// Which of several results counts: the latest by the index date, of records that stand; of one day the
/// worst; at one instant no contradiction.
@Suite struct ResultSelectionTests {
  /// MET, or TRIGGERED, from 10 on.
  static let bench = Bench(
    [ConceptDefinition("alt", .quantity, unit: "U/L")],
    .inclusion("T", .result("alt", .greaterOrEqual, "10", "U/L")),
    .exclusion("X", .result("alt", .greaterOrEqual, "10", "U/L")))

  static func bench(_ results: [(ClinicalTime?, ExactDecimal)]) -> Bench {
    bench.with {
      $0.snapshot.observations = results.enumerated().map { index, result in
        Observation("o\(index)", "alt", result.1, "U/L", on: result.0)
      }
    }
  }

  @Test(
    arguments: [
      (
        [("2025-05-01", "5"), ("2025-05-20", "15")], CriterionOutcome.met,
        CriterionOutcome.triggered
      ),
      ([("2025-05-01", "15"), ("2025-05-20", "5")], .notMet, .notTriggered),
      ([("2025-05-20", "5"), ("2025-05-01", "15")], .notMet, .notTriggered),
      // The index date itself counts, the day after does not.
      ([("2025-05-01", "5"), ("2025-06-01", "15")], .met, .triggered),
      ([("2025-05-01", "5"), ("2025-06-02", "15")], .notMet, .notTriggered),
      // Of one day the worst for the patient, whatever the hour.
      ([("2025-05-20", "5"), ("2025-05-20", "15")], .notMet, .triggered),
      (
        [("2025-05-20T08:00:00+08:00", "15"), ("2025-05-20T20:00:00+08:00", "5")], .notMet,
        .triggered
      ),
      ([("2025-05-20T08:00:00+08:00", "5"), ("2025-05-20", "15")], .notMet, .triggered),
      // A day is one of the site's zone: these two are not the same.
      ([("2025-05-20T23:30:00+08:00", "5"), ("2025-05-20T16:30:00Z", "15")], .met, .triggered),
      // One instant, two values.
      (
        [("2025-05-20T08:00:00+08:00", "15"), ("2025-05-20T00:00:00Z", "5")], .unknown, .unknown
      ),
      ([("2025-05-20T08:00:00+08:00", "15"), ("2025-05-20T00:00:00Z", "12")], .unknown, .unknown),
      ([("2025-05-20T08:00:00+08:00", "15"), ("2025-05-20T00:00:00Z", "15.0")], .met, .triggered),
      // A month may lie before or after the day.
      ([("2025-05", "15"), ("2025-05-20", "5")], .unknown, .unknown),
      ([("2025-05", "15"), ("2025-05-20", "16")], .met, .triggered),
      ([("2025-04", "15"), ("2025-05-20", "5")], .notMet, .notTriggered),
      // A month may lie after the index date: then nothing is known.
      ([("2025-06", "15")], .unknown, .unknown),
      ([("2025-06", "15"), ("2025-05-01", "15")], .met, .triggered),
      ([("2025-06", "15"), ("2025-05-01", "5")], .unknown, .unknown),
      // Undated: some day before the snapshot, which is after the index date here.
      ([(nil, "15")], .unknown, .unknown), ([(nil, "15"), ("2025-05-01", "16")], .met, .triggered),
      ([], .unknown, .unknown),
    ] as [([(ClinicalTime?, ExactDecimal)], CriterionOutcome, CriterionOutcome)])
  func theOneThatCounts(
    _ results: [(ClinicalTime?, ExactDecimal)], _ inclusion: CriterionOutcome,
    _ exclusion: CriterionOutcome
  ) throws {
    let bench = Self.bench(results).with { $0.snapshot.asOf = "2025-07-01" }
    #expect(try bench.outcome("T") == inclusion)
    #expect(try bench.outcome("X") == exclusion)
  }

  /// A fact cannot lie after the snapshot: this month ends with it.
  @Test func partialDatesAreCutAtTheSnapshot() throws {
    let bench = Self.bench([("2025-06", "15")])
    #expect(try bench.outcome() == .met)
    #expect(try Self.bench([(nil, "15")]).outcome() == .met)
    let later = Self.bench([("2025-06-02", "15"), ("2025-05-01", "5")])
    #expect(try later.outcome() == .notMet)
    #expect(try later.issues() == ["observations[0].effective AFTER_SNAPSHOT"])
  }

  @Test func resultsAfterTheIndexDateAreListed() throws {
    let bench = Self.bench([("2025-06-02", "15")]).with { $0.snapshot.asOf = "2025-07-01" }
    #expect(try bench.issues() == ["observations[0].effective AFTER_INDEX_DATE"])
    #expect(try bench.result().reasons == ["NO_RESULT"])
  }

  @Test func disagreementOfADayIsFlagged() throws {
    let verdict = try Self.bench([("2025-05-20", "5"), ("2025-05-20", "15")]).verdict()
    let warnings = verdict.warnings.filter { $0.code == "SAME_DAY_RESULTS_DISAGREE" }
    #expect(warnings.map(\.criterionID) == ["T", "X"])
    #expect(warnings.allSatisfy { $0.arguments == ["2025-05-20"] })
    let agreeing = try Self.bench([("2025-05-20", "14"), ("2025-05-20", "15")]).verdict()
    #expect(!agreeing.warnings.contains { $0.code == "SAME_DAY_RESULTS_DISAGREE" })
  }

  @Test func contradictionsAreListed() throws {
    let bench = Self.bench([("2025-05-20T08:00:00Z", "5"), ("2025-05-20T08:00:00Z", "15")])
    #expect(try bench.result().reasons.contains("CONFLICT"))
    #expect(try bench.issues() == ["observations[0] CONFLICT", "observations[1] CONFLICT"])
  }

  @Test(arguments: [
    (RecordStatus.final, true), (.amended, true), (.corrected, true), (.preliminary, false),
    (.cancelled, false), (.enteredInError, false),
  ])
  func recordsThatStand(_ status: RecordStatus, _ counts: Bool) throws {
    let bench = Self.bench([("2025-05-01", "15"), ("2025-05-20", "5")]).with {
      $0.snapshot.observations[1].status = status
    }
    #expect(try bench.outcome() == (counts ? .notMet : .met))
    #expect(status.counts == counts)
  }

  /// A result that cannot be used is not passed over for an older one.
  @Test func anUnusableResultIsUnknown() throws {
    var bench = Self.bench([("2025-05-01", "15"), ("2025-05-20", "15")])
    bench.snapshot.observations[1].quantity?.unit = "mmol/L"
    #expect(try bench.result().outcome == .unknown)
    #expect(try bench.result().reasons == ["UNIT_UNKNOWN"])
    #expect(try bench.issues() == ["observations[1].quantity.unit UNIT_UNKNOWN"])
    bench = Self.bench([("2025-05-01", "15"), ("2025-05-20", "15")])
    bench.snapshot.observations[1].hasUnknownFields = true
    #expect(try bench.result().outcome == .unknown)
    #expect(try bench.result().reasons == ["UNKNOWN_FIELD"])
    #expect(try bench.issues() == ["observations[1] UNKNOWN_FIELD"])
  }

  // MARK: Readings

  @Test func worstInWindow() throws {
    let bench = Self.bench([("2025-05-01", "5"), ("2025-05-20", "15")]).with {
      $0.definition.knobs = [
        KnobDefinition("observation.select", ["latest", "worst_in_window"], "latest")
      ]
    }
    #expect(try bench.outcome() == .met)
    let worst = bench.reading("observation.select", "worst_in_window")
    #expect(try worst.outcome("T") == .notMet)
    #expect(try worst.outcome("X") == .triggered)
  }

  /// The oldest age of a result: that many days are in, one more is out, and out is unknown.
  @Test(
    arguments: [
      ("2025-06-01", .met), ("2025-05-02", .met), ("2025-05-01", .unknown), ("2025-05", .unknown),
    ] as [(ClinicalTime, CriterionOutcome)])
  func oldestAge(_ time: ClinicalTime, _ outcome: CriterionOutcome) throws {
    let bench = Self.bench([(time, "15")]).with {
      $0.definition.knobs = [KnobDefinition("lab.max_age_days", ["null"], "null")]
    }
    #expect(try bench.outcome() == .met)
    #expect(try bench.verdict().warnings.contains { $0.code == "NO_LIMIT_ON_RESULT_AGE" })
    let limited = bench.reading("lab.max_age_days", "30")
    #expect(try limited.outcome() == outcome)
    #expect(try !limited.verdict().warnings.contains { $0.code == "NO_LIMIT_ON_RESULT_AGE" })
  }

  /// Of the window alone, both ends in; half-open leaves its first day out.
  @Test(
    arguments: [
      ("2025-06-01", .met, .met), ("2025-05-25", .met, .unknown), ("2025-05-26", .met, .met),
      ("2025-05-24", .unknown, .unknown), ("2025-05", .unknown, .unknown),
    ] as [(ClinicalTime, CriterionOutcome, CriterionOutcome)])
  func windows(_ time: ClinicalTime, _ closed: CriterionOutcome, _ halfOpen: CriterionOutcome)
    throws
  {
    var bench = Self.bench([(time, "15")])
    bench.definition.knobs = [KnobDefinition("window.bounds", ["closed", "half_open"], "closed")]
    bench.definition.edit("T", .result) { $0.window = PeriodDefinition(7, .days) }
    #expect(try bench.outcome() == closed)
    #expect(try bench.reading("window.bounds", "half_open").outcome() == halfOpen)
  }

  @Test func whatIsMissingIsAResultInTheWindow() throws {
    var bench = Self.bench([("2025-05-24", "15")])
    for id in ["T", "X"] {
      bench.definition.edit(id, .result) { $0.window = PeriodDefinition(7, .days) }
    }
    let result = try bench.result()
    #expect(result.reasons == ["NO_RESULT_IN_WINDOW"])
    let missing = try #require(result.missing.first)
    #expect(missing.concept == "alt" && missing.unit == "U/L")
    #expect(missing.notBefore == "2025-05-25" && missing.notAfter == "2025-06-01")
    #expect(missing.settlingValues == ">= 10 U/L")
  }
}
