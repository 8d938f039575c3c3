internal import HTTP2
internal import MessageCompression
internal import Transport

/// The server's side of a connection: turns HTTP/2 streams into calls.
///
/// Confined to the connection's event loop; no lock, no task and no wait on the way of a call.
final class ServerConnection: ConnectionConsumer, SessionDelegate {
  let session: Session
  let router: ServiceRouter
  let configuration: ServerConfiguration
  let counters: ServerCounters
  let hop: ServerCallHandle.Hop?
  private let peer: PeerAddress
  private let load: LoopLoad
  private var identity: ClientIdentity?

  private var calls: [Int32: ServerCall] = [:]
  /// Bytes of messages that were not handled.
  var bufferedBytes = 0
  /// The earliest time at which something may be due: perhaps too early, never too late, so that no list
  /// of calls is searched while all is well.
  private(set) var nextWakeUp: MonotonicTime?
  /// Calls that wait for room in the output.
  var blocked: Set<Int32> = []
  /// Whether output was given up that calls may have waited for.
  private var hasNewRoom = false
  /// Calls whose turn ended before their messages did, or that came while others waited for theirs; the
  /// one that waits longest first.
  private var unfinishedTurns: [Int32] = []
  /// Whether those have their turn now.
  private var isResuming = false
  /// The method that was asked for last; most calls of a connection ask for one.
  private var lastPath: [UInt8] = []
  private var lastMethod: ServiceRouter.Method?

  /// Bytes that the counters know to be held here.
  private var countedBytes = 0
  /// When the turn of this connection is over, once it has begun to handle messages.
  private var turnEnd: MonotonicTime?

  /// Time that one connection handles messages before others of its event loop have their turn.
  private static let turnNanoseconds: UInt64 = 5_000_000
  /// Bytes of a stream that may always be on their way.
  private static let smallestWindow = 64 << 10

  init(
    router: ServiceRouter, configuration: ServerConfiguration, peer: PeerAddress,
    counters: ServerCounters, load: LoopLoad = LoopLoad(), hop: ServerCallHandle.Hop? = nil
  ) {
    self.router = router
    self.configuration = configuration
    self.peer = peer
    self.counters = counters
    self.load = load
    self.hop = hop
    var limits = HTTP2Limits(configuration)
    // Streams whose requests wait must not use up what the connection may have here.
    let share = configuration.maximumBufferedBytes / max(1, configuration.concurrentStreams)
    limits.streamWindow = min(
      limits.streamWindow, Int32(clamping: max(Self.smallestWindow, share)))
    session = Session(role: .server, limits: limits)
    session.delegate = self
    counters.connectionOpened()
  }

  // MARK: Connection

  func readCompleted(at now: MonotonicTime) { expire(at: now) }

  func turnEnded() {
    turnEnd = nil
    countHeldBytes()
  }

  /// Tells the counters what is held; most turns end with what they began with.
  private func countHeldBytes() {
    let held = bufferedBytes + session.unsentBytes
    guard held != countedBytes else { return }
    counters.bytesHeld(held - countedBytes)
    countedBytes = held
  }

  func peerIdentified(_ identity: PeerIdentity) {
    self.identity = ClientIdentity(
      subject: identity.subject, uris: identity.uris, dnsNames: identity.dnsNames)
  }

  func drainBegan() {
    for call in calls.values where call.isOpen { call.listener?.connectionDrains(call) }
  }

  func endCalls() {
    for (stream, call) in calls where call.isOpen {
      if call.hasHead {
        finish(
          call, RPCStatus(.unavailable, "the connection ends; call again on another"),
          dropUnsent: true)
      } else {
        session.reset(stream, errorCode: HTTP2ErrorCode.cancel)
      }
    }
  }

  /// Why a new call is refused: there is too much to do, and what waits would only wait longer.
  var overload: RPCStatus? {
    if load.nanosecondsBehind > configuration.maximumLagNanoseconds {
      return .overload("the server is behind with its calls")
    }
    if counters.openStreams > configuration.maximumCalls {
      return .overload("too many calls are open on this server")
    }
    if counters.heldBytes > configuration.maximumHeldBytes {
      return .overload("too many unfinished requests and answers wait on this server")
    }
    return nil
  }

  /// Whether others shall have their turn: this one is over, or they have waited longer. It begins with the
  /// first question.
  var isTurnOver: Bool {
    if !isResuming, !unfinishedTurns.isEmpty { return true }
    let now = MonotonicTime.now
    guard let turnEnd else {
      turnEnd = now.advanced(byNanoseconds: Self.turnNanoseconds)
      return false
    }
    return now >= turnEnd
  }

  func wakeUp(at now: MonotonicTime) {
    if hasNewRoom {
      hasNewRoom = false
      outputTaken()
    }
    resume()
    expire(at: now)
  }

  /// Goes on with the calls that wait for their turn, as long as one lasts. Those that it does not come to
  /// are the first of the next.
  private func resume() {
    let turns = unfinishedTurns
    unfinishedTurns = []
    isResuming = true
    defer { isResuming = false }
    for (index, stream) in turns.enumerated() {
      guard let call = calls[stream] else { continue }
      if index > 0, isTurnOver {
        unfinishedTurns.insert(contentsOf: turns[index...], at: 0)
        return
      }
      deliver(call)
    }
  }

  func outputTaken() {
    guard !blocked.isEmpty else { return }
    for stream in blocked.sorted() {
      guard let call = calls[stream], call.isOpen else {
        blocked.remove(stream)
        continue
      }
      guard hasRoom(call) else { continue }
      blocked.remove(stream)
      call.listener?.becameReady(call)
      deliver(call)
    }
  }

  func connectionClosed() {
    for call in calls.values { abandon(call) }
    calls.removeAll()
    counters.bytesHeld(-countedBytes)
    countedBytes = 0
    counters.connectionClosed()
  }

  /// A call that has not ended.
  func openCall(_ stream: Int32) -> ServerCall? {
    guard let call = calls[stream], call.isOpen, call.hasHead else { return nil }
    return call
  }

  // MARK: Time

  /// Ends the calls whose time is over, and the streams whose head does not come to its end or whose
  /// answer is not taken.
  private func expire(at now: MonotonicTime) {
    guard let due = nextWakeUp, due <= now else { return }
    // What waits for its turn keeps its time: reads that follow each other closely would put it off.
    nextWakeUp = unfinishedTurns.isEmpty && !hasNewRoom ? nil : due
    let idle = configuration.streamIdleNanoseconds
    // A call may end others' waiting, so the list is a copy.
    for (stream, call) in calls {
      if call.isOpen, call.deadline > now {
        if let timer = call.timer, timer <= now {
          call.timer = nil
          call.listener?.timerFired(on: call)
        }
        if call.isOpen, call.isIdle(at: now, streamIdleNanoseconds: idle) {
          finish(call, .streamWasIdle(configuration.streamIdleSeconds), dropUnsent: true)
        }
      } else if call.deadline <= now {
        expire(call, stream)
      }
      if !call.isGivenUp { wakeUp(by: call.nextWakeUp(streamIdleNanoseconds: idle)) }
    }
  }

  private func expire(_ call: ServerCall, _ stream: Int32) {
    if call.hasHead, call.isOpen {
      finish(
        call, RPCStatus(.deadlineExceeded, "the deadline passed before the call was complete"),
        dropUnsent: true)
    } else if !call.isGivenUp {
      call.isGivenUp = true
      session.reset(stream, errorCode: HTTP2ErrorCode.cancel)
    }
  }

  func wakeUp(by time: MonotonicTime?) {
    guard let time else { return }
    nextWakeUp = nextWakeUp.map { min($0, time) } ?? time
  }

  func setDeadline(_ deadline: MonotonicTime, _ call: ServerCall) {
    call.deadline = deadline
    wakeUp(by: call.nextWakeUp(streamIdleNanoseconds: configuration.streamIdleNanoseconds))
  }

  // MARK: Session

  func session(_ session: Session, beganHeadersOn stream: Int32) {
    guard calls[stream] == nil else { return }
    let now = MonotonicTime.now
    let call = ServerCall(
      stream: stream, connection: self, peer: peer.text,
      maximumLength: configuration.maximumMessageBytes, began: now,
      deadline: now.advanced(byNanoseconds: configuration.maximumDeadlineNanoseconds))
    call.context.clientIdentity = identity
    call.context.eventLoop = load.loop
    calls[stream] = call
    counters.streamOpened()
    wakeUp(by: call.deadline)
  }

  func session(
    _ session: Session, received name: Span<UInt8>, _ value: Span<UInt8>, on stream: Int32
  ) {
    // Trailers of a request are allowed and say nothing.
    guard let call = calls[stream], !call.hasHead else { return }
    call.head.add(name, value)
  }

  func session(_ session: Session, endedHeadersOn stream: Int32, endsStream: Bool) {
    guard let call = calls[stream], !call.hasHead else { return }
    call.hasHead = true
    begin(call)
  }

  func session(_ session: Session, received bytes: Span<UInt8>, on stream: Int32) {
    guard let call = calls[stream], call.isOpen else {
      session.consume(bytes.count, on: stream)
      return
    }
    call.unconsumedBytes += bytes.count
    guard bufferedBytes + bytes.count <= configuration.maximumBufferedBytes else {
      finish(call, .overload("too many unfinished requests on this connection"))
      return
    }
    guard counters.heldBytes <= configuration.maximumHeldBytes else {
      counters.callShed()
      finish(call, .overload("too many unfinished requests and answers wait on this server"))
      return
    }
    bufferedBytes += bytes.count
    do throws(MessageDeframer.Fault) {
      try call.deframer.append(bytes)
    } catch {
      finish(call, status(of: error))
      return
    }
    deliver(call)
  }

  func session(_ session: Session, peerEnded stream: Int32) {
    guard let call = calls[stream] else { return }
    if let page = call.page {
      call.page = nil
      if page.body.isEmpty {
        session.respond(stream, headOnly: page.head)
      } else {
        session.respond(stream, head: page.head, body: page.body, trailers: nil)
      }
    }
    guard call.isOpen else { return }
    call.peerEnded = true
    deliver(call)
  }

  func session(_ session: Session, closed stream: Int32, errorCode: UInt32) {
    guard let call = calls.removeValue(forKey: stream) else { return }
    abandon(call)
    // What it held of the output may be room for others.
    if !blocked.isEmpty {
      hasNewRoom = true
      wakeUp(by: .now)
    }
  }

  func session(
    _ session: Session, goesAwayAfter lastStream: Int32, errorCode: UInt32, reason: Span<UInt8>
  ) {}

  /// The stream is gone: a call that was not finished is cancelled.
  private func abandon(_ call: ServerCall) {
    close(call, .cancelled)
    counters.streamClosed()
  }

  // MARK: Turns

  /// Delivers what waits when others have had their turn.
  func continueLater(_ call: ServerCall) {
    if !unfinishedTurns.contains(call.stream) { unfinishedTurns.append(call.stream) }
    wakeUp(by: .now)
  }

  func touch(_ call: ServerCall) { call.lastActivity = .now }

  // MARK: End

  /// Notes the end of a call and gives back what its requests took of the connection's budget.
  func close(_ call: ServerCall, _ code: StatusCode) {
    guard call.isOpen else { return }
    call.isOpen = false
    hold(call, false)
    blocked.remove(call.stream)
    unfinishedTurns.removeAll { $0 == call.stream }
    bufferedBytes = max(0, bufferedBytes - call.deframer.count)
    call.deframer = MessageDeframer(maximumLength: configuration.maximumMessageBytes)
    consume(call)
    if let listener = call.listener {
      call.listener = nil
      counters.handlerEnded()
      listener.ended(call)
    }
    guard call.isCounted else { return }
    counters.callFinished(code)
    guard call.intercepted > 0 else { return }
    let now = max(MonotonicTime.now, call.began).nanoseconds
    for interceptor in router.interceptors.prefix(call.intercepted).reversed() {
      interceptor.callEnded(call.context, code, nanoseconds: now - call.began.nanoseconds)
    }
  }

  // MARK: Methods

  /// The method of a path.
  func method(_ path: [UInt8]) -> ServiceRouter.Method? {
    if path == lastPath, let lastMethod { return lastMethod }
    guard let method = router.methods[String(decoding: path, as: UTF8.self)] else { return nil }
    lastPath = path
    lastMethod = method
    return method
  }
}

extension HTTP2Limits {
  /// What a server grants one connection.
  init(_ configuration: ServerConfiguration) {
    self.init()
    concurrentStreams = configuration.concurrentStreams
    headerListBytes = configuration.headerListBytes
    headerFields = configuration.headerFields
    continuationFrames = configuration.continuationFrames
    resetBurst = configuration.resetBurst
    resetsPerSecond = configuration.resetsPerSecond
    budgetSeconds = configuration.budgetSeconds
    controlFrames = configuration.controlFrames
    earlyResets = configuration.earlyResets
    resetsSent = configuration.resetsSent
    emptyDataPerStream = configuration.emptyDataPerStream
    outputHighWater = configuration.outputBytes
  }
}
