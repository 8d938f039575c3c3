package import HTTP2
internal import NIOCore

/// Carries bytes between a socket and a session: reads only feed the session, and what all streams of
/// one read have to say leaves in one write.
final class ConnectionHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  let consumer: any ConnectionConsumer
  private let configuration: TransportConfiguration
  private var isServer: Bool { consumer.session.role == .server }

  private var context: ChannelHandlerContext?
  private var buffer: ByteBuffer?
  private var idleTimer: Scheduled<Void>?
  private var prefaceTimer: Scheduled<Void>?
  private var slowReaderTimer: Scheduled<Void>?
  private var wakeUpTimer: Scheduled<Void>?
  private var wakeUpTime: MonotonicTime?
  private var lastRead = NIODeadline.now()
  private var hasReceived = false
  private var isDraining = false
  /// Bytes handed to the socket that it has not taken yet.
  private(set) var unwrittenBytes = 0

  init(consumer: any ConnectionConsumer, configuration: TransportConfiguration) {
    self.consumer = consumer
    self.configuration = configuration
  }

  // MARK: Channel events

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if context.channel.isActive { begin(context) }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
  }

  func channelActive(context: ChannelHandlerContext) {
    begin(context)
    context.fireChannelActive()
  }

  private func begin(_ context: ChannelHandlerContext) {
    if isServer, prefaceTimer == nil {
      prefaceTimer = schedule(context, .seconds(configuration.prefaceSeconds)) { handler in
        if !handler.hasReceived { handler.close() }
      }
      armIdleTimer(context)
    }
    pump(context)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    hasReceived = true
    lastRead = .now()
    let bytes = unwrapInboundIn(data)
    bytes.withUnsafeReadableBytes { _ = consumer.session.receive($0) }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    consumer.readCompleted(at: .now)
    pump(context)
    context.fireChannelReadComplete()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    pump(context)
    context.fireChannelWritabilityChanged()
  }

  func channelInactive(context: ChannelHandlerContext) {
    for timer in [idleTimer, prefaceTimer, slowReaderTimer, wakeUpTimer] { timer?.cancel() }
    consumer.connectionClosed()
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case ChannelEvent.inputClosed = event {
      context.close(promise: nil)
      return
    }
    context.fireUserInboundEventTriggered(event)
  }

  // MARK: Output

  /// Sends what the session has to say, unless the peer does not read.
  func pump() {
    if let context { pump(context) }
  }

  private func pump(_ context: ChannelHandlerContext) {
    let session = consumer.session
    while context.channel.isWritable {
      session.drain()
      guard session.outputCount > 0 else { break }
      write(context)
    }
    setReading(context)
    armSlowReaderTimer(context)
    armWakeUpTimer(context)
    if session.hasFailed, session.outputCount == 0 || !context.channel.isWritable {
      close()
    } else if session.isFinished, unwrittenBytes == 0, session.outputCount == 0 {
      close()
    }
  }

  private func write(_ context: ChannelHandlerContext) {
    let session = consumer.session
    let count = session.outputCount
    var bytes = buffer ?? context.channel.allocator.buffer(capacity: max(count, 4_096))
    buffer = nil
    // Reuses the memory when the socket has taken what was in it.
    bytes.clear(minimumCapacity: count)
    session.takeOutput { _ = bytes.writeBytes($0) }
    if count <= 64 << 10 { buffer = bytes }
    unwrittenBytes += count
    let promise = context.eventLoop.makePromise(of: Void.self)
    promise.futureResult.assumeIsolated().whenComplete { [weak self] _ in
      guard let self else { return }
      unwrittenBytes -= count
      slowReaderTimer?.cancel()
      slowReaderTimer = nil
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
    context?.close(promise: nil)
  }

  // MARK: Lifecycle

  /// Begins to drain: first the announcement, a moment later the last stream's number, then the end
  /// as soon as no call is open.
  func drain() {
    guard !isDraining, let context else { return }
    isDraining = true
    consumer.session.announceShutdown()
    pump(context)
    _ = schedule(context, .milliseconds(50)) { handler in
      handler.consumer.session.goAway()
      handler.pump()
    }
    _ = schedule(context, .seconds(configuration.drainSeconds)) { $0.close() }
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

  private func armIdleTimer(_ context: ChannelHandlerContext) {
    let limit = TimeAmount.seconds(configuration.idleSeconds)
    let left = max(.milliseconds(10), (lastRead + limit) - .now())
    idleTimer = schedule(context, left) { handler in
      guard let context = handler.context else { return }
      if handler.consumer.session.openStreams == 0, .now() >= handler.lastRead + limit {
        handler.drain()
      } else {
        if handler.consumer.session.openStreams > 0 { handler.lastRead = .now() }
        handler.armIdleTimer(context)
      }
    }
  }

  private func armSlowReaderTimer(_ context: ChannelHandlerContext) {
    guard unwrittenBytes > 0, slowReaderTimer == nil else { return }
    let before = unwrittenBytes
    slowReaderTimer = schedule(context, .seconds(configuration.slowReaderSeconds)) { handler in
      handler.slowReaderTimer = nil
      if handler.unwrittenBytes >= before { handler.close() }
    }
  }

  private func armWakeUpTimer(_ context: ChannelHandlerContext) {
    let wanted = consumer.nextWakeUp
    guard wanted != wakeUpTime else { return }
    wakeUpTimer?.cancel()
    wakeUpTimer = nil
    wakeUpTime = wanted
    guard let wanted else { return }
    let now = MonotonicTime.now
    let delay = wanted > now ? wanted.nanoseconds - now.nanoseconds : 0
    let bounded = Int64(min(delay, UInt64(Int64.max)))
    wakeUpTimer = schedule(context, .nanoseconds(bounded)) { handler in
      handler.wakeUpTime = nil
      handler.consumer.wakeUp(at: .now)
      handler.pump()
    }
  }
}

extension MonotonicTime {
  /// The present reading of the transport's clock.
  package static var now: MonotonicTime {
    MonotonicTime(nanoseconds: NIODeadline.now().uptimeNanoseconds)
  }
}
