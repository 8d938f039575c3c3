/// What a `ClinicalTime` means, without its text.
package struct TimeSpan: Sendable, Hashable {
  /// How much is given.
  package let precision: ClinicalTime.Precision
  /// Set for an instant.
  private let moment: Instant?
  /// The first day as written.
  let first: CalendarDate
  private let last: CalendarDate

  /// Parses the bytes of a text, as `ClinicalTime` does.
  package init(_ bytes: Span<UInt8>) throws(ClinicalTime.ParseError) {
    if bytes.isEmpty { throw .empty }
    if bytes.count > Self.maximumLength { throw .tooLong }
    var reader = DigitReader()
    let year = try reader.number(bytes, digits: 4)
    var (month, day) = (0, 0)
    var precision = ClinicalTime.Precision.year
    if reader.skip(bytes, "-") {
      month = try reader.number(bytes, digits: 2)
      precision = .month
      if reader.skip(bytes, "-") {
        day = try reader.number(bytes, digits: 2)
        precision = .day
      }
    }
    let firstDay = CalendarDate(year: year, month: max(1, month), day: max(1, day))
    guard let firstDay, precision == .year || month >= 1, precision != .day || day >= 1
    else { throw .outOfRange }
    var moment: Instant?
    if precision == .day, reader.skip(bytes, "T") {
      moment = try Self.instant(&reader, bytes, on: firstDay)
      precision = .instant
    }
    guard reader.position == bytes.count else { throw .malformed }
    var lastDay = firstDay
    switch precision {
    case .year: lastDay = CalendarDate(year: year, month: 12, day: 31) ?? firstDay
    case .month:
      let days = CalendarDate.daysInMonth(year: year, month: month)
      lastDay = CalendarDate(year: year, month: month, day: days) ?? firstDay
    case .day, .instant: break
    }
    self.precision = precision
    self.moment = moment
    self.first = firstDay
    self.last = lastDay
  }

  private static let maximumLength = 40

  private static func instant(
    _ reader: inout DigitReader, _ bytes: Span<UInt8>, on day: CalendarDate
  ) throws(ClinicalTime.ParseError) -> Instant {
    let hour = try reader.number(bytes, digits: 2)
    guard reader.skip(bytes, ":") else { throw .malformed }
    let minute = try reader.number(bytes, digits: 2)
    guard reader.skip(bytes, ":") else { throw .malformed }
    let second = try reader.number(bytes, digits: 2)
    let nanoseconds = reader.skip(bytes, ".") ? try reader.fraction(bytes) : 0
    guard hour <= 23, minute <= 59, second <= 59 else { throw .outOfRange }
    var offset = 0
    if !reader.skip(bytes, "Z") {
      let isNegative = reader.skip(bytes, "-")
      guard isNegative || reader.skip(bytes, "+") else { throw .malformed }
      let hours = try reader.number(bytes, digits: 2)
      guard reader.skip(bytes, ":") else { throw .malformed }
      let minutes = try reader.number(bytes, digits: 2)
      guard minutes <= 59, hours * 60 + minutes <= 14 * 60 else { throw .outOfRange }
      offset = (hours * 60 + minutes) * (isNegative ? -60 : 60)
    }
    let seconds =
      Int64(day.dayNumber) * 86_400 + Int64(hour * 3_600 + minute * 60 + second - offset)
    return Instant(seconds: seconds, nanoseconds: Int32(nanoseconds))
  }

  /// The local dates that it can mean.
  func dates(in zone: TimeZoneTable) -> DateRange {
    if let instant = moment, let date = zone.date(of: instant) { return DateRange(date) }
    return DateRange(earliest: first, latest: last) ?? DateRange(first)
  }

  /// The moments that it can mean, both ends included.
  func instants(in zone: TimeZoneTable) -> (earliest: Instant, latest: Instant) {
    if let instant = moment { return (instant, instant) }
    let earliest = zone.instant(startOf: first)
    guard let next = last.adding(days: 1) else {
      return (earliest, Instant(seconds: zone.instant(startOf: last).seconds + 86_399))
    }
    let end = zone.instant(startOf: next)
    return (earliest, Instant(seconds: end.seconds - 1, nanoseconds: 999_999_999))
  }
}

/// Reads digits and signs from the bytes of a text.
private struct DigitReader {
  private(set) var position = 0

  mutating func skip(_ bytes: Span<UInt8>, _ character: Unicode.Scalar) -> Bool {
    guard position < bytes.count, UInt32(bytes[position]) == character.value else { return false }
    position += 1
    return true
  }

  mutating func number(_ bytes: Span<UInt8>, digits: Int) throws(ClinicalTime.ParseError) -> Int {
    var value = 0
    for _ in 0..<digits {
      guard let digit = nextDigit(bytes) else { throw .malformed }
      value = value * 10 + digit
    }
    return value
  }

  /// Up to nine digits of a second, in nanoseconds.
  mutating func fraction(_ bytes: Span<UInt8>) throws(ClinicalTime.ParseError) -> Int {
    var value = 0
    var digits = 0
    while let digit = nextDigit(bytes) {
      digits += 1
      if digits > 9 { throw .malformed }
      value = value * 10 + digit
    }
    guard digits > 0 else { throw .malformed }
    for _ in digits..<9 { value *= 10 }
    return value
  }

  private mutating func nextDigit(_ bytes: Span<UInt8>) -> Int? {
    guard position < bytes.count else { return nil }
    let byte = bytes[position]
    guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
    position += 1
    return Int(byte - UInt8(ascii: "0"))
  }
}
