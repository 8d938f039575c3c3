/// A day of the proleptic Gregorian calendar, years 1 to 9999.
public struct CalendarDate: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Year, month and day side by side, so that dates compare as one number.
  private let bits: Int32

  /// 1 to 9999.
  public var year: Int { Int(bits >> 9) }
  /// 1 to 12.
  public var month: Int { Int((bits >> 5) & 0xF) }
  /// 1 to the days of the month.
  public var day: Int { Int(bits & 0x1F) }

  /// A date; nil when there is no such day.
  public init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
      day <= Self.daysInMonth(year: year, month: month)
    else { return nil }
    self.init(known: year, month, day)
  }

  /// A date that there is.
  private init(known year: Int, _ month: Int, _ day: Int) {
    bits = Int32(truncatingIfNeeded: year << 9 | month << 5 | day)
  }

  /// The date so many days after 1970-01-01; nil outside years 1 to 9999.
  public init?(dayNumber: Int) {
    // Hinnant's algorithm over eras of 400 years, the year beginning in March.
    guard (-719_162...2_932_896).contains(dayNumber) else { return nil }
    let shifted = dayNumber + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    self.init(
      known: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
      dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  /// A text `YYYY-MM-DD`; nil for anything else.
  public init?(parsing text: some StringProtocol) {
    guard let time = try? ClinicalTime(parsing: text), time.precision == .day else { return nil }
    self = time.first
  }

  /// Days since 1970-01-01.
  public var dayNumber: Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = shiftedYear / 400
    let yearOfEra = shiftedYear - era * 400
    let shiftedMonth = month > 2 ? month - 3 : month + 9
    let dayOfYear = (153 * shiftedMonth + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// The days of a month.
  public static func daysInMonth(year: Int, month: Int) -> Int {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: isLeap(year) ? 29 : 28
    default: 31
    }
  }

  static func isLeap(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  /// The date so many days later; nil outside years 1 to 9999.
  public func adding(days: Int) -> CalendarDate? {
    if (-27...27).contains(days), (1...28).contains(day + days) {
      return CalendarDate(known: year, month, day + days)
    }
    let (number, overflow) = dayNumber.addingReportingOverflow(days)
    return overflow ? nil : CalendarDate(dayNumber: number)
  }

  /// The date so many months later, the day cut to the month's last one (2024-08-31 + 6 months =
  /// 2025-02-28); negative counts go back. nil outside years 1 to 9999.
  public func adding(months: Int) -> CalendarDate? {
    let (total, overflow) = (year * 12 + month - 1).addingReportingOverflow(months)
    guard !overflow, total >= 12 else { return nil }
    let newYear = total / 12
    let newMonth = total % 12 + 1
    guard newYear <= 9999 else { return nil }
    return CalendarDate(
      year: newYear, month: newMonth,
      day: min(day, Self.daysInMonth(year: newYear, month: newMonth)))
  }

  /// The date so many years later, 29 February cut to the 28th where there is none.
  public func adding(years: Int) -> CalendarDate? {
    let (months, overflow) = years.multipliedReportingOverflow(by: 12)
    return overflow ? nil : adding(months: months)
  }

  /// Days from this date to another.
  public func days(until other: CalendarDate) -> Int { other.dayNumber - dayNumber }

  /// Order in time.
  public static func < (left: CalendarDate, right: CalendarDate) -> Bool {
    left.bits < right.bits
  }

  /// `YYYY-MM-DD`.
  public var description: String {
    let (year, month, day) = (year, month, day)
    let dash = UInt8(ascii: "-")
    func digit(_ number: Int) -> UInt8 {
      UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10)
    }
    let text: [10 of UInt8] = [
      digit(year / 1_000), digit(year / 100), digit(year / 10), digit(year), dash,
      digit(month / 10), digit(month), dash, digit(day / 10), digit(day),
    ]
    return String(ascii: text.span)
  }
}

extension String {
  /// A text whose bytes are known to be ASCII.
  init(ascii bytes: Span<UInt8>) {
    do {
      self.init(copying: try UTF8Span(validating: bytes))
    } catch {
      self = ""
    }
  }
}

/// A number with leading zeros.
func padded(_ number: Int, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
