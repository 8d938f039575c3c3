import EligibilityCore
import TestSupport
import Testing

/// More than 10 mg of prednisone equivalent a day within 72 hours before an infusion on 2025-06-04 at
/// 08:00 in Shanghai: from 2025-06-01 08:00 on.
@Suite struct InfusionDoseTests {
  static let infusion: ClinicalTime = "2025-06-04T08:00:00+08:00"

  static func definition(_ rule: DailyDoseRule) -> ProtocolDefinition {
    var definition = DailyDoseTests.bench([]).definition
    definition.edit("T") { $0.stages = [.infusion] }
    definition.edit("T", .dailyDose) {
      ($0.window, $0.rule) = (PeriodDefinition(72, .hours), rule)
    }
    return definition
  }

  static func result(
    _ medications: [MedicationExposure], rule: DailyDoseRule = .rolling24Hours,
    infusion: ClinicalTime? = infusion, reviewed: Bool = true
  ) throws -> CriterionResult {
    var snapshot = PatientSnapshot(asOf: "2025-06-04T07:00:00+08:00")
    snapshot.medications = medications
    if reviewed {
      snapshot.reviewed = [ReviewedSection(section: .medications, asOf: "2025-06-04")]
    }
    var parameters = EvaluationParameters(stage: .infusion, indexDate: "2025-06-04")
    parameters.plannedInfusionTime = infusion
    let site = SiteContext(
      site: "", revision: "", digest: "", timeZone: .shanghai, consentVersion: nil)
    let verdict = try CompiledProtocol(definition(rule), digest: "")
      .evaluate(snapshot, parameters, site: site)
    return try #require(verdict.results.first { $0.id == "T" })
  }

  static func dose(_ value: ExactDecimal, at time: ClinicalTime, id: String = "m")
    -> MedicationExposure
  {
    DailyDoseTests.prednisone(value, from: time, every: nil, id: id)
  }

  // MARK: Timed doses

  @Test(
    arguments: [
      ("2025-06-01T08:00:00+08:00", "10.1", .triggered),
      ("2025-06-01T07:59:59+08:00", "100", .notTriggered),
      ("2025-06-01T00:00:00Z", "10.1", .triggered),
      ("2025-06-03T20:00:00+08:00", "10", .notTriggered),
      ("2025-06-03T20:00:00+08:00", "10.1", .triggered),
    ] as [(ClinicalTime, ExactDecimal, CriterionOutcome)])
  func oneDose(_ time: ClinicalTime, _ dose: ExactDecimal, _ outcome: CriterionOutcome) throws {
    #expect(try Self.result([Self.dose(dose, at: time)]).outcome == outcome)
    #expect(
      try Self.result([Self.dose(dose, at: time)], rule: .maxDaily).outcome == outcome)
  }

  /// Dexamethasone 10 mg at -71 h is 66.7 mg of prednisone; lymphodepletion's antiemetic counts.
  @Test func dexamethasone() throws {
    let fact = MedicationExposure("d", "dexamethasone", from: "2025-06-01T09:00:00+08:00")
      .dosed("10")
    let result = try Self.result([fact])
    #expect(result.outcome == .triggered)
    // The last dose and 72 hours, exclusive.
    let instant = try #require(result.passesOn?.instant)
    #expect(instant.description == "2025-06-04T01:00:00Z")
  }

  /// Any 24 hours, or the calendar day: 6 mg in the evening and 6 mg the next morning.
  @Test(
    arguments: [
      ("2025-06-02T20:00:00+08:00", "2025-06-03T08:00:00+08:00", .triggered, .notTriggered),
      ("2025-06-02T08:00:00+08:00", "2025-06-02T20:00:00+08:00", .triggered, .triggered),
      // Exactly 24 hours apart belong to two days.
      ("2025-06-02T08:00:00+08:00", "2025-06-03T08:00:00+08:00", .notTriggered, .notTriggered),
      ("2025-06-02T08:00:01+08:00", "2025-06-03T08:00:00+08:00", .triggered, .notTriggered),
      ("2025-06-01T07:00:00+08:00", "2025-06-01T09:00:00+08:00", .notTriggered, .notTriggered),
    ] as [(ClinicalTime, ClinicalTime, CriterionOutcome, CriterionOutcome)])
  func twoDoses(
    _ first: ClinicalTime, _ second: ClinicalTime, _ rolling: CriterionOutcome,
    _ calendar: CriterionOutcome
  ) throws {
    let doses = [Self.dose("6", at: first, id: "a"), Self.dose("6", at: second, id: "b")]
    for medications in [doses, doses.reversed()] {
      #expect(try Self.result(medications).outcome == rolling)
      #expect(try Self.result(medications, rule: .maxDaily).outcome == calendar)
    }
  }

  /// Many timed doses: the largest sum of any 24 hours, by looking at each of them.
  @Test func rollingSums() throws {
    var generator = SeededGenerator(seed: 70)
    for _ in 0..<40 {
      let minutes = (0..<generator.number(in: 1...6)).map { _ in generator.number(in: 1...(72 * 60))
      }
      let milligrams = minutes.map { _ in generator.number(in: 1...8) }
      let medications = zip(minutes, milligrams).enumerated().map { index, dose in
        let before = Self.infusion.instants(in: .utc).earliest.adding(seconds: -60 * Int64(dose.0))
        return Self.dose(
          ExactDecimal(dose.1), at: (before?.description ?? "").time, id: "m\(index)")
      }
      let sums = minutes.map { end in
        zip(minutes, milligrams).filter { $0.0 >= end && $0.0 < end + 24 * 60 }.map(\.1).reduce(
          0, +)
      }
      let expected: CriterionOutcome = (sums.max() ?? 0) > 10 ? .triggered : .notTriggered
      // Calendar days may add up to more than any 24 hours of the window: never to less than none.
      let outcome = try Self.result(medications).outcome
      if expected == .triggered { #expect(outcome == .triggered, "\(minutes) \(milligrams)") }
      if milligrams.reduce(0, +) <= 10 { #expect(outcome == .notTriggered) }
    }
  }

  // MARK: Dates without a time

  /// On day -3 a date straddles the beginning; on the day of infusion it may lie after it.
  @Test(
    arguments: [
      ("2025-06-01", "15", .unknown), ("2025-06-02", "15", .triggered),
      ("2025-06-03", "15", .triggered),
      ("2025-06-04", "15", .unknown), ("2025-05-31", "15", .notTriggered),
      ("2025-06-01", "10", .notTriggered), ("2025-06-04", "10", .notTriggered),
    ] as [(ClinicalTime, ExactDecimal, CriterionOutcome)])
  func datedDoses(_ day: ClinicalTime, _ dose: ExactDecimal, _ outcome: CriterionOutcome) throws {
    #expect(try Self.result([Self.dose(dose, at: day)]).outcome == outcome)
  }

  /// An infusion at midnight: day -3 is whole, and inside.
  @Test func atMidnight() throws {
    let midnight: ClinicalTime = "2025-06-04T00:00:00+08:00"
    #expect(
      try Self.result([Self.dose("15", at: "2025-06-01")], infusion: midnight).outcome == .triggered
    )
    #expect(
      try Self.result([Self.dose("15", at: "2025-05-31")], infusion: midnight).outcome
        == .notTriggered)
  }

  /// Timed doses add to a dated regimen by calendar day.
  @Test func regimens() throws {
    let regimen = DailyDoseTests.prednisone("8", from: "2025-05-01", .active)
    #expect(try Self.result([regimen]).outcome == .notTriggered)
    let timed = Self.dose("3", at: "2025-06-02T12:00:00+08:00", id: "t")
    #expect(try Self.result([regimen, timed]).outcome == .triggered)
    let early = Self.dose("3", at: "2025-05-30T12:00:00+08:00", id: "t")
    #expect(try Self.result([regimen, early]).outcome == .notTriggered)
    let over = DailyDoseTests.prednisone("15", from: "2025-05-01", .active)
    #expect(
      try Self.result([over]).passesOn == .after("AFTER_LAST_DOSE_OVER_LIMIT 72 h"))
  }

  /// Without the hour of the infusion a dose counts only where it does at every hour of the day.
  @Test(
    arguments: [
      ("2025-06-02T12:00:00+08:00", .triggered), ("2025-06-01T12:00:00+08:00", .unknown),
      ("2025-05-31T23:00:00+08:00", .notTriggered), ("2025-06-04T03:00:00+08:00", .unknown),
    ] as [(ClinicalTime, CriterionOutcome)])
  func withoutTheHour(_ time: ClinicalTime, _ outcome: CriterionOutcome) throws {
    #expect(try Self.result([Self.dose("15", at: time)], infusion: nil).outcome == outcome)
  }

  @Test func absenceIsNoOnlyWhereItWasReviewed() throws {
    #expect(try Self.result([]).outcome == .notTriggered)
    let open = try Self.result([], reviewed: false)
    #expect(open.outcome == .unknown && open.reasons == ["NOT_REVIEWED"])
    let over = Self.dose("15", at: "2025-06-03T12:00:00+08:00")
    #expect(try Self.result([over], reviewed: false).outcome == .triggered)
  }

  /// However many medicines lie behind, the moment ahead is found.
  @Test func manyOldMedicines() throws {
    let old = (0..<150).map { index in
      Self.dose(
        "5", at: "2024-01-01T\(10 + index % 10):\(10 + index % 50):00+08:00".time, id: "o\(index)")
    }
    let result = try Self.result(old + [Self.dose("15", at: "2025-06-03T12:00:00+08:00")])
    #expect(result.outcome == .triggered)
    #expect(result.passesOn?.instant?.description == "2025-06-06T04:00:00Z")
  }

  /// As many timed doses as a snapshot holds.
  @Test(.timeLimit(.minutes(1))) func manyTimedDoses() throws {
    let doses = (0..<5_000).map { index in
      Self.dose(
        "0.002", at: "2025-06-03T\(10 + index % 10):00:00+08:00".time, id: "m\(index)")
    }
    #expect(try Self.result(doses).outcome == .notTriggered)
    let more = doses + [Self.dose("0.001", at: "2025-06-03T12:00:00+08:00", id: "more")]
    #expect(try Self.result(more).outcome == .triggered)
  }
}
