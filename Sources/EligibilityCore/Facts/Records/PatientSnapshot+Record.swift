extension PatientSnapshot {
  /// The snapshot that a record was made of.
  public init(_ patient: PatientRecord) {
    self.init(asOf: patient.asOf)
    patientRef = patient.patientRef
    birthDate = patient.birthDate
    sexAtBirth = patient.sexAtBirth
    hasUnknownFields = patient.hasUnknownFields
    reviewed = patient.reviewed
    allergies = patient.allergies
    trialParticipations = patient.trialParticipations
    consents = patient.consents
    procedures = patient.procedures
    let records = patient.records
    observations = records.observations.map { records.observation($0) }
    medications = records.medications.map { records.medication($0) }
    conditions = records.conditions.map { records.condition($0) }
    attestations = records.attestations.map { records.attestation($0) }
    assessments = records.assessments.map { records.assessment($0) }
  }
}

extension FactRecords {
  fileprivate func observation(_ record: ObservationRecord) -> Observation {
    let range = referenceRange(of: record).map {
      ReferenceRange(
        low: quantity($0.low), high: quantity($0.high), percentile99: quantity($0.percentile99))
    }
    var fact = Observation(
      id: text(record.id), status: record.status, concept: reference(record.concept),
      effective: time(record.effective), quantity: quantity(record.quantity),
      finding: record.finding, referenceRange: range, specimen: specimen(of: record),
      method: method(of: record))
    fact.hasUnknownFields = record.hasUnknownFields
    return fact
  }

  fileprivate func medication(_ record: MedicationRecord) -> MedicationExposure {
    var fact = MedicationExposure(
      id: text(record.id), status: record.status, drug: reference(record.drug),
      start: time(record.start), end: time(record.end), dose: quantity(record.dose),
      doseBasis: record.doseBasis, frequency: record.frequency, route: record.route,
      purpose: record.purpose, indications: indications(of: record).map(reference),
      prescriptionID: text(record.prescriptionID))
    fact.hasUnknownFields = record.hasUnknownFields
    return fact
  }

  fileprivate func condition(_ record: ConditionRecord) -> Condition {
    var fact = Condition(
      id: text(record.id), verificationStatus: record.verificationStatus,
      concept: reference(record.concept), onset: time(record.onset),
      abatement: time(record.abatement), lastActivity: time(record.lastActivity),
      lastTreatment: time(record.lastTreatment), clinicalStatus: record.clinicalStatus,
      treatmentNeed: record.treatmentNeed, controlStatus: record.controlStatus,
      severity: record.severity)
    fact.hasUnknownFields = record.hasUnknownFields
    return fact
  }

  fileprivate func attestation(_ record: AttestationRecord) -> Attestation {
    var fact = Attestation(
      id: text(record.id), status: record.status, concept: reference(record.concept),
      answer: record.answer, effective: time(record.effective),
      attestedBy: text(record.attestedBy))
    fact.hasUnknownFields = record.hasUnknownFields
    return fact
  }

  fileprivate func assessment(_ record: AssessmentRecord) -> Assessment {
    var fact = Assessment(
      id: text(record.id), status: record.status, instrument: reference(record.instrument),
      effective: time(record.effective), total: record.total, grades: Array(grades(of: record)),
      conclusion: record.conclusion, items: Array(items(of: record)),
      windowDays: record.windowDays)
    fact.hasUnknownFields = record.hasUnknownFields
    return fact
  }

  // MARK: Values

  private func time(_ time: RecordedTime?) -> ClinicalTime? {
    time.map { ClinicalTime(text: text($0.text), span: $0.span) }
  }

  private func quantity(_ record: QuantityRecord?) -> Quantity? {
    record.map { Quantity(value: $0.value, unit: text($0.unit), comparator: $0.comparator) }
  }

  private func reference(_ record: ConceptRecord) -> ConceptReference {
    ConceptReference(
      concept: text(record.concept), coding: record.firstCoding.map(coding),
      others: otherCodings(of: record).map(coding))
  }
}
