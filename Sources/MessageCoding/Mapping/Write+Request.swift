internal import CTrialGateProto
internal import EligibilityCore

extension MessageWriter {
  func request(
    _ request: EvaluationRequest
  ) -> UnsafeMutablePointer<Trialgate__V1__EvaluateRequest>? {
    make(Trialgate__V1__EvaluateRequest.self, trialgate__v1__evaluate_request__init) {
      $0.snapshot = snapshot(request.snapshot)
      $0.stage.rawValue = EnumTables.stages.number(of: request.stage)
      set(&$0.index_date, request.indexDate)
      set(&$0.cohorts, &$0.n_cohorts, request.cohorts)
      $0.detail.rawValue = EnumTables.details.number(of: request.detail)
      set(&$0.trial, request.trial)
      set(&$0.protocol_version, request.protocolVersion)
      set(&$0.site, request.site)
      set(&$0.site_revision, request.siteRevision)
      set(&$0.screening_date, request.screeningDate)
      set(&$0.planned_infusion_time, request.plannedInfusionTime)
      $0.enrolment_record = request.enrolmentRecord.flatMap(enrolment)
      set(&$0.language, request.language)
      $0.include_texts = request.includeTexts ? 1 : 0
      set(&$0.request_ref, request.requestRef)
    }
  }

  private func enrolment(
    _ record: EnrolmentRecord
  ) -> UnsafeMutablePointer<Trialgate__V1__EnrolmentRecord>? {
    make(Trialgate__V1__EnrolmentRecord.self, trialgate__v1__enrolment_record__init) {
      set(&$0.trial, record.trial)
      set(&$0.patient_ref, record.patientRef)
      set(&$0.protocol_version, record.protocolVersion)
      set(&$0.protocol_digest, record.protocolDigest)
      set(&$0.index_date, record.indexDate)
      $0.outcome.rawValue = EnumTables.outcomes.number(of: record.outcome)
      set(&$0.cohorts, &$0.n_cohorts, record.cohorts)
      set(&$0.verdict_digest, record.verdictDigest)
      set(&$0.readings, &$0.n_readings, record.readings, reading)
      set(&$0.enrolled, record.enrolled)
    }
  }

  // MARK: Values

  /// A date; nil stays empty.
  func set(_ field: inout UnsafeMutablePointer<CChar>!, _ date: CalendarDate?) {
    if let date { set(&field, date.description) }
  }

  /// A time as it was given; nil stays empty.
  func set(_ field: inout UnsafeMutablePointer<CChar>!, _ time: ClinicalTime?) {
    if let time { set(&field, time.text) }
  }

  /// A number; nil stays empty.
  func set(_ field: inout UnsafeMutablePointer<CChar>!, _ number: ExactDecimal?) {
    if let number { set(&field, number.description) }
  }

  func concept(
    _ reference: ConceptReference
  ) -> UnsafeMutablePointer<Trialgate__V1__ConceptReference>? {
    guard !reference.isEmpty else { return nil }
    return make(
      Trialgate__V1__ConceptReference.self, trialgate__v1__concept_reference__init
    ) {
      set(&$0.concept, reference.concept)
      set(&$0.codings, &$0.n_codings, reference.codings, coding)
    }
  }

  func quantity(_ quantity: Quantity?) -> UnsafeMutablePointer<Trialgate__V1__Quantity>? {
    guard let quantity else { return nil }
    return make(Trialgate__V1__Quantity.self, trialgate__v1__quantity__init) {
      set(&$0.value, quantity.value)
      set(&$0.unit, quantity.unit)
      $0.comparator.rawValue = EnumTables.comparators.number(of: quantity.comparator)
    }
  }
}
