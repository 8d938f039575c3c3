import ScriptedPeer
import Testing

@testable import HTTP2

/// A peer that goes beyond a budget is told why and cut off; one that stays below it is served.
@Suite struct SessionBudgetTests {
  private static let answer = HeaderBlock([(":status", "200")])
  private static let end = HeaderBlock([("grpc-status", "0")])

  /// A server that answers every request with a byte.
  private static func table(
    _ adjust: (inout HTTP2Limits) -> Void = { _ in }
  ) -> SessionTable {
    var limits = HTTP2Limits()
    adjust(&limits)
    let table = SessionTable.established(limits: limits)
    table.recorder.onPeerEnded = { session, stream in
      session.respond(stream, head: answer, body: [7], trailers: end)
    }
    return table
  }

  private static func debugText(_ table: SessionTable) -> String? {
    table.peer.frames(FrameScanner.Kind.goAway).last.map {
      String(decoding: $0.payload.dropFirst(8), as: UTF8.self)
    }
  }

  private static func unknown(_ index: Int) -> [UInt8] {
    Frame(type: 0xB7, flags: 3, stream: Int32(index % 7), payload: [1, 2]).bytes
  }

  static let floods: [(name: String, excess: String, frame: @Sendable (Int) -> [UInt8])] = [
    ("PING", "too_many_pings", { _ in Script.ping() }),
    ("SETTINGS", "too_many_control_frames", { _ in Script.settings() }),
    ("WINDOW_UPDATE", "too_many_control_frames", { _ in Script.windowUpdate(0, 1) }),
    (
      "PRIORITY", "too_many_control_frames",
      { Frame(type: 2, stream: Int32(2 * $0 + 1), payload: [0, 0, 0, 0, 9]).bytes }
    ),
    ("unknown frames", "too_many_control_frames", { unknown($0) }),
  ]

  /// In one read, and each frame in a read of its own.
  @Test(arguments: floods.indices, [true, false])
  func aFloodIsCutOffAndToldWhy(_ index: Int, _ isOneRead: Bool) {
    let row = Self.floods[index]
    let table = Self.table()
    // SETTINGS of the preface count as well.
    let frames = (0..<199).map(row.frame)
    for read in isOneRead ? [frames.flatMap(\.self)] : frames { #expect(table.send(read)) }
    table.send(Script.headers(1, request, endStream: true))
    #expect(table.peer[1].isEnded, "\(row.name)")
    // What that answer (head, body, trailers) provokes is free, and what its request brings.
    for _ in 0..<3 { table.send(Script.windowUpdate(0, 1) + Script.ping()) }
    table.send(Script.windowUpdate(0, 1))
    #expect(!table.session.hasFailed)
    #expect(!table.send(row.frame(199)))
    #expect(table.session.hasFailed && table.session.isFinished)
    #expect(table.peer.goAwayCode == HTTP2ErrorCode.enhanceYourCalm, "\(row.name)")
    #expect(Self.debugText(table) == row.excess)
    #expect(table.session.excess?.rawValue == row.excess)
  }

  @Test func emptyDataIsCutOff() {
    let table = Self.table()
    table.send(Script.headers(1, request))
    for _ in 0..<20 { #expect(table.send(Script.data(1, []))) }
    #expect(!table.send(Script.data(1, [])))
    #expect(Self.debugText(table) == "too_many_empty_data_frames")
  }

  @Test func rapidResetIsCutOff() {
    let table = Self.table()
    let pairs = (0..<Int32(201)).map { index in
      Script.headers(2 * index + 1, request, endStream: true) + Script.reset(2 * index + 1)
    }
    #expect(table.send(pairs.dropLast().flatMap(\.self)))
    #expect(!table.send(pairs[200]))
    #expect(Self.debugText(table) == "too_many_early_resets")
  }

  /// A zero increment is a stream error that the server must answer with a reset (RFC 9113, 6.9).
  @Test func streamsThatThePeerMakesTheServerResetAreCounted() {
    let table = Self.table { $0.resetsSent = 5 }
    var sent: Int32 = 0
    while !table.session.hasFailed, sent < 20 {
      table.send(Script.headers(2 * sent + 1, request + [("bad\u{1}name", "x")]))
      sent += 1
    }
    #expect(sent == 6)
    #expect(Self.debugText(table) == "too_many_stream_errors")
  }

  @Test func manyCallsAtOnceBeforeSettingsAreKnownAreNoAbuse() {
    let table = SessionTable(.server)
    table.recorder.onPeerEnded = { session, stream in
      session.respond(stream, head: Self.answer, body: [7], trailers: Self.end)
    }
    let calls = (0..<Int32(1_000)).map { Script.headers(2 * $0 + 1, request) }
    table.send(Script.preface() + calls.flatMap(\.self))
    let refused = table.peer.streams.values.filter {
      $0.resetCode == HTTP2ErrorCode.refusedStream
    }
    #expect(refused.count == 1_000 - 128)
    table.send(Script.settingsAcknowledgement)
    table.send(Script.data(1, [], endStream: true))
    #expect(table.peer[1].isEnded && table.peer.goAwayCode == nil)
  }

  /// What a stock client was seen to send: two window updates a call, and a ping now and then.
  @Test func anHonestClientIsNeverCutOff() {
    let table = Self.table()
    for index in 0..<Int32(5_000) {
      let stream = 2 * index + 1
      table.send(Script.headers(stream, request) + Script.data(stream, [], endStream: true))
      table.send(Script.windowUpdate(0, 10) + Script.ping())
      table.send(Script.windowUpdate(0, 10))
    }
    #expect(table.peer.goAwayCode == nil && !table.session.isFinished)
  }

  /// A stream whose small messages leave many to a frame: gRPC's C core opens the window with each one.
  @Test func aClientThatTakesManySmallMessagesIsNeverCutOff() {
    let table = SessionTable.established(limits: HTTP2Limits())
    table.recorder.onPeerEnded = { session, stream in
      session.respond(stream, head: Self.answer)
      for index in 0..<2_000 { session.send(stream, [UInt8(index % 256), 1, 2, 3, 4]) }
    }
    table.send(Script.headers(1, request, endStream: true))
    #expect(table.peer.frames(FrameScanner.Kind.data).count < 20)
    for _ in 0..<2_000 { table.send(Script.windowUpdate(0, 5) + Script.windowUpdate(1, 5)) }
    #expect(table.peer.goAwayCode == nil && !table.session.isFinished)
    // What goes beyond that still counts.
    for _ in 0..<300 { table.send(Script.windowUpdate(0, 1)) }
    #expect(Self.debugText(table) == "too_many_control_frames")
  }

  @Test func aPingOfThisSideIsAnswered() {
    let table = Self.table()
    table.session.ping()
    table.flush()
    let pings = table.peer.frames(FrameScanner.Kind.ping)
    #expect(pings.count == 1 && table.session.answeredPings == 0)
    table.send(
      Frame(type: FrameScanner.Kind.ping, flags: 1, payload: pings.first?.payload ?? []).bytes)
    #expect(table.session.answeredPings == 1)
    #expect(table.session.settingsAreAcknowledged)
  }
}
