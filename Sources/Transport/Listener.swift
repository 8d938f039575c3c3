internal import Glibc
internal import HTTP2
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// Accepts connections and gives each a consumer of its own.
package final class Listener: Sendable {
  private let group: MultiThreadedEventLoopGroup
  private let channel: any Channel
  private let endpoint: Endpoint
  private let registry: ConnectionRegistry
  private let configuration: TransportConfiguration
  /// The certificates in use; nil where connections are not encrypted.
  package let certificates: TLSCertificates?

  private init(
    group: MultiThreadedEventLoopGroup, channel: any Channel, endpoint: Endpoint,
    registry: ConnectionRegistry, configuration: TransportConfiguration,
    certificates: TLSCertificates?
  ) {
    self.certificates = certificates
    self.group = group
    self.channel = channel
    self.endpoint = endpoint
    self.registry = registry
    self.configuration = configuration
  }

  /// Listens at an endpoint.
  ///
  /// - Parameters:
  ///   - report: told of each connection that is cut off, and why. It is called on event loops.
  ///   - makeConsumer: called on the event loop of each new connection.
  /// - Throws: `TransportError` where the endpoint cannot be bound, or the files of TLS cannot be used.
  package static func listen(
    on endpoint: Endpoint, configuration: TransportConfiguration,
    report: @escaping @Sendable (PeerAddress, String) -> Void = { _, _ in },
    makeConsumer: @escaping @Sendable (NewConnection) -> any ConnectionConsumer
  ) async throws -> Listener {
    let certificates = try configuration.tls.map { files throws(TransportError) in
      try TLSCertificates(files)
    }
    let group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, configuration.threads))
    let loads = Self.loads(group)
    let registry = ConnectionRegistry(maximum: configuration.maximumConnections)
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1_024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(AcceptPause())
        }
      }
      .childChannelOption(
        .recvAllocator,
        value: AdaptiveRecvByteBufferAllocator(minimum: 1_024, initial: 1_024, maximum: 16_384)
      )
      .childChannelInitializer { channel in
        guard registry.admit(channel) else {
          return channel.close()
        }
        return channel.eventLoop.makeCompletedFuture {
          let peer = PeerAddress(text: channel.remoteAddress?.description ?? "")
          let connection = NewConnection(
            peer: peer, port: ConnectionPort(channel: channel),
            load: loads[ObjectIdentifier(channel.eventLoop)] ?? LoopLoad())
          let handler = ConnectionHandler(
            consumer: makeConsumer(connection), configuration: configuration,
            jitter: .random(in: Self.jitter)
          ) { report(peer, $0) }
          if let certificates {
            try channel.pipeline.syncOperations.addHandler(
              NIOSSLServerHandler(context: certificates.context))
          }
          try channel.pipeline.syncOperations.addHandler(handler)
          if registry.isDraining { handler.drain() }
        }
      }
    do {
      let channel: any Channel
      switch endpoint {
      case .tcp(let host, let port):
        channel = try await bootstrap.childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
          .bind(host: host, port: port).get()
      case .unix(let path):
        // A socket that a server left behind is in the way; anything else at the path is left alone.
        try await Self.refuseServed(path, group)
        channel = try await bootstrap.bind(
          unixDomainSocketPath: path, cleanupExistingSocketFile: true
        ).get()
      }
      return Listener(
        group: group, channel: channel, endpoint: endpoint, registry: registry,
        configuration: configuration, certificates: certificates)
    } catch {
      try? await group.shutdownGracefully()
      throw TransportError(
        description: "cannot listen at \(endpoint): \(error); choose a free port or a local address"
      )
    }
  }

  /// How much the limits on idleness and age differ between connections.
  private static let jitter = 0.9...1.1

  /// The load of each event loop, measured from now on.
  private static func loads(_ group: MultiThreadedEventLoopGroup) -> [ObjectIdentifier: LoopLoad] {
    var loads: [ObjectIdentifier: LoopLoad] = [:]
    for (number, loop) in group.makeIterator().enumerated() {
      let load = LoopLoad(loop: number)
      load.measure(loop)
      loads[ObjectIdentifier(loop)] = load
    }
    return loads
  }

  /// The port that is listened at; 0 for a Unix domain socket.
  package var port: Int { channel.localAddress?.port ?? 0 }

  /// Where it listens, with the port that the system chose.
  package var address: String {
    if case .tcp(let host, _) = endpoint {
      return Endpoint.tcp(host: host, port: port).description
    }
    return endpoint.description
  }

  /// A socket at which a server answers is not taken away from it.
  private static func refuseServed(
    _ path: String, _ group: MultiThreadedEventLoopGroup
  ) async throws {
    let bootstrap = ClientBootstrap(group: group).connectTimeout(.seconds(1))
    guard let other = try? await bootstrap.connect(unixDomainSocketPath: path).get() else { return }
    try? await other.close()
    throw TransportError(description: "another server answers there")
  }

  /// Connections that are open.
  package var connectionCount: Int { registry.count }

  /// Stops accepting, lets calls in flight finish, and closes everything.
  package func drain() async {
    try? await channel.close()
    if case .unix(let path) = endpoint { _ = unlink(path) }
    for connection in registry.drain() {
      connection.eventLoop.execute {
        let handler = try? connection.pipeline.syncOperations.handler(type: ConnectionHandler.self)
        handler?.drain()
      }
    }
    let deadline = ContinuousClock.now + .seconds(configuration.drainSeconds + 2)
    while registry.count > 0, ContinuousClock.now < deadline {
      try? await Task.sleep(for: .milliseconds(10))
    }
    for connection in registry.all { try? await connection.close() }
    try? await group.shutdownGracefully()
  }
}
