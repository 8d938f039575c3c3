internal import HTTP2

/// Bytes of a peer into an HTTP/2 session, whose delegate answers in every way that there is.
public enum HTTP2Target {
  /// Hands the bytes to a session in pieces and takes what it has to say.
  ///
  /// The first byte chooses the role, whether a good preface goes ahead, and the size of the pieces.
  public static func run(_ bytes: [UInt8]) {
    guard let choice = bytes.first else { return }
    var limits = HTTP2Limits()
    limits.concurrentStreams = 8
    limits.outputHighWater = 32 << 10
    limits.streamWindow = 20_000
    limits.connectionWindow = 70_000
    let delegate = Answerer()
    let session = Session(role: choice & 1 == 0 ? .server : .client, limits: limits)
    session.delegate = delegate
    if session.role == .client {
      _ = session.request(head: Answerer.request, body: [1, 2, 3])
    }
    var input = Array(bytes.dropFirst())
    if choice & 2 == 0 { input = preface(session.role) + input }
    let piece = 1 + Int(choice >> 2) * 17
    var position = 0
    while position < input.count {
      let end = min(input.count, position + piece)
      let goesOn = input[position..<end].withUnsafeBytes {
        session.receive($0, at: MonotonicTime(nanoseconds: 0))
      }
      position = end
      drain(session)
      delegate.step(session)
      drain(session)
      precondition(session.unsentBytes >= 0 && session.openStreams >= 0)
      if !goesOn || session.isFinished { break }
    }
    session.announceShutdown()
    session.goAway()
    drain(session)
  }

  private static func drain(_ session: Session) {
    // A bound on the output is part of what is held.
    for _ in 0..<4 {
      session.drain()
      precondition(session.outputCount <= session.limits.outputHighWater + (64 << 10))
      if session.takeOutput({ $0.count }) == 0 { return }
    }
  }

  private static func preface(_ role: Session.Role) -> [UInt8] {
    let settings: [UInt8] = [0, 0, 0, 4, 0, 0, 0, 0, 0]
    return (role == .server ? Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) : []) + settings
  }
}

/// Answers each stream according to its number: whole, head only, in pieces, with a reset, or not at all.
private final class Answerer: SessionDelegate {
  static let request = HeaderBlock([
    (":method", "POST"), (":scheme", "http"), (":path", "/a/b"), (":authority", "x"),
  ])
  private static let head = HeaderBlock([(":status", "200")])
  private static let trailers = HeaderBlock([("grpc-status", "0")])

  private var inPieces: [Int32] = []

  func session(_ session: Session, beganHeadersOn stream: Int32) {}
  func session(
    _ session: Session, received name: Span<UInt8>, _ value: Span<UInt8>, on stream: Int32
  ) {}

  func session(_ session: Session, endedHeadersOn stream: Int32, endsStream: Bool) {
    guard session.role == .server else { return }
    switch stream / 2 % 6 {
    case 0: session.respond(stream, headOnly: Self.head)
    case 1: session.reset(stream, errorCode: HTTP2ErrorCode.cancel)
    case 2, 3:
      session.respond(stream, head: Self.head)
      inPieces.append(stream)
    default: break
    }
  }

  func session(_ session: Session, received bytes: Span<UInt8>, on stream: Int32) {
    session.consume(bytes.count, on: stream)
  }

  func session(_ session: Session, peerEnded stream: Int32) {
    guard session.role == .server, stream / 2 % 6 == 4 else { return }
    session.respond(
      stream, head: Self.head, body: [UInt8](repeating: 7, count: 50_000), trailers: Self.trailers)
  }

  func session(_ session: Session, closed stream: Int32, errorCode: UInt32) {
    inPieces.removeAll { $0 == stream }
  }

  func session(
    _ session: Session, goesAwayAfter lastStream: Int32, errorCode: UInt32, reason: Span<UInt8>
  ) {}

  /// Goes on with the streams that are answered in pieces.
  func step(_ session: Session) {
    for stream in inPieces {
      if session.unsentBytes(on: stream) > 40_000 {
        session.end(stream, trailers: Self.trailers, dropUnsent: stream / 2 % 6 == 3)
      } else {
        session.send(stream, [UInt8](repeating: 9, count: 9_000))
      }
    }
  }
}
