/// Which ends of a look-back window belong to it.
public enum WindowBounds: Sendable, Hashable {
  /// Both: T - N to T.
  case closed
  /// The end alone: after T - N, to T.
  case halfOpen
}

/// A length of time in one unit of the calendar.
public struct CalendarPeriod: Sendable, Hashable, CustomStringConvertible {
  /// A unit of time.
  public enum Unit: String, Sendable, Hashable, CaseIterable {
    case hours = "HOUR"
    case days = "DAY"
    case weeks = "WEEK"
    case months = "MONTH"
    case years = "YEAR"
  }

  /// How many.
  public let count: Int
  /// Of what.
  public let unit: Unit

  /// Creates a period.
  public init(count: Int, unit: Unit) {
    self.count = count
    self.unit = unit
  }

  /// The date so long after a start, months and years cut at the end of a month. nil for hours and
  /// outside the calendar.
  public func after(_ start: CalendarDate) -> CalendarDate? { moved(start, count) }

  /// The date so long before an anchor: months and years are subtracted from the anchor, so this is
  /// not the reverse of `after`. nil for hours and outside the calendar.
  public func lookBack(from anchor: CalendarDate) -> CalendarDate? { moved(anchor, -count) }

  private func moved(_ date: CalendarDate, _ count: Int) -> CalendarDate? {
    switch unit {
    case .hours: nil
    case .days: date.adding(days: count)
    case .weeks: date.adding(days: count * 7)
    case .months: date.adding(months: count)
    case .years: date.adding(years: count)
    }
  }

  /// The look-back window that ends on an anchor.
  public func window(endingOn anchor: CalendarDate, bounds: WindowBounds) -> ClosedDateWindow? {
    guard let start = lookBack(from: anchor) else { return nil }
    switch bounds {
    case .closed: return ClosedDateWindow(start: start, end: anchor)
    case .halfOpen:
      return start.adding(days: 1).map { ClosedDateWindow(start: $0, end: anchor) }
    }
  }

  /// The first anchor after an event whose look-back window no longer holds it. nil for hours and
  /// outside the calendar.
  public func firstPassingDate(afterEvent event: CalendarDate, bounds: WindowBounds)
    -> CalendarDate?
  {
    // The month's end is cut when looking back, so the answer can lie up to three days after the
    // event's own day so many months later; the search starts before it.
    guard var anchor = after(event) else { return nil }
    if let plain = plainPassingDate(afterEvent: event, anchor, bounds) { return plain }
    anchor = anchor.adding(days: -4).map { max($0, event) } ?? event
    for _ in 0..<12 {
      guard let start = lookBack(from: anchor) else { return nil }
      let isOutside = bounds == .closed ? event < start : event <= start
      if isOutside { return anchor }
      guard let next = anchor.adding(days: 1) else { return nil }
      anchor = next
    }
    return nil
  }

  /// The same where no end of a month and no end of the calendar has a say: the day on which the period after
  /// the event is over, or the next one where that day still looks back on the event.
  private func plainPassingDate(
    afterEvent event: CalendarDate, _ end: CalendarDate, _ bounds: WindowBounds
  ) -> CalendarDate? {
    let isPlain = unit == .days || unit == .weeks || event.day <= 27
    guard isPlain, count > 0, event.year > 1, end.year < 9_999 else { return nil }
    return bounds == .closed ? end.adding(days: 1) : end
  }

  /// For reading: `14 d`, `3 mo`, `5 a` (UCUM).
  public var description: String {
    switch unit {
    case .hours: "\(count) h"
    case .days: "\(count) d"
    case .weeks: "\(count) wk"
    case .months: "\(count) mo"
    case .years: "\(count) a"
    }
  }
}
