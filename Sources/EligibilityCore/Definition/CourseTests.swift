// Tests of how something goes on: changes between results, and findings that are positive again.

/// Which way an amount changes.
public enum ChangeDirection: String, Sendable, Hashable {
  case increase = "INCREASE"
  case decrease = "DECREASE"
}

/// Which earlier result a change is measured from.
public enum ChangeBaseline: String, Sendable, Hashable {
  case earliestInPeriod = "EARLIEST_IN_PERIOD"
  /// The highest for a decrease, the lowest for an increase.
  case best = "BEST"
  case previous = "PREVIOUS"
}

/// Compares the change from an earlier result to the latest one.
public struct ChangeTest: Sendable, Hashable {
  /// Id of the concept.
  public var concept = ""
  /// Which way it must change.
  public var direction: ChangeDirection?
  /// The comparison of the change with the amount.
  public var comparison: ComparisonOperator?
  /// Decimal text: per cent of the baseline, or units of the concept when absolute.
  public var amount = ""
  /// Whether the change is a difference in the concept's unit.
  public var isAbsolute = false
  /// How far before the latest result the baseline may lie.
  public var period: PeriodDefinition?
  /// Which result is the baseline.
  public var baseline: ChangeBaseline?

  /// Creates an empty test.
  public init() {}
}

/// Whether results of one concept are positive often enough.
public struct PersistenceTest: Sendable, Hashable {
  /// Ids of the concepts; each stands for itself, and one of them suffices.
  public var concepts: [String] = []
  /// How many positive results.
  public var count = 0
  /// The least time between the first and the last of them.
  public var apart: PeriodDefinition?
  /// The longest time in which all of them lie.
  public var within: PeriodDefinition?
  /// A result with an amount is positive above this.
  public var above: Quantity?
  /// Whether a result is positive above the laboratory's 99th percentile.
  public var abovePercentile99 = false

  /// Creates an empty test.
  public init() {}
}
