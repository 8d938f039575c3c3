import EligibilityCore
import Testing

@Suite struct FindingTests {
  static let flow = Coding(system: "urn:method", code: "flow")
  static let stain = Coding(system: "urn:method", code: "stain")
  static let blood = Coding(system: "urn:specimen", code: "blood")
  static let marrow = Coding(system: "urn:specimen", code: "marrow")

  static func bench(
    _ expected: Finding, _ results: [Observation], _ change: (inout FindingTest) -> Void = { _ in }
  ) -> Bench {
    var test = FindingTest()
    test.concepts = ["f"]
    test.expected = expected
    change(&test)
    return Bench(
      [ConceptDefinition("f", .finding, unit: "mIU/mL"), ConceptDefinition("drug", .drug)],
      sets: [CodeSet("drugs", concepts: ["drug"])],
      .inclusion("T", .finding(test)), .exclusion("X", .finding(test))
    ).with { $0.snapshot.observations = results }
  }

  @Test(
    arguments: [
      (.positive, .true), (.detected, .true), (.negative, .false), (.notDetected, .false),
      (.indeterminate, .unknown),
    ] as [(Finding, Truth)])
  func findings(_ finding: Finding, _ isPositive: Truth) throws {
    let results = [Observation("o", "f", finding)]
    let positive = Self.bench(.positive, results)
    #expect(try positive.outcome("T") == .init(inclusion: isPositive))
    #expect(try positive.outcome("X") == .init(exclusion: isPositive))
    let negative = Self.bench(.negative, results)
    #expect(try negative.outcome("T") == .init(inclusion: !isPositive))
    #expect(try negative.outcome("X") == .init(exclusion: !isPositive))
  }

  @Test func anAmountAloneSaysNothing() throws {
    let bench = Self.bench(.positive, [Observation("o", "f", "500", "mIU/mL")])
    #expect(try bench.outcome() == .unknown)
    #expect(try bench.result().reasons == ["NO_FINDING"])
  }

  /// hCG within seven days: the day itself and the seventh before are in, the eighth is out and the result
  /// is missing, not failed; one after the index date does not count.
  @Test(
    arguments: [
      ("2025-06-01", .met), ("2025-05-25", .met), ("2025-05-24", .unknown),
      ("2025-06-02", .unknown),
    ] as [(ClinicalTime, CriterionOutcome)])
  func windows(_ time: ClinicalTime, _ outcome: CriterionOutcome) throws {
    let bench = Self.bench(.negative, [Observation("o", "f", .negative, on: time)]) {
      $0.window = PeriodDefinition(7, .days)
    }.with { $0.snapshot.asOf = "2025-07-01" }
    let result = try bench.result()
    #expect(result.outcome == outcome)
    if outcome == .unknown {
      #expect(result.missing.map(\.notBefore) == ["2025-05-25"])
      #expect(result.missing.map(\.notAfter) == ["2025-06-01"])
    }
  }

  /// The latest decides; on one day the worst, whichever way the criterion asks.
  @Test(
    arguments: [
      ([("2025-05-01", .positive), ("2025-05-20", .negative)], .met, .notTriggered),
      ([("2025-05-01", .negative), ("2025-05-20", .positive)], .notMet, .triggered),
      ([("2025-05-20", .negative), ("2025-05-20", .positive)], .notMet, .triggered),
      ([("2025-05-20", .negative), ("2025-05-20", .indeterminate)], .unknown, .unknown),
    ] as [([(ClinicalTime, Finding)], CriterionOutcome, CriterionOutcome)])
  func severalResults(
    _ results: [(ClinicalTime, Finding)], _ negative: CriterionOutcome,
    _ positive: CriterionOutcome
  ) throws {
    let facts = results.enumerated().map { index, result in
      Observation("o\(index)", "f", result.1, on: result.0)
    }
    #expect(try Self.bench(.negative, facts).outcome("T") == negative)
    #expect(try Self.bench(.positive, facts).outcome("X") == positive)
  }

  /// Ever positive: one positive suffices whatever came later; negative results alone are a no.
  @Test(
    arguments: [
      ([("2025-05-01", .positive), ("2025-05-20", .negative)], .met),
      ([("2025-05-01", .negative), ("2025-05-20", .negative)], .notMet),
      ([("2025-05-01", .negative), ("2025-05-20", .indeterminate)], .unknown),
      ([("2025-05-01", .positive), ("2025-05-20", .indeterminate)], .met),
      ([("2025-06", .positive), ("2025-05-20", .negative)], .unknown),
      ([("2025-06-02", .positive), ("2025-05-20", .negative)], .notMet), ([], .unknown),
    ] as [([(ClinicalTime, Finding)], CriterionOutcome)])
  func everPositive(_ results: [(ClinicalTime, Finding)], _ outcome: CriterionOutcome) throws {
    let facts = results.enumerated().map { index, result in
      Observation("o\(index)", "f", result.1, on: result.0)
    }
    let bench = Self.bench(.positive, facts) { $0.ever = true }.with {
      $0.snapshot.asOf = "2025-07-01"
    }
    #expect(try bench.outcome() == outcome)
  }

  // MARK: Methods and specimens

  @Test(
    arguments: [
      (flow, blood, .met, []), (stain, blood, .unknown, ["METHOD_NOT_ACCEPTED"]),
      (nil, blood, .unknown, ["METHOD_NOT_RECORDED"]),
      (flow, marrow, .unknown, ["SPECIMEN_NOT_ACCEPTED"]),
      (flow, nil, .unknown, ["SPECIMEN_NOT_RECORDED"]),
    ] as [(Coding?, Coding?, CriterionOutcome, [String])])
  func methodsAndSpecimens(
    _ method: Coding?, _ specimen: Coding?, _ outcome: CriterionOutcome, _ reasons: [String]
  ) throws {
    var fact = Observation("o", "f", .positive)
    fact.method = method
    fact.specimen = specimen
    let bench = Self.bench(.positive, [fact]) {
      $0.methods = [Self.flow]
      $0.specimens = [Self.blood]
    }
    let result = try bench.result()
    #expect(result.outcome == outcome)
    #expect(result.reasons == reasons)
  }

  /// Results by other methods do not stand in the way of one that counts.
  @Test func theLatestOfThoseThatCount() throws {
    var accepted = Observation("o1", "f", .positive, on: "2025-05-01")
    accepted.method = Self.flow
    var other = Observation("o2", "f", .negative, on: "2025-05-20")
    other.method = Self.stain
    let bench = Self.bench(.positive, [other, accepted]) { $0.methods = [Self.flow] }
    #expect(try bench.outcome() == .met)
  }

  // MARK: Cut-offs

  /// The laboratory's upper limit is the first positive amount.
  @Test(
    arguments: [
      ("4.9", .exact, "5", .false), ("5", .exact, "5", .true), ("5.1", .exact, "5", .true),
      ("5", .lessThan, "5", .false), ("6", .lessThan, "5", .unknown),
      ("4", .greaterThan, "5", .unknown),
      ("5", .greaterThan, "5", .true), ("4.9", .exact, nil, .unknown),
    ] as [(String, ValueComparator, String?, Truth)])
  func cutOffs(
    _ value: String, _ comparator: ValueComparator, _ upper: String?, _ isPositive: Truth
  ) throws {
    let fact = try Observation(
      "o", "f", ExactDecimal(parsing: value), "mIU/mL", comparator: comparator,
      uln: upper.map { try ExactDecimal(parsing: $0) })
    let bench = Self.bench(.positive, [fact]) { $0.cutOffFromRange = true }
    #expect(try bench.outcome() == .init(inclusion: isPositive))
  }

  /// A finding and an amount that contradict each other.
  @Test func findingAgainstAmount() throws {
    var fact = Observation("o", "f", "1", "mIU/mL", uln: "5")
    fact.finding = .positive
    let bench = Self.bench(.positive, [fact]) { $0.cutOffFromRange = true }
    #expect(try bench.result().reasons.contains("CONFLICT"))
    #expect(try bench.issues() == ["observations[0] CONFLICT"])
    fact.finding = .negative
    let agreeing = Self.bench(.positive, [fact]) { $0.cutOffFromRange = true }
    #expect(try agreeing.outcome() == .notMet)
  }

  /// A result that is older than the last dose of a medicine still decides, with a warning.
  @Test(
    arguments: [("2025-05-20", true), ("2025-05-19", true), ("2025-05-18", false)]
      as [(ClinicalTime, Bool)])
  func staleResults(_ lastDose: ClinicalTime, _ isStale: Bool) throws {
    let bench = Self.bench(.positive, [Observation("o", "f", .positive, on: "2025-05-19")]) {
      $0.staleAfter = "drugs"
    }.with {
      $0.snapshot.medications = [MedicationExposure("m", "drug", from: "2025-05-01", to: lastDose)]
    }
    let verdict = try bench.verdict()
    #expect(try bench.outcome() == .met)
    #expect(
      verdict.warnings.contains { $0.code == "RESULT_BEFORE_LAST_DOSE" && $0.criterionID == "T" }
        == isStale)
  }
}
