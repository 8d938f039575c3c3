import EligibilityCore
import Testing

/// Whether something was measured at all, and tests that stand outside the readings.
@Suite struct MeasuredTests {
  static let concepts = [
    ConceptDefinition("screen", .finding), ConceptDefinition("confirmation", .finding),
    ConceptDefinition("amount", .quantity, unit: "g/L"),
  ]

  static func bench(_ results: [Observation], _ change: (inout MeasuredTest) -> Void) -> Bench {
    var test = MeasuredTest()
    change(&test)
    return Bench(concepts, .inclusion("T", .measured(test))).with {
      $0.snapshot.observations = results
    }
  }

  /// A confirmation counts from the day of the screening result on.
  @Test(
    arguments: [
      ("2025-05-10", .met), ("2025-05-20", .met), ("2025-05-09", .unknown), (nil, .unknown),
      ("2025-06-02", .unknown),
    ] as [(ClinicalTime?, CriterionOutcome)])
  func notBeforeAnEarlierStep(_ confirmed: ClinicalTime?, _ outcome: CriterionOutcome) throws {
    var results = [
      Observation("old", "screen", .positive, on: "2025-01-01"),
      Observation("new", "screen", .positive, on: "2025-05-10"),
    ]
    if let confirmed {
      results.append(Observation("c", "confirmation", .negative, on: confirmed))
    }
    let bench = Self.bench(results) { ($0.concepts, $0.notBefore) = (["confirmation"], ["screen"]) }
      .with { $0.snapshot.asOf = "2025-07-01" }
    #expect(try bench.outcome() == outcome)
    let closed = bench.with { $0.definition.edit("T", .measured) { $0.noneIsFalse = true } }
    #expect(try closed.outcome() == (outcome == .unknown ? .notMet : outcome))
  }

  /// What is there but cannot be used is neither measured nor not.
  @Test func unusableResultsAreUnknown() throws {
    for noneIsFalse in [true, false] {
      let bench = Self.bench([Observation("o", "amount", "1", "odd")]) {
        ($0.concepts, $0.noneIsFalse) = (["amount"], noneIsFalse)
      }
      #expect(try bench.result().outcome == .unknown)
      #expect(try bench.result().reasons == ["UNIT_UNKNOWN"])
    }
  }

  /// A finding with an amount in an unknown unit still is a finding.
  @Test func aFindingStandsBesideAnUnreadableAmount() throws {
    var fact = Observation("o", "amount", "1", "odd")
    fact.finding = .positive
    let bench = Self.bench([fact]) { $0.concepts = ["amount"] }
    #expect(try bench.outcome() == .met)
    #expect(try bench.issues() == ["observations[0].quantity.unit UNIT_UNKNOWN"])
  }

  /// The latest finding decides whatever the reading says about several results.
  @Test(arguments: ["latest", "worst_in_window", "any"])
  func theLatestWhateverTheReading(_ setting: String) throws {
    let bench = FindingTests.bench(
      .negative,
      [
        Observation("old", "f", .positive, on: "2025-05-01"),
        Observation("new", "f", .negative, on: "2025-05-20"),
      ]
    ) { $0.latestOnly = true }.with {
      $0.definition.knobs = [
        KnobDefinition("observation.select", ["latest", "worst_in_window", "any"], setting)
      ]
    }
    #expect(try bench.outcome() == .met)
    let others = bench.with { $0.definition.edit("T", .finding) { $0.latestOnly = false } }
    #expect(try others.outcome() == (setting == "worst_in_window" ? .notMet : .met))
  }

  /// A diagnosis whose absence is a "no" although nobody reviewed the conditions.
  @Test(arguments: [(true, CriterionOutcome.notTriggered), (false, .unknown)])
  func absenceThatIsNo(_ absenceIsNo: Bool, _ outcome: CriterionOutcome) throws {
    let bench = ConditionTests.bench(.ever, []) { $0.absenceIsNo = absenceIsNo }.with {
      $0.snapshot.reviewed = []
    }
    #expect(try bench.outcome() == outcome)
  }

  /// A recorded "yes" that the sex contradicts stands where it is asked for as recorded.
  @Test(arguments: [(true, CriterionOutcome.met), (false, .unknown)])
  func answersAsRecorded(_ isAsRecorded: Bool, _ outcome: CriterionOutcome) throws {
    var bench = StatementTests.bench("womens") { $0.isAsRecorded = isAsRecorded }
    bench.snapshot.sexAtBirth = .male
    bench.say("womens", .yes)
    #expect(try bench.outcome() == outcome)
  }
}
