public import EligibilityCore

/// Where a trial's cohorts and sites stand. It plays no part in a verdict, and stands beside it.
public struct TrialOperations: Sendable {
  private var cohorts: [String: (state: OperationalState, isFull: Bool)] = [:]
  private var sites: [String: OperationalState] = [:]

  /// Everything is open.
  public init() {}

  /// Takes what a state says of a trial.
  public init(_ state: ConfigurationState, trial: String) {
    for cohort in state.cohorts.values.map(\.resource) where cohort.trial == trial {
      cohorts[cohort.id] = (cohort.state, cohort.isFull)
    }
    for site in state.sites.values.map(\.resource) where site.trial == trial {
      sites[site.publishedID] = site.state
    }
  }

  /// Where a cohort stands at a site: `CLOSED` where either is, else `PAUSED` where either is, else `FULL`
  /// where its cap is reached, else `OPEN`.
  public func availability(of cohort: String, at site: String) -> CohortAvailability {
    let own = cohorts[cohort] ?? (.open, false)
    let states = [own.state, state(ofSite: site)]
    let state =
      states.contains(.closed)
      ? "CLOSED" : states.contains(.paused) ? "PAUSED" : own.isFull ? "FULL" : "OPEN"
    return CohortAvailability(cohort: cohort, state: state)
  }

  /// A site's own state.
  func state(ofSite site: String) -> OperationalState { sites[site] ?? .open }

  /// A cohort's own state in a line of text.
  func text(ofCohort cohort: String) -> String {
    let own = cohorts[cohort] ?? (.open, false)
    return own.isFull ? "\(own.state.rawValue) FULL" : own.state.rawValue
  }
}
