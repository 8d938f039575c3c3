/// A total some of whose items are missing: what is known, and for every missing item anything from its
/// least to its most. Exact, since its numbers are: whole ones for counts, fractions for weighted items.
public struct PartialTotal<Number: Comparable & AdditiveArithmetic> {
  /// The total with every missing item at its least.
  public private(set) var least = Number.zero
  /// The total with every missing item at its most.
  public private(set) var most = Number.zero

  /// A total of nothing.
  public init() {}

  /// Adds a known item.
  public mutating func add(_ item: Number) {
    least += item
    most += item
  }

  /// Adds a missing item that may be anything in a range.
  public mutating func addMissing(_ range: ClosedRange<Number>) {
    least += range.lowerBound
    most += range.upperBound
  }

  /// Compares with a threshold: known as soon as the missing items cannot change it. An equality stays
  /// unknown at a threshold between least and most, whether or not the items can add up to it.
  public func compare(_ comparison: ComparisonOperator, _ threshold: Number) -> Truth {
    switch comparison {
    case .less: !atLeast(threshold)
    case .lessOrEqual: !above(threshold)
    case .greater: above(threshold)
    case .greaterOrEqual: atLeast(threshold)
    case .equal:
      threshold < least || most < threshold ? .false : least == most ? .true : .unknown
    }
  }

  private func atLeast(_ threshold: Number) -> Truth {
    least >= threshold ? .true : most < threshold ? .false : .unknown
  }

  private func above(_ threshold: Number) -> Truth {
    least > threshold ? .true : most <= threshold ? .false : .unknown
  }
}

extension PartialTotal: Sendable where Number: Sendable {}
extension PartialTotal: Equatable {}
extension PartialTotal: Hashable where Number: Hashable {}

extension ExactRational: AdditiveArithmetic {}
