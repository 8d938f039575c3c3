internal import Logging
internal import Synchronization

/// Writes down which connections were cut off, at most one a second: an attack must not fill the disk.
final class CutOffLog: Sendable {
  private struct State {
    var next = ContinuousClock.now
    var untold = 0
  }

  private let logger: Logger
  private let state = Mutex(State())

  init(_ logger: Logger) {
    self.logger = logger
  }

  /// - Parameters:
  ///   - peer: the address of the other end.
  ///   - reason: what it did, or did not do in time.
  func add(_ peer: String, _ reason: String) {
    let untold: Int? = state.withLock { state in
      guard ContinuousClock.now >= state.next else {
        state.untold += 1
        return nil
      }
      defer { state.untold = 0 }
      state.next = .now + .seconds(1)
      return state.untold
    }
    guard let untold else { return }
    logger.notice(
      "connection cut off",
      metadata: ["peer": "\(peer)", "reason": "\(reason)", "others": "\(untold)"])
  }
}
