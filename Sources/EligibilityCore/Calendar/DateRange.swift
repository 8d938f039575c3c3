/// A window of whole days, both ends in.
public struct ClosedDateWindow: Sendable, Hashable {
  /// The first day.
  public var start: CalendarDate
  /// The last day.
  public var end: CalendarDate

  /// Creates a window.
  public init(start: CalendarDate, end: CalendarDate) {
    self.start = start
    self.end = end
  }

  /// Whether a day lies in it.
  public func contains(_ date: CalendarDate) -> Bool { start <= date && date <= end }
}

/// The days that a date which is not known exactly can be, both ends in.
public struct DateRange: Sendable, Hashable {
  /// The first possible day.
  public let earliest: CalendarDate
  /// The last possible day.
  public let latest: CalendarDate

  /// A range; nil when it would be empty.
  public init?(earliest: CalendarDate, latest: CalendarDate) {
    guard earliest <= latest else { return nil }
    self.earliest = earliest
    self.latest = latest
  }

  /// One day.
  public init(_ day: CalendarDate) {
    earliest = day
    latest = day
  }

  /// The day, when there is only one.
  public var day: CalendarDate? { earliest == latest ? earliest : nil }

  /// The range without the days after a date; nil when none is left.
  public func clamped(notAfter date: CalendarDate) -> DateRange? {
    DateRange(earliest: earliest, latest: min(latest, date))
  }

  /// Whether it certainly, certainly not, or perhaps lies in a window.
  public func isWithin(_ window: ClosedDateWindow) -> Truth {
    isOnOrAfter(window.start).and(isOnOrBefore(window.end))
  }

  /// Whether it lies on a date or before.
  public func isOnOrBefore(_ date: CalendarDate) -> Truth {
    latest <= date ? .true : earliest > date ? .false : .unknown
  }

  /// Whether it lies before a date.
  public func isBefore(_ date: CalendarDate) -> Truth {
    latest < date ? .true : earliest >= date ? .false : .unknown
  }

  /// Whether it lies on a date or after.
  public func isOnOrAfter(_ date: CalendarDate) -> Truth { !isBefore(date) }

  /// Whether it lies after a date.
  public func isAfter(_ date: CalendarDate) -> Truth { !isOnOrBefore(date) }

  /// Whether it lies on the same day as another or before.
  public func isOnOrBefore(_ other: DateRange) -> Truth {
    latest <= other.earliest ? .true : earliest > other.latest ? .false : .unknown
  }
}
