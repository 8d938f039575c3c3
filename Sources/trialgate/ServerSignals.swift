internal import Dispatch
internal import Foundation

/// The signals of a server: SIGTERM and SIGINT end it, SIGHUP has it read its files again. SIGPIPE is
/// ignored: a peer that is gone is an error of its connection.
final class ServerSignals {
  /// What a signal asks for.
  enum Request: Sendable {
    case stop(name: String)
    case reload
  }

  /// The signals as they come.
  let requests: AsyncStream<Request>
  private let sources: [any DispatchSourceSignal]

  init() {
    signal(SIGPIPE, SIG_IGN)
    let (stream, continuation) = AsyncStream.makeStream(of: Request.self)
    requests = stream
    let wanted: [(Int32, Request)] = [
      (SIGTERM, .stop(name: "SIGTERM")), (SIGINT, .stop(name: "SIGINT")), (SIGHUP, .reload),
    ]
    sources = wanted.map { number, request in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      let isRegistered = DispatchSemaphore(value: 0)
      source.setRegistrationHandler { isRegistered.signal() }
      source.setEventHandler { continuation.yield(request) }
      source.resume()
      // A signal that comes before is ignored, and with it whoever wants to stop the server.
      isRegistered.wait()
      return source
    }
  }
}
