internal import RPC

/// `grpc.testing.TestService`, as doc/interop-test-descriptions.md of gRPC has it. `UnimplementedCall` is
/// left out, as it must be.
enum TestService {
  static let name = "grpc.testing.TestService"

  static func register(with router: inout ServiceRouter) {
    router.unary(service: name, method: "EmptyCall") { _, context in
      var reply = UnaryReply.message(TestAnswer.empty)
      echo(context, &reply.initialMetadata, &reply.trailingMetadata)
      return reply
    }
    router.method(service: name, method: "UnaryCall", .unary) { UnaryCall($0) }
    router.unary(service: name, method: "CacheableUnaryCall") { _, _ in
      var reply = UnaryReply.message(timestamp)
      reply.initialMetadata.add("cache-control", "max-age=60, public")
      return reply
    }
    router.method(service: name, method: "StreamingOutputCall", .serverStreaming) {
      OutputCall($0, answersAtOnce: true)
    }
    router.method(service: name, method: "StreamingInputCall", .clientStreaming) { _ in
      InputCall()
    }
    router.method(service: name, method: "FullDuplexCall", .bidirectional) {
      OutputCall($0, answersAtOnce: true)
    }
    router.method(service: name, method: "HalfDuplexCall", .bidirectional) {
      OutputCall($0, answersAtOnce: false)
    }
  }

  /// Sends back the metadata that a test asks for.
  static func echo(
    _ context: CallContext, _ initial: inout Metadata, _ trailing: inout Metadata
  ) {
    let initialName = "x-grpc-test-echo-initial"
    if let value = context.metadata.value(of: initialName) { initial.add(initialName, value) }
    let trailingName = "x-grpc-test-echo-trailing-bin"
    for value in context.metadata.binaryValues(of: trailingName) {
      trailing.add(trailingName, binary: value)
    }
  }

  /// A `SimpleResponse` whose payload is the time in nanoseconds, as text.
  private static var timestamp: ResponseMessage {
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    let text = "\(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)"
    var writer = FieldWriter(headroom: ResponseMessage.prefixLength)
    writer.message(1) { $0.data(2, Array(text.utf8)) }
    return ResponseMessage(withPrefix: writer.bytes)
  }

  private static let start = ContinuousClock.now
}

/// One `UnaryCall`.
private final class UnaryCall: ServerCallListener {
  init(_ call: ServerCall) {
    TestService.echo(call.context, &call.initialMetadata, &call.trailingMetadata)
  }

  func received(_ message: Span<UInt8>, on call: ServerCall) {
    do throws(RPCStatus) {
      let request = try TestRequest(simple: message)
      if request.expectsCompressed, !call.messageWasCompressed { throw .notCompressed }
      if let report = request.loadReport {
        call.trailingMetadata.add(LoadReports.trailer, binary: report)
      }
      if let status = request.status { throw status }
      call.send(TestAnswer.payload(request.size, isCompressed: request.isCompressed))
      call.finish()
    } catch {
      call.finish(error)
    }
  }

  func requestsEnded(on call: ServerCall) {}
}

/// One `StreamingInputCall`.
private final class InputCall: ServerCallListener {
  private var total = 0

  func received(_ message: Span<UInt8>, on call: ServerCall) {
    do throws(RPCStatus) {
      let input = try TestInput(message)
      if input.expectsCompressed, !call.messageWasCompressed { throw .notCompressed }
      total += input.length
    } catch {
      call.finish(error)
    }
  }

  func requestsEnded(on call: ServerCall) {
    call.send(TestAnswer.total(total))
    call.finish()
  }
}

/// One call whose answers are told by its requests: `StreamingOutputCall`, `FullDuplexCall` and
/// `HalfDuplexCall`, which answers when the requests have ended.
private final class OutputCall: ServerCallListener {
  private enum Step {
    case answer(TestRequest.Parameters)
    case end(RPCStatus)
  }

  private static let maximumSteps = 100_000

  private let answersAtOnce: Bool
  private var steps: [Step] = []
  private var next = 0
  /// Whether the interval in front of the next answer has passed.
  private var hasWaited = false
  private var isWaiting = false
  private var requestsHaveEnded = false

  init(_ call: ServerCall, answersAtOnce: Bool) {
    self.answersAtOnce = answersAtOnce
    TestService.echo(call.context, &call.initialMetadata, &call.trailingMetadata)
  }

  func received(_ message: Span<UInt8>, on call: ServerCall) {
    do throws(RPCStatus) {
      let request = try TestRequest(streaming: message)
      if let report = request.loadReport { LoadReports.setOutOfBand(report) }
      guard steps.count + request.parameters.count <= Self.maximumSteps else {
        throw RPCStatus(.resourceExhausted, "too many answers wait to be sent")
      }
      if let status = request.status {
        steps.append(.end(status))
      } else {
        steps += request.parameters.map { .answer($0) }
      }
    } catch {
      call.finish(error)
      return
    }
    if answersAtOnce { proceed(call) }
  }

  func requestsEnded(on call: ServerCall) {
    requestsHaveEnded = true
    proceed(call)
  }

  func becameReady(_ call: ServerCall) {
    if answersAtOnce || requestsHaveEnded { proceed(call) }
  }

  func timerFired(on call: ServerCall) {
    hasWaited = true
    isWaiting = false
    proceed(call)
  }

  private func proceed(_ call: ServerCall) {
    while next < steps.count {
      switch steps[next] {
      case .end(let status):
        call.finish(status)
        return
      case .answer(let parameters):
        if parameters.intervalMicroseconds > 0, !hasWaited {
          if isWaiting { return }
          isWaiting = true
          call.holdRequests()
          call.setTimer(nanoseconds: UInt64(parameters.intervalMicroseconds) * 1_000)
          return
        }
        guard call.isReady else { return }
        hasWaited = false
        next += 1
        call.send(
          TestAnswer.payload(
            parameters.size, isCompressed: parameters.isCompressed,
            peer: parameters.fillsPeer ? call.context.peer : ""))
      }
    }
    steps.removeAll(keepingCapacity: true)
    next = 0
    if requestsHaveEnded { call.finish() } else { call.takeRequests() }
  }
}

extension RPCStatus {
  fileprivate static var notCompressed: RPCStatus {
    RPCStatus(.invalidArgument, "the message was to come compressed and did not")
  }
}
