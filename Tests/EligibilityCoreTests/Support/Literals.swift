public import EligibilityCore

// Values of the tables below are written as texts. A text that is no such value is a mistake in the
// test itself and stops it.

extension ExactDecimal: ExpressibleByStringLiteral {
  /// The value that a text of a table stands for.
  public init(stringLiteral text: String) {
    guard let value = try? ExactDecimal(parsing: text) else {
      preconditionFailure("'\(text)' is no decimal")
    }
    self = value
  }
}

extension ExactRational: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
  /// A decimal or a ratio of two: `1.5`, `20/3`, `-0.25`.
  public init(stringLiteral text: String) {
    guard let value = ExactRational(ratioText: text) else {
      preconditionFailure("'\(text)' is no decimal or ratio")
    }
    self = value
  }

  /// A whole number.
  public init(integerLiteral value: Int) {
    self.init(value)
  }
}

extension ExactInteger: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
  /// The value that a text of a table stands for.
  public init(stringLiteral text: String) {
    guard let value = ExactInteger(decimalDigits: text) else {
      preconditionFailure("'\(text)' is no whole number")
    }
    self = value
  }

  /// A whole number.
  public init(integerLiteral value: Int) {
    self.init(value)
  }
}

extension CalendarDate: ExpressibleByStringLiteral {
  /// The value that a text of a table stands for.
  public init(stringLiteral text: String) {
    guard let value = CalendarDate(parsing: text) else {
      preconditionFailure("'\(text)' is no day")
    }
    self = value
  }
}

extension ClinicalTime: ExpressibleByStringLiteral {
  /// The value that a text of a table stands for.
  public init(stringLiteral text: String) {
    guard let value = try? ClinicalTime(parsing: text) else {
      preconditionFailure("'\(text)' is no time")
    }
    self = value
  }
}

extension DateRange {
  /// The days from one to another.
  init(_ earliest: CalendarDate, _ latest: CalendarDate) {
    guard let range = DateRange(earliest: earliest, latest: latest) else {
      preconditionFailure("\(earliest) is after \(latest)")
    }
    self = range
  }
}

extension TimeZoneTable {
  /// So many hours and minutes east of UTC all year.
  init(hours: Int, minutes: Int = 0) {
    let seconds = hours * 3_600 + minutes * 60
    guard let table = TimeZoneTable(initialOffsetSeconds: seconds) else {
      preconditionFailure("no zone is \(hours) hours from UTC")
    }
    self = table
  }
}
