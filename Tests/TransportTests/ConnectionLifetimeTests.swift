import HTTP2
import Testing

@testable import Transport

/// The clock of a connection, by itself: every limit by its value.
@Suite struct ConnectionLifetimeTests {
  private typealias Observation = ConnectionLifetime.Observation
  private static let second: UInt64 = 1_000_000_000

  private static func time(_ seconds: Double) -> MonotonicTime {
    MonotonicTime(nanoseconds: UInt64((seconds + 1_000) * 1e9))
  }

  private static let established = Observation(
    isEstablished: true, settingsAreAcknowledged: true)

  private static func clock(
    jitter: Double = 1, _ adjust: (inout TransportConfiguration) -> Void = { _ in }
  ) -> ConnectionLifetime {
    var configuration = TransportConfiguration(threads: 1)
    adjust(&configuration)
    return ConnectionLifetime(configuration, jitter: jitter, at: time(0))
  }

  @Test func theDefaultsAreThoseOfTheTable() {
    let configuration = TransportConfiguration(threads: 1)
    #expect(configuration.maximumConnections == 4_096)
    #expect(configuration.prefaceSeconds == 10 && configuration.headerSeconds == 10)
    #expect(configuration.idleSeconds == 300 && configuration.ageSeconds == 600)
    #expect(configuration.ageGraceSeconds == 30 && configuration.drainSeconds == 10)
    #expect(configuration.slowReaderSeconds == 30)
    #expect(configuration.keepaliveSeconds == 60 && configuration.keepaliveTimeoutSeconds == 20)
  }

  struct Row: Sendable {
    var name: String
    var adjust: @Sendable (inout TransportConfiguration) -> Void
    var seen: @Sendable (inout ConnectionLifetime.Observation) -> Void
    var due: Double?
    var action: ConnectionLifetime.Action?
  }

  private static func off(_ configuration: inout TransportConfiguration) {
    configuration.idleSeconds = 0
    configuration.ageSeconds = 0
    configuration.keepaliveSeconds = 0
  }

  static let rows: [Row] = [
    Row(name: "nothing is due", adjust: { _ in }, seen: { _ in }, due: nil),
    Row(
      name: "no preface", adjust: { $0.prefaceSeconds = 7 }, seen: { $0.isEstablished = false },
      due: 7, action: .close(.noPreface)),
    Row(
      name: "SETTINGS not acknowledged", adjust: { $0.prefaceSeconds = 7 },
      seen: { $0.settingsAreAcknowledged = false }, due: 14, action: .close(.noAcknowledgement)),
    Row(
      name: "a header block not complete", adjust: { $0.headerSeconds = 4 },
      seen: { $0.incompleteSince = time(3) }, due: 7, action: .close(.slowHeaders)),
    Row(
      name: "output not taken", adjust: { $0.slowReaderSeconds = 9 }, seen: { $0.takenBytes = 5 },
      due: 10, action: .close(.slowReader)),
    Row(
      name: "silence", adjust: { $0.keepaliveSeconds = 11 }, seen: { $0.openStreams = 1 }, due: 11,
      action: .ping),
    Row(
      name: "idle", adjust: { $0.idleSeconds = 13 }, seen: { _ in }, due: 13, action: .announce),
    Row(
      name: "not idle with a call", adjust: { $0.idleSeconds = 13 }, seen: { $0.openStreams = 1 },
      due: nil),
    Row(
      name: "age", adjust: { $0.ageSeconds = 17 }, seen: { $0.openStreams = 1 }, due: 17,
      action: .announce),
  ]

  /// Each limit alone: nothing is due before its time, and one thing at it.
  @Test(arguments: rows.indices) func aLimitHasItsTimeAndItsAction(_ index: Int) throws {
    let row = Self.rows[index]
    var clock = Self.clock { configuration in
      Self.off(&configuration)
      row.adjust(&configuration)
    }
    var seen = Self.established
    row.seen(&seen)
    clock.observe(seen, at: Self.time(1))
    #expect(clock.nextDue == row.due.map(Self.time), "\(row.name)")
    guard let due = row.due else { return }
    #expect(clock.actions(at: Self.time(due - 0.001)) == [], "\(row.name)")
    #expect(clock.actions(at: Self.time(due)) == [try #require(row.action)], "\(row.name)")
  }

  @Test(arguments: [0.9, 1, 1.1]) func idlenessAndAgeDifferBetweenConnections(_ jitter: Double) {
    for adjust in [{ $0.idleSeconds = 100 }, { $0.ageSeconds = 100 }]
      as [(inout TransportConfiguration) -> Void]
    {
      var clock = Self.clock(jitter: jitter) { configuration in
        Self.off(&configuration)
        adjust(&configuration)
      }
      clock.observe(Self.established, at: Self.time(0))
      #expect(clock.nextDue == Self.time(100 * jitter))
    }
  }

  @Test func idlenessBeginsWithTheEndOfTheLastCall() {
    var clock = Self.clock {
      Self.off(&$0)
      $0.idleSeconds = 100
    }
    var seen = Self.established
    seen.openStreams = 1
    clock.observe(seen, at: Self.time(10))
    #expect(clock.nextDue == nil)
    clock.observe(Self.established, at: Self.time(500))
    clock.observe(Self.established, at: Self.time(550))
    clock.read(at: Self.time(560))
    #expect(clock.nextDue == Self.time(600))
    // A call that began and ended since it was last looked at.
    seen.openStreams = 0
    seen.lastStream = 3
    clock.observe(seen, at: Self.time(570))
    #expect(clock.nextDue == Self.time(670))
  }

  @Test func anythingThatComesIsASignOfLife() {
    var clock = Self.clock {
      Self.off(&$0)
      $0.keepaliveSeconds = 10
      $0.keepaliveTimeoutSeconds = 3
    }
    clock.observe(Self.established, at: Self.time(0))
    #expect(clock.actions(at: Self.time(10)) == [.ping])
    #expect(clock.nextDue == Self.time(13))
    clock.read(at: Self.time(12))
    #expect(clock.nextDue == Self.time(22))
    #expect(clock.actions(at: Self.time(22)) == [.ping])
    #expect(clock.actions(at: Self.time(25)) == [.close(.silent)])
  }

  @Test func aReaderThatTakesSomethingIsNotSlow() {
    var clock = Self.clock {
      Self.off(&$0)
      $0.slowReaderSeconds = 10
    }
    var seen = Self.established
    for (taken, at) in [(5, 0.0), (5, 8), (6, 9), (6, 18)] {
      seen.takenBytes = taken
      clock.observe(seen, at: Self.time(at))
    }
    #expect(clock.nextDue == Self.time(19))
    clock.observe(Self.established, at: Self.time(18.5))
    #expect(clock.nextDue == nil, "all of it is taken")
  }

  /// A server that stops does not wait for a connection that drains at its age; one that ends sooner stays so.
  @Test(arguments: [(grace: 10.0, end: 20.0), (grace: 60, end: 35)])
  func aSecondDrainOnlyComesSooner(_ row: (grace: Double, end: Double)) {
    var clock = Self.clock(Self.off)
    var seen = Self.established
    seen.openStreams = 1
    clock.observe(seen, at: Self.time(0))
    _ = clock.beginDrain(grace: 30 * Self.second, at: Self.time(5))
    #expect(clock.actions(at: Self.time(6)) == [.refuse])
    #expect(clock.beginDrain(grace: UInt64(row.grace) * Self.second, at: Self.time(10)) == [])
    #expect(clock.nextDue == Self.time(row.end))
    #expect(clock.actions(at: Self.time(row.end)) == [.endCalls])
  }

  /// Announcement, refusal, end of the calls, end of the connection.
  @Test(arguments: [true, false]) func aDrainHasItsSteps(_ isAnswered: Bool) {
    var clock = Self.clock(Self.off)
    var seen = Self.established
    seen.openStreams = 1
    clock.observe(seen, at: Self.time(0))
    #expect(clock.beginDrain(grace: 30 * Self.second, at: Self.time(5)) == [.announce])
    #expect(clock.beginDrain(grace: 30 * Self.second, at: Self.time(5)) == [])
    #expect(clock.nextDue == Self.time(6))
    #expect(clock.actions(at: Self.time(5.5)) == [])
    seen.answeredPings = isAnswered ? 1 : 0
    clock.observe(seen, at: Self.time(5.5))
    #expect(clock.actions(at: Self.time(5.5)) == (isAnswered ? [.refuse] : []))
    if !isAnswered { #expect(clock.actions(at: Self.time(6)) == [.refuse]) }
    #expect(clock.nextDue == Self.time(35))
    #expect(clock.actions(at: Self.time(35)) == [.endCalls])
    #expect(clock.nextDue == Self.time(36))
    #expect(clock.actions(at: Self.time(36)) == [.close(.drained)])
  }
}
