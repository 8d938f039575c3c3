/// Why a consent does not count: reason codes.
enum ConsentFault: String, CaseIterable {
  case withdrawn = "CONSENT_WITHDRAWN"
  case versionNotInForce = "CONSENT_VERSION_NOT_IN_FORCE"
  case afterIndexDate = "CONSENT_AFTER_INDEX_DATE"
}

/// Why a recorded enrolment does not count: reason codes.
enum EnrolmentFault: String, CaseIterable {
  case anotherTrial = "ENROLMENT_IN_ANOTHER_TRIAL"
  case anotherPatient = "ENROLMENT_OF_ANOTHER_PATIENT"
  case notEligible = "ENROLMENT_NOT_ELIGIBLE"
  case notEnrolled = "NOT_ENROLLED"
}

extension Rule {
  /// Reason codes that the test itself gives when it fails, beside that of its criterion.
  public var failureReasons: [String] {
    switch self {
    case .consent: ConsentFault.allCases.map(\.rawValue)
    case .enrolment: EnrolmentFault.allCases.map(\.rawValue)
    default: []
    }
  }
}
