import Testing

@testable import HTTP2

/// Every limit by its value: so many are taken, and one more is not.
@Suite struct AbuseBudgetTests {
  private typealias Frame = FrameScanner.Frame
  private static let second: UInt64 = 1_000_000_000

  private static func time(_ seconds: UInt64) -> MonotonicTime {
    MonotonicTime(nanoseconds: (seconds + 1) * second)
  }

  private static func frame(
    _ type: UInt8, flags: UInt8 = 0, stream: Int32 = 0, content: Int = 0
  ) -> Frame {
    Frame(type: type, flags: flags, stream: stream, length: content, content: content)
  }

  private static func limits(_ adjust: (inout HTTP2Limits) -> Void = { _ in }) -> HTTP2Limits {
    var limits = HTTP2Limits()
    adjust(&limits)
    return limits
  }

  @Test func theDefaultsAreThoseOfTheTable() {
    let limits = HTTP2Limits()
    #expect(limits.concurrentStreams == 128 && limits.continuationFrames == 8)
    #expect(limits.headerListBytes == 16 << 10 && limits.headerFields == 64)
    #expect(limits.resetsSent == 100 && limits.controlFrames == 200 && limits.earlyResets == 200)
    #expect(limits.budgetSeconds == 30 && limits.emptyDataPerStream == 20)
    #expect(limits.resetBurst == 10_000 && limits.resetsPerSecond == 1_000)
    #expect(limits.outputHighWater == 1 << 20)
  }

  // MARK: Control frames

  /// PRIORITY, SETTINGS, PUSH_PROMISE, PING, WINDOW_UPDATE, PRIORITY_UPDATE, and a type nobody knows.
  @Test(arguments: [UInt8(2), 4, 5, 6, 8, 0x10, 0xEE], [200, 10])
  func soManyControlFramesAreTaken(_ type: UInt8, _ limit: Int) {
    var budget = AbuseBudget(limits: Self.limits { $0.controlFrames = limit })
    for _ in 0..<limit {
      #expect(budget.received(Self.frame(type), at: Self.time(0)) == nil)
    }
    let excess = budget.received(Self.frame(type), at: Self.time(29))
    #expect(excess == (type == 6 ? .pings : .controlFrames))
  }

  @Test func kindsCountTogether() {
    var budget = AbuseBudget(limits: Self.limits { $0.controlFrames = 4 })
    for type in [UInt8(2), 4, 6, 8] {
      #expect(budget.received(Self.frame(type), at: Self.time(0)) == nil)
    }
    #expect(budget.received(Self.frame(2), at: Self.time(0)) == .controlFrames)
  }

  @Test(arguments: [UInt64(30), 5]) func theCountBeginsAgain(_ seconds: UInt64) {
    var budget = AbuseBudget(
      limits: Self.limits {
        $0.controlFrames = 2
        $0.budgetSeconds = seconds
      })
    for start in [UInt64(0), seconds, 2 * seconds] {
      #expect(budget.received(Self.frame(6), at: Self.time(start)) == nil)
      #expect(budget.received(Self.frame(6), at: Self.time(start + seconds - 1)) == nil)
    }
    #expect(budget.received(Self.frame(6), at: Self.time(3 * seconds - 1)) == .pings)
  }

  @Test func acknowledgementsAreFree() {
    var budget = AbuseBudget(limits: Self.limits { $0.controlFrames = 0 })
    for _ in 0..<1_000 {
      #expect(budget.received(Self.frame(4, flags: 1), at: Self.time(0)) == nil)
      #expect(budget.received(Self.frame(6, flags: 1), at: Self.time(0)) == nil)
    }
    #expect(budget.received(Self.frame(8, flags: 1), at: Self.time(0)) == .controlFrames)
  }

  /// Two window updates for each DATA frame that was sent, one ping for each DATA or HEADERS frame.
  @Test func whatAnswersProvokeIsFree() {
    var budget = AbuseBudget(limits: Self.limits { $0.controlFrames = 0 })
    for _ in 0..<1_000 {
      budget.sent(type: 1)
      budget.sent(type: 0)
      #expect(budget.received(Self.frame(8), at: Self.time(0)) == nil)
      #expect(budget.received(Self.frame(8), at: Self.time(0)) == nil)
      #expect(budget.received(Self.frame(6), at: Self.time(0)) == nil)
      #expect(budget.received(Self.frame(6), at: Self.time(0)) == nil)
    }
    #expect(budget.received(Self.frame(8), at: Self.time(0)) == .controlFrames)
    #expect(budget.received(Self.frame(6), at: Self.time(0)) == .pings)
    for type in [UInt8(3), 4, 6, 7, 8] { budget.sent(type: type) }
    #expect(budget.received(Self.frame(8), at: Self.time(0)) == .controlFrames)
    #expect(budget.received(Self.frame(6), at: Self.time(0)) == .pings)
  }

  /// A frame may carry many messages, and a client opens its window with each that is taken.
  @Test func everyMessageBringsTwoWindowUpdates() {
    var budget = AbuseBudget(limits: Self.limits { $0.controlFrames = 0 })
    budget.sent(type: 0)
    budget.sentFurtherMessages(499)
    for _ in 0..<1_000 { #expect(budget.received(Self.frame(8), at: Self.time(0)) == nil) }
    #expect(budget.received(Self.frame(8), at: Self.time(0)) == .controlFrames)
  }

  /// Of a request that is answered without DATA too; a second header list is its trailers.
  @Test func aRequestBringsTwoWindowUpdates() {
    var budget = AbuseBudget(limits: Self.limits { $0.controlFrames = 0 })
    for stream in stride(from: Int32(1), to: 2_001, by: 2) {
      for _ in 0..<2 { _ = budget.received(Self.frame(1, stream: stream), at: Self.time(0)) }
      #expect(budget.received(Self.frame(8, stream: stream), at: Self.time(0)) == nil)
      #expect(budget.received(Self.frame(8), at: Self.time(0)) == nil)
    }
    #expect(budget.received(Self.frame(8), at: Self.time(0)) == .controlFrames)
  }

  @Test func headersAndTheEndOfTheConnectionAreNoControlFrames() {
    var budget = AbuseBudget(limits: Self.limits { $0.controlFrames = 0 })
    for type in [UInt8(1), 7, 9] {
      for _ in 0..<1_000 {
        #expect(budget.received(Self.frame(type, stream: 1), at: Self.time(0)) == nil)
      }
    }
  }

  // MARK: Empty DATA

  @Test(arguments: [20, 3, 0]) func soManyEmptyFramesOfAStreamAreTaken(_ limit: Int) {
    var budget = AbuseBudget(limits: Self.limits { $0.emptyDataPerStream = limit })
    for stream in [Int32(1), 3] {
      for _ in 0..<limit {
        #expect(budget.received(Self.frame(0, stream: stream), at: Self.time(0)) == nil)
      }
    }
    let full = Frame(type: 0, flags: 0, stream: 1, length: 5, content: 5)
    #expect(budget.received(full, at: Self.time(0)) == nil)
    let padding = Frame(type: 0, flags: 8, stream: 1, length: 5, content: 0)
    #expect(budget.received(padding, at: Self.time(0)) == .emptyData)
  }

  /// An empty frame is how a client ends a stream of messages.
  @Test func anEmptyFrameThatEndsItsStreamIsFree() {
    var budget = AbuseBudget(limits: Self.limits { $0.emptyDataPerStream = 0 })
    for stream in stride(from: Int32(1), to: 20_001, by: 2) {
      #expect(budget.received(Self.frame(0, flags: 1, stream: stream), at: Self.time(0)) == nil)
    }
  }

  @Test func aClosedStreamIsForgotten() {
    var budget = AbuseBudget(
      limits: Self.limits {
        $0.emptyDataPerStream = 1
        $0.concurrentStreams = 1
      })
    for stream in stride(from: Int32(1), to: 2_001, by: 2) {
      #expect(budget.received(Self.frame(0, stream: stream), at: Self.time(0)) == nil)
      budget.closed(stream)
    }
    for stream in stride(from: Int32(2_001), to: 4_001, by: 2) {
      #expect(budget.received(Self.frame(0, stream: stream), at: Self.time(0)) == nil)
      _ = budget.received(Self.frame(3, stream: 1), at: Self.time(0))
      _ = budget.received(Self.frame(0, flags: 1, stream: stream), at: Self.time(0))
    }
    for stream in [Int32(5_001), 5_003] {
      #expect(budget.received(Self.frame(0, stream: stream), at: Self.time(0)) == nil)
    }
    #expect(budget.received(Self.frame(0, stream: 5_005), at: Self.time(0)) == .emptyData)
  }

  // MARK: Resets

  @Test(arguments: [200, 7]) func soManyStreamsAreResetAsTheyBegin(_ limit: Int) {
    var budget = AbuseBudget(limits: Self.limits { $0.earlyResets = limit })
    budget.readBegan()
    var excess: [AbuseBudget.Excess?] = []
    for index in 0...Int32(limit) {
      _ = budget.received(Self.frame(1, stream: 2 * index + 1), at: Self.time(0))
      excess.append(budget.received(Self.frame(3, stream: 2 * index + 1), at: Self.time(0)))
    }
    #expect(excess.dropLast().allSatisfy { $0 == nil } && excess.last == .earlyResets)
  }

  /// A client that gives up a call that it was answered on, or one of a read before, is honest.
  @Test func laterResetsAreFree() {
    var budget = AbuseBudget(limits: Self.limits { $0.earlyResets = 0 })
    for index in 0..<Int32(5_000) {
      budget.readBegan()
      _ = budget.received(Self.frame(1, stream: 2 * index + 1), at: Self.time(0))
      budget.readBegan()
      #expect(budget.received(Self.frame(3, stream: 2 * index + 1), at: Self.time(0)) == nil)
    }
  }

  /// PROTOCOL_ERROR, INTERNAL_ERROR, FLOW_CONTROL_ERROR, STREAM_CLOSED.
  @Test(arguments: [UInt32(1), 2, 3, 5], [100, 4])
  func soManyStreamsAreResetForErrors(_ code: UInt32, _ limit: Int) {
    var budget = AbuseBudget(limits: Self.limits { $0.resetsSent = limit })
    for _ in 0..<limit { #expect(budget.sentReset(errorCode: code, at: Self.time(0)) == nil) }
    #expect(budget.sentReset(errorCode: code, at: Self.time(29)) == .resetsSent)
    #expect(budget.sentReset(errorCode: code, at: Self.time(30)) == nil)
  }

  @Test func resetsThatAreNoFaultAreFree() {
    var budget = AbuseBudget(limits: Self.limits { $0.resetsSent = 0 })
    for code in [HTTP2ErrorCode.noError, HTTP2ErrorCode.cancel] {
      for _ in 0..<1_000 { #expect(budget.sentReset(errorCode: code, at: Self.time(0)) == nil) }
    }
    #expect(budget.sentReset(errorCode: 1, at: Self.time(0)) == .resetsSent)
  }

  /// A client may begin more streams than are allowed while it does not know how many are.
  @Test func refusalsBeforeTheAcknowledgementAreFree() {
    var budget = AbuseBudget(limits: Self.limits { $0.resetsSent = 0 })
    for _ in 0..<1_000 {
      #expect(budget.sentReset(errorCode: HTTP2ErrorCode.refusedStream, at: Self.time(0)) == nil)
    }
    let refused = budget.sentReset(errorCode: HTTP2ErrorCode.refusedStream, at: Self.time(0))
    #expect(refused == .resetsSent, "there is an end to it")
    var other = AbuseBudget(limits: Self.limits { $0.resetsSent = 0 })
    _ = other.received(Self.frame(4, flags: 1), at: Self.time(0))
    let late = other.sentReset(errorCode: HTTP2ErrorCode.refusedStream, at: Self.time(0))
    #expect(late == .resetsSent, "after the acknowledgement it is the client's fault")
  }
}
