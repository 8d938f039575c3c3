/// A fraction in lowest terms whose numerator and positive denominator fit 64 bits. What does not fit any more
/// is nil: whoever asks then computes with whole numbers of any size.
struct SmallRational {
  let top: Int64
  let bottom: Int64

  /// A fraction in lowest terms.
  init(_ top: Int64, over bottom: Int64) {
    self.top = top
    self.bottom = bottom
  }

  /// `significand` divided by ten to the power of `scale`.
  init?(significand: Int128, scale: Int) {
    guard let whole = Int64(exactly: significand), scale < Self.powersOfTen.count else {
      return nil
    }
    if scale == 0 || whole == 0 {
      self.init(whole, over: 1)
      return
    }
    // Ten has no other factors than two and five.
    var (top, bottom) = (whole, Self.powersOfTen[scale])
    let twos = min(top.trailingZeroBitCount, scale)
    top >>= Int64(twos)
    bottom >>= Int64(twos)
    while bottom % 5 == 0, top % 5 == 0 {
      top /= 5
      bottom /= 5
    }
    self.init(top, over: bottom)
  }

  /// Every power of ten that fits.
  private static let powersOfTen: [19 of Int64] = [
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
    10_000_000_000, 100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000,
    1_000_000_000_000_000, 10_000_000_000_000_000, 100_000_000_000_000_000,
    1_000_000_000_000_000_000,
  ]

  /// The greatest common divisor of a number and a positive one.
  private static func commonDivisor(_ left: Int64, _ right: Int64) -> Int64 {
    var (first, second) = (left.magnitude, right.magnitude)
    if first == 1 || second == 1 { return 1 }
    while second != 0 { (first, second) = (second, first % second) }
    return Int64(first)
  }

  /// The sum.
  func adding(_ other: SmallRational) -> SmallRational? {
    if bottom == 1, other.bottom == 1 {
      let (sum, overflow) = top.addingReportingOverflow(other.top)
      return overflow ? nil : SmallRational(sum, over: 1)
    }
    // Dividing by what the denominators share first keeps the numbers short (Knuth, The Art of Computer
    // Programming 2, 4.5.1).
    let shared = Self.commonDivisor(bottom, other.bottom)
    let (mine, theirs) = (bottom / shared, other.bottom / shared)
    let (left, first) = top.multipliedReportingOverflow(by: theirs)
    let (right, second) = other.top.multipliedReportingOverflow(by: mine)
    let (sum, third) = left.addingReportingOverflow(right)
    guard !first, !second, !third else { return nil }
    let divisor = Self.commonDivisor(sum, shared)
    let (below, fourth) = mine.multipliedReportingOverflow(by: other.bottom / divisor)
    return fourth ? nil : SmallRational(sum / divisor, over: below)
  }

  /// The product.
  func multiplied(by other: SmallRational) -> SmallRational? {
    if other.top == 1, other.bottom == 1 { return self }
    // Each is in lowest terms: only crosswise is there something to divide by.
    let first = Self.commonDivisor(top, other.bottom)
    let second = Self.commonDivisor(other.top, bottom)
    let (above, one) = (top / first).multipliedReportingOverflow(by: other.top / second)
    let (below, two) = (bottom / second).multipliedReportingOverflow(by: other.bottom / first)
    return one || two ? nil : SmallRational(above, over: below)
  }

  /// One divided by it, for what is not 0.
  var inverse: SmallRational? {
    guard top != .min else { return nil }
    return top < 0 ? SmallRational(-bottom, over: -top) : SmallRational(bottom, over: top)
  }

  /// Order of the values, by cross-multiplication.
  func isLess(than other: SmallRational) -> Bool {
    if bottom == other.bottom { return top < other.top }
    let left = top.multipliedFullWidth(by: other.bottom)
    let right = other.top.multipliedFullWidth(by: bottom)
    return (left.high, left.low) < (right.high, right.low)
  }

  /// The value as a finite decimal; nil where there is none, or none with so many digits.
  var decimalText: String? {
    var rest = bottom
    let twos = rest.trailingZeroBitCount
    rest >>= Int64(twos)
    var fives = 0
    while rest % 5 == 0 {
      rest /= 5
      fives += 1
    }
    let scale = max(twos, fives)
    guard rest == 1, scale < Self.powersOfTen.count else { return nil }
    let (digits, overflow) = top.multipliedReportingOverflow(by: Self.powersOfTen[scale] / bottom)
    return overflow ? nil : ExactDecimal.text(digits, scale: scale)
  }
}

/// A fraction that does not fit 64 bits.
final class LargeRational: Sendable, Hashable {
  let numerator: ExactInteger
  let denominator: ExactInteger

  init(_ numerator: ExactInteger, over denominator: ExactInteger) {
    self.numerator = numerator
    self.denominator = denominator
  }

  static func == (left: LargeRational, right: LargeRational) -> Bool {
    left.numerator == right.numerator && left.denominator == right.denominator
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(numerator)
    hasher.combine(denominator)
  }
}
