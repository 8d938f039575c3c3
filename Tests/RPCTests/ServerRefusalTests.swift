import HTTP2
import ScriptedPeer
import Testing

@testable import RPC

/// What is no call, and calls that are malformed: each has its status, none is left hanging.
@Suite struct ServerRefusalTests {
  private static func head(
    method: String = "POST", path: String = "/test.Echo/Echo",
    contentType: String? = "application/grpc", te: Bool = true
  ) -> [Script.Field] {
    [(":method", method), (":scheme", "http"), (":path", path), (":authority", "test")]
      + (te ? [("te", "trailers")] : [])
      + (contentType.map { [("content-type", $0)] } ?? [])
  }

  static let heads: [(name: String, head: [Script.Field], status: String, grpcStatus: String?)] = [
    ("a call", head(), "200", "0"),
    ("no te", head(te: false), "200", "0"),
    ("a format", head(contentType: "application/grpc+proto"), "200", "0"),
    ("parameters", head(contentType: "application/grpc;charset=utf-8"), "200", "0"),
    ("GET", head(method: "GET"), "405", nil),
    ("PUT", head(method: "PUT"), "405", nil),
    ("HEAD", head(method: "HEAD"), "405", nil),
    ("post", head(method: "post"), "405", nil),
    ("JSON", head(contentType: "application/json"), "415", nil),
    ("another type", head(contentType: "application/grpcfoo"), "415", nil),
    ("no type", head(contentType: nil), "415", nil),
    ("unknown method", head(path: "/test.Echo/Nothing"), "200", "12"),
    ("unknown service", head(path: "/test.Nothing/Echo"), "200", "12"),
    ("other case", head(path: "/test.echo/echo"), "200", "12"),
    ("query", head(path: "/test.Echo/Echo?x=1"), "200", "12"),
    ("slash at the end", head(path: "/test.Echo/Echo/"), "200", "12"),
    ("root", head(path: "/"), "200", "12"),
    ("GET of a method", head(method: "GET", path: "/healthz/"), "405", nil),
    ("POST to the liveness path", head(path: "/healthz"), "200", "12"),
    ("no digits", head() + [("grpc-timeout", "S")], "200", "3"),
    ("nine digits", head() + [("grpc-timeout", "123456789S")], "200", "3"),
    ("negative", head() + [("grpc-timeout", "-1S")], "200", "3"),
    ("zero", head() + [("grpc-timeout", "0S")], "200", "4"),
    ("gzip", head() + [("grpc-encoding", "gzip")], "200", "0"),
    ("another encoding", head() + [("grpc-encoding", "snappy")], "200", "12"),
    ("identity", head() + [("grpc-encoding", "identity")], "200", "0"),
  ]

  @Test(arguments: heads.indices) func headsAreChecked(_ index: Int) {
    let row = Self.heads[index]
    let table = ServerTable()
    table.send(
      Script.headers(1, row.head) + Script.data(1, Script.message([1]), endStream: true))
    let answer = table.client[1]
    #expect(answer.status == row.status, "\(row.name)")
    #expect(answer.field("grpc-status") == row.grpcStatus, "\(row.name)")
    #expect(answer.isEnded && table.connection.session.openStreams == 0)
  }

  /// The same heads on requests that do not end: the answer must come whole and the stream be closed.
  @Test(
    arguments: heads.indices.filter { heads[$0].status == "200" && heads[$0].grpcStatus != "0" })
  func refusalsDoNotWaitForTheRequestsEnd(_ index: Int) {
    let row = Self.heads[index]
    let table = ServerTable()
    table.send(Script.headers(1, row.head))
    #expect(table.client[1].status == row.status && table.client[1].isEnded, "\(row.name)")
    #expect(table.client[1].resetCode == HTTP2ErrorCode.noError, "\(row.name)")
    #expect(table.connection.session.openStreams == 0, "\(row.name)")
  }

  /// What is no gRPC call is answered when it has ended; its body is neither kept nor in the way, and one
  /// that does not end is cut off.
  @Test(arguments: heads.indices.filter { heads[$0].status != "200" })
  func whatIsNoCallIsAnsweredAtItsEnd(_ index: Int) {
    let row = Self.heads[index]
    let table = ServerTable()
    table.send(Script.windowUpdate(0, 1 << 24) + Script.headers(1, row.head))
    for _ in 0..<100 { table.send(Script.data(1, [UInt8](repeating: 1, count: 16_000))) }
    #expect(table.client[1].headers.isEmpty, "\(row.name)")
    table.send(Script.data(1, [], endStream: true))
    #expect(table.client[1].status == row.status && table.client[1].isEnded, "\(row.name)")
    #expect(table.client[1].resetCode == nil, "\(row.name)")
    table.send(Script.headers(3, row.head))
    table.pass(milliseconds: 31_000)
    #expect(table.client[3].resetCode == HTTP2ErrorCode.cancel, "\(row.name)")
    #expect(table.connection.session.openStreams == 0, "\(row.name)")
  }

  /// And on requests that end with their head: nothing to reset, and no hanging.
  @Test(arguments: heads.indices) func aHeadMayBeTheWholeRequest(_ index: Int) {
    let row = Self.heads[index]
    let table = ServerTable()
    table.send(Script.headers(1, row.head, endStream: true))
    let expected = row.grpcStatus == "0" ? "12" : row.grpcStatus
    #expect(table.client[1].status == row.status && table.client[1].isEnded, "\(row.name)")
    #expect(table.client[1].field("grpc-status") == expected, "\(row.name)")
    #expect(table.client[1].resetCode == nil, "\(row.name)")
  }

  @Test func refusalsSayWhatIsTaken() {
    let table = ServerTable()
    table.send(Script.headers(1, Self.head(method: "GET"), endStream: true))
    table.send(Script.headers(3, Self.head(contentType: "text/plain"), endStream: true))
    table.send(Script.headers(5, Self.head() + [("grpc-encoding", "snappy")]))
    #expect(table.client[1].field("allow") == "POST")
    #expect(table.client[3].field("accept-post") == "application/grpc")
    #expect(table.client[5].field("grpc-accept-encoding") == "identity,gzip,deflate")
  }

  @Test(arguments: [true, false]) func livenessIsAnswered(_ endsWithHead: Bool) {
    let table = ServerTable()
    table.send(
      Script.headers(1, Self.head(method: "GET", path: "/healthz"), endStream: endsWithHead))
    if !endsWithHead { table.send(Script.data(1, [], endStream: true)) }
    #expect(table.client[1].status == "200")
    #expect(table.client[1].data == Array("ok\n".utf8) && table.client[1].isEnded)
    #expect(table.connection.session.openStreams == 0)
  }

  /// An answer to HEAD has a head alone.
  @Test(arguments: ["HEAD", "GET", "PUT"]) func aRefusalHasABodyUnlessItAnswersHEAD(
    _ method: String
  ) {
    let table = ServerTable()
    table.send(Script.headers(1, Self.head(method: method), endStream: true))
    #expect(table.client[1].status == "405" && table.client[1].isEnded)
    #expect(table.client[1].data.isEmpty == (method == "HEAD"))
  }

  static let bodies: [(name: String, body: [UInt8], code: StatusCode)] = [
    ("no message", [], .unimplemented),
    ("two messages", Script.message([1]) + Script.message([2]), .unimplemented),
    ("truncated prefix", [0, 0, 0], .internal),
    ("truncated message", Array(Script.message([1, 2, 3]).dropLast()), .internal),
    ("4 GiB announced", [0] + bigEndian(.max), .resourceExhausted),
    ("one byte too long", [0] + bigEndian(1_025), .resourceExhausted),
    ("compressed without an encoding", Script.message([1], flag: 1), .internal),
    ("reserved flag", Script.message([1], flag: 2), .internal),
  ]

  @Test(arguments: bodies.indices) func bodiesAreChecked(_ index: Int) {
    var configuration = ServerConfiguration()
    configuration.maximumMessageBytes = 1_024
    let row = Self.bodies[index]
    let table = ServerTable(configuration)
    table.send(
      Script.headers(1, Script.call("/test.Echo/Echo"))
        + Script.data(1, row.body, endStream: true))
    #expect(table.client[1].field("grpc-status") == "\(row.code.rawValue)", "\(row.name)")
    #expect(table.client[1].isEnded && table.connection.session.openStreams == 0)
    #expect(table.call(3).field("grpc-status") == "0", "the connection goes on")
  }

  /// A message that is too long is refused by its first bytes, and the client is told to stop.
  @Test func aLongMessageIsNotWaitedFor() {
    let table = ServerTable()
    table.send(
      Script.headers(1, Script.call("/test.Echo/Echo")) + Script.data(1, [0] + bigEndian(.max)))
    #expect(table.client[1].field("grpc-status") == "8")
    #expect(table.client[1].resetCode == HTTP2ErrorCode.noError)
  }

  /// Long messages are cut and long details left out: a header list that no client takes, or that
  /// nghttp2 does not send, would leave the call without any status.
  @Test(arguments: [100, 5_000, 100_000, 1 << 20]) func aLongStatusStillArrives(_ length: Int) {
    var router = ServiceRouter()
    router.unary(service: "test.Echo", method: "Echo") { _, _ in
      .failure(
        RPCStatus(
          .invalidArgument, String(repeating: "入%a", count: length / 3),
          details: [.other(typeURL: "x", value: [UInt8](repeating: 1, count: length))]))
    }
    let table = ServerTable(router: router)
    let answer = table.call(1)
    #expect(answer.field("grpc-status") == "3" && answer.isEnded)
    let size = answer.headers[0].reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 32 }
    #expect(size <= 16 << 10)
    let message = PercentEncoding.decode(answer.field("grpc-message") ?? "")
    #expect(message.hasPrefix("入%a") && !message.contains("\u{FFFD}"))
    #expect(message.hasSuffix("...") == (length > 1_000))
  }
}
