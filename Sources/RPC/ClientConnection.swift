internal import HTTP2
internal import Transport

/// The client's side of a connection: turns calls into HTTP/2 streams.
final class ClientConnection: ConnectionConsumer, SessionDelegate {
  typealias Completion = @Sendable (Result<[UInt8], RPCStatus>) -> Void

  private final class Call {
    var completion: Completion?
    var deadline: MonotonicTime?
    var deframer: MessageDeframer
    var httpStatus = ""
    var grpcStatus: Int?
    var message = ""
    var details: [StatusDetail] = []
    var fault: RPCStatus?

    init(completion: @escaping Completion, deadline: MonotonicTime?, maximumLength: Int) {
      self.completion = completion
      self.deadline = deadline
      deframer = MessageDeframer(maximumLength: maximumLength)
    }
  }

  let session = Session(role: .client)
  private let maximumLength: Int
  private var calls: [Int32: Call] = [:]
  private var isGoingAway = false

  init(maximumLength: Int) {
    self.maximumLength = maximumLength
    session.delegate = self
  }

  // MARK: Calls

  func unary(
    head: HeaderBlock, message: [UInt8], deadline: MonotonicTime?,
    completion: @escaping Completion
  ) {
    if isGoingAway {
      completion(.failure(RPCStatus(.unavailable, "the server is going away; try again")))
      return
    }
    let framed = ResponseMessage(withPrefix: [UInt8](repeating: 0, count: 5) + message).bytes
    guard let stream = session.request(head: head, body: framed) else {
      completion(.failure(RPCStatus(.unavailable, "no stream is left on the connection")))
      return
    }
    calls[stream] = Call(
      completion: completion, deadline: deadline, maximumLength: maximumLength)
  }

  private func finish(_ stream: Int32, _ result: Result<[UInt8], RPCStatus>) {
    guard let call = calls.removeValue(forKey: stream) else { return }
    call.completion?(result)
    call.completion = nil
  }

  // MARK: Connection

  func outputTaken() {}

  func readCompleted(at now: MonotonicTime) { expire(at: now) }

  var nextWakeUp: MonotonicTime? { calls.values.compactMap(\.deadline).min() }

  func wakeUp(at now: MonotonicTime) { expire(at: now) }

  private func expire(at now: MonotonicTime) {
    for (stream, call) in calls {
      guard let deadline = call.deadline, deadline <= now else { continue }
      session.reset(stream, errorCode: HTTP2ErrorCode.cancel)
      finish(stream, .failure(RPCStatus(.deadlineExceeded, "the deadline passed")))
    }
  }

  func connectionClosed() {
    for stream in Array(calls.keys) {
      finish(stream, .failure(RPCStatus(.unavailable, "the connection was closed")))
    }
  }

  // MARK: Session

  func session(_ session: Session, beganHeadersOn stream: Int32) {}

  func session(
    _ session: Session, received name: Span<UInt8>, _ value: Span<UInt8>, on stream: Int32
  ) {
    guard let call = calls[stream] else { return }
    if name.equals(":status") {
      call.httpStatus = value.text
    } else if name.equals("grpc-status") {
      call.grpcStatus = Int(value.text)
    } else if name.equals("grpc-message") {
      call.message = PercentEncoding.decode(value.text)
    } else if name.equals("grpc-status-details-bin") {
      call.details = StatusDetail.details(ofStatus: Base64.decode(value.text) ?? [])
    }
  }

  func session(_ session: Session, endedHeadersOn stream: Int32) {}

  func session(_ session: Session, received bytes: Span<UInt8>, on stream: Int32) {
    session.consume(bytes.count, on: stream)
    guard let call = calls[stream], call.fault == nil else { return }
    // The body of an answer that is no gRPC (an error page) is not looked at.
    guard call.httpStatus == "200" else { return }
    do throws(MessageDeframer.Fault) {
      try call.deframer.append(bytes)
      // A unary call has one answer, and was offered no compression.
      if call.deframer.hasMoreThanOneMessage { throw .reservedFlag }
    } catch {
      call.fault =
        error == .tooLarge
        ? RPCStatus(.resourceExhausted, "the answer is longer than \(maximumLength) bytes")
        : RPCStatus(.internal, "the server's answer is malformed")
      session.reset(stream, errorCode: HTTP2ErrorCode.cancel)
    }
  }

  func session(_ session: Session, peerEnded stream: Int32) {
    guard let call = calls[stream] else { return }
    finish(stream, outcome(call))
  }

  func session(_ session: Session, closed stream: Int32, errorCode: UInt32) {
    guard let call = calls[stream] else { return }
    if let fault = call.fault {
      finish(stream, .failure(fault))
    } else if call.grpcStatus != nil {
      finish(stream, outcome(call))
    } else {
      finish(stream, .failure(Self.status(ofReset: errorCode)))
    }
  }

  func session(_ session: Session, goesAwayAfter lastStream: Int32, errorCode: UInt32) {
    isGoingAway = true
    for stream in calls.keys where stream > lastStream {
      finish(stream, .failure(RPCStatus(.unavailable, "the server is going away; try again")))
    }
  }

  // MARK: Outcomes

  private func outcome(_ call: Call) -> Result<[UInt8], RPCStatus> {
    if let fault = call.fault { return .failure(fault) }
    guard let number = call.grpcStatus else {
      return .failure(Self.status(ofHTTP: call.httpStatus))
    }
    guard number == 0 else {
      let code = StatusCode(rawValue: number) ?? .unknown
      return .failure(RPCStatus(code, call.message, details: call.details))
    }
    guard call.deframer.faultAtEnd == nil, let message = try? call.deframer.next() else {
      return .failure(RPCStatus(.internal, "the server answered OK without a message"))
    }
    guard !message.isCompressed else {
      return .failure(
        RPCStatus(.internal, "the server's answer is compressed, which was not asked"))
    }
    return .success(Array(call.deframer.bytes[message.range]))
  }

  /// The code of an answer without `grpc-status` (gRPC, http-grpc-status-mapping).
  private static func status(ofHTTP status: String) -> RPCStatus {
    let code: StatusCode =
      switch status {
      case "400": .internal
      case "401": .unauthenticated
      case "403": .permissionDenied
      case "404": .unimplemented
      case "429", "502", "503", "504": .unavailable
      default: .unknown
      }
    return RPCStatus(code, "the server answered with HTTP status \(status) and no gRPC status")
  }

  /// The code of a reset stream (gRPC, PROTOCOL-HTTP2, Errors).
  private static func status(ofReset errorCode: UInt32) -> RPCStatus {
    let code: StatusCode =
      switch errorCode {
      case HTTP2ErrorCode.refusedStream: .unavailable
      case HTTP2ErrorCode.cancel: .cancelled
      case HTTP2ErrorCode.enhanceYourCalm: .resourceExhausted
      case HTTP2ErrorCode.inadequateSecurity: .permissionDenied
      default: .internal
      }
    return RPCStatus(code, "the server reset the stream with HTTP/2 error \(errorCode)")
  }
}
