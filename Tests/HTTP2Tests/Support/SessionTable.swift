import ScriptedPeer

@testable import HTTP2

/// Writes down what a session tells its delegate.
final class Recorder: SessionDelegate {
  enum Event: Hashable {
    case began(Int32)
    case field(Int32, String, String)
    case endedHeaders(Int32)
    case data(Int32, [UInt8])
    case peerEnded(Int32)
    case closed(Int32, UInt32)
    case goesAway(Int32, UInt32)
  }

  private(set) var events: [Event] = []
  /// Whether bodies are dealt with as they come.
  var consumes = true
  /// Called when the peer has sent all of a stream.
  var onPeerEnded: ((Session, Int32) -> Void)?
  /// Called when a header list is complete.
  var onHeaders: ((Session, Int32) -> Void)?

  /// The events of other kinds than header fields.
  var outline: [Event] {
    events.filter { event in
      if case .field = event { return false }
      return true
    }
  }

  /// The codes that streams were closed with.
  var closings: [Int32: UInt32] {
    var result: [Int32: UInt32] = [:]
    for case .closed(let stream, let code) in events { result[stream] = code }
    return result
  }

  /// The bytes of a stream's body.
  func body(of stream: Int32) -> [UInt8] {
    events.flatMap { event -> [UInt8] in
      if case .data(stream, let bytes) = event { return bytes }
      return []
    }
  }

  func session(_ session: Session, beganHeadersOn stream: Int32) {
    events.append(.began(stream))
  }

  func session(
    _ session: Session, received name: Span<UInt8>, _ value: Span<UInt8>, on stream: Int32
  ) {
    events.append(.field(stream, text(name), text(value)))
  }

  func session(_ session: Session, endedHeadersOn stream: Int32, endsStream: Bool) {
    events.append(.endedHeaders(stream))
    onHeaders?(session, stream)
  }

  func session(_ session: Session, received bytes: Span<UInt8>, on stream: Int32) {
    events.append(.data(stream, copy(bytes)))
    if consumes { session.consume(bytes.count, on: stream) }
  }

  func session(_ session: Session, peerEnded stream: Int32) {
    events.append(.peerEnded(stream))
    onPeerEnded?(session, stream)
  }

  func session(_ session: Session, closed stream: Int32, errorCode: UInt32) {
    events.append(.closed(stream, errorCode))
  }

  func session(
    _ session: Session, goesAwayAfter lastStream: Int32, errorCode: UInt32, reason: Span<UInt8>
  ) {
    events.append(.goesAway(lastStream, errorCode))
  }

  private func copy(_ bytes: Span<UInt8>) -> [UInt8] { bytes.indices.map { bytes[$0] } }

  private func text(_ bytes: Span<UInt8>) -> String { String(decoding: copy(bytes), as: UTF8.self) }
}

/// A session with a scripted peer across the table: no sockets, no clock.
final class SessionTable {
  let session: Session
  let recorder = Recorder()
  let peer = Conversation()
  /// The time of what is done next.
  var now = MonotonicTime(nanoseconds: 1)

  init(_ role: Session.Role = .server, limits: HTTP2Limits = HTTP2Limits()) {
    session = Session(role: role, limits: limits)
    session.delegate = recorder
  }

  /// A server whose client has sent its preface and taken the server's SETTINGS.
  static func established(
    limits: HTTP2Limits = HTTP2Limits(), _ settings: [(id: UInt16, value: UInt32)] = []
  ) -> SessionTable {
    let table = SessionTable(.server, limits: limits)
    table.send(Script.preface(settings) + Script.settingsAcknowledgement)
    return table
  }

  /// Hands bytes to the session and reads everything that it has to say.
  @discardableResult
  func send(_ bytes: [UInt8]) -> Bool {
    let goesOn = feed(bytes)
    flush()
    return goesOn
  }

  /// Hands bytes to the session and leaves its output where it is.
  @discardableResult
  func feed(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { session.receive($0, at: now) }
  }

  /// Reads everything that the session has to say.
  func flush() {
    repeat { session.drain() } while take() > 0
  }

  /// Reads what the session has put into its output; the number of bytes.
  @discardableResult
  func take() -> Int {
    let bytes = session.takeOutput { Array($0) }
    peer.read(bytes)
    return bytes.count
  }
}

/// Settings' numbers (RFC 9113, 6.5.2, and RFC 9218).
enum Setting {
  static let enablePush: UInt16 = 2
  static let maxConcurrentStreams: UInt16 = 3
  static let initialWindowSize: UInt16 = 4
  static let maxFrameSize: UInt16 = 5
  static let maxHeaderListSize: UInt16 = 6
  static let noRFC7540Priorities: UInt16 = 9
}

/// The head of a request that these tests make.
let request: [Script.Field] = Script.call("/test/Method")

/// The head of an answer.
let answerHead = HeaderBlock([(":status", "200"), ("content-type", "application/grpc")])

/// The trailers of an answer.
let answerTrailers = HeaderBlock([("grpc-status", "0")])
