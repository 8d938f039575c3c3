/// Where a cohort stands at the site, beside the clinical verdict.
public struct CohortAvailability: Sendable, Hashable {
  /// Id of the cohort.
  public var cohort: String
  /// `OPEN`, `PAUSED`, `CLOSED` or `FULL`.
  public var state: String

  /// Creates a state.
  public init(cohort: String, state: String) {
    self.cohort = cohort
    self.state = state
  }
}

/// A verdict with what depends on operations, as it is sent.
public struct EvaluationAnswer: Sendable, Hashable {
  /// The verdict.
  public var verdict: Verdict
  /// The activation that chose the version; empty when the request pinned it.
  public var activation = ""
  /// Revision of the configuration.
  public var configurationRevision = ""
  /// The cohorts' operational state.
  public var cohortAvailability: [CohortAvailability] = []
  /// The request's reference.
  public var requestRef = ""

  /// Creates an answer.
  public init(verdict: Verdict) {
    self.verdict = verdict
  }
}
