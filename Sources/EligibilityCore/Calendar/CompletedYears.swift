/// On which day somebody born on 29 February completes a year that has no such day.
public enum LeapBirthday: Sendable, Hashable {
  case march1
  case february28
}

extension CalendarDate {
  /// The day on which somebody born on this date completes so many years; nil beyond year 9999.
  public func birthday(completing years: Int, leap: LeapBirthday) -> CalendarDate? {
    let target = year + years
    if let same = CalendarDate(year: target, month: month, day: day) { return same }
    switch leap {
    case .march1: return CalendarDate(year: target, month: 3, day: 1)
    case .february28: return CalendarDate(year: target, month: 2, day: 28)
    }
  }

  /// Completed years on a date of somebody born on this date; negative before birth.
  public func completedYears(on date: CalendarDate, leap: LeapBirthday) -> Int {
    let years = date.year - year
    guard let birthday = birthday(completing: years, leap: leap) else { return years }
    return date < birthday ? years - 1 : years
  }
}
