import HTTP2
import ScriptedPeer
import Testing

/// What a session holds for a peer that does not read.
@Suite struct SessionOutputTests {
  private static let mark = 64 << 10
  /// What may go beyond the mark: one frame with its header.
  private static let frame = 16_384 + 9

  private static func table(bodyBytes: Int) -> SessionTable {
    var limits = HTTP2Limits()
    limits.outputHighWater = mark
    let table = SessionTable.established(
      limits: limits, [(Setting.initialWindowSize, 0x7FFF_FFFF)])
    table.send(Script.windowUpdate(0, 0x7FFF_FFFF - 65_535))
    let body = (0..<bodyBytes).map { UInt8(truncatingIfNeeded: $0 * 7) }
    table.recorder.onPeerEnded = { session, stream in
      session.respond(stream, head: answerHead, body: body, trailers: answerTrailers)
    }
    return table
  }

  @Test func theOutputEndsAtTheHighWaterMark() {
    let table = Self.table(bodyBytes: 1 << 20)
    table.feed((0..<8).flatMap { Script.headers(Int32(2 * $0 + 1), request, endStream: true) })
    for _ in 0..<100 { table.session.drain() }
    #expect(table.session.outputCount >= Self.mark)
    #expect(table.session.outputCount <= Self.mark + Self.frame)
  }

  @Test func everythingComesOutInPiecesOfTheHighWaterMark() {
    let table = Self.table(bodyBytes: 1 << 20)
    table.feed(Script.headers(1, request, endStream: true))
    var takes = 0
    while takes < 1_000 {
      table.session.drain()
      #expect(table.session.outputCount <= Self.mark + Self.frame)
      if table.take() == 0 { break }
      takes += 1
    }
    #expect(takes >= (1 << 20) / (Self.mark + Self.frame))
    #expect(table.peer[1].data == (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 * 7) })
    #expect(table.peer[1].field("grpc-status") == "0" && table.peer[1].isEnded)
  }

  /// The frame that waits at the mark belongs to a stream that is gone by the time there is room.
  @Test func aStreamMayBeResetWhileItsFrameWaits() {
    let table = Self.table(bodyBytes: 1 << 20)
    table.feed(
      Script.headers(1, request, endStream: true) + Script.headers(3, request, endStream: true))
    table.session.drain()
    table.feed(Script.reset(1) + Script.reset(3))
    #expect(table.session.openStreams == 0 && table.session.unsentBytes == 0)
    table.flush()
    #expect(table.peer[1].data.count + table.peer[3].data.count <= Self.mark + Self.frame)
    #expect(!table.peer[1].isEnded)
    table.send(Script.headers(5, request, endStream: true))
    #expect(table.peer[5].data.count == 1 << 20, "the connection goes on")
  }

  @Test func theSessionMayGoWhileAFrameWaits() {
    let table = Self.table(bodyBytes: 1 << 20)
    table.feed(Script.headers(1, request, endStream: true))
    table.session.drain()
    #expect(table.session.outputCount > 0)
  }

  @Test func unsentBytesAreThoseOfOpenStreams() {
    let table = SessionTable.established([(Setting.initialWindowSize, 10)])
    table.recorder.onPeerEnded = { session, stream in
      session.respond(stream, head: answerHead, body: zeros(1_000), trailers: answerTrailers)
    }
    table.send(
      Script.headers(1, request, endStream: true) + Script.headers(3, request, endStream: true))
    #expect(table.session.unsentBytes == 2 * 990)
    table.send(Script.reset(1))
    #expect(table.session.unsentBytes == 990)
    table.send(Script.windowUpdate(3, 990))
    #expect(table.session.unsentBytes == 0)
  }

  /// Small frames that each ask for an answer, and nobody reads the answers.
  @Test(arguments: ["ping", "settings"]) func unreadAcknowledgementsEndTheConnection(_ kind: String)
  {
    let table = SessionTable.established()
    let flood = kind == "ping" ? Script.ping() : Script.settings([(Setting.enablePush, 0)])
    var goesOn = true
    var sent = 0
    while goesOn, sent < 20_000 {
      goesOn = table.feed(flood)
      sent += 1
    }
    #expect(!goesOn && sent <= 2_000, "\(sent) frames were taken")
    #expect(table.session.hasFailed)
  }

  /// A client that opens refused stream after refused stream, and does not read the refusals.
  @Test func queuedFramesAreBounded() {
    var limits = HTTP2Limits()
    limits.concurrentStreams = 1
    limits.queuedFrames = 500
    let table = SessionTable(.server, limits: limits)
    table.send(Script.preface())
    var goesOn = true
    var stream: Int32 = 1
    while goesOn, stream < 10_000 {
      goesOn = table.feed(Script.headers(stream, request))
      stream += 2
    }
    #expect(!goesOn && stream <= 2 * 503)
    #expect(table.session.hasFailed)
  }
}
