import HTTP2
import NIOCore
import NIOEmbedded
import ScriptedPeer

@testable import Transport

/// Answers every request with so many bytes, and writes down what it is told.
final class RecordingConsumer: ConnectionConsumer, SessionDelegate {
  let session: Session
  var answerBytes = 3
  var nextWakeUp: MonotonicTime?
  private(set) var reads = 0
  private(set) var takings = 0
  private(set) var wakeUps: [MonotonicTime] = []
  private(set) var endings = 0
  private(set) var drains = 0
  private(set) var callEndings = 0

  /// Called once the socket is connected.
  var onOpening: (@Sendable () -> Void)?
  /// Called once the connection is closed.
  var onEnding: (@Sendable () -> Void)?

  private static let head = HeaderBlock([(":status", "200")])
  private static let trailers = HeaderBlock([("grpc-status", "0")])

  init(role: Session.Role = .server, limits: HTTP2Limits = HTTP2Limits()) {
    session = Session(role: role, limits: limits)
    session.delegate = self
  }

  func readCompleted(at now: MonotonicTime) { reads += 1 }

  func outputTaken() { takings += 1 }

  func wakeUp(at now: MonotonicTime) {
    nextWakeUp = nil
    wakeUps.append(now)
  }

  func drainBegan() { drains += 1 }

  func endCalls() { callEndings += 1 }

  func connectionOpened() { onOpening?() }

  func connectionClosed() {
    endings += 1
    onEnding?()
  }

  func session(_ session: Session, beganHeadersOn stream: Int32) {}
  func session(
    _ session: Session, received name: Span<UInt8>, _ value: Span<UInt8>, on stream: Int32
  ) {}
  func session(_ session: Session, endedHeadersOn stream: Int32, endsStream: Bool) {}
  func session(_ session: Session, received bytes: Span<UInt8>, on stream: Int32) {
    session.consume(bytes.count, on: stream)
  }
  func session(_ session: Session, peerEnded stream: Int32) {
    guard session.role == .server else { return }
    session.respond(
      stream, head: Self.head, body: [UInt8](repeating: 7, count: answerBytes),
      trailers: Self.trailers)
  }
  func session(_ session: Session, closed stream: Int32, errorCode: UInt32) {}
  func session(
    _ session: Session, goesAwayAfter lastStream: Int32, errorCode: UInt32, reason: Span<UInt8>
  ) {}
}

/// The socket under a connection: takes what is written, or holds it.
final class HeldSocket: ChannelOutboundHandler {
  typealias OutboundIn = ByteBuffer

  var isHeld = false
  private(set) var writes = 0

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    writes += 1
    context.write(data, promise: promise)
  }

  func flush(context: ChannelHandlerContext) {
    if !isHeld { context.flush() }
  }
}

/// A connection on a channel without a socket, on a loop whose time the test makes.
final class ChannelTable {
  let channel: EmbeddedChannel
  let consumer: RecordingConsumer
  let handler: ConnectionHandler
  let socket = HeldSocket()
  let peer = Conversation()

  init(
    _ configuration: TransportConfiguration = TransportConfiguration(threads: 1),
    limits: HTTP2Limits = HTTP2Limits(), isActive: Bool = true
  ) throws {
    consumer = RecordingConsumer(limits: limits)
    handler = ConnectionHandler(consumer: consumer, configuration: configuration)
    channel = EmbeddedChannel()
    try channel.pipeline.syncOperations.addHandlers(socket, handler)
    if isActive {
      channel.connect(to: try SocketAddress(ipAddress: "192.0.2.1", port: 5), promise: nil)
      channel.embeddedEventLoop.run()
    }
    take()
  }

  deinit {
    // An open channel and its pipeline hold each other.
    _ = try? channel.finish(acceptAlreadyClosed: true)
  }

  /// One read of the socket.
  func receive(_ bytes: [UInt8]) throws {
    channel.pipeline.fireChannelRead(ByteBuffer(bytes: bytes))
    channel.pipeline.fireChannelReadComplete()
    channel.embeddedEventLoop.run()
    take()
  }

  /// The client's preface.
  func establish(_ settings: [(id: UInt16, value: UInt32)] = []) throws {
    try receive(Script.preface(settings) + Script.settingsAcknowledgement)
  }

  /// Lets time go by.
  func pass(_ amount: TimeAmount) {
    channel.embeddedEventLoop.advanceTime(by: amount)
    take()
  }

  /// Lets the peer take everything that is held.
  func release() {
    socket.isHeld = false
    channel.pipeline.syncOperations.flush()
    channel.embeddedEventLoop.run()
    take()
  }

  func setWritable(_ isWritable: Bool) {
    channel.isWritable = isWritable
    channel.pipeline.fireChannelWritabilityChanged()
    channel.embeddedEventLoop.run()
    take()
  }

  /// Whether the socket is being read.
  var isReading: Bool {
    let settings = channel.options.filter { $0.option is ChannelOptions.Types.AutoReadOption }
    return settings.last.map { $0.value as? Bool ?? true } ?? true
  }

  private func take() {
    while let buffer = try? channel.readOutbound(as: ByteBuffer.self) {
      peer.read(Array(buffer.readableBytesView))
    }
  }
}

/// The head of a request that these tests make.
func request(_ stream: Int32, endStream: Bool = true) -> [UInt8] {
  Script.headers(stream, Script.call("/test/Method"), endStream: endStream)
}
