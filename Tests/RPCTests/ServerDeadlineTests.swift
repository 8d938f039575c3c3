import HTTP2
import ScriptedPeer
import Testing
import Transport

@testable import RPC

/// No call, no stream and no answer outlives its time.
@Suite struct ServerDeadlineTests {
  private static func configuration() -> ServerConfiguration {
    var configuration = ServerConfiguration()
    configuration.defaultDeadlineMilliseconds = 3_000
    configuration.maximumDeadlineMilliseconds = 30_000
    return configuration
  }

  static let timeouts: [(timeout: String?, milliseconds: UInt64)] = [
    (nil, 3_000), ("100m", 100), ("20S", 20_000), ("5M", 30_000), ("99999999H", 30_000),
  ]

  /// The default where the client says nothing; never more than the maximum.
  @Test(arguments: timeouts.indices) func aCallHasItsTime(_ index: Int) throws {
    let (timeout, milliseconds) = Self.timeouts[index]
    let table = ServerTable(Self.configuration())
    let before = MonotonicTime.now
    table.send(
      Script.headers(
        1, Script.call("/test.Echo/Echo", timeout.map { [("grpc-timeout", $0)] } ?? [])))
    let after = MonotonicTime.now
    let due = try #require(table.connection.nextWakeUp)
    #expect(due >= before.advanced(byNanoseconds: milliseconds * 1_000_000))
    #expect(due <= after.advanced(byNanoseconds: milliseconds * 1_000_000))
  }

  @Test func aRequestThatDoesNotComeIsEnded() {
    let table = ServerTable(Self.configuration())
    table.send(
      Script.headers(1, Script.call("/test.Echo/Echo", [("grpc-timeout", "10S")]))
        + Script.data(1, [0, 0]))
    table.pass(milliseconds: 9_000)
    #expect(table.client[1].headers.isEmpty)
    table.pass(milliseconds: 10_001)
    #expect(table.client[1].field("grpc-status") == "4" && table.client[1].isEnded)
    #expect(table.client[1].resetCode == HTTP2ErrorCode.noError)
    #expect(table.connection.session.openStreams == 0)
    #expect(table.counters.callsStarted == 1 && table.counters.callsFinished == 1)
  }

  @Test func eachCallEndsAtItsOwnTime() {
    let table = ServerTable(Self.configuration())
    for (stream, timeout) in [(Int32(1), "20S"), (3, "5S"), (5, "10S")] {
      table.send(
        Script.headers(stream, Script.call("/test.Echo/Echo", [("grpc-timeout", timeout)])))
    }
    var ended: [Int32] = []
    for seconds in UInt64(1)...21 {
      table.pass(milliseconds: seconds * 1_000 + 1)
      for stream in [Int32(1), 3, 5] where table.client[stream].isEnded && !ended.contains(stream) {
        ended.append(stream)
      }
    }
    #expect(ended == [3, 5, 1])
  }

  /// A head that is begun and never ended would hold its stream for ever.
  @Test func aHeadThatDoesNotEndIsReset() {
    let table = ServerTable(Self.configuration())
    table.send(Script.headers(1, Script.call("/test.Echo/Echo"), endHeaders: false))
    table.pass(milliseconds: 29_000)
    #expect(table.client[1].resetCode == nil)
    table.pass(milliseconds: 30_001)
    #expect(table.client[1].resetCode == HTTP2ErrorCode.cancel)
    #expect(table.connection.session.openStreams == 0)
    #expect(table.counters.callsFinished == 0)
  }

  /// A client that never opens its window would hold the answer for ever.
  @Test func anAnswerThatIsNotTakenIsDropped() {
    let table = ServerTable(Self.configuration(), settings: [(4, 100)])
    _ = table.call(1, "/test.Echo/Large", [1])
    #expect(table.client[1].data.count == 100)
    #expect(table.connection.session.unsentBytes == 905)
    for second in UInt64(1)...29 {
      table.send(Script.windowUpdate(1, 1))
      table.pass(milliseconds: second * 1_000)
    }
    #expect(table.client[1].resetCode == nil)
    table.pass(milliseconds: 30_001)
    #expect(table.client[1].resetCode == HTTP2ErrorCode.cancel)
    #expect(table.connection.session.unsentBytes == 0)
    #expect(table.connection.session.openStreams == 0)
  }

  @Test func aCallThatIsOverAsksForNoTimeInTheEnd() {
    let table = ServerTable(Self.configuration())
    _ = table.call(1)
    table.pass(milliseconds: 30_001)
    #expect(table.connection.nextWakeUp == nil)
    #expect(table.client[1].resetCode == nil && table.counters.callsFinished == 1)
  }
}

/// What unfinished requests and untaken answers of one connection may hold.
@Suite struct ServerBudgetTests {
  private static func configuration() -> ServerConfiguration {
    var configuration = ServerConfiguration()
    configuration.maximumBufferedBytes = 20_000
    return configuration
  }

  private static func begin(_ stream: Int32, _ bytes: Int) -> [UInt8] {
    Script.headers(stream, Script.call("/test.Echo/Echo"))
      + Script.data(
        stream, [0] + bigEndian(100_000) + [UInt8](repeating: 0, count: bytes - 5))
  }

  @Test func unfinishedRequestsShareABudget() {
    let table = ServerTable(Self.configuration())
    table.send(Self.begin(1, 10_000) + Self.begin(3, 10_000))
    #expect(table.client[1].headers.isEmpty && table.client[3].headers.isEmpty)
    table.send(Self.begin(5, 10))
    #expect(table.client[5].field("grpc-status") == "14")
    #expect(table.client[5].field("grpc-retry-pushback-ms") == "1000")
    #expect(table.client[1].headers.isEmpty && table.client[3].headers.isEmpty)
  }

  /// However often a request is refused, what it did not get is not missing afterwards.
  @Test func theBudgetComesBackInFull() {
    let table = ServerTable(Self.configuration())
    var stream: Int32 = 1
    for _ in 0..<20 {
      table.send(Self.begin(stream, 10_000))
      table.send(Self.begin(stream + 2, 15_000))
      #expect(table.client[stream + 2].field("grpc-status") == "14")
      table.send(Script.reset(stream))
      stream += 4
    }
    table.send(Self.begin(stream, 15_000))
    #expect(table.client[stream].headers.isEmpty)
  }

  @Test func answersThatWaitShareTheBudget() {
    let table = ServerTable(Self.configuration(), settings: [(4, 0)])
    let message = [UInt8](repeating: 0, count: 15)
    #expect(table.call(1, "/test.Echo/Large", message).status == "200")
    #expect(table.call(3, "/test.Echo/Large", message).status == "200")
    #expect(table.call(5, "/test.Echo/Large", message).field("grpc-status") == "14")
    table.send(Script.reset(1))
    table.send(Script.reset(3))
    #expect(table.call(7, "/test.Echo/Large", message).field("grpc-status") == nil)
  }
}
