internal import RPC

/// `connectrpc.conformance.v1.ConformanceService` for the gRPC protocol. `Unimplemented` is left out, as it
/// must be, and `IdempotentUnary` is of another protocol.
enum ConformanceService {
  static let name = "connectrpc.conformance.v1.ConformanceService"

  static func register(with router: inout ServiceRouter) {
    router.method(service: name, method: "Unary", .unary) { OneAnswer(.unary, $0) }
    router.method(service: name, method: "ClientStream", .clientStreaming) {
      OneAnswer(.clientStream, $0)
    }
    router.method(service: name, method: "ServerStream", .serverStreaming) {
      ManyAnswers(.serverStream, $0)
    }
    router.method(service: name, method: "BidiStream", .bidirectional) {
      ManyAnswers(.bidiStream, $0)
    }
  }
}

/// A call with one answer, which comes when the requests have ended.
private final class OneAnswer: ServerCallListener {
  private var info: RequestInfo
  private var definition: ResponseDefinition?

  init(_ kind: ConformanceRequest.Kind, _ call: ServerCall) {
    info = RequestInfo(kind, call.context)
  }

  func received(_ message: Span<UInt8>, on call: ServerCall) {
    do throws(RPCStatus) {
      let request = try ConformanceRequest(message, info.kind)
      if info.requests.isEmpty { definition = request.definition }
      info.requests.append(message.copy)
    } catch {
      call.finish(error)
    }
  }

  func requestsEnded(on call: ServerCall) {
    call.initialMetadata.add(definition?.headers ?? [])
    call.trailingMetadata.add(definition?.trailers ?? [])
    if let delay = definition?.delayMilliseconds, delay > 0 {
      call.setTimer(nanoseconds: delay * 1_000_000)
    } else {
      answer(call)
    }
  }

  func timerFired(on call: ServerCall) { answer(call) }

  private func answer(_ call: ServerCall) {
    if var failure = definition?.failure {
      failure.details.append(info.detail)
      call.finish(failure)
    } else {
      let data = definition?.data.last ?? []
      call.send(ConformanceAnswer.payload(data, info.encoded(isWhole: true)))
      call.finish()
    }
  }
}

/// A call with any number of answers: one for each request (full duplex), or all of them when the requests
/// have ended.
private final class ManyAnswers: ServerCallListener {
  private var info: RequestInfo
  private var definition: ResponseDefinition?
  private var isFullDuplex = false
  private var hasBegun = false
  private var requestsHaveEnded = false
  private var answered = 0
  private var isWaiting = false

  init(_ kind: ConformanceRequest.Kind, _ call: ServerCall) {
    info = RequestInfo(kind, call.context)
  }

  func received(_ message: Span<UInt8>, on call: ServerCall) {
    do throws(RPCStatus) {
      let request = try ConformanceRequest(message, info.kind)
      info.requests.append(message.copy)
      if !hasBegun {
        hasBegun = true
        definition = request.definition
        isFullDuplex = request.isFullDuplex
        call.initialMetadata.add(definition?.headers ?? [])
        call.trailingMetadata.add(definition?.trailers ?? [])
      }
    } catch {
      call.finish(error)
      return
    }
    guard isFullDuplex else { return }
    // The next request is looked at when this one is answered.
    call.holdRequests()
    proceed(call)
  }

  func requestsEnded(on call: ServerCall) {
    requestsHaveEnded = true
    proceed(call)
  }

  func timerFired(on call: ServerCall) {
    isWaiting = false
    send(call)
  }

  func becameReady(_ call: ServerCall) {
    if !isWaiting, requestsHaveEnded { proceed(call) }
  }

  /// Sends the next answer in its time, or ends the call.
  private func proceed(_ call: ServerCall) {
    guard let definition, answered < definition.data.count else {
      finish(call)
      return
    }
    guard call.isReady else { return }
    guard definition.delayMilliseconds > 0 else {
      send(call)
      return
    }
    isWaiting = true
    call.setTimer(nanoseconds: definition.delayMilliseconds * 1_000_000)
  }

  private func send(_ call: ServerCall) {
    guard let definition, answered < definition.data.count else { return }
    // Later answers tell only of requests that came since; without full duplex there are none.
    let isFirst = answered == 0
    let tells = isFirst || (isFullDuplex && !info.requests.isEmpty)
    call.send(
      ConformanceAnswer.payload(
        definition.data[answered], tells ? info.encoded(isWhole: isFirst) : nil))
    answered += 1
    info.requests = []
    if requestsHaveEnded {
      proceed(call)
    } else {
      call.takeRequests()
    }
  }

  private func finish(_ call: ServerCall) {
    guard var failure = definition?.failure else {
      call.finish()
      return
    }
    if answered == 0 { failure.details.append(info.detail) }
    call.finish(failure)
  }
}
