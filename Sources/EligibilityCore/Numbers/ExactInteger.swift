/// A whole number of any size.
///
/// Values that fit 128 bits are computed in registers; beyond them a magnitude of 64-bit limbs takes
/// over. Nothing traps and nothing is rounded.
public struct ExactInteger: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The value when it fits; the one representation of every value that does.
  private var small: Int128
  /// The magnitude, least limb first, when the value does not fit 128 bits; else empty.
  private var limbs: [UInt64]
  /// The sign of a value that does not fit.
  private var isNegative: Bool

  /// A value that fits.
  public init(_ value: Int128) {
    small = value
    limbs = []
    isNegative = false
  }

  /// A value that fits.
  public init(_ value: Int) {
    self.init(Int128(value))
  }

  private init(magnitude: [UInt64], isNegative: Bool) {
    var magnitude = magnitude
    while magnitude.last == 0 { magnitude.removeLast() }
    if magnitude.count <= 2 {
      let low = UInt128(magnitude.first ?? 0)
      let high = magnitude.count > 1 ? UInt128(magnitude[1]) : 0
      let value = (high << 64) | low
      let fitting = Int128(exactly: value).map { isNegative ? -$0 : $0 }
      let isLeast = isNegative && value == Int128.min.magnitude
      if let whole = fitting ?? (isLeast ? Int128.min : nil) {
        small = whole
        limbs = []
        self.isNegative = false
        return
      }
    }
    small = 0
    limbs = magnitude
    self.isNegative = isNegative
  }

  /// -1, 0 or 1.
  public var signum: Int {
    guard limbs.isEmpty else { return isNegative ? -1 : 1 }
    return small < 0 ? -1 : small > 0 ? 1 : 0
  }

  /// The value without its sign.
  public var magnitude: ExactInteger { signum < 0 ? -self : self }

  /// The value when it fits 128 bits.
  public var fitting: Int128? { limbs.isEmpty ? small : nil }

  private var magnitudeLimbs: [UInt64] {
    guard limbs.isEmpty else { return limbs }
    let value = small.magnitude
    return [UInt64(truncatingIfNeeded: value), UInt64(truncatingIfNeeded: value >> 64)]
  }

  /// The negated value.
  public static prefix func - (value: ExactInteger) -> ExactInteger {
    if let fitting = value.fitting, fitting != Int128.min { return ExactInteger(-fitting) }
    return ExactInteger(magnitude: value.magnitudeLimbs, isNegative: value.signum > 0)
  }

  /// The sum.
  public static func + (left: ExactInteger, right: ExactInteger) -> ExactInteger {
    if let first = left.fitting, let second = right.fitting {
      let (sum, overflow) = first.addingReportingOverflow(second)
      if !overflow { return ExactInteger(sum) }
    }
    let first = left.magnitudeLimbs
    let second = right.magnitudeLimbs
    let firstIsNegative = left.signum < 0
    if firstIsNegative == (right.signum < 0) {
      return ExactInteger(magnitude: Limbs.sum(first, second), isNegative: firstIsNegative)
    }
    if Limbs.isLess(first, second) {
      return ExactInteger(magnitude: Limbs.difference(second, first), isNegative: right.signum < 0)
    }
    return ExactInteger(magnitude: Limbs.difference(first, second), isNegative: firstIsNegative)
  }

  /// The difference.
  public static func - (left: ExactInteger, right: ExactInteger) -> ExactInteger { left + -right }

  /// The product.
  public static func * (left: ExactInteger, right: ExactInteger) -> ExactInteger {
    if let first = left.fitting, let second = right.fitting {
      let (product, overflow) = first.multipliedReportingOverflow(by: second)
      if !overflow { return ExactInteger(product) }
    }
    return ExactInteger(
      magnitude: Limbs.product(left.magnitudeLimbs, right.magnitudeLimbs),
      isNegative: (left.signum < 0) != (right.signum < 0))
  }

  /// Quotient towards zero and remainder with the dividend's sign; nil when the divisor is 0.
  public func quotientAndRemainder(
    dividingBy divisor: ExactInteger
  ) -> (quotient: ExactInteger, remainder: ExactInteger)? {
    guard divisor.signum != 0 else { return nil }
    if let first = fitting, let second = divisor.fitting {
      let (quotient, overflow) = first.dividedReportingOverflow(by: second)
      let (remainder, _) = first.remainderReportingOverflow(dividingBy: second)
      if !overflow { return (ExactInteger(quotient), ExactInteger(remainder)) }
    }
    let (quotient, remainder) = Limbs.quotientAndRemainder(magnitudeLimbs, divisor.magnitudeLimbs)
    let isNegative = (signum < 0) != (divisor.signum < 0)
    return (
      ExactInteger(magnitude: quotient, isNegative: isNegative),
      ExactInteger(magnitude: remainder, isNegative: signum < 0)
    )
  }

  /// The greatest common divisor, never negative.
  public static func greatestCommonDivisor(_ left: ExactInteger, _ right: ExactInteger)
    -> ExactInteger
  {
    var first = left.magnitude
    var second = right.magnitude
    while second.signum != 0 {
      if let one = first.fitting, let other = second.fitting {
        return ExactInteger(greatestCommonDivisor(one.magnitude, other.magnitude))
      }
      guard let (_, remainder) = first.quotientAndRemainder(dividingBy: second) else {
        return first
      }
      (first, second) = (second, remainder)
    }
    return first
  }

  /// Of two that fit 128 bits and are not negative.
  private static func greatestCommonDivisor(_ left: UInt128, _ right: UInt128) -> Int128 {
    var (first, second) = (left, right)
    while second > UInt128(UInt64.max) || first > UInt128(UInt64.max) {
      if second == 0 { return Int128(truncatingIfNeeded: first) }
      (first, second) = (second, first % second)
    }
    var (one, other) = (UInt64(first), UInt64(second))
    while other != 0 { (one, other) = (other, one % other) }
    return Int128(one)
  }

  /// 10 to a power of 0 or more; 1 for a negative one.
  public static func power(ofTen exponent: Int) -> ExactInteger {
    var result = ExactInteger(1)
    for _ in 0..<max(0, exponent) { result = result * ExactInteger(10) }
    return result
  }

  /// A number in decimal digits with an optional minus; nil for anything else.
  public init?(decimalDigits text: some StringProtocol) {
    let isNegative = text.utf8.first == UInt8(ascii: "-")
    let digits = text.utf8.dropFirst(isNegative ? 1 : 0)
    guard !digits.isEmpty else { return nil }
    var value = ExactInteger(0)
    for digit in digits {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      value = value * ExactInteger(10) + ExactInteger(Int(digit - UInt8(ascii: "0")))
    }
    self = isNegative ? -value : value
  }

  /// Order of the values.
  public static func < (left: ExactInteger, right: ExactInteger) -> Bool {
    if let first = left.fitting, let second = right.fitting { return first < second }
    if left.signum != right.signum { return left.signum < right.signum }
    let isLess = Limbs.isLess(left.magnitudeLimbs, right.magnitudeLimbs)
    let isGreater = Limbs.isLess(right.magnitudeLimbs, left.magnitudeLimbs)
    return left.signum < 0 ? isGreater : isLess
  }

  /// Decimal digits.
  public var description: String {
    if let fitting { return fitting.description }
    var groups: [String] = []
    var rest = magnitude
    let group = ExactInteger.power(ofTen: 18)
    while let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: group) {
      let digits = (remainder.fitting ?? 0).description
      if quotient.signum == 0 {
        groups.append(digits)
        break
      }
      groups.append(String(repeating: "0", count: 18 - digits.utf8.count) + digits)
      rest = quotient
    }
    return (signum < 0 ? "-" : "") + groups.reversed().joined()
  }
}
