import EligibilityCore
import Testing

/// How long a treatment of several components has lasted: months are added to its start.
@Suite struct DurationTests {
  static func bench(
    _ medications: [MedicationExposure], _ comparison: ComparisonOperator = .greaterOrEqual,
    start: DurationStart = .allComponents
  ) -> Bench {
    var test = DurationTest()
    test.components = ["a", "b"]
    test.period = PeriodDefinition(6, .months)
    test.comparison = comparison
    test.start = start
    return Bench(
      [ConceptDefinition("a", .drug), ConceptDefinition("b", .drug)],
      sets: [CodeSet("as", concepts: ["a"]), CodeSet("bs", concepts: ["b"])],
      .inclusion("T", .duration(test)), .step("a", .exposure("as")), .step("b", .exposure("bs"))
    ).with {
      $0.snapshot.medications = medications
    }.reviewed(.medications)
  }

  /// Both components over the same days.
  static func both(from start: ClinicalTime, to end: ClinicalTime?, _ status: MedicationStatus)
    -> [MedicationExposure]
  {
    ["a", "b"].map { MedicationExposure($0, $0, from: start, to: end, status) }
  }

  /// Six months from 2024-08-31 are over on 2025-02-28; "more than" needs a day more.
  @Test(
    arguments: [
      ("2024-08-31", "2025-02-28", .met, .notMet), ("2024-08-31", "2025-02-27", .notMet, .notMet),
      ("2024-08-31", "2025-03-01", .met, .met), ("2024-08-28", "2025-02-28", .met, .notMet),
      ("2024-08-29", "2025-02-28", .met, .notMet), ("2024-09-01", "2025-03-01", .met, .notMet),
      ("2024-09-01", "2025-02-28", .notMet, .notMet),
      // Partial dates: certain where the shortest and the longest say the same.
      ("2024-08", "2025-02-28", .met, .unknown), ("2024-09", "2025-03-15", .unknown, .unknown),
      ("2024-10", "2025-03-15", .notMet, .notMet), ("2024-01", "2025-03-15", .met, .met),
    ] as [(ClinicalTime, ClinicalTime, CriterionOutcome, CriterionOutcome)])
  func lengths(
    _ start: ClinicalTime, _ end: ClinicalTime, _ atLeast: CriterionOutcome,
    _ moreThan: CriterionOutcome
  ) throws {
    let medications = Self.both(from: start, to: end, .completed)
    #expect(try Self.bench(medications).outcome() == atLeast)
    #expect(try Self.bench(medications, .greater).outcome() == moreThan)
  }

  /// What goes on lasts to the index date.
  @Test(
    arguments: [
      ("2024-12-01", .met), ("2024-12-02", .notMet),
    ] as [(ClinicalTime, CriterionOutcome)])
  func ongoing(_ start: ClinicalTime, _ outcome: CriterionOutcome) throws {
    let bench = Self.bench(Self.both(from: start, to: nil, .active))
    #expect(try bench.outcome() == outcome)
    if outcome == .notMet {
      #expect(try bench.result().passesOn == .on("2025-06-02"))
      #expect(try bench.firstDayWithoutFailure(within: 10) == "2025-06-02")
      let strict = Self.bench(Self.both(from: start, to: nil, .active), .greater)
      #expect(try strict.result().passesOn == .on("2025-06-03"))
      #expect(try strict.firstDayWithoutFailure(within: 10) == "2025-06-03")
    }
  }

  /// From the day on which all had been started, or the first; to the last day of any.
  @Test func startsAndEnds() throws {
    let medications = [
      MedicationExposure("a", "a", from: "2024-06-01", to: "2024-10-01"),
      MedicationExposure("b", "b", from: "2024-09-01", to: "2025-02-01"),
    ]
    #expect(try Self.bench(medications).outcome() == .notMet)
    #expect(try Self.bench(medications, start: .firstComponent).outcome() == .met)
    let longer = [
      medications[0], MedicationExposure("b", "b", from: "2024-09-01", to: "2025-03-01"),
    ]
    #expect(try Self.bench(longer).outcome() == .met)
  }

  @Test func aComponentThatWasNeverGiven() throws {
    let one = [MedicationExposure("a", "a", from: "2024-01-01", to: nil, .active)]
    #expect(try Self.bench(one).outcome() == .notMet)
    let open = Self.bench(one).with { $0.snapshot.reviewed = [] }
    #expect(try open.result().outcome == .unknown)
    #expect(try open.result().missing.map(\.concept) == ["bs"])
  }

  /// Without a review an earlier course may not have been recorded.
  @Test func tooShortIsCertainOnlyWhereItWasReviewed() throws {
    let short = Self.bench(Self.both(from: "2025-03-01", to: nil, .active))
    #expect(try short.outcome() == .notMet)
    #expect(try short.with { $0.snapshot.reviewed = [] }.outcome() == .unknown)
    let long = Self.bench(Self.both(from: "2024-03-01", to: nil, .active))
    #expect(try long.with { $0.snapshot.reviewed = [] }.outcome() == .met)
  }
}

/// Only a stretch counts in which all components were given together.
@Suite struct ConcurrentDurationTests {
  static func bench(_ medications: [MedicationExposure]) -> Bench {
    var bench = DurationTests.bench(medications)
    bench.definition.edit("T", .duration) { $0.isConcurrent = true }
    return bench
  }

  @Test(
    arguments: [
      // Together from 2024-06-01 to 2024-12-01.
      ([("a", "2024-01-01", "2024-12-01"), ("b", "2024-06-01", "2025-03-01")], .met),
      ([("a", "2024-01-01", "2024-11-30"), ("b", "2024-06-01", "2025-03-01")], .notMet),
      ([("a", "2024-01-01", "2024-05-31"), ("b", "2024-06-01", "2025-03-01")], .notMet),
      // Courses that follow each other are one; a day between them makes two.
      (
        [
          ("a", "2024-01-01", "2024-08-31"), ("a", "2024-09-01", "2025-03-01"),
          ("b", "2024-06-01", "2024-12-01"),
        ], .met
      ),
      (
        [
          ("a", "2024-01-01", "2024-08-31"), ("a", "2024-09-02", "2025-03-01"),
          ("b", "2024-06-01", "2024-12-01"),
        ], .notMet
      ),
      // Partial dates.
      ([("a", "2024-01-01", "2024-12"), ("b", "2024-06-01", "2025-03-01")], .met),
      ([("a", "2024-01-01", "2024-12"), ("b", "2024-06-15", "2025-03-01")], .unknown),
    ] as [([(String, ClinicalTime, ClinicalTime)], CriterionOutcome)])
  func stretches(
    _ courses: [(String, ClinicalTime, ClinicalTime)], _ outcome: CriterionOutcome
  ) throws {
    let medications = courses.enumerated().map { index, course in
      MedicationExposure("m\(index)", course.0, from: course.1, to: course.2)
    }
    #expect(try Self.bench(medications).outcome() == outcome)
    #expect(try Self.bench(medications.reversed()).outcome() == outcome)
  }
}
