internal import EligibilityCore

extension StraightLineReader {
  mutating func observation() throws(Irregularity) -> ObservationRecord {
    let outer = try enter()
    let id = try factID()
    let status = try requiredValue(0x10, EnumTables.recordStatuses)
    let concept = try concept(0x1A)
    let effective = try recordedTime(0x22)
    let quantity = try quantity(0x2A)
    let finding = try value(0x30, EnumTables.findings)
    let range = try referenceRange(0x3A)
    let specimen = try placedCoding(0x42)
    let method = try placedCoding(0x4A)
    guard quantity != nil || finding != nil else { throw Irregularity() }
    try leave(outer)
    return ObservationRecord(
      id: id, status: status, concept: concept, effective: effective, quantity: quantity,
      finding: finding, referenceRange: range, specimen: specimen, method: method)
  }

  /// The place of a reference range; nil where there is none.
  private mutating func referenceRange(_ tag: UInt8) throws(Irregularity) -> Int32? {
    guard self.tag == tag else { return nil }
    let outer = try enter()
    let low = try quantity(0x0A)
    let high = try quantity(0x12)
    let percentile = try quantity(0x1A)
    try leave(outer)
    if draft.ranges.isEmpty { draft.ranges.reserveCapacity(Self.usualRanges) }
    draft.ranges.append(ReferenceRangeRecord(low: low, high: high, percentile99: percentile))
    return Int32(truncatingIfNeeded: draft.ranges.count - 1)
  }

  /// Results that come with a range, where there are some.
  private static let usualRanges = 32

  /// The place of a coding; nil where there is none.
  private mutating func placedCoding(_ tag: UInt8) throws(Irregularity) -> Int32? {
    guard self.tag == tag else { return nil }
    draft.codings.append(try coding())
    return Int32(truncatingIfNeeded: draft.codings.count - 1)
  }

  mutating func medication() throws(Irregularity) -> MedicationRecord {
    let outer = try enter()
    let id = try factID()
    let status = try requiredValue(0x10, EnumTables.medicationStatuses)
    let drug = try concept(0x1A)
    let start = try recordedTime(0x22)
    let end = try recordedTime(0x2A)
    let dose = try quantity(0x32)
    let basis = try value(0x38, EnumTables.doseBases)
    let frequency = tag == 0x42 ? try frequency() : nil
    let route = try value(0x48, EnumTables.routes)
    let purpose = try value(0x50, EnumTables.purposes)
    let firstIndication = draft.concepts.count
    try countList(0x5A)
    while tag == 0x5A { draft.concepts.append(try concept(0x5A)) }
    let indications = ListPiece(from: firstIndication, to: draft.concepts.count)
    let prescription = try piece(0x62)
    try leave(outer)
    return MedicationRecord(
      id: id, status: status, drug: drug, start: start, end: end, dose: dose, doseBasis: basis,
      frequency: frequency, route: route, purpose: purpose, indications: indications,
      prescriptionID: prescription)
  }

  private mutating func frequency() throws(Irregularity) -> Frequency {
    let outer = try enter()
    let times = try number(0x08, upTo: 48)
    let period = try number(0x10, upTo: 366)
    let unit = try requiredValue(0x18, EnumTables.frequencyUnits)
    guard times > 0, period > 0 else { throw Irregularity() }
    try leave(outer)
    return Frequency(times: times, period: period, unit: unit)
  }

  mutating func condition() throws(Irregularity) -> ConditionRecord {
    let outer = try enter()
    let id = try factID()
    let verification = try requiredValue(0x10, EnumTables.verificationStatuses)
    let concept = try concept(0x1A)
    let onset = try recordedTime(0x22)
    let abatement = try recordedTime(0x2A)
    let lastActivity = try recordedTime(0x32)
    let lastTreatment = try recordedTime(0x3A)
    let clinical = try value(0x40, EnumTables.clinicalStatuses)
    let need = try value(0x48, EnumTables.treatmentNeeds)
    let control = try value(0x50, EnumTables.controlStatuses)
    let severity = try value(0x58, EnumTables.severities)
    try leave(outer)
    return ConditionRecord(
      id: id, verificationStatus: verification, concept: concept, onset: onset,
      abatement: abatement, lastActivity: lastActivity, lastTreatment: lastTreatment,
      clinicalStatus: clinical, treatmentNeed: need, controlStatus: control, severity: severity)
  }

  mutating func attestation() throws(Irregularity) -> AttestationRecord {
    let outer = try enter()
    let id = try factID()
    let status = try requiredValue(0x10, EnumTables.recordStatuses)
    let concept = try concept(0x1A)
    let answer = try requiredValue(0x20, EnumTables.answers)
    let effective = try recordedTime(0x2A)
    let attestedBy = try piece(0x32)
    try leave(outer)
    return AttestationRecord(
      id: id, status: status, concept: concept, answer: answer, effective: effective,
      attestedBy: attestedBy)
  }

  mutating func assessment() throws(Irregularity) -> AssessmentRecord {
    let outer = try enter()
    let id = try factID()
    let status = try requiredValue(0x10, EnumTables.recordStatuses)
    let instrument = try concept(0x1A)
    let effective = try recordedTime(0x22)
    let total = try decimal(0x2A)
    let firstGrade = draft.grades.count
    try countList(0x32)
    while tag == 0x32 { draft.grades.append(try grade()) }
    let grades = ListPiece(from: firstGrade, to: draft.grades.count)
    let conclusion = try value(0x38, EnumTables.answers)
    let firstItem = draft.items.count
    try countList(0x42)
    while tag == 0x42 { draft.items.append(try item()) }
    let items = ListPiece(from: firstItem, to: draft.items.count)
    let windowDays = try number(0x48, upTo: 0x3FFF)
    try leave(outer)
    return AssessmentRecord(
      id: id, status: status, instrument: instrument, effective: effective, total: total,
      grades: grades, conclusion: conclusion, items: items,
      windowDays: windowDays > 0 ? windowDays : nil)
  }

  private mutating func grade() throws(Irregularity) -> SystemGrade {
    let outer = try enter()
    let system = try text(0x0A)
    let grade = try text(0x12)
    try leave(outer)
    return SystemGrade(system: system, grade: grade)
  }

  private mutating func item() throws(Irregularity) -> AssessmentItem {
    let outer = try enter()
    let item = try text(0x0A)
    let number = try decimal(0x12)
    let answer = try value(0x18, EnumTables.answers)
    try leave(outer)
    return AssessmentItem(item: item, value: number, answer: answer)
  }

  mutating func allergy() throws(Irregularity) -> Allergy {
    let outer = try enter()
    let id = try text(factID())
    let verification = try requiredValue(0x10, EnumTables.verificationStatuses)
    let substance = tag == 0x1A ? try reference(anyConcept()) : ConceptReference()
    let category = try value(0x20, EnumTables.allergyCategories)
    let criticality = try value(0x28, EnumTables.criticalities)
    let severity = try value(0x30, EnumTables.severities)
    let onset = try time(0x3A)
    try leave(outer)
    var fact = Allergy(id: id, verificationStatus: verification)
    fact.substance = substance
    fact.category = category
    fact.criticality = criticality
    fact.reactionSeverity = severity
    fact.onset = onset
    return fact
  }

  mutating func participation() throws(Irregularity) -> TrialParticipation {
    let outer = try enter()
    let id = try text(factID())
    let status = try requiredValue(0x10, EnumTables.recordStatuses)
    let trial = try text(0x1A)
    let type = try value(0x20, EnumTables.trialTypes)
    let start = try time(0x2A)
    let lastDose = try time(0x32)
    let lastVisit = try time(0x3A)
    let state = try value(0x40, EnumTables.participationStates)
    try leave(outer)
    var fact = TrialParticipation(id: id, status: status)
    fact.trial = trial
    fact.type = type
    fact.start = start
    fact.lastDose = lastDose
    fact.lastVisit = lastVisit
    fact.state = state
    return fact
  }

  mutating func consent() throws(Irregularity) -> Consent {
    let outer = try enter()
    let id = try text(factID())
    let status = try requiredValue(0x10, EnumTables.recordStatuses)
    let version = try text(0x1A)
    let signed = try time(0x22)
    let withdrawn = try time(0x2A)
    try leave(outer)
    var fact = Consent(id: id, status: status)
    fact.documentVersion = version
    fact.signed = signed
    fact.withdrawn = withdrawn
    return fact
  }

  mutating func procedure() throws(Irregularity) -> Procedure {
    let outer = try enter()
    let id = try text(factID())
    let status = try requiredValue(0x10, EnumTables.recordStatuses)
    let concept = try reference(concept(0x1A))
    let start = try time(0x22)
    let end = try time(0x2A)
    try leave(outer)
    var fact = Procedure(id: id, status: status, concept: concept)
    fact.start = start
    fact.end = end
    return fact
  }

  // MARK: Values

  /// What a fact is about: required, an id, codings, or both.
  private mutating func concept(_ tag: UInt8) throws(Irregularity) -> ConceptRecord {
    guard self.tag == tag else { throw Irregularity() }
    let concept = try anyConcept()
    guard !concept.isEmpty else { throw Irregularity() }
    return concept
  }

  /// The concept at the position.
  private mutating func anyConcept() throws(Irregularity) -> ConceptRecord {
    let outer = try enter()
    let concept = try code(0x0A)
    try countList(0x12)
    let coding = tag == 0x12 ? try coding() : nil
    let firstOther = draft.codings.count
    while tag == 0x12 { draft.codings.append(try self.coding()) }
    try skipText(0x1A)
    try leave(outer)
    return ConceptRecord(
      concept: concept, firstCoding: coding,
      otherCodings: ListPiece(from: firstOther, to: draft.codings.count))
  }

  /// The coding at the position.
  private mutating func coding() throws(Irregularity) -> CodingRecord {
    let outer = try enter()
    let system = try system(0x0A)
    let code = try code(0x12)
    guard let system, !code.isEmpty else { throw Irregularity() }
    try skipText(0x1A)
    try leave(outer)
    return CodingRecord(system: system, code: code)
  }

  private mutating func quantity(_ tag: UInt8) throws(Irregularity) -> QuantityRecord? {
    guard self.tag == tag else { return nil }
    let outer = try enter()
    let number = try decimal(0x0A)
    let unit = try code(0x12)
    let comparator = try value(0x18, EnumTables.comparators)
    guard let number else { throw Irregularity() }
    try leave(outer)
    return QuantityRecord(value: number, unit: unit, comparator: comparator ?? .exact)
  }

  /// A concept of a fact that is not kept as a record.
  private func reference(_ record: ConceptRecord) throws(Irregularity) -> ConceptReference {
    var others: [Coding] = []
    for place in record.otherCodings.range { others.append(try coding(draft.codings[place])) }
    let first: Coding? = if let record = record.firstCoding { try coding(record) } else { nil }
    return ConceptReference(concept: try text(record.concept.piece), coding: first, others: others)
  }

  private func coding(_ record: CodingRecord) throws(Irregularity) -> Coding {
    Coding(
      system: try text(draft.systems[Int(record.system)]), code: try text(record.code.piece))
  }
}
