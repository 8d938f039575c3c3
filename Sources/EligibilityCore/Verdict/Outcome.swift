/// An outcome, overall or of a cohort. Raw values are the wire names without their prefix.
public enum Outcome: String, Sendable, Hashable {
  case eligible = "ELIGIBLE"
  case ineligible = "INELIGIBLE"
  case undetermined = "UNDETERMINED"
  /// The cohort was neither named nor is its disease recorded.
  case notAssessed = "NOT_ASSESSED"
}

extension Outcome: Comparable {
  private var rank: Int {
    switch self {
    case .notAssessed: 0
    case .ineligible: 1
    case .undetermined: 2
    case .eligible: 3
    }
  }

  /// Whether less speaks for the patient: not assessed, ineligible, undetermined, eligible.
  public static func < (left: Outcome, right: Outcome) -> Bool { left.rank < right.rank }
}

/// The outcome of one criterion. Inclusions are met or not met, exclusions triggered or not triggered.
public enum CriterionOutcome: String, Sendable, Hashable {
  case met = "MET"
  case notMet = "NOT_MET"
  case triggered = "TRIGGERED"
  case notTriggered = "NOT_TRIGGERED"
  case unknown = "UNKNOWN"
  case notApplicable = "NOT_APPLICABLE"

  /// Whether the outcome alone makes a patient ineligible when it stands at the top.
  public var isFailure: Bool { self == .notMet || self == .triggered }
}
