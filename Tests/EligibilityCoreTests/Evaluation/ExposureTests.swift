import EligibilityCore
import Testing

/// Exposure to a medicine within a look-back window: periods overlap it, both ends in; a medicine that
/// goes on has no end; what nobody reviewed is unknown.
@Suite struct ExposureTests {
  static let concepts = [
    ConceptDefinition("drug", .drug), ConceptDefinition("open", .drug),
    ConceptDefinition("other", .drug), ConceptDefinition("draw", .quantity, unit: "g/L"),
  ]
  static let sets = [
    CodeSet("drugs", concepts: ["drug"]), CodeSet("open", concepts: ["open"]),
    CodeSet("tree", "urn:atc", prefixes: ["L04"]),
  ]

  static func bench(
    _ medications: [MedicationExposure], window: PeriodDefinition? = PeriodDefinition(14, .days),
    _ change: (inout ExposureTest) -> Void = { _ in }
  ) -> Bench {
    let rule = Rule.exposure("drugs", window, change)
    return Bench(concepts, sets: sets, .exclusion("T", rule), .inclusion("I", rule)).with {
      $0.snapshot.medications = medications
      $0.snapshot.asOf = "2025-07-01"
      $0.definition.knobs = [KnobDefinition("window.bounds", ["closed", "half_open"], "closed")]
    }.reviewed(.medications, asOf: "2025-07-01")
  }

  // MARK: Time

  /// Start, end, status, and whether it lies within the 14 days before 2025-06-01: 05-18 to 06-01.
  @Test(
    arguments: [
      ("2025-03-01", "2025-05-18", .completed, .triggered),
      ("2025-03-01", "2025-05-17", .completed, .notTriggered),
      ("2025-05-18", "2025-05-18", .completed, .triggered),
      ("2025-06-01", "2025-06-05", .active, .triggered),
      ("2025-06-02", "2025-06-05", .active, .notTriggered),
      ("2025-03-01", "2025-08-01", .active, .triggered),
      ("2025-05-20", nil, .completed, .triggered), ("2025-05-17", nil, .completed, .notTriggered),
      // Without an end: going on, unknown, or one administration.
      ("2025-03-01", nil, .active, .triggered), ("2025-03-01", nil, .unknown, .unknown),
      ("2025-03-01", nil, .onHold, .unknown), ("2025-06-02", nil, .active, .notTriggered),
      ("2025-05-20", nil, .unknown, .triggered),
      // Partial dates that straddle an end of the window.
      ("2025-05", "2025-05", .completed, .unknown),
      ("2025-04", "2025-04", .completed, .notTriggered),
      ("2025-03-01", "2025-05", .stopped, .unknown), ("2025", nil, .active, .unknown),
      (nil, nil, .completed, .unknown), (nil, "2025-05-17", .completed, .notTriggered),
      // Records that do not stand.
      ("2025-05-20", nil, .intended, .notTriggered), ("2025-05-20", nil, .notTaken, .notTriggered),
      ("2025-05-20", nil, .enteredInError, .notTriggered),
    ] as [(ClinicalTime?, ClinicalTime?, MedicationStatus, CriterionOutcome)])
  func periods(
    _ start: ClinicalTime?, _ end: ClinicalTime?, _ status: MedicationStatus,
    _ outcome: CriterionOutcome
  ) throws {
    let bench = Self.bench([MedicationExposure("m", "drug", from: start, to: end, status)])
    #expect(try bench.outcome() == outcome)
  }

  @Test(
    arguments: [
      ("2025-05-18", .triggered, .notTriggered), ("2025-05-19", .triggered, .triggered),
      ("2025-06-01", .triggered, .triggered),
    ] as [(ClinicalTime, CriterionOutcome, CriterionOutcome)])
  func bounds(_ day: ClinicalTime, _ closed: CriterionOutcome, _ halfOpen: CriterionOutcome) throws
  {
    let bench = Self.bench([MedicationExposure("m", "drug", from: day)])
    #expect(try bench.outcome() == closed)
    #expect(try bench.reading("window.bounds", "half_open").outcome() == halfOpen)
  }

  /// Rituximab on 2025-03-01 and prednisone last on 2025-03-10, decided on 2025-03-15.
  @Test(
    arguments: [
      ("2025-03-01", "2025-03-01", PeriodDefinition(4, .weeks), "2025-03-30", "2025-03-29"),
      ("2025-02-01", "2025-03-10", PeriodDefinition(14, .days), "2025-03-25", "2025-03-24"),
      ("2025-01-31", "2025-01-31", PeriodDefinition(3, .months), "2025-05-01", "2025-05-01"),
    ] as [(ClinicalTime, ClinicalTime, PeriodDefinition, CalendarDate, CalendarDate)])
  func passesOn(
    _ start: ClinicalTime, _ end: ClinicalTime, _ window: PeriodDefinition, _ closed: CalendarDate,
    _ halfOpen: CalendarDate
  ) throws {
    let bench = Self.bench(
      [MedicationExposure("m", "drug", from: start, to: end)], window: window
    ).on("2025-03-15")
    #expect(try bench.result().passesOn == .on(closed))
    #expect(try bench.reading("window.bounds", "half_open").result().passesOn == .on(halfOpen))
  }

  @Test func whatGoesOnHasNoDate() throws {
    let bench = Self.bench([MedicationExposure("m", "drug", from: "2025-03-01", to: nil, .active)])
    #expect(try bench.result().passesOn == .after("AFTER_LAST_DOSE 15 d"))
    #expect(
      try bench.reading("window.bounds", "half_open").result().passesOn
        == .after("AFTER_LAST_DOSE 14 d"))
    let ever = Self.bench([MedicationExposure("m", "drug", from: "2025-03-01")], window: nil)
    #expect(try ever.result().passesOn == .notWithTime)
  }

  /// At any time up to the index date.
  @Test(
    arguments: [
      ("2001", .triggered), ("2025-06-01", .triggered), ("2025-06-02", .notTriggered),
      ("2025-06", .unknown), (nil, .unknown),
    ] as [(ClinicalTime?, CriterionOutcome)])
  func ever(_ start: ClinicalTime?, _ outcome: CriterionOutcome) throws {
    #expect(
      try Self.bench([MedicationExposure("m", "drug", from: start)], window: nil).outcome()
        == outcome)
  }

  @Test func anEndBeforeTheStartIsAContradiction() throws {
    let bench = Self.bench([
      MedicationExposure("m", "drug", from: "2025-05-20", to: "2025-05-19")
    ])
    #expect(try bench.outcome() == .unknown)
    #expect(try bench.issues() == ["medications[0].end END_BEFORE_START"])
  }

  // MARK: Absence

  /// Records that do not count close nothing: only a review does.
  @Test func absenceIsNoOnlyWhereItWasReviewed() throws {
    for medications in [
      [], [MedicationExposure("m", "drug", from: "2025-05-01")],
      [MedicationExposure("m", "other", from: "2025-05-30")],
    ] {
      let reviewed = Self.bench(medications)
      #expect(try reviewed.outcome() == .notTriggered)
      let open = reviewed.with { $0.snapshot.reviewed = [] }
      let result = try open.result()
      #expect(result.outcome == .unknown && result.reasons == ["NOT_REVIEWED"])
      let missing = try #require(result.missing.first)
      #expect(missing.section == .medications)
      #expect(missing.notBefore == "2025-05-18" && missing.notAfter == "2025-06-01")
      let another = open.reviewed(.conditions)
      #expect(try another.outcome() == .unknown)
    }
  }

  @Test func anExposureDecidesWithoutAReview() throws {
    let bench = Self.bench([MedicationExposure("m", "drug", from: "2025-05-20")]).with {
      $0.snapshot.reviewed = []
    }
    #expect(try bench.outcome() == .triggered)
  }

  @Test func anOldReviewIsWarnedAbout() throws {
    func codes(_ asOf: ClinicalTime) throws -> [[String]] {
      let bench = Self.bench([]).with { $0.snapshot.reviewed = [] }.reviewed(
        .medications, asOf: asOf)
      #expect(try bench.outcome() == .notTriggered)
      return try bench.verdict().warnings.filter { $0.code == "ASSUMES_NO_CHANGE_SINCE" }
        .map(\.arguments)
    }
    #expect(try codes("2025-05-31") == [["MEDICATIONS", "2025-05-31"]])
    #expect(try codes("2025-06-01") == [])
  }

  // MARK: Which medicine

  @Test func anUnknownCodeMayBeIt() throws {
    var fact = MedicationExposure("m", "", from: "2025-05-20")
    fact.drug = .code("urn:unknown", "1")
    let bench = Self.bench([fact])
    #expect(try bench.outcome() == .unknown)
    #expect(try bench.issues() == ["medications[0].drug CODE_UNKNOWN"])
    // A code of a terminology whose hierarchy the sets are written in is understood.
    fact.drug = .code("urn:atc", "A01")
    #expect(try Self.bench([fact]).outcome() == .notTriggered)
  }

  @Test func unknownFieldsMakeItUnusable() throws {
    var fact = MedicationExposure("m", "drug", from: "2025-05-20")
    fact.hasUnknownFields = true
    #expect(try Self.bench([fact]).outcome() == .unknown)
    #expect(try Self.bench([fact]).issues() == ["medications[0] UNKNOWN_FIELD"])
  }

  /// A medicine of which it is open whether it belongs is unknown where nothing else decides.
  @Test func openLists() throws {
    let open = MedicationExposure("o", "open", from: "2025-05-20")
    let certain = MedicationExposure("m", "drug", from: "2025-05-20")
    let bench = Self.bench([open]) { $0.openSet = "open" }
    #expect(try bench.result().outcome == .unknown)
    #expect(try bench.result().reasons == ["OPEN_LIST"])
    #expect(try Self.bench([open]).outcome() == .notTriggered)
    #expect(try Self.bench([open, certain]) { $0.openSet = "open" }.outcome() == .triggered)
    let old = MedicationExposure("o", "open", from: "2025-05-01")
    #expect(try Self.bench([old]) { $0.openSet = "open" }.outcome() == .notTriggered)
  }

  @Test(
    arguments: [
      (.oral, .triggered), (.intravenous, .triggered), (.subcutaneous, .triggered),
      (.intramuscular, .triggered), (.topical, .notTriggered), (.inhaled, .notTriggered),
      (.nasal, .notTriggered), (.ophthalmic, .notTriggered), (.intraArticular, .notTriggered),
      (.rectal, .unknown), (.intrathecal, .unknown), (.other, .unknown), (nil, .unknown),
    ] as [(Route?, CriterionOutcome)])
  func systemicRoutes(_ route: Route?, _ outcome: CriterionOutcome) throws {
    var fact = MedicationExposure("m", "drug", from: "2025-05-20")
    fact.route = route
    #expect(try Self.bench([fact]) { $0.systemicOnly = true }.outcome() == outcome)
    #expect(try Self.bench([fact]).outcome() == .triggered)
  }

  @Test(
    arguments: [
      (.targetDisease, [], .triggered), (.other, [], .notTriggered), (nil, [], .unknown),
      (nil, ["disease"], .triggered), (nil, ["other"], .notTriggered), (nil, ["?"], .unknown),
      (nil, ["other", "disease"], .triggered),
      // Another purpose with an indication that is the disease: a contradiction.
      (.other, ["disease"], .unknown), (.other, ["other"], .notTriggered),

    ] as [(TherapeuticPurpose?, [String], CriterionOutcome)])
  func purposes(
    _ purpose: TherapeuticPurpose?, _ indications: [String], _ outcome: CriterionOutcome
  ) throws {
    var fact = MedicationExposure("m", "drug", from: "2025-05-20")
    fact.purpose = purpose
    fact.indications = indications.map { ConceptReference(concept: $0) }
    let bench = Self.bench([fact]) {
      $0.targetPurposeOnly = true
      $0.targetDiseases = "diseases"
    }
    #expect(try bench.outcome() == outcome)
  }

  // MARK: Anchored on a result

  /// A medicine within 14 days before a draw: the fourteenth day is inside, the fifteenth outside, what
  /// came after the draw is ignored, and the day itself without a time is inside.
  @Test(
    arguments: [
      ("2025-05-06", .triggered), ("2025-05-05", .notTriggered), ("2025-05-21", .notTriggered),
      ("2025-05-20", .triggered), ("2025-05-20T07:59:00+08:00", .triggered),
      ("2025-05-20T08:01:00+08:00", .notTriggered), ("2025-05-20T08:00:00+08:00", .triggered),
    ] as [(ClinicalTime, CriterionOutcome)])
  func anchored(_ time: ClinicalTime, _ outcome: CriterionOutcome) throws {
    let bench = Self.bench([MedicationExposure("m", "drug", from: time)]) {
      $0.anchorConcept = "draw"
    }
    let drawn = bench.with {
      $0.snapshot.observations = [
        Observation("o", "draw", "1", "g/L", on: "2025-05-20T08:00:00+08:00")
      ]
    }
    #expect(try drawn.outcome() == outcome)
    let none = try bench.result()
    #expect(none.outcome == .unknown && none.missing.map(\.concept) == ["draw"])
  }
}
