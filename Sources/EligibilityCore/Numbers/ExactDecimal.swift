/// A decimal number as it is written on the wire: `-?digits[.digits]`, no exponent, at most 34 digits
/// and 40 characters. Equality is that of the numbers: 1.0 equals 1.00.
public struct ExactDecimal: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Why a text is no decimal.
  public enum ParseError: Error, Sendable, Hashable {
    /// There is nothing.
    case empty
    /// It does not follow the grammar.
    case malformed
    /// More than 34 digits.
    case tooManyDigits
    /// More than 40 characters.
    case tooLong
  }

  /// Digits that a decimal may have, as written.
  public static let maximumDigits = 34
  /// Characters that a decimal may have, as written.
  public static let maximumLength = 40

  /// The digits as one whole number.
  let significand: Int128
  /// How many of the digits stand after the point, 0 to 34.
  let scale: Int

  /// A whole number.
  public init(_ value: Int) {
    significand = Int128(value)
    scale = 0
  }

  /// Parses a text.
  public init(parsing text: some StringProtocol) throws(ParseError) {
    try self.init(parsing: text.utf8)
  }

  /// Parses the bytes of a text.
  public init(parsing utf8: some Collection<UInt8>) throws(ParseError) {
    var value: Int128 = 0
    var digits = 0
    var digitsAfterPoint = 0
    var sawPoint = false
    var isNegative = false
    var length = 0
    for byte in utf8 {
      length += 1
      if length > Self.maximumLength { throw .tooLong }
      switch byte {
      case UInt8(ascii: "-"):
        if length != 1 { throw .malformed }
        isNegative = true
      case UInt8(ascii: "."):
        if sawPoint || digits == 0 { throw .malformed }
        sawPoint = true
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        digits += 1
        if digits > Self.maximumDigits { throw .tooManyDigits }
        if sawPoint { digitsAfterPoint += 1 }
        value = value * 10 + Int128(byte - UInt8(ascii: "0"))
      default: throw .malformed
      }
    }
    if length == 0 { throw .empty }
    if digits == 0 || (sawPoint && digitsAfterPoint == 0) { throw .malformed }
    significand = isNegative ? -value : value
    scale = digitsAfterPoint
  }

  /// The number as a fraction.
  public var rational: ExactRational {
    ExactRational(significand: significand, scale: scale)
  }

  /// Whether it is below 0.
  public var isNegative: Bool { significand < 0 }

  /// Whether it is 0.
  public var isZero: Bool { significand == 0 }

  /// Equality of the numbers.
  public static func == (left: ExactDecimal, right: ExactDecimal) -> Bool {
    if left.scale == right.scale { return left.significand == right.significand }
    return left.rational == right.rational
  }

  /// Hashes the number, not its writing.
  public func hash(into hasher: inout Hasher) {
    var significand = significand
    var scale = scale
    while scale > 0, significand % 10 == 0 {
      significand /= 10
      scale -= 1
    }
    hasher.combine(significand)
    hasher.combine(scale)
  }

  /// Order of the numbers.
  public static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
    if left.scale == right.scale { return left.significand < right.significand }
    return left.rational < right.rational
  }

  /// The number with as many digits after the point as it was given with.
  public var description: String {
    if let digits = Int64(exactly: significand) { return Self.text(digits, scale: scale) }
    let digits = significand.magnitude.description
    let sign = significand < 0 ? "-" : ""
    guard scale > 0 else { return sign + digits }
    let padded = String(repeating: "0", count: max(0, scale + 1 - digits.utf8.count)) + digits
    let point = padded.index(padded.endIndex, offsetBy: -scale)
    return "\(sign)\(padded[..<point]).\(padded[point...])"
  }

  /// A number with so many of its digits, at most 34, after the point.
  static func text(_ digits: Int64, scale: Int) -> String {
    // Least digits first, from the end: at most 20 of them, or 35 with leading zeros, a point and a sign.
    var bytes = [40 of UInt8](repeating: UInt8(ascii: "0"))
    var start = bytes.count
    var rest = digits.magnitude
    var written = 0
    while rest != 0 || written <= scale {
      if written == scale, scale > 0 {
        start -= 1
        bytes[start] = UInt8(ascii: ".")
      }
      start -= 1
      bytes[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
      written += 1
    }
    if digits < 0 {
      start -= 1
      bytes[start] = UInt8(ascii: "-")
    }
    return String(ascii: bytes.span.extracting(start..<bytes.count))
  }
}
