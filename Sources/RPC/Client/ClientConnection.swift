package import HTTP2
internal import MessageCompression
internal import Transport

/// The client's side of a connection: turns attempts of calls into HTTP/2 streams.
///
/// Confined to the connection's event loop.
package final class ClientConnection: ConnectionConsumer, SessionDelegate {
  /// What happens to a connection.
  package enum Event: Sendable {
    /// Calls may be made.
    case established
    /// No more calls may be made; those that are open go on. `tooManyPings` where it asked too often for
    /// signs of life.
    case goesAway(tooManyPings: Bool)
    /// It is closed, for a reason where one is known.
    case closed(reason: String?)
  }

  /// What of the client's configuration a connection needs.
  package struct Limits: Sendable {
    package var maximumMessageBytes = 4 << 20
    package var sendBufferBytes = 256 << 10
    package var http2 = HTTP2Limits()

    package init() {}
  }

  package let session: Session
  private let limits: Limits
  private let report: (Event) -> Void
  private var streams: [Int32: ClientStream] = [:]
  private var isOpened = false
  private var isEstablished = false
  private var isGoingAway = false
  private var isRetired = false
  private var reason: String?
  /// Streams that wait for room in the output.
  private var blocked: Set<Int32> = []
  /// The earliest deadline: perhaps too early, never too late.
  private var nextDeadline: MonotonicTime?
  private var alarm: (time: MonotonicTime, ring: () -> Void)?

  /// - Parameter report: told on the event loop.
  package init(limits: Limits = Limits(), report: @escaping (Event) -> Void = { _ in }) {
    self.limits = limits
    self.report = report
    session = Session(role: .client, limits: limits.http2)
    session.delegate = self
  }

  // MARK: Calls

  /// Begins an attempt; nil where the connection takes no more.
  ///
  /// - Parameter body: everything that is sent; nil = it comes in pieces.
  package func begin(
    head: HeaderBlock, body: [UInt8]?, shape: MethodShape, deadline: MonotonicTime?,
    observer: any ClientStreamObserver
  ) -> ClientStream? {
    guard !isGoingAway else { return nil }
    let id =
      if let body { session.request(head: head, body: body) } else { session.request(head: head) }
    guard let id else {
      // No number is left for a stream.
      goAway(tooManyPings: false)
      return nil
    }
    let stream = ClientStream(
      id: id, connection: self, observer: observer, shape: shape, deadline: deadline,
      maximumLength: limits.maximumMessageBytes)
    streams[id] = stream
    if let deadline { nextDeadline = nextDeadline.map { min($0, deadline) } ?? deadline }
    return stream
  }

  /// An attempt that is open.
  func stream(_ id: Int32) -> ClientStream? { streams[id] }

  func cancel(_ stream: ClientStream) {
    guard streams.removeValue(forKey: stream.id) != nil else { return }
    blocked.remove(stream.id)
    session.reset(stream.id, errorCode: HTTP2ErrorCode.cancel)
    session.consume(stream.unconsumedBytes, on: stream.id)
    leaveIfRetired()
  }

  /// Takes no more calls, and closes when the open ones are over.
  package func retire() {
    isRetired = true
    goAway(tooManyPings: false)
    leaveIfRetired()
  }

  private func leaveIfRetired() {
    if isRetired, streams.isEmpty { session.goAway() }
  }

  private func finish(_ stream: ClientStream, _ end: ClientStreamEnd) {
    guard streams.removeValue(forKey: stream.id) != nil else { return }
    blocked.remove(stream.id)
    // A server that has said everything waits for no more requests.
    if !session.isEnded(stream.id) { session.reset(stream.id, errorCode: HTTP2ErrorCode.cancel) }
    stream.observer.ended(end, on: stream)
    leaveIfRetired()
  }

  private func fail(_ stream: ClientStream, _ status: RPCStatus, wasNotProcessed: Bool = false) {
    finish(stream, ClientStreamEnd(failure: status, wasNotProcessed: wasNotProcessed))
  }

  func isReady(_ stream: ClientStream) -> Bool {
    guard streams[stream.id] != nil else { return false }
    if hasRoom(stream) { return true }
    blocked.insert(stream.id)
    return false
  }

  private func hasRoom(_ stream: ClientStream) -> Bool {
    session.unsentBytes(on: stream.id) < limits.sendBufferBytes
  }

  // MARK: Connection

  package func connectionOpened() { isOpened = true }

  package func connectionFailed(_ reason: String) {
    if self.reason == nil { self.reason = reason }
  }

  package func outputTaken() {
    guard !blocked.isEmpty else { return }
    for id in blocked.sorted() {
      guard let stream = streams[id], hasRoom(stream) else { continue }
      blocked.remove(id)
      stream.observer.becameReady(stream)
    }
  }

  package func readCompleted(at now: MonotonicTime) {
    if !isEstablished, session.isEstablished {
      isEstablished = true
      report(.established)
    }
    expire(at: now)
  }

  package var nextWakeUp: MonotonicTime? {
    guard let alarm else { return nextDeadline }
    return nextDeadline.map { min($0, alarm.time) } ?? alarm.time
  }

  package func wakeUp(at now: MonotonicTime) {
    expire(at: now)
    if let alarm, alarm.time <= now {
      self.alarm = nil
      alarm.ring()
    }
  }

  /// Calls `ring` on the event loop when a time has come, in place of what was set before.
  package func setAlarm(at time: MonotonicTime, _ ring: @escaping () -> Void) {
    alarm = (time, ring)
  }

  private func expire(at now: MonotonicTime) {
    guard let due = nextDeadline, due <= now else { return }
    nextDeadline = nil
    // What an observer begins meanwhile sets its own time, so the list is a copy.
    for stream in streams.values {
      guard let deadline = stream.deadline else { continue }
      if deadline <= now {
        session.reset(stream.id, errorCode: HTTP2ErrorCode.cancel)
        fail(stream, RPCStatus(.deadlineExceeded, "the deadline passed"))
      } else {
        nextDeadline = nextDeadline.map { min($0, deadline) } ?? deadline
      }
    }
  }

  package func connectionClosed() {
    isGoingAway = true
    let failed =
      reason.map { "the connection was closed: \($0)" } ?? "the connection was closed"
    for stream in streams.values.sorted(by: { $0.id < $1.id }) {
      fail(
        stream, RPCStatus(.unavailable, failed),
        wasNotProcessed: stream.id > session.lastSentStream)
    }
    // Of a socket that never was connected its opener knows more.
    if isOpened { report(.closed(reason: reason)) }
  }

  private func goAway(tooManyPings: Bool) {
    guard !isGoingAway else { return }
    isGoingAway = true
    report(.goesAway(tooManyPings: tooManyPings))
  }

  // MARK: Session

  package func session(_ session: Session, beganHeadersOn stream: Int32) {
    streams[stream]?.head.listBegan()
  }

  package func session(
    _ session: Session, received name: Span<UInt8>, _ value: Span<UInt8>, on stream: Int32
  ) {
    streams[stream]?.head.add(name, value)
  }

  package func session(_ session: Session, endedHeadersOn id: Int32, endsStream: Bool) {
    guard let stream = streams[id], stream.head.listEnded(endsStream: endsStream),
      stream.head.httpStatus == "200", stream.head.isGRPC
    else { return }
    stream.observer.began(stream.head.initialMetadata, on: stream)
  }

  package func session(_ session: Session, received bytes: Span<UInt8>, on id: Int32) {
    // The body of an answer that is no gRPC (an error page) is not looked at.
    guard let stream = streams[id], stream.head.httpStatus == "200", stream.head.isGRPC else {
      session.consume(bytes.count, on: id)
      return
    }
    stream.unconsumedBytes += bytes.count
    do throws(MessageDeframer.Fault) {
      try stream.deframer.append(bytes)
    } catch {
      // Those in front of the one at fault are delivered first.
    }
    deliver(stream)
  }

  package func session(_ session: Session, peerEnded id: Int32) {
    guard let stream = streams[id] else { return }
    stream.peerEnded = true
    deliver(stream)
  }

  package func session(_ session: Session, closed id: Int32, errorCode: UInt32) {
    // What was ended well before it was closed may still be taken.
    guard let stream = streams[id], !stream.peerEnded else { return }
    if stream.head.grpcStatus != nil {
      stream.peerEnded = true
      deliver(stream)
      return
    }
    fail(
      stream, .ofReset(errorCode),
      wasNotProcessed: errorCode == HTTP2ErrorCode.refusedStream || id > session.lastSentStream)
  }

  package func session(
    _ session: Session, goesAwayAfter lastStream: Int32, errorCode: UInt32, reason: Span<UInt8>
  ) {
    if errorCode != HTTP2ErrorCode.noError {
      connectionFailed("the server went away with HTTP/2 error \(errorCode)")
    }
    goAway(
      tooManyPings: errorCode == HTTP2ErrorCode.enhanceYourCalm && reason.equals("too_many_pings"))
    for stream in streams.values.sorted(by: { $0.id < $1.id }) where stream.id > lastStream {
      fail(
        stream, RPCStatus(.unavailable, "the server goes away and has not taken the call"),
        wasNotProcessed: true)
    }
  }

  // MARK: Messages

  /// Delivers what has come as far as it is taken, and the end behind it.
  func deliver(_ stream: ClientStream) {
    while stream.takesMessages, streams[stream.id] != nil {
      if let status = fault(of: stream) {
        session.reset(stream.id, errorCode: HTTP2ErrorCode.cancel)
        fail(stream, status)
        return
      }
      guard let message = try? stream.deframer.next() else { break }
      guard stream.shape.serverStreams || stream.answers == 0 else {
        session.reset(stream.id, errorCode: HTTP2ErrorCode.cancel)
        fail(stream, RPCStatus(.internal, "the server sent two answers where one is meant"))
        return
      }
      stream.answers += 1
      deliver(message, stream)
    }
    guard stream.takesMessages, streams[stream.id] != nil else { return }
    session.consume(stream.unconsumedBytes, on: stream.id)
    stream.unconsumedBytes = 0
    if stream.peerEnded { finish(stream, end(of: stream)) }
  }

  private func fault(of stream: ClientStream) -> RPCStatus? {
    guard let fault = stream.deframer.fault else { return nil }
    return fault == .tooLarge
      ? RPCStatus(
        .resourceExhausted, "the answer is longer than \(limits.maximumMessageBytes) bytes")
      : RPCStatus(.internal, "the server's answer is malformed")
  }

  private func deliver(_ message: MessageDeframer.Message, _ stream: ClientStream) {
    let bytes = stream.deframer.bytes.span.extracting(message.range)
    guard message.isCompressed else {
      stream.observer.received(bytes.copy, isCompressed: false, on: stream)
      return
    }
    do throws(MessageCompression.Fault) {
      guard let algorithm = stream.head.encoding else { throw .malformed }
      let message = try MessageCompression.decompress(
        bytes, with: algorithm, limit: limits.maximumMessageBytes)
      stream.observer.received(message, isCompressed: true, on: stream)
    } catch {
      session.reset(stream.id, errorCode: HTTP2ErrorCode.cancel)
      fail(
        stream,
        error == .tooLarge
          ? RPCStatus(
            .resourceExhausted, "the answer is longer than \(limits.maximumMessageBytes) bytes")
          : RPCStatus(
            .internal, "an answer is marked compressed, and cannot be decompressed as it says"))
    }
  }

  private func end(of stream: ClientStream) -> ClientStreamEnd {
    var end = ClientStreamEnd(
      failure: stream.head.failure, trailingMetadata: stream.head.trailingMetadata,
      pushbackMilliseconds: stream.head.pushbackMilliseconds)
    guard end.failure == nil else { return end }
    if stream.deframer.faultAtEnd != nil {
      end.failure = RPCStatus(.internal, "the server's answer ended within a message")
    } else if !stream.shape.serverStreams, stream.answers == 0 {
      end.failure = RPCStatus(.internal, "the server answered OK without a message")
    }
    return end
  }
}
