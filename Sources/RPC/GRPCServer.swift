internal import Transport

/// A gRPC server on HTTP/2.
public final class GRPCServer: Sendable {
  private let listener: Listener
  /// What the server has done.
  public let counters: ServerCounters

  private init(listener: Listener, counters: ServerCounters) {
    self.listener = listener
    self.counters = counters
  }

  /// Listens at an address and serves from then on.
  ///
  /// - Parameters:
  ///   - address: `127.0.0.1:50051`, where port 0 lets the system choose, or `unix:/run/trialgate.sock`.
  ///   - router: the methods.
  ///   - configuration: the limits.
  ///   - counters: counts what the server does.
  /// - Throws: an error whose description says what to do, where the address or a file of TLS cannot be
  ///   used.
  public static func start(
    at address: String, router: ServiceRouter, configuration: ServerConfiguration,
    counters: ServerCounters = ServerCounters()
  ) async throws -> GRPCServer {
    let endpoint = try Endpoint(parsing: address)
    var transport = TransportConfiguration(threads: configuration.threads)
    transport.maximumConnections = configuration.maximumConnections
    transport.idleSeconds = configuration.idleSeconds
    transport.prefaceSeconds = configuration.prefaceSeconds
    transport.drainSeconds = configuration.drainSeconds
    transport.tls = configuration.tls.map {
      TLSFiles(
        certificateChain: $0.certificateFile, privateKey: $0.keyFile,
        clientAuthorities: $0.clientAuthorityFile)
    }
    let listener = try await Listener.listen(on: endpoint, configuration: transport) { peer, port in
      ServerConnection(
        router: router, configuration: configuration, peer: peer, counters: counters
      ) { body in
        port.perform { body($0 as? ServerConnection) }
      }
    }
    return GRPCServer(listener: listener, counters: counters)
  }

  /// The port that is listened at; 0 for a Unix domain socket.
  public var port: Int { listener.port }

  /// Where it listens: `127.0.0.1:50051` or `unix:/run/trialgate.sock`.
  public var address: String { listener.address }

  /// Stops accepting, lets the calls in flight finish within the drain time, and closes.
  public func drain() async {
    await listener.drain()
  }
}
