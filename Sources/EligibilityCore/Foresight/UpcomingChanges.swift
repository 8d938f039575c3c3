/// When leaves may say something else after a date, collected.
struct UpcomingChanges {
  private struct Day {
    var date: CalendarDate
    var leaf: Int32
  }

  private struct Moment {
    var moment: Instant
    var leaf: Int32
  }

  private let start: CalendarDate
  private let bounds: WindowBounds
  /// In no order, some of them more than once.
  private var days: [Day] = []
  private var moments: [Moment] = []
  /// The leaf whose dates are added.
  private var leaf: Int32 = 0
  private var lastEvent: (day: CalendarDate, window: CalendarPeriod?)?
  private var lastWindow: (period: CalendarPeriod, start: CalendarDate?)?
  /// The date to look at next; nil = none is left.
  private var nextDay: (date: CalendarDate, moment: Instant)?
  /// The last of `moments` that was looked at.
  private var lastMoment: Instant?
  private var isBegun = false
  /// The leaves that may change at the moment that `next` came to, some of them more than once.
  private(set) var leaves: [Int32] = []

  init(after start: CalendarDate, bounds: WindowBounds) {
    self.start = start
    self.bounds = bounds
    days.reserveCapacity(Self.usualCount)
  }

  /// Changes that most patients have no more of.
  private static let usualCount = 500

  /// What is added from here on are changes of one leaf.
  mutating func begin(leaf: Int) {
    self.leaf = Int32(truncatingIfNeeded: leaf)
    lastEvent = nil
  }

  mutating func add(_ moment: Instant) { moments.append(Moment(moment: moment, leaf: leaf)) }

  mutating func add(_ date: CalendarDate?) {
    // An end that is open reaches as far as the calendar does.
    if let date, date > start, date < .distantFuture { days.append(Day(date: date, leaf: leaf)) }
  }

  /// Adds when a day that is not known exactly may have come, and when it may have left a window.
  mutating func add(_ dates: DateRange?, window: CalendarPeriod? = nil) {
    guard let dates else { return }
    addEvent(dates.earliest, window)
    if dates.latest != dates.earliest { addEvent(dates.latest, window) }
  }

  private mutating func addEvent(_ day: CalendarDate, _ window: CalendarPeriod?) {
    // Many facts lie on one day.
    if let lastEvent, lastEvent.day == day, lastEvent.window == window { return }
    lastEvent = (day, window)
    add(day)
    guard let window else { return }
    // What is before the window has left it.
    if let first = self.windowStart(window), day < first { return }
    add(window.firstPassingDate(afterEvent: day, bounds: bounds))
  }

  /// The first day of a window that ends on the start.
  private mutating func windowStart(_ period: CalendarPeriod) -> CalendarDate? {
    if let lastWindow, lastWindow.period == period { return lastWindow.start }
    let first = period.window(endingOn: start, bounds: bounds)?.start
    lastWindow = (period, first)
    return first
  }

  /// Days that follow each other are looked at for so long.
  private static let longestRow = 62

  /// The day up to which dates are listed, where there are more; nil = all are listed.
  private(set) var lastListed: CalendarDate?

  /// Adds every day until a day has left a window, or for the longest time that days are followed.
  mutating func addEveryDay(upTo last: CalendarDate, window: CalendarPeriod) {
    let end = window.firstPassingDate(afterEvent: last, bounds: bounds) ?? last
    var day = start
    for _ in 0..<Self.longestRow where day <= end {
      guard let next = day.adding(days: 1) else { return }
      add(next)
      day = next
    }
    if day < end { lastListed = min(lastListed ?? day, day) }
  }
}

extension UpcomingChanges {
  /// Goes on to the next moment at which something may change; nil = there is none.
  mutating func next(in zone: TimeZoneTable) -> Instant? {
    leaves.removeAll(keepingCapacity: true)
    if !isBegun {
      isBegun = true
      // No change lies on the start itself.
      takeDay(start, zone)
    }
    let clock = nextMoment()
    guard var moment = nextDay?.moment ?? clock else { return nil }
    if let clock { moment = min(moment, clock) }
    // A date that the clocks leave out begins when the next one does.
    while let day = nextDay, day.moment == moment { takeDay(day.date, zone) }
    if clock == moment {
      for change in moments where change.moment == moment { leaves.append(change.leaf) }
      lastMoment = moment
    }
    return moment
  }

  /// Takes the leaves of a date and looks for the date after it.
  private mutating func takeDay(_ date: CalendarDate, _ zone: TimeZoneTable) {
    var following = CalendarDate.distantFuture
    for change in days {
      if change.date == date {
        leaves.append(change.leaf)
      } else if change.date > date, change.date < following {
        following = change.date
      }
    }
    nextDay = nil
    if following < .distantFuture { nextDay = (following, zone.instant(startOf: following)) }
  }

  private func nextMoment() -> Instant? {
    var next: Instant?
    for change in moments {
      if let lastMoment, change.moment <= lastMoment { continue }
      next = next.map { min($0, change.moment) } ?? change.moment
    }
    return next
  }
}
