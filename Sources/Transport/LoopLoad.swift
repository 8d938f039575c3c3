internal import HTTP2
internal import NIOCore
internal import Synchronization

/// How far an event loop is behind: the time by which a task that was due is late. Everything that waits
/// for the loop waits about as long.
package final class LoopLoad: Sendable {
  /// Number of the loop among those of its listener, from 0.
  package let loop: Int
  private let behind = Atomic<UInt64>(0)

  private static let interval = TimeAmount.milliseconds(100)

  package init(loop: Int = 0) {
    self.loop = loop
  }

  /// Nanoseconds by which the last measurement was late.
  package var nanosecondsBehind: UInt64 { behind.load(ordering: .relaxed) }

  /// For tests: what a measurement found.
  func set(nanosecondsBehind: UInt64) { behind.store(nanosecondsBehind, ordering: .relaxed) }

  /// Measures from now on, until the loop ends.
  func measure(_ loop: any EventLoop) {
    let due = NIODeadline.now() + Self.interval
    loop.scheduleTask(deadline: due) { [weak self] in
      guard let self else { return }
      let late = NIODeadline.now() - due
      set(nanosecondsBehind: UInt64(max(0, late.nanoseconds)))
      measure(loop)
    }
  }
}
