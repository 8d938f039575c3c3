extension FactRecords {
  /// The facts of a snapshot.
  convenience init(_ snapshot: PatientSnapshot) {
    var recorder = SnapshotRecorder()
    recorder.add(snapshot)
    self.init(recorder.draft, bytes: recorder.bytes)
  }
}

/// Puts the facts of a snapshot into records.
private struct SnapshotRecorder {
  var draft = FactRecordsDraft()
  var bytes: [UInt8] = []
  /// The places of terminologies by their bytes: other bytes stay other bytes, whatever they mean.
  private var systems: [[UInt8]: Int] = [:]

  mutating func add(_ snapshot: PatientSnapshot) {
    draft.reviewed = snapshot.reviewed
    draft.allergies = snapshot.allergies
    draft.trialParticipations = snapshot.trialParticipations
    draft.consents = snapshot.consents
    draft.procedures = snapshot.procedures
    for fact in snapshot.observations { draft.observations.append(observation(fact)) }
    for fact in snapshot.medications { draft.medications.append(medication(fact)) }
    for fact in snapshot.conditions { draft.conditions.append(condition(fact)) }
    for fact in snapshot.attestations { draft.attestations.append(attestation(fact)) }
    for fact in snapshot.assessments { draft.assessments.append(assessment(fact)) }
  }

  // MARK: Facts

  private mutating func observation(_ fact: Observation) -> ObservationRecord {
    ObservationRecord(
      id: piece(fact.id), status: fact.status, concept: concept(fact.concept),
      effective: time(fact.effective), quantity: quantity(fact.quantity), finding: fact.finding,
      referenceRange: range(fact.referenceRange), specimen: place(fact.specimen),
      method: place(fact.method), hasUnknownFields: fact.hasUnknownFields)
  }

  private mutating func medication(_ fact: MedicationExposure) -> MedicationRecord {
    let start = draft.concepts.count
    for indication in fact.indications { draft.concepts.append(concept(indication)) }
    let indications = ListPiece(from: start, to: draft.concepts.count)
    return MedicationRecord(
      id: piece(fact.id), status: fact.status, drug: concept(fact.drug), start: time(fact.start),
      end: time(fact.end), dose: quantity(fact.dose), doseBasis: fact.doseBasis,
      frequency: fact.frequency, route: fact.route, purpose: fact.purpose,
      indications: indications, prescriptionID: piece(fact.prescriptionID),
      hasUnknownFields: fact.hasUnknownFields)
  }

  private mutating func condition(_ fact: Condition) -> ConditionRecord {
    ConditionRecord(
      id: piece(fact.id), verificationStatus: fact.verificationStatus,
      concept: concept(fact.concept), onset: time(fact.onset), abatement: time(fact.abatement),
      lastActivity: time(fact.lastActivity), lastTreatment: time(fact.lastTreatment),
      clinicalStatus: fact.clinicalStatus, treatmentNeed: fact.treatmentNeed,
      controlStatus: fact.controlStatus, severity: fact.severity,
      hasUnknownFields: fact.hasUnknownFields)
  }

  private mutating func attestation(_ fact: Attestation) -> AttestationRecord {
    AttestationRecord(
      id: piece(fact.id), status: fact.status, concept: concept(fact.concept),
      answer: fact.answer, effective: time(fact.effective), attestedBy: piece(fact.attestedBy),
      hasUnknownFields: fact.hasUnknownFields)
  }

  private mutating func assessment(_ fact: Assessment) -> AssessmentRecord {
    let (grades, items) = (draft.grades.count, draft.items.count)
    draft.grades += fact.grades
    draft.items += fact.items
    return AssessmentRecord(
      id: piece(fact.id), status: fact.status, instrument: concept(fact.instrument),
      effective: time(fact.effective), total: fact.total,
      grades: ListPiece(from: grades, to: draft.grades.count), conclusion: fact.conclusion,
      items: ListPiece(from: items, to: draft.items.count), windowDays: fact.windowDays,
      hasUnknownFields: fact.hasUnknownFields)
  }

  // MARK: Values

  private mutating func piece(_ text: String) -> TextPiece {
    let start = bytes.count
    bytes.append(contentsOf: text.utf8)
    return TextPiece(start: start, count: bytes.count - start)
  }

  private mutating func code(_ text: String) -> CodeText {
    CodeText(piece: piece(text), head: TextHead(of: text.utf8.span))
  }

  private mutating func time(_ time: ClinicalTime?) -> RecordedTime? {
    time.map { RecordedTime(span: $0.span, text: piece($0.text)) }
  }

  private mutating func quantity(_ quantity: Quantity?) -> QuantityRecord? {
    quantity.map {
      QuantityRecord(value: $0.value, unit: code($0.unit), comparator: $0.comparator)
    }
  }

  private mutating func range(_ range: ReferenceRange?) -> Int32? {
    guard let range else { return nil }
    draft.ranges.append(
      ReferenceRangeRecord(
        low: quantity(range.low), high: quantity(range.high),
        percentile99: quantity(range.percentile99)))
    return Int32(truncatingIfNeeded: draft.ranges.count - 1)
  }

  private mutating func coding(_ coding: Coding) -> CodingRecord {
    let name = Array(coding.system.utf8)
    if let known = systems[name] { return CodingRecord(system: known, code: code(coding.code)) }
    let place = draft.systems.count
    systems[name] = place
    draft.systems.append(piece(coding.system))
    return CodingRecord(system: place, code: code(coding.code))
  }

  private mutating func place(_ coding: Coding?) -> Int32? {
    guard let coding else { return nil }
    draft.codings.append(self.coding(coding))
    return Int32(truncatingIfNeeded: draft.codings.count - 1)
  }

  private mutating func concept(_ reference: ConceptReference) -> ConceptRecord {
    let first = reference.firstCoding.map { coding($0) }
    let start = draft.codings.count
    for other in reference.otherCodings { draft.codings.append(coding(other)) }
    return ConceptRecord(
      concept: code(reference.concept), firstCoding: first,
      otherCodings: ListPiece(from: start, to: draft.codings.count))
  }
}
