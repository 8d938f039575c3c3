/// Something that holds whoever the patient is. Only the review of a definition uses it, to prove
/// contradictions; it never changes a verdict.
public struct Relation: Sendable, Hashable {
  /// What holds.
  public enum Kind: Sendable, Hashable {
    case impliedResult(ImpliedResult)
    case upperLimitBound(UpperLimitBound)
    case scoreItem(ScoreItem)
  }

  /// Why it may be taken for granted; empty is an error.
  public var source = ""
  /// nil = none given, an error.
  public var kind: Kind?

  /// Creates an empty relation.
  public init() {}
}

/// While a criterion is true, the results of a concept that count satisfy a limit.
public struct ImpliedResult: Sendable, Hashable {
  /// Id of the criterion or step.
  public var criterion = ""
  /// Id of the concept.
  public var concept = ""
  /// How its results compare with the value.
  public var comparison: ComparisonOperator?
  /// In a unit of the concept, without a comparator; nil = none given, an error.
  public var value: Quantity?

  /// Creates an empty relation.
  public init() {}
}

/// No laboratory states a higher upper limit of normal for a concept.
public struct UpperLimitBound: Sendable, Hashable {
  /// Id of the concept.
  public var concept = ""
  /// Above 0, in a unit of the concept, without a comparator; nil = none given, an error.
  public var atMost: Quantity?

  /// Creates an empty relation.
  public init() {}
}

/// Where an item of a score is present, a criterion is true.
public struct ScoreItem: Sendable, Hashable {
  /// Id of the instrument.
  public var instrument = ""
  /// Name of the item: `seizure`.
  public var item = ""
  /// What the item adds to the total, decimal text above 0.
  public var points = ""
  /// Id of the criterion or step that is true whenever the item is present.
  public var criterion = ""

  /// Creates an empty relation.
  public init() {}
}
