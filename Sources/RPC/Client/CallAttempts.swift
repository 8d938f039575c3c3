internal import HTTP2
internal import Synchronization
internal import Transport

/// One call: its attempts, what it has to send, and what has come. From any thread.
///
/// A call is made again where the server has certainly not seen it, and where its retry policy says so, as
/// long as nothing of an answer has come and its requests are kept.
final class CallAttempts: ClientStreamObserver {
  /// What of a call never changes.
  struct Plan: Sendable {
    var headers: RequestHeaders
    var shape: MethodShape
    var deadline: MonotonicTime?
    var waitsForReady: Bool
    var retry: RetryPolicy?
  }

  /// A message of an answer.
  struct Answer: Sendable {
    var bytes: [UInt8]
    var isCompressed: Bool
  }

  struct State {
    /// The attempt that is on its way.
    var stream: (port: ConnectionPort, id: Int32)?
    /// One who waits for a connection.
    var waiter: Int?
    /// What ends a wait: for a connection, or between attempts.
    var timer: ScheduledWork?
    var retries = 0
    var repetitions = 0

    /// Framed messages, from the first one, that another attempt would send.
    var requests: [[UInt8]] = []
    var requestBytes = 0
    var requestsEnded = false
    /// Whether there will be no other attempt.
    var isCommitted = false
    /// Bytes handed over, and not known to have room.
    var pendingBytes = 0
    var senders: [CheckedContinuation<Void, Never>] = []

    var answers: [Answer] = []
    var firstAnswer = 0
    var answerBytes = 0
    var isHeld = false
    var readers: [CheckedContinuation<Void, Never>] = []
    var initialMetadata: Metadata?
    var end: ClientStreamEnd?
  }

  private let pool: ConnectionPool
  private let plan: Plan
  let state = Mutex(State())

  /// Times that a call which no server has seen is made again at once.
  private static let maximumRepetitions = 5

  init(pool: ConnectionPool, plan: Plan) {
    self.pool = pool
    self.plan = plan
  }

  // MARK: Attempts

  /// Begins the call.
  func start() {
    let waiter = pool.acquire(waitsForReady: plan.waitsForReady) { [self] in acquired($0) }
    guard let waiter else { return }
    let isWaiting = state.withLock { state in
      guard state.stream == nil, state.end == nil else { return false }
      state.waiter = waiter
      return true
    }
    if isWaiting { setDeadlineTimer() } else { pool.forget(waiter) }
  }

  private func setDeadlineTimer() {
    guard let deadline = plan.deadline else { return }
    let timer = ScheduledWork(afterNanoseconds: deadline.nanosecondsFromNow) { [weak self] in
      self?.deadlinePassed()
    }
    state.withLock { state in
      guard state.waiter != nil else {
        timer.cancel()
        return
      }
      state.timer?.cancel()
      state.timer = timer
    }
  }

  private func deadlinePassed() {
    let failure = pool.lastFailure
    let why = failure.map { ": \($0)" } ?? ""
    finish(
      ClientStreamEnd(
        failure: RPCStatus(
          .deadlineExceeded, "the deadline passed before a server could be reached\(why)")))
  }

  private func acquired(_ result: Result<ConnectionPool.Place, RPCStatus>) {
    state.withLock { state in
      state.waiter = nil
      state.timer?.cancel()
      state.timer = nil
    }
    switch result {
    case .success(let place):
      place.port.perform { [self] in begin($0 as? ClientConnection, place) }
    case .failure(let status): attemptEnded(ClientStreamEnd(failure: status))
    }
  }

  /// On the connection's event loop.
  private func begin(_ connection: ClientConnection?, _ place: ConnectionPool.Place) {
    guard state.withLock({ $0.end == nil }) else { return }
    if let deadline = plan.deadline, deadline <= .now {
      finish(ClientStreamEnd(failure: RPCStatus(.deadlineExceeded, "the deadline passed")))
      return
    }
    guard let connection else {
      attemptEnded(.notProcessed)
      return
    }
    let (whole, retries) = state.withLock { state in
      // A call of one message that is complete is sent in one piece.
      (state.requestsEnded && state.requests.count == 1 ? state.requests[0] : nil, state.retries)
    }
    var headers = plan.headers
    headers.authority = place.address.authority
    let head = headers.block(
      timeoutNanoseconds: plan.deadline?.nanosecondsFromNow, previousAttempts: retries)
    guard
      let stream = connection.begin(
        head: head, body: whole, shape: plan.shape, deadline: plan.deadline, observer: self)
    else {
      attemptEnded(.notProcessed)
      return
    }
    let (isOver, requests, isEnded) = state.withLock { state -> (Bool, [[UInt8]], Bool) in
      guard state.end == nil else { return (true, [], false) }
      state.stream = (place.port, stream.id)
      state.isHeld = false
      let requests = state.requests
      if state.isCommitted { state.requests = [] }
      return (false, requests, state.requestsEnded)
    }
    if isOver {
      stream.cancel()
    } else {
      if whole == nil {
        for request in requests { stream.send(request) }
        if isEnded { stream.endRequests() }
      }
      giveRoom(stream)
    }
  }

  func ended(_ end: ClientStreamEnd, on stream: ClientStream) {
    let isCurrent = state.withLock { state in
      guard state.stream?.id == stream.id else { return false }
      state.stream = nil
      return true
    }
    if isCurrent { attemptEnded(end) }
  }

  /// Makes the call again, or ends it.
  private func attemptEnded(_ end: ClientStreamEnd) {
    guard let failure = end.failure else {
      pool.callSucceeded()
      finish(end)
      return
    }
    let mayRepeat = state.withLock { state in
      guard end.wasNotProcessed, !state.isCommitted, state.end == nil,
        state.repetitions < Self.maximumRepetitions
      else { return false }
      state.repetitions += 1
      return true
    }
    if mayRepeat {
      start()
    } else if let delay = delayOfRetry(failure, end.pushbackMilliseconds) {
      retry(afterNanoseconds: delay)
    } else {
      finish(end)
    }
  }

  /// Nanoseconds until the next attempt; nil = there is none.
  private func delayOfRetry(_ failure: RPCStatus, _ pushback: Int64?) -> UInt64? {
    guard let retry = plan.retry, retry.retryableCodes.contains(failure.code) else { return nil }
    let hasCredit = pool.attemptFailed()
    if let pushback, pushback < 0 { return nil }
    let retries = state.withLock { state -> Int? in
      guard !state.isCommitted, state.end == nil, state.retries + 1 < retry.maximumAttempts else {
        return nil
      }
      state.retries += 1
      return state.retries
    }
    guard hasCredit, let retries else { return nil }
    let delay =
      pushback.map { UInt64($0).multipliedReportingOverflow(by: 1_000_000) }.map {
        $0.overflow ? .max : $0.partialValue
      } ?? retry.delay(beforeRetry: retries, random: .random(in: 0..<1))
    // An attempt behind the deadline would only be another failure.
    if let deadline = plan.deadline, deadline.nanosecondsFromNow <= delay { return nil }
    return delay
  }

  private func retry(afterNanoseconds delay: UInt64) {
    let timer = ScheduledWork(afterNanoseconds: delay) { [self] in start() }
    state.withLock { state in
      if state.end != nil { timer.cancel() } else { state.timer = timer }
    }
  }

  /// Ends the call; only the first end counts.
  private func finish(_ end: ClientStreamEnd) {
    let (waiting, stream, waiter) = state.withLock {
      state -> ([CheckedContinuation<Void, Never>], (port: ConnectionPort, id: Int32)?, Int?) in
      guard state.end == nil else { return ([], nil, nil) }
      state.end = end
      state.requests = []
      state.isCommitted = true
      state.timer?.cancel()
      state.timer = nil
      let left = (state.senders + state.readers, state.stream, state.waiter)
      state.senders = []
      state.readers = []
      state.stream = nil
      state.waiter = nil
      return left
    }
    if let waiter { pool.forget(waiter) }
    if let stream {
      stream.port.perform { ($0 as? ClientConnection)?.stream(stream.id)?.cancel() }
    }
    for continuation in waiting { continuation.resume() }
  }

  /// Gives the call up.
  func cancel() {
    finish(ClientStreamEnd(failure: RPCStatus(.cancelled, "the call was cancelled by its caller")))
  }

  // MARK: Requests

  /// Takes a framed message to be sent; waits while too much of the call is to be sent.
  func send(_ framed: [UInt8]) async throws(RPCStatus) {
    let isTooMuch = try state.withLock { state throws(RPCStatus) in
      if let end = state.end {
        throw end.failure ?? RPCStatus(.ok, "the server has ended the call")
      }
      guard !state.requestsEnded else {
        throw RPCStatus(.failedPrecondition, "nothing can be sent behind finishSending()")
      }
      append(framed, &state)
      return state.pendingBytes > pool.configuration.sendBufferBytes
    }
    guard isTooMuch else { return }
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        if state.end != nil || state.pendingBytes <= pool.configuration.sendBufferBytes {
          return true
        }
        state.senders.append(continuation)
        return false
      }
      if isFree { continuation.resume() }
    }
  }

  /// Takes the only message.
  func sendWhole(_ framed: [UInt8]) {
    state.withLock { state in
      state.requests = [framed]
      state.requestBytes = framed.count
      state.requestsEnded = true
    }
  }

  private func append(_ framed: [UInt8], _ state: inout State) {
    state.pendingBytes += framed.count
    state.requestBytes += framed.count
    if state.requestBytes > pool.configuration.retryBufferBytes {
      state.isCommitted = true
      if state.stream != nil { state.requests = [] }
    }
    if !state.isCommitted || state.stream == nil { state.requests.append(framed) }
    guard let (port, id) = state.stream else { return }
    // Under the lock, so that messages arrive in order; it only puts the work into a queue.
    port.perform { [self] in
      guard let stream = ($0 as? ClientConnection)?.stream(id) else { return }
      stream.send(framed)
      giveRoom(stream)
    }
  }

  func endRequests() {
    state.withLock { state in
      guard !state.requestsEnded, state.end == nil else { return }
      state.requestsEnded = true
      guard let (port, id) = state.stream else { return }
      port.perform { ($0 as? ClientConnection)?.stream(id)?.endRequests() }
    }
  }

  func becameReady(_ stream: ClientStream) { giveRoom(stream) }

  private func giveRoom(_ stream: ClientStream) {
    guard stream.isReady else { return }
    let senders = state.withLock { state in
      state.pendingBytes = 0
      let senders = state.senders
      state.senders = []
      return senders
    }
    for sender in senders { sender.resume() }
  }
}

extension ClientStreamEnd {
  /// The connection took no more calls.
  static let notProcessed = ClientStreamEnd(
    failure: RPCStatus(.unavailable, "the connection to the server was lost"),
    wasNotProcessed: true)
}

extension MonotonicTime {
  /// Nanoseconds until it comes; 0 once it has.
  var nanosecondsFromNow: UInt64 {
    let now = MonotonicTime.now
    return self > now ? nanoseconds - now.nanoseconds : 0
  }
}
