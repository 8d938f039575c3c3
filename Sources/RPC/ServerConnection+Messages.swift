internal import HTTP2
internal import MessageCompression
internal import Transport

/// The way of messages from the body of a request to its handler.
extension ServerConnection {
  /// Messages of one call that are handled before others have their turn.
  private static let messagesPerTurn = 64

  /// Delivers what has come as far as the call takes it.
  func deliver(_ call: ServerCall) {
    guard let method = call.method else { return }
    if method.shape.clientStreams {
      deliverMessages(call)
    } else if call.isOpen {
      guard !call.deframer.hasMoreThanOneMessage else {
        finish(call, RPCStatus(.unimplemented, "the method takes one message; send one"))
        return
      }
      consume(call)
      guard call.peerEnded else { return }
      if isTurnOver { continueLater(call) } else { deliverOne(call, method) }
    }
  }

  /// The one message of a call whose client has ended.
  private func deliverOne(_ call: ServerCall, _ method: ServiceRouter.Method) {
    guard !call.requestsWereEnded else { return }
    call.requestsWereEnded = true
    if let fault = call.deframer.faultAtEnd {
      finish(call, status(of: fault))
      return
    }
    guard call.deframer.hasMessage else {
      finish(call, RPCStatus(.unimplemented, "the method takes one message; none came"))
      return
    }
    if call.deadline <= .now {
      finish(
        call, RPCStatus(.deadlineExceeded, "the deadline passed before the call was handled"))
      return
    }
    if session.unsentBytes > configuration.maximumBufferedBytes {
      finish(call, .overload("too many answers on this connection wait to be taken"))
      return
    }
    deliverNext(call) { message in
      switch method.handler {
      case .unary(let handler): reply(call, handler(message, call.context))
      case .listener: call.listener?.received(message, on: call)
      }
    }
    if call.isOpen { call.listener?.requestsEnded(on: call) }
  }

  private func deliverMessages(_ call: ServerCall) {
    var turn = 0
    defer { if turn > 0, call.isOpen { touch(call) } }
    while call.isOpen, call.deframer.hasMessage || call.deframer.fault != nil {
      if !call.takesRequests || !isReady(call) {
        hold(call, true)
        return
      }
      if turn == Self.messagesPerTurn || isTurnOver {
        continueLater(call)
        return
      }
      turn += 1
      deliverNext(call) { call.listener?.received($0, on: call) }
    }
    guard call.isOpen, call.takesRequests else { return }
    hold(call, false)
    consume(call)
    guard call.peerEnded, !call.requestsWereEnded else { return }
    call.requestsWereEnded = true
    if let fault = call.deframer.faultAtEnd {
      finish(call, status(of: fault))
    } else {
      call.listener?.requestsEnded(on: call)
    }
  }

  /// Takes one message, decompresses it where it is compressed, and hands it on.
  private func deliverNext(_ call: ServerCall, _ body: (Span<UInt8>) -> Void) {
    let before = call.deframer.count
    do throws(MessageDeframer.Fault) {
      guard let message = try call.deframer.next() else { return }
      bufferedBytes = max(0, bufferedBytes - (before - call.deframer.count))
      call.messageWasCompressed = message.isCompressed
      let bytes = call.deframer.bytes
      guard message.isCompressed else {
        body(bytes.span.extracting(message.range))
        return
      }
      guard case .algorithm(let algorithm) = call.head.encoding else {
        finish(
          call,
          RPCStatus(.internal, "a message is marked compressed, but the call names no encoding"))
        return
      }
      decompress(call, bytes.span.extracting(message.range), algorithm, body)
    } catch {
      finish(call, status(of: error))
    }
  }

  private func decompress(
    _ call: ServerCall, _ bytes: Span<UInt8>, _ algorithm: CompressionAlgorithm,
    _ body: (Span<UInt8>) -> Void
  ) {
    do throws(MessageCompression.Fault) {
      let message = try MessageCompression.decompress(
        bytes, with: algorithm, limit: configuration.maximumMessageBytes)
      body(message.span)
    } catch {
      switch error {
      case .malformed:
        finish(
          call,
          RPCStatus(.internal, "a message is no \(algorithm.rawValue) data, or is cut short"))
      case .tooLarge: finish(call, .tooLarge(configuration.maximumMessageBytes))
      }
    }
  }

  /// Opens the stream's window by what was handled, or is needed to complete a message.
  func consume(_ call: ServerCall) {
    session.consume(call.unconsumedBytes, on: call.stream)
    call.unconsumedBytes = 0
  }

  func hold(_ call: ServerCall, _ isHeldBack: Bool) {
    guard call.isHeldBack != isHeldBack else { return }
    call.isHeldBack = isHeldBack
    counters.callHeldBack(isHeldBack)
  }

  func status(of fault: MessageDeframer.Fault) -> RPCStatus {
    switch fault {
    case .tooLarge: .tooLarge(configuration.maximumMessageBytes)
    case .reservedFlag: RPCStatus(.internal, "the flag of a message must be 0 or 1")
    case .truncated: RPCStatus(.internal, "the stream ended within a message")
    }
  }
}

extension RPCStatus {
  static func tooLarge(_ limit: Int) -> RPCStatus {
    RPCStatus(.resourceExhausted, "the message is longer than \(limit) bytes")
  }

  static func streamWasIdle(_ seconds: UInt64) -> RPCStatus {
    RPCStatus(.deadlineExceeded, "no message came or went on the stream for \(seconds) s")
  }

  /// The server has too much to do; the same call may go well a second later.
  static func overload(_ message: String) -> RPCStatus {
    var status = RPCStatus(.unavailable, message)
    status.details = [.retryInfo(milliseconds: 1_000)]
    return status
  }
}
