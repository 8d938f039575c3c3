package import HTTP2
internal import NIOCore
internal import NIOTLS

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
  private var lastRead = NIODeadline.uptimeNanoseconds(0)
  private var isDraining = false
  private var isClosed = false
  private var isEnded = false
  /// Bytes handed to the channel so far.
  private var handedBytes = 0
  /// Bytes of writes that are not complete.
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
    if isServer, prefaceTimer == nil {
      lastRead = context.eventLoop.now
      prefaceTimer = schedule(context, .seconds(configuration.prefaceSeconds)) { handler in
        if !handler.consumer.session.isEstablished { handler.close() }
      }
      armIdleTimer(context)
    }
    pump(context)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    // What was decrypted behind the end of a connection is not looked at.
    guard !isClosed else { return }
    lastRead = context.eventLoop.now
    let bytes = unwrapInboundIn(data)
    bytes.withUnsafeReadableBytes { _ = consumer.session.receive($0) }
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
    for timer in [idleTimer, prefaceTimer, slowReaderTimer, wakeUpTimer] { timer?.cancel() }
    endConsumer()
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    close()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case ChannelEvent.inputClosed = event {
      close()
      return
    }
    if case TLSUserEvent.handshakeCompleted(let negotiated) = event,
      negotiated != TLSFiles.applicationProtocol
    {
      close()
      return
    }
    context.fireUserInboundEventTriggered(event)
  }

  // MARK: Output

  /// Bytes that are written at once before other connections have their turn.
  private static let bytesPerTurn = 8 << 20
  /// The next turn. A task without a delay would run before the event loop looks at any socket again.
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
    isClosed = true
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
    let left = max(.milliseconds(10), (lastRead + limit) - context.eventLoop.now)
    idleTimer = schedule(context, left) { handler in
      guard let context = handler.context else { return }
      let now = context.eventLoop.now
      if handler.consumer.session.openStreams == 0, now >= handler.lastRead + limit {
        handler.drain()
      } else {
        if handler.consumer.session.openStreams > 0 { handler.lastRead = now }
        handler.armIdleTimer(context)
      }
    }
  }

  /// Closes a connection whose peer takes nothing for a while. The timer runs on until nothing is held:
  /// a write that ends says nothing of the next one.
  private func armSlowReaderTimer(_ context: ChannelHandlerContext) {
    guard unwrittenBytes > 0, slowReaderTimer == nil else { return }
    let before = takenBytes(context)
    slowReaderTimer = schedule(context, .seconds(configuration.slowReaderSeconds)) { handler in
      handler.slowReaderTimer = nil
      guard let context = handler.context, handler.unwrittenBytes > 0 else { return }
      if handler.takenBytes(context) == before {
        handler.close()
      } else {
        handler.armSlowReaderTimer(context)
      }
    }
  }

  /// Bytes that the socket has taken so far, parts of writes too.
  private func takenBytes(_ context: ChannelHandlerContext) -> Int {
    let held = try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)
    return handedBytes - (held ?? unwrittenBytes)
  }

  private func armWakeUpTimer(_ context: ChannelHandlerContext) {
    let wanted = consumer.nextWakeUp
    guard wanted != wakeUpTime else { return }
    wakeUpTimer?.cancel()
    wakeUpTimer = nil
    wakeUpTime = wanted
    guard let wanted else { return }
    let now = MonotonicTime(context.eventLoop.now)
    let delay = wanted > now ? wanted.nanoseconds - now.nanoseconds : 0
    let bounded = TimeAmount.nanoseconds(Int64(min(delay, UInt64(Int64.max))))
    wakeUpTimer = schedule(context, max(bounded, Self.nextTurn)) { handler in
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
