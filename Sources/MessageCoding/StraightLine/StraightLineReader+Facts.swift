internal import EligibilityCore

extension StraightLineReader {
  mutating func observation() throws(Irregularity) -> Observation {
    let outer = try enter()
    var fact = Observation(
      id: try factID(), status: try requiredValue(0x10, EnumTables.recordStatuses),
      concept: try concept(0x1A))
    fact.effective = try time(0x22)
    fact.quantity = try quantity(0x2A)
    fact.finding = try value(0x30, EnumTables.findings)
    guard fact.quantity != nil || fact.finding != nil else { throw Irregularity() }
    if tag == 0x3A { fact.referenceRange = try referenceRange() }
    if tag == 0x42 { fact.specimen = try coding() }
    if tag == 0x4A { fact.method = try coding() }
    try leave(outer)
    return fact
  }

  private mutating func referenceRange() throws(Irregularity) -> ReferenceRange {
    let outer = try enter()
    let range = ReferenceRange(
      low: try quantity(0x0A), high: try quantity(0x12), percentile99: try quantity(0x1A))
    try leave(outer)
    return range
  }

  mutating func medication() throws(Irregularity) -> MedicationExposure {
    let outer = try enter()
    var fact = MedicationExposure(
      id: try factID(), status: try requiredValue(0x10, EnumTables.medicationStatuses),
      drug: try concept(0x1A))
    fact.start = try time(0x22)
    fact.end = try time(0x2A)
    fact.dose = try quantity(0x32)
    fact.doseBasis = try value(0x38, EnumTables.doseBases)
    fact.frequency = try frequency(0x42)
    fact.route = try value(0x48, EnumTables.routes)
    fact.purpose = try value(0x50, EnumTables.purposes)
    fact.indications = try list(0x5A) { reader throws(Irregularity) in try reader.concept(0x5A) }
    fact.prescriptionID = try text(0x62)
    try leave(outer)
    return fact
  }

  private mutating func frequency(_ tag: UInt8) throws(Irregularity) -> Frequency? {
    guard self.tag == tag else { return nil }
    let outer = try enter()
    let times = try number(0x08, upTo: 48)
    let period = try number(0x10, upTo: 366)
    let unit = try requiredValue(0x18, EnumTables.frequencyUnits)
    guard times > 0, period > 0 else { throw Irregularity() }
    try leave(outer)
    return Frequency(times: times, period: period, unit: unit)
  }

  mutating func condition() throws(Irregularity) -> Condition {
    let outer = try enter()
    var fact = Condition(
      id: try factID(),
      verificationStatus: try requiredValue(0x10, EnumTables.verificationStatuses),
      concept: try concept(0x1A))
    fact.onset = try time(0x22)
    fact.abatement = try time(0x2A)
    fact.lastActivity = try time(0x32)
    fact.lastTreatment = try time(0x3A)
    fact.clinicalStatus = try value(0x40, EnumTables.clinicalStatuses)
    fact.treatmentNeed = try value(0x48, EnumTables.treatmentNeeds)
    fact.controlStatus = try value(0x50, EnumTables.controlStatuses)
    fact.severity = try value(0x58, EnumTables.severities)
    try leave(outer)
    return fact
  }

  mutating func attestation() throws(Irregularity) -> Attestation {
    let outer = try enter()
    var fact = Attestation(
      id: try factID(), status: try requiredValue(0x10, EnumTables.recordStatuses),
      concept: try concept(0x1A), answer: try requiredValue(0x20, EnumTables.answers))
    fact.effective = try time(0x2A)
    fact.attestedBy = try text(0x32)
    try leave(outer)
    return fact
  }

  mutating func assessment() throws(Irregularity) -> Assessment {
    let outer = try enter()
    var fact = Assessment(
      id: try factID(), status: try requiredValue(0x10, EnumTables.recordStatuses),
      instrument: try concept(0x1A))
    fact.effective = try time(0x22)
    fact.total = try decimal(0x2A)
    fact.grades = try list(0x32) { reader throws(Irregularity) in
      let outer = try reader.enter()
      let grade = SystemGrade(system: try reader.text(0x0A), grade: try reader.text(0x12))
      try reader.leave(outer)
      return grade
    }
    fact.conclusion = try value(0x38, EnumTables.answers)
    fact.items = try list(0x42) { reader throws(Irregularity) in
      let outer = try reader.enter()
      let item = AssessmentItem(
        item: try reader.text(0x0A), value: try reader.decimal(0x12),
        answer: try reader.value(0x18, EnumTables.answers))
      try reader.leave(outer)
      return item
    }
    let windowDays = try number(0x48, upTo: 0x3FFF)
    if windowDays > 0 { fact.windowDays = windowDays }
    try leave(outer)
    return fact
  }

  mutating func allergy() throws(Irregularity) -> Allergy {
    let outer = try enter()
    var fact = Allergy(
      id: try factID(),
      verificationStatus: try requiredValue(0x10, EnumTables.verificationStatuses))
    if tag == 0x1A { fact.substance = try anyConcept() }
    fact.category = try value(0x20, EnumTables.allergyCategories)
    fact.criticality = try value(0x28, EnumTables.criticalities)
    fact.reactionSeverity = try value(0x30, EnumTables.severities)
    fact.onset = try time(0x3A)
    try leave(outer)
    return fact
  }

  mutating func participation() throws(Irregularity) -> TrialParticipation {
    let outer = try enter()
    var fact = TrialParticipation(
      id: try factID(), status: try requiredValue(0x10, EnumTables.recordStatuses))
    fact.trial = try text(0x1A)
    fact.type = try value(0x20, EnumTables.trialTypes)
    fact.start = try time(0x2A)
    fact.lastDose = try time(0x32)
    fact.lastVisit = try time(0x3A)
    fact.state = try value(0x40, EnumTables.participationStates)
    try leave(outer)
    return fact
  }

  mutating func consent() throws(Irregularity) -> Consent {
    let outer = try enter()
    var fact = Consent(
      id: try factID(), status: try requiredValue(0x10, EnumTables.recordStatuses))
    fact.documentVersion = try text(0x1A)
    fact.signed = try time(0x22)
    fact.withdrawn = try time(0x2A)
    try leave(outer)
    return fact
  }

  mutating func procedure() throws(Irregularity) -> Procedure {
    let outer = try enter()
    var fact = Procedure(
      id: try factID(), status: try requiredValue(0x10, EnumTables.recordStatuses),
      concept: try concept(0x1A))
    fact.start = try time(0x22)
    fact.end = try time(0x2A)
    try leave(outer)
    return fact
  }

  // MARK: Values

  /// What a fact is about: required, an id, codings, or both.
  private mutating func concept(_ tag: UInt8) throws(Irregularity) -> ConceptReference {
    guard self.tag == tag else { throw Irregularity() }
    let concept = try anyConcept()
    guard !concept.isEmpty else { throw Irregularity() }
    return concept
  }

  /// The concept at the position.
  private mutating func anyConcept() throws(Irregularity) -> ConceptReference {
    let outer = try enter()
    let concept = ConceptReference(
      concept: try text(0x0A),
      codings: try list(0x12) { reader throws(Irregularity) in try reader.coding() })
    try skipText(0x1A)
    try leave(outer)
    return concept
  }

  /// The coding at the position.
  private mutating func coding() throws(Irregularity) -> Coding {
    let outer = try enter()
    let coding = Coding(system: try recurringText(0x0A), code: try text(0x12))
    guard !coding.system.isEmpty, !coding.code.isEmpty else { throw Irregularity() }
    try skipText(0x1A)
    try leave(outer)
    return coding
  }

  private mutating func quantity(_ tag: UInt8) throws(Irregularity) -> Quantity? {
    guard self.tag == tag else { return nil }
    let outer = try enter()
    guard let value = try decimal(0x0A) else { throw Irregularity() }
    let quantity = Quantity(
      value: value, unit: try text(0x12),
      comparator: try self.value(0x18, EnumTables.comparators) ?? .exact)
    try leave(outer)
    return quantity
  }
}
