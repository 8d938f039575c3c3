import RPC
import Testing

@testable import LoadGeneration

/// When calls are meant to begin.
@Suite struct PacingTests {
  @Test func callsBeginAtEvenDistances() {
    var pacing = Pacing(start: 1_000, ratePerSecond: 1_000, share: 0, of: 1)
    #expect(pacing.take(at: 999) == nil)
    #expect(pacing.take(at: 1_000) == 1_000)
    #expect(pacing.take(at: 1_000_999) == nil)
    #expect(pacing.take(at: 1_001_000) == 1_001_000 && pacing.next == 2_001_000)
  }

  /// A call that could not begin in time keeps the time at which it was meant to.
  @Test func whatIsLateKeepsItsTime() {
    var pacing = Pacing(start: 0, ratePerSecond: 10, share: 0, of: 1)
    let taken = (0..<12).compactMap { _ in pacing.take(at: 1_000_000_000) }
    #expect(taken == (0...10).map { UInt64($0) * 100_000_000 })
  }

  /// Shares of a schedule are the schedule, each call once.
  @Test func sharesMakeUpTheWhole() {
    var times: [UInt64] = []
    for share in 0..<4 {
      var pacing = Pacing(start: 0, ratePerSecond: 100, share: share, of: 4)
      while let time = pacing.take(at: 990_000_000) { times.append(time) }
    }
    #expect(times.sorted() == (0..<100).map { UInt64($0) * 10_000_000 })
  }
}

/// What is made of the times of calls.
@Suite struct LoadRecordTests {
  private static func record(_ latencies: [UInt64]) -> LoadRecord {
    var record = LoadRecord()
    for latency in latencies {
      record.add(
        .ok, meant: 0, begun: latency / 2, ended: latency, requestBytes: 10, answerBytes: 20)
    }
    return record
  }

  private static func percentile(_ wanted: Double, _ latencies: LoadLatencies) -> UInt64 {
    latencies.percentiles.first { $0.percentile == wanted }?.nanoseconds ?? 0
  }

  @Test func latencyCountsFromWhatWasMeantAndServiceFromWhatWas() {
    let record = Self.record(Array(repeating: 10_000_000, count: 100))
    let latency = Double(Self.percentile(50, record.latencies))
    let service = Double(Self.percentile(50, record.serviceTimes))
    #expect(abs(latency / 10_000_000 - 1) < 0.002 && abs(service / 5_000_000 - 1) < 0.002)
    #expect(record.requestBytes == 1_000 && record.answerBytes == 2_000)
  }

  @Test func failuresAreCountedAndAreInNoLatency() {
    var record = Self.record([1_000_000])
    for code in [StatusCode.unavailable, .unavailable, .internal] {
      record.add(code, meant: 0, begun: 0, ended: 9, requestBytes: 1, answerBytes: 0)
    }
    #expect(record.succeeded == 1 && record.failed == 3 && record.latencies.count == 1)
    #expect(record.statuses == [.ok: 1, .unavailable: 2, .internal: 1])
  }

  /// A stall of a second among calls of a millisecond: those that would have come meanwhile waited, too.
  @Test func aClosedLoopIsCorrectedForWhatTheStallKeptAway() {
    let record = Self.record(Array(repeating: 1_000_000, count: 1_000) + [1_000_000_000])
    #expect(Self.percentile(99, record.latencies) < 1_100_000)
    let corrected = record.corrected(interval: 1_000_000)
    // A thousand more, evenly spread over the second.
    #expect((1_995...2_005).contains(corrected.count))
    let p75 = Double(Self.percentile(75, corrected))
    #expect(abs(p75 / 500_000_000 - 1) < 0.02, "half of those that waited waited half a second")
    #expect(Self.percentile(50, corrected) < 1_100_000 + 1_000_000)
  }

  @Test func recordsAddUp() {
    var one = Self.record([1_000_000, 2_000_000])
    one.lostConnections = 1
    var other = Self.record([3_000_000])
    other.lostConnections = 2
    one.add(other)
    #expect(one.succeeded == 3 && one.latencies.count == 3 && one.lostConnections == 3)
  }
}

/// Figures as people read them.
@Suite struct LoadResultTests {
  @Test(
    arguments: [
      (1_500.0, "1.5 us"), (999_940, "999.9 us"), (1_250_000, "1.25 ms"),
      (1_234_000_000, "1.234 s"), (0, "0.0 us"),
    ])
  func durationsHaveAUnitThatSuitsThem(_ nanoseconds: Double, _ text: String) {
    #expect(LoadResult.duration(nanoseconds) == text)
  }

  @Test(arguments: [(0.05, 2, "0.05"), (12.345, 1, "12.3"), (7, 0, "7"), (-1, 1, "0.0")])
  func numbersHaveTheirDigits(_ value: Double, _ digits: Int, _ text: String) {
    #expect(LoadResult.fixed(value, digits) == text)
  }

  @Test func percentilesAreShort() {
    #expect([50, 99.9, 99.99].map(LoadResult.percentile) == ["50", "99.9", "99.99"])
  }

  /// A stream's items, and the errors among their answers.
  @Test func itemsWrapRequestsAndTellErrors() {
    #expect(StreamItems.item(ofRequest: [9]) == [0x12, 1, 9])
    #expect(StreamItems.status(ofAnswer: [0x12, 1, 9]) == nil)
    #expect(StreamItems.status(ofAnswer: [0x1A, 2, 0x08, 3]) == .invalidArgument)
    #expect(StreamItems.status(ofAnswer: [0x1A, 0]) == .unknown)
    #expect(StreamItems.status(ofAnswer: [0xFF]) == .internal)
  }
}
