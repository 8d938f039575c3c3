import EligibilityCore
import Testing

/// More than 10 mg of prednisone equivalent on a day of the two weeks before 2025-06-01: from 05-18 on.
@Suite struct DailyDoseTests {
  static let concepts = [
    ConceptDefinition("prednisone", .drug), ConceptDefinition("dexamethasone", .drug),
    ConceptDefinition("new", .drug), ConceptDefinition("other", .drug),
  ]

  static func bench(
    _ medications: [MedicationExposure], rule: DailyDoseRule = .maxDaily,
    comparison: ComparisonOperator = .greater
  ) -> Bench {
    var test = DailyDoseTest()
    test.doseTable = "steroids"
    test.window = PeriodDefinition(14, .days)
    test.comparison = comparison
    test.limit = "10"
    test.rule = rule
    var table = DoseTable(
      "steroids", unit: "mg", drugSet: "steroids",
      [("prednisone", "1"), ("dexamethasone", "20/3")])
    table.units = [UnitDefinition("g", "1000")]
    return Bench(
      concepts,
      sets: [CodeSet("steroids", concepts: ["prednisone", "dexamethasone", "new"])],
      doses: [table], .exclusion("T", .dailyDose(test))
    ).with { $0.snapshot.medications = medications }.reviewed(.medications)
  }

  static func daily(_ times: Int = 1, every period: Int = 1) -> Frequency {
    Frequency(times: times, period: period, unit: .day)
  }

  static func prednisone(
    _ dose: ExactDecimal, from start: ClinicalTime?, to end: ClinicalTime? = nil,
    _ status: MedicationStatus = .completed, every frequency: Frequency? = daily(),
    _ basis: DoseBasis? = .perAdministration, id: String = "m", prescription: String = ""
  ) -> MedicationExposure {
    MedicationExposure(id, "prednisone", from: start, to: end, status)
      .dosed(dose, "mg", basis, every: frequency, prescription: prescription)
  }

  // MARK: One medicine

  @Test(
    arguments: [
      (prednisone("10", from: "2025-01-01", .active), .notTriggered),
      (prednisone("10.01", from: "2025-01-01", .active), .triggered),
      (prednisone("5", from: "2025-01-01", .active, every: daily(2)), .notTriggered),
      (prednisone("5.5", from: "2025-01-01", .active, every: daily(2)), .triggered),
      (prednisone("15", from: "2025-01-01", to: "2025-05-18"), .triggered),
      (prednisone("15", from: "2025-01-01", to: "2025-05-17"), .notTriggered),
      (prednisone("15", from: "2025-06-01", .active), .triggered),
      (prednisone("15", from: "2025-06-02", .active), .notTriggered),
      // Eight-hourly, twelve-hourly, every second day, weekly.
      (
        prednisone(
          "4", from: "2025-01-01", .active, every: Frequency(times: 1, period: 8, unit: .hour)),
        .triggered
      ),
      (
        prednisone(
          "5", from: "2025-01-01", .active, every: Frequency(times: 1, period: 12, unit: .hour)),
        .notTriggered
      ),
      (prednisone("20", from: "2025-05-01", .active, every: daily(every: 2)), .triggered),
      (prednisone("10", from: "2025-05-01", .active, every: daily(every: 2)), .notTriggered),
      (
        prednisone(
          "20", from: "2025-05-01", .active, every: Frequency(times: 1, period: 1, unit: .week)),
        .triggered
      ),
      (
        prednisone(
          "20", from: "2025-05-17", to: "2025-05-20",
          every: Frequency(times: 1, period: 1, unit: .week)), .notTriggered
      ),
      // Days of doses of a day.
      (prednisone("12", from: "2025-01-01", .active, every: nil, .perDay), .triggered),
      (prednisone("10", from: "2025-01-01", .active, every: nil, .perDay), .notTriggered),
      // One administration.
      (prednisone("15", from: "2025-05-18", every: nil), .triggered),
      (prednisone("15", from: "2025-05-17", every: nil), .notTriggered),
      (prednisone("10", from: "2025-05-20", every: nil), .notTriggered),
      (prednisone("15", from: "2025-05", every: nil), .unknown),
      (prednisone("10", from: "2025-05", every: nil), .notTriggered),
      // Unknown parts decide nothing.
      (prednisone("15", from: "2025-01-01", .unknown), .unknown),
      (prednisone("5", from: "2025-01-01", .active, every: nil), .unknown),
      (prednisone("15", from: "2025-01-01", .active, nil), .unknown),
      (prednisone("0", from: "2025-01-01", .active, every: nil), .notTriggered),
      (prednisone("-5", from: "2025-01-01", .active), .unknown),
    ] as [(MedicationExposure, CriterionOutcome)])
  func oneMedicine(_ fact: MedicationExposure, _ outcome: CriterionOutcome) throws {
    #expect(try Self.bench([fact]).outcome() == outcome)
  }

  /// With an end and without a frequency it was given on the first and the last day, and nobody knows how
  /// often on these and the days between.
  @Test(
    arguments: [
      ("2025-04-01", "2025-05-25", "20", .triggered), ("2025-04-01", "2025-05-25", "10", .unknown),
      ("2025-04-01", "2025-05-25", "0.2", .notTriggered),
      ("2025-04-01", "2025-05-17", "20", .notTriggered),
      ("2025-04-01", "2025-08-01", "20", .unknown),
      ("2025-04-01", "2025-08-01", "0.2", .notTriggered),
      ("2025-05-20", "2025-08-01", "20", .triggered),
      ("2025-05-20", "2025-05-20", "20", .triggered),
      ("2025-05-20", "2025-05-20", "10", .notTriggered), ("2025-05-20", "2025-05", "10", .unknown),
    ] as [(ClinicalTime, ClinicalTime, String, CriterionOutcome)])
  func periodsWithoutFrequency(
    _ start: ClinicalTime, _ end: ClinicalTime, _ dose: String, _ outcome: CriterionOutcome
  ) throws {
    let fact = try Self.prednisone(
      ExactDecimal(parsing: dose), from: start, to: end, every: nil)
    #expect(try Self.bench([fact]).outcome() == outcome)
  }

  @Test(
    arguments: [
      (.topical, .notTriggered), (.inhaled, .notTriggered), (.intraArticular, .notTriggered),
      (nil, .unknown), (.rectal, .unknown), (.intravenous, .triggered),
    ] as [(Route?, CriterionOutcome)])
  func routes(_ route: Route?, _ outcome: CriterionOutcome) throws {
    var fact = Self.prednisone("15", from: "2025-01-01", .active)
    fact.route = route
    #expect(try Self.bench([fact]).outcome() == outcome)
  }

  // MARK: Equivalents and units

  /// 1.5 mg of dexamethasone are exactly 10 mg of prednisone: 20/3 has no finite decimal.
  @Test(
    arguments: [
      ("1.5", "mg", .notTriggered), ("1.500000000000000000000000000000001", "mg", .triggered),
      ("0.0015", "g", .notTriggered), ("0.0016", "g", .triggered), ("1500", "ug", .unknown),
    ] as [(ExactDecimal, String, CriterionOutcome)])
  func dexamethasone(_ dose: ExactDecimal, _ unit: String, _ outcome: CriterionOutcome) throws {
    let fact = MedicationExposure("m", "dexamethasone", from: "2025-01-01", to: nil, .active)
      .dosed(dose, unit, every: Self.daily())
    let bench = Self.bench([fact])
    #expect(try bench.outcome() == outcome)
    if unit == "ug" { #expect(try bench.issues() == ["medications[0].dose.unit UNIT_UNKNOWN"]) }
  }

  /// A medicine of the class without an equivalent makes the sum unknown, one of another class does not.
  @Test func withoutEquivalent() throws {
    let unknown = MedicationExposure("n", "new", from: "2025-01-01", to: nil, .active)
      .dosed("1", every: Self.daily())
    #expect(try Self.bench([unknown]).result().reasons == ["NO_DOSE_EQUIVALENT"])
    let over = Self.prednisone("15", from: "2025-01-01", .active)
    #expect(try Self.bench([unknown, over]).outcome() == .triggered)
    let other = MedicationExposure("o", "other", from: "2025-01-01", to: nil, .active)
      .dosed("100", every: Self.daily())
    #expect(try Self.bench([other]).outcome() == .notTriggered)
  }

  // MARK: Sums

  @Test func medicinesOfOneDayAreAdded() throws {
    let five = Self.prednisone("5", from: "2025-01-01", .active)
    let dexamethasone = MedicationExposure("d", "dexamethasone", from: "2025-05-20")
      .dosed("0.75")
    #expect(try Self.bench([five, dexamethasone]).outcome() == .notTriggered)
    #expect(try Self.bench([five, dexamethasone.dosed("0.76")]).outcome() == .triggered)
    // On another day than the other pulse.
    let two = [
      Self.prednisone("8", from: "2025-05-20", every: nil, id: "a"),
      Self.prednisone("8", from: "2025-05-21", every: nil, id: "b"),
    ]
    #expect(try Self.bench(two).outcome() == .notTriggered)
    let sameDay = [two[0], Self.prednisone("8", from: "2025-05-20", every: nil, id: "b")]
    #expect(try Self.bench(sameDay).outcome() == .triggered)
  }

  /// Records of one prescription count once; without an id each counts.
  @Test func prescriptionsCountOnce() throws {
    func twice(_ prescription: String) -> [MedicationExposure] {
      ["a", "b"].map {
        Self.prednisone("8", from: "2025-01-01", .active, id: $0, prescription: prescription)
      }
    }
    #expect(try Self.bench(twice("p")).outcome() == .notTriggered)
    #expect(try Self.bench(twice("")).outcome() == .triggered)
  }

  /// Recorded administrations replace the regimen of their prescription on their days, and are summed.
  @Test func administrationsReplaceTheRegimen() throws {
    let regimen = Self.prednisone(
      "8", from: "2025-05-25", to: "2025-05-25", id: "r", prescription: "p")
    func given(_ doses: [ExactDecimal]) -> [MedicationExposure] {
      doses.enumerated().map { index, dose in
        Self.prednisone(
          dose, from: "2025-05-25", every: nil, id: "g\(index)", prescription: "p")
      }
    }
    #expect(try Self.bench([regimen] + given(["4"])).outcome() == .notTriggered)
    #expect(try Self.bench([regimen] + given(["5", "5"])).outcome() == .notTriggered)
    #expect(try Self.bench([regimen] + given(["5", "5.1"])).outcome() == .triggered)
    #expect(try Self.bench([regimen] + given(["11"])).outcome() == .triggered)
  }

  /// An administration of an unknown day does not hide the regimen of the other days.
  @Test func anAdministrationOfSomeDayHidesNothing() throws {
    let regimen = Self.prednisone("20", from: "2025-01-01", .active, id: "r", prescription: "p")
    let some = Self.prednisone("5", from: "2025-05", every: nil, id: "g", prescription: "p")
    #expect(try Self.bench([regimen, some]).outcome() == .triggered)
    // Every day of the window may be the one that it was given on.
    let withinMay = Self.bench([regimen, some]).on("2025-05-31")
    #expect(try withinMay.outcome() != .notTriggered)
    #expect(try Self.bench([some]).on("2025-05-31").outcome() == .notTriggered)
  }

  /// 20 mg on alternate days are 10 mg a day on the average of the regimen, and a pulse is its share.
  @Test func meanDoses() throws {
    let alternate = Self.prednisone(
      "20", from: "2025-01-01", .active, every: Self.daily(every: 2))
    #expect(try Self.bench([alternate]).outcome() == .triggered)
    #expect(try Self.bench([alternate], rule: .meanDaily).outcome() == .notTriggered)
    // Fifteen days belong to the window: 150 mg are 10 a day.
    for (dose, outcome) in [
      ("150", CriterionOutcome.notTriggered), ("150.1", .triggered),
    ] as [(ExactDecimal, CriterionOutcome)] {
      let pulse = Self.prednisone(dose, from: "2025-05-20", every: nil)
      #expect(try Self.bench([pulse], rule: .meanDaily).outcome() == outcome)
    }
  }

  // MARK: Absence

  @Test func absenceIsNoOnlyWhereItWasReviewed() throws {
    for medications in [[], [Self.prednisone("5", from: "2025-01-01", .active)]] {
      let bench = Self.bench(medications)
      #expect(try bench.outcome() == .notTriggered)
      let open = bench.with { $0.snapshot.reviewed = [] }
      #expect(try open.result().outcome == .unknown)
      #expect(try open.result().missing.map(\.section) == [.medications])
    }
    let over = Self.bench([Self.prednisone("15", from: "2025-01-01", .active)])
    #expect(try over.with { $0.snapshot.reviewed = [] }.outcome() == .triggered)
  }

  // MARK: Time

  /// Prednisone 15 mg last on 2025-03-10 passes on 2025-03-25.
  @Test func passesOn() throws {
    let bench = Self.bench([Self.prednisone("15", from: "2025-01-01", to: "2025-03-10")])
      .on("2025-03-15")
    #expect(try bench.result().passesOn == .on("2025-03-25"))
    #expect(try bench.firstDayWithoutFailure(within: 30) == "2025-03-25")
  }

  @Test(arguments: [
    [
      prednisone("15", from: "2025-05-01", to: "2025-05-30"),
      prednisone("5", from: "2025-01-01", .active, id: "b"),
    ],
    [
      prednisone("8", from: "2025-05-01", to: "2025-05-28"),
      prednisone("8", from: "2025-05-20", to: "2025-05-29", id: "b"),
    ],
    // The end is planned after the index date.
    [prednisone("15", from: "2025-05-01", to: "2025-06-20", .active)],
    [prednisone("20", from: "2025-05-01", to: "2025-06-20", .active, every: daily(every: 2))],
    [
      prednisone("15", from: "2025-05-20", every: nil),
      prednisone("15", from: "2025-05-23", every: nil, id: "b"),
    ],
  ])
  func passesOnTheFirstDayThatPasses(_ medications: [MedicationExposure]) throws {
    let bench = Self.bench(medications).with { $0.snapshot.asOf = "2025-06-01" }
    let first = try #require(try bench.firstDayWithoutFailure(within: 60))
    #expect(try bench.result().passesOn == .on(first))
  }

  @Test(arguments: [
    prednisone("15", from: "2025-01-01", .active),
    // An off day does not make it end.
    prednisone("20", from: "2025-05-01", .active, every: daily(every: 2)),
    prednisone("20", from: "2025-05-02", .active, every: daily(every: 2)),
  ])
  func whatGoesOnHasNoDate(_ fact: MedicationExposure) throws {
    #expect(
      try Self.bench([fact]).result().passesOn == .after("AFTER_LAST_DOSE_OVER_LIMIT 15 d"))
  }
}
