internal import Transport

/// A gRPC server on HTTP/2 without TLS.
public final class GRPCServer: Sendable {
  private let listener: Listener
  /// What the server has done.
  public let counters: ServerCounters

  private init(listener: Listener, counters: ServerCounters) {
    self.listener = listener
    self.counters = counters
  }

  /// Listens at `HOST:PORT` and serves from then on.
  ///
  /// - Parameters:
  ///   - address: `127.0.0.1:50051`; port 0 lets the system choose.
  ///   - router: the methods.
  ///   - configuration: the limits.
  /// - Throws: an error whose description says what to do, where the address cannot be used.
  public static func start(
    at address: String, router: ServiceRouter, configuration: ServerConfiguration
  ) async throws -> GRPCServer {
    let endpoint = try Endpoint(parsing: address)
    var transport = TransportConfiguration(threads: configuration.threads)
    transport.maximumConnections = configuration.maximumConnections
    transport.idleSeconds = configuration.idleSeconds
    transport.prefaceSeconds = configuration.prefaceSeconds
    transport.drainSeconds = configuration.drainSeconds
    let counters = ServerCounters()
    let listener = try await Listener.listen(on: endpoint, configuration: transport) { peer in
      ServerConnection(
        router: router, configuration: configuration, peer: peer, counters: counters)
    }
    return GRPCServer(listener: listener, counters: counters)
  }

  /// The port that is listened at.
  public var port: Int { listener.port }

  /// Stops accepting, lets the calls in flight finish within the drain time, and closes.
  public func drain() async {
    await listener.drain()
  }
}
