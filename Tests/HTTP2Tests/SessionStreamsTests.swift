import HTTP2
import ScriptedPeer
import Testing

/// Opening, resetting and counting streams.
@Suite struct SessionStreamsTests {
  private static func limits(_ streams: Int) -> HTTP2Limits {
    var limits = HTTP2Limits()
    limits.concurrentStreams = streams
    return limits
  }

  private static func call(_ index: Int) -> [UInt8] {
    Script.headers(Int32(2 * index + 1), request)
  }

  @Test func soManyStreamsMayBeOpen() {
    let table = SessionTable.established(limits: Self.limits(5))
    table.send((0..<5).flatMap(Self.call))
    #expect(table.session.openStreams == 5)
    #expect(table.peer.goAwayCode == nil && table.peer.frames(FrameType.resetStream).isEmpty)
  }

  /// A client that has acknowledged the limit and breaks it is at fault.
  @Test func oneStreamMoreEndsTheConnection() {
    let table = SessionTable.established(limits: Self.limits(5))
    table.send((0..<6).flatMap(Self.call))
    #expect(table.session.openStreams <= 5)
    #expect(table.peer.goAwayCode == HTTP2ErrorCode.protocolError)
  }

  /// A client that cannot know the limit yet is told to try again.
  @Test func beforeTheAcknowledgementOneStreamMoreIsRefused() {
    let table = SessionTable(.server, limits: Self.limits(5))
    table.send(Script.preface() + (0..<6).flatMap(Self.call))
    #expect(table.session.openStreams == 5)
    #expect(table.peer[11].resetCode == HTTP2ErrorCode.refusedStream)
    #expect(table.peer.goAwayCode == nil)
  }

  @Test func aStreamThatIsOverMakesRoomForAnother() {
    let table = SessionTable.established(limits: Self.limits(2))
    for index in 0..<50 {
      table.send(Self.call(index))
      table.send(Script.reset(Int32(2 * index + 1)))
      #expect(table.session.openStreams == 0)
    }
    #expect(table.peer.goAwayCode == nil)
    #expect(table.recorder.closings.count == 50)
  }

  @Test func aResetByThePeerClosesTheStream() {
    let table = SessionTable.established()
    table.send(Script.headers(1, request) + Script.data(1, [1]) + Script.reset(1, 8))
    #expect(table.recorder.outline.last == .closed(1, HTTP2ErrorCode.cancel))
    table.send(Script.data(1, [2]))
    #expect(table.recorder.body(of: 1) == [1], "nothing comes of a closed stream")
  }

  @Test func aResetDropsTheAnswerThatWaits() {
    let table = SessionTable.established([(Setting.initialWindowSize, 1)])
    table.recorder.onPeerEnded = { session, stream in
      session.respond(stream, head: answerHead, body: zeros(1_000), trailers: answerTrailers)
    }
    table.send(Script.headers(1, request, endStream: true))
    #expect(table.peer[1].data.count == 1)
    table.send(Script.reset(1))
    #expect(table.session.unsentBytes == 0 && table.session.openStreams == 0)
    table.send(Script.windowUpdate(0, 1_000))
    #expect(table.peer[1].data.count == 1 && !table.peer[1].isEnded)
  }

  @Test func aResetOfOursClosesTheStreamWhenItIsSent() {
    let table = SessionTable.established()
    table.send(Script.headers(1, request))
    table.session.reset(1, errorCode: HTTP2ErrorCode.enhanceYourCalm)
    table.flush()
    #expect(table.peer[1].resetCode == HTTP2ErrorCode.enhanceYourCalm)
    #expect(table.recorder.closings == [1: HTTP2ErrorCode.enhanceYourCalm])
    #expect(table.session.openStreams == 0)
  }

  @Test func anAnswerToAClosedStreamHoldsNothing() {
    let table = SessionTable.established()
    table.send(Script.headers(1, request, endStream: true) + Script.reset(1))
    table.session.respond(1, head: answerHead, body: zeros(1_000), trailers: answerTrailers)
    table.flush()
    #expect(table.session.unsentBytes == 0)
    #expect(table.peer[1].headers.isEmpty)
  }

  @Test func rapidResetsEndTheConnectionAtTheLimit() {
    var limits = HTTP2Limits()
    limits.resetBurst = 100
    limits.resetsPerSecond = 1
    let table = SessionTable.established(limits: limits)
    var index = 0
    while table.peer.goAwayCode == nil, index < 1_000 {
      table.send(Self.call(index) + Script.reset(Int32(2 * index + 1)))
      index += 1
    }
    // A second or two may pass meanwhile, and each gives back one.
    #expect(index > 100 && index < 200)
  }

  /// A call that is given up after it has reached the server, as people and proxies do by the thousand.
  @Test func honestCancellationsAreTolerated() {
    let table = SessionTable.established()
    for index in 0..<5_000 {
      table.send(Self.call(index))
      table.send(Script.reset(Int32(2 * index + 1)))
    }
    #expect(table.peer.goAwayCode == nil && !table.session.isFinished)
    #expect(table.session.openStreams == 0)
  }

  static let wrongStreams: [(name: String, bytes: [UInt8])] = [
    ("even stream", Script.headers(2, request)),
    ("stream 0", Script.headers(0, request)),
    ("data on an idle stream", Script.data(7, [1])),
    ("reset of an idle stream", Script.reset(7)),
    ("window of an idle stream", Script.windowUpdate(7, 1)),
    ("data on stream 0", Script.data(0, [1])),
    ("settings on a stream", Frame(type: FrameType.settings, stream: 1).bytes),
    ("ping of seven bytes", Frame(type: FrameType.ping, payload: zeros(7)).bytes),
    ("reset of three bytes", Frame(type: 3, stream: 1, payload: zeros(3)).bytes),
    ("push by a client", Frame(type: 5, flags: 4, stream: 1, payload: zeros(4)).bytes),
    ("a continuation alone", Script.continuation(1, [])),
    (
      "another frame within a header list",
      Script.headers(1, request, endHeaders: false) + Script.ping()
    ),
    ("a frame beyond the maximum", Script.headers(1, request) + Script.data(1, zeros(16_385))),
  ]

  @Test(arguments: wrongStreams.indices) func framesOutOfPlaceEndTheConnection(_ index: Int) {
    let table = SessionTable.established()
    table.send(Self.wrongStreams[index].bytes)
    #expect(table.peer.goAwayCode.map { $0 != 0 } == true, "\(Self.wrongStreams[index].name)")
    #expect(table.session.isFinished)
  }

  @Test func aStreamBelowOneThatWasBegunIsNotOpened() {
    let table = SessionTable.established()
    table.send(Script.headers(5, request) + Script.headers(3, request, endStream: true))
    #expect(table.recorder.outline == [.began(5), .endedHeaders(5)])
    #expect(table.session.openStreams == 1)
  }

  @Test func unknownFramesAreIgnored() {
    let table = SessionTable.established()
    table.send(Frame(type: 0x7F, flags: 0xFF, stream: 3, payload: zeros(100)).bytes)
    table.send(Script.headers(1, request, endStream: true))
    #expect(table.recorder.outline == [.began(1), .endedHeaders(1), .peerEnded(1)])
  }
}
