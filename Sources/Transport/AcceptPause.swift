internal import NIOCore

/// Stops accepting for a moment when it fails, as it does when file descriptors run out: the connection
/// that cannot be accepted stays ready, and the listener would ask for it again and again without a
/// pause. NIO's own `AcceptBackoffHandler` holds back reads, but a failed accept leaves the socket in the
/// selector; only automatic reading takes it out.
final class AcceptPause: ChannelInboundHandler {
  typealias InboundIn = any Channel

  static let length = TimeAmount.milliseconds(100)

  private var isPaused = false

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard error is IOError, !isPaused else { return }
    isPaused = true
    let channel = context.channel
    _ = channel.setOption(.autoRead, value: false)
    context.eventLoop.assumeIsolated().scheduleTask(in: Self.length) { [weak self] in
      self?.isPaused = false
      _ = channel.setOption(.autoRead, value: true)
    }
  }
}
