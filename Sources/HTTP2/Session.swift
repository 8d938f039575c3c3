internal import CNGHTTP2

/// One HTTP/2 connection without its socket: bytes in become events, submissions become bytes out.
///
/// Confined to one thread at a time. The owner must drain after every `receive` and every submission.
package final class Session {
  package enum Role: Sendable {
    case server
    case client
  }

  package let role: Role
  package let limits: HTTP2Limits
  package weak var delegate: (any SessionDelegate)?

  var handle: OpaquePointer?
  var output = OutputBuffer()
  var bodies: [Int32: StreamBody] = [:]
  /// Bytes and fields of the header list that is being received.
  var headerBytes = 0
  var headerFields = 0
  /// Streams that are open.
  package private(set) var openStreams = 0
  /// Whether the peer's SETTINGS have come, which end its preface.
  package internal(set) var isEstablished = false
  /// Whether the peer has acknowledged this side's SETTINGS.
  package internal(set) var settingsAreAcknowledged = false
  /// Pings of this side that the peer has answered.
  package internal(set) var answeredPings = 0
  /// Why the peer was cut off; nil while it is not.
  package private(set) var excess: AbuseBudget.Excess?
  private var scanner: FrameScanner
  private var budget: AbuseBudget
  /// The time of the last call that brought one.
  private var now = MonotonicTime(nanoseconds: 0)
  /// Bytes of bodies that flow control, or a full output, holds back.
  package internal(set) var unsentBytes = 0
  /// The highest stream of the peer that was begun.
  package private(set) var lastPeerStream: Int32 = 0
  /// The highest stream of this side whose head has left: the peer cannot know of those above it.
  package private(set) var lastSentStream: Int32 = 0
  private var isFailed = false

  /// Creates a session and queues its SETTINGS.
  package init(role: Role, limits: HTTP2Limits = HTTP2Limits()) {
    self.role = role
    self.limits = limits
    scanner = FrameScanner(expectsPreface: role == .server)
    budget = AbuseBudget(limits: limits)
    var options: OpaquePointer?
    guard nghttp2_option_new(&options) == 0, let options else {
      isFailed = true
      return
    }
    defer { nghttp2_option_del(options) }
    nghttp2_option_set_no_closed_streams(options, 1)
    nghttp2_option_set_no_auto_window_update(options, 1)
    nghttp2_option_set_max_continuations(options, limits.continuationFrames)
    nghttp2_option_set_stream_reset_rate_limit(options, limits.resetBurst, limits.resetsPerSecond)
    if role == .client {
      // Before the server's SETTINGS have come its limit is unknown, and what exceeds it is refused.
      nghttp2_option_set_peer_max_concurrent_streams(options, 0)
    }
    let user = Unmanaged.passUnretained(self).toOpaque()
    let created =
      role == .server
      ? nghttp2_session_server_new2(&handle, Trampolines.callbacks, user, options)
      : nghttp2_session_client_new2(&handle, Trampolines.callbacks, user, options)
    guard created == 0, handle != nil else {
      isFailed = true
      return
    }
    submitSettings()
  }

  deinit {
    nghttp2_session_del(handle)
  }

  private func submitSettings() {
    func entry(_ id: nghttp2_settings_id, _ value: UInt32) -> nghttp2_settings_entry {
      nghttp2_settings_entry(settings_id: Int32(id.rawValue), value: value)
    }
    var entries = [
      entry(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, UInt32(limits.streamWindow)),
      entry(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, UInt32(clamping: limits.headerListBytes)),
    ]
    if role == .server {
      entries.append(
        entry(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, UInt32(clamping: limits.concurrentStreams)))
      entries.append(entry(NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1))
    } else {
      entries.append(entry(NGHTTP2_SETTINGS_ENABLE_PUSH, 0))
    }
    let none = UInt8(NGHTTP2_FLAG_NONE.rawValue)
    if nghttp2_submit_settings(handle, none, &entries, entries.count) != 0
      || nghttp2_session_set_local_window_size(handle, none, 0, limits.connectionWindow) != 0
    {
      isFailed = true
    }
  }

  // MARK: Bytes

  /// Takes bytes from the peer; false when the connection must be closed once its output is sent.
  package func receive(_ bytes: UnsafeRawBufferPointer, at now: MonotonicTime) -> Bool {
    guard !isFailed, let start = bytes.bindMemory(to: UInt8.self).baseAddress else {
      return !isFailed
    }
    self.now = now
    if let excess = scan(bytes) {
      cutOff(for: excess)
      return false
    }
    let taken = nghttp2_session_mem_recv(handle, start, bytes.count)
    if taken < 0 || nghttp2_session_get_outbound_queue_size(handle) > limits.queuedFrames {
      isFailed = true
    }
    return !isFailed
  }

  private func scan(_ bytes: UnsafeRawBufferPointer) -> AbuseBudget.Excess? {
    budget.readBegan()
    var offset = 0
    while let frame = scanner.next(in: bytes, from: &offset, at: now) {
      if let excess = budget.received(frame, at: now) { return excess }
    }
    return nil
  }

  /// Tells the peer why, and ends the connection.
  private func cutOff(for excess: AbuseBudget.Excess) {
    guard self.excess == nil else { return }
    self.excess = excess
    goAway(errorCode: HTTP2ErrorCode.enhanceYourCalm, debug: excess.rawValue)
    isFailed = true
  }

  /// When the header block, or another frame than DATA, of which a part is missing began; nil when none
  /// is.
  package var incompleteSince: MonotonicTime? { scanner.incompleteSince }

  /// Moves what is ready to be sent into the output, up to the high-water mark.
  package func drain() {
    guard handle != nil else { return }
    while output.count < limits.outputHighWater {
      var bytes: UnsafePointer<UInt8>?
      let length = nghttp2_session_mem_send(handle, &bytes)
      if length < 0 { isFailed = true }
      guard length > 0, let bytes else { return }
      output.append(bytes, length)
      if let pending = sentExcess {
        sentExcess = nil
        cutOff(for: pending)
      }
    }
  }

  /// What the frame that was just sent made too much.
  private var sentExcess: AbuseBudget.Excess?

  /// Lends the output and forgets it.
  package func takeOutput<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    let result = body(UnsafeRawBufferPointer(start: output.memory, count: output.count))
    output.clear()
    return result
  }

  /// Bytes that wait to be taken.
  package var outputCount: Int { output.count }

  /// Whether nothing more can come of the connection.
  package var isFinished: Bool {
    isFailed
      || (nghttp2_session_want_read(handle) == 0 && nghttp2_session_want_write(handle) == 0)
  }

  /// Whether the connection must end because of an error.
  package var hasFailed: Bool { isFailed }

  /// Opens the receive window of a stream again, by bytes that were received and dealt with. Until then
  /// they count against it; against the connection's window they count only until they are delivered.
  package func consume(_ count: Int, on stream: Int32) {
    _ = nghttp2_session_consume_stream(handle, stream, count)
  }

  func consumeOfConnection(_ count: Int) {
    _ = nghttp2_session_consume_connection(handle, count)
  }

  // MARK: Submissions

  /// Answers with a head, a body, and trailers where there are some.
  package func respond(
    _ stream: Int32, head: HeaderBlock, body bytes: [UInt8], trailers: HeaderBlock?
  ) {
    respond(stream, head: head, body: StreamBody(bytes: bytes, trailers: trailers))
  }

  /// Answers with a head, after which the body comes in pieces: `send`, and at last `end`.
  package func respond(_ stream: Int32, head: HeaderBlock) {
    respond(stream, head: head, body: StreamBody())
  }

  private func respond(_ stream: Int32, head: HeaderBlock, body: StreamBody) {
    // nghttp2 would queue an answer to a stream that is gone, and never close it.
    guard bodies[stream] == nil, nghttp2_session_get_stream_remote_close(handle, stream) >= 0
    else { return }
    var provider = Trampolines.provider(for: body)
    let submitted = head.withFields {
      nghttp2_submit_response(handle, stream, $0.baseAddress, $0.count, &provider)
    }
    if submitted == 0 { hold(body, stream) }
  }

  /// Answers with a head alone, which ends the stream: an answer of trailers only. A peer that is still
  /// sending its request is told to stop.
  package func respond(_ stream: Int32, headOnly head: HeaderBlock) {
    _ = head.withFields {
      nghttp2_submit_response(handle, stream, $0.baseAddress, $0.count, nil)
    }
  }

  /// Begins a request with its whole body; nil when no stream is left on the connection.
  package func request(head: HeaderBlock, body bytes: [UInt8]) -> Int32? {
    request(head: head, body: StreamBody(bytes: bytes, trailers: nil))
  }

  /// Begins a request whose body comes in pieces: `send`, and at last `end`; nil when no stream is left on
  /// the connection.
  package func request(head: HeaderBlock) -> Int32? {
    request(head: head, body: StreamBody())
  }

  private func request(head: HeaderBlock, body: StreamBody) -> Int32? {
    var provider = Trampolines.provider(for: body)
    let stream = head.withFields {
      nghttp2_submit_request(handle, nil, $0.baseAddress, $0.count, &provider, nil)
    }
    guard stream > 0 else { return nil }
    openStreams += 1
    hold(body, stream)
    return stream
  }

  /// Appends to the body of a stream that was begun in pieces. Nothing happens once the stream is closed.
  package func send(_ stream: Int32, _ bytes: [UInt8]) {
    guard let body = bodies[stream], !body.isEnded else { return }
    body.append(bytes)
    unsentBytes += bytes.count
    resume(body, stream)
  }

  /// Ends a body that came in pieces.
  ///
  /// - Parameters:
  ///   - trailers: what comes behind it; nil = its last byte ends the stream.
  ///   - dropUnsent: forgets the pieces of which no byte has left.
  package func end(_ stream: Int32, trailers: HeaderBlock?, dropUnsent: Bool = false) {
    guard let body = bodies[stream], !body.isEnded else { return }
    if dropUnsent {
      unsentBytes -= body.left
      body.dropUnsent()
      unsentBytes += body.left
    }
    body.isEnded = true
    body.trailers = trailers
    if let trailers, body.left == body.promised {
      // Nothing is left in front of the trailers but the frame that waits: neither an empty DATA frame nor
      // a closed window.
      _ = trailers.withFields {
        nghttp2_submit_trailer(handle, stream, $0.baseAddress, $0.count)
      }
    } else {
      resume(body, stream)
    }
  }

  private func resume(_ body: StreamBody, _ stream: Int32) {
    guard body.isDeferred else { return }
    body.isDeferred = false
    _ = nghttp2_session_resume_data(handle, stream)
  }

  /// Whether a body is complete, or its stream is closed.
  package func isEnded(_ stream: Int32) -> Bool { bodies[stream]?.isEnded ?? true }

  /// Bytes of a stream's body that have not left.
  package func unsentBytes(on stream: Int32) -> Int { bodies[stream]?.left ?? 0 }

  private func hold(_ body: StreamBody, _ stream: Int32) {
    bodies[stream] = body
    unsentBytes += body.left
  }

  /// Resets a stream (RFC 9113, 6.4).
  package func reset(_ stream: Int32, errorCode: UInt32) {
    _ = nghttp2_submit_rst_stream(
      handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream, errorCode)
  }

  /// Announces that the connection will end, without refusing anything yet (RFC 9113, 6.8).
  package func announceShutdown() {
    _ = nghttp2_submit_shutdown_notice(handle)
  }

  /// Refuses all streams from now on; those that are open go on to their end.
  ///
  /// - Parameter debug: why, for whoever reads the peer's log.
  package func goAway(errorCode: UInt32 = 0, debug: String = "") {
    let last = role == .server ? lastPeerStream : 0
    let text = Array(debug.utf8)
    _ = text.withUnsafeBufferPointer {
      nghttp2_submit_goaway(
        handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), last, errorCode, $0.baseAddress, $0.count)
    }
  }

  /// Asks the peer for a sign of life, which is counted in `answeredPings`.
  package func ping() {
    _ = nghttp2_submit_ping(handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), nil)
  }

  // MARK: Bookkeeping of the trampolines

  func streamBegan(_ stream: Int32) {
    openStreams += 1
    lastPeerStream = max(lastPeerStream, stream)
  }

  func sent(type: UInt8, on stream: Int32) {
    budget.sent(type: type)
    if role == .client, type == FrameScanner.Kind.headers {
      lastSentStream = max(lastSentStream, stream)
    }
  }

  func sentFurtherMessages(_ count: Int) { budget.sentFurtherMessages(count) }

  func sentReset(errorCode: UInt32) {
    if let excess = budget.sentReset(errorCode: errorCode, at: now) { sentExcess = excess }
  }

  func streamClosed(_ stream: Int32) {
    budget.closed(stream)
    openStreams = max(0, openStreams - 1)
    if let body = bodies.removeValue(forKey: stream) { unsentBytes -= body.left }
  }
}

/// Error codes of RFC 9113, section 7.
package enum HTTP2ErrorCode {
  package static let noError: UInt32 = 0
  package static let protocolError: UInt32 = 1
  package static let internalError: UInt32 = 2
  package static let refusedStream: UInt32 = 7
  package static let cancel: UInt32 = 8
  package static let enhanceYourCalm: UInt32 = 11
  package static let inadequateSecurity: UInt32 = 12
}
