import HTTP2
import Testing
import Transport

@testable import RPC

/// Which address takes a call, and when one that failed is tried again.
@Suite struct AddressBalancerTests {
  private static func address(_ port: Int) -> ServerAddress {
    ServerAddress(endpoint: .tcp(host: "192.0.2.1", port: port), authority: "a", serverName: nil)
  }

  private static func balancer(_ count: Int, checksHealth: Bool = false) -> AddressBalancer {
    var policy = BackoffPolicy()
    policy.jitter = 0
    var balancer = AddressBalancer(policy: policy, checksHealth: checksHealth)
    _ = balancer.update((0..<count).map { address($0 + 1) })
    return balancer
  }

  private static func time(_ seconds: Double) -> MonotonicTime {
    MonotonicTime(nanoseconds: UInt64(seconds * 1e9))
  }

  @Test func everyAddressIsConnectedToAtTheFirstCall() {
    var balancer = Self.balancer(3)
    #expect(balancer.pick() == .wait)
    let opened = balancer.connectionsToOpen(at: Self.time(1))
    #expect(opened.map(\.number) == [1, 2, 3])
    #expect(opened.map(\.address) == (1...3).map(Self.address))
    #expect(balancer.connectionsToOpen(at: Self.time(2)).isEmpty)
  }

  @Test func callsGoToThoseThatAreReadyInTurn() {
    var balancer = Self.balancer(3)
    _ = balancer.connectionsToOpen(at: Self.time(1))
    balancer.established(1)
    #expect((0..<3).map { _ in balancer.pick() } == Array(repeating: .connection(1), count: 3))
    balancer.established(3)
    let picks = (0..<6).map { _ in balancer.pick() }
    #expect(picks.count { $0 == .connection(1) } == 3 && picks.count { $0 == .connection(3) } == 3)
    #expect(zip(picks, picks.dropFirst()).allSatisfy { $0 != $1 })
  }

  /// gRPC, connection-backoff: 1 s, then 1.6 times as long each time, up to 120 s.
  @Test func pausesGrowAndEndWithAConnection() {
    var balancer = Self.balancer(1)
    var now = 1.0
    var pauses: [Double] = []
    for _ in 0..<12 {
      let opened = balancer.connectionsToOpen(at: Self.time(now))
      #expect(opened.count == 1)
      balancer.closed(opened[0].number, reason: "no", at: Self.time(now), random: 0.5)
      let next = balancer.nextAttempt?.nanoseconds ?? 0
      pauses.append(Double(next) / 1e9 - now)
      #expect(balancer.connectionsToOpen(at: Self.time(now + pauses.last! - 0.001)).isEmpty)
      now = Double(next) / 1e9 + 0.001
    }
    let wanted = [1, 1.6, 2.56, 4.096, 6.554, 10.486, 16.777, 26.844, 42.95, 68.719, 109.95, 120]
    #expect(zip(pauses, wanted).allSatisfy { abs($0 - $1) < 0.01 }, "\(pauses)")

    let opened = balancer.connectionsToOpen(at: Self.time(now))
    balancer.established(opened[0].number)
    balancer.closed(opened[0].number, reason: nil, at: Self.time(now), random: 0.5)
    let again = balancer.connectionsToOpen(at: Self.time(now))
    #expect(again.count == 1, "a connection that was lost is opened again at once")
    balancer.closed(again[0].number, reason: "no", at: Self.time(now), random: 0.5)
    #expect(balancer.nextAttempt == Self.time(now + 1))
  }

  @Test(arguments: [(0.0, 0.8), (0.5, 1.0), (1.0, 1.2)])
  func pausesDifferByTheJitter(_ random: Double, _ factor: Double) {
    var backoff = Backoff(BackoffPolicy())
    #expect(abs(Double(backoff.next(random: random)) / 1e9 - factor) < 1e-6)
  }

  @Test func callsFailOnceEveryAddressHas() {
    var balancer = Self.balancer(2)
    _ = balancer.connectionsToOpen(at: Self.time(1))
    balancer.closed(1, reason: "refused", at: Self.time(1), random: 0)
    #expect(balancer.pick() == .wait)
    balancer.closed(2, reason: nil, at: Self.time(1), random: 0)
    guard case .fail(let reason) = balancer.pick() else {
      Issue.record("expected a failure")
      return
    }
    #expect(reason.contains("192.0.2.1:2"))
    // While the next attempt is on its way they go on failing.
    _ = balancer.connectionsToOpen(at: Self.time(10))
    guard case .fail = balancer.pick() else {
      Issue.record("expected a failure")
      return
    }
    balancer.established(3)
    #expect(balancer.pick() == .connection(3))
  }

  @Test func whoGoesAwayTakesNoCalls() {
    var balancer = Self.balancer(2)
    _ = balancer.connectionsToOpen(at: Self.time(1))
    balancer.established(1)
    balancer.established(2)
    balancer.wentAway(1)
    #expect((0..<4).allSatisfy { _ in balancer.pick() == .connection(2) })
    #expect(balancer.connectionsToOpen(at: Self.time(1)).map(\.number) == [3])
    // What is told of a connection that was given up changes nothing.
    balancer.closed(1, reason: nil, at: Self.time(1), random: 0)
    #expect(balancer.nextAttempt == nil)
  }

  @Test func onlyTheHealthyTakeCallsWhereHealthIsLookedAt() {
    var balancer = Self.balancer(2, checksHealth: true)
    _ = balancer.connectionsToOpen(at: Self.time(1))
    balancer.established(1)
    balancer.established(2)
    #expect(balancer.pick() == .wait)
    balancer.healthChanged(2, isServing: true)
    #expect((0..<2).allSatisfy { _ in balancer.pick() == .connection(2) })
    balancer.healthChanged(1, isServing: false)
    balancer.healthChanged(2, isServing: false)
    guard case .fail(let reason) = balancer.pick() else {
      Issue.record("expected a failure")
      return
    }
    #expect(reason.contains("not serving"))
    balancer.healthChanged(1, isServing: true)
    #expect(balancer.pick() == .connection(1))
  }

  @Test func anotherListKeepsTheConnectionsItStillNames() {
    var balancer = Self.balancer(2)
    _ = balancer.connectionsToOpen(at: Self.time(1))
    balancer.established(1)
    balancer.established(2)
    #expect(balancer.update([Self.address(2), Self.address(3)]) == [1])
    #expect(balancer.pick() == .connection(2))
    #expect(balancer.connectionsToOpen(at: Self.time(1)).map(\.address) == [Self.address(3)])
  }
}

/// When a call is made again.
@Suite struct RetryPolicyTests {
  @Test func waitsGrowUpToTheLongest() {
    let policy = RetryPolicy(
      maximumAttempts: 5, initialBackoffMilliseconds: 100, maximumBackoffMilliseconds: 300,
      backoffMultiplier: 2)
    let waits = (1...4).map { Double(policy.delay(beforeRetry: $0, random: 0.5)) / 1e6 }
    #expect(zip(waits, [100, 200, 300, 300]).allSatisfy { abs($0 - $1) < 0.001 }, "\(waits)")
    #expect(policy.delay(beforeRetry: 1, random: 0) == 80_000_000)
    #expect(policy.delay(beforeRetry: 1, random: 1) == 120_000_000)
  }

  @Test(arguments: [(0, 2), (1, 2), (2, 2), (5, 5), (6, 5)])
  func attemptsAreTwoToFive(_ given: Int, _ kept: Int) {
    #expect(RetryPolicy(maximumAttempts: given).maximumAttempts == kept)
  }

  /// gRFC A6: below half of the credit nothing is retried.
  @Test func creditIsUsedUpByFailuresAndEarnedBySuccesses() {
    var configuration = ServiceConfiguration()
    configuration.maximumRetryTokens = 4
    configuration.retryTokenRatio = 0.5
    var throttle = RetryThrottle(configuration)
    func failures(_ count: Int) -> [Bool] { (0..<count).map { _ in throttle.failed() } }
    #expect(failures(2) == [true, false])
    throttle.succeeded()
    throttle.succeeded()
    #expect(failures(1) == [false], "two tokens are left, and more than two are needed")
    for _ in 0..<100 { throttle.succeeded() }
    #expect(failures(2) == [true, false], "four are the most that are kept")
  }

  @Test func theMostExactConfigurationCounts() {
    var configuration = ServiceConfiguration()
    configuration.others = MethodConfiguration(timeoutMilliseconds: 1)
    configuration.services["a.B"] = MethodConfiguration(timeoutMilliseconds: 2)
    configuration.methods["/a.B/C"] = MethodConfiguration(timeoutMilliseconds: 3)
    #expect(configuration.method("/a.B/C").timeoutMilliseconds == 3)
    #expect(configuration.method("/a.B/D").timeoutMilliseconds == 2)
    #expect(configuration.method("/x.Y/C").timeoutMilliseconds == 1)
    #expect(configuration.method("").timeoutMilliseconds == 1)
  }
}
