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
    // Due behind the first measurement, and run behind it: both have waited for the busy task.
    let seen = loop.scheduleTask(in: .milliseconds(150)) { load.nanosecondsBehind }
    try await loop.submit {
      let end = ContinuousClock.now + .milliseconds(700)
      while ContinuousClock.now < end {}
    }.get()
    let late = try await seen.futureResult.get()
    #expect(late >= 400_000_000, "what was due within 100 ms has waited for 700 ms")
    while load.nanosecondsBehind >= 400_000_000 { try await Task.sleep(for: .milliseconds(1)) }
    try await group.shutdownGracefully()
  }
}
