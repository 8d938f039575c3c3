internal import Dispatch
internal import Glibc

/// Waits for SIGTERM. Made before a server says that it is ready, it misses none.
public final class StopSignal {
  private let source: any DispatchSourceSignal
  private let signals: AsyncStream<Void>

  /// Takes SIGTERM from now on; SIGPIPE does nothing.
  public init() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGTERM, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: SIGTERM, queue: .global())
    signals = AsyncStream { continuation in
      source.setEventHandler { continuation.yield() }
    }
    let isRegistered = DispatchSemaphore(value: 0)
    source.setRegistrationHandler { isRegistered.signal() }
    source.resume()
    // A signal that comes before is ignored.
    isRegistered.wait()
    self.source = source
  }

  /// Waits for the first one.
  public func wait() async {
    for await _ in signals { break }
    source.cancel()
  }
}
