internal import CohortConfiguration
internal import MessageCoding
internal import RPC

/// One table: which situation ends a call with which status. The reason is the situation's own text.
extension ConfigurationRefusal.Situation {
  /// The status code.
  var code: StatusCode {
    switch self {
    case .validationFailed, .requestIDReused, .versionsUnrelated: .invalidArgument
    case .trialNotFound, .versionNotFound, .siteNotFound, .siteRevisionNotFound,
      .activationNotFound, .cohortNotFound:
      .notFound
    case .trialExists, .versionExists, .siteExists, .siteRevisionExists, .activationExists:
      .alreadyExists
    case .etagMismatch, .storeConflict: .aborted
    case .versionNotDraft, .versionNotApproved, .definitionInvalid, .activationAmbiguous,
      .siteRevisionAmbiguous, .versionInForce, .resumeTokenUnknown:
      .failedPrecondition
    case .tooManyWatchers: .resourceExhausted
    case .selfApproval, .roleRequired: .permissionDenied
    case .storeReadOnly, .storeUnavailable, .overloaded: .unavailable
    case .storeCorrupt: .dataLoss
    case .credentialsRequired, .credentialsInvalid: .unauthenticated
    }
  }

  /// How long to wait before another attempt, in milliseconds; nil = as it is, another attempt is of no use.
  var retryMilliseconds: UInt64? {
    switch self {
    case .storeReadOnly: 5_000
    case .storeUnavailable, .overloaded: 1_000
    default: nil
    }
  }
}

extension RequestFault {
  /// What the configuration refused.
  init(_ refusal: ConfigurationRefusal) {
    self.init(
      refusal.situation.code, reason: refusal.situation.rawValue, refusal.message)
    violations = refusal.faults.map {
      FieldViolation(field: $0.field, reason: $0.reason, description: $0.remedy)
    }
    listsFields = true
    retryMilliseconds = refusal.situation.retryMilliseconds
  }
}
