internal import HTTP2
internal import Transport

/// A place to connect to.
struct ServerAddress: Sendable, Hashable {
  var endpoint: Endpoint
  /// What calls name it (`:authority`), and its certificate where its files say nothing else.
  var authority: String
  var serverName: String?
}

/// The waits between attempts to connect to one address.
struct Backoff {
  private let policy: BackoffPolicy
  private var milliseconds: Double

  init(_ policy: BackoffPolicy) {
    self.policy = policy
    milliseconds = Double(policy.initialMilliseconds)
  }

  /// Nanoseconds until the next attempt.
  ///
  /// - Parameter random: from 0 up to 1.
  mutating func next(random: Double) -> UInt64 {
    let jitter = min(max(policy.jitter, 0), 1)
    let delay = milliseconds * (1 - jitter + 2 * jitter * random)
    milliseconds = min(
      milliseconds * max(1, policy.multiplier), Double(policy.maximumMilliseconds))
    return UInt64(max(0, delay) * 1_000_000)
  }

  mutating func reset() { milliseconds = Double(policy.initialMilliseconds) }
}

/// Which address takes the next call: those that can, in turn.
///
/// A value; time and chance are passed in. Connections are numbers that it gives out.
struct AddressBalancer {
  enum Pick: Hashable {
    /// A connection that takes calls.
    case connection(Int)
    /// One may come.
    case wait
    /// None comes soon, and why.
    case fail(String)
  }

  private enum State: Hashable {
    case idle
    case connecting
    /// Connected, while its health is not known or is bad.
    case unhealthy
    case ready
    case failed(nextAttempt: MonotonicTime)
  }

  private struct Entry {
    let address: ServerAddress
    var state = State.idle
    var connection: Int?
    var backoff: Backoff
    /// Why no calls can be made, until they can.
    var failure: String?
  }

  private let policy: BackoffPolicy
  private let checksHealth: Bool
  private var entries: [Entry] = []
  private var turn = 0
  private var lastNumber = 0

  init(policy: BackoffPolicy, checksHealth: Bool) {
    self.policy = policy
    self.checksHealth = checksHealth
  }

  /// Takes a list of addresses in place of the one before.
  ///
  /// - Returns: the connections to addresses that are no longer in it.
  mutating func update(_ addresses: [ServerAddress]) -> [Int] {
    let gone = entries.filter { !addresses.contains($0.address) }.compactMap(\.connection)
    var known: [ServerAddress: Entry] = [:]
    for entry in entries { known[entry.address] = entry }
    entries = addresses.map {
      known[$0] ?? Entry(address: $0, backoff: Backoff(policy))
    }
    return gone
  }

  /// Chooses for a call.
  mutating func pick() -> Pick {
    for step in entries.indices {
      let index = (turn + step) % entries.count
      if entries[index].state == .ready, let connection = entries[index].connection {
        turn = (index + 1) % entries.count
        return .connection(connection)
      }
    }
    let failures = entries.compactMap(\.failure)
    guard failures.count == entries.count else { return .wait }
    return .fail(failures.last ?? "no address is known")
  }

  /// The addresses to connect to now, with the numbers of the connections to be.
  mutating func connectionsToOpen(at now: MonotonicTime) -> [(number: Int, address: ServerAddress)]
  {
    var opened: [(Int, ServerAddress)] = []
    for index in entries.indices {
      switch entries[index].state {
      case .idle: break
      case .failed(let nextAttempt) where nextAttempt <= now: break
      default: continue
      }
      lastNumber += 1
      entries[index].state = .connecting
      entries[index].connection = lastNumber
      opened.append((lastNumber, entries[index].address))
    }
    return opened
  }

  /// When an address is to be connected to again; nil = none has failed.
  var nextAttempt: MonotonicTime? {
    entries.compactMap { entry in
      if case .failed(let nextAttempt) = entry.state { nextAttempt } else { nil }
    }.min()
  }

  /// The address of a connection that is not given up.
  func address(of connection: Int) -> ServerAddress? {
    entries.first { $0.connection == connection }?.address
  }

  /// Calls may be made on a connection, as far as its health allows.
  mutating func established(_ connection: Int) {
    let checksHealth = checksHealth
    change(connection) { entry in
      entry.backoff.reset()
      entry.state = checksHealth ? .unhealthy : .ready
      if !checksHealth { entry.failure = nil }
    }
  }

  /// What is known of the health of a connection's server.
  mutating func healthChanged(_ connection: Int, isServing: Bool) {
    change(connection) { entry in
      entry.state = isServing ? .ready : .unhealthy
      entry.failure = isServing ? nil : "the server at \(entry.address.endpoint) is not serving"
    }
  }

  /// No more calls may be made on a connection.
  mutating func wentAway(_ connection: Int) {
    change(connection) { entry in
      entry.state = .idle
      entry.connection = nil
    }
  }

  /// A connection is closed, or could not be opened.
  mutating func closed(_ connection: Int, reason: String?, at now: MonotonicTime, random: Double) {
    change(connection) { entry in
      entry.connection = nil
      guard entry.state == .connecting else {
        entry.state = .idle
        return
      }
      entry.failure =
        "cannot connect to \(entry.address.endpoint): "
        + (reason ?? "the connection was closed before a call could be made")
      entry.state = .failed(
        nextAttempt: now.advanced(byNanoseconds: entry.backoff.next(random: random)))
    }
  }

  private mutating func change(_ connection: Int, _ body: (inout Entry) -> Void) {
    guard let index = entries.firstIndex(where: { $0.connection == connection }) else { return }
    body(&entries[index])
  }
}
