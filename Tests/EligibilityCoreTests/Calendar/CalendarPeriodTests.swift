import EligibilityCore
import Testing

@Suite struct CalendarPeriodTests {
  static func period(_ count: Int, _ unit: CalendarPeriod.Unit) -> CalendarPeriod {
    CalendarPeriod(count: count, unit: unit)
  }

  // MARK: Windows

  /// Within N before T: T - N to T, both ends in; half-open leaves the first day out.
  @Test(
    arguments: [
      (period(7, .days), "2025-03-15", "2025-03-08"),
      (period(14, .days), "2025-03-15", "2025-03-01"),
      (period(2, .weeks), "2025-03-15", "2025-03-01"),
      (period(4, .weeks), "2025-03-29", "2025-03-01"),
      (period(28, .days), "2025-03-29", "2025-03-01"),
      (period(3, .months), "2025-05-31", "2025-02-28"),
      (period(3, .months), "2025-04-30", "2025-01-30"),
      (period(5, .years), "2024-02-29", "2019-02-28"),
      (period(1, .days), "2025-03-01", "2025-02-28"),
    ] as [(CalendarPeriod, CalendarDate, CalendarDate)])
  func windowsLookBack(_ period: CalendarPeriod, _ anchor: CalendarDate, _ first: CalendarDate)
    throws
  {
    #expect(period.lookBack(from: anchor) == first)
    let closed = try #require(period.window(endingOn: anchor, bounds: .closed))
    #expect(closed.start == first && closed.end == anchor)
    #expect(closed.contains(first) && closed.contains(anchor))
    let before = try #require(first.adding(days: -1))
    let after = try #require(anchor.adding(days: 1))
    #expect(!closed.contains(before) && !closed.contains(after))

    let halfOpen = try #require(period.window(endingOn: anchor, bounds: .halfOpen))
    #expect(halfOpen.end == anchor)
    #expect(!halfOpen.contains(first) && halfOpen.contains(anchor))
    #expect(halfOpen.contains(try #require(first.adding(days: 1))))
    #expect(!halfOpen.contains(after))
  }

  @Test(
    arguments: [
      (period(6, .months), "2024-08-31", "2025-02-28"),
      (period(6, .months), "2024-08-28", "2025-02-28"),
      (period(2, .weeks), "2025-01-01", "2025-01-15"),
      (period(90, .days), "2025-01-01", "2025-04-01"),
      (period(1, .years), "2024-02-29", "2025-02-28"),
    ] as [(CalendarPeriod, CalendarDate, CalendarDate)])
  func durationsAdd(_ period: CalendarPeriod, _ start: CalendarDate, _ end: CalendarDate) {
    #expect(period.after(start) == end)
  }

  @Test func hoursHaveNoDays() {
    let hours = Self.period(72, .hours)
    #expect(hours.after("2025-01-01") == nil)
    #expect(hours.lookBack(from: "2025-01-01") == nil)
    #expect(hours.window(endingOn: "2025-01-01", bounds: .closed) == nil)
    #expect(hours.firstPassingDate(afterEvent: "2025-01-01", bounds: .closed) == nil)
  }

  @Test func nothingLiesOutsideTheCalendar() {
    let years = Self.period(5, .years)
    #expect(years.window(endingOn: "0005-12-31", bounds: .closed) == nil)
    #expect(years.window(endingOn: "0006-01-01", bounds: .closed)?.start == "0001-01-01")
    #expect(years.after("9995-01-01") == nil)
    #expect(years.firstPassingDate(afterEvent: "9995-01-01", bounds: .closed) == nil)
    #expect(
      Self.period(1, .days).firstPassingDate(afterEvent: "9999-12-31", bounds: .closed) == nil)
  }

  // MARK: The first day on which an event has left the window

  @Test(
    arguments: [
      // Rituximab on 2025-03-01, two weeks.
      (period(14, .days), "2025-03-01", "2025-03-16", "2025-03-15"),
      (period(4, .weeks), "2025-03-01", "2025-03-30", "2025-03-29"),
      (period(28, .days), "2025-03-01", "2025-03-30", "2025-03-29"),
      // Prednisone last on 2025-03-10.
      (period(14, .days), "2025-03-10", "2025-03-25", "2025-03-24"),
      // A trial that ended on 2025-01-31: 2025-04-30 - 3 months = 2025-01-30 is still before it.
      (period(3, .months), "2025-01-31", "2025-05-01", "2025-05-01"),
      // A trial that ended on the last of February passes only when February has left the window.
      (period(3, .months), "2025-02-28", "2025-06-01", "2025-05-28"),
      // A malignancy five years ago.
      (period(5, .years), "2020-03-15", "2025-03-16", "2025-03-15"),
      (period(5, .years), "2020-02-29", "2025-03-01", "2025-03-01"),
      (period(5, .years), "2019-02-28", "2024-03-01", "2024-02-28"),
      (period(7, .days), "2025-03-14", "2025-03-22", "2025-03-21"),
      (period(1, .days), "2025-02-28", "2025-03-02", "2025-03-01"),
      (period(6, .months), "2024-08-31", "2025-03-01", "2025-03-01"),
    ] as [(CalendarPeriod, CalendarDate, CalendarDate, CalendarDate)])
  func firstPassingDates(
    _ period: CalendarPeriod, _ event: CalendarDate, _ closed: CalendarDate,
    _ halfOpen: CalendarDate
  ) {
    #expect(period.firstPassingDate(afterEvent: event, bounds: .closed) == closed)
    #expect(period.firstPassingDate(afterEvent: event, bounds: .halfOpen) == halfOpen)
  }

  /// Days and weeks: the event's day plus N, and one more where both ends belong.
  @Test(arguments: [1, 7, 14, 28, 30, 365])
  func daysAndWeeksAreCounted(_ count: Int) throws {
    for number in stride(from: 19_700, through: 20_900, by: 7) {
      let event = try #require(CalendarDate(dayNumber: number))
      for (unit, length) in [(CalendarPeriod.Unit.days, count), (.weeks, count * 7)] {
        let period = Self.period(count, unit)
        #expect(
          period.firstPassingDate(afterEvent: event, bounds: .closed)
            == event.adding(days: length + 1))
        #expect(
          period.firstPassingDate(afterEvent: event, bounds: .halfOpen)
            == event.adding(days: length))
      }
    }
  }

  /// By trying every anchor from the event on: the first whose window no longer holds it, and the window
  /// does not hold it again later.
  @Test(
    arguments: [
      period(1, .days), period(14, .days), period(2, .weeks), period(1, .months),
      period(2, .months),
      period(3, .months), period(6, .months), period(11, .months), period(12, .months),
      period(1, .years), period(4, .years), period(5, .years),
    ], [WindowBounds.closed, .halfOpen])
  func isTheLeastAnchorThatExcludesTheEvent(_ period: CalendarPeriod, _ bounds: WindowBounds)
    throws
  {
    // Two years around 29 February 2024, and the turn of a century without a leap day.
    let first: CalendarDate = "2023-06-01"
    let century: CalendarDate = "2099-12-20"
    let near = first.dayNumber...(first.dayNumber + 640)
    let far = century.dayNumber...(century.dayNumber + 80)
    for number in Array(near) + Array(far) {
      let event = try #require(CalendarDate(dayNumber: number))
      var anchor = event
      while period.window(endingOn: anchor, bounds: bounds)?.contains(event) == true {
        anchor = anchor.adding(days: 1) ?? anchor
      }
      #expect(
        period.firstPassingDate(afterEvent: event, bounds: bounds) == anchor, "\(period) \(event)")
      let later = (1...40).compactMap { anchor.adding(days: $0) }
        .compactMap { period.window(endingOn: $0, bounds: bounds) }
      #expect(later.count == 40 && !later.contains { $0.contains(event) })
    }
  }

  @Test(arguments: [
    (period(72, .hours), "72 h"), (period(14, .days), "14 d"), (period(4, .weeks), "4 wk"),
    (period(3, .months), "3 mo"), (period(5, .years), "5 a"),
  ])
  func texts(_ period: CalendarPeriod, _ text: String) {
    #expect(period.description == text)
  }
}
