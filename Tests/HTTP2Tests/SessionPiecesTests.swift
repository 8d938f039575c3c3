import ScriptedPeer
import Testing

@testable import HTTP2

/// Answers whose body comes in pieces.
@Suite struct SessionPiecesTests {
  enum Step: Sendable {
    case send([UInt8])
    case flush
    /// The peer opens the stream's window.
    case window(UInt32)
    case end(trailers: Bool, dropping: Bool = false)
    case reset
  }

  struct Row {
    var name: String
    var window: UInt32 = 1 << 20
    var steps: [Step]
    /// What the stream received: `head`, `data` with its length, `trailers`; `!` where the stream ends.
    var frames: [String]
    var data: [UInt8] = []
  }

  private static let head = HeaderBlock([(":status", "200")])
  private static let trailers = HeaderBlock([("grpc-status", "0")])

  private static func table(
    window: UInt32, limits: HTTP2Limits = HTTP2Limits()
  ) -> SessionTable {
    let table = SessionTable.established(limits: limits, [(Setting.initialWindowSize, window)])
    table.send(Script.windowUpdate(0, 1 << 30))
    table.recorder.onPeerEnded = { session, stream in session.respond(stream, head: head) }
    return table
  }

  private static func frames(_ table: SessionTable, _ stream: Int32 = 1) -> [String] {
    var lists = 0
    return table.peer.frames.filter { $0.stream == stream }.compactMap { frame in
      switch frame.type {
      case FrameType.headers:
        lists += 1
        return (lists == 1 ? "head" : "trailers") + (frame.endsStream ? "!" : "")
      case FrameType.data: return "data \(frame.payload.count)" + (frame.endsStream ? "!" : "")
      default: return nil
      }
    }
  }

  private static func perform(_ step: Step, _ table: SessionTable) {
    switch step {
    case .send(let bytes): table.session.send(1, bytes)
    case .flush: table.flush()
    case .window(let increment): table.send(Script.windowUpdate(1, increment))
    case .end(let hasTrailers, let dropping):
      table.session.end(1, trailers: hasTrailers ? trailers : nil, dropUnsent: dropping)
    case .reset: table.send(Script.reset(1))
    }
  }

  static let rows: [Row] = [
    Row(name: "a head alone waits", steps: [.flush], frames: ["head"]),
    Row(
      name: "pieces leave as they come",
      steps: [.flush, .send([1, 2]), .flush, .send([3]), .flush, .end(trailers: true)],
      frames: ["head", "data 2", "data 1", "trailers!"], data: [1, 2, 3]),
    Row(
      name: "pieces before the head has left",
      steps: [.send([1, 2]), .send([3]), .end(trailers: true)],
      frames: ["head", "data 3", "trailers!"], data: [1, 2, 3]),
    Row(
      name: "pieces that come together leave together",
      steps: [.flush, .send([1]), .send([2]), .flush, .send([3]), .end(trailers: true)],
      frames: ["head", "data 2", "data 1", "trailers!"], data: [1, 2, 3]),
    Row(
      name: "trailers with nothing in front", steps: [.end(trailers: true)],
      frames: ["head", "trailers!"]),
    Row(
      name: "trailers with nothing in front, once the head has left",
      steps: [.flush, .end(trailers: true)], frames: ["head", "trailers!"]),
    Row(
      name: "trailers once all pieces have left",
      steps: [.send([1]), .flush, .end(trailers: true)],
      frames: ["head", "data 1", "trailers!"], data: [1]),
    Row(
      name: "trailers behind a closed window",
      window: 2, steps: [.send([1, 2]), .flush, .end(trailers: true)],
      frames: ["head", "data 2", "trailers!"], data: [1, 2]),
    Row(
      name: "no trailers, nothing left", steps: [.send([1]), .flush, .end(trailers: false)],
      frames: ["head", "data 1", "data 0!"], data: [1]),
    Row(
      name: "no trailers, nothing at all", steps: [.flush, .end(trailers: false)],
      frames: ["head", "data 0!"]),
    Row(
      name: "no trailers, a piece left", steps: [.flush, .send([1]), .end(trailers: false)],
      frames: ["head", "data 1!"], data: [1]),
    Row(
      name: "an empty piece is none",
      steps: [.flush, .send([]), .flush, .send([1]), .send([]), .flush, .end(trailers: true)],
      frames: ["head", "data 1", "trailers!"], data: [1]),
    Row(
      name: "a piece waits for the window", window: 0,
      steps: [.send([1, 2, 3]), .flush, .end(trailers: true), .flush],
      frames: ["head"]),
    Row(
      name: "a piece leaves as the window opens", window: 0,
      steps: [.send([1, 2, 3]), .flush, .end(trailers: true), .window(2), .window(1)],
      frames: ["head", "data 2", "data 1", "trailers!"], data: [1, 2, 3]),
    Row(
      name: "pieces behind a closed window, and then an end", window: 2,
      steps: [.send([1, 2, 3]), .flush, .send([4]), .window(9), .flush, .end(trailers: true)],
      frames: ["head", "data 2", "data 2", "trailers!"], data: [1, 2, 3, 4]),
    // Dropping what has not begun.
    Row(
      name: "all is dropped", window: 0,
      steps: [.send([1, 2]), .send([3]), .flush, .end(trailers: true, dropping: true)],
      frames: ["head", "trailers!"]),
    Row(
      name: "all is dropped before the head has left",
      steps: [.send([1, 2]), .end(trailers: true, dropping: true)],
      frames: ["head", "trailers!"]),
    Row(
      name: "all is dropped without trailers", window: 0,
      steps: [.send([1, 2]), .flush, .end(trailers: false, dropping: true), .flush, .window(1)],
      frames: ["head", "data 0!"]),
    Row(
      name: "a piece that has begun is sent to its end", window: 2,
      steps: [
        .send([1, 2, 3]), .send([4, 5]), .flush, .end(trailers: true, dropping: true), .window(9),
      ], frames: ["head", "data 2", "data 1", "trailers!"], data: [1, 2, 3]),
    Row(
      name: "a piece that has left is not missed", window: 3,
      steps: [.send([1, 2, 3]), .send([4, 5]), .flush, .end(trailers: true, dropping: true)],
      frames: ["head", "data 3", "trailers!"], data: [1, 2, 3]),
    // What comes too late.
    Row(
      name: "a piece after the end",
      steps: [.send([1]), .end(trailers: true), .send([2]), .flush, .send([3])],
      frames: ["head", "data 1", "trailers!"], data: [1]),
    Row(
      name: "a second end",
      steps: [.send([1]), .end(trailers: true), .end(trailers: false, dropping: true), .flush],
      frames: ["head", "data 1", "trailers!"], data: [1]),
    Row(
      name: "a piece and an end after the stream was reset", window: 1,
      steps: [.send([1, 2]), .flush, .reset, .send([3]), .end(trailers: true), .flush],
      frames: ["head", "data 1"], data: [1]),
  ]

  @Test(arguments: rows.indices) func piecesBecomeFrames(_ index: Int) {
    let row = Self.rows[index]
    let table = Self.table(window: row.window)
    // The head waits in the session until the first flush.
    table.feed(Script.headers(1, request, endStream: true))
    for step in row.steps { Self.perform(step, table) }
    table.flush()
    #expect(Self.frames(table) == row.frames, "\(row.name)")
    #expect(table.peer[1].data == row.data, "\(row.name)")
    let waits = row.frames.last?.hasSuffix("!") != true
    if !waits {
      #expect(table.session.unsentBytes == 0 && table.session.openStreams == 0, "\(row.name)")
      #expect(table.recorder.closings[1] == 0 && table.session.bodies.isEmpty, "\(row.name)")
    }
    table.send(Script.headers(3, request, endStream: true))
    #expect(table.peer[3].status == "200", "\(row.name): the connection goes on")
  }

  @Test func bytesThatWaitAreCounted() {
    let table = Self.table(window: 2)
    table.send(
      Script.headers(1, request, endStream: true) + Script.headers(3, request, endStream: true))
    table.session.send(1, [1, 2, 3, 4])
    table.session.send(3, [1])
    #expect(table.session.unsentBytes == 5)
    table.flush()
    #expect(table.session.unsentBytes(on: 1) == 2 && table.session.unsentBytes(on: 3) == 0)
    table.session.send(1, [5, 6, 7])
    #expect(table.session.unsentBytes == 5 && table.session.unsentBytes(on: 1) == 5)
    table.session.end(1, trailers: Self.trailers, dropUnsent: true)
    #expect(table.session.unsentBytes == 2 && table.session.unsentBytes(on: 1) == 2)
    table.send(Script.reset(1))
    #expect(table.session.unsentBytes == 0 && table.session.unsentBytes(on: 1) == 0)
    table.session.send(1, [8])
    table.session.send(99, [8])
    table.session.end(99, trailers: Self.trailers)
    #expect(table.session.unsentBytes == 0)
  }

  // MARK: A full output

  private static let mark = 64 << 10

  /// A session whose output is full, and whose next frame of the stream waits for room in it.
  private static func full(piece: Int, count: Int, window: UInt32 = 1 << 30) -> SessionTable {
    var limits = HTTP2Limits()
    limits.outputHighWater = mark
    let table = table(window: window, limits: limits)
    table.feed(Script.headers(1, request, endStream: true))
    for index in 0..<count {
      table.session.send(1, [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: piece))
    }
    table.session.drain()
    return table
  }

  /// Lengths of pieces: within a frame, across frames, a frame exactly, longer than a frame.
  @Test(arguments: [1, 1_000, 16_384, 8_192, 16_385, 50_000, 200_000])
  func aFrameThatWaitsGetsWhatItWasPromised(_ piece: Int) throws {
    let table = Self.full(piece: piece, count: 200_000 / piece)
    let body = try #require(table.session.bodies[1])
    let promised = body.promised
    try #require(promised > 0, "a frame waits")
    let total = 200_000 / piece * piece
    let sent = total - body.left
    table.session.end(1, trailers: Self.trailers, dropUnsent: true)
    #expect(body.left >= promised && body.left < promised + piece)
    #expect(table.session.unsentBytes == body.left)
    table.flush()
    let data = table.peer[1].data
    #expect(data.count >= sent + promised && data.count < sent + promised + piece)
    #expect(data.count % piece == 0, "whole messages")
    let isPrefix = data.indices.allSatisfy { data[$0] == UInt8(truncatingIfNeeded: $0 / piece) }
    #expect(isPrefix)
    #expect(table.peer[1].field("grpc-status") == "0" && table.peer[1].isEnded)
    #expect(!Self.frames(table).contains("data 0"))
    #expect(table.session.unsentBytes == 0 && table.session.bodies.isEmpty)
  }

  /// The same without dropping: everything arrives.
  @Test(arguments: [1_000, 16_384, 50_000, 200_000])
  func anEndWhileAFrameWaitsLosesNothing(_ piece: Int) {
    let table = Self.full(piece: piece, count: 200_000 / piece)
    table.session.end(1, trailers: Self.trailers)
    table.flush()
    #expect(table.peer[1].data.count == 200_000 / piece * piece)
    #expect(table.peer[1].field("grpc-status") == "0" && table.peer[1].isEnded)
    #expect(!Self.frames(table).contains("data 0"))
    #expect(table.session.unsentBytes == 0 && table.session.bodies.isEmpty)
  }

  /// The frame that waits is the last that the window allows: the trailers need no window.
  @Test(arguments: [false, true]) func trailersBehindTheLastFrameOfTheWindow(_ dropping: Bool)
    throws
  {
    let frame = 16_384
    // Four frames are in the output, the fifth waits.
    let table = Self.full(piece: frame, count: 5, window: UInt32(5 * frame))
    #expect(try #require(table.session.bodies[1]).promised == frame)
    table.session.end(1, trailers: Self.trailers, dropUnsent: dropping)
    table.flush()
    #expect(table.peer[1].data.count == 5 * frame)
    #expect(table.peer[1].field("grpc-status") == "0" && table.peer[1].isEnded)
  }

  @Test func aStreamMayBeResetWhileItsPromiseIsOpen() {
    let table = Self.full(piece: 1_000, count: 200)
    table.session.end(1, trailers: Self.trailers, dropUnsent: true)
    table.feed(Script.reset(1))
    #expect(table.session.unsentBytes == 0 && table.session.bodies.isEmpty)
    table.flush()
    #expect(!table.peer[1].isEnded)
    table.send(Script.headers(3, request, endStream: true))
    table.session.send(3, [1])
    table.session.end(3, trailers: Self.trailers)
    table.flush()
    #expect(table.peer[3].data == [1] && table.peer[3].isEnded)
  }
}
