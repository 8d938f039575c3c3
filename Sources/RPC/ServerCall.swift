internal import HTTP2
internal import MessageCompression
internal import Transport

/// One call of a server, for its listener. It belongs to its connection's event loop; other threads reach
/// it through `handle`.
public final class ServerCall {
  let stream: Int32
  weak var connection: ServerConnection?
  /// What the handler knows of the call.
  public internal(set) var context: CallContext
  /// Metadata that goes in front of the first answer; afterwards it is not sent any more.
  public var initialMetadata = Metadata()
  /// Metadata that goes behind the last answer.
  public var trailingMetadata = Metadata()

  var head = RequestHead()
  var hasHead = false
  var deframer: MessageDeframer
  var method: ServiceRouter.Method?
  /// Who handles the call; nil until it has begun, and for a method that answers at once.
  public internal(set) var listener: (any ServerCallListener)?
  /// Interceptors that were told of the beginning, and are to be told of the end.
  var intercepted = 0
  let began: MonotonicTime
  /// When it must be over: for a call without a deadline never.
  var deadline: MonotonicTime
  /// When a stream was last active.
  var lastActivity: MonotonicTime
  var timer: MonotonicTime?
  /// Whether it still waits for its end.
  var isOpen = true
  /// Whether it is counted as begun.
  var isCounted = false
  /// Whether its stream was reset because its time is over.
  var isGivenUp = false
  var peerEnded = false
  var requestsWereEnded = false
  /// Bytes of the body that still count against the stream's window.
  var unconsumedBytes = 0
  /// Whether the listener takes messages.
  var takesRequests = true
  /// Whether a message waits because the client does not read.
  var isHeldBack = false
  /// The answer to what is no gRPC call, until its request has ended.
  var page: (head: HeaderBlock, body: [UInt8])?
  /// The answer of a call that has one, until the call is finished.
  var answer: [UInt8]?
  var headIsSent = false
  /// How answers are compressed, once the head is sent.
  var algorithm: CompressionAlgorithm?

  init(
    stream: Int32, connection: ServerConnection, peer: String, maximumLength: Int,
    began: MonotonicTime, deadline: MonotonicTime
  ) {
    self.stream = stream
    self.connection = connection
    context = CallContext(path: "", metadata: Metadata(), peer: peer)
    deframer = MessageDeframer(maximumLength: maximumLength)
    self.began = began
    self.deadline = deadline
    lastActivity = began
  }

  /// Whether there is room for another answer: what was sent before has mostly left. Sending all the same
  /// is possible, and costs memory. Once it was false, `becameReady` tells when it is true.
  public var isReady: Bool { connection?.isReady(self) ?? false }

  /// Whether the client's messages come compressed.
  public var requestIsCompressed: Bool {
    if case .algorithm = head.encoding { true } else { false }
  }

  /// Whether the message that is being delivered came compressed.
  public internal(set) var messageWasCompressed = false

  /// Sends an answer. A call that has one answer fails with INTERNAL where it gets a second.
  public func send(_ message: ResponseMessage) { connection?.send(message, on: self) }

  /// Ends the call with OK.
  public func finish() { connection?.finish(self, nil) }

  /// Ends the call with a failure.
  public func finish(_ status: RPCStatus) { connection?.finish(self, status) }

  /// Delivers no more messages until `takeRequests`; the client, whose window fills, sends no more either.
  public func holdRequests() { takesRequests = false }

  /// Delivers messages again.
  public func takeRequests() {
    guard !takesRequests else { return }
    takesRequests = true
    connection?.continueLater(self)
  }

  /// Calls `timerFired` after so many nanoseconds, instead of when it was set for before.
  public func setTimer(nanoseconds: UInt64) {
    timer = .now.advanced(byNanoseconds: nanoseconds)
    connection?.wakeUp(by: timer)
  }

  /// How long a stream may be silent, in nanoseconds.
  public var streamIdleNanoseconds: UInt64 {
    connection?.configuration.streamIdleNanoseconds ?? .max
  }

  /// The way to the call from other threads.
  public var handle: ServerCallHandle { ServerCallHandle(hop: connection?.hop, stream: stream) }

  /// Whether it is a stream that was silent for too long.
  func isIdle(at now: MonotonicTime, streamIdleNanoseconds: UInt64) -> Bool {
    guard let method, method.shape != .unary else { return false }
    return lastActivity.advanced(byNanoseconds: streamIdleNanoseconds) <= now
  }

  /// When something is to be done about the call if nothing happens.
  func nextWakeUp(streamIdleNanoseconds: UInt64) -> MonotonicTime {
    var next = deadline
    if isOpen, let timer { next = min(next, timer) }
    if isOpen, let method, method.shape != .unary {
      next = min(next, lastActivity.advanced(byNanoseconds: streamIdleNanoseconds))
    }
    return next
  }
}

/// The way to a call from any thread.
public struct ServerCallHandle: Sendable {
  typealias Hop = @Sendable (@escaping @Sendable (ServerConnection?) -> Void) -> Void

  let hop: Hop?
  let stream: Int32

  /// Works with the call on its event loop; nothing happens where it has ended.
  public func perform(_ body: @escaping @Sendable (ServerCall) -> Void) {
    let stream = stream
    hop? { connection in
      if let call = connection?.openCall(stream) { body(call) }
    }
  }
}
