internal import HTTP2
internal import MessageCompression
internal import Transport

/// Beginnings and answers of calls.
extension ServerConnection {
  private static let get = Array("GET".utf8)
  private static let head = Array("HEAD".utf8)
  private static let post = Array("POST".utf8)

  // MARK: Begin

  /// The head of a request is complete.
  func begin(_ call: ServerCall) {
    let head = call.head
    if head.method == Self.get, let page = router.pages[String(decoding: head.path, as: UTF8.self)]
    {
      answer(call, HeaderBlocks.page, page())
      return
    }
    if head.method != Self.post {
      answer(
        call, HeaderBlocks.methodNotAllowed, "this server answers gRPC calls, which are POST\n")
      return
    }
    if head.contentType != .grpc {
      answer(
        call, HeaderBlocks.unsupportedMediaType, "send gRPC with content-type application/grpc\n")
      return
    }
    call.isCounted = true
    counters.callStarted()
    if let refusal = prepare(call, head) {
      finish(call, refusal)
    }
  }

  /// Finds the method, sets the deadline and begins to handle; a status refuses the call.
  private func prepare(_ call: ServerCall, _ head: RequestHead) -> RPCStatus? {
    if head.hasBadTimeout {
      return RPCStatus(.invalidArgument, "grpc-timeout must be 1 to 8 digits and a unit")
    }
    guard let method = method(head.path) else {
      return RPCStatus(.unimplemented, "no such method; see the contract of this server")
    }
    if case .unknown = head.encoding {
      return RPCStatus(
        .unimplemented, "this server takes messages compressed with gzip or deflate, or not at all")
    }
    call.method = method
    call.context.path = method.path
    call.context.metadata = head.metadata
    call.context.traceParent = head.traceParent
    call.context.timeoutNanoseconds = head.timeoutNanoseconds
    if let deadline = deadline(head.timeoutNanoseconds, method.shape, call.began) {
      setDeadline(deadline, call)
    } else {
      setDeadline(MonotonicTime(nanoseconds: .max), call)
    }
    if head.timeoutNanoseconds == 0 {
      return RPCStatus(.deadlineExceeded, "the deadline passed before the call arrived")
    }
    if !method.isEssential, let overload {
      counters.callShed()
      return overload
    }
    for interceptor in router.interceptors {
      call.intercepted += 1
      if let refusal = interceptor.callStarted(&call.context) { return refusal }
    }
    if case .listener(let make) = method.handler {
      counters.handlerStarted()
      call.listener = make(call)
    }
    return nil
  }

  /// A unary call has a deadline in any case, and a ceiling; a stream has what its client asks for.
  private func deadline(
    _ timeout: UInt64?, _ shape: MethodShape, _ began: MonotonicTime
  ) -> MonotonicTime? {
    guard shape == .unary else { return timeout.map { began.advanced(byNanoseconds: $0) } }
    let wanted = timeout ?? configuration.defaultDeadlineNanoseconds
    return began.advanced(
      byNanoseconds: min(wanted, configuration.maximumDeadlineNanoseconds))
  }

  /// Answers what is no gRPC call, once its request has ended: its body is passed over.
  private func answer(_ call: ServerCall, _ head: HeaderBlock, _ text: String) {
    call.isOpen = false
    // An answer to HEAD has no body (RFC 9110, 9.3.2).
    call.page = (head, call.head.method == Self.head ? [] : Array(text.utf8))
  }

  // MARK: Answers

  /// Ends a unary call that was answered at once.
  func reply(_ call: ServerCall, _ reply: UnaryReply) {
    if !reply.initialMetadata.isEmpty { call.initialMetadata = reply.initialMetadata }
    if !reply.trailingMetadata.isEmpty { call.trailingMetadata = reply.trailingMetadata }
    switch reply.result {
    case .success(let message):
      send(message, on: call)
      finish(call, nil)
    case .failure(let status): finish(call, status)
    }
  }

  /// Sends an answer, or keeps it until the call is finished where it has one.
  func send(_ message: ResponseMessage, on call: ServerCall) {
    guard call.isOpen, let method = call.method else { return }
    if !call.headIsSent, call.answer == nil {
      call.algorithm = algorithm(call, isWanted: message.isCompressed)
    }
    let isCompressed = message.isCompressed ?? call.requestIsCompressed
    let bytes = message.framed(with: isCompressed ? call.algorithm : nil)
    guard method.shape.serverStreams else {
      if call.answer != nil {
        finish(call, RPCStatus(.internal, "the method has one answer, and a second was made"))
      } else {
        call.answer = bytes
      }
      return
    }
    sendHead(call)
    session.send(call.stream, bytes)
    touch(call)
  }

  private func sendHead(_ call: ServerCall) {
    guard !call.headIsSent else { return }
    call.headIsSent = true
    session.respond(call.stream, head: HeaderBlocks.answer(call))
  }

  /// How the answers of a call are compressed: as its requests are, or by the client's first choice where
  /// the handler wants it; never in a way that the client does not say it takes.
  private func algorithm(_ call: ServerCall, isWanted: Bool?) -> CompressionAlgorithm? {
    let accepted = call.head.accepted
    if case .algorithm(let algorithm) = call.head.encoding, accepted.contains(algorithm) {
      return algorithm
    }
    return isWanted == nil ? nil : accepted.first
  }

  /// Ends a call: with OK, or with a failure.
  ///
  /// - Parameter dropUnsent: forgets answers of which no byte has left.
  func finish(_ call: ServerCall, _ failure: RPCStatus?, dropUnsent: Bool = false) {
    guard call.isOpen else { return }
    var failure = failure
    if failure == nil, let method = call.method, !method.shape.serverStreams, call.answer == nil {
      failure = RPCStatus(.internal, "the method has one answer, and none was made")
    }
    close(call, failure?.code ?? .ok)
    // What is still to be taken has so long.
    setDeadline(.now.advanced(byNanoseconds: configuration.maximumDeadlineNanoseconds), call)
    if call.headIsSent {
      session.end(
        call.stream, trailers: HeaderBlocks.trailers(call, failure), dropUnsent: dropUnsent)
    } else if let failure, call.initialMetadata.isEmpty {
      session.respond(call.stream, headOnly: HeaderBlocks.failure(call, failure))
    } else if failure == nil, let answer = call.answer {
      call.answer = nil
      session.respond(
        call.stream, head: HeaderBlocks.answer(call), body: answer,
        trailers: HeaderBlocks.trailers(call, nil))
    } else {
      // Metadata that belongs in front of the answers comes there, even where there are none.
      sendHead(call)
      session.end(call.stream, trailers: HeaderBlocks.trailers(call, failure))
    }
  }

  // MARK: Room

  /// Whether a call may produce more; where not, it is told when it may.
  func isReady(_ call: ServerCall) -> Bool {
    guard call.isOpen else { return false }
    if hasRoom(call) { return true }
    blocked.insert(call.stream)
    return false
  }

  func hasRoom(_ call: ServerCall) -> Bool {
    session.unsentBytes(on: call.stream) < configuration.streamOutputBytes
      && session.unsentBytes < configuration.outputBytes
  }
}
