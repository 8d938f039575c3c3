internal import CTrialGateProto
internal import EligibilityCore

extension FormReader {
  /// Reads a request; nil when its form is wrong (and reported).
  mutating func request(_ message: Trialgate__V1__EvaluateRequest) -> EvaluationRequest? {
    note(message.base)
    let stage = requiredValue(message.stage.rawValue, EnumTables.stages, "stage")
    let indexDate = date(message.index_date, "index_date")
    if stage == .enrolment, isEmpty(message.index_date) {
      report("index_date", "REQUIRED", "give the planned day of enrolment; no clock is read")
    }
    let detail = value(message.detail.rawValue, EnumTables.details, "detail")
    let screening = date(message.screening_date, "screening_date")
    let infusion = time(message.planned_infusion_time, "planned_infusion_time")
    if let infusion, infusion.precision != .instant {
      report("planned_infusion_time", "TIME_IMPRECISE", "give an instant with an offset")
    }
    for (field, value) in [
      ("request_ref", message.request_ref), ("trial", message.trial), ("site", message.site),
      ("protocol_version", message.protocol_version), ("site_revision", message.site_revision),
    ] where text(value).utf8.count > Self.maximumIDLength {
      report(field, "TOO_LONG", "use at most \(Self.maximumIDLength) bytes")
    }
    let record = message.enrolment_record?.pointee
    let enrolment = record.map { record in within("enrolment_record") { $0.enrolment(record) } }
    let cohorts = texts(message.cohorts, message.n_cohorts)
    let ownUnknownFields = takeUnknownFields()
    guard let given = message.snapshot?.pointee else {
      report("snapshot", "REQUIRED", "give the patient's snapshot")
      return nil
    }
    guard var snapshot = within("snapshot", nil, { $0.snapshot(given) }), let stage else {
      return nil
    }
    if ownUnknownFields { snapshot.hasUnknownFields = true }
    var request = EvaluationRequest(stage: stage, snapshot: snapshot)
    request.trial = text(message.trial)
    request.protocolVersion = text(message.protocol_version)
    request.site = text(message.site)
    request.siteRevision = text(message.site_revision)
    request.indexDate = indexDate
    request.cohorts = cohorts
    request.screeningDate = screening
    request.plannedInfusionTime = infusion
    request.enrolmentRecord = enrolment
    request.detail = detail ?? .full
    request.language = text(message.language)
    request.includeTexts = message.include_texts != 0
    request.requestRef = text(message.request_ref)
    return request
  }

  private mutating func enrolment(_ message: Trialgate__V1__EnrolmentRecord) -> EnrolmentRecord {
    note(message.base)
    var record = EnrolmentRecord()
    record.trial = text(message.trial)
    record.patientRef = text(message.patient_ref)
    record.protocolVersion = text(message.protocol_version)
    record.protocolDigest = text(message.protocol_digest)
    record.indexDate = date(message.index_date, "index_date")
    record.outcome = value(message.outcome.rawValue, EnumTables.outcomes, "outcome")
    record.cohorts = texts(message.cohorts, message.n_cohorts)
    record.verdictDigest = text(message.verdict_digest)
    record.readings = readings(message.readings, message.n_readings, "readings")
    record.enrolled = date(message.enrolled, "enrolled")
    return record
  }
}
