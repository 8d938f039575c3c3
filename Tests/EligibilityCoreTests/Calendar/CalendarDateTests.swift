import EligibilityCore
import TestSupport
import Testing

@Suite struct CalendarDateTests {
  // MARK: Which days there are

  @Test(arguments: [
    (2024, 2, 29), (2000, 2, 29), (1600, 2, 29), (4, 2, 29), (2025, 2, 28), (1, 1, 1),
    (9999, 12, 31), (2025, 4, 30), (2025, 12, 31),
  ])
  func thereIsSuchADay(_ year: Int, _ month: Int, _ day: Int) throws {
    let date = try #require(CalendarDate(year: year, month: month, day: day))
    #expect((date.year, date.month, date.day) == (year, month, day))
  }

  @Test(arguments: [
    (2025, 2, 29), (1900, 2, 29), (2100, 2, 29), (2200, 2, 29), (2024, 2, 30), (2025, 4, 31),
    (2025, 6, 31), (2025, 9, 31), (2025, 11, 31), (2025, 1, 32), (2025, 0, 1), (2025, 13, 1),
    (2025, 1, 0), (0, 1, 1), (10_000, 1, 1), (-1, 1, 1), (2025, 1, -1), (2025, -1, 1),
    (Int.max, 1, 1), (Int.min, 12, 31), (2025, Int.max, 1), (2025, 1, Int.max),
  ])
  func thereIsNoSuchDay(_ year: Int, _ month: Int, _ day: Int) {
    #expect(CalendarDate(year: year, month: month, day: day) == nil)
  }

  @Test(arguments: [
    (1900, 28), (2000, 29), (2023, 28), (2024, 29), (2100, 28), (2400, 29),
  ])
  func february(_ year: Int, _ days: Int) {
    #expect(CalendarDate.daysInMonth(year: year, month: 2) == days)
  }

  @Test func aYearHas365DaysAndOneMoreEveryFourthButNotEveryHundredthButEveryFourHundredth() {
    for year in 1...2_800 {
      let days = (1...12).map { CalendarDate.daysInMonth(year: year, month: $0) }.reduce(0, +)
      let isLeap = year.isMultiple(of: 400) || (year.isMultiple(of: 4) && !year.isMultiple(of: 100))
      #expect(days == (isLeap ? 366 : 365), "\(year)")
    }
  }

  // MARK: Days counted

  /// Known day numbers: Unix days of the dates.
  @Test(
    arguments: [
      ("1970-01-01", 0), ("1970-01-02", 1), ("1969-12-31", -1), ("2000-01-01", 10_957),
      ("2000-02-29", 11_016), ("2024-02-29", 19_782), ("2038-01-19", 24_855),
      ("1900-01-01", -25_567), ("0001-01-01", -719_162), ("9999-12-31", 2_932_896),
    ] as [(CalendarDate, Int)])
  func dayNumbers(_ date: CalendarDate, _ number: Int) {
    #expect(date.dayNumber == number)
    #expect(CalendarDate(dayNumber: number) == date)
  }

  @Test(arguments: [-719_163, 2_932_897, Int.min, Int.max])
  func daysOutsideTheCalendar(_ number: Int) {
    #expect(CalendarDate(dayNumber: number) == nil)
  }

  /// Walking day by day with the lengths of the months, over every kind of century, meets every number.
  @Test(arguments: [(1, 1_000), (1599, 1604), (1896, 1904), (1968, 2104), (9990, 9999)])
  func everyDayHasTheNextNumber(_ firstYear: Int, _ lastYear: Int) throws {
    let start = try #require(CalendarDate(year: firstYear, month: 1, day: 1))
    var number = start.dayNumber
    var isRight = true
    for year in firstYear...lastYear {
      for month in 1...12 {
        for day in 1...CalendarDate.daysInMonth(year: year, month: month) {
          let date = CalendarDate(year: year, month: month, day: day)
          isRight = isRight && date?.dayNumber == number
          isRight = isRight && CalendarDate(dayNumber: number) == date
          number += 1
        }
      }
      #expect(isRight, "\(year)")
    }
  }

  @Test func addingDays() throws {
    var generator = SeededGenerator(seed: 20)
    for _ in 0..<1_000 {
      let number = generator.number(in: -719_162...2_932_896)
      let days = generator.number(in: -4_000_000...4_000_000)
      let date = try #require(CalendarDate(dayNumber: number))
      let moved = date.adding(days: days)
      #expect(moved == CalendarDate(dayNumber: number + days))
      if let moved {
        #expect(date.days(until: moved) == days)
        #expect(moved.adding(days: -days) == date)
        #expect((date < moved) == (days > 0))
      }
    }
  }

  @Test(arguments: [Int.max, Int.min, 2_932_897 + 719_162, -(2_932_897 + 719_162)])
  func addingBeyondTheCalendar(_ days: Int) throws {
    let first = try #require(CalendarDate(year: 1, month: 1, day: 1))
    let last = try #require(CalendarDate(year: 9999, month: 12, day: 31))
    #expect(first.adding(days: days) == nil)
    #expect(last.adding(days: days) == nil)
  }

  @Test func orderIsThatOfTheDays() throws {
    var generator = SeededGenerator(seed: 21)
    for _ in 0..<500 {
      let near = generator.number(in: 19_000...21_000)
      let first = try #require(CalendarDate(dayNumber: near))
      let second = try #require(
        CalendarDate(dayNumber: near + generator.number(in: -40...40)))
      #expect((first < second) == (first.dayNumber < second.dayNumber))
      #expect((first == second) == (first.dayNumber == second.dayNumber))
    }
  }

  // MARK: Texts

  @Test(arguments: ["2025-01-31", "0001-01-01", "9999-12-31", "2024-02-29"])
  func texts(_ text: String) throws {
    #expect(try #require(CalendarDate(parsing: text)).description == text)
  }

  @Test(arguments: [
    "", "2025", "2025-01", "2025-1-31", "2025-02-29", "25-01-01", "2025-01-31T10:00:00Z",
    "2025-01-31 ", " 2025-01-31", "2025/01/31", "2025-13-01", "2025-00-10", "-2025-01-01",
    "0000-01-01", "20250131", "2025-01-031", "２０２５-01-31",
  ])
  func refusesEverythingElse(_ text: String) {
    #expect(CalendarDate(parsing: text) == nil)
  }
}
