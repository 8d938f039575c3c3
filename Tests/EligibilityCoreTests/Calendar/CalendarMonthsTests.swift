import EligibilityCore
import TestSupport
import Testing

/// Months and years are those of the calendar, the day cut at the end of a month. Looking back subtracts
/// from the anchor and a duration adds to the start: the two are not each other's reverse.
@Suite struct CalendarMonthsTests {
  @Test(
    arguments: [
      // The pair that shows the direction.
      ("2024-08-31", 6, "2025-02-28"), ("2025-02-28", -6, "2024-08-28"),
      // 31 May less 3 months is the last of February.
      ("2025-05-31", -3, "2025-02-28"), ("2024-05-31", -3, "2024-02-29"),
      ("2025-04-30", -3, "2025-01-30"), ("2025-05-01", -3, "2025-02-01"),
      ("2025-01-31", 1, "2025-02-28"), ("2024-01-31", 1, "2024-02-29"),
      ("2025-01-31", 3, "2025-04-30"), ("2025-03-31", -1, "2025-02-28"),
      // Over the turn of the year.
      ("2024-12-15", 1, "2025-01-15"), ("2025-01-15", -1, "2024-12-15"),
      ("2025-01-01", -12, "2024-01-01"), ("2024-11-30", 3, "2025-02-28"),
      ("2023-11-30", 3, "2024-02-29"),
      ("2025-06-15", 0, "2025-06-15"),
    ] as [(CalendarDate, Int, CalendarDate)])
  func months(_ date: CalendarDate, _ months: Int, _ moved: CalendarDate) {
    #expect(date.adding(months: months) == moved)
  }

  @Test(
    arguments: [
      ("2024-02-29", -5, "2019-02-28"), ("2024-02-29", -4, "2020-02-29"),
      ("2024-02-29", 1, "2025-02-28"), ("2024-02-29", -24, "2000-02-29"),
      ("2000-02-29", -100, "1900-02-28"), ("2025-02-28", -1, "2024-02-28"),
      ("2025-03-15", -5, "2020-03-15"),
    ] as [(CalendarDate, Int, CalendarDate)])
  func years(_ date: CalendarDate, _ years: Int, _ moved: CalendarDate) {
    #expect(date.adding(years: years) == moved)
  }

  /// Year and month by counting months, the day by the rule: the same day, or the last of the month.
  @Test func theDayIsTheSameOrTheLastOfTheMonth() throws {
    var generator = SeededGenerator(seed: 22)
    for _ in 0..<2_000 {
      let date = try #require(CalendarDate(dayNumber: generator.number(in: -100_000...100_000)))
      let months = generator.number(in: -600...600)
      let moved = try #require(date.adding(months: months))
      var (year, month) = (date.year, date.month)
      for _ in 0..<abs(months) {
        month += months > 0 ? 1 : -1
        if month == 13 { (year, month) = (year + 1, 1) }
        if month == 0 { (year, month) = (year - 1, 12) }
      }
      #expect((moved.year, moved.month) == (year, month))
      let exact = CalendarDate(year: year, month: month, day: date.day)
      #expect(moved.day == date.day || exact == nil)
      #expect(exact != nil || moved.adding(days: 1)?.month != month)
    }
  }

  /// Later days never move to earlier ones, in either direction.
  @Test func movingKeepsTheOrder() throws {
    for months in [-60, -12, -6, -3, -1, 1, 3, 6, 12] {
      var before: CalendarDate?
      for number in 19_700...20_900 {
        let date = try #require(CalendarDate(dayNumber: number))
        let moved = try #require(date.adding(months: months))
        if let before { #expect(before <= moved) }
        before = moved
      }
    }
  }

  @Test(
    arguments: [
      ("0001-01-31", -1), ("0001-12-01", -12), ("9999-12-01", 1), ("9999-01-01", 12),
      ("2025-01-01", Int.max), ("2025-01-01", Int.min), ("2025-01-01", 200_000),
      ("2025-01-01", -200_000),
    ] as [(CalendarDate, Int)])
  func nothingLiesOutsideTheCalendar(_ date: CalendarDate, _ months: Int) {
    #expect(date.adding(months: months) == nil)
  }

  @Test(arguments: [Int.max, Int.min, 8_000, -2_025])
  func yearsOutsideTheCalendar(_ years: Int) {
    let date: CalendarDate = "2025-01-01"
    #expect(date.adding(years: years) == nil)
  }

  @Test func theEdgesOfTheCalendarAreReached() {
    let date: CalendarDate = "2025-07-31"
    #expect(date.adding(years: 7_974) == "9999-07-31")
    #expect(date.adding(years: -2_024) == "0001-07-31")
  }
}
