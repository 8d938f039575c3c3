/// An exact fraction in lowest terms with a positive denominator.
///
/// Comparison is by cross-multiplication. While numerator and denominator fit 64 bits everything happens in
/// registers; beyond that whole numbers of any size take over.
public struct ExactRational: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Every value has one form: the first wherever it will do.
  private enum Form: Sendable, Hashable {
    case small(Int64, over: Int64)
    case large(LargeRational)
  }

  private let form: Form

  /// The numerator.
  public var numerator: ExactInteger {
    switch form {
    case .small(let top, _): ExactInteger(Int128(top))
    case .large(let large): large.numerator
    }
  }

  /// The denominator, above 0.
  public var denominator: ExactInteger {
    switch form {
    case .small(_, let bottom): ExactInteger(Int128(bottom))
    case .large(let large): large.denominator
    }
  }

  /// 0.
  public static let zero = ExactRational(0)
  /// 1.
  public static let one = ExactRational(1)

  /// A whole number.
  public init(_ value: Int) {
    form = .small(Int64(value), over: 1)
  }

  /// A whole number.
  public init(_ value: ExactInteger) {
    self.init(lowest: value, over: ExactInteger(1))
  }

  /// A fraction; nil when the denominator is 0.
  public init?(numerator: ExactInteger, denominator: ExactInteger) {
    guard denominator.signum != 0 else { return nil }
    self.init(reducing: numerator, over: denominator)
  }

  /// `significand` divided by ten to the power of `scale`.
  init(significand: Int128, scale: Int) {
    if let small = SmallRational(significand: significand, scale: scale) {
      self.init(small)
    } else {
      self.init(reducing: ExactInteger(significand), over: ExactInteger.power(ofTen: scale))
    }
  }

  private init(_ small: SmallRational) {
    form = .small(small.top, over: small.bottom)
  }

  /// Both as small ones, where they are.
  private static func small(_ left: ExactRational, _ right: ExactRational)
    -> (SmallRational, SmallRational)?
  {
    guard case .small(let first, let second) = left.form,
      case .small(let third, let fourth) = right.form
    else { return nil }
    return (SmallRational(first, over: second), SmallRational(third, over: fourth))
  }

  /// The denominator must not be 0.
  private init(reducing numerator: ExactInteger, over denominator: ExactInteger) {
    var numerator = numerator
    var denominator = denominator
    if denominator.signum < 0 {
      numerator = -numerator
      denominator = -denominator
    }
    if denominator != ExactInteger(1) {
      let divisor = ExactInteger.greatestCommonDivisor(numerator, denominator)
      if divisor != ExactInteger(1),
        let (first, _) = numerator.quotientAndRemainder(dividingBy: divisor),
        let (second, _) = denominator.quotientAndRemainder(dividingBy: divisor)
      {
        numerator = first
        denominator = second
      }
    }
    self.init(lowest: numerator, over: denominator)
  }

  /// A fraction that is in lowest terms, or is only compared.
  private init(lowest numerator: ExactInteger, over denominator: ExactInteger) {
    if let first = numerator.fitting.flatMap({ Int64(exactly: $0) }),
      let second = denominator.fitting.flatMap({ Int64(exactly: $0) })
    {
      form = .small(first, over: second)
    } else {
      form = .large(LargeRational(numerator, over: denominator))
    }
  }

  /// A decimal (`88.4`) or a ratio of two decimals (`1/1000`, `20/3`); nil for anything else.
  public init?(ratioText text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let top = try? ExactDecimal(parsing: first) else { return nil }
    guard parts.count == 2 else {
      self = top.rational
      return
    }
    guard let bottom = try? ExactDecimal(parsing: parts[1]),
      let ratio = top.rational.dividing(by: bottom.rational)
    else { return nil }
    self = ratio
  }

  /// -1, 0 or 1.
  public var signum: Int {
    switch form {
    case .small(let top, _): Int(top.signum())
    case .large(let large): large.numerator.signum
    }
  }

  /// Whether it is 0.
  public var isZero: Bool { signum == 0 }

  /// The sum.
  public static func + (left: ExactRational, right: ExactRational) -> ExactRational {
    if let (first, second) = small(left, right), let sum = first.adding(second) {
      return ExactRational(sum)
    }
    // Dividing by what the denominators share first keeps the numbers short (Knuth, The Art of Computer
    // Programming 2, 4.5.1).
    let shared = ExactInteger.greatestCommonDivisor(left.denominator, right.denominator)
    let mine = left.denominator.divided(by: shared)
    let theirs = right.denominator.divided(by: shared)
    let top = left.numerator * theirs + right.numerator * mine
    let divisor = ExactInteger.greatestCommonDivisor(top, shared)
    return ExactRational(
      lowest: top.divided(by: divisor),
      over: mine * right.denominator.divided(by: divisor))
  }

  /// The difference.
  public static func - (left: ExactRational, right: ExactRational) -> ExactRational {
    left + -right
  }

  /// The product.
  public static func * (left: ExactRational, right: ExactRational) -> ExactRational {
    if let (first, second) = small(left, right), let product = first.multiplied(by: second) {
      return ExactRational(product)
    }
    // Each is in lowest terms: only crosswise is there something to divide by.
    let first = ExactInteger.greatestCommonDivisor(left.numerator, right.denominator)
    let second = ExactInteger.greatestCommonDivisor(right.numerator, left.denominator)
    return ExactRational(
      lowest: left.numerator.divided(by: first)
        * right.numerator.divided(by: second),
      over: left.denominator.divided(by: second)
        * right.denominator.divided(by: first))
  }

  /// The negated value.
  public static prefix func - (value: ExactRational) -> ExactRational {
    ExactRational(lowest: -value.numerator, over: value.denominator)
  }

  /// The quotient; nil when the divisor is 0.
  public func dividing(by divisor: ExactRational) -> ExactRational? {
    guard !divisor.isZero else { return nil }
    if let (first, second) = Self.small(self, divisor), let inverse = second.inverse,
      let quotient = first.multiplied(by: inverse)
    {
      return ExactRational(quotient)
    }
    return ExactRational(
      reducing: numerator * divisor.denominator, over: denominator * divisor.numerator)
  }

  /// The value to a power of 0 or more; 1 for a negative one.
  public func power(_ exponent: Int) -> ExactRational {
    // Lowest terms stay lowest terms, so nothing has to be reduced.
    var top = ExactInteger(1)
    var bottom = ExactInteger(1)
    for _ in 0..<max(0, exponent) {
      top = top * numerator
      bottom = bottom * denominator
    }
    return ExactRational(lowest: top, over: bottom)
  }

  /// For reading only: the positive root of a value that is not negative, rounded down to two decimals
  /// and at most 1,000,000.
  public func rootText(degree: Int) -> String {
    var low = 0
    var high = 100_000_000
    while low < high {
      let middle = (low + high + 1) / 2
      let candidate = ExactRational(lowest: ExactInteger(middle), over: ExactInteger(100))
        .power(degree)
      if candidate.numerator * denominator <= numerator * candidate.denominator {
        low = middle
      } else {
        high = middle - 1
      }
    }
    return ExactRational(reducing: ExactInteger(low), over: ExactInteger(100))
      .decimalText(fractionDigits: 2)
  }

  /// Order of the values, by cross-multiplication.
  public static func < (left: ExactRational, right: ExactRational) -> Bool {
    if let (first, second) = small(left, right) { return first.isLess(than: second) }
    return left.numerator * right.denominator < right.numerator * left.denominator
  }

  /// The value as a finite decimal of at most 60 characters; nil when there is none.
  public var exactDecimalText: String? {
    if case .small(let top, let bottom) = form {
      if bottom == 1 { return String(top) }
      if let text = SmallRational(top, over: bottom).decimalText { return text }
    }
    var rest = denominator
    var scale = 0
    var fives = 0
    var twos = 0
    while let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: ExactInteger(5)),
      remainder.signum == 0, fives < 64
    {
      rest = quotient
      fives += 1
    }
    while let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: ExactInteger(2)),
      remainder.signum == 0, twos < 64
    {
      rest = quotient
      twos += 1
    }
    guard rest == ExactInteger(1) else { return nil }
    scale = max(fives, twos)
    let text = decimalText(fractionDigits: scale)
    return text.utf8.count <= 60 ? text : nil
  }

  /// The value rounded half away from 0, for reading only.
  ///
  /// - Parameter fractionDigits: digits after the point, 0 or more.
  public func decimalText(fractionDigits: Int) -> String {
    let digits = max(0, fractionDigits)
    let scaled = numerator.magnitude * ExactInteger.power(ofTen: digits)
    guard
      let (quotient, remainder) = scaled.quotientAndRemainder(dividingBy: denominator)
    else { return "0" }
    let rounded =
      remainder + remainder < denominator ? quotient : quotient + ExactInteger(1)
    var text = rounded.description
    if digits > 0 {
      text = String(repeating: "0", count: max(0, digits + 1 - text.utf8.count)) + text
      let point = text.index(text.endIndex, offsetBy: -digits)
      text = "\(text[..<point]).\(text[point...])"
    }
    return signum < 0 && rounded.signum != 0 ? "-" + text : text
  }

  /// A finite decimal, or a ratio.
  public var description: String { exactDecimalText ?? "\(numerator)/\(denominator)" }
}

extension ExactInteger {
  /// The quotient by a divisor that is not 0.
  fileprivate func divided(by divisor: ExactInteger) -> ExactInteger {
    if divisor == ExactInteger(1) { return self }
    return quotientAndRemainder(dividingBy: divisor)?.quotient ?? self
  }
}
