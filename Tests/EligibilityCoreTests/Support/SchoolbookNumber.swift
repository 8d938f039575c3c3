/// Whole numbers as digits on paper: the oracle for wide arithmetic. It is written for being plainly
/// right, one decimal digit at a time, and shares nothing with the code under test.
struct SchoolbookNumber: Equatable, Comparable, CustomStringConvertible {
  /// Least digit first, no leading zero; empty = 0.
  private var digits: [Int]
  /// Never set for 0.
  private(set) var isNegative: Bool

  private init(digits: [Int], isNegative: Bool) {
    var digits = digits
    while digits.last == 0 { digits.removeLast() }
    self.digits = digits
    self.isNegative = isNegative && !digits.isEmpty
  }

  init(_ text: String) {
    let isNegative = text.first == "-"
    let digits = text.drop { $0 == "-" }.reversed().map { character -> Int in
      guard let digit = character.wholeNumberValue else {
        preconditionFailure("'\(text)' is no whole number")
      }
      return digit
    }
    self.init(digits: digits, isNegative: isNegative)
  }

  var isZero: Bool { digits.isEmpty }
  var negated: SchoolbookNumber { SchoolbookNumber(digits: digits, isNegative: !isNegative) }

  var description: String {
    isZero ? "0" : (isNegative ? "-" : "") + digits.reversed().map(String.init).joined()
  }

  // MARK: Magnitudes

  private static func isLess(_ left: [Int], _ right: [Int]) -> Bool {
    if left.count != right.count { return left.count < right.count }
    for (first, second) in zip(left.reversed(), right.reversed()) where first != second {
      return first < second
    }
    return false
  }

  private static func sum(_ left: [Int], _ right: [Int]) -> [Int] {
    var result: [Int] = []
    var carry = 0
    for position in 0..<max(left.count, right.count) {
      let first = position < left.count ? left[position] : 0
      let second = position < right.count ? right[position] : 0
      result.append((first + second + carry) % 10)
      carry = (first + second + carry) / 10
    }
    return carry == 0 ? result : result + [carry]
  }

  /// The larger one less the smaller.
  private static func difference(_ larger: [Int], _ smaller: [Int]) -> [Int] {
    var result: [Int] = []
    var borrow = 0
    for position in larger.indices {
      let taken = larger[position] - (position < smaller.count ? smaller[position] : 0) - borrow
      borrow = taken < 0 ? 1 : 0
      result.append(taken < 0 ? taken + 10 : taken)
    }
    return result
  }

  // MARK: Operations

  static func < (left: SchoolbookNumber, right: SchoolbookNumber) -> Bool {
    if left.isNegative != right.isNegative { return left.isNegative }
    return left.isNegative
      ? isLess(right.digits, left.digits) : isLess(left.digits, right.digits)
  }

  static func + (left: SchoolbookNumber, right: SchoolbookNumber) -> SchoolbookNumber {
    if left.isNegative == right.isNegative {
      return SchoolbookNumber(
        digits: sum(left.digits, right.digits), isNegative: left.isNegative)
    }
    if isLess(left.digits, right.digits) {
      return SchoolbookNumber(
        digits: difference(right.digits, left.digits), isNegative: right.isNegative)
    }
    return SchoolbookNumber(
      digits: difference(left.digits, right.digits), isNegative: left.isNegative)
  }

  static func - (left: SchoolbookNumber, right: SchoolbookNumber) -> SchoolbookNumber {
    left + right.negated
  }

  static func * (left: SchoolbookNumber, right: SchoolbookNumber) -> SchoolbookNumber {
    var result = [Int](repeating: 0, count: left.digits.count + right.digits.count + 1)
    for (row, first) in left.digits.enumerated() {
      for (column, second) in right.digits.enumerated() {
        result[row + column] += first * second
      }
      for position in row..<(result.count - 1) {
        result[position + 1] += result[position] / 10
        result[position] %= 10
      }
    }
    return SchoolbookNumber(digits: result, isNegative: left.isNegative != right.isNegative)
  }

  /// Long division as taught: quotient towards zero, remainder with the sign of the dividend. The
  /// divisor must not be 0.
  func divided(by divisor: SchoolbookNumber) -> (
    quotient: SchoolbookNumber, remainder: SchoolbookNumber
  ) {
    precondition(!divisor.isZero)
    var quotient: [Int] = []
    var rest = SchoolbookNumber(digits: [], isNegative: false)
    let bare = SchoolbookNumber(digits: divisor.digits, isNegative: false)
    for digit in digits.reversed() {
      rest = SchoolbookNumber(digits: [digit] + rest.digits, isNegative: false)
      var times = 0
      while !(rest < bare) {
        rest = rest - bare
        times += 1
      }
      quotient.append(times)
    }
    return (
      SchoolbookNumber(
        digits: quotient.reversed(), isNegative: isNegative != divisor.isNegative),
      SchoolbookNumber(digits: rest.digits, isNegative: isNegative)
    )
  }
}
