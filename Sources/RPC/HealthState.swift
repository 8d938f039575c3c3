internal import Synchronization

/// What a server says of its health, by the names of `grpc.health.v1.Health`.
///
/// A name is a service, empty for the server as a whole, `liveness` (the process runs) or `readiness` (it
/// wants calls).
public final class HealthState: Sendable {
  /// The numbers of `HealthCheckResponse.ServingStatus`.
  public enum Status: Int, Sendable, Hashable {
    case unknown = 0
    case serving = 1
    case notServing = 2
    case serviceUnknown = 3
  }

  private struct State {
    var statuses: [String: Status]
    /// Calls that watch, by a number of their own.
    var watchers: [Int: (name: String, handle: ServerCallHandle)] = [:]
    var nextWatcher = 0
    var isEnding = false
  }

  /// The server as a whole.
  public static let server = ""
  /// Whether the process runs.
  public static let liveness = "liveness"
  /// Whether the server wants calls.
  public static let readiness = "readiness"

  private let state: Mutex<State>

  /// All names serve.
  ///
  /// - Parameter services: the names of the services.
  public init(services: [String]) {
    var statuses: [String: Status] = [:]
    for name in services + [Self.server, Self.liveness, Self.readiness] {
      statuses[name] = .serving
    }
    state = Mutex(State(statuses: statuses))
  }

  /// The status of a name; nil for one that does not exist.
  public func status(of name: String) -> Status? { state.withLock { $0.statuses[name] } }

  /// All names with their statuses.
  public var all: [(name: String, status: Status)] {
    state.withLock { state in
      state.statuses.sorted { $0.key < $1.key }.map { (name: $0.key, status: $0.value) }
    }
  }

  /// Changes the status of a name, and tells who watches it.
  public func set(_ name: String, to status: Status) {
    notify(
      state.withLock { state in
        state.statuses[name] = status
        return state.watchers.values.filter { $0.name == name }.map(\.handle)
      })
  }

  /// The server will end: all but `liveness` serve no more, and the calls that watch end with UNAVAILABLE
  /// once they were told, so that their clients look for another server.
  public func shutDown() {
    notify(
      state.withLock { state in
        state.isEnding = true
        for name in state.statuses.keys where name != Self.liveness {
          state.statuses[name] = .notServing
        }
        return state.watchers.values.map(\.handle)
      })
  }

  var isEnding: Bool { state.withLock { $0.isEnding } }

  /// Calls that watch.
  var watcherCount: Int { state.withLock { $0.watchers.count } }

  func watch(_ name: String, _ handle: ServerCallHandle) -> Int {
    state.withLock { state in
      state.nextWatcher += 1
      state.watchers[state.nextWatcher] = (name, handle)
      return state.nextWatcher
    }
  }

  func unwatch(_ watcher: Int) {
    state.withLock { $0.watchers[watcher] = nil }
  }

  /// Watchers look at the state when their turn comes, so the last status always arrives.
  private func notify(_ handles: [ServerCallHandle]) {
    for handle in handles {
      handle.perform { call in
        if let watcher = call.listener as? HealthWatcher { watcher.tell(call) }
      }
    }
  }
}
