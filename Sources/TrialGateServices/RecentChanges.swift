internal import CohortConfiguration
internal import RPC
internal import Synchronization

/// The last changes of a configuration, and the calls that want to be told of the next ones.
final class RecentChanges: Sendable {
  /// A change as those who watch are sent it.
  struct Change: Sendable {
    var entry: AuditEntry
    var hash: String
  }

  private struct State {
    /// In order, without gaps.
    var changes: [Change] = []
    var watchers: [Int: ServerCallHandle] = [:]
    var lastWatcher = 0
  }

  private let state = Mutex(State())

  /// Changes that are kept; older ones are read from the store.
  private static let kept = 512
  /// Calls that watch at once.
  static let maximumWatchers = 1_000

  init() {}

  /// Notes a change, and tells everybody.
  func add(_ stored: StoredAuditEntry) {
    let handles = state.withLock { state in
      if let entry = AuditEntry(stored) {
        if state.changes.last.map({ $0.entry.sequence + 1 != entry.sequence }) ?? false {
          state.changes = []
        }
        state.changes.append(Change(entry: entry, hash: stored.hash))
        // Cut seldom, so that it costs little.
        if state.changes.count > 2 * Self.kept { state.changes.removeFirst(Self.kept) }
      }
      return Array(state.watchers.values)
    }
    tell(handles)
  }

  /// The store has changes that are not known here.
  func forget() {
    let handles = state.withLock { state in
      state.changes = []
      return Array(state.watchers.values)
    }
    tell(handles)
  }

  /// Watchers look when their turn comes, so the last change always arrives.
  private func tell(_ handles: [ServerCallHandle]) {
    for handle in handles {
      handle.perform { call in
        if let watch = call.listener as? ConfigurationWatch { watch.proceed(call) }
      }
    }
  }

  /// Changes behind a sequence, the first ones; nil where they are no longer here.
  func changes(after sequence: Int64, limit: Int) -> [Change]? {
    state.withLock { state in
      guard let first = state.changes.first?.entry.sequence, first <= sequence + 1 else {
        return nil
      }
      let skipped = Int(sequence + 1 - first)
      return Array(state.changes.dropFirst(skipped).prefix(limit))
    }
  }

  /// Registers a call.
  ///
  /// - Throws: TOO_MANY_WATCHERS.
  func watch(_ handle: ServerCallHandle) throws(ConfigurationRefusal) -> Int {
    let number = state.withLock { state -> Int? in
      guard state.watchers.count < Self.maximumWatchers else { return nil }
      state.lastWatcher += 1
      state.watchers[state.lastWatcher] = handle
      return state.lastWatcher
    }
    guard let number else {
      throw ConfigurationRefusal(
        .tooManyWatchers,
        "\(Self.maximumWatchers) calls watch this server; watch another, or later")
    }
    return number
  }

  func unwatch(_ watcher: Int) {
    state.withLock { $0.watchers[watcher] = nil }
  }

  /// Calls that watch.
  var watcherCount: Int { state.withLock { $0.watchers.count } }
}
