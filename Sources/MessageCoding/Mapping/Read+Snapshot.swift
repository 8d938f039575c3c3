internal import CTrialGateProto
internal import EligibilityCore

extension FormReader {
  /// Reads a snapshot; nil when its form is wrong (and reported).
  mutating func snapshot(_ message: Trialgate__V1__PatientSnapshot) -> PatientSnapshot? {
    note(message.base)
    let facts =
      message.n_observations + message.n_medications + message.n_conditions
      + message.n_attestations + message.n_assessments + message.n_allergies
      + message.n_trial_participations + message.n_consents + message.n_procedures
    if facts > Self.maximumFacts {
      report(
        "", "TOO_MANY_FACTS",
        "send at most \(Self.maximumFacts) facts; leave out what no criterion asks for")
      return nil
    }
    let asOf = requiredTime(message.as_of, "as_of")
    let birthDate = time(message.birth_date, "birth_date")
    let sex = value(message.sex_at_birth.rawValue, EnumTables.sexes, "sex_at_birth")
    let patientRef = text(message.patient_ref)
    if patientRef.utf8.count > Self.maximumIDLength {
      report("patient_ref", "TOO_LONG", "use at most \(Self.maximumIDLength) bytes")
    }
    let reviewed = list(message.reviewed, message.n_reviewed, "reviewed") { $0.review($1) }
    let ownUnknownFields = takeUnknownFields()
    let observations = list(message.observations, message.n_observations, "observations") {
      $0.observation($1)
    }
    let medications = list(message.medications, message.n_medications, "medications") {
      $0.medication($1)
    }
    let conditions = list(message.conditions, message.n_conditions, "conditions") {
      $0.condition($1)
    }
    let attestations = list(message.attestations, message.n_attestations, "attestations") {
      $0.attestation($1)
    }
    let assessments = list(message.assessments, message.n_assessments, "assessments") {
      $0.assessment($1)
    }
    let allergies = list(message.allergies, message.n_allergies, "allergies") { $0.allergy($1) }
    let participations = list(
      message.trial_participations, message.n_trial_participations, "trial_participations"
    ) { $0.participation($1) }
    let consents = list(message.consents, message.n_consents, "consents") { $0.consent($1) }
    let procedures = list(message.procedures, message.n_procedures, "procedures") {
      $0.procedure($1)
    }
    guard let asOf else { return nil }
    var snapshot = PatientSnapshot(asOf: asOf)
    snapshot.birthDate = birthDate
    snapshot.sexAtBirth = sex
    snapshot.patientRef = patientRef
    snapshot.reviewed = reviewed
    snapshot.hasUnknownFields = ownUnknownFields
    snapshot.observations = observations
    snapshot.medications = medications
    snapshot.conditions = conditions
    snapshot.attestations = attestations
    snapshot.assessments = assessments
    snapshot.allergies = allergies
    snapshot.trialParticipations = participations
    snapshot.consents = consents
    snapshot.procedures = procedures
    return snapshot
  }

  private mutating func review(_ message: Trialgate__V1__ReviewedSection) -> ReviewedSection? {
    note(message.base)
    let section = requiredValue(message.section.rawValue, EnumTables.sections, "section")
    let asOf = requiredTime(message.as_of, "as_of")
    guard let section, let asOf else { return nil }
    return ReviewedSection(section: section, asOf: asOf)
  }

  private mutating func observation(_ message: Trialgate__V1__Observation) -> Observation? {
    note(message.base)
    let id = factID(message.id)
    let status = requiredValue(message.status.rawValue, EnumTables.recordStatuses, "status")
    let concept = concept(message.concept, "concept")
    let effective = time(message.effective, "effective")
    let quantity = quantity(message.quantity, "quantity")
    let finding = value(message.finding.rawValue, EnumTables.findings, "finding")
    if message.quantity == nil, message.finding.rawValue == 0 {
      report("quantity", "REQUIRED", "give a quantity, a finding, or both")
    }
    var range: ReferenceRange?
    if let given = message.reference_range?.pointee {
      range = within("reference_range") { reader in
        reader.note(given.base)
        return ReferenceRange(
          low: reader.quantity(given.low, "low"), high: reader.quantity(given.high, "high"),
          percentile99: reader.quantity(given.percentile_99, "percentile_99"))
      }
    }
    let specimen = optionalCoding(message.specimen, "specimen")
    let method = optionalCoding(message.method, "method")
    let hasUnknownFields = takeUnknownFields()
    guard let status else { return nil }
    var fact = Observation(id: id, status: status, concept: concept)
    fact.effective = effective
    fact.quantity = quantity
    fact.finding = finding
    fact.referenceRange = range
    fact.specimen = specimen
    fact.method = method
    fact.hasUnknownFields = hasUnknownFields
    return fact
  }

  private mutating func medication(_ message: Trialgate__V1__MedicationExposure)
    -> MedicationExposure?
  {
    note(message.base)
    let id = factID(message.id)
    let status = requiredValue(message.status.rawValue, EnumTables.medicationStatuses, "status")
    let drug = concept(message.drug, "drug")
    let start = time(message.start, "start")
    let end = time(message.end, "end")
    let dose = quantity(message.dose, "dose")
    let basis = value(message.dose_basis.rawValue, EnumTables.doseBases, "dose_basis")
    let frequency = frequency(message.frequency)
    let route = value(message.route.rawValue, EnumTables.routes, "route")
    let purpose = value(message.purpose.rawValue, EnumTables.purposes, "purpose")
    var indications: [ConceptReference] = []
    for index in 0..<message.n_indications {
      indications.append(concept(message.indications?[index], "indications[\(index)]"))
    }
    let prescription = text(message.prescription_id)
    let hasUnknownFields = takeUnknownFields()
    guard let status else { return nil }
    var fact = MedicationExposure(id: id, status: status, drug: drug)
    fact.start = start
    fact.end = end
    fact.dose = dose
    fact.doseBasis = basis
    fact.frequency = frequency
    fact.route = route
    fact.purpose = purpose
    fact.indications = indications
    fact.prescriptionID = prescription
    fact.hasUnknownFields = hasUnknownFields
    return fact
  }

  private mutating func frequency(_ message: UnsafeMutablePointer<Trialgate__V1__Frequency>?)
    -> Frequency?
  {
    guard let message = message?.pointee else { return nil }
    return within("frequency") { reader in
      reader.note(message.base)
      let unit = reader.requiredValue(message.unit.rawValue, EnumTables.frequencyUnits, "unit")
      if !(1...48).contains(message.times) {
        reader.report("times", "OUT_OF_RANGE", "give 1 to 48 administrations")
      }
      if !(1...366).contains(message.period) {
        reader.report("period", "OUT_OF_RANGE", "give a period of 1 to 366")
      }
      guard let unit else { return nil }
      return Frequency(times: Int(message.times), period: Int(message.period), unit: unit)
    }
  }

  private mutating func condition(_ message: Trialgate__V1__Condition) -> Condition? {
    note(message.base)
    let id = factID(message.id)
    let verification = requiredValue(
      message.verification_status.rawValue, EnumTables.verificationStatuses, "verification_status")
    let concept = concept(message.concept, "concept")
    let onset = time(message.onset, "onset")
    let abatement = time(message.abatement, "abatement")
    let lastActivity = time(message.last_activity, "last_activity")
    let lastTreatment = time(message.last_treatment, "last_treatment")
    let clinical = value(
      message.clinical_status.rawValue, EnumTables.clinicalStatuses, "clinical_status")
    let need = value(
      message.treatment_need.rawValue, EnumTables.treatmentNeeds, "treatment_need")
    let control = value(
      message.control_status.rawValue, EnumTables.controlStatuses, "control_status")
    let severity = value(message.severity.rawValue, EnumTables.severities, "severity")
    let hasUnknownFields = takeUnknownFields()
    guard let verification else { return nil }
    var fact = Condition(id: id, verificationStatus: verification, concept: concept)
    fact.onset = onset
    fact.abatement = abatement
    fact.lastActivity = lastActivity
    fact.lastTreatment = lastTreatment
    fact.clinicalStatus = clinical
    fact.treatmentNeed = need
    fact.controlStatus = control
    fact.severity = severity
    fact.hasUnknownFields = hasUnknownFields
    return fact
  }

  private mutating func attestation(_ message: Trialgate__V1__Attestation) -> Attestation? {
    note(message.base)
    let id = factID(message.id)
    let status = requiredValue(message.status.rawValue, EnumTables.recordStatuses, "status")
    let concept = concept(message.concept, "concept")
    let answer = requiredValue(message.answer.rawValue, EnumTables.answers, "answer")
    let effective = time(message.effective, "effective")
    let hasUnknownFields = takeUnknownFields()
    guard let status, let answer else { return nil }
    var fact = Attestation(id: id, status: status, concept: concept, answer: answer)
    fact.effective = effective
    fact.attestedBy = text(message.attested_by)
    fact.hasUnknownFields = hasUnknownFields
    return fact
  }

  private mutating func assessment(_ message: Trialgate__V1__Assessment) -> Assessment? {
    note(message.base)
    let id = factID(message.id)
    let status = requiredValue(message.status.rawValue, EnumTables.recordStatuses, "status")
    let instrument = concept(message.instrument, "instrument")
    let effective = time(message.effective, "effective")
    let total = optionalDecimal(message.total, "total")
    let grades = list(message.grades, message.n_grades, "grades") { reader, grade in
      reader.note(grade.base)
      return SystemGrade(system: reader.text(grade.system), grade: reader.text(grade.grade))
    }
    let conclusion = value(message.conclusion.rawValue, EnumTables.answers, "conclusion")
    let items = list(message.items, message.n_items, "items") { reader, item in
      reader.note(item.base)
      return AssessmentItem(
        item: reader.text(item.item), value: reader.optionalDecimal(item.value, "value"),
        answer: reader.value(item.answer.rawValue, EnumTables.answers, "answer"))
    }
    let hasUnknownFields = takeUnknownFields()
    guard let status else { return nil }
    var fact = Assessment(id: id, status: status, instrument: instrument)
    fact.effective = effective
    fact.total = total
    fact.grades = grades
    fact.conclusion = conclusion
    fact.items = items
    fact.windowDays = message.window_days == 0 ? nil : Int(message.window_days)
    fact.hasUnknownFields = hasUnknownFields
    return fact
  }

  private mutating func allergy(_ message: Trialgate__V1__Allergy) -> Allergy? {
    note(message.base)
    let id = factID(message.id)
    let verification = requiredValue(
      message.verification_status.rawValue, EnumTables.verificationStatuses, "verification_status")
    let substance = concept(message.substance, "substance", required: false)
    let category = value(message.category.rawValue, EnumTables.allergyCategories, "category")
    let criticality = value(message.criticality.rawValue, EnumTables.criticalities, "criticality")
    let severity = value(
      message.reaction_severity.rawValue, EnumTables.severities, "reaction_severity")
    let onset = time(message.onset, "onset")
    let hasUnknownFields = takeUnknownFields()
    guard let verification else { return nil }
    var fact = Allergy(id: id, verificationStatus: verification)
    fact.substance = substance
    fact.category = category
    fact.criticality = criticality
    fact.reactionSeverity = severity
    fact.onset = onset
    fact.hasUnknownFields = hasUnknownFields
    return fact
  }

  private mutating func participation(_ message: Trialgate__V1__TrialParticipation)
    -> TrialParticipation?
  {
    note(message.base)
    let id = factID(message.id)
    let status = requiredValue(message.status.rawValue, EnumTables.recordStatuses, "status")
    let type = value(message.type.rawValue, EnumTables.trialTypes, "type")
    let start = time(message.start, "start")
    let lastDose = time(message.last_dose, "last_dose")
    let lastVisit = time(message.last_visit, "last_visit")
    let state = value(message.state.rawValue, EnumTables.participationStates, "state")
    let hasUnknownFields = takeUnknownFields()
    guard let status else { return nil }
    var fact = TrialParticipation(id: id, status: status)
    fact.trial = text(message.trial)
    fact.type = type
    fact.start = start
    fact.lastDose = lastDose
    fact.lastVisit = lastVisit
    fact.state = state
    fact.hasUnknownFields = hasUnknownFields
    return fact
  }

  private mutating func consent(_ message: Trialgate__V1__Consent) -> Consent? {
    note(message.base)
    let id = factID(message.id)
    let status = requiredValue(message.status.rawValue, EnumTables.recordStatuses, "status")
    let signed = time(message.signed_, "signed")
    let withdrawn = time(message.withdrawn, "withdrawn")
    let hasUnknownFields = takeUnknownFields()
    guard let status else { return nil }
    var fact = Consent(id: id, status: status)
    fact.documentVersion = text(message.document_version)
    fact.signed = signed
    fact.withdrawn = withdrawn
    fact.hasUnknownFields = hasUnknownFields
    return fact
  }

  private mutating func procedure(_ message: Trialgate__V1__Procedure) -> Procedure? {
    note(message.base)
    let id = factID(message.id)
    let status = requiredValue(message.status.rawValue, EnumTables.recordStatuses, "status")
    let concept = concept(message.concept, "concept")
    let start = time(message.start, "start")
    let end = time(message.end, "end")
    let hasUnknownFields = takeUnknownFields()
    guard let status else { return nil }
    var fact = Procedure(id: id, status: status, concept: concept)
    fact.start = start
    fact.end = end
    fact.hasUnknownFields = hasUnknownFields
    return fact
  }
}
