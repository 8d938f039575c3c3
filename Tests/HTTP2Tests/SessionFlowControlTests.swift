import HTTP2
import ScriptedPeer
import Testing

/// Windows (RFC 9113, 5.2 and 6.9).
@Suite struct SessionFlowControlTests {
  private static let body = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }

  private static func table(window: UInt32) -> SessionTable {
    let table = SessionTable.established([(Setting.initialWindowSize, window)])
    table.recorder.onPeerEnded = { session, stream in
      session.respond(stream, head: answerHead, body: body, trailers: answerTrailers)
    }
    return table
  }

  @Test func aBodyGoesOutAsTheWindowOpens() {
    let table = Self.table(window: 255)
    table.send(Script.windowUpdate(0, 1 << 20) + Script.headers(1, request, endStream: true))
    #expect(table.peer[1].data == Array(Self.body.prefix(255)))
    #expect(!table.peer[1].isEnded)
    #expect(table.session.unsentBytes == Self.body.count - 255)
    var rounds = 0
    while !table.peer[1].isEnded, rounds < 1_000 {
      let before = table.peer[1].data.count
      table.send(Script.windowUpdate(1, 255))
      #expect(table.peer[1].data.count == min(before + 255, Self.body.count))
      rounds += 1
    }
    #expect([table.peer[1].data] == [Self.body])
    #expect(table.peer[1].field("grpc-status") == "0")
    #expect(table.session.openStreams == 0 && table.session.unsentBytes == 0)
  }

  @Test func theConnectionsWindowHoldsForAllStreams() {
    let table = Self.table(window: 1 << 20)
    table.send(
      Script.headers(1, request, endStream: true) + Script.headers(3, request, endStream: true))
    #expect(table.peer[1].data.count + table.peer[3].data.count == 65_535)
    table.send(Script.windowUpdate(0, 1 << 20))
    #expect([1, 3].allSatisfy { table.peer[$0].data == Self.body })
  }

  @Test func aWindowOfZeroLetsTheHeadThroughAndNothingElse() {
    let table = Self.table(window: 0)
    table.send(Script.headers(1, request, endStream: true))
    #expect(table.peer[1].status == "200" && table.peer[1].data.isEmpty)
    #expect(table.session.unsentBytes == Self.body.count)
    #expect(!table.session.isFinished)
  }

  @Test func aLargerInitialWindowReleasesWhatWaits() {
    let table = Self.table(window: 0)
    table.send(Script.windowUpdate(0, 1 << 20) + Script.headers(1, request, endStream: true))
    table.send(Script.settings([(Setting.initialWindowSize, 1 << 20)]))
    #expect(table.peer[1].data == Self.body && table.peer[1].isEnded)
  }

  /// A smaller window makes what is left negative; updates must bring it above zero first.
  @Test func aSmallerInitialWindowMayBeNegative() {
    let table = Self.table(window: 1_000)
    table.send(Script.headers(1, request, endStream: true))
    #expect(table.peer[1].data.count == 1_000)
    table.send(Script.settings([(Setting.initialWindowSize, 100)]) + Script.windowUpdate(1, 900))
    #expect(table.peer[1].data.count == 1_000)
    table.send(Script.windowUpdate(1, 1))
    #expect(table.peer[1].data.count == 1_001)
  }

  @Test func theClientIsGivenItsWindowsBack() {
    var limits = HTTP2Limits()
    limits.streamWindow = 70_000
    limits.connectionWindow = 70_000
    let table = SessionTable.established(limits: limits)
    table.send(Script.headers(1, request))
    let piece = zeros(16_384)
    for _ in 0..<20 { #expect(table.send(Script.data(1, piece))) }
    #expect(table.recorder.body(of: 1).count == 20 * piece.count)
    let updates = table.peer.frames(FrameType.windowUpdate)
    #expect(updates.contains { $0.stream == 1 } && updates.contains { $0.stream == 0 })
  }

  /// A body that nobody deals with fills the window of its stream, and of no other.
  @Test func whatIsNotDealtWithFillsTheWindow() {
    var limits = HTTP2Limits()
    limits.streamWindow = 70_000
    limits.connectionWindow = 70_000
    let table = SessionTable.established(limits: limits)
    table.recorder.consumes = false
    table.send(Script.headers(1, request) + Script.headers(3, request))
    for _ in 0..<4 { #expect(table.send(Script.data(1, zeros(16_384)))) }
    let updates = table.peer.frames(FrameType.windowUpdate)
    #expect(updates.allSatisfy { $0.stream == 0 } && !updates.isEmpty)
    // The other stream has its own window, and that of the connection was given back.
    for _ in 0..<4 { #expect(table.send(Script.data(3, zeros(16_384)))) }
    #expect(table.recorder.body(of: 3).count == 65_536)
    table.session.consume(65_536, on: 1)
    table.send(Script.ping())
    #expect(table.peer.frames(FrameType.windowUpdate).contains { $0.stream == 1 })
  }

  @Test func moreThanTheWindowIsAnError() {
    var limits = HTTP2Limits()
    limits.streamWindow = 10_000
    let table = SessionTable.established(limits: limits)
    table.send(Script.headers(1, request) + Script.data(1, zeros(10_000)))
    #expect(table.peer.goAwayCode == nil && table.peer[1].resetCode == nil)
    table.send(Script.headers(3, request) + Script.data(3, zeros(10_001)))
    #expect(table.peer[3].resetCode == 3 || table.peer.goAwayCode == 3)
  }

  static let badUpdates: [(stream: Int32, increment: UInt32)] = [
    (0, 0), (1, 0), (0, 0x7FFF_FFFF), (1, 0x7FFF_FFFF),
  ]

  @Test(arguments: badUpdates.indices) func aWindowOutOfRangeIsAnError(_ index: Int) {
    let update = Self.badUpdates[index]
    let table = SessionTable.established()
    table.send(Script.headers(1, request) + Script.windowUpdate(update.stream, update.increment))
    #expect(
      table.peer.goAwayCode != nil || table.peer[1].resetCode != nil,
      "stream \(update.stream), increment \(update.increment)")
    if update.stream == 0 { #expect(table.session.isFinished) }
  }
}
