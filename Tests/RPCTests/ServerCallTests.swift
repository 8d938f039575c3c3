import HTTP2
import ScriptedPeer
import Testing

@testable import RPC

/// Calls as a client sees them, frame by frame (gRPC, PROTOCOL-HTTP2).
@Suite struct ServerCallTests {
  @Test func aUnaryCallIsAnswered() {
    let table = ServerTable()
    let answer = table.call(1)
    #expect(answer.status == "200")
    #expect(answer.headers.first?.last?.value == "application/grpc")
    #expect(answer.data == Script.message([1, 2, 3]))
    #expect(answer.field("grpc-status") == "0")
    #expect(answer.isEnded && answer.resetCode == nil)
  }

  @Test(arguments: [0, 1, 16_384, 100_000]) func messagesOfEverySizeComeBack(_ size: Int) {
    let message = (0..<size).map { UInt8(truncatingIfNeeded: $0 * 3) }
    let table = ServerTable(settings: [(4, 1 << 20)])
    table.send(Script.windowUpdate(0, 1 << 20))
    var body = Script.message(message)[...]
    table.send(Script.headers(1, Script.call("/test.Echo/Echo")))
    while body.count > 16_384 {
      table.send(Script.data(1, Array(body.prefix(16_384))))
      body = body.dropFirst(16_384)
    }
    table.send(Script.data(1, Array(body), endStream: true))
    #expect([table.client[1].data] == [Script.message(message)])
  }

  /// A message in frames of one byte, the end of the stream in an empty frame.
  @Test func aCallMayComeByteByByte() {
    let table = ServerTable()
    table.send(Script.headers(1, Script.call("/test.Echo/Echo")))
    for byte in Script.message([1, 2, 3]) { table.send(Script.data(1, [byte])) }
    #expect(table.client[1].headers.isEmpty)
    table.send(Script.data(1, [], endStream: true))
    #expect(table.client[1].data == Script.message([1, 2, 3]))
  }

  @Test func theHandlerKnowsTheCall() {
    let table = ServerTable()
    let answer = table.call(
      1, "/test.Echo/Context", [],
      [("x-a", "1"), ("grpc-timeout", "5S"), ("x-b-bin", "AQI"), ("user-agent", "test")])
    #expect(
      String(decoding: answer.data.dropFirst(5), as: UTF8.self)
        == "/test.Echo/Context|192.0.2.1:5|x-a=1|x-b-bin=AQI")
  }

  @Test(arguments: StatusCode.allCases.dropFirst()) func aFailureIsTrailersOnly(
    _ code: StatusCode
  ) {
    let table = ServerTable()
    let answer = table.call(1, "/test.Echo/Fail", [UInt8(code.rawValue)])
    #expect(answer.status == "200" && answer.headers.count == 1)
    #expect(answer.field("content-type") == "application/grpc")
    #expect(answer.field("grpc-status") == "\(code.rawValue)")
    #expect(answer.field("grpc-message") == "100%25 wrong%0A%E5%85%A5%E7%BB%84")
    let details = Base64.decode(answer.field("grpc-status-details-bin") ?? "") ?? []
    #expect(StatusDetail.details(ofStatus: details) == ServiceRouter.failureDetails)
    #expect(answer.field("grpc-retry-pushback-ms") == "1500")
    #expect(answer.data.isEmpty && answer.isEnded)
  }

  @Test func callsOfOneConnectionDoNotMix() {
    let table = ServerTable()
    let streams = (0..<20).map { Int32(2 * $0 + 1) }
    for stream in streams { table.send(Script.headers(stream, Script.call("/test.Echo/Echo"))) }
    for stream in streams.reversed() {
      table.send(Script.data(stream, Script.message([UInt8(stream)]), endStream: true))
    }
    for stream in streams { #expect(table.client[stream].data.last == UInt8(stream)) }
  }

  /// The method found last is remembered; another must not be answered by it.
  @Test func methodsOfOneConnectionDoNotMix() {
    let table = ServerTable()
    #expect(table.call(1).field("grpc-status") == "0")
    #expect(table.call(3, "/test.Echo/Nothing").field("grpc-status") == "12")
    #expect(table.call(5, "/test.Echo/Fail", [5]).field("grpc-status") == "5")
    #expect(table.call(7).field("grpc-status") == "0")
  }

  @Test func trailersOfARequestSayNothing() {
    let table = ServerTable()
    table.send(
      Script.headers(1, Script.call("/test.Echo/Context")) + Script.data(1, Script.message([]))
        + Script.headers(1, [("x-late", "1"), ("grpc-timeout", "x")], endStream: true))
    #expect(table.client[1].field("grpc-status") == "0")
    #expect(!String(decoding: table.client[1].data, as: UTF8.self).contains("x-late"))
  }

  @Test func aCallThatIsResetLeavesNothingBehind() {
    let table = ServerTable()
    table.send(
      Script.headers(1, Script.call("/test.Echo/Echo")) + Script.data(1, [0, 0]) + Script.reset(1))
    #expect(table.client[1].headers.isEmpty)
    #expect(table.connection.session.openStreams == 0)
    #expect(table.call(3).field("grpc-status") == "0")
    table.pass(milliseconds: 60_000)
    #expect(table.connection.nextWakeUp == nil)
  }

  @Test func callsAreCounted() {
    let table = ServerTable()
    _ = table.call(1)
    _ = table.call(3, "/test.Echo/Fail")
    _ = table.call(5, "/nothing")
    table.send(Script.headers(7, [(":method", "GET"), (":scheme", "http"), (":path", "/healthz")]))
    #expect(table.counters.callsStarted == 3 && table.counters.callsFinished == 3)
    #expect(table.counters.callsFailed == 2)
    #expect(table.counters.openConnections == 1)
    table.connection.connectionClosed()
    #expect(table.counters.openConnections == 0)
  }
}
