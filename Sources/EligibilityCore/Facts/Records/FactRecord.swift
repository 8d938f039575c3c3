// Facts as a run looks at them: of fixed size, with texts as pieces of the record's bytes, so that nothing has to
// be copied or counted to read one. What their fields mean stands with the fact of the same name.

/// Elements of one of the record's lists that follow each other.
package struct ListPiece: Sendable, BitwiseCopyable {
  /// Where they begin.
  package let start: UInt32
  /// How many they are.
  package let count: UInt32

  /// The elements behind the first `start` ones of a list.
  package init(from start: Int, to end: Int) {
    self.start = UInt32(truncatingIfNeeded: start)
    self.count = UInt32(truncatingIfNeeded: end - start)
  }

  /// Whether there are none.
  package var isEmpty: Bool { count == 0 }

  /// Where they stand in the list.
  package var range: Range<Int> { Int(start)..<Int(start) + Int(count) }
}

/// A time with its text, which is never empty: no other time begins where it does, unless it is the same text.
package struct RecordedTime: Sendable {
  /// What it means.
  package let span: TimeSpan
  /// The text as given.
  package let text: TextPiece

  /// A time.
  package init(span: TimeSpan, text: TextPiece) {
    self.span = span
    self.text = text
  }

  /// How much is given.
  package var precision: ClinicalTime.Precision { span.precision }

  /// The local dates that it can mean.
  func dates(in zone: TimeZoneTable) -> DateRange { span.dates(in: zone) }

  /// The moments that it can mean, both ends included.
  func instants(in zone: TimeZoneTable) -> (earliest: Instant, latest: Instant) {
    span.instants(in: zone)
  }
}

/// A `Coding`, the terminology as its place in the record's list of them.
package struct CodingRecord: Sendable, BitwiseCopyable {
  /// Place of the terminology.
  package let system: UInt32
  /// The code.
  package let code: CodeText

  /// A coding.
  package init(system: Int, code: CodeText) {
    self.system = UInt32(truncatingIfNeeded: system)
    self.code = code
  }
}

/// A `ConceptReference`.
package struct ConceptRecord: Sendable {
  /// Id of the concept; empty when only codings are known.
  package let concept: CodeText
  /// Most have one coding.
  package let firstCoding: CodingRecord?
  /// The others, among the record's codings.
  package let otherCodings: ListPiece

  /// A reference.
  package init(concept: CodeText, firstCoding: CodingRecord?, otherCodings: ListPiece) {
    self.concept = concept
    self.firstCoding = firstCoding
    self.otherCodings = otherCodings
  }

  /// Whether it refers to nothing at all.
  package var isEmpty: Bool { concept.isEmpty && firstCoding == nil }
}

/// A `Quantity`.
package struct QuantityRecord: Sendable {
  package let value: ExactDecimal
  package let unit: CodeText
  package let comparator: ValueComparator

  /// A quantity.
  package init(value: ExactDecimal, unit: CodeText, comparator: ValueComparator) {
    self.value = value
    self.unit = unit
    self.comparator = comparator
  }
}

/// A `ReferenceRange`.
package struct ReferenceRangeRecord: Sendable {
  package let low: QuantityRecord?
  package let high: QuantityRecord?
  package let percentile99: QuantityRecord?

  /// A range.
  package init(low: QuantityRecord?, high: QuantityRecord?, percentile99: QuantityRecord?) {
    self.low = low
    self.high = high
    self.percentile99 = percentile99
  }
}

/// An `Observation`.
package struct ObservationRecord: Sendable {
  package let id: TextPiece
  package let status: RecordStatus
  package let concept: ConceptRecord
  package let effective: RecordedTime?
  package let quantity: QuantityRecord?
  package let finding: Finding?
  /// Place in the record's ranges.
  package let referenceRange: Int32?
  /// Place in the record's codings.
  package let specimen: Int32?
  /// Place in the record's codings.
  package let method: Int32?
  package let hasUnknownFields: Bool

  /// A result.
  package init(
    id: TextPiece, status: RecordStatus, concept: ConceptRecord, effective: RecordedTime?,
    quantity: QuantityRecord?, finding: Finding?, referenceRange: Int32?, specimen: Int32?,
    method: Int32?, hasUnknownFields: Bool = false
  ) {
    self.id = id
    self.status = status
    self.concept = concept
    self.effective = effective
    self.quantity = quantity
    self.finding = finding
    self.referenceRange = referenceRange
    self.specimen = specimen
    self.method = method
    self.hasUnknownFields = hasUnknownFields
  }
}

/// A `MedicationExposure`.
package struct MedicationRecord: Sendable {
  package let id: TextPiece
  package let status: MedicationStatus
  package let drug: ConceptRecord
  package let start: RecordedTime?
  package let end: RecordedTime?
  package let dose: QuantityRecord?
  package let doseBasis: DoseBasis?
  package let frequency: Frequency?
  package let route: Route?
  package let purpose: TherapeuticPurpose?
  /// Among the record's concepts.
  package let indications: ListPiece
  package let prescriptionID: TextPiece
  package let hasUnknownFields: Bool

  /// An exposure.
  package init(
    id: TextPiece, status: MedicationStatus, drug: ConceptRecord, start: RecordedTime?,
    end: RecordedTime?, dose: QuantityRecord?, doseBasis: DoseBasis?, frequency: Frequency?,
    route: Route?, purpose: TherapeuticPurpose?, indications: ListPiece,
    prescriptionID: TextPiece, hasUnknownFields: Bool = false
  ) {
    self.id = id
    self.status = status
    self.drug = drug
    self.start = start
    self.end = end
    self.dose = dose
    self.doseBasis = doseBasis
    self.frequency = frequency
    self.route = route
    self.purpose = purpose
    self.indications = indications
    self.prescriptionID = prescriptionID
    self.hasUnknownFields = hasUnknownFields
  }
}

/// A `Condition`.
package struct ConditionRecord: Sendable {
  package let id: TextPiece
  package let verificationStatus: VerificationStatus
  package let concept: ConceptRecord
  package let onset: RecordedTime?
  package let abatement: RecordedTime?
  package let lastActivity: RecordedTime?
  package let lastTreatment: RecordedTime?
  package let clinicalStatus: ClinicalStatus?
  package let treatmentNeed: TreatmentNeed?
  package let controlStatus: ControlStatus?
  package let severity: Severity?
  package let hasUnknownFields: Bool

  /// A condition.
  package init(
    id: TextPiece, verificationStatus: VerificationStatus, concept: ConceptRecord,
    onset: RecordedTime?, abatement: RecordedTime?, lastActivity: RecordedTime?,
    lastTreatment: RecordedTime?, clinicalStatus: ClinicalStatus?,
    treatmentNeed: TreatmentNeed?, controlStatus: ControlStatus?, severity: Severity?,
    hasUnknownFields: Bool = false
  ) {
    self.id = id
    self.verificationStatus = verificationStatus
    self.concept = concept
    self.onset = onset
    self.abatement = abatement
    self.lastActivity = lastActivity
    self.lastTreatment = lastTreatment
    self.clinicalStatus = clinicalStatus
    self.treatmentNeed = treatmentNeed
    self.controlStatus = controlStatus
    self.severity = severity
    self.hasUnknownFields = hasUnknownFields
  }

  /// Every date that is recorded of it, in the order in which they are shown.
  var times: [RecordedTime] {
    [onset, lastActivity, lastTreatment, abatement].compactMap { $0 }
  }
}

/// An `Attestation`.
package struct AttestationRecord: Sendable {
  package let id: TextPiece
  package let status: RecordStatus
  package let concept: ConceptRecord
  package let answer: Answer
  package let effective: RecordedTime?
  package let attestedBy: TextPiece
  package let hasUnknownFields: Bool

  /// An attestation.
  package init(
    id: TextPiece, status: RecordStatus, concept: ConceptRecord, answer: Answer,
    effective: RecordedTime?, attestedBy: TextPiece, hasUnknownFields: Bool = false
  ) {
    self.id = id
    self.status = status
    self.concept = concept
    self.answer = answer
    self.effective = effective
    self.attestedBy = attestedBy
    self.hasUnknownFields = hasUnknownFields
  }
}

/// An `Assessment`.
package struct AssessmentRecord: Sendable {
  package let id: TextPiece
  package let status: RecordStatus
  package let instrument: ConceptRecord
  package let effective: RecordedTime?
  package let total: ExactDecimal?
  /// Among the record's grades.
  package let grades: ListPiece
  package let conclusion: Answer?
  /// Among the record's items of scores.
  package let items: ListPiece
  package let windowDays: Int?
  package let hasUnknownFields: Bool

  /// An assessment.
  package init(
    id: TextPiece, status: RecordStatus, instrument: ConceptRecord, effective: RecordedTime?,
    total: ExactDecimal?, grades: ListPiece, conclusion: Answer?, items: ListPiece,
    windowDays: Int?, hasUnknownFields: Bool = false
  ) {
    self.id = id
    self.status = status
    self.instrument = instrument
    self.effective = effective
    self.total = total
    self.grades = grades
    self.conclusion = conclusion
    self.items = items
    self.windowDays = windowDays
    self.hasUnknownFields = hasUnknownFields
  }
}
