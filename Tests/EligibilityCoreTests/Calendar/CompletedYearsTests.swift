import EligibilityCore
import Testing

@Suite struct CompletedYearsTests {
  /// Birth, day, completed years: whatever the setting for 29 February.
  @Test(
    arguments: [
      ("2007-06-01", "2025-05-31", 17), ("2007-06-01", "2025-06-01", 18),
      ("1959-06-02", "2025-06-01", 65), ("1959-06-01", "2025-06-01", 66),
      ("1959-06-01", "2025-05-31", 65), ("2025-06-01", "2025-06-01", 0),
      ("2025-06-01", "2026-05-31", 0), ("2025-06-01", "2025-05-31", -1),
      ("2000-12-31", "2001-01-01", 0), ("2000-01-01", "2000-12-31", 0),
      ("2024-02-28", "2025-02-28", 1), ("2024-03-01", "2025-02-28", 0),
      ("0001-01-01", "9999-12-31", 9_998),
    ] as [(CalendarDate, CalendarDate, Int)], [LeapBirthday.march1, .february28])
  func years(_ row: (CalendarDate, CalendarDate, Int), _ leap: LeapBirthday) {
    #expect(row.0.completedYears(on: row.1, leap: leap) == row.2)
  }

  /// Born on 29 February 2008: 18 on 1 March 2026, or on 28 February where the setting says so.
  @Test(
    arguments: [
      ("2026-02-27", 17, 17), ("2026-02-28", 17, 18), ("2026-03-01", 18, 18),
      ("2028-02-28", 19, 19), ("2028-02-29", 20, 20), ("2028-03-01", 20, 20),
    ] as [(CalendarDate, Int, Int)])
  func leapDay(_ date: CalendarDate, _ march1: Int, _ february28: Int) {
    let birth: CalendarDate = "2008-02-29"
    #expect(birth.completedYears(on: date, leap: .march1) == march1)
    #expect(birth.completedYears(on: date, leap: .february28) == february28)
  }

  @Test(
    arguments: [
      ("2008-02-29", 18, "2026-03-01", "2026-02-28"),
      ("2008-02-29", 20, "2028-02-29", "2028-02-29"),
      ("2000-02-29", 100, "2100-03-01", "2100-02-28"),
      ("2007-06-01", 18, "2025-06-01", "2025-06-01"),
      ("2007-12-31", 0, "2007-12-31", "2007-12-31"),
    ] as [(CalendarDate, Int, CalendarDate, CalendarDate)])
  func birthdays(
    _ birth: CalendarDate, _ years: Int, _ march1: CalendarDate, _ february28: CalendarDate
  ) {
    #expect(birth.birthday(completing: years, leap: .march1) == march1)
    #expect(birth.birthday(completing: years, leap: .february28) == february28)
  }

  @Test func thereIsNoBirthdayBeyondTheCalendar() {
    let birth: CalendarDate = "2008-02-29"
    for leap in [LeapBirthday.march1, .february28] {
      #expect(birth.birthday(completing: 8_000, leap: leap) == nil)
      #expect(birth.birthday(completing: -2_008, leap: leap) == nil)
    }
  }

  /// A year is completed on its birthday and not the day before, for every day of birth.
  @Test(arguments: [LeapBirthday.march1, .february28])
  func turnOnTheBirthday(_ leap: LeapBirthday) throws {
    let start: CalendarDate = "2003-12-01"
    for offset in 0..<500 {
      let birth = try #require(start.adding(days: offset))
      for years in [1, 4, 18, 65, 66, 97] {
        let birthday = try #require(birth.birthday(completing: years, leap: leap))
        let eve = try #require(birthday.adding(days: -1))
        #expect(birth.completedYears(on: birthday, leap: leap) == years)
        #expect(birth.completedYears(on: eve, leap: leap) == years - 1)
      }
    }
  }

  /// Age never falls as time passes and never rises with a later birth.
  @Test(arguments: [LeapBirthday.march1, .february28])
  func ageIsMonotonic(_ leap: LeapBirthday) throws {
    let births: [CalendarDate] = ["2008-02-28", "2008-02-29", "2008-03-01"]
    let start: CalendarDate = "2026-01-01"
    for offset in 0..<1_500 {
      let date = try #require(start.adding(days: offset))
      let next = try #require(date.adding(days: 1))
      let ages = births.map { $0.completedYears(on: date, leap: leap) }
      #expect(ages[0] >= ages[1] && ages[1] >= ages[2])
      for birth in births {
        #expect(
          birth.completedYears(on: date, leap: leap) <= birth.completedYears(on: next, leap: leap))
      }
    }
  }
}
