import EligibilityCore
import Testing

/// Dates that are not known exactly, against every day that they can be.
@Suite struct DateRangeTests {
  static let days: [CalendarDate] = (0..<7).compactMap { CalendarDate(dayNumber: 20_000 + $0) }

  static let ranges: [DateRange] = days.flatMap { first in
    days.compactMap { DateRange(earliest: first, latest: $0) }
  }

  private func possible(_ range: DateRange) -> [CalendarDate] {
    Self.days.filter { range.earliest <= $0 && $0 <= range.latest }
  }

  /// True where it holds for every possible day, false where for none.
  private func truth(_ holds: [Bool]) -> Truth {
    holds.allSatisfy { $0 } ? .true : holds.contains(true) ? .unknown : .false
  }

  @Test func comparingWithADay() {
    for range in Self.ranges {
      for day in Self.days {
        let options = possible(range)
        #expect(range.isBefore(day) == truth(options.map { $0 < day }))
        #expect(range.isOnOrBefore(day) == truth(options.map { $0 <= day }))
        #expect(range.isAfter(day) == truth(options.map { $0 > day }))
        #expect(range.isOnOrAfter(day) == truth(options.map { $0 >= day }))
      }
    }
  }

  @Test func comparingWithAnotherRange() {
    for range in Self.ranges {
      for other in Self.ranges {
        let pairs = possible(range).flatMap { first in possible(other).map { first <= $0 } }
        #expect(range.isOnOrBefore(other) == truth(pairs), "\(range) \(other)")
      }
    }
  }

  @Test func lyingInAWindow() {
    for range in Self.ranges {
      for other in Self.ranges {
        let window = ClosedDateWindow(start: other.earliest, end: other.latest)
        #expect(
          range.isWithin(window) == truth(possible(range).map(window.contains)),
          "\(range) \(other)")
      }
    }
  }

  @Test func cuttingOffWhatLiesAfter() {
    for range in Self.ranges {
      for day in Self.days {
        let left = possible(range).filter { $0 <= day }
        let clamped = range.clamped(notAfter: day)
        #expect(clamped.map(possible) ?? [] == left)
      }
    }
  }

  @Test func aRangeIsNeverEmpty() {
    #expect(DateRange(earliest: "2025-01-02", latest: "2025-01-01") == nil)
    #expect(DateRange(earliest: "2025-01-01", latest: "2025-01-01")?.day == "2025-01-01")
    #expect(DateRange("2025-01-01", "2025-01-02").day == nil)
    #expect(DateRange("2025-01-01").day == "2025-01-01")
  }

  /// A month that straddles the first day of a window is neither in nor out.
  @Test(
    arguments: [
      ("2025-03", "2025-03-01", Truth.true), ("2025-03", "2025-03-02", .unknown),
      ("2025-03", "2025-03-31", .unknown), ("2025-03", "2025-04-01", .false),
      ("2025", "2025-01-01", .true), ("2025", "2025-06-01", .unknown),
      ("2024", "2025-01-01", .false),
      ("2025-03-01", "2025-03-01", .true), ("2025-02-28", "2025-03-01", .false),
    ] as [(ClinicalTime, CalendarDate, Truth)])
  func partialDates(_ time: ClinicalTime, _ start: CalendarDate, _ isIn: Truth) {
    let window = ClosedDateWindow(start: start, end: "2025-12-31")
    #expect(time.dates(in: .shanghai).isWithin(window) == isIn)
  }
}
