public import EligibilityCore

/// What two protocol versions say of one patient.
public struct SimulatedVerdicts: Sendable, Hashable {
  /// Outcomes of a cohort, or overall.
  public struct Outcomes: Sendable, Hashable {
    /// Id of the cohort; empty = overall.
    public var cohort: String
    /// By the one version; nil = it has no such cohort.
    public var before: Outcome?
    /// By the other.
    public var after: Outcome?

    /// Whether they differ.
    public var differ: Bool { before != after }

    /// Takes a row that an answer shows.
    package init(cohort: String, before: Outcome?, after: Outcome?) {
      self.cohort = cohort
      self.before = before
      self.after = after
    }
  }

  /// Results of a criterion.
  public struct Results: Sendable, Hashable {
    /// Id of the criterion.
    public var criterion: String
    /// By the one version; nil = it has no such criterion.
    public var before: CriterionOutcome?
    /// By the other.
    public var after: CriterionOutcome?

    /// Takes a row that an answer shows.
    package init(criterion: String, before: CriterionOutcome?, after: CriterionOutcome?) {
      self.criterion = criterion
      self.before = before
      self.after = after
    }
  }

  /// Overall, then of the cohorts that either version decides, in protocol order.
  public var outcomes: [Outcomes]
  /// Where outcomes differ, the criteria of the cohorts concerned whose results differ, and those in front of
  /// all cohorts; in protocol order.
  public var criteria: [Results] = []

  /// Whether any outcome differs.
  public var differs: Bool { outcomes.contains { $0.differ } }

  /// Takes what an answer shows.
  package init(outcomes: [Outcomes], criteria: [Results]) {
    self.outcomes = outcomes
    self.criteria = criteria
  }

  /// Compares outcomes; criteria come with `explain`.
  public init(_ before: Verdict, _ after: Verdict) {
    outcomes = [Outcomes(cohort: "", before: before.outcome, after: after.outcome)]
    let first = Dictionary(before.cohorts.map { ($0.cohort, $0.outcome) }) { one, _ in one }
    let second = Dictionary(after.cohorts.map { ($0.cohort, $0.outcome) }) { one, _ in one }
    var ids = before.cohorts.map(\.cohort)
    ids += after.cohorts.map(\.cohort).filter { first[$0] == nil }
    for id in ids {
      let row = Outcomes(cohort: id, before: first[id], after: second[id])
      // A cohort that neither looks at says nothing.
      if row.before == .notAssessed, row.after == .notAssessed { continue }
      outcomes.append(row)
    }
  }

  /// Says which criteria made the outcomes differ. A criterion of a cohort whose outcomes agree did not.
  ///
  /// - Parameters:
  ///   - before: the verdict of the one version, with its results.
  ///   - after: the verdict of the other.
  public mutating func explain(_ before: Verdict, _ after: Verdict) {
    let concerned = Set(outcomes.filter(\.differ).map(\.cohort))
    guard !concerned.isEmpty else { return }
    let first = Dictionary(before.results.map { ($0.id, $0) }) { one, _ in one }
    let second = Dictionary(after.results.map { ($0.id, $0) }) { one, _ in one }
    var ids = before.results.map(\.id)
    ids += after.results.map(\.id).filter { first[$0] == nil }
    criteria = ids.compactMap { id in
      let (one, other) = (first[id], second[id])
      let cohort = one?.cohort ?? other?.cohort ?? ""
      guard one?.outcome != other?.outcome, cohort.isEmpty || concerned.contains(cohort) else {
        return nil
      }
      return Results(criterion: id, before: one?.outcome, after: other?.outcome)
    }
  }
}

/// What became of all patients of a simulation.
public struct SimulationSummary: Sendable, Hashable {
  /// A cohort's way from one outcome to another.
  public struct Way: Sendable, Hashable {
    /// Id of the cohort; empty = overall.
    public var cohort: String
    /// By the one version; nil = it has no such cohort.
    public var before: Outcome?
    /// By the other.
    public var after: Outcome?

    /// Takes a row that an answer shows.
    package init(cohort: String, before: Outcome?, after: Outcome?) {
      self.cohort = cohort
      self.before = before
      self.after = after
    }
  }

  /// Patients that were decided.
  public private(set) var patients = 0
  /// Of them, those whose verdicts differ.
  public private(set) var differing = 0
  /// Items that could not be decided.
  public private(set) var failed = 0
  /// Patients by way.
  public private(set) var ways: [Way: Int] = [:]
  /// Patients whose verdicts differ, by criterion.
  public private(set) var criteria: [String: Int] = [:]

  /// Nobody yet.
  public init() {}

  /// Takes what an answer shows.
  package init(
    patients: Int, differing: Int, failed: Int, ways: [Way: Int], criteria: [String: Int]
  ) {
    self.patients = patients
    self.differing = differing
    self.failed = failed
    self.ways = ways
    self.criteria = criteria
  }

  /// Counts a patient.
  public mutating func add(_ verdicts: SimulatedVerdicts) {
    patients += 1
    if verdicts.differs { differing += 1 }
    for row in verdicts.outcomes {
      ways[Way(cohort: row.cohort, before: row.before, after: row.after), default: 0] += 1
    }
    for row in verdicts.criteria { criteria[row.criterion, default: 0] += 1 }
  }

  /// Counts an item that could not be decided.
  public mutating func addFailure() { failed += 1 }

  /// The ways, overall first, then by cohort and outcomes.
  public var sortedWays: [(way: Way, patients: Int)] {
    func key(_ way: Way) -> (String, String, String) {
      (way.cohort, way.before?.rawValue ?? "", way.after?.rawValue ?? "")
    }
    return ways.map { (way: $0.key, patients: $0.value) }.sorted { key($0.way) < key($1.way) }
  }

  /// The criteria, the one that made most verdicts differ first.
  public var sortedCriteria: [(criterion: String, patients: Int)] {
    criteria.map { (criterion: $0.key, patients: $0.value) }
      .sorted { ($1.patients, $0.criterion) < ($0.patients, $1.criterion) }
  }
}
