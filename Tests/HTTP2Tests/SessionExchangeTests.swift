import HTTP2
import ScriptedPeer
import Testing

/// One call and its answer.
@Suite struct SessionExchangeTests {
  @Test func aUnaryCallIsToldInTheOrderOfItsFrames() {
    let table = SessionTable.established()
    table.send(
      Script.headers(1, request) + Script.data(1, [1, 2, 3]) + Script.data(1, [4], endStream: true))
    #expect(
      table.recorder.outline == [
        .began(1), .endedHeaders(1), .data(1, [1, 2, 3]), .data(1, [4]), .peerEnded(1),
      ])
    let fields = table.recorder.events.compactMap { event -> String? in
      if case .field(1, let name, let value) = event { return "\(name)=\(value)" }
      return nil
    }
    #expect(fields == request.map { "\($0.name)=\($0.value)" })
    #expect(table.session.openStreams == 1)
  }

  @Test func anAnswerIsHeadBodyAndTrailers() {
    let table = SessionTable.established()
    table.recorder.onPeerEnded = { session, stream in
      session.respond(stream, head: answerHead, body: [9, 8, 7], trailers: answerTrailers)
    }
    table.send(Script.headers(1, request) + Script.data(1, [0], endStream: true))
    let received = table.peer[1]
    #expect(received.status == "200")
    #expect(received.data == [9, 8, 7])
    #expect(received.field("grpc-status") == "0")
    #expect(received.headers.count == 2 && received.isEnded)
    #expect(received.resetCode == nil, "the request had ended: there is nothing to reset")
    #expect(table.recorder.closings == [1: HTTP2ErrorCode.noError])
    #expect(table.session.openStreams == 0 && table.session.unsentBytes == 0)
  }

  @Test func anAnswerWithoutTrailersEndsWithItsBody() {
    let table = SessionTable.established()
    table.recorder.onPeerEnded = { session, stream in
      session.respond(stream, head: answerHead, body: [5], trailers: nil)
    }
    table.send(Script.headers(1, request, endStream: true))
    #expect(table.peer[1].headers.count == 1)
    #expect(table.peer[1].data == [5] && table.peer[1].isEnded)
  }

  @Test func anEmptyBodyIsFollowedByTrailers() {
    let table = SessionTable.established()
    table.recorder.onPeerEnded = { session, stream in
      session.respond(stream, head: answerHead, body: [], trailers: answerTrailers)
    }
    table.send(Script.headers(1, request, endStream: true))
    #expect(table.peer[1].data.isEmpty)
    #expect(table.peer[1].field("grpc-status") == "0" && table.peer[1].isEnded)
  }

  @Test func anAnswerOfTrailersOnlyIsOneFrame() {
    let table = SessionTable.established()
    table.recorder.onPeerEnded = { session, stream in
      session.respond(stream, headOnly: answerTrailers)
    }
    table.send(Script.headers(1, request, endStream: true))
    let frames = table.peer.frames.filter { $0.stream == 1 }
    #expect(frames.count == 1 && frames.first?.endsStream == true)
  }

  /// RFC 9113, 8.1: the reset must not overtake the answer, and says that nothing went wrong.
  @Test func anAnswerBeforeTheRequestsEndIsFollowedByAReset() {
    let table = SessionTable.established()
    table.recorder.onHeaders = { session, stream in
      session.respond(stream, headOnly: answerTrailers)
    }
    table.send(Script.headers(1, request))
    let frames = table.peer.frames.filter { $0.stream == 1 }
    #expect(frames.map(\.type) == [FrameType.headers, FrameType.resetStream])
    #expect(table.peer[1].resetCode == HTTP2ErrorCode.noError)
    #expect(table.session.openStreams == 0)
  }

  @Test func aRequestThatEndsWithItsHeadIsNotReset() {
    let table = SessionTable.established()
    table.recorder.onHeaders = { session, stream in
      session.respond(stream, headOnly: answerTrailers)
    }
    table.send(Script.headers(1, request, endStream: true))
    #expect(table.peer.frames.filter { $0.stream == 1 }.map(\.type) == [FrameType.headers])
    #expect(table.session.openStreams == 0)
  }

  @Test func aWholeAnswerBeforeTheRequestsEndIsFollowedByAReset() {
    let table = SessionTable.established()
    table.recorder.onHeaders = { session, stream in
      session.respond(stream, head: answerHead, body: [1], trailers: answerTrailers)
    }
    table.send(Script.headers(1, request))
    #expect(table.peer[1].field("grpc-status") == "0")
    #expect(table.peer[1].resetCode == HTTP2ErrorCode.noError)
  }

  /// All streams of one read leave in one write, and each gets its own answer.
  @Test func manyCallsOfOneReadAreAnsweredInOneWrite() {
    let table = SessionTable.established()
    table.recorder.onPeerEnded = { session, stream in
      session.respond(
        stream, head: answerHead, body: [UInt8(stream)], trailers: answerTrailers)
    }
    let streams = (0..<50).map { Int32(2 * $0 + 1) }
    table.feed(streams.flatMap { Script.headers($0, request, endStream: true) })
    table.session.drain()
    table.take()
    for stream in streams { #expect(table.peer[stream].data == [UInt8(stream)]) }
  }

  @Test func trailersOfARequestAreASecondHeaderList() {
    let table = SessionTable.established()
    table.send(
      Script.headers(1, request) + Script.data(1, [1])
        + Script.headers(1, [("x-checksum", "1")], endStream: true))
    #expect(
      table.recorder.outline == [
        .began(1), .endedHeaders(1), .data(1, [1]), .began(1), .endedHeaders(1), .peerEnded(1),
      ])
    #expect(table.session.openStreams == 1, "trailers open no second stream")
  }

  @Test func aCallMayComeByteByByte() {
    let table = SessionTable.established()
    let call = Script.headers(1, request) + Script.data(1, [1, 2, 3], endStream: true)
    for byte in call { #expect(table.send([byte])) }
    #expect(table.recorder.body(of: 1) == [1, 2, 3])
    #expect(table.recorder.events.last == .peerEnded(1))
  }

  @Test func aPermanentBlockServesManySessions() {
    let head = HeaderBlock([(":status", "200"), ("x-long", longText)], isPermanent: true)
    for _ in 0..<3 {
      let table = SessionTable.established()
      table.recorder.onPeerEnded = { $0.respond($1, headOnly: head) }
      table.send(Script.headers(1, request, endStream: true))
      #expect(table.peer[1].field("x-long") == longText)
    }
    withExtendedLifetime(head) {}
  }

  /// A block that is not permanent may go as soon as it was submitted.
  @Test func aBlockMayGoBeforeItIsSent() {
    let table = SessionTable.established()
    table.recorder.onPeerEnded = { session, stream in
      session.respond(
        stream, head: HeaderBlock([(":status", "200"), ("x-long", longText)]), body: [1],
        trailers: HeaderBlock([("x-trailer", longText)]))
    }
    table.send(Script.headers(1, request, endStream: true))
    #expect(table.peer[1].headers.first?.last?.value == longText)
    #expect(table.peer[1].field("x-trailer") == longText)
  }
}

private let longText = String(repeating: "abcdefgh", count: 40)
