import EligibilityCore
import TestSupport
import Testing

/// Whatever a peer may write within the grammar is decided without a trap: days at the ends of the
/// calendar, zones at the ends of the day, values of 34 digits, texts of any length.
@Suite struct HostileSnapshotTests {
  static let times: [ClinicalTime] = [
    "0001", "0001-01", "0001-01-01", "0001-01-01T00:00:00+14:00", "0001-01-01T23:59:59-14:00",
    "9999", "9999-12", "9999-12-31", "9999-12-31T23:59:59.999999999-14:00",
    "9999-12-31T00:00:00+14:00", "2024-02-29", "2025-06-01", "2025-06-01T00:00:00Z",
  ]
  static let days: [CalendarDate] = [
    "0001-01-01", "0001-01-02", "0001-12-31", "0006-01-01", "2025-06-01", "9994-12-31",
    "9999-12-30", "9999-12-31",
  ]
  static let values: [ExactDecimal] = [
    "0", "-0", "-1", "0.000000000000000000000000000000001", "9999999999999999999999999999999999",
    "-9999999999999999999999999999999999", "1.234567890123456789012345678901234",
  ]

  /// A patient by chance, with the extremes in place of ordinary values.
  static func bench(_ generator: inout SeededGenerator) -> Bench {
    VerdictPropertyTests.bench(&generator).with { bench in
      bench.indexDate = generator.pick(days)
      bench.zone = TimeZoneTable(hours: generator.pick([-18, -12, 0, 8, 14, 18]))
      bench.snapshot.asOf = generator.pick(times)
      bench.snapshot.birthDate = generator.pick(times)
      bench.screeningDate = generator.pick(days)
      for index in bench.snapshot.observations.indices {
        bench.snapshot.observations[index].effective = generator.pick(times)
        bench.snapshot.observations[index].quantity?.value = generator.pick(values)
        bench.snapshot.observations[index].referenceRange?.high?.value = generator.pick(values)
      }
      for index in bench.snapshot.medications.indices {
        bench.snapshot.medications[index].start = generator.pick(times)
        bench.snapshot.medications[index].end = generator.pick([nil] + times)
        bench.snapshot.medications[index].dose?.value = generator.pick(values)
        bench.snapshot.medications[index].frequency = Frequency(
          times: generator.pick([1, 48]), period: generator.pick([1, 366]),
          unit: generator.pick([.hour, .day, .week, .month]))
      }
      for index in bench.snapshot.conditions.indices {
        bench.snapshot.conditions[index].onset = generator.pick(times)
        bench.snapshot.conditions[index].abatement = generator.pick([nil] + times)
        bench.snapshot.conditions[index].lastActivity = generator.pick([nil] + times)
      }
      for index in bench.snapshot.trialParticipations.indices {
        bench.snapshot.trialParticipations[index].start = generator.pick([nil] + times)
        bench.snapshot.trialParticipations[index].lastVisit = generator.pick(times)
        bench.snapshot.consents[index].signed = generator.pick(times)
        bench.snapshot.consents[index].withdrawn = generator.pick([nil] + times)
      }
      for index in bench.snapshot.assessments.indices {
        bench.snapshot.assessments[index].effective = generator.pick(times)
        bench.snapshot.assessments[index].total = generator.pick(values)
        bench.snapshot.assessments[index].windowDays = generator.pick([nil, 0, Int(UInt32.max)])
      }
    }
  }

  @Test func extremesAreDecided() throws {
    let program = try Bench(.whole).compiled()
    var generator = SeededGenerator(seed: 40)
    for _ in 0..<300 {
      let bench = Self.bench(&generator)
      let verdict = try bench.verdict(by: program)
      #expect(verdict.results.count >= 20)
      let shared = verdict.results.filter { $0.parentID.isEmpty && $0.id != "shared" }
      let fails = shared.contains { $0.outcome.isFailure }
      #expect(verdict.outcome == .ineligible || !fails)
    }
  }

  /// The same with every reading that the evaluator itself applies.
  @Test(arguments: [
    ("window.bounds", "half_open", ["closed", "half_open"]),
    ("age.reference", "icf", ["index", "icf", "screening"]),
    ("age.reference", "screening", ["index", "icf", "screening"]),
    ("age.upper", "on_birthday", ["before_next_birthday", "on_birthday"]),
    ("birthday.leap", "28_february", ["1_march", "28_february"]),
    ("observation.select", "worst_in_window", ["latest", "worst_in_window"]),
    ("lab.max_age_days", "0", ["null"]), ("lab.max_age_days", "36500", ["null"]),
  ])
  func extremesUnderEveryReading(_ knob: String, _ value: String, _ settings: [String]) throws {
    var definition = ProtocolDefinition.whole
    definition.knobs.removeAll { $0.id == knob }
    definition.knobs.append(KnobDefinition(knob, settings, settings.first ?? "null"))
    definition.readings = [Reading(knob: knob, value: value)]
    let program = try Bench(definition).compiled()
    #expect(program.readings.contains(Reading(knob: knob, value: value)))
    var generator = SeededGenerator(seed: 41)
    for _ in 0..<40 {
      #expect(try Self.bench(&generator).verdict(by: program).results.count >= 20)
    }
  }

  /// The infusion stage, with a planned time at the ends of the calendar, and the widest arithmetic.
  @Test func extremesBeforeInfusion() throws {
    var definition = ProtocolDefinition.whole
    for index in definition.criteria.indices where !definition.criteria[index].stages.isEmpty {
      definition.criteria[index].stages = [.infusion]
    }
    definition.edit("dosed", .dailyDose) {
      ($0.window, $0.rule) = (PeriodDefinition(72, .hours), .rolling24Hours)
    }
    definition.edit("cleared", .clearance) {
      ($0.normalisation, $0.weightBasis) = (.duBois, .adjusted)
    }
    let program = try Bench(definition).compiled()
    var generator = SeededGenerator(seed: 42)
    for _ in 0..<60 {
      let bench = Self.bench(&generator)
      var parameters = EvaluationParameters(stage: .infusion, indexDate: bench.indexDate)
      parameters.plannedInfusionTime = generator.pick([nil] + Self.times)
      let site = SiteContext(
        site: "", revision: "", digest: "", timeZone: bench.zone, consentVersion: nil)
      let verdict = program.evaluate(bench.snapshot, parameters, site: site)
      #expect(verdict.results.count >= 20)
    }
  }

  /// Texts that no one reads may be as long as a message.
  @Test func longTexts() throws {
    let long = String(repeating: "x", count: 1_000_000)
    var bench = Bench(.whole)
    bench.snapshot.patientRef = long
    bench.snapshot.medications = [MedicationExposure(long, long, from: "2025-05-01")]
    bench.snapshot.medications[0].drug.codings = [Coding(system: long, code: long)]
    bench.snapshot.medications[0].prescriptionID = long
    bench.snapshot.observations = [Observation(long, "amount", "1", long)]
    bench.snapshot.assessments = [Assessment(long, "graded", grades: [(long, long)])]
    let verdict = try bench.verdict()
    #expect(verdict.dataIssues.contains { $0.reason == "UNIT_UNKNOWN" })
    #expect(verdict.dataIssues.contains { $0.reason == "SYSTEM_UNKNOWN" })
  }

  /// As many facts as a snapshot may hold, all of one day and one concept: every one is looked at, and a
  /// criterion does not carry them all.
  @Test func asManyFactsAsASnapshotHolds() throws {
    var bench = Bench(.whole)
    bench.detail = .full
    for index in 0..<2_500 {
      bench.snapshot.observations.append(
        Observation("o\(index)", "amount", index == 2_499 ? "1" : "2", "g/L", uln: "1"))
      bench.snapshot.medications.append(
        MedicationExposure("m\(index)", "drug", from: "2025-05-31").dosed("0.001"))
    }
    let verdict = try bench.verdict()
    let results = Dictionary(uniqueKeysWithValues: verdict.results.map { ($0.id, $0) })
    #expect(results["amount"]?.outcome == .notMet)
    // 2,500 doses of 0.001 mg at 20/3 are 16.7 mg.
    #expect(results["dosed"]?.outcome == .triggered)
    #expect((results["amount"]?.evidence.count ?? .max) <= 200)
  }
}
