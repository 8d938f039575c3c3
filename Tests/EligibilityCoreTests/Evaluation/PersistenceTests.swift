import EligibilityCore
import TestSupport
import Testing

/// Positive again: twice at least twelve weeks apart, or so many within a time.
@Suite struct PersistenceTests {
  static let concepts = ["acl", "b2"].map {
    ConceptDefinition($0, .finding, unit: "GPL", units: [("kGPL", "1000")])
  }

  static func bench(
    _ results: [Observation], _ change: (inout PersistenceTest) -> Void = { _ in }
  ) -> Bench {
    var test = PersistenceTest()
    test.concepts = ["acl", "b2"]
    test.count = 2
    test.apart = PeriodDefinition(12, .weeks)
    change(&test)
    return Bench(concepts, .inclusion("T", .persistence(test))).with {
      $0.snapshot.observations = results
    }.reviewed(.laboratory)
  }

  static func findings(_ rows: [(String, ClinicalTime?, Finding)]) -> [Observation] {
    rows.enumerated().map { index, row in Observation("o\(index)", row.0, row.2, on: row.1) }
  }

  /// 2025-01-01 and twelve weeks are 2025-03-26.
  @Test(
    arguments: [
      ([("acl", "2025-01-01", .positive), ("acl", "2025-03-26", .positive)], .met),
      ([("acl", "2025-01-01", .positive), ("acl", "2025-03-25", .positive)], .notMet),
      ([("acl", "2025-01-01", .positive), ("acl", "2025-03-26", .negative)], .notMet),
      (
        [
          ("acl", "2025-01-01", .positive), ("acl", "2025-02-01", .negative),
          ("acl", "2025-05-01", .positive),
        ], .met
      ),
      // Each concept stands for itself.
      ([("acl", "2025-01-01", .positive), ("b2", "2025-03-26", .positive)], .notMet),
      (
        [
          ("acl", "2025-01-01", .positive), ("b2", "2025-01-01", .positive),
          ("b2", "2025-05-01", .positive),
        ], .met
      ),
      ([("acl", "2025-01-01", .positive)], .notMet), ([("acl", "2025-01-01", .negative)], .notMet),
      ([], .unknown),
      ([("acl", "2025-01-01", .positive), ("acl", "2025-05-01", .indeterminate)], .unknown),
      // Months that may or may not lie far enough apart.
      ([("acl", "2025-01", .positive), ("acl", "2025-04", .positive)], .unknown),
      ([("acl", "2025-01", .positive), ("acl", "2025-05", .positive)], .met),
      ([("acl", "2025-01", .positive), ("acl", "2025-03", .positive)], .unknown),
      ([("acl", "2025-01", .positive), ("acl", "2025-02", .positive)], .notMet),
      ([("acl", "2025-01-01", .positive), ("acl", "2025-06-02", .positive)], .notMet),
    ] as [([(String, ClinicalTime?, Finding)], CriterionOutcome)])
  func twelveWeeksApart(_ rows: [(String, ClinicalTime?, Finding)], _ outcome: CriterionOutcome)
    throws
  {
    let bench = Self.bench(Self.findings(rows)).with { $0.snapshot.asOf = "2025-07-01" }
    #expect(try bench.outcome() == outcome)
    #expect(try bench.with { $0.snapshot.observations.reverse() }.outcome() == outcome)
    // "Never often enough" is certain only where the laboratory was reviewed.
    let open = bench.with { $0.snapshot.reviewed = [] }
    #expect(try open.outcome() == (outcome == .notMet ? .unknown : outcome))
  }

  /// By trying every subset of the days: so many of them within a time.
  @Test func withinATime() throws {
    var generator = SeededGenerator(seed: 60)
    let start: CalendarDate = "2025-01-01"
    for count in [2, 3] {
      for _ in 0..<60 {
        let offsets = (0..<generator.number(in: 1...5)).map { _ in generator.number(in: 0...40) }
        let results = try offsets.enumerated().map { index, offset in
          let day = try #require(start.adding(days: offset))
          return Observation("o\(index)", "acl", .positive, on: day.description.time)
        }
        let sorted = offsets.sorted()
        let expected =
          sorted.count >= count
          && (0...(sorted.count - count)).contains { sorted[$0 + count - 1] - sorted[$0] <= 7 }
        let bench = Self.bench(results) {
          ($0.apart, $0.within, $0.count) = (nil, PeriodDefinition(7, .days), count)
        }
        #expect(try bench.outcome() == (expected ? .met : .notMet), "\(count) of \(sorted)")
      }
    }
  }

  /// Above an amount, or above the laboratory's 99th percentile: either suffices, one must be known.
  @Test(
    arguments: [
      ("41", nil, .met), ("40", nil, .notMet), ("40", "39", .met), ("40", "40", .notMet),
      ("39", "40", .notMet), ("0.041", nil, .met),
    ] as [(String, String?, CriterionOutcome)])
  func amounts(_ value: String, _ percentile: String?, _ outcome: CriterionOutcome) throws {
    let unit = value == "0.041" ? "kGPL" : "GPL"
    let results = try ["2025-01-01", "2025-05-01"].map { day -> Observation in
      var fact = try Observation(
        day, "acl", ExactDecimal(parsing: value), unit, on: day.time)
      fact.finding = .positive
      fact.referenceRange = try percentile.map {
        try ReferenceRange(percentile99: Quantity(value: ExactDecimal(parsing: $0), unit: "GPL"))
      }
      return fact
    }
    let bench = Self.bench(results) {
      ($0.above, $0.abovePercentile99) = (Quantity(value: "40", unit: "GPL"), true)
    }
    #expect(try bench.outcome() == outcome)
  }

  /// Positive without a titre or a percentile is unknown; negative is a no whatever the amount.
  @Test func positiveWithoutATitre() throws {
    let rows: [(String, ClinicalTime?, Finding)] = [
      ("acl", "2025-01-01", .positive), ("acl", "2025-05-01", .positive),
    ]
    let needsAmount = Self.bench(Self.findings(rows)) {
      $0.above = Quantity(value: "40", unit: "GPL")
    }
    #expect(try needsAmount.result().outcome == .unknown)
    #expect(try needsAmount.result().reasons == ["NO_TITRE"])
    let negative = Self.bench(
      Self.findings([("acl", "2025-01-01", .negative), ("acl", "2025-05-01", .negative)])
    ) { $0.above = Quantity(value: "40", unit: "GPL") }
    #expect(try negative.outcome() == .notMet)
  }
}
