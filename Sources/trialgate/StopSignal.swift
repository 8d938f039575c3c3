internal import Dispatch
internal import Foundation

/// Waits for SIGTERM or SIGINT. SIGPIPE is ignored: a peer that is gone is an error of its connection.
final class StopSignal {
  /// The names of the signals as they come.
  let signals: AsyncStream<String>
  private let sources: [any DispatchSourceSignal]

  init() {
    signal(SIGPIPE, SIG_IGN)
    let (stream, continuation) = AsyncStream.makeStream(of: String.self)
    signals = stream
    sources = [(SIGTERM, "SIGTERM"), (SIGINT, "SIGINT")].map { number, name in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { continuation.yield(name) }
      source.resume()
      return source
    }
  }
}
