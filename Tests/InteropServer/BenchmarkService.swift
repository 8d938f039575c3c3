internal import RPC

/// `grpc.testing.BenchmarkService`, for load clients.
enum BenchmarkService {
  static let name = "grpc.testing.BenchmarkService"

  static func register(with router: inout ServiceRouter) {
    router.unary(service: name, method: "UnaryCall") { request, _ in
      do throws(RPCStatus) {
        return .message(TestAnswer.payload(try TestRequest(simple: request).size))
      } catch {
        return .failure(error)
      }
    }
    router.method(service: name, method: "StreamingCall", .bidirectional) { _ in PingPong() }
    router.method(service: name, method: "StreamingFromClient", .clientStreaming) { _ in Sink() }
    router.method(service: name, method: "StreamingFromServer", .serverStreaming) { _ in Source() }
    router.method(service: name, method: "StreamingBothWays", .bidirectional) { _ in Source() }
  }
}

/// Answers each message at once.
private final class PingPong: ServerCallListener {
  func received(_ message: Span<UInt8>, on call: ServerCall) {
    do throws(RPCStatus) {
      call.send(TestAnswer.payload(try TestRequest(simple: message).size))
    } catch {
      call.finish(error)
    }
  }

  func requestsEnded(on call: ServerCall) { call.finish() }
}

/// Takes messages and answers the last one.
private final class Sink: ServerCallListener {
  private var size = 0

  func received(_ message: Span<UInt8>, on call: ServerCall) {
    do throws(RPCStatus) {
      size = try TestRequest(simple: message).size
    } catch {
      call.finish(error)
    }
  }

  func requestsEnded(on call: ServerCall) {
    call.send(TestAnswer.payload(size))
    call.finish()
  }
}

/// Sends answers of the size that its first message asks for, as fast as they are taken, until the client
/// cancels, or ends a call in which it streams, too.
private final class Source: ServerCallListener {
  private var answer: ResponseMessage?

  func received(_ message: Span<UInt8>, on call: ServerCall) {
    guard answer == nil else { return }
    do throws(RPCStatus) {
      answer = TestAnswer.payload(try TestRequest(simple: message).size)
    } catch {
      call.finish(error)
      return
    }
    produce(call)
  }

  func requestsEnded(on call: ServerCall) {
    if call.context.path.hasSuffix("BothWays") { call.finish() }
  }

  func becameReady(_ call: ServerCall) { produce(call) }

  private func produce(_ call: ServerCall) {
    guard let answer else { return }
    while call.isReady { call.send(answer) }
  }
}
