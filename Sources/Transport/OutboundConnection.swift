internal import HTTP2
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// Opens connections to servers.
package enum OutboundConnection {
  /// Begins to open a connection. Its consumer is told when the socket is connected, and when everything is
  /// over; where no socket is, `failed` is called instead.
  ///
  /// - Parameters:
  ///   - tls: how it is encrypted; nil = it is not. Its files are read for each connection anew.
  ///   - configuration: `TransportConfiguration.outbound` with the owner's wishes.
  ///   - connectSeconds: how long connecting may take.
  ///   - makeConsumer: called on the connection's event loop, with the way to the connection.
  ///   - failed: called with what went wrong, once, where the socket could not be opened.
  package static func open(
    to endpoint: Endpoint, tls: ClientTLSFiles?, configuration: TransportConfiguration,
    connectSeconds: Int64,
    makeConsumer: @escaping @Sendable (ConnectionPort) -> any ConnectionConsumer,
    failed: @escaping @Sendable (TransportError) -> Void
  ) {
    let context: NIOSSLContext?
    do throws(TransportError) {
      context = try tls.map { files throws(TransportError) in try files.context() }
    } catch {
      failed(error)
      return
    }
    let name = tls?.serverName
    let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connectTimeout(.seconds(max(1, connectSeconds)))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let consumer = makeConsumer(ConnectionPort(channel: channel))
          let handler = ConnectionHandler(consumer: consumer, configuration: configuration) {
            consumer.connectionFailed($0)
          }
          if let context {
            try channel.pipeline.syncOperations.addHandler(
              NIOSSLClientHandler(context: context, serverHostname: name))
          }
          try channel.pipeline.syncOperations.addHandler(handler)
        }
      }
    let channel =
      switch endpoint {
      case .tcp(let host, let port):
        bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1).connect(host: host, port: port)
      case .unix(let path): bootstrap.connect(unixDomainSocketPath: path)
      }
    channel.whenFailure { error in
      failed(
        TransportError(
          description: "is the server running there? (\(TransportError.words(for: error)))"))
    }
  }
}

/// Work that waits for its time.
package struct ScheduledWork: Sendable {
  private let task: Scheduled<Void>

  /// Does something after so many nanoseconds, on an event loop of the process.
  package init(afterNanoseconds delay: UInt64, _ body: @escaping @Sendable () -> Void) {
    task = MultiThreadedEventLoopGroup.singleton.any().scheduleTask(
      in: .nanoseconds(Int64(clamping: delay)), body)
  }

  /// Does not do it any more, unless it has begun.
  package func cancel() { task.cancel() }
}
