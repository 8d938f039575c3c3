internal import NIOConcurrencyHelpers
internal import NIOCore

/// The open connections of a listener, up to a maximum.
final class ConnectionRegistry: Sendable {
  private let maximum: Int
  private let connections = NIOLockedValueBox<[ObjectIdentifier: any Channel]>([:])

  init(maximum: Int) {
    self.maximum = maximum
  }

  /// Enters a connection; false when there are too many.
  func admit(_ channel: any Channel) -> Bool {
    connections.withLockedValue { connections in
      guard connections.count < maximum else { return false }
      connections[ObjectIdentifier(channel)] = channel
      return true
    }
  }

  func remove(_ channel: any Channel) {
    connections.withLockedValue { $0[ObjectIdentifier(channel)] = nil }
  }

  var count: Int { connections.withLockedValue { $0.count } }

  var all: [any Channel] { connections.withLockedValue { Array($0.values) } }
}
