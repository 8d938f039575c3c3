import EligibilityCore
import Testing

@Suite struct TimeZoneTableTests {
  /// A zone that moves its clocks, times in UTC.
  static func zone(_ initial: Int, _ transitions: [(Instant, Int)]) throws -> TimeZoneTable {
    try #require(
      TimeZoneTable(
        initialOffsetSeconds: initial,
        transitions: transitions.map { .init(at: $0.0, offsetSeconds: $0.1) }))
  }

  static func instant(_ time: ClinicalTime) -> Instant {
    time.instants(in: .utc).earliest
  }

  /// Central Europe in 2025.
  static func europe() throws -> TimeZoneTable {
    try zone(
      3_600,
      [(instant("2025-03-30T01:00:00Z"), 7_200), (instant("2025-10-26T01:00:00Z"), 3_600)])
  }

  @Test func shanghaiIsEightHoursEastAllYear() {
    for time in ["2025-01-01T00:00:00Z", "2025-07-01T00:00:00Z"] as [ClinicalTime] {
      #expect(TimeZoneTable.shanghai.offset(at: Self.instant(time)) == 28_800)
      #expect(TimeZoneTable.utc.offset(at: Self.instant(time)) == 0)
    }
  }

  @Test(
    arguments: [
      ("2025-03-30T00:59:59Z", 3_600), ("2025-03-30T01:00:00Z", 7_200),
      ("2025-10-26T00:59:59Z", 7_200), ("2025-10-26T01:00:00Z", 3_600),
      ("1970-01-01T00:00:00Z", 3_600),
    ] as [(ClinicalTime, Int)])
  func offsets(_ time: ClinicalTime, _ offset: Int) throws {
    #expect(try Self.europe().offset(at: Self.instant(time)) == offset)
  }

  @Test(
    arguments: [
      ("2025-07-01T21:59:59Z", "2025-07-01"), ("2025-07-01T22:00:00Z", "2025-07-02"),
      ("2025-01-01T22:59:59Z", "2025-01-01"), ("2025-01-01T23:00:00Z", "2025-01-02"),
    ] as [(ClinicalTime, CalendarDate)])
  func dates(_ time: ClinicalTime, _ date: CalendarDate) throws {
    #expect(try Self.europe().date(of: Self.instant(time)) == date)
  }

  @Test(arguments: [18 * 3_600, -18 * 3_600, 0])
  func offsetsUpToEighteenHours(_ seconds: Int) {
    #expect(TimeZoneTable(initialOffsetSeconds: seconds) != nil)
  }

  @Test(arguments: [18 * 3_600 + 1, -18 * 3_600 - 1, Int.max, Int.min])
  func noOffsetBeyondEighteenHours(_ seconds: Int) {
    #expect(TimeZoneTable(initialOffsetSeconds: seconds) == nil)
    let transition = TimeZoneTable.Transition(at: Instant(seconds: 0), offsetSeconds: seconds)
    #expect(TimeZoneTable(initialOffsetSeconds: 0, transitions: [transition]) == nil)
  }

  @Test func transitionsAscend() {
    func table(_ first: Int64, _ second: Int64) -> TimeZoneTable? {
      TimeZoneTable(
        initialOffsetSeconds: 0,
        transitions: [first, second].map { .init(at: Instant(seconds: $0), offsetSeconds: 3_600) })
    }
    #expect(table(0, 1) != nil)
    #expect(table(1, 1) == nil)
    #expect(table(1, 0) == nil)
  }

  /// Clocks that move before, at, over and after midnight, forwards and back, and a day left out.
  static let zones: [(String, Int, [(ClinicalTime, Int)])] = [
    ("none", 28_800, []),
    ("forwards at 02:00", 3_600, [("2025-03-30T01:00:00Z", 7_200)]),
    ("back at 03:00", 7_200, [("2025-03-30T01:00:00Z", 3_600)]),
    ("forwards at midnight", -10_800, [("2025-03-30T03:00:00Z", -7_200)]),
    ("back at midnight", -7_200, [("2025-03-30T02:00:00Z", -10_800)]),
    ("forwards over midnight", 0, [("2025-03-29T23:30:00Z", 3_600)]),
    ("back over midnight", 3_600, [("2025-03-29T23:30:00Z", 0)]),
    ("a day left out", -36_000, [("2025-03-30T10:00:00Z", 50_400)]),
    (
      "there and back", 0,
      [("2025-03-29T12:00:00Z", 3_600), ("2025-03-30T12:00:00Z", -3_600)]
    ),
  ]

  /// The first moment of a day, by looking at every half hour of a week: the least one whose local date
  /// is that day. A day that is left out begins with the one after it.
  @Test(arguments: zones.indices) func firstMomentOfADay(_ index: Int) throws {
    let (name, initial, transitions) = Self.zones[index]
    let zone = try Self.zone(initial, transitions.map { (Self.instant($0.0), $0.1) })
    let week = Self.instant("2025-03-27T00:00:00Z").seconds
    let moments = (0..<(7 * 48)).map { Instant(seconds: week + Int64($0) * 1_800) }
    for day in ["2025-03-29", "2025-03-30", "2025-03-31", "2025-04-01"] as [CalendarDate] {
      let dated = moments.map { (moment: $0, date: zone.date(of: $0)) }
      let own = dated.first { $0.date == day } ?? dated.first { $0.date.map { day < $0 } ?? false }
      #expect(zone.instant(startOf: day) == own?.moment, "\(name) \(day)")
    }
  }
}
