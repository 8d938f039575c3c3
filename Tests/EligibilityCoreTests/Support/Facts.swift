import EligibilityCore

// Facts of a patient, each with what the tests vary.

extension Observation {
  /// A measured amount.
  init(
    _ id: String, _ concept: String, _ value: ExactDecimal, _ unit: String,
    on time: ClinicalTime? = "2025-06-01", comparator: ValueComparator = .exact,
    uln: ExactDecimal? = nil, ulnUnit: String? = nil
  ) {
    self.init(id: id, status: .final, concept: ConceptReference(concept: concept))
    effective = time
    quantity = Quantity(value: value, unit: unit, comparator: comparator)
    referenceRange = uln.map {
      ReferenceRange(high: Quantity(value: $0, unit: ulnUnit ?? unit))
    }
  }

  /// A finding.
  init(
    _ id: String, _ concept: String, _ finding: Finding, on time: ClinicalTime? = "2025-06-01"
  ) {
    self.init(id: id, status: .final, concept: ConceptReference(concept: concept))
    effective = time
    self.finding = finding
  }
}

extension MedicationExposure {
  /// A medicine given over a period, or once.
  init(
    _ id: String, _ drug: String, from start: ClinicalTime?, to end: ClinicalTime? = nil,
    _ status: MedicationStatus = .completed
  ) {
    self.init(id: id, status: status, drug: ConceptReference(concept: drug))
    self.start = start
    self.end = end
    route = .oral
  }

  /// With a dose of one administration, or of a day.
  func dosed(
    _ value: ExactDecimal, _ unit: String = "mg", _ basis: DoseBasis? = .perAdministration,
    every frequency: Frequency? = nil, prescription: String = ""
  ) -> MedicationExposure {
    var copy = self
    copy.dose = Quantity(value: value, unit: unit)
    copy.doseBasis = basis
    copy.frequency = frequency
    copy.prescriptionID = prescription
    return copy
  }
}

extension Condition {
  /// A confirmed diagnosis.
  init(
    _ id: String, _ concept: String, _ status: ClinicalStatus? = nil, onset: ClinicalTime? = nil,
    verified: VerificationStatus = .confirmed
  ) {
    self.init(
      id: id, verificationStatus: verified, concept: ConceptReference(concept: concept))
    clinicalStatus = status
    self.onset = onset
  }
}

extension Assessment {
  /// A score, grades or a conclusion.
  init(
    _ id: String, _ instrument: String, total: ExactDecimal? = nil, conclusion: Answer? = nil,
    grades: [(String, String)] = [], on time: ClinicalTime? = "2025-06-01"
  ) {
    self.init(id: id, status: .final, instrument: ConceptReference(concept: instrument))
    effective = time
    self.total = total
    self.conclusion = conclusion
    self.grades = grades.map { SystemGrade(system: $0.0, grade: $0.1) }
  }
}

extension ConceptReference {
  /// A code of a terminology.
  static func code(_ system: String, _ code: String) -> ConceptReference {
    ConceptReference(codings: [Coding(system: system, code: code)])
  }
}

extension CriterionOutcome {
  /// What an inclusion says.
  init(inclusion truth: Truth) {
    self = [.false: .notMet, .unknown: .unknown, .true: .met][truth] ?? .unknown
  }

  /// What an exclusion says.
  init(exclusion truth: Truth) {
    self = [.false: .notTriggered, .unknown: .unknown, .true: .triggered][truth] ?? .unknown
  }
}

extension PassesOn {
  /// From a date on.
  static func on(_ date: CalendarDate) -> PassesOn {
    var passes = PassesOn()
    passes.date = date
    return passes
  }

  /// After something that has no date.
  static func after(_ condition: String) -> PassesOn {
    var passes = PassesOn()
    passes.condition = condition
    return passes
  }

  /// Not by the passing of time.
  static let notWithTime: PassesOn = {
    var passes = PassesOn()
    passes.never = true
    return passes
  }()
}
