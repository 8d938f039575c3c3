internal import Synchronization

/// What a server has done, for whoever watches it. It counts; it knows nothing of what was asked.
public final class ServerCounters: Sendable {
  private let started = Atomic<Int>(0)
  private let failed = Atomic<Int>(0)
  private let finished = Atomic<Int>(0)
  private let connections = Atomic<Int>(0)
  private let streams = Atomic<Int>(0)
  private let handlers = Atomic<Int>(0)
  private let heldBack = Atomic<Int>(0)
  private let held = Atomic<Int>(0)
  private let shed = Atomic<Int>(0)
  private let cutOff = Atomic<Int>(0)

  /// All at nothing.
  public init() {}

  /// Calls that were begun.
  public var callsStarted: Int { started.load(ordering: .relaxed) }
  /// Calls that were answered, whatever the status.
  public var callsFinished: Int { finished.load(ordering: .relaxed) }
  /// Calls that were answered with another status than OK.
  public var callsFailed: Int { failed.load(ordering: .relaxed) }
  /// Connections that are open.
  public var openConnections: Int { connections.load(ordering: .relaxed) }

  /// Streams that are open, or not yet forgotten.
  public var openStreams: Int { streams.load(ordering: .relaxed) }
  /// Listeners of calls that have not ended.
  public var runningHandlers: Int { handlers.load(ordering: .relaxed) }
  /// Calls of which a message waits because the client does not read.
  public var callsHeldBack: Int { heldBack.load(ordering: .relaxed) }

  /// Bytes of unfinished requests and of answers that are not taken.
  public var heldBytes: Int { held.load(ordering: .relaxed) }
  /// Calls that were refused because there was too much to do.
  public var callsShed: Int { shed.load(ordering: .relaxed) }
  /// Connections that were cut off because of what their clients did, or did not do in time.
  public var connectionsCutOff: Int { cutOff.load(ordering: .relaxed) }

  func bytesHeld(_ change: Int) { held.add(change, ordering: .relaxed) }

  func callShed() { shed.add(1, ordering: .relaxed) }

  func connectionCutOff() { cutOff.add(1, ordering: .relaxed) }

  func streamOpened() { streams.add(1, ordering: .relaxed) }

  func streamClosed() { streams.subtract(1, ordering: .relaxed) }

  func handlerStarted() { handlers.add(1, ordering: .relaxed) }

  func handlerEnded() { handlers.subtract(1, ordering: .relaxed) }

  func callHeldBack(_ isHeldBack: Bool) { heldBack.add(isHeldBack ? 1 : -1, ordering: .relaxed) }

  func callStarted() { started.add(1, ordering: .relaxed) }

  func callFinished(_ code: StatusCode) {
    finished.add(1, ordering: .relaxed)
    if code != .ok { failed.add(1, ordering: .relaxed) }
  }

  func connectionOpened() { connections.add(1, ordering: .relaxed) }

  func connectionClosed() { connections.subtract(1, ordering: .relaxed) }
}
