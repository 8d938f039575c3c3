@testable import RPC

/// What listeners were told, in order.
final class Diary: @unchecked Sendable {
  // The tests that use it have one thread.
  var entries: [String] = []
}

/// A listener that writes down what it is told and does what its messages say: `[1, n]` sends n messages of
/// one byte, `[2]` finishes, `[3, code]` fails, `[4, n]` sends a message of n times 10,000 bytes whenever
/// there is room, `[5]` sets a timer of a second, `[6]` takes no more requests, `[7]` sends initial and
/// trailing metadata, `[8]` works for two milliseconds.
final class ScriptedListener: ServerCallListener {
  private let diary: Diary
  private var wanted = 0

  init(_ diary: Diary) {
    self.diary = diary
  }

  func received(_ message: Span<UInt8>, on call: ServerCall) {
    let bytes = message.copy
    diary.entries.append("message \(bytes)")
    switch bytes.first {
    case 1: for _ in 0..<bytes[1] { Self.send([9], call) }
    case 2: call.finish()
    case 3: call.finish(RPCStatus(StatusCode(rawValue: Int(bytes[1])) ?? .unknown, "as asked"))
    case 4:
      wanted = Int(bytes[1])
      produce(call)
    case 5: call.setTimer(nanoseconds: 1_000_000_000)
    case 6: call.holdRequests()
    case 8:
      let end = ContinuousClock.now + .milliseconds(2)
      while ContinuousClock.now < end {}
    case 7:
      call.initialMetadata.add("x-first", "1")
      call.trailingMetadata.add("x-last-bin", binary: [1, 2, 255])
    default: break
    }
  }

  func requestsEnded(on call: ServerCall) {
    diary.entries.append("requests ended")
    call.finish()
  }

  func becameReady(_ call: ServerCall) {
    diary.entries.append("ready")
    produce(call)
  }

  func timerFired(on call: ServerCall) {
    diary.entries.append("timer")
    call.takeRequests()
    Self.send([8], call)
  }

  func ended(_ call: ServerCall) { diary.entries.append("ended") }

  private func produce(_ call: ServerCall) {
    while wanted > 0, call.isReady {
      wanted -= 1
      Self.send([UInt8](repeating: 7, count: 10_000), call)
    }
  }

  private static func send(_ bytes: [UInt8], _ call: ServerCall) {
    call.send(ResponseMessage(withPrefix: [0, 0, 0, 0, 0] + bytes))
  }
}

extension ServiceRouter {
  /// `Bidi`, `Server`, `Client` and `Unary` are handled by scripted listeners.
  static func scripted(_ diary: Diary) -> ServiceRouter {
    var router = ServiceRouter.echo
    let shapes: [(String, MethodShape)] = [
      ("Bidi", .bidirectional), ("Server", .serverStreaming), ("Client", .clientStreaming),
      ("Unary", .unary),
    ]
    for (method, shape) in shapes {
      router.method(service: "test.Stream", method: method, shape) { _ in ScriptedListener(diary) }
    }
    return router
  }
}
