import EligibilityCore
import TestSupport

@testable import MessageCoding

/// Requests of right form with any of their fields set.
struct RandomRequests {
  var generator: SeededGenerator
  private var facts = 0

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
  }

  mutating func maybe<Value>(
    _ make: (inout RandomRequests) throws -> Value?
  ) rethrows -> Value? {
    generator.chance(oneIn: 2) ? try make(&self) : nil
  }

  mutating func list<Value>(
    upTo limit: Int = 3, _ make: (inout RandomRequests) throws -> Value
  ) rethrows -> [Value] {
    try (0..<max(0, generator.number(in: -1...limit))).map { _ in try make(&self) }
  }

  /// A text, long or short, of few letters or of many.
  mutating func text(atLeast minimum: Int = 0) -> String {
    let letters = generator.pick([Array("abc-1"), Array("aß入😀é "), Array("\u{7F}\u{1}~")])
    let length = generator.pick([
      minimum, max(minimum, generator.number(in: 0...20)), max(minimum, 15),
      max(minimum, generator.number(in: 0...200)),
    ])
    return String((0..<length).map { _ in generator.pick(letters) })
  }

  /// A text of at most 256 bytes.
  mutating func reference() -> String { String(text().prefix(60)) }

  mutating func id() -> String {
    facts += 1
    let prefix = generator.pick(["", "f", "fact-number-", "记录", String(repeating: "x", count: 130)])
    return "\(prefix)\(facts)"
  }

  mutating func time() throws -> ClinicalTime {
    try ClinicalTime(
      parsing: generator.pick([
        "2024", "2024-02", "2024-02-29", "2025-03-12T08:30:00+08:00", "2025-03-12T08:30:01Z",
        "2025-03-\(generator.number(in: 10...28))",
        "2025-03-12T08:30:\(generator.number(in: 10...59)).123456789-03:30",
      ]))
  }

  mutating func day() throws -> ClinicalTime {
    try ClinicalTime(
      parsing: "2025-0\(generator.number(in: 1...9))-1\(generator.number(in: 0...9))")
  }

  mutating func date() throws -> CalendarDate? { CalendarDate(parsing: try day().text) }

  mutating func decimal() throws -> ExactDecimal {
    let whole = generator.digits(generator.number(in: 1...20))
    let part = generator.digits(generator.number(in: 1...14))
    return try ExactDecimal(
      parsing: generator.pick(["0", "-0", "7", "-1.50", "007.0", whole, "\(whole).\(part)"]))
  }

  mutating func quantity() throws -> Quantity {
    Quantity(
      value: try decimal(), unit: text(),
      comparator: generator.pick(EnumTables.comparators + [.exact]))
  }

  mutating func coding() -> Coding {
    Coding(
      system: generator.pick(["http://loinc.org", "http://www.whocc.no/atc", text(atLeast: 1)]),
      code: text(atLeast: 1))
  }

  mutating func concept() -> ConceptReference {
    let codings = list { $0.coding() }
    return ConceptReference(concept: text(atLeast: codings.isEmpty ? 1 : 0), codings: codings)
  }

  mutating func observation() throws -> Observation {
    var fact = Observation(
      id: id(), status: generator.pick(EnumTables.recordStatuses), concept: concept())
    fact.effective = try maybe { try $0.time() }
    fact.quantity = try maybe { try $0.quantity() }
    fact.finding = maybe { $0.generator.pick(EnumTables.findings) }
    if fact.quantity == nil, fact.finding == nil { fact.finding = .positive }
    fact.referenceRange = try maybe { random in
      ReferenceRange(
        low: try random.maybe { try $0.quantity() }, high: try random.maybe { try $0.quantity() },
        percentile99: try random.maybe { try $0.quantity() })
    }
    fact.specimen = maybe { $0.coding() }
    fact.method = maybe { $0.coding() }
    return fact
  }

  mutating func medication() throws -> MedicationExposure {
    var fact = MedicationExposure(
      id: id(), status: generator.pick(EnumTables.medicationStatuses), drug: concept())
    fact.start = try maybe { try $0.time() }
    fact.end = try maybe { try $0.time() }
    fact.dose = try maybe { try $0.quantity() }
    fact.doseBasis = maybe { $0.generator.pick(EnumTables.doseBases) }
    fact.frequency = maybe {
      Frequency(
        times: $0.generator.number(in: 1...48), period: $0.generator.number(in: 1...366),
        unit: $0.generator.pick(EnumTables.frequencyUnits))
    }
    fact.route = maybe { $0.generator.pick(EnumTables.routes) }
    fact.purpose = maybe { $0.generator.pick(EnumTables.purposes) }
    fact.indications = list(upTo: generator.pick([2, 20])) { $0.concept() }
    fact.prescriptionID = text()
    return fact
  }

  mutating func condition() throws -> Condition {
    var fact = Condition(
      id: id(), verificationStatus: generator.pick(EnumTables.verificationStatuses),
      concept: concept())
    fact.onset = try maybe { try $0.time() }
    fact.abatement = try maybe { try $0.time() }
    fact.lastActivity = try maybe { try $0.time() }
    fact.lastTreatment = try maybe { try $0.time() }
    fact.clinicalStatus = maybe { $0.generator.pick(EnumTables.clinicalStatuses) }
    fact.treatmentNeed = maybe { $0.generator.pick(EnumTables.treatmentNeeds) }
    fact.controlStatus = maybe { $0.generator.pick(EnumTables.controlStatuses) }
    fact.severity = maybe { $0.generator.pick(EnumTables.severities) }
    return fact
  }

  mutating func attestation() throws -> Attestation {
    var fact = Attestation(
      id: id(), status: generator.pick(EnumTables.recordStatuses), concept: concept(),
      answer: generator.pick(EnumTables.answers))
    fact.effective = try maybe { try $0.time() }
    fact.attestedBy = text()
    return fact
  }

  mutating func assessment() throws -> Assessment {
    var fact = Assessment(
      id: id(), status: generator.pick(EnumTables.recordStatuses), instrument: concept())
    fact.effective = try maybe { try $0.time() }
    fact.total = try maybe { try $0.decimal() }
    fact.grades = list(upTo: generator.pick([2, 30])) {
      SystemGrade(system: $0.text(), grade: $0.text())
    }
    fact.conclusion = maybe { $0.generator.pick(EnumTables.answers) }
    fact.items = try list { random in
      AssessmentItem(
        item: random.text(), value: try random.maybe { try $0.decimal() },
        answer: random.maybe { $0.generator.pick(EnumTables.answers) })
    }
    fact.windowDays = maybe { $0.generator.number(in: 1...16_383) }
    return fact
  }

  mutating func allergy() throws -> Allergy {
    var fact = Allergy(
      id: id(), verificationStatus: generator.pick(EnumTables.verificationStatuses))
    if generator.chance(oneIn: 2) { fact.substance = concept() }
    fact.category = maybe { $0.generator.pick(EnumTables.allergyCategories) }
    fact.criticality = maybe { $0.generator.pick(EnumTables.criticalities) }
    fact.reactionSeverity = maybe { $0.generator.pick(EnumTables.severities) }
    fact.onset = try maybe { try $0.time() }
    return fact
  }

  mutating func participation() throws -> TrialParticipation {
    var fact = TrialParticipation(id: id(), status: generator.pick(EnumTables.recordStatuses))
    fact.trial = text()
    fact.type = maybe { $0.generator.pick(EnumTables.trialTypes) }
    fact.start = try maybe { try $0.time() }
    fact.lastDose = try maybe { try $0.time() }
    fact.lastVisit = try maybe { try $0.time() }
    fact.state = maybe { $0.generator.pick(EnumTables.participationStates) }
    return fact
  }

  mutating func consent() throws -> Consent {
    var fact = Consent(id: id(), status: generator.pick(EnumTables.recordStatuses))
    fact.documentVersion = text()
    fact.signed = try maybe { try $0.time() }
    fact.withdrawn = try maybe { try $0.time() }
    return fact
  }

  mutating func procedure() throws -> Procedure {
    var fact = Procedure(
      id: id(), status: generator.pick(EnumTables.recordStatuses), concept: concept())
    fact.start = try maybe { try $0.time() }
    fact.end = try maybe { try $0.time() }
    return fact
  }

  mutating func snapshot() throws -> PatientSnapshot {
    var snapshot = PatientSnapshot(asOf: try day())
    snapshot.patientRef = reference()
    snapshot.birthDate = try maybe { try $0.time() }
    snapshot.sexAtBirth = maybe { $0.generator.pick(EnumTables.sexes) }
    snapshot.reviewed = try list {
      ReviewedSection(section: $0.generator.pick(EnumTables.sections), asOf: try $0.day())
    }
    snapshot.observations = try list(upTo: generator.pick([2, 40])) { try $0.observation() }
    snapshot.medications = try list { try $0.medication() }
    snapshot.conditions = try list { try $0.condition() }
    snapshot.attestations = try list { try $0.attestation() }
    snapshot.assessments = try list { try $0.assessment() }
    snapshot.allergies = try list { try $0.allergy() }
    snapshot.trialParticipations = try list { try $0.participation() }
    snapshot.consents = try list { try $0.consent() }
    snapshot.procedures = try list { try $0.procedure() }
    return snapshot
  }

  mutating func enrolmentRecord() throws -> EnrolmentRecord {
    var record = EnrolmentRecord()
    record.trial = text()
    record.patientRef = text()
    record.protocolVersion = text()
    record.protocolDigest = text()
    record.indexDate = try maybe { try $0.date() }
    record.outcome = maybe { $0.generator.pick(EnumTables.outcomes) }
    record.cohorts = list { $0.text() }
    record.verdictDigest = text()
    record.readings = list(upTo: generator.pick([2, 30])) {
      Reading(knob: $0.text(), value: $0.text())
    }
    record.enrolled = try maybe { try $0.date() }
    return record
  }

  mutating func request() throws -> EvaluationRequest {
    var request = EvaluationRequest(
      stage: generator.pick(EnumTables.stages), snapshot: try snapshot())
    request.indexDate = try maybe { try $0.date() }
    if request.stage == .enrolment { request.indexDate = try date() }
    request.cohorts = list(upTo: generator.pick([2, 30])) { $0.text() }
    request.detail = generator.pick(EnumTables.details)
    request.trial = reference()
    request.protocolVersion = reference()
    request.site = reference()
    request.siteRevision = reference()
    request.screeningDate = try maybe { try $0.date() }
    request.plannedInfusionTime = try maybe { _ in
      try ClinicalTime(parsing: "2025-04-01T09:00:00+08:00")
    }
    request.enrolmentRecord = try maybe { try $0.enrolmentRecord() }
    request.language = text()
    request.includeTexts = generator.chance(oneIn: 2)
    request.requestRef = reference()
    return request
  }
}
