extension CalendarDate {
  /// 1 January of year 1.
  static let distantPast =
    CalendarDate(year: 1, month: 1, day: 1) ?? CalendarDate.epoch
  /// 31 December of year 9999.
  static let distantFuture =
    CalendarDate(year: 9_999, month: 12, day: 31) ?? CalendarDate.epoch
  /// 1 January 1970.
  static let epoch: CalendarDate = {
    guard let date = CalendarDate(dayNumber: 0) else { preconditionFailure("day 0 exists") }
    return date
  }()
}
