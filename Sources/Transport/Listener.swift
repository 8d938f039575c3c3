internal import HTTP2
internal import NIOCore
internal import NIOPosix

/// Accepts connections and gives each a consumer of its own.
package final class Listener: Sendable {
  private let group: MultiThreadedEventLoopGroup
  private let channel: any Channel
  private let registry: ConnectionRegistry
  private let configuration: TransportConfiguration

  private init(
    group: MultiThreadedEventLoopGroup, channel: any Channel, registry: ConnectionRegistry,
    configuration: TransportConfiguration
  ) {
    self.group = group
    self.channel = channel
    self.registry = registry
    self.configuration = configuration
  }

  /// Listens at an endpoint.
  ///
  /// - Parameter makeConsumer: called on the event loop of each new connection.
  /// - Throws: `TransportError` where the endpoint cannot be bound.
  package static func listen(
    on endpoint: Endpoint, configuration: TransportConfiguration,
    makeConsumer: @escaping @Sendable (PeerAddress) -> any ConnectionConsumer
  ) async throws -> Listener {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, configuration.threads))
    let registry = ConnectionRegistry(maximum: configuration.maximumConnections)
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1_024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(AcceptPause())
        }
      }
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelOption(
        .recvAllocator,
        value: AdaptiveRecvByteBufferAllocator(minimum: 1_024, initial: 2_048, maximum: 65_536)
      )
      .childChannelInitializer { channel in
        guard registry.admit(channel) else {
          return channel.close()
        }
        return channel.eventLoop.makeCompletedFuture {
          let peer = PeerAddress(text: channel.remoteAddress?.description ?? "")
          let handler = ConnectionHandler(
            consumer: makeConsumer(peer), configuration: configuration)
          try channel.pipeline.syncOperations.addHandler(handler)
        }
      }
    do {
      let channel = try await bootstrap.bind(host: endpoint.host, port: endpoint.port).get()
      return Listener(
        group: group, channel: channel, registry: registry, configuration: configuration)
    } catch {
      try? await group.shutdownGracefully()
      throw TransportError(
        description: "cannot listen at \(endpoint): \(error); choose a free port or a local address"
      )
    }
  }

  /// The port that is listened at.
  package var port: Int { channel.localAddress?.port ?? 0 }

  /// Connections that are open.
  package var connectionCount: Int { registry.count }

  /// Stops accepting, lets calls in flight finish, and closes everything.
  package func drain() async {
    try? await channel.close()
    for connection in registry.drain() {
      connection.eventLoop.execute {
        let handler = try? connection.pipeline.syncOperations.handler(type: ConnectionHandler.self)
        handler?.drain()
      }
    }
    let deadline = ContinuousClock.now + .seconds(configuration.drainSeconds + 1)
    while registry.count > 0, ContinuousClock.now < deadline {
      try? await Task.sleep(for: .milliseconds(10))
    }
    for connection in registry.all { try? await connection.close() }
    try? await group.shutdownGracefully()
  }
}
