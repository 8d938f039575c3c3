extension QuantityRecord {
  /// The set of values that the quantity stands for, given its number in another unit.
  func interval(_ number: ExactRational) -> ExactInterval {
    switch comparator {
    case .exact: ExactInterval(number)
    case .lessThan: ExactInterval.less(than: number)
    case .lessOrEqual: ExactInterval.atMost(number)
    case .greaterOrEqual: ExactInterval.atLeast(number)
    case .greaterThan: ExactInterval.greater(than: number)
    }
  }

  /// The number as it is printed: comparator and value.
  var text: String { comparator.symbol + value.description }
}
