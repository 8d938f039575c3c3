import HTTP2
import MessageCompression
import ScriptedPeer
import Testing
import Transport

@testable import RPC

/// Streaming calls of a client as its server sees them, and what the client makes of the answers.
@Suite struct ClientStreamTests {
  private static let head: [Script.Field] = [
    (":status", "200"), ("content-type", "application/grpc"),
  ]
  private static let ok: [Script.Field] = [("grpc-status", "0")]

  @Test func requestsLeaveAsTheyComeAndEndTheStream() throws {
    let table = ClientTable()
    let (stream, _) = try table.stream(.clientStreaming)
    #expect(table.server[1].headers.isEmpty == false && table.server[1].data.isEmpty)
    stream.send(Script.message([1]))
    table.flush()
    #expect(table.server[1].data == Script.message([1]) && !table.server[1].isEnded)
    stream.send(Script.message([2, 2]))
    stream.endRequests()
    table.flush()
    #expect(table.server[1].messages == [[1], [2, 2]] && table.server[1].isEnded)
  }

  @Test func answersAndMetadataArriveInOrder() throws {
    let table = ClientTable()
    let (_, outcome) = try table.stream(.bidirectional)
    table.send(Script.headers(1, Self.head + [("x-a", "1"), ("x-a", "2")]))
    #expect(outcome.all.metadata?.fields.map(\.value) == ["1", "2"])
    table.send(Script.data(1, Script.message([5]) + Script.message([6])))
    #expect(outcome.all.messages == [[5], [6]] && outcome.all.end == nil)
    table.send(Script.headers(1, Self.ok + [("x-last", "z")], endStream: true))
    let end = try #require(outcome.all.end)
    #expect(end.failure == nil && end.trailingMetadata.value(of: "x-last") == "z")
    #expect(outcome.all.ends == 1)
  }

  /// A status alone is no head: nothing of an answer has come, and the call may be made again.
  @Test func aStatusAloneIsNoHead() throws {
    let table = ClientTable()
    let (_, outcome) = try table.stream(.bidirectional)
    table.send(
      Script.headers(
        1, Self.head + [("grpc-status", "14"), ("grpc-retry-pushback-ms", "250"), ("x-a", "1")],
        endStream: true))
    let seen = outcome.all
    #expect(seen.metadata == nil && seen.end?.failure?.code == .unavailable)
    #expect(seen.end?.pushbackMilliseconds == 250 && seen.end?.wasNotProcessed == false)
    #expect(seen.end?.trailingMetadata.value(of: "x-a") == "1")
  }

  @Test(arguments: [("-1", -1), ("x", -1), ("0", 0)])
  func aPushbackThatIsNoNumberWantsNoAttempt(_ text: String, _ expected: Int64) throws {
    let table = ClientTable()
    let (_, outcome) = try table.stream(.bidirectional)
    table.send(
      Script.headers(
        1, Self.head + [("grpc-status", "14"), ("grpc-retry-pushback-ms", text)],
        endStream: true))
    #expect(outcome.all.end?.pushbackMilliseconds == expected)
  }

  /// RFC 9110, 15.2: an answer that is only on its way.
  @Test func informationalAnswersArePassedOver() throws {
    let table = ClientTable()
    let (_, outcome) = try table.stream(.bidirectional)
    table.send(Script.headers(1, [(":status", "103"), ("grpc-status", "13"), ("x-a", "0")]))
    #expect(outcome.all.metadata == nil)
    table.send(Script.headers(1, Self.head + [("x-a", "1")]))
    table.send(Script.headers(1, Self.ok, endStream: true))
    #expect(outcome.all.metadata?.value(of: "x-a") == "1" && outcome.all.end?.failure == nil)
  }

  @Test func anotherContentThanGRPCIsUnknown() throws {
    let table = ClientTable()
    let (_, outcome) = try table.stream(.bidirectional)
    table.send(
      Script.headers(1, [(":status", "200"), ("content-type", "text/html")])
        + Script.data(1, Array("<p>".utf8), endStream: true))
    #expect(outcome.all.end?.failure?.code == .unknown && outcome.all.messages.isEmpty)
  }

  @Test(arguments: CompressionAlgorithm.allCases)
  func compressedAnswersAreDecompressed(_ algorithm: CompressionAlgorithm) throws {
    let table = ClientTable()
    let (_, outcome) = try table.stream(.serverStreaming)
    let bytes = [UInt8](repeating: 7, count: 10_000)
    let compressed = MessageCompression.compress(bytes.span, with: algorithm) ?? []
    table.send(Script.headers(1, Self.head + [("grpc-encoding", algorithm.rawValue)]))
    table.send(Script.data(1, Script.message(compressed, flag: 1) + Script.message([1])))
    table.send(Script.headers(1, Self.ok, endStream: true))
    #expect(outcome.all.messages == [bytes, [1]] && outcome.all.compressed == [true, false])
    #expect(outcome.all.end?.failure == nil)
  }

  @Test func aDecompressionBombIsTooLarge() throws {
    let table = ClientTable(maximumLength: 100_000)
    let (_, outcome) = try table.stream(.serverStreaming)
    let zeros = [UInt8](repeating: 0, count: 1 << 20)
    let bomb = MessageCompression.compress(zeros.span, with: .gzip) ?? []
    table.send(Script.headers(1, Self.head + [("grpc-encoding", "gzip")]))
    table.send(Script.data(1, Script.message(bomb, flag: 1)))
    #expect(outcome.all.end?.failure?.code == .resourceExhausted)
    #expect(table.server[1].resetCode == HTTP2ErrorCode.cancel)
  }

  /// What is not taken is not asked for: the server may send a window's worth, and no more.
  @Test func answersThatAreNotTakenFillTheWindow() throws {
    let table = ClientTable()
    let (stream, outcome) = try table.stream(.serverStreaming, appetite: 1)
    table.send(Script.headers(1, Self.head))
    let piece = Script.data(1, Script.message([UInt8](repeating: 0, count: 16_000)))
    let windowUpdates = { table.server.frames(FrameType.windowUpdate).filter { $0.stream == 1 } }
    for _ in 0..<40 { table.send(piece) }
    #expect(outcome.all.messages.count == 1 && windowUpdates().isEmpty)
    stream.takeMessages()
    table.flush()
    #expect(outcome.all.messages.count == 2, "the appetite is used up again")
    table.send(Script.headers(1, Self.ok, endStream: true))
    for _ in 0..<38 { stream.takeMessages() }
    #expect(outcome.all.messages.count == 40 && outcome.all.end == nil)
    stream.takeMessages()
    #expect(outcome.all.end?.failure == nil && outcome.all.ends == 1)
  }

  /// The server's window closes: the client says that it is not ready, and when it is again.
  @Test func requestsThatAreNotTakenAreNotAskedFor() throws {
    let table = ClientTable(settings: [(4, 1_000)], sendBufferBytes: 5_000)
    let (stream, outcome) = try table.stream(.clientStreaming)
    var sent = 0
    while stream.isReady, sent < 100 {
      stream.send(Script.message([UInt8](repeating: 1, count: 995)))
      sent += 1
      table.flush()
    }
    #expect(sent == 6, "1,000 bytes left, and 5,000 wait")
    #expect(outcome.all.readyAgain == 0)
    table.send(Script.windowUpdate(1, 1_000))
    #expect(outcome.all.readyAgain == 1 && stream.isReady)
  }

  /// A server that has said everything waits for no more requests.
  @Test func anEndBeforeTheRequestsStopsThem() throws {
    let table = ClientTable()
    let (stream, outcome) = try table.stream(.clientStreaming)
    stream.send(Script.message([1]))
    table.flush()
    table.send(
      Script.headers(1, Self.head + [("grpc-status", "3")], endStream: true))
    #expect(outcome.all.end?.failure?.code == .invalidArgument)
    #expect(table.server[1].resetCode == HTTP2ErrorCode.cancel)
    stream.send(Script.message([2]))
    table.flush()
    #expect(table.server[1].messages == [[1]])
  }

  @Test func aCallThatIsGivenUpIsReset() throws {
    let table = ClientTable()
    let (stream, outcome) = try table.stream(.bidirectional)
    stream.cancel()
    table.flush()
    #expect(table.server[1].resetCode == HTTP2ErrorCode.cancel && outcome.all.end == nil)
    table.send(Script.headers(1, Self.head) + Script.data(1, Script.message([1])))
    #expect(outcome.all.messages.isEmpty)
  }

  /// RFC 9113, 8.7: a stream that was refused was not processed.
  @Test(arguments: [(HTTP2ErrorCode.refusedStream, true), (HTTP2ErrorCode.internalError, false)])
  func aRefusedStreamWasNotProcessed(_ code: UInt32, _ expected: Bool) {
    let table = ClientTable()
    let call = table.call()
    table.send(Script.reset(1, code))
    #expect(table.wasNotProcessed(call) == expected)
  }

  /// Of a call that waits for the server's streams no byte has left.
  @Test func aCallThatNeverLeftWasNotProcessed() {
    let table = ClientTable(settings: [(3, 1)])
    let first = table.call()
    let second = table.call()
    table.connection.connectionClosed()
    #expect(table.code(first) == .unavailable && !table.wasNotProcessed(first))
    #expect(table.code(second) == .unavailable && table.wasNotProcessed(second))
  }

  @Test func theOwnerIsToldWhatHappens() {
    let table = ClientTable()
    guard case .established? = table.events.all.first else {
      Issue.record("expected to be told of the connection")
      return
    }
    table.send(Script.goAway(last: .max))
    table.send(Script.goAway(last: 0))
    table.connection.connectionFailed("why")
    table.connection.connectionClosed()
    #expect(table.events.all.count == 3)
    guard case .goesAway(tooManyPings: false) = table.events.all[1],
      case .closed(reason: "why") = table.events.all[2]
    else {
      Issue.record("\(table.events.all)")
      return
    }
  }

  /// gRFC A8.
  @Test func aServerThatIsAskedTooOftenSaysSo() {
    let table = ClientTable()
    table.send(Script.goAway(last: 0, HTTP2ErrorCode.enhanceYourCalm, "too_many_pings"))
    guard case .goesAway(tooManyPings: true)? = table.events.all.last else {
      Issue.record("\(table.events.all)")
      return
    }
  }

  @Test func aConnectionThatIsRetiredEndsWithItsCalls() {
    let table = ClientTable()
    let call = table.call()
    table.connection.retire()
    table.flush()
    #expect(!table.connection.session.isFinished && table.server.frames(FrameType.goAway).isEmpty)
    #expect(table.refused.isEmpty)
    let late = table.call()
    #expect(table.refused == [late])
    table.send(
      Script.headers(1, Self.head) + Script.data(1, Script.message([1]))
        + Script.headers(1, Self.ok, endStream: true))
    #expect(table.result(call) == .success([1]))
    #expect(table.server.frames(FrameType.goAway).count == 1)
    #expect(table.connection.session.isFinished)
  }

  @Test func theAlarmRingsOnce() {
    let table = ClientTable()
    var rings = 0
    let now = MonotonicTime.now
    table.connection.setAlarm(at: now.advanced(byNanoseconds: 5)) { rings += 1 }
    #expect(table.connection.nextWakeUp == now.advanced(byNanoseconds: 5))
    table.call(deadline: now.advanced(byNanoseconds: 1))
    #expect(table.connection.nextWakeUp == now.advanced(byNanoseconds: 1))
    table.connection.wakeUp(at: now.advanced(byNanoseconds: 4))
    #expect(rings == 0)
    table.connection.wakeUp(at: now.advanced(byNanoseconds: 5))
    table.connection.wakeUp(at: now.advanced(byNanoseconds: 6))
    #expect(rings == 1 && table.connection.nextWakeUp == nil)
  }
}
