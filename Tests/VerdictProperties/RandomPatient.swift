internal import CohortConfiguration
internal import EligibilityCore
internal import MessageCoding
internal import TestSupport
internal import TrialGateServices

/// The built-in trial under some settings of its knobs, and patients of it made by chance.
struct RealTrial {
  var program: CompiledProtocol
  var site: SiteContext
  /// The eligible patient that others are made of, and the date on which the patient is.
  let patient: PatientSnapshot
  let indexDate: CalendarDate

  /// Settings under which dates matter.
  static let settings: [[Reading]] = [
    [], [Reading(knob: "window.bounds", value: "half_open")],
    [Reading(knob: "lab.max_age_days", value: "28")],
    [Reading(knob: "steroid.rule", value: "mean_daily")],
    [
      Reading(knob: "age.reference", value: "icf"),
      Reading(knob: "birthday.leap", value: "28_february"),
    ],
    [
      Reading(knob: "age.upper", value: "on_birthday"),
      Reading(knob: "ex6.anchor", value: "diagnosis"),
    ],
    [Reading(knob: "ex10.end", value: "last_dose"), Reading(knob: "csf.effect", value: "discard")],
    [
      Reading(knob: "rr.duration", value: "gt_6_months"),
      Reading(knob: "rr.concurrent", value: "true"),
    ],
  ]

  /// - Parameter request: an eligible patient as ProtoJSON.
  init(readings: [Reading], request: String) throws {
    let configuration = try BuiltInConfiguration.load(readings: readings)
    program = configuration.trials[0].versions[0]
    let document = try RequestDocument(node: DocumentParser.parse(request))
    let read = try EligibilityMessages.request(document.encoded.span)
    guard let date = read.indexDate else { throw MissingIndexDate() }
    indexDate = date
    site = try configuration.select(read, indexDate: date).site
    patient = read.snapshot
  }

  /// The verdict of a patient on a date.
  func verdict(_ patient: RandomPatient, on date: CalendarDate, detail: Detail = .full) -> Verdict {
    var parameters = EvaluationParameters(stage: .enrolment, indexDate: date)
    parameters.cohorts = patient.cohorts
    return program.evaluate(patient.snapshot, parameters, site: site, detail: detail)
  }

  func randomPatient(_ generator: inout SeededGenerator) -> RandomPatient {
    RandomPatient(from: patient, &generator)
  }
}

struct MissingIndexDate: Error {}

/// A patient who would be eligible but for what chance changed: dates at the edges of windows, month ends
/// and leap days above all.
struct RandomPatient {
  var snapshot: PatientSnapshot
  var indexDate: CalendarDate
  var cohorts = ["sle"]

  init(from base: PatientSnapshot, _ generator: inout SeededGenerator) {
    snapshot = base
    indexDate = Self.edge(&generator)
    guard let asOf = indexDate.adding(days: generator.pick([0, 0, 0, 0, -3, 5, 20])) else {
      preconditionFailure("a date within the calendar")
    }
    // Everything that was is moved to the new date; what stands after the snapshot would not count.
    let shift = (base.asOf.dates(in: .shanghai).latest).days(until: min(asOf, indexDate))
    move(by: shift)
    snapshot.asOf = Self.time(asOf)
    for index in snapshot.reviewed.indices { snapshot.reviewed[index].asOf = snapshot.asOf }
    changeBirth(&generator)
    changeTests(&generator)
    changeTreatment(&generator)
    changeHistory(&generator)
    if generator.chance(oneIn: 6) { cohorts = ["sle", generator.pick(["pss", "iim", "aps"])] }
  }

  private static func time(_ date: CalendarDate) -> ClinicalTime {
    guard let time = try? ClinicalTime(parsing: date.description) else { preconditionFailure() }
    return time
  }

  /// Days at which calendars turn, and others.
  private static func edge(_ generator: inout SeededGenerator) -> CalendarDate {
    let edges = [
      "2024-02-28", "2024-02-29", "2024-03-01", "2025-02-28", "2025-03-01", "2025-03-31",
      "2025-05-31", "2025-11-30", "2024-12-31", "2025-01-01", "2024-08-31", "2023-02-28",
    ]
    guard let edge = CalendarDate(text: generator.pick(edges)),
      let date = edge.adding(
        days: generator.chance(oneIn: 2) ? 0 : generator.number(in: -40...400))
    else { preconditionFailure("an edge is a date") }
    return date
  }

  /// A day before the index date at or near so many days.
  private func before(_ days: Int, _ generator: inout SeededGenerator) -> CalendarDate {
    indexDate.adding(days: -days + generator.number(in: -2...2)) ?? indexDate
  }

  /// A text of a date, at times only its month.
  private func text(_ date: CalendarDate, _ generator: inout SeededGenerator) -> ClinicalTime {
    let full = date.description
    let text = generator.chance(oneIn: 8) ? String(full.prefix(7)) : full
    return (try? ClinicalTime(parsing: text)) ?? Self.time(date)
  }

  private mutating func move(by days: Int) {
    func moved(_ time: ClinicalTime?) -> ClinicalTime? {
      guard let time, let day = time.dates(in: .shanghai).latest.adding(days: days) else {
        return nil
      }
      return Self.time(day)
    }
    for index in snapshot.observations.indices {
      snapshot.observations[index].effective = moved(snapshot.observations[index].effective)
    }
    for index in snapshot.medications.indices {
      snapshot.medications[index].start = moved(snapshot.medications[index].start)
      snapshot.medications[index].end = moved(snapshot.medications[index].end)
    }
    for index in snapshot.conditions.indices {
      snapshot.conditions[index].onset = moved(snapshot.conditions[index].onset)
    }
    for index in snapshot.attestations.indices {
      snapshot.attestations[index].effective = moved(snapshot.attestations[index].effective)
    }
    for index in snapshot.assessments.indices {
      snapshot.assessments[index].effective = moved(snapshot.assessments[index].effective)
    }
    for index in snapshot.consents.indices {
      snapshot.consents[index].signed = moved(snapshot.consents[index].signed)
    }
  }

  // MARK: What chance changes

  private mutating func changeBirth(_ generator: inout SeededGenerator) {
    let years = generator.pick([17, 18, 40, 65, 66])
    var birth = indexDate.adding(years: -years)?.adding(days: generator.number(in: -3...30))
    if generator.chance(oneIn: 4) {
      birth = CalendarDate(year: generator.pick([1960, 2004, 2008, 1988]), month: 2, day: 29)
    }
    if generator.chance(oneIn: 2), let birth { snapshot.birthDate = text(birth, &generator) }
    if let birth = snapshot.birthDate, birth.dates(in: .shanghai).latest > indexDate {
      snapshot.birthDate = Self.time(indexDate.adding(years: -30) ?? indexDate)
    }
  }

  private mutating func changeTests(_ generator: inout SeededGenerator) {
    for index in snapshot.observations.indices {
      let isHCG = snapshot.observations[index].concept.concept.hasPrefix("hcg")
      guard isHCG || generator.chance(oneIn: 12) else { continue }
      let days = isHCG ? generator.number(in: 0...9) : generator.pick([0, 14, 28, 90, 400])
      snapshot.observations[index].effective = text(before(days, &generator), &generator)
    }
    if generator.chance(oneIn: 5) {
      snapshot.observations.removeAll { _ in generator.chance(oneIn: 15) }
    }
    if generator.chance(oneIn: 5) {
      snapshot.attestations.removeAll { _ in generator.chance(oneIn: 6) }
    }
    for index in snapshot.consents.indices where generator.chance(oneIn: 5) {
      snapshot.consents[index].signed = text(
        before(generator.pick([-6, 0, 3, 30]), &generator), &generator)
    }
  }

  private mutating func changeTreatment(_ generator: inout SeededGenerator) {
    let drugs = [
      "rituximab", "mycophenolate_mofetil", "prednisone", "dexamethasone", "cyclophosphamide",
      "azathioprine", "belimumab",
    ]
    for index in 0..<generator.pick([0, 1, 1, 2, 3]) {
      var fact = MedicationExposure(
        id: "chance.\(index)",
        status: generator.pick([.completed, .completed, .stopped, .active, .unknown, .onHold]),
        drug: ConceptReference(concept: generator.pick(drugs)))
      let start = before(generator.pick([-4, 0, 7, 14, 28, 60, 200]), &generator)
      fact.start = text(start, &generator)
      if fact.status != .active, generator.chance(oneIn: 2) {
        fact.end = start.adding(days: generator.number(in: 0...40)).map { text($0, &generator) }
      }
      fact.dose = Quantity(
        value: Self.decimal(generator.pick(["5", "10", "11", "40"])), unit: "mg")
      fact.doseBasis = generator.pick([.perDay, .perAdministration])
      if generator.chance(oneIn: 3) {
        fact.frequency = Frequency(
          times: generator.pick([1, 1, 2]), period: generator.pick([1, 2, 3, 5]),
          unit: generator.pick([.day, .day, .week]))
      }
      fact.route = .oral
      fact.purpose = generator.pick([.targetDisease, .targetDisease, .other, nil])
      snapshot.medications.append(fact)
    }
  }

  private mutating func changeHistory(_ generator: inout SeededGenerator) {
    if generator.chance(oneIn: 5) {
      var fact = TrialParticipation(id: "chance.trial", status: .final)
      let last = before(generator.pick([0, 28, 59, 89, 90, 91, 92]), &generator)
      (fact.start, fact.lastDose) = (
        last.adding(days: -100).map { text($0, &generator) }, text(last, &generator)
      )
      fact.lastVisit = last.adding(days: generator.number(in: 0...5)).map { text($0, &generator) }
      (fact.type, fact.state) = (.interventional, generator.pick([.ended, .ended, .ongoing]))
      snapshot.trialParticipations.append(fact)
    }
    if generator.chance(oneIn: 5) {
      var fact = Condition(
        id: "chance.cancer", verificationStatus: .confirmed,
        concept: ConceptReference(
          codings: [Coding(system: "http://hl7.org/fhir/sid/icd-10", code: "C50.9")]))
      let year = indexDate.adding(years: -5) ?? indexDate
      fact.onset = year.adding(days: generator.number(in: -200...3)).map { text($0, &generator) }
      fact.clinicalStatus = generator.pick([.resolved, .remission])
      if generator.chance(oneIn: 2) {
        fact.abatement = year.adding(days: generator.number(in: 0...60)).map {
          text($0, &generator)
        }
      }
      snapshot.conditions.append(fact)
    }
    if generator.chance(oneIn: 10) {
      var fact = Condition(
        id: "chance.infection", verificationStatus: .confirmed,
        concept: ConceptReference(
          codings: [Coding(system: "http://hl7.org/fhir/sid/icd-10", code: "J18.9")]))
      fact.clinicalStatus = generator.pick([.active, nil])
      fact.treatmentNeed = .required
      fact.onset = text(before(10, &generator), &generator)
      fact.abatement = text(before(generator.pick([-5, 0, 3]), &generator), &generator)
      snapshot.conditions.append(fact)
    }
  }

  private static func decimal(_ text: String) -> ExactDecimal {
    guard let decimal = try? ExactDecimal(parsing: text) else { preconditionFailure(text) }
    return decimal
  }
}

extension CalendarDate {
  /// A date as `YYYY-MM-DD`.
  init?(text: String) {
    guard let day = (try? ClinicalTime(parsing: text))?.dates(in: .utc).day else { return nil }
    self = day
  }
}
