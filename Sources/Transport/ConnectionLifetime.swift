internal import HTTP2

/// The clock of a connection: when something is due although nothing happens, and what is to be done then.
///
/// A value; time is passed in. It holds no timer: its owner asks for `nextDue` whenever something has
/// happened, and for the actions when that time has come.
struct ConnectionLifetime {
  /// What the owner is to do.
  enum Action: Hashable {
    /// Ask the peer for a sign of life.
    case ping
    /// Announce that the connection will end, and ask for a sign of life: when it has come, so has all
    /// that the peer sent before it knew.
    case announce
    /// Refuse new streams.
    case refuse
    /// End the calls that are still open.
    case endCalls
    case close(Reason)
  }

  /// Why a connection is closed before its calls are over.
  enum Reason: String, Sendable, Hashable {
    case noPreface = "no preface and SETTINGS in time"
    case noAcknowledgement = "SETTINGS not acknowledged in time"
    case slowHeaders = "a header block or frame not complete in time"
    case slowReader = "nothing of the output taken in time"
    case silent = "no answer to a keepalive ping"
    case drained = "calls did not end in time"
  }

  /// What is to be seen of the connection.
  struct Observation {
    var openStreams = 0
    /// The highest stream that the peer has begun.
    var lastStream: Int32 = 0
    var isEstablished = false
    var settingsAreAcknowledged = false
    var incompleteSince: MonotonicTime?
    var answeredPings = 0
    /// Bytes that the socket has taken so far; nil while none are held for it.
    var takenBytes: Int?
  }

  /// In nanoseconds; `UInt64.max` = never.
  private struct Limits {
    var idle, age, ageGrace, preface, header, slowReader, keepalive, keepaliveTimeout: UInt64
    var keepaliveNeedsCalls: Bool

    init(_ configuration: TransportConfiguration, jitter: Double) {
      func never(_ seconds: Int64, factor: Double = 1) -> UInt64 {
        seconds > 0 ? UInt64(Double(seconds) * factor * 1_000_000_000) : .max
      }
      idle = never(configuration.idleSeconds, factor: jitter)
      age = never(configuration.ageSeconds, factor: jitter)
      ageGrace = UInt64(max(0, configuration.ageGraceSeconds)) * 1_000_000_000
      preface = never(configuration.prefaceSeconds)
      header = never(configuration.headerSeconds)
      slowReader = never(configuration.slowReaderSeconds)
      keepalive = never(configuration.keepaliveSeconds)
      keepaliveTimeout = never(configuration.keepaliveTimeoutSeconds)
      keepaliveNeedsCalls = configuration.keepaliveNeedsCalls
    }
  }

  private enum Drain {
    case none
    /// Announced; streams are refused once the peer has answered so many pings, or by then.
    case announced(pings: Int, refuseBy: MonotonicTime, end: MonotonicTime)
    case refusing(end: MonotonicTime)
    /// Calls were ended; what they had to say has so long.
    case ended(by: MonotonicTime)
  }

  /// How long a peer may take to answer before streams are refused all the same.
  private static let longestRoundTrip: UInt64 = 1_000_000_000
  /// How long the last answers have to leave.
  private static let lastWords: UInt64 = 1_000_000_000

  private let limits: Limits
  private let began: MonotonicTime
  private var drain = Drain.none
  private var seen = Observation()
  private var idleSince: MonotonicTime?
  /// Since when calls are open, or were.
  private var busySince: MonotonicTime
  private var heldSince: (time: MonotonicTime, taken: Int)?
  private var lastRead: MonotonicTime
  private var pingedAt: MonotonicTime?

  /// - Parameters:
  ///   - jitter: what the limits on idleness and age are multiplied with, so that connections that were
  ///     opened together do not end together.
  init(_ configuration: TransportConfiguration, jitter: Double, at now: MonotonicTime) {
    limits = Limits(configuration, jitter: jitter)
    began = now
    lastRead = now
    busySince = now
    idleSince = now
  }

  var isDraining: Bool { if case .none = drain { false } else { true } }

  /// Bytes have come.
  mutating func read(at now: MonotonicTime) {
    lastRead = now
    pingedAt = nil
  }

  /// Something may have changed.
  mutating func observe(_ observation: Observation, at now: MonotonicTime) {
    let isNew = observation.lastStream != seen.lastStream
    if seen.openStreams == 0, observation.openStreams > 0 { busySince = now }
    seen = observation
    if observation.openStreams > 0 {
      idleSince = nil
    } else if idleSince == nil || isNew {
      idleSince = now
    }
    guard let taken = observation.takenBytes else {
      heldSince = nil
      return
    }
    if let held = heldSince, held.taken == taken { return }
    heldSince = (now, taken)
  }

  /// Begins to end the connection. One that ends already ends no later than it would now.
  ///
  /// - Parameter grace: nanoseconds that calls in flight have.
  mutating func beginDrain(grace: UInt64, at now: MonotonicTime) -> [Action] {
    let end = now.advanced(byNanoseconds: grace)
    switch drain {
    case .none:
      let refuseBy = now.advanced(byNanoseconds: min(grace, Self.longestRoundTrip))
      drain = .announced(pings: seen.answeredPings, refuseBy: refuseBy, end: end)
      return [.announce]
    case .announced(let pings, let refuseBy, let before):
      drain = .announced(pings: pings, refuseBy: min(refuseBy, end), end: min(before, end))
    case .refusing(let before): drain = .refusing(end: min(before, end))
    case .ended: break
    }
    return []
  }

  // MARK: What is due

  /// When `actions` is to be asked for, if nothing happens before; nil = never.
  var nextDue: MonotonicTime? {
    // It is asked for after every read, so that it makes no list.
    let never = MonotonicTime(nanoseconds: .max)
    var next = min(prefaceEnd ?? never, headerEnd ?? never)
    next = min(next, slowReaderEnd ?? never)
    next = min(next, keepaliveDue ?? never)
    next = min(next, idleEnd ?? never)
    next = min(next, ageEnd ?? never)
    next = min(next, drainDue ?? never)
    return next == never ? nil : next
  }

  /// What is due by now. The connection is to be observed afterwards.
  mutating func actions(at now: MonotonicTime) -> [Action] {
    func isOver(_ end: MonotonicTime?) -> Bool { end.map { $0 <= now } ?? false }
    if isOver(prefaceEnd) { return [.close(seen.isEstablished ? .noAcknowledgement : .noPreface)] }
    if isOver(headerEnd) { return [.close(.slowHeaders)] }
    if isOver(slowReaderEnd) { return [.close(.slowReader)] }
    if isOver(keepaliveDue) {
      if pingedAt != nil { return [.close(.silent)] }
      pingedAt = now
      return [.ping]
    }
    if isOver(idleEnd) || isOver(ageEnd) { return beginDrain(grace: limits.ageGrace, at: now) }
    if isOver(drainDue) { return drainActions(at: now) }
    return []
  }

  private var prefaceEnd: MonotonicTime? {
    guard limits.preface != .max else { return nil }
    if !seen.isEstablished { return began.advanced(byNanoseconds: limits.preface) }
    if !seen.settingsAreAcknowledged {
      return began.advanced(byNanoseconds: limits.preface).advanced(byNanoseconds: limits.preface)
    }
    return nil
  }

  private var headerEnd: MonotonicTime? {
    guard seen.isEstablished else { return nil }
    return seen.incompleteSince?.advanced(byNanoseconds: limits.header)
  }

  private var slowReaderEnd: MonotonicTime? {
    heldSince?.time.advanced(byNanoseconds: limits.slowReader)
  }

  private var keepaliveDue: MonotonicTime? {
    guard limits.keepalive != .max, seen.isEstablished else { return nil }
    if let pingedAt { return pingedAt.advanced(byNanoseconds: limits.keepaliveTimeout) }
    if limits.keepaliveNeedsCalls, seen.openStreams == 0 { return nil }
    // The silence before a call says nothing about the peer.
    return max(lastRead, limits.keepaliveNeedsCalls ? busySince : lastRead).advanced(
      byNanoseconds: limits.keepalive)
  }

  private var idleEnd: MonotonicTime? {
    guard !isDraining, limits.idle != .max else { return nil }
    return idleSince?.advanced(byNanoseconds: limits.idle)
  }

  private var ageEnd: MonotonicTime? {
    guard !isDraining, limits.age != .max else { return nil }
    return began.advanced(byNanoseconds: limits.age)
  }

  private var drainDue: MonotonicTime? {
    switch drain {
    case .none: nil
    case .announced(let pings, let refuseBy, _):
      seen.answeredPings > pings ? MonotonicTime(nanoseconds: 0) : refuseBy
    case .refusing(let end): end
    case .ended(let by): by
    }
  }

  private mutating func drainActions(at now: MonotonicTime) -> [Action] {
    switch drain {
    case .none: return []
    case .announced(_, _, let end):
      drain = .refusing(end: end)
      return [.refuse]
    case .refusing:
      drain = .ended(by: now.advanced(byNanoseconds: Self.lastWords))
      return [.endCalls]
    case .ended: return [.close(.drained)]
    }
  }
}
