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
    var counts = TruthCounts()
    for truth in truths { counts.add(truth) }
    return counts.truth(.atLeast, count)
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

/// How many members of a group are of each truth.
struct TruthCounts {
  private var isTrue = 0
  private var isUnknown = 0
  private var isFalse = 0
  private var first = Truth.unknown
  private var firstKnown = Truth.unknown

  /// Whether there are no members.
  var isEmpty: Bool { count == 0 }

  /// How many members there are.
  var count: Int { isTrue + isUnknown + isFalse }

  /// Counts the next member.
  mutating func add(_ truth: Truth) {
    if isEmpty { first = truth }
    if firstKnown == .unknown { firstKnown = truth }
    switch truth {
    case .true: isTrue += 1
    case .unknown: isUnknown += 1
    case .false: isFalse += 1
    }
  }

  /// What the group comes to.
  ///
  /// - Parameters:
  ///   - atLeast: how many must be true, where the kind asks for it.
  ///   - isFinal: whether only what no further fact can change counts as known.
  func truth(_ kind: GroupKind, _ atLeast: Int, isFinal: Bool = false) -> Truth {
    let any: Truth = isTrue > 0 ? .true : isUnknown > 0 ? .unknown : .false
    switch kind {
    case .all: return isFalse > 0 ? .false : isUnknown > 0 ? .unknown : .true
    case .any: return any
    case .atLeast:
      return isTrue >= atLeast ? .true : isTrue + isUnknown < atLeast ? .false : .unknown
    case .none: return !any
    case .firstKnown: return isFinal ? first : firstKnown
    case .anyKnown:
      if isFinal { return any }
      return isTrue > 0 ? .true : isFalse > 0 ? .false : .unknown
    }
  }
}
