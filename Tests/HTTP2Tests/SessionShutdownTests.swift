import HTTP2
import ScriptedPeer
import Testing

/// GOAWAY in both directions (RFC 9113, 6.8).
@Suite struct SessionShutdownTests {
  private static func answering() -> SessionTable {
    let table = SessionTable.established()
    table.recorder.onPeerEnded = { session, stream in
      session.respond(stream, head: answerHead, body: [1], trailers: answerTrailers)
    }
    return table
  }

  @Test func theAnnouncementRefusesNothing() {
    let table = Self.answering()
    table.session.announceShutdown()
    table.flush()
    let goAway = table.peer.frames(FrameType.goAway).first
    #expect(goAway?.lastStream == Int32.max && goAway?.errorCode == 0)
    table.send(Script.headers(1, request, endStream: true))
    #expect(table.peer[1].isEnded)
    #expect(!table.session.isFinished)
  }

  @Test func afterTheLastStreamsNumberNewStreamsAreIgnored() {
    let table = Self.answering()
    table.send(Script.headers(1, request))
    table.session.announceShutdown()
    table.session.goAway()
    table.flush()
    #expect(table.peer.frames(FrameType.goAway).map(\.lastStream) == [Int32.max, 1])
    table.send(Script.headers(3, request, endStream: true))
    #expect(!table.recorder.outline.contains(.began(3)))
    #expect(!table.session.isFinished, "stream 1 is still open")
    table.send(Script.data(1, [0], endStream: true))
    #expect(table.peer[1].isEnded)
    #expect(table.session.isFinished)
  }

  @Test func withNoStreamOpenTheSessionIsFinishedAtOnce() {
    let table = Self.answering()
    table.session.goAway()
    #expect(!table.session.isFinished, "the announcement must still be sent")
    table.flush()
    #expect(table.session.isFinished && !table.session.hasFailed)
  }

  @Test func theNumberIsThatOfTheHighestStreamThatWasBegun() {
    let table = Self.answering()
    for stream in [Int32(1), 3, 9] { table.send(Script.headers(stream, request, endStream: true)) }
    table.session.goAway(errorCode: HTTP2ErrorCode.enhanceYourCalm)
    table.flush()
    let goAway = table.peer.frames(FrameType.goAway).last
    #expect(goAway?.lastStream == 9)
    #expect(goAway?.errorCode == HTTP2ErrorCode.enhanceYourCalm)
  }

  @Test func aGoAwayOfThePeerIsTold() {
    let table = Self.answering()
    table.send(Script.headers(1, request))
    table.send(Script.goAway(last: 0, 2))
    #expect(table.recorder.outline.contains(.goesAway(0, 2)))
    table.send(Script.data(1, [0], endStream: true))
    #expect(table.peer[1].isEnded, "what is open goes on")
    #expect(table.session.isFinished)
  }

  @Test func aGoAwayOfAnIdlePeerFinishesTheSession() {
    let table = Self.answering()
    table.send(Script.goAway(last: 0))
    #expect(table.session.isFinished)
  }
}

/// The client's half of a session.
@Suite struct SessionClientTests {
  private static let head = HeaderBlock(request)

  private static func established() -> SessionTable {
    let table = SessionTable(.client)
    table.session.drain()
    // The magic is no frame.
    let bytes = table.session.takeOutput { Array($0.dropFirst(Script.magic.count)) }
    table.peer.read(bytes)
    table.send(Script.settings() + Script.settingsAcknowledgement)
    return table
  }

  @Test func aRequestIsHeadAndBody() throws {
    let table = Self.established()
    let stream = try #require(table.session.request(head: Self.head, body: [1, 2, 3]))
    table.flush()
    #expect(stream == 1)
    #expect(table.peer[1].field(":path") == "/test/Method")
    #expect(table.peer[1].data == [1, 2, 3] && table.peer[1].isEnded)
  }

  @Test func anAnswerIsToldToItsEnd() throws {
    let table = Self.established()
    let stream = try #require(table.session.request(head: Self.head, body: [1]))
    table.flush()
    table.send(
      Script.headers(stream, [(":status", "200")]) + Script.data(stream, [7])
        + Script.headers(stream, [("grpc-status", "0")], endStream: true))
    #expect(
      table.recorder.outline == [
        .began(1), .endedHeaders(1), .data(1, [7]), .began(1), .endedHeaders(1), .peerEnded(1),
        .closed(1, 0),
      ])
  }

  @Test func anEarlyAnswerDoesNotMakeTheClientReset() throws {
    let table = Self.established()
    let stream = try #require(table.session.request(head: Self.head, body: zeros(100_000)))
    table.flush()
    table.send(
      Script.headers(stream, [(":status", "200"), ("grpc-status", "8")], endStream: true)
        + Script.reset(stream, 0))
    #expect(table.peer[stream].resetCode == nil)
    #expect(table.recorder.outline.suffix(2) == [.peerEnded(1), .closed(1, 0)])
    #expect(table.session.unsentBytes == 0)
  }

  /// Before its SETTINGS the server's limit is unknown: it would refuse what exceeds it.
  @Test func requestsWaitForTheServersSettings() {
    let table = SessionTable(.client)
    table.session.drain()
    table.session.takeOutput { _ in }
    let streams = (0..<3).compactMap { _ in table.session.request(head: Self.head, body: [1]) }
    table.flush()
    #expect(streams == [1, 3, 5])
    #expect(table.peer.streams.isEmpty)
    table.send(Script.settings())
    #expect(streams.allSatisfy { table.peer[$0].isEnded })
  }

  @Test func requestsBeyondTheServersLimitWait() {
    let table = SessionTable(.client)
    table.session.drain()
    table.session.takeOutput { _ in }
    table.send(Script.settings([(Setting.maxConcurrentStreams, 1)]))
    let streams = (0..<3).compactMap { _ in table.session.request(head: Self.head, body: [1]) }
    table.flush()
    #expect(streams == [1, 3, 5])
    #expect(table.peer[1].isEnded && table.peer[3].headers.isEmpty)
    table.send(Script.headers(1, [(":status", "200")], endStream: true))
    #expect(table.peer[3].isEnded && table.peer[5].headers.isEmpty)
  }

  /// A request that never left the queue must not stay in the session's table.
  @Test func aRequestThatIsCancelledInTheQueueIsForgotten() throws {
    let table = SessionTable(.client)
    table.session.drain()
    table.session.takeOutput { _ in }
    table.send(Script.settings([(Setting.maxConcurrentStreams, 1)]))
    _ = table.session.request(head: Self.head, body: [1])
    let second = try #require(table.session.request(head: Self.head, body: zeros(500)))
    table.flush()
    table.session.reset(second, errorCode: HTTP2ErrorCode.cancel)
    table.send(Script.headers(1, [(":status", "200")], endStream: true))
    #expect(table.recorder.closings[second] != nil)
    #expect(table.session.unsentBytes == 0)
    #expect(table.peer[second].headers.isEmpty)
  }

  @Test func streamsAboveTheLastOneAreToldAndClosed() throws {
    let table = Self.established()
    let first = try #require(table.session.request(head: Self.head, body: [1]))
    let second = try #require(table.session.request(head: Self.head, body: [1]))
    table.flush()
    table.send(Script.goAway(last: first))
    #expect(table.recorder.outline.contains(.goesAway(first, 0)))
    #expect(table.recorder.closings[second] == HTTP2ErrorCode.refusedStream)
    #expect(table.recorder.closings[first] == nil)
  }
}
