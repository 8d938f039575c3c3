import EligibilityCore
import Testing

@Suite struct ClinicalTimeTests {
  // MARK: Grammar

  @Test(
    arguments: [
      ("2025", .year), ("0001", .year), ("9999", .year), ("2025-01", .month), ("2025-12", .month),
      ("2025-01-31", .day), ("2024-02-29", .day), ("2025-01-31T00:00:00Z", .instant),
      ("2025-01-31T23:59:59Z", .instant), ("2025-01-31T10:20:30+08:00", .instant),
      ("2025-01-31T10:20:30-03:30", .instant), ("2025-01-31T10:20:30+14:00", .instant),
      ("2025-01-31T10:20:30-14:00", .instant), ("2025-01-31T10:20:30.5Z", .instant),
      ("2025-01-31T10:20:30.123456789+08:00", .instant), ("2025-01-31T10:20:30+00:00", .instant),
      ("2025-01-31T10:20:30-00:00", .instant),
    ] as [(String, ClinicalTime.Precision)])
  func followsTheGrammar(_ text: String, _ precision: ClinicalTime.Precision) throws {
    let time = try ClinicalTime(parsing: text)
    #expect(time.precision == precision)
    #expect(time.text == text)
  }

  @Test(arguments: [
    "2", "202", "20255", "2025-", "2025-1", "2025-01-", "2025-01-1",
    "2025-01-31T", "2025-01T10:20:30Z", "2025T10:20:30Z", "2025-01-31T10", "2025-01-31T10:20",
    "2025-01-31T10:20Z", "2025-01-31T10:20:30", "2025-01-31T10:20:3Z", "2025-01-31T1:20:30Z",
    "2025-01-31t10:20:30Z", "2025-01-31T10:20:30z", "2025-01-31 10:20:30Z",
    "2025-01-31T10:20:30.Z", "2025-01-31T10:20:30.1234567890Z", "2025-01-31T10:20:30,5Z",
    "2025-01-31T10:20:30+08", "2025-01-31T10:20:30+0800", "2025-01-31T10:20:30+8:00",
    "2025-01-31T10:20:30+08:0", "2025-01-31T10:20:30+08:00:00", "2025-01-31T10:20:30ZZ",
    "2025-01-31T10:20:30Z ", " 2025", "2025 ", "2025-01-31\n", "+2025", "-2025", "yesterday",
    "2025/01/31", "20250131", "2025-W05", "2025-031", "２０２５", "2025-01-31T10:20:30+08：00",
  ])
  func refusesWhatIsNoTime(_ text: String) {
    #expect(throws: ClinicalTime.ParseError.malformed) { try ClinicalTime(parsing: text) }
  }

  @Test(arguments: [
    "0000", "0000-01-01", "2025-00", "2025-13", "2025-99", "2025-00-01", "2025-13-01", "2025-01-00",
    "2025-01-32", "2025-02-29", "2025-02-30", "2025-04-31", "1900-02-29", "2025-01-31T24:00:00Z",
    "2025-01-31T10:60:00Z", "2025-01-31T10:20:60Z", "2025-01-31T99:99:99Z",
    "2025-01-31T10:20:30+14:01", "2025-01-31T10:20:30-15:00", "2025-01-31T10:20:30+08:60",
    "2025-02-30T10:20:30Z",
  ])
  func refusesTimesThatThereAreNot(_ text: String) {
    #expect(throws: ClinicalTime.ParseError.outOfRange) { try ClinicalTime(parsing: text) }
  }

  /// A day of the year is neither a month nor a day, whichever of the two is said about it.
  @Test(arguments: ["2025-001", "2025-01-001", "2025-366", "2025-02-30T", "2025-13-"])
  func refusesOneWayOrTheOther(_ text: String) {
    #expect(throws: ClinicalTime.ParseError.self) { try ClinicalTime(parsing: text) }
  }

  @Test func refusesNothingAndTooMuch() {
    #expect(throws: ClinicalTime.ParseError.empty) { try ClinicalTime(parsing: "") }
    for count in [41, 1_000, 1_000_000] {
      #expect(throws: ClinicalTime.ParseError.tooLong) {
        try ClinicalTime(parsing: String(repeating: "2", count: count))
      }
    }
  }

  // MARK: Partial dates are the days that they can be

  @Test(
    arguments: [
      ("2025", "2025-01-01", "2025-12-31"), ("2025-02", "2025-02-01", "2025-02-28"),
      ("2024-02", "2024-02-01", "2024-02-29"), ("2025-04", "2025-04-01", "2025-04-30"),
      ("2025-12", "2025-12-01", "2025-12-31"), ("2025-02-28", "2025-02-28", "2025-02-28"),
      ("9999", "9999-01-01", "9999-12-31"), ("0001", "0001-01-01", "0001-12-31"),
    ] as [(ClinicalTime, CalendarDate, CalendarDate)])
  func partialDates(_ time: ClinicalTime, _ first: CalendarDate, _ last: CalendarDate) {
    for zone in [TimeZoneTable.utc, .shanghai, TimeZoneTable(hours: -12)] {
      #expect(time.dates(in: zone) == DateRange(first, last))
    }
  }

  // MARK: An instant has the date of the site's zone

  @Test(
    arguments: [
      ("2025-01-31T23:59:59Z", 0, "2025-01-31"), ("2025-01-31T23:59:59Z", 8, "2025-02-01"),
      ("2025-01-31T15:59:59Z", 8, "2025-01-31"), ("2025-01-31T16:00:00Z", 8, "2025-02-01"),
      ("2025-01-31T23:30:00+08:00", 8, "2025-01-31"),
      ("2025-01-31T23:30:00+08:00", 0, "2025-01-31"),
      ("2025-01-31T00:30:00+08:00", 0, "2025-01-30"),
      ("2025-01-31T00:30:00+08:00", 8, "2025-01-31"),
      ("2024-12-31T23:59:59Z", 8, "2025-01-01"),
      ("2024-12-31T23:59:59.999999999Z", 0, "2024-12-31"),
      ("2024-02-28T20:00:00Z", 8, "2024-02-29"), ("2025-03-01T00:00:00-14:00", 14, "2025-03-02"),
      ("2025-03-01T00:00:00+14:00", -12, "2025-02-27"), ("2025-01-01T04:59:59Z", -5, "2024-12-31"),
    ] as [(ClinicalTime, Int, CalendarDate)])
  func datesInAZone(_ time: ClinicalTime, _ hours: Int, _ date: CalendarDate) {
    #expect(time.dates(in: TimeZoneTable(hours: hours)) == DateRange(date))
  }

  /// At the ends of the calendar the local date may not exist; nothing traps and the written day stands.
  @Test func instantsAtTheEndsOfTheCalendar() throws {
    let last: ClinicalTime = "9999-12-31T23:59:59-14:00"
    #expect(last.dates(in: .shanghai).earliest == "9999-12-31")
    let first: ClinicalTime = "0001-01-01T00:00:00+14:00"
    #expect(first.dates(in: .utc).latest == "0001-01-01")
    let day: ClinicalTime = "9999-12-31"
    let instants = day.instants(in: .shanghai)
    #expect(instants.earliest < instants.latest)
  }

  // MARK: Instants

  @Test(
    arguments: [
      ("1970-01-01T00:00:00Z", 0, 0), ("1970-01-01T00:00:01Z", 1, 0),
      ("1969-12-31T23:59:59Z", -1, 0), ("2000-01-01T00:00:00Z", 946_684_800, 0),
      ("2000-01-01T08:00:00+08:00", 946_684_800, 0), ("1999-12-31T19:00:00-05:00", 946_684_800, 0),
      ("2000-01-01T05:45:00+05:45", 946_684_800, 0),
      ("1970-01-01T00:00:00.5Z", 0, 500_000_000), ("1970-01-01T00:00:00.000000001Z", 0, 1),
      ("1970-01-01T00:00:00.123Z", 0, 123_000_000), ("1969-12-31T23:59:59.9Z", -1, 900_000_000),
    ] as [(ClinicalTime, Int64, Int32)])
  func instants(_ time: ClinicalTime, _ seconds: Int64, _ nanoseconds: Int32) {
    let instant = Instant(seconds: seconds, nanoseconds: nanoseconds)
    for zone in [TimeZoneTable.utc, .shanghai] {
      #expect(time.instants(in: zone).earliest == instant)
      #expect(time.instants(in: zone).latest == instant)
    }
  }

  /// A day without a time is every moment of it in the site's zone.
  @Test(
    arguments: [
      ("1970-01-02", 0, 86_400, 172_799), ("1970-01-02", 8, 57_600, 143_999),
      ("1970-01-02", -5, 104_400, 190_799), ("1970-01", 0, 0, 31 * 86_400 - 1),
      ("1970", 0, 0, 365 * 86_400 - 1),
    ] as [(ClinicalTime, Int, Int64, Int64)])
  func daysAreAllTheirMoments(_ time: ClinicalTime, _ hours: Int, _ first: Int64, _ last: Int64) {
    let instants = time.instants(in: TimeZoneTable(hours: hours))
    #expect(instants.earliest == Instant(seconds: first))
    #expect(instants.latest == Instant(seconds: last, nanoseconds: 999_999_999))
  }
}
