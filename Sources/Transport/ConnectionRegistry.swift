internal import NIOConcurrencyHelpers
internal import NIOCore

/// The open connections of a listener, up to a maximum.
final class ConnectionRegistry: Sendable {
  private struct State {
    var connections: [ObjectIdentifier: any Channel] = [:]
    var isDraining = false
  }

  private let maximum: Int
  private let state = NIOLockedValueBox(State())

  init(maximum: Int) {
    self.maximum = maximum
  }

  /// Enters a connection until it is closed; false when there are too many.
  func admit(_ channel: any Channel) -> Bool {
    let id = ObjectIdentifier(channel)
    let isAdmitted = state.withLockedValue { state in
      guard state.connections.count < maximum else { return false }
      state.connections[id] = channel
      return true
    }
    if isAdmitted {
      // A channel that is closed before it was active tells no handler.
      channel.closeFuture.whenComplete { [state] _ in
        state.withLockedValue { $0.connections[id] = nil }
      }
    }
    return isAdmitted
  }

  var count: Int { state.withLockedValue { $0.connections.count } }

  var all: [any Channel] { state.withLockedValue { Array($0.connections.values) } }

  /// Whether connections shall end as soon as they have begun. What was accepted before the listener was
  /// closed may have sent a call already, so it is not refused.
  var isDraining: Bool { state.withLockedValue(\.isDraining) }

  /// The open connections; others drain from the beginning from now on.
  func drain() -> [any Channel] {
    state.withLockedValue { state in
      state.isDraining = true
      return Array(state.connections.values)
    }
  }
}
