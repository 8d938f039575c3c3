/// How two amounts are compared.
public enum ComparisonOperator: Sendable, Hashable, CaseIterable {
  case less
  case lessOrEqual
  case greater
  case greaterOrEqual
  case equal

  /// The sign: `<`, `<=`, `>`, `>=`, `=`.
  public var symbol: String {
    switch self {
    case .less: "<"
    case .lessOrEqual: "<="
    case .greater: ">"
    case .greaterOrEqual: ">="
    case .equal: "="
    }
  }
}

/// The values that an amount may have: an exact value that is not known exactly.
public struct ExactInterval: Sendable, Hashable {
  /// An end of an interval.
  public struct End: Sendable, Hashable {
    /// Where it is.
    public var value: ExactRational
    /// Whether the value itself belongs.
    public var isIncluded: Bool

    /// Creates an end.
    public init(_ value: ExactRational, isIncluded: Bool) {
      self.value = value
      self.isIncluded = isIncluded
    }
  }

  /// The lower end; nil = unbounded.
  public var lower: End?
  /// The upper end; nil = unbounded.
  public var upper: End?

  /// One value.
  public init(_ point: ExactRational) {
    lower = End(point, isIncluded: true)
    upper = lower
  }

  /// Everything between two ends.
  public init(lower: End?, upper: End?) {
    self.lower = lower
    self.upper = upper
  }

  /// From one value to another, both included.
  public init(from low: ExactRational, to high: ExactRational) {
    self.init(lower: End(low, isIncluded: true), upper: End(high, isIncluded: true))
  }

  /// Any value.
  public static let unbounded = ExactInterval(lower: nil, upper: nil)

  /// Below a value.
  public static func less(than value: ExactRational) -> ExactInterval {
    ExactInterval(lower: nil, upper: End(value, isIncluded: false))
  }

  /// At most a value.
  public static func atMost(_ value: ExactRational) -> ExactInterval {
    ExactInterval(lower: nil, upper: End(value, isIncluded: true))
  }

  /// Above a value.
  public static func greater(than value: ExactRational) -> ExactInterval {
    ExactInterval(lower: End(value, isIncluded: false), upper: nil)
  }

  /// At least a value.
  public static func atLeast(_ value: ExactRational) -> ExactInterval {
    ExactInterval(lower: End(value, isIncluded: true), upper: nil)
  }

  /// The value, when there is only one.
  public var point: ExactRational? {
    guard let lower, let upper, lower.isIncluded, upper.isIncluded, lower.value == upper.value
    else { return nil }
    return lower.value
  }

  /// Whether no value belongs.
  public var isEmpty: Bool {
    guard let lower, let upper else { return false }
    return lower.value > upper.value
      || (lower.value == upper.value && !(lower.isIncluded && upper.isIncluded))
  }

  /// Whether every value is above 0.
  public var isPositive: Bool {
    guard let lower else { return false }
    return lower.value.signum > 0 || (lower.value.isZero && !lower.isIncluded)
  }

  /// Whether no value is below 0.
  public var isNonNegative: Bool { lower.map { $0.value.signum >= 0 } ?? false }

  /// Whether a value belongs.
  public func contains(_ value: ExactRational) -> Bool {
    let isAbove = lower.map { $0.value < value || ($0.isIncluded && $0.value == value) } ?? true
    let isBelow = upper.map { value < $0.value || ($0.isIncluded && $0.value == value) } ?? true
    return isAbove && isBelow
  }

  /// Every value times a factor above 0.
  public func scaled(by factor: ExactRational) -> ExactInterval {
    ExactInterval(
      lower: lower.map { End($0.value * factor, isIncluded: $0.isIncluded) },
      upper: upper.map { End($0.value * factor, isIncluded: $0.isIncluded) })
  }

  /// Every sum of a value of each.
  public func adding(_ other: ExactInterval) -> ExactInterval {
    func sum(_ first: End?, _ second: End?) -> End? {
      guard let first, let second else { return nil }
      return End(first.value + second.value, isIncluded: first.isIncluded && second.isIncluded)
    }
    return ExactInterval(lower: sum(lower, other.lower), upper: sum(upper, other.upper))
  }

  /// Every product of a value of each; nil unless neither holds a value below 0.
  public func multiplied(by other: ExactInterval) -> ExactInterval? {
    guard isNonNegative, other.isNonNegative else { return nil }
    func product(_ first: End?, _ second: End?) -> End? {
      guard let first, let second else { return nil }
      // 0 times anything is 0: a zero that belongs makes the product belong on its own.
      let reachesZero = [first, second].contains { $0.isIncluded && $0.value.isZero }
      return End(
        first.value * second.value,
        isIncluded: reachesZero || (first.isIncluded && second.isIncluded))
    }
    return ExactInterval(lower: product(lower, other.lower), upper: product(upper, other.upper))
  }

  /// Every value to a power of 1 or more; nil unless none is below 0.
  public func power(_ exponent: Int) -> ExactInterval? {
    guard isNonNegative, exponent >= 1 else { return nil }
    func raised(_ end: End?) -> End? {
      end.map { End($0.value.power(exponent), isIncluded: $0.isIncluded) }
    }
    return ExactInterval(lower: raised(lower), upper: raised(upper))
  }

  /// Every reciprocal; nil unless all values are above 0.
  public func reciprocal() -> ExactInterval? {
    guard isPositive, let lower else { return nil }
    let top = ExactRational.one.dividing(by: lower.value)
      .map { End($0, isIncluded: lower.isIncluded) }
    guard let upper else {
      return ExactInterval(lower: End(.zero, isIncluded: false), upper: top)
    }
    guard let bottom = ExactRational.one.dividing(by: upper.value) else { return nil }
    return ExactInterval(lower: End(bottom, isIncluded: upper.isIncluded), upper: top)
  }

  /// The smallest interval that holds both.
  public func hull(_ other: ExactInterval) -> ExactInterval {
    func outer(_ first: End?, _ second: End?, _ isOuter: (ExactRational, ExactRational) -> Bool)
      -> End?
    {
      guard let first, let second else { return nil }
      if first.value == second.value {
        return End(first.value, isIncluded: first.isIncluded || second.isIncluded)
      }
      return isOuter(first.value, second.value) ? first : second
    }
    return ExactInterval(lower: outer(lower, other.lower, <), upper: outer(upper, other.upper, >))
  }

  /// Compares with a limit: known only when every value decides alike.
  public func compare(_ comparison: ComparisonOperator, _ limit: ExactRational) -> Truth {
    switch comparison {
    case .less: below(limit, orEqual: false)
    case .lessOrEqual: below(limit, orEqual: true)
    case .greater: !below(limit, orEqual: true)
    case .greaterOrEqual: !below(limit, orEqual: false)
    case .equal: point == limit ? .true : contains(limit) ? .unknown : .false
    }
  }

  /// Compares with a limit that is not known exactly: known only when every pair decides alike.
  public func compare(_ comparison: ComparisonOperator, _ limit: ExactInterval) -> Truth {
    if let point = limit.point { return compare(comparison, point) }
    return adding(limit.negated).compare(comparison, .zero)
  }

  private var negated: ExactInterval {
    ExactInterval(
      lower: upper.map { End(-$0.value, isIncluded: $0.isIncluded) },
      upper: lower.map { End(-$0.value, isIncluded: $0.isIncluded) })
  }

  /// Whether all values are below the limit, none is, or it is not known.
  private func below(_ limit: ExactRational, orEqual: Bool) -> Truth {
    if let upper {
      if upper.value < limit { return .true }
      if upper.value == limit, orEqual || !upper.isIncluded { return .true }
    }
    if let lower {
      if lower.value > limit { return .false }
      if lower.value == limit, !orEqual || !lower.isIncluded { return .false }
    }
    return .unknown
  }
}
