internal import HTTP2
internal import Transport

/// The server's side of a connection: turns HTTP/2 streams into calls.
///
/// Confined to the connection's event loop; no lock, no task and no wait on the way of a unary call.
final class ServerConnection: ConnectionConsumer, SessionDelegate {
  let session: Session
  private let router: ServiceRouter
  private let configuration: ServerConfiguration
  private let peer: PeerAddress
  private let counters: ServerCounters

  private var calls: [Int32: ServerCall] = [:]
  /// Bytes of requests that are not complete.
  private var bufferedBytes = 0
  /// The earliest time at which a call's time may be over: perhaps too early, never too late, so that
  /// no list of calls is searched while all is well.
  private(set) var nextWakeUp: MonotonicTime?
  /// The method that was asked for last; most calls of a connection ask for one.
  private var lastPath: [UInt8] = []
  private var lastMethod: (path: String, handler: UnaryHandler)?

  init(
    router: ServiceRouter, configuration: ServerConfiguration, peer: PeerAddress,
    counters: ServerCounters
  ) {
    self.router = router
    self.configuration = configuration
    self.peer = peer
    self.counters = counters
    var limits = HTTP2Limits()
    limits.concurrentStreams = configuration.concurrentStreams
    limits.headerListBytes = configuration.headerListBytes
    limits.headerFields = configuration.headerFields
    limits.outputHighWater = configuration.outputBytes
    session = Session(role: .server, limits: limits)
    session.delegate = self
    counters.connectionOpened()
  }

  // MARK: Connection

  func readCompleted(at now: MonotonicTime) { expire(at: now) }

  func wakeUp(at now: MonotonicTime) { expire(at: now) }

  func connectionClosed() {
    calls.removeAll()
    counters.connectionClosed()
  }

  /// Ends the calls whose time is over although their request has not come, and the streams whose head
  /// does not come to its end or whose answer is not taken.
  private func expire(at now: MonotonicTime) {
    guard let due = nextWakeUp, due <= now else { return }
    nextWakeUp = nil
    for (stream, call) in calls {
      guard call.deadline <= now else {
        wakeUp(by: call.deadline)
        continue
      }
      if call.hasHead, call.isOpen {
        fail(
          stream,
          RPCStatus(.deadlineExceeded, "the deadline passed before the request was complete"))
      } else if !call.isGivenUp {
        call.isGivenUp = true
        session.reset(stream, errorCode: HTTP2ErrorCode.cancel)
      }
    }
  }

  private func wakeUp(by time: MonotonicTime) {
    nextWakeUp = nextWakeUp.map { min($0, time) } ?? time
  }

  private func setDeadline(_ deadline: MonotonicTime, _ call: ServerCall) {
    call.deadline = deadline
    wakeUp(by: deadline)
  }

  // MARK: Session

  func session(_ session: Session, beganHeadersOn stream: Int32) {
    guard calls[stream] == nil else { return }
    let call = ServerCall(
      maximumLength: configuration.maximumMessageBytes, began: .now,
      limitNanoseconds: configuration.maximumDeadlineMilliseconds &* 1_000_000)
    calls[stream] = call
    wakeUp(by: call.deadline)
  }

  func session(
    _ session: Session, received name: Span<UInt8>, _ value: Span<UInt8>, on stream: Int32
  ) {
    // Trailers of a request are allowed and say nothing.
    guard let call = calls[stream], !call.hasHead else { return }
    call.head.add(name, value)
  }

  func session(_ session: Session, endedHeadersOn stream: Int32) {
    guard let call = calls[stream], !call.hasHead else { return }
    call.hasHead = true
    begin(call, stream)
  }

  func session(_ session: Session, received bytes: Span<UInt8>, on stream: Int32) {
    guard let call = calls[stream], call.isOpen else { return }
    guard bufferedBytes + bytes.count <= configuration.maximumBufferedBytes else {
      fail(
        stream,
        RPCStatus(.resourceExhausted, "too many unfinished requests on this connection"))
      return
    }
    bufferedBytes += bytes.count
    do throws(MessageDeframer.Fault) {
      try call.deframer.append(bytes)
    } catch {
      fail(stream, status(of: error))
    }
  }

  func session(_ session: Session, peerEnded stream: Int32) {
    guard let call = calls[stream], call.isOpen else { return }
    do throws(MessageDeframer.Fault) {
      let body = try call.deframer.finish()
      dispatch(call, stream, body)
    } catch {
      fail(stream, status(of: error))
    }
  }

  func session(_ session: Session, closed stream: Int32, errorCode: UInt32) {
    guard let call = calls.removeValue(forKey: stream) else { return }
    release(call)
  }

  func session(_ session: Session, goesAwayAfter lastStream: Int32, errorCode: UInt32) {}

  // MARK: Calls

  private func begin(_ call: ServerCall, _ stream: Int32) {
    let head = call.head
    if head.method == Self.get, head.path == Self.liveness {
      call.isOpen = false
      session.respond(stream, head: HeaderBlocks.healthy, body: Self.ok, trailers: nil)
      return
    }
    if head.method != Self.post {
      refuse(call, stream, HeaderBlocks.refusal(status: 405, extra: [("allow", "POST")]))
      return
    }
    if head.contentType != .grpc {
      refuse(
        call, stream,
        HeaderBlocks.refusal(status: 415, extra: [("accept-post", "application/grpc")]))
      return
    }
    counters.callStarted()
    if head.hasBadTimeout {
      fail(stream, RPCStatus(.invalidArgument, "grpc-timeout must be 1 to 8 digits and a unit"))
      return
    }
    guard find(head.path, call) else {
      fail(stream, RPCStatus(.unimplemented, "no such method; see the contract of this server"))
      return
    }
    if head.isEncoded {
      fail(
        stream, RPCStatus(.unimplemented, "this server takes no compressed messages"),
        extra: [("grpc-accept-encoding", "identity")])
      return
    }
    let wanted =
      head.timeoutNanoseconds ?? configuration.defaultDeadlineMilliseconds &* 1_000_000
    setDeadline(min(call.began.advanced(byNanoseconds: wanted), call.limit), call)
    if wanted == 0 {
      fail(stream, RPCStatus(.deadlineExceeded, "the deadline passed before the call arrived"))
    }
  }

  private static let get = Array("GET".utf8)
  private static let post = Array("POST".utf8)
  private static let liveness = Array("/healthz".utf8)
  private static let ok = Array("ok\n".utf8)

  private func find(_ path: [UInt8], _ call: ServerCall) -> Bool {
    if path == lastPath, let lastMethod {
      call.method = lastMethod
      return true
    }
    let text = String(decoding: path, as: UTF8.self)
    guard let handler = router.unaryMethods[text] else { return false }
    lastPath = path
    lastMethod = (text, handler)
    call.method = lastMethod
    return true
  }

  private func dispatch(_ call: ServerCall, _ stream: Int32, _ body: [UInt8]) {
    guard let method = call.method else { return }
    if call.deadline <= .now {
      fail(stream, RPCStatus(.deadlineExceeded, "the deadline passed before the call was handled"))
      return
    }
    if session.unsentBytes > configuration.maximumBufferedBytes {
      fail(
        stream,
        RPCStatus(.resourceExhausted, "too many answers on this connection wait to be taken"))
      return
    }
    let context = CallContext(
      path: method.path, metadata: call.head.metadata, peer: peer.text)
    let message = body.span.extracting(MessageDeframer.prefixLength..<body.count)
    switch method.handler(message, context) {
    case .message(let response):
      close(call, .ok)
      session.respond(
        stream, head: HeaderBlocks.answer, body: response.bytes, trailers: HeaderBlocks.ok)
    case .failure(let status): fail(stream, status)
    }
  }

  /// Ends a call with trailers only.
  private func fail(
    _ stream: Int32, _ status: RPCStatus, extra: [(name: String, value: String)] = []
  ) {
    guard let call = calls[stream], call.isOpen else { return }
    close(call, status.code)
    session.respond(stream, headOnly: HeaderBlocks.failure(status, extra: extra))
  }

  private func refuse(_ call: ServerCall, _ stream: Int32, _ head: HeaderBlock) {
    call.isOpen = false
    session.respond(stream, headOnly: head)
  }

  private func close(_ call: ServerCall, _ code: StatusCode) {
    call.isOpen = false
    setDeadline(call.limit, call)
    release(call)
    counters.callFinished(code)
  }

  /// Gives back what the call's request took of the connection's budget.
  private func release(_ call: ServerCall) {
    bufferedBytes = max(0, bufferedBytes - call.deframer.count)
    call.deframer = MessageDeframer(maximumLength: configuration.maximumMessageBytes)
  }

  private func status(of fault: MessageDeframer.Fault) -> RPCStatus {
    switch fault {
    case .tooLarge:
      RPCStatus(
        .resourceExhausted,
        "the message is longer than \(configuration.maximumMessageBytes) bytes")
    case .compressed:
      RPCStatus(.internal, "a message is marked compressed, but the call names no encoding")
    case .reservedFlag: RPCStatus(.internal, "the flag of a message must be 0 or 1")
    case .secondMessage: RPCStatus(.unimplemented, "a unary call has one message; send one")
    case .truncated: RPCStatus(.internal, "the stream ended within a message")
    case .noMessage: RPCStatus(.unimplemented, "a unary call has one message; none came")
    }
  }
}

/// One call of a connection.
final class ServerCall {
  var head = RequestHead()
  var hasHead = false
  var deframer: MessageDeframer
  var method: (path: String, handler: UnaryHandler)?
  let began: MonotonicTime
  /// When its stream must be over, however slowly its head comes or its answer is taken.
  let limit: MonotonicTime
  /// When the request must have come; the limit before its head is complete and once it is answered.
  var deadline: MonotonicTime
  /// Whether it still waits for its answer.
  var isOpen = true
  /// Whether its stream was reset because its time is over.
  var isGivenUp = false

  init(maximumLength: Int, began: MonotonicTime, limitNanoseconds: UInt64) {
    deframer = MessageDeframer(maximumLength: maximumLength)
    self.began = began
    limit = began.advanced(byNanoseconds: limitNanoseconds)
    deadline = limit
  }
}
