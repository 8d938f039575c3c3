internal import Glibc
package import HTTP2
internal import NIOCore
internal import NIOSSL
internal import NIOTLS

/// Carries bytes between a socket and a session: reads only feed the session, and what all streams of
/// one read have to say leaves in one write.
final class ConnectionHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  let consumer: any ConnectionConsumer
  private let configuration: TransportConfiguration
  private let jitter: Double
  /// Told why the connection was cut off, once.
  private let report: (String) -> Void

  private var context: ChannelHandlerContext?
  private var buffer: ByteBuffer?
  private var lifetime: ConnectionLifetime?
  private var lifetimeTimer: Scheduled<Void>?
  private var lifetimeDue: MonotonicTime?
  private var wakeUpTimer: Scheduled<Void>?
  private var wakeUpTime: MonotonicTime?
  /// Whether the connection shall drain as soon as it begins.
  private var drainsAtOnce = false
  private var isClosed = false
  private var isEnded = false
  /// Bytes handed to the channel so far.
  private var handedBytes = 0
  /// Bytes of writes that are not complete.
  private(set) var unwrittenBytes = 0

  /// - Parameters:
  ///   - jitter: what the limits on idleness and age are multiplied with.
  ///   - report: told why the connection was cut off, where it was.
  init(
    consumer: any ConnectionConsumer, configuration: TransportConfiguration, jitter: Double = 1,
    report: @escaping (String) -> Void = { _ in }
  ) {
    self.consumer = consumer
    self.configuration = configuration
    self.jitter = jitter
    self.report = report
  }

  // MARK: Channel events

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if context.channel.isActive { begin(context) }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    // A channel that never was active never becomes inactive.
    endConsumer()
    self.context = nil
  }

  private func endConsumer() {
    guard !isEnded else { return }
    isEnded = true
    consumer.connectionClosed()
  }

  func channelActive(context: ChannelHandlerContext) {
    begin(context)
    context.fireChannelActive()
  }

  private func begin(_ context: ChannelHandlerContext) {
    if lifetime == nil {
      lifetime = ConnectionLifetime(
        configuration, jitter: jitter, at: MonotonicTime(context.eventLoop.now))
      consumer.connectionOpened()
    }
    pump(context)
    if drainsAtOnce { drain() }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    // What was decrypted behind the end of a connection is not looked at.
    guard !isClosed else { return }
    let now = MonotonicTime(context.eventLoop.now)
    lifetime?.read(at: now)
    let bytes = unwrapInboundIn(data)
    bytes.withUnsafeReadableBytes { _ = consumer.session.receive($0, at: now) }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    consumer.readCompleted(at: MonotonicTime(context.eventLoop.now))
    pump(context)
    context.fireChannelReadComplete()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    pump(context)
    context.fireChannelWritabilityChanged()
  }

  func channelInactive(context: ChannelHandlerContext) {
    isClosed = true
    for timer in [lifetimeTimer, wakeUpTimer] { timer?.cancel() }
    endConsumer()
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    consumer.connectionFailed(TransportError.words(for: error))
    close()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case ChannelEvent.inputClosed = event {
      close()
      return
    }
    if case TLSUserEvent.handshakeCompleted(let negotiated) = event {
      guard negotiated == TLSFiles.applicationProtocol else {
        consumer.connectionFailed("the other side does not speak HTTP/2 behind TLS (ALPN h2)")
        close()
        return
      }
      identify(context)
    }
    context.fireUserInboundEventTriggered(event)
  }

  private func identify(_ context: ChannelHandlerContext) {
    let pipeline = context.pipeline.syncOperations
    guard let tls = try? pipeline.handler(type: NIOSSLServerHandler.self),
      let certificate = tls.peerCertificate, let identity = PeerIdentity(certificate)
    else { return }
    consumer.peerIdentified(identity)
  }

  // MARK: Output

  /// Memory for output that an idle connection keeps.
  private static let idleBytes = 1 << 10
  /// Bytes that are written at once before other connections have their turn.
  private static let bytesPerTurn = 8 << 20
  /// The next turn.
  private static let nextTurn = TimeAmount.microseconds(100)

  /// Sends what the session has to say, unless the peer does not read.
  func pump() {
    if let context { pump(context) }
  }

  private func pump(_ context: ChannelHandlerContext) {
    // What a closed channel fails to write would come back here.
    guard !isClosed else { return }
    let session = consumer.session
    let before = handedBytes
    while context.channel.isWritable {
      session.drain()
      guard session.outputCount > 0 else { break }
      write(context)
      consumer.outputTaken()
      if handedBytes - before > Self.bytesPerTurn {
        // A peer that takes everything does not keep the event loop from others.
        _ = schedule(context, Self.nextTurn) { $0.pump() }
        break
      }
    }
    consumer.turnEnded()
    setReading(context)
    observe(context)
    armWakeUpTimer(context)
    if session.hasFailed, session.outputCount == 0 || !context.channel.isWritable {
      close()
    } else if session.isFinished, unwrittenBytes == 0, session.outputCount == 0 {
      linger(context)
    }
  }

  private func write(_ context: ChannelHandlerContext) {
    let session = consumer.session
    let count = session.outputCount
    var bytes = buffer ?? context.channel.allocator.buffer(capacity: max(count, Self.idleBytes))
    buffer = nil
    // Reuses the memory when the socket has taken what was in it.
    bytes.clear(minimumCapacity: count)
    session.takeOutput { _ = bytes.writeBytes($0) }
    if bytes.capacity <= Self.idleBytes { buffer = bytes }
    unwrittenBytes += count
    handedBytes += count
    let promise = context.eventLoop.makePromise(of: Void.self)
    promise.futureResult.assumeIsolated().whenComplete { [weak self] _ in
      guard let self else { return }
      unwrittenBytes -= count
      if consumer.session.isFinished { pump() }
    }
    context.writeAndFlush(wrapOutboundOut(bytes), promise: promise)
  }

  /// A peer that does not read is not read from either.
  private func setReading(_ context: ChannelHandlerContext) {
    let shouldRead = context.channel.isWritable
    if isReading != shouldRead {
      isReading = shouldRead
      _ = context.channel.setOption(.autoRead, value: shouldRead)
    }
  }

  private var isReading = true

  func close() {
    if !isClosed, let excess = consumer.session.excess { report(excess.rawValue) }
    isClosed = true
    context?.close(promise: nil)
  }

  /// Ends an orderly connection. What the peer still sends is read and dropped until it closes, too: a frame
  /// that reached a closed socket would make the system throw away answers that are on their way. It is
  /// waited for no longer than calls are when the server stops.
  private func linger(_ context: ChannelHandlerContext) {
    // A write that completes at once has come here before.
    guard !isClosed else { return }
    isClosed = true
    let half = context.eventLoop.makePromise(of: Void.self)
    half.futureResult.assumeIsolated().whenFailure { [weak self] _ in self?.close() }
    context.close(mode: .output, promise: half)
    let seconds = max(1, configuration.drainSeconds)
    closeWhenTaken(context, by: context.eventLoop.now + .seconds(seconds))
  }

  /// How long a peer may take to close its side once it has taken everything.
  private static let leave = TimeAmount.milliseconds(500)

  /// Linux's number for a socket that was closed for output and of whose output the peer has not
  /// acknowledged all (`TCP_FIN_WAIT1`).
  private static let notAcknowledged: UInt8 = 4

  /// Closes the socket when the peer has acknowledged all of it, and has had a moment to close first.
  private func closeWhenTaken(_ context: ChannelHandlerContext, by end: NIODeadline) {
    _ = schedule(context, Self.leave) { handler in
      guard let context = handler.context, context.channel.isActive, context.eventLoop.now < end,
        let socket = context.channel as? any SocketOptionProvider
      else { return handler.close() }
      socket.getTCPInfo().assumeIsolated().whenComplete { [weak handler] information in
        guard let handler, let context = handler.context else { return }
        if case .success(let information) = information,
          information.tcpi_state == Self.notAcknowledged
        {
          handler.closeWhenTaken(context, by: end)
        } else {
          handler.close()
        }
      }
    }
  }

  // MARK: Lifecycle

  /// Begins to drain: first the announcement; when the peer knows, the last stream's number; then the
  /// end as soon as no call is open.
  func drain() {
    guard let context, lifetime != nil else {
      drainsAtOnce = true
      return
    }
    let grace = UInt64(max(0, configuration.drainSeconds)) * 1_000_000_000
    let now = MonotonicTime(context.eventLoop.now)
    perform(lifetime?.beginDrain(grace: grace, at: now) ?? [], context)
  }

  private func perform(_ actions: [ConnectionLifetime.Action], _ context: ChannelHandlerContext) {
    let session = consumer.session
    for action in actions {
      switch action {
      case .ping: session.ping()
      case .announce:
        session.announceShutdown()
        session.ping()
        consumer.drainBegan()
      case .refuse: session.goAway()
      case .endCalls: consumer.endCalls()
      case .close(let reason):
        report(reason.rawValue)
        close()
      }
    }
    if !actions.isEmpty { pump(context) }
  }

  // MARK: Timers

  private func schedule(
    _ context: ChannelHandlerContext, _ delay: TimeAmount,
    _ body: @escaping (ConnectionHandler) -> Void
  ) -> Scheduled<Void> {
    context.eventLoop.assumeIsolated().scheduleTask(in: delay) { [weak self] in
      if let self { body(self) }
    }
  }

  /// Shows the clock of the connection how things are, and sets the timer by it. A timer that is due too
  /// early looks again; most deadlines only move away.
  private func observe(_ context: ChannelHandlerContext) {
    guard lifetime != nil else { return }
    let session = consumer.session
    let now = MonotonicTime(context.eventLoop.now)
    lifetime?.observe(
      ConnectionLifetime.Observation(
        openStreams: session.openStreams, lastStream: session.lastPeerStream,
        isEstablished: session.isEstablished,
        settingsAreAcknowledged: session.settingsAreAcknowledged,
        incompleteSince: session.incompleteSince, answeredPings: session.answeredPings,
        takenBytes: unwrittenBytes > 0 ? takenBytes(context) : nil), at: now)
    guard let due = lifetime?.nextDue else { return }
    if let lifetimeDue, lifetimeDue <= due { return }
    lifetimeTimer?.cancel()
    lifetimeDue = due
    lifetimeTimer = schedule(context, delay(from: now, to: due)) { handler in
      handler.lifetimeDue = nil
      guard let context = handler.context, !handler.isClosed else { return }
      handler.observe(context)
      handler.lookAtClock(context)
    }
  }

  private func lookAtClock(_ context: ChannelHandlerContext) {
    let now = MonotonicTime(context.eventLoop.now)
    guard let due = lifetime?.nextDue, due <= now else { return }
    perform(lifetime?.actions(at: now) ?? [], context)
  }

  /// Bytes that the socket has taken so far, parts of writes too.
  private func takenBytes(_ context: ChannelHandlerContext) -> Int {
    let held = try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)
    return handedBytes - (held ?? unwrittenBytes)
  }

  /// A task without a delay would run before the event loop looks at any socket again.
  private func delay(from now: MonotonicTime, to due: MonotonicTime) -> TimeAmount {
    let left = due > now ? due.nanoseconds - now.nanoseconds : 0
    return max(.nanoseconds(Int64(min(left, UInt64(Int64.max)))), Self.nextTurn)
  }

  private func armWakeUpTimer(_ context: ChannelHandlerContext) {
    let wanted = consumer.nextWakeUp
    guard wanted != wakeUpTime else { return }
    wakeUpTimer?.cancel()
    wakeUpTimer = nil
    wakeUpTime = wanted
    guard let wanted else { return }
    let now = MonotonicTime(context.eventLoop.now)
    wakeUpTimer = schedule(context, delay(from: now, to: wanted)) { handler in
      handler.wakeUpTime = nil
      guard let context = handler.context else { return }
      handler.consumer.wakeUp(at: MonotonicTime(context.eventLoop.now))
      handler.pump(context)
    }
  }
}

extension MonotonicTime {
  /// The present reading of the transport's clock.
  package static var now: MonotonicTime { MonotonicTime(NIODeadline.now()) }

  init(_ deadline: NIODeadline) {
    self.init(nanoseconds: deadline.uptimeNanoseconds)
  }
}
