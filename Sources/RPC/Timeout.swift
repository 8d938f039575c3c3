/// The `grpc-timeout` header: one to eight digits and a unit.
package enum Timeout {
  /// Nanoseconds of a header; nil for anything that does not follow the grammar.
  package static func nanoseconds(parsing bytes: Span<UInt8>) -> UInt64? {
    guard bytes.count >= 2, bytes.count <= 9 else { return nil }
    var value: UInt64 = 0
    for index in 0..<bytes.count - 1 {
      let byte = bytes[index]
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      value = value * 10 + UInt64(byte - UInt8(ascii: "0"))
    }
    // Eight digits of hours are below 2^64 nanoseconds times 20; the product saturates.
    let factor: UInt64
    switch bytes[bytes.count - 1] {
    case UInt8(ascii: "H"): factor = 3_600_000_000_000
    case UInt8(ascii: "M"): factor = 60_000_000_000
    case UInt8(ascii: "S"): factor = 1_000_000_000
    case UInt8(ascii: "m"): factor = 1_000_000
    case UInt8(ascii: "u"): factor = 1_000
    case UInt8(ascii: "n"): factor = 1
    default: return nil
    }
    let (product, overflow) = value.multipliedReportingOverflow(by: factor)
    return overflow ? .max : product
  }

  /// The header of a duration: the finest unit that holds it in eight digits, rounded up.
  package static func text(nanoseconds: UInt64) -> String {
    let units: [(UInt64, String)] = [
      (1, "n"), (1_000, "u"), (1_000_000, "m"), (1_000_000_000, "S"), (60_000_000_000, "M"),
    ]
    func count(_ factor: UInt64) -> UInt64 {
      nanoseconds / factor + (nanoseconds % factor == 0 ? 0 : 1)
    }
    for (factor, unit) in units where count(factor) <= 99_999_999 {
      return "\(count(factor))\(unit)"
    }
    return "\(count(3_600_000_000_000))H"
  }
}
