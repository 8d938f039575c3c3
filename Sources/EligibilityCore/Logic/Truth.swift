/// A truth value of strong Kleene logic (Kleene 1952): false, unknown or true, in this order.
public enum Truth: UInt8, Sendable, Hashable, Comparable, CaseIterable {
  case `false`
  case unknown
  case `true`

  /// The truth of something known.
  public init(_ bool: Bool) {
    self = bool ? .true : .false
  }

  /// Whether it is true or false.
  public var isKnown: Bool { self != .unknown }

  /// Order: false, unknown, true.
  public static func < (left: Truth, right: Truth) -> Bool { left.rawValue < right.rawValue }

  /// Negation; unknown stays unknown.
  public static prefix func ! (truth: Truth) -> Truth {
    switch truth {
    case .false: .true
    case .unknown: .unknown
    case .true: .false
    }
  }

  /// Conjunction: the lesser of the two.
  public func and(_ other: Truth) -> Truth { min(self, other) }

  /// Disjunction: the greater of the two.
  public func or(_ other: Truth) -> Truth { max(self, other) }

  /// Conjunction of all; true when there are none.
  public static func all(_ truths: some Sequence<Truth>) -> Truth {
    truths.reduce(.true) { $0.and($1) }
  }

  /// Disjunction of all; false when there are none.
  public static func any(_ truths: some Sequence<Truth>) -> Truth {
    truths.reduce(.false) { $0.or($1) }
  }

  /// Whether at least `count` are true: known as soon as the unknown ones cannot change it.
  public static func atLeast(_ count: Int, of truths: some Sequence<Truth>) -> Truth {
    var total = PartialTotal<Int>()
    for truth in truths { total.count(truth) }
    return total.compare(.greaterOrEqual, count)
  }

  /// If, then, else: with an unknown condition it is known only where both branches agree.
  public static func choose(_ condition: Truth, then: Truth, else otherwise: Truth) -> Truth {
    switch condition {
    case .true: then
    case .false: otherwise
    case .unknown: then == otherwise ? then : .unknown
    }
  }
}
