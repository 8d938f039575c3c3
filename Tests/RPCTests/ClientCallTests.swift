import HTTP2
import ScriptedPeer
import Testing
import Transport

@testable import RPC

/// Calls as a server sees them, and what the client makes of its answers.
@Suite struct ClientCallTests {
  private static func answer(_ stream: Int32, _ message: [UInt8], status: String = "0") -> [UInt8] {
    Script.headers(stream, [(":status", "200"), ("content-type", "application/grpc")])
      + Script.data(stream, Script.message(message))
      + Script.headers(stream, [("grpc-status", status)], endStream: true)
  }

  private static func trailersOnly(_ stream: Int32, _ fields: [Script.Field]) -> [UInt8] {
    Script.headers(stream, [(":status", "200")] + fields, endStream: true)
  }

  @Test func aCallIsOneMessageBehindItsHead() {
    let table = ClientTable()
    table.call([9, 8])
    #expect(table.server[1].field(":path") == "/test.Echo/Echo")
    #expect(table.server[1].field("te") == "trailers")
    #expect(table.server[1].data == Script.message([9, 8]) && table.server[1].isEnded)
  }

  @Test func anAnswerIsTheCallsResult() {
    let table = ClientTable()
    let call = table.call()
    table.send(Self.answer(1, [4, 5, 6]))
    #expect(table.result(call) == .success([4, 5, 6]))
  }

  @Test func anAnswerMayComeByteByByte() {
    let table = ClientTable()
    let call = table.call()
    for byte in Self.answer(1, [4, 5, 6]) { table.send([byte]) }
    #expect(table.result(call) == .success([4, 5, 6]))
  }

  @Test(arguments: StatusCode.allCases.dropFirst()) func aStatusIsTheCallsFailure(
    _ code: StatusCode
  ) {
    let table = ClientTable()
    let call = table.call()
    table.send(
      Self.trailersOnly(
        1,
        [
          ("grpc-status", "\(code.rawValue)"), ("grpc-message", "100%25 %E5%85%A5"),
          ("grpc-status-details-bin", "CAIaBwoBYRICAQI"),
        ]))
    #expect(
      table.result(call)
        == .failure(RPCStatus(code, "100% 入", details: [.other(typeURL: "a", value: [1, 2])])))
  }

  static let statuses: [(fields: [Script.Field], code: StatusCode)] = [
    ([(":status", "200")], .unknown),
    ([(":status", "400")], .internal),
    ([(":status", "401")], .unauthenticated),
    ([(":status", "403")], .permissionDenied),
    ([(":status", "404")], .unimplemented),
    ([(":status", "405")], .unknown),
    ([(":status", "415")], .unknown),
    ([(":status", "429")], .unavailable),
    ([(":status", "500")], .unknown),
    ([(":status", "502")], .unavailable),
    ([(":status", "503")], .unavailable),
    ([(":status", "504")], .unavailable),
    ([(":status", "503"), ("grpc-status", "8")], .resourceExhausted),
    ([(":status", "200"), ("grpc-status", "99")], .unknown),
    ([(":status", "200"), ("grpc-status", "-1")], .unknown),
    ([(":status", "200"), ("grpc-status", "x")], .unknown),
    ([(":status", "200"), ("grpc-status", "0")], .internal),
  ]

  /// gRPC, http-grpc-status-mapping.
  @Test(arguments: statuses.indices) func everyStatusHasACode(_ index: Int) {
    let table = ClientTable()
    let call = table.call()
    table.send(Script.headers(1, Self.statuses[index].fields, endStream: true))
    #expect(table.code(call) == Self.statuses[index].code, "\(Self.statuses[index].fields)")
  }

  static let resets: [(errorCode: UInt32, code: StatusCode)] = [
    (0, .internal), (1, .internal), (2, .internal), (7, .unavailable), (8, .cancelled),
    (11, .resourceExhausted), (12, .permissionDenied), (99, .internal),
  ]

  /// gRPC, PROTOCOL-HTTP2, Errors.
  @Test(arguments: resets.indices) func everyResetHasACode(_ index: Int) {
    let table = ClientTable()
    let call = table.call()
    table.send(Script.reset(1, Self.resets[index].errorCode))
    #expect(table.code(call) == Self.resets[index].code)
  }

  @Test func anErrorPageIsNotRead() {
    let table = ClientTable(maximumLength: 10)
    let call = table.call()
    table.send(
      Script.headers(1, [(":status", "503"), ("content-type", "text/html")])
        + Script.data(1, Array("<html>not now</html>".utf8), endStream: true))
    #expect(table.code(call) == .unavailable)
  }

  static let bodies: [(name: String, body: [UInt8], code: StatusCode)] = [
    ("too long", Script.message([UInt8](repeating: 0, count: 11)), .resourceExhausted),
    ("4 GiB announced", [0] + bigEndian(.max), .resourceExhausted),
    ("compressed", Script.message([1], flag: 1), .internal),
    ("two messages", Script.message([1]) + Script.message([2]), .internal),
    ("truncated", [0, 0, 0], .internal),
    ("none", [], .internal),
  ]

  @Test(arguments: bodies.indices) func malformedAnswersAreFailures(_ index: Int) {
    let row = Self.bodies[index]
    let table = ClientTable(maximumLength: 10)
    let call = table.call()
    table.send(
      Script.headers(1, [(":status", "200")]) + Script.data(1, row.body)
        + Script.headers(1, [("grpc-status", "0")], endStream: true))
    #expect(table.code(call) == row.code, "\(row.name)")
  }

  /// A status that came is the status, whatever follows it on the stream.
  @Test func aResetAfterTheStatusChangesNothing() {
    let table = ClientTable()
    let call = table.call([UInt8](repeating: 0, count: 100_000))
    table.send(Self.trailersOnly(1, [("grpc-status", "8")]) + Script.reset(1, 0))
    #expect(table.code(call) == .resourceExhausted)
  }

  @Test func theDeadlineEndsTheCallAndTheStream() {
    let table = ClientTable()
    let now = MonotonicTime.now
    let late = table.call(deadline: now.advanced(byNanoseconds: 2_000_000_000))
    let early = table.call(deadline: now.advanced(byNanoseconds: 1_000_000_000))
    #expect(table.connection.nextWakeUp == now.advanced(byNanoseconds: 1_000_000_000))
    table.connection.wakeUp(at: now.advanced(byNanoseconds: 1_500_000_000))
    table.flush()
    #expect(table.code(early) == .deadlineExceeded && table.result(late) == nil)
    #expect(table.server[3].resetCode == HTTP2ErrorCode.cancel)
    #expect(table.server[1].resetCode == nil)
    table.send(Self.answer(3, [1]) + Self.answer(1, [2]))
    #expect(table.code(early) == .deadlineExceeded && table.result(late) == .success([2]))
  }

  @Test func callsThatAServerGoingAwayDidNotTakeMayBeTriedAgain() {
    let table = ClientTable()
    let first = table.call()
    let second = table.call()
    table.send(Script.goAway(last: 1))
    #expect(table.code(second) == .unavailable && table.wasNotProcessed(second))
    #expect(table.result(first) == nil)
    let third = table.call()
    #expect(table.refused == [third])
    table.send(Self.answer(1, [7]))
    #expect(table.result(first) == .success([7]))
  }

  /// The announcement of a shutdown refuses nothing that was begun.
  @Test func theAnnouncementLetsCallsFinish() {
    let table = ClientTable()
    let call = table.call()
    table.send(Script.goAway(last: .max))
    #expect(table.result(call) == nil)
    table.send(Script.goAway(last: 1) + Self.answer(1, [7]))
    #expect(table.result(call) == .success([7]))
  }

  @Test func theEndOfTheConnectionEndsEveryCall() {
    let table = ClientTable()
    let calls = (0..<5).map { _ in table.call() }
    table.connection.connectionClosed()
    #expect(calls.allSatisfy { table.code($0) == .unavailable })
  }

  @Test func callsWaitForTheServersStreams() {
    let table = ClientTable(settings: [(3, 1)])
    let calls = (0..<3).map { _ in table.call() }
    for (index, call) in calls.enumerated() {
      let stream = Int32(2 * index + 1)
      #expect(table.server[stream].isEnded && table.server[stream + 2].headers.isEmpty)
      table.send(Self.answer(stream, [UInt8(index)]))
      #expect(table.result(call) == .success([UInt8(index)]))
    }
  }
}
