import MessageCompression
import ScriptedPeer
import TestSupport
import Testing

@testable import RPC

/// Compressed messages in calls of every shape (gRPC, compression.md and PROTOCOL-HTTP2).
@Suite struct CompressedCallTests {
  let diary = Diary()

  /// Answers with what came. Its first byte says how: 1 compressed, 2 not, otherwise as requests are.
  private final class Echo: ServerCallListener {
    private let diary: Diary
    private let answersAtEnd: Bool
    private var last: [UInt8] = []

    init(_ diary: Diary, answersAtEnd: Bool) {
      self.diary = diary
      self.answersAtEnd = answersAtEnd
    }

    static func answer(_ bytes: [UInt8]) -> ResponseMessage {
      let isCompressed: Bool? = bytes.first == 1 ? true : bytes.first == 2 ? false : nil
      return ResponseMessage(withPrefix: [0, 0, 0, 0, 0] + bytes, isCompressed: isCompressed)
    }

    func received(_ message: Span<UInt8>, on call: ServerCall) {
      diary.entries.append("message of \(message.count), \(call.messageWasCompressed)")
      last = message.copy
      if !answersAtEnd { call.send(Self.answer(last)) }
    }

    func requestsEnded(on call: ServerCall) {
      if answersAtEnd { call.send(Self.answer(last)) }
      call.finish()
    }
  }

  static let methods = ["Unary", "Listener", "Client", "Server", "Bidi"]

  private func table(limit: Int = 4 << 20) -> ServerTable {
    let diary = diary
    var router = ServiceRouter.echo
    router.unary(service: "test.Echo", method: "Unary") { request, _ in
      diary.entries.append("message of \(request.count)")
      return .message(Echo.answer(request.copy))
    }
    let shapes: [(String, MethodShape)] = [
      ("Listener", .unary), ("Client", .clientStreaming), ("Server", .serverStreaming),
      ("Bidi", .bidirectional),
    ]
    for (method, shape) in shapes {
      router.method(service: "test.Echo", method: method, shape) { _ in
        Echo(diary, answersAtEnd: shape == .clientStreaming)
      }
    }
    var configuration = ServerConfiguration()
    configuration.maximumMessageBytes = limit
    let table = ServerTable(configuration, router: router, settings: [(4, 1 << 20)])
    table.send(Script.windowUpdate(0, 1 << 20))
    return table
  }

  private func call(
    _ table: ServerTable, _ method: String, _ fields: [Script.Field], _ bodies: [[UInt8]]
  ) {
    table.send(Script.headers(1, Script.call("/test.Echo/\(method)", fields)))
    for body in bodies { table.send(Script.data(1, body)) }
    if !table.client[1].isEnded { table.send(Script.data(1, [], endStream: true)) }
  }

  /// A message as it is sent compressed.
  private func compressed(
    _ message: [UInt8], _ algorithm: CompressionAlgorithm
  ) throws -> [UInt8] {
    let bytes = MessageCompression.compress(message.span, with: algorithm)
    return Script.message(try #require(bytes), flag: 1)
  }

  /// The flag and the content of each answer.
  private func answers(_ table: ServerTable) throws -> [(flag: UInt8, message: [UInt8])] {
    let encoding = table.client[1].headers.first?.first { $0.name == "grpc-encoding" }?.value
    var rest = table.client[1].data[...]
    return try table.messages(1).map { content in
      let flag = try #require(rest.first)
      rest = rest.dropFirst(5 + content.count)
      guard flag == 1 else { return (flag, content) }
      let algorithm = try #require(CompressionAlgorithm(rawValue: encoding ?? "identity"))
      return (
        flag, try MessageCompression.decompress(content.span, with: algorithm, limit: 1 << 20)
      )
    }
  }

  // MARK: Requests

  private static let message = [UInt8](repeating: 9, count: 1_000)

  @Test(arguments: methods, CompressionAlgorithm.allCases)
  func aRequestIsInflatedForItsHandler(
    _ method: String, _ algorithm: CompressionAlgorithm
  ) throws {
    let table = table()
    let body = try compressed(Self.message, algorithm)
    #expect(body.count < 100)
    call(table, method, [("grpc-encoding", algorithm.rawValue)], [body])
    #expect(diary.entries.count == 1 && diary.entries[0].hasPrefix("message of 1000"))
    #expect(try answers(table).map(\.message) == [Self.message])
    #expect(table.client[1].field("grpc-status") == "0")
  }

  /// `gzip.compress(b"123", mtime=0)` and `zlib.compress(b"123")` of Python.
  @Test(arguments: [
    ("gzip", "1f8b080000000000020333343206 00d263488803000000"),
    ("deflate", "789c33343206 00012d0097"),
  ])
  func otherCompressorsAreUnderstood(_ encoding: String, _ digits: String) throws {
    let table = table()
    call(table, "Unary", [("grpc-encoding", encoding)], [Script.message(hex(digits), flag: 1)])
    #expect(try answers(table).map(\.message) == [Array("123".utf8)])
  }

  /// Where an encoding is named, each message says for itself whether it is compressed.
  @Test func messagesOfOneStreamMayDiffer() throws {
    let table = table()
    call(
      table, "Bidi", [("grpc-encoding", "gzip")],
      [
        try compressed([5, 1], .gzip), Script.message([5, 2]), try compressed([], .gzip),
        Script.message([]), try compressed([5, 3], .gzip) + Script.message([5, 4]),
      ])
    #expect(
      diary.entries == [
        "message of 2, true", "message of 2, false", "message of 0, true", "message of 0, false",
        "message of 2, true", "message of 2, false",
      ])
    #expect(try answers(table).map(\.message) == [[5, 1], [5, 2], [], [], [5, 3], [5, 4]])
  }

  // MARK: Faults

  struct Fault {
    var name: String
    var encoding: String?
    var body: [UInt8]
    var code: StatusCode
  }

  static let faults: [Fault] = [
    Fault(
      name: "compressed without an encoding", encoding: nil, body: Script.message([1], flag: 1),
      code: .internal),
    Fault(
      name: "compressed as identity", encoding: "identity", body: Script.message([1], flag: 1),
      code: .internal),
    Fault(
      name: "garbage", encoding: "gzip", body: Script.message([1, 2, 3], flag: 1),
      code: .internal),
    Fault(
      name: "nothing", encoding: "deflate", body: Script.message([], flag: 1), code: .internal),
    Fault(
      name: "the other algorithm", encoding: "gzip",
      body: Script.message(hex("789c3334320600012d0097"), flag: 1), code: .internal),
    Fault(
      name: "cut off", encoding: "deflate",
      body: Script.message(hex("789c3334320600012d00"), flag: 1), code: .internal),
    Fault(
      name: "a byte too many", encoding: "deflate",
      body: Script.message(hex("789c3334320600012d009700"), flag: 1), code: .internal),
    Fault(
      name: "longer than the limit before it is inflated", encoding: "gzip",
      body: Script.message([UInt8](repeating: 0, count: 2_001), flag: 1),
      code: .resourceExhausted),
    Fault(
      name: "an encoding that is not known", encoding: "br", body: Script.message([1], flag: 1),
      code: .unimplemented),
    Fault(
      name: "an encoding that is not known, and not used", encoding: "br",
      body: Script.message([1]), code: .unimplemented),
  ]

  @Test(arguments: methods, faults.indices)
  func whatCannotBeInflatedEndsTheCall(_ method: String, _ index: Int) {
    let row = Self.faults[index]
    let table = table(limit: 2_000)
    call(table, method, row.encoding.map { [("grpc-encoding", $0)] } ?? [], [row.body])
    let answer = table.client[1]
    #expect(answer.field("grpc-status") == "\(row.code.rawValue)", "\(row.name)")
    #expect(answer.isEnded && diary.entries.isEmpty, "\(row.name)")
    let taken = answer.field("grpc-accept-encoding")?.split(separator: ",") ?? []
    #expect(
      Set(taken) == (row.code == .unimplemented ? ["identity", "gzip", "deflate"] : []),
      "\(row.name)")
    #expect(table.call(3).field("grpc-status") == "0", "the connection goes on")
    #expect(table.counters.openStreams == 0 && table.counters.runningHandlers == 0)
  }

  @Test(arguments: methods, [(2_000, "0"), (2_001, "8"), (100_000, "8")])
  func theLimitIsThatOfWhatIsInflated(_ method: String, _ row: (size: Int, status: String)) throws {
    let table = table(limit: 2_000)
    let body = try compressed([UInt8](repeating: 9, count: row.size), .gzip)
    #expect(body.count < 2_000)
    call(table, method, [("grpc-encoding", "gzip")], [body])
    #expect(table.client[1].field("grpc-status") == row.status)
    #expect(diary.entries.isEmpty == (row.status != "0"))
  }

  /// What was answered before stays answered.
  @Test func aStreamEndsAtItsBadMessage() throws {
    let table = table()
    call(
      table, "Bidi", [("grpc-encoding", "gzip")],
      [try compressed([5], .gzip), Script.message([1, 2], flag: 1), try compressed([6], .gzip)])
    #expect(try answers(table).map(\.message) == [[5]])
    #expect(table.client[1].field("grpc-status") == "13" && diary.entries.count == 1)
  }

  // MARK: Answers

  struct Row {
    var encoding: String?
    var accepts: String?
    /// 1 compressed, 2 not, 0 as the requests are.
    var wish: UInt8
    /// How the answer is compressed.
    var answer: String?
  }

  static let rows: [Row] = [
    Row(encoding: nil, accepts: nil, wish: 0, answer: nil),
    Row(encoding: nil, accepts: nil, wish: 1, answer: nil),
    Row(encoding: nil, accepts: "identity", wish: 1, answer: nil),
    Row(encoding: nil, accepts: "br,zstd", wish: 1, answer: nil),
    Row(encoding: nil, accepts: "gzip", wish: 0, answer: nil),
    Row(encoding: nil, accepts: "gzip", wish: 1, answer: "gzip"),
    Row(encoding: nil, accepts: "gzip", wish: 2, answer: nil),
    Row(encoding: nil, accepts: "deflate", wish: 1, answer: "deflate"),
    Row(encoding: nil, accepts: "identity, br, deflate, gzip", wish: 1, answer: "deflate"),
    Row(encoding: nil, accepts: "identity,gzip,deflate", wish: 1, answer: "gzip"),
    Row(encoding: "identity", accepts: "gzip", wish: 0, answer: nil),
    Row(encoding: "gzip", accepts: nil, wish: 0, answer: nil),
    Row(encoding: "gzip", accepts: nil, wish: 1, answer: nil),
    Row(encoding: "gzip", accepts: "gzip", wish: 0, answer: "gzip"),
    Row(encoding: "gzip", accepts: "gzip", wish: 1, answer: "gzip"),
    Row(encoding: "gzip", accepts: "gzip", wish: 2, answer: nil),
    Row(encoding: "deflate", accepts: "identity,gzip,deflate", wish: 0, answer: "deflate"),
    Row(encoding: "gzip", accepts: "deflate", wish: 0, answer: nil),
    Row(encoding: "gzip", accepts: "deflate", wish: 1, answer: "deflate"),
  ]

  @Test(arguments: methods, rows.indices)
  func answersAreCompressedAsTheClientTakesThem(_ method: String, _ index: Int) throws {
    let row = Self.rows[index]
    let message = [row.wish] + [UInt8](repeating: 9, count: 500)
    let table = table()
    let body = try row.encoding.flatMap(CompressionAlgorithm.init).map {
      try compressed(message, $0)
    }
    call(
      table, method,
      (row.encoding.map { [("grpc-encoding", $0)] } ?? [])
        + (row.accepts.map { [("grpc-accept-encoding", $0)] } ?? []),
      [body ?? Script.message(message)])
    let answers = try answers(table)
    #expect(answers.map(\.message) == [message], "row \(index)")
    #expect(answers.first?.flag == (row.answer == nil ? 0 : 1), "row \(index)")
    let head = try #require(table.client[1].headers.first)
    let encoding = head.first { $0.name == "grpc-encoding" }?.value
    if row.answer != nil { #expect(encoding == row.answer, "row \(index)") }
    // What the head names must be what the client takes, even where no message uses it.
    #expect(encoding.map { row.accepts?.contains($0) == true } ?? true, "row \(index)")
    #expect(table.client[1].data.count < (row.answer == nil ? 1_000 : 100), "row \(index)")
  }

  /// The answers of one stream, each as it wants to be.
  static let streams: [(encoding: String?, wishes: [UInt8], flags: [UInt8])] = [
    (nil, [1, 2, 1, 2], [1, 0, 1, 0]), (nil, [2, 1, 2, 1], [0, 1, 0, 1]),
    // Requests are not compressed, so what says nothing is not either.
    (nil, [0, 0], [0, 0]), (nil, [1, 0, 2, 0, 1], [1, 0, 0, 0, 1]),
    ("gzip", [0, 2, 1, 0], [1, 0, 1, 1]), ("gzip", [2, 0], [0, 1]),
  ]

  @Test(arguments: streams.indices) func eachAnswerOfAStreamIsAsItWants(_ index: Int) throws {
    let row = Self.streams[index]
    let table = table()
    let messages = row.wishes.map { [$0] + [UInt8](repeating: 9, count: 100) }
    call(
      table, "Bidi",
      [("grpc-accept-encoding", "gzip")] + (row.encoding.map { [("grpc-encoding", $0)] } ?? []),
      try messages.map {
        row.encoding == nil ? Script.message($0) : try compressed($0, .gzip)
      })
    let answers = try answers(table)
    #expect(answers.map(\.flag) == row.flags && answers.map(\.message) == messages)
  }

  /// Metadata in front does not take the place of the encoding.
  @Test func theEncodingStandsBesideMetadata() throws {
    var router = ServiceRouter()
    router.unary(service: "test.Echo", method: "Echo") { request, _ in
      var reply = UnaryReply.message(
        ResponseMessage(withPrefix: [0, 0, 0, 0, 0] + request.copy, isCompressed: true))
      reply.initialMetadata.add("x-first", "1")
      return reply
    }
    let table = ServerTable(router: router)
    _ = table.call(1, "/test.Echo/Echo", [7, 8], [("grpc-accept-encoding", "gzip")])
    let head = try #require(table.client[1].headers.first)
    #expect(head.contains { $0 == ("grpc-encoding", "gzip") })
    #expect(head.contains { $0 == ("x-first", "1") })
    #expect(try answers(table).map(\.message) == [[7, 8]])
  }
}
