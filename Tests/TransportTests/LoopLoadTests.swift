import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import Transport

/// A loop that is kept busy is seen to be behind, and seen to have caught up.
@Suite(.timeLimit(.minutes(1))) struct LoopLoadTests {
  @Test func aBusyLoopIsBehindAndCatchesUp() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let load = LoopLoad()
    let loop = group.next()
    load.measure(loop)
    #expect(load.nanosecondsBehind == 0)
    let seen = try await loop.submit {
      let end = ContinuousClock.now + .milliseconds(700)
      while ContinuousClock.now < end {}
    }.flatMap { loop.submit { load.nanosecondsBehind } }.get()
    var highest = seen
    let deadline = ContinuousClock.now + .seconds(20)
    while highest < 400_000_000, ContinuousClock.now < deadline {
      highest = max(highest, load.nanosecondsBehind)
      try await Task.sleep(for: .milliseconds(1))
    }
    #expect(highest >= 400_000_000, "a task that was due within 100 ms waited for 700 ms")
    while load.nanosecondsBehind >= 400_000_000, ContinuousClock.now < deadline {
      try await Task.sleep(for: .milliseconds(1))
    }
    #expect(load.nanosecondsBehind < 400_000_000)
    try await group.shutdownGracefully()
  }
}
