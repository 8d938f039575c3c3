extension Evaluation {
  /// The recorded enrolment that the infusion stage rests on: of this trial and patient, eligible, and
  /// followed by enrolment.
  func evaluateEnrolment() -> NodeResult {
    guard let record = parameters.enrolmentRecord else {
      var outcome = NodeResult.unknown("NO_ENROLMENT_RECORD")
      var fact = MissingFact()
      fact.concept = "enrolment_record"
      fact.reason = "NO_ENROLMENT_RECORD"
      fact.settlingValues = "ELIGIBLE"
      outcome.missing = [fact]
      return outcome
    }
    var outcome = NodeResult(.true)
    if let (truth, reason) = fault(of: record) {
      outcome.truth = truth
      outcome.reasons = [reason]
    }
    if withEvidence {
      var item = Evidence()
      item.concept = "enrolment_record"
      item.givenValue = record.outcome?.rawValue ?? ""
      item.effective = [record.indexDate, record.enrolled].compactMap { $0?.description }
        .joined(separator: ", ")
      item.limit = "ELIGIBLE, and enrolled"
      item.role = "enrolment"
      outcome.evidence = [note(item)]
    }
    return outcome
  }

  private func fault(of record: EnrolmentRecord) -> (Truth, String)? {
    if record.trial != program.trial { return (.false, EnrolmentFault.anotherTrial.rawValue) }
    if record.patientRef.isEmpty || snapshot.patientRef.isEmpty {
      return (.unknown, "PATIENT_NOT_NAMED")
    }
    if record.patientRef != snapshot.patientRef {
      return (.false, EnrolmentFault.anotherPatient.rawValue)
    }
    switch record.outcome {
    case nil: return (.unknown, "NO_ENROLMENT_OUTCOME")
    case .eligible: break
    case .ineligible, .undetermined, .notAssessed:
      return (.false, EnrolmentFault.notEligible.rawValue)
    }
    guard let enrolled = record.enrolled else {
      return (.false, EnrolmentFault.notEnrolled.rawValue)
    }
    if enrolled > indexDate { return (.unknown, "ENROLLED_AFTER_INFUSION") }
    return nil
  }
}
