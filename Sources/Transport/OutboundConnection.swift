internal import HTTP2
internal import NIOCore
internal import NIOPosix

/// A connection that this process opened.
package final class OutboundConnection: Sendable {
  private let channel: any Channel

  private init(channel: any Channel) {
    self.channel = channel
  }

  /// Connects to an endpoint.
  ///
  /// - Parameters:
  ///   - seconds: how long connecting may take.
  ///   - makeConsumer: called on the connection's event loop.
  /// - Throws: `TransportError` where the endpoint does not answer.
  package static func connect(
    to endpoint: Endpoint, seconds: Int64,
    makeConsumer: @escaping @Sendable () -> any ConnectionConsumer
  ) async throws -> OutboundConnection {
    let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connectTimeout(.seconds(seconds))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let handler = ConnectionHandler(
            consumer: makeConsumer(), configuration: .outbound)
          try channel.pipeline.syncOperations.addHandler(handler)
        }
      }
    do {
      let channel =
        switch endpoint {
        case .tcp(let host, let port):
          try await bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connect(host: host, port: port).get()
        case .unix(let path): try await bootstrap.connect(unixDomainSocketPath: path).get()
        }
      return OutboundConnection(channel: channel)
    } catch {
      throw TransportError(
        description: "cannot connect to \(endpoint); is the server running there? (\(error))")
    }
  }

  /// Works with the consumer on the connection's event loop and sends what comes of it. `body` gets nil
  /// when the connection is closed.
  package func perform(_ body: @escaping @Sendable ((any ConnectionConsumer)?) -> Void) {
    ConnectionPort(channel: channel).perform(body)
  }

  /// Closes the connection.
  package func close() async {
    try? await channel.close()
  }
}
