internal import EligibilityCore

// Tags are written as their byte: the number of the field times 8, and 0 for numbers or 2 for what has a
// length. The tests hold them against what libprotobuf-c packs.

extension StraightLineReader {
  /// An `EvaluateRequest`; nil when it is left to libprotobuf-c.
  static func request(_ bytes: UnsafeRawBufferPointer) -> EvaluationRequest? {
    read(bytes) { reader throws(Irregularity) in try reader.request() }
  }

  /// An `EvaluateStreamRequest`; nil when it is left to libprotobuf-c.
  static func item(_ bytes: UnsafeRawBufferPointer) -> (id: String, request: EvaluationRequest)? {
    read(bytes) { reader throws(Irregularity) in try reader.item() }
  }

  /// The patient of a `SimulateChangeRequest`, which has the fields of an item of a stream; nil when the message
  /// holds something else or is left to libprotobuf-c.
  static func simulatedPatient(
    _ bytes: UnsafeRawBufferPointer
  ) -> (id: String, request: EvaluationRequest)? {
    read(bytes) { reader throws(Irregularity) in
      guard reader.tag == 0x12 else { throw Irregularity() }
      let outer = try reader.enter()
      let item = try reader.item()
      try reader.leave(outer)
      return item
    }
  }

  private mutating func item() throws(Irregularity) -> (id: String, request: EvaluationRequest) {
    let id = try text(0x0A, upTo: FormReader.maximumIDLength)
    guard tag == 0x12 else { throw Irregularity() }
    let outer = try enter()
    let request = try request()
    try leave(outer)
    return (id, request)
  }

  mutating func request() throws(Irregularity) -> EvaluationRequest {
    guard tag == 0x0A else { throw Irregularity() }
    let patient = try patient()
    let stage = try requiredValue(0x10, EnumTables.stages)
    var request = EvaluationRequest(stage: stage, patient: patient)
    request.indexDate = try date(0x1A)
    guard stage != .enrolment || request.indexDate != nil else { throw Irregularity() }
    request.cohorts = try texts(0x22)
    request.detail = try value(0x28, EnumTables.details) ?? .full
    request.trial = try text(0x32, upTo: FormReader.maximumIDLength)
    request.protocolVersion = try text(0x3A, upTo: FormReader.maximumIDLength)
    request.site = try text(0x42, upTo: FormReader.maximumIDLength)
    request.siteRevision = try text(0x4A, upTo: FormReader.maximumIDLength)
    request.screeningDate = try date(0x52)
    request.plannedInfusionTime = try time(0x5A)
    if let planned = request.plannedInfusionTime, planned.precision != .instant {
      throw Irregularity()
    }
    request.enrolmentRecord = try enrolmentRecord(0x62)
    request.language = try text(0x6A)
    request.includeTexts = try flag(0x70)
    request.requestRef = try text(0x7A, upTo: FormReader.maximumIDLength)
    return request
  }

  private mutating func enrolmentRecord(
    _ tag: UInt8
  ) throws(Irregularity) -> EnrolmentRecord? {
    guard self.tag == tag else { return nil }
    let outer = try enter()
    var record = EnrolmentRecord()
    record.trial = try text(0x0A)
    record.patientRef = try text(0x12)
    record.protocolVersion = try text(0x1A)
    record.protocolDigest = try text(0x22)
    record.indexDate = try date(0x2A)
    record.outcome = try value(0x30, EnumTables.outcomes)
    record.cohorts = try texts(0x3A)
    record.verdictDigest = try text(0x42)
    record.readings = try list(0x4A) { reader throws(Irregularity) in
      let outer = try reader.enter()
      let reading = Reading(knob: try reader.text(0x0A), value: try reader.text(0x12))
      try reader.leave(outer)
      return reading
    }
    record.enrolled = try date(0x52)
    try leave(outer)
    return record
  }

  /// The snapshot at the position.
  private mutating func patient() throws(Irregularity) -> PatientRecord {
    let outer = try enter()
    let asOf = try requiredTime(0x0A)
    draft.observations = try list(0x12) { reader throws(Irregularity) in
      try reader.observation()
    }
    draft.medications = try list(0x1A) { reader throws(Irregularity) in
      try reader.medication()
    }
    draft.conditions = try list(0x22) { reader throws(Irregularity) in
      try reader.condition()
    }
    draft.attestations = try list(0x2A) { reader throws(Irregularity) in
      try reader.attestation()
    }
    draft.assessments = try list(0x32) { reader throws(Irregularity) in
      try reader.assessment()
    }
    draft.reviewed = try list(0x3A) { reader throws(Irregularity) in
      let outer = try reader.enter()
      let review = ReviewedSection(
        section: try reader.requiredValue(0x08, EnumTables.sections),
        asOf: try reader.requiredTime(0x12))
      try reader.leave(outer)
      return review
    }
    let birthDate = try time(0x42)
    let sex = try value(0x48, EnumTables.sexes)
    let patientRef = try text(0x52, upTo: FormReader.maximumIDLength)
    draft.allergies = try list(0x5A) { reader throws(Irregularity) in try reader.allergy() }
    draft.trialParticipations = try list(0x62) { reader throws(Irregularity) in
      try reader.participation()
    }
    draft.consents = try list(0x6A) { reader throws(Irregularity) in try reader.consent() }
    draft.procedures = try list(0x72) { reader throws(Irregularity) in
      try reader.procedure()
    }
    try leave(outer)
    if ids.haveOtherThanASCII { try checkIDs() }
    var patient = PatientRecord(asOf: asOf, facts: records())
    patient.birthDate = birthDate
    patient.sexAtBirth = sex
    patient.patientRef = patientRef
    return patient
  }

  /// No two ids of facts are the same text: other bytes may be the same characters.
  private func checkIDs() throws(Irregularity) {
    let pieces =
      draft.observations.map(\.id) + draft.medications.map(\.id) + draft.conditions.map(\.id)
      + draft.attestations.map(\.id) + draft.assessments.map(\.id)
    var known = Set<String>(minimumCapacity: ids.count)
    for piece in pieces { known.insert(try text(piece)) }
    known.formUnion(draft.allergies.lazy.map(\.id))
    known.formUnion(draft.trialParticipations.lazy.map(\.id))
    known.formUnion(draft.consents.lazy.map(\.id))
    known.formUnion(draft.procedures.lazy.map(\.id))
    guard known.count == ids.count else { throw Irregularity() }
  }
}
