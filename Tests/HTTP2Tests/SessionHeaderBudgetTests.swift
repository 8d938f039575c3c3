import HTTP2
import ScriptedPeer
import Testing

/// What one header list may cost (RFC 9113, 10.5.1).
@Suite struct SessionHeaderBudgetTests {
  private static func limits(bytes: Int = 16 << 10, fields: Int = 64) -> HTTP2Limits {
    var limits = HTTP2Limits()
    limits.headerListBytes = bytes
    limits.headerFields = fields
    return limits
  }

  /// The size of a list as SETTINGS_MAX_HEADER_LIST_SIZE counts it.
  private static func size(_ fields: [Script.Field]) -> Int {
    fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 32 }
  }

  @Test(arguments: [0, 1]) func aListOfTheLimitIsTakenAndOneByteMoreIsNot(_ excess: Int) {
    let room = 2_000 - Self.size(request) - Self.size([("x", "")])
    let fields = request + [("x", String(repeating: "v", count: room + excess))]
    let table = SessionTable.established(limits: Self.limits(bytes: 2_000))
    table.send(Script.headers(1, fields, endStream: true))
    #expect(Self.size(fields) == 2_000 + excess)
    if excess == 0 {
      #expect(table.recorder.outline == [.began(1), .endedHeaders(1), .peerEnded(1)])
    } else {
      #expect(table.peer[1].resetCode == HTTP2ErrorCode.internalError)
      #expect(table.recorder.outline.last == .closed(1, HTTP2ErrorCode.internalError))
    }
    #expect(!table.session.isFinished)
  }

  @Test(arguments: [0, 1]) func soManyFieldsAreTakenAndOneMoreIsNot(_ excess: Int) {
    let more = (0..<20 - request.count + excess).map { (name: "x-\($0)", value: "") }
    let table = SessionTable.established(limits: Self.limits(fields: 20))
    table.send(Script.headers(1, request + more, endStream: true))
    #expect((table.peer[1].resetCode != nil) == (excess == 1))
    #expect(table.recorder.outline.contains(.endedHeaders(1)) == (excess == 0))
  }

  /// A refused list must be decoded to its end, or the two ends' tables would drift apart.
  @Test func theConnectionGoesOnAfterARefusedList() {
    let table = SessionTable.established(limits: Self.limits(fields: 10))
    let more = (0..<40).map { (name: "x-\($0)", value: "v") }
    table.send(Script.headers(1, request + more, endStream: true))
    table.send(Script.headers(3, request, endStream: true))
    #expect(table.peer[1].resetCode != nil && table.peer[3].resetCode == nil)
    #expect(table.recorder.outline.suffix(3) == [.began(3), .endedHeaders(3), .peerEnded(3)])
    #expect(table.session.openStreams == 1)
  }

  /// One entry of 4,000 bytes in the table, named a thousand times by one byte each.
  @Test func anHPACKBombIsStoppedAtTheLimit() {
    let value = Array(String(repeating: "b", count: 4_000).utf8)
    let stored: [UInt8] = [0x40, 1, UInt8(ascii: "x"), 127, 0xA1, 0x1E] + value
    let bomb = HeaderEncoder.encode(request) + stored + [UInt8](repeating: 0xBE, count: 1_000)
    let table = SessionTable.established()
    table.send(
      Frame(type: FrameType.headers, flags: FrameFlags.endHeaders, stream: 1, payload: bomb).bytes)
    let told = table.recorder.events.reduce(0) { sum, event in
      if case .field(_, let name, let value) = event {
        return sum + name.utf8.count + value.utf8.count
      }
      return sum
    }
    #expect(told <= 16 << 10)
    #expect(table.peer[1].resetCode == HTTP2ErrorCode.internalError)
    #expect(!table.session.isFinished)
  }

  @Test func trailersHaveABudgetOfTheirOwn() {
    let table = SessionTable.established(limits: Self.limits(fields: 20))
    let trailers = (0..<20).map { (name: "x-\($0)", value: "v") }
    table.send(Script.headers(1, request) + Script.headers(1, trailers, endStream: true))
    #expect(table.peer[1].resetCode == nil)
    #expect(table.recorder.outline.last == .peerEnded(1))
  }

  @Test(arguments: [8, 9]) func continuationsAreCounted(_ count: Int) {
    let table = SessionTable.established()
    var bytes = Script.headers(1, request, endStream: true, endHeaders: false)
    for index in 1...count {
      bytes += Script.continuation(1, [("x-\(index)", "v")], endHeaders: index == count)
    }
    let goesOn = table.send(bytes)
    #expect(goesOn == (count == 8))
    #expect(table.recorder.outline.contains(.peerEnded(1)) == (count == 8))
  }

  @Test func anEndlessRowOfContinuationsEndsTheConnection() {
    let table = SessionTable.established()
    var goesOn = table.feed(Script.headers(1, request, endHeaders: false))
    var count = 0
    while goesOn, count < 10_000 {
      goesOn = table.feed(Script.continuation(1, []))
      count += 1
    }
    #expect(!goesOn && count <= 9)
  }

  static let malformed: [(name: String, fields: [Script.Field])] = [
    ("capital in a name", request + [("X-Upper", "v")]),
    ("NUL in a value", request + [("x", "a\u{0}b")]),
    ("line feed in a value", request + [("x", "a\nb")]),
    ("connection-specific field", request + [("connection", "close")]),
    ("te other than trailers", [request[0], request[1], request[2], ("te", "gzip")]),
    ("no path", [request[0], request[1], request[3]]),
    ("empty path", [request[0], request[1], (":path", "")]),
    ("no method", Array(request.dropFirst())),
    ("two methods", [request[0]] + request),
    ("unknown pseudo field", [(":x", "v")] + request),
    ("pseudo field after a field", [("x", "v")] + request),
    ("status in a request", [(":status", "200")] + request),
  ]

  @Test(arguments: malformed.indices) func aMalformedHeadIsReset(_ index: Int) {
    let table = SessionTable.established()
    table.send(Script.headers(1, Self.malformed[index].fields, endStream: true))
    #expect(
      table.peer[1].resetCode == HTTP2ErrorCode.protocolError, "\(Self.malformed[index].name)")
    #expect(!table.recorder.outline.contains(.peerEnded(1)))
    table.send(Script.headers(3, request, endStream: true))
    #expect(table.recorder.outline.last == .peerEnded(3), "the connection goes on")
  }

  @Test func aBlockThatIsNoHPACKEndsTheConnection() {
    let table = SessionTable.established()
    table.send(
      Frame(
        type: FrameType.headers, flags: FrameFlags.endHeaders, stream: 1,
        payload: [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]
      ).bytes)
    #expect(table.peer.goAwayCode == 9)
    #expect(table.session.isFinished)
  }
}
