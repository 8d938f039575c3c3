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
  ///   - cutOff: told of each connection that is cut off for what its client did, or did not do in time: its
  ///     address, and why. It is called on event loops.
  /// - Throws: an error whose description says what to do, where the address or a file of TLS cannot be
  ///   used.
  public static func start(
    at address: String, router: ServiceRouter, configuration: ServerConfiguration,
    counters: ServerCounters = ServerCounters(),
    cutOff: @escaping @Sendable (_ peer: String, _ reason: String) -> Void = { _, _ in }
  ) async throws -> GRPCServer {
    let endpoint = try Endpoint(parsing: address)
    let listener = try await Listener.listen(
      on: endpoint, configuration: TransportConfiguration(configuration),
      report: { peer, reason in
        counters.connectionCutOff()
        cutOff(peer.text, reason)
      }
    ) { connection in
      ServerConnection(
        router: router, configuration: configuration, peer: connection.peer, counters: counters,
        load: connection.load
      ) { body in
        connection.port.perform { body($0 as? ServerConnection) }
      }
    }
    return GRPCServer(listener: listener, counters: counters)
  }

  /// The port that is listened at; 0 for a Unix domain socket.
  public var port: Int { listener.port }

  /// Where it listens: `127.0.0.1:50051` or `unix:/run/trialgate.sock`.
  public var address: String { listener.address }

  /// Reads the files of TLS again, for connections that come from then on.
  ///
  /// - Parameter always: whether they are read even though none was replaced.
  /// - Returns: whether they were read.
  /// - Throws: an error whose description names the file at fault; what was read before stays in use.
  public func reloadCertificates(always: Bool = false) throws -> Bool {
    guard let certificates = listener.certificates else { return false }
    guard always else { return try certificates.reloadIfChanged() }
    try certificates.reload()
    return true
  }

  /// Stops accepting, lets the calls in flight finish within the drain time, and closes.
  public func drain() async {
    await listener.drain()
  }
}

extension TransportConfiguration {
  /// What the transport needs to know of a server's limits.
  init(_ configuration: ServerConfiguration) {
    self.init(threads: configuration.threads)
    maximumConnections = configuration.maximumConnections
    idleSeconds = configuration.idleSeconds
    ageSeconds = configuration.ageSeconds
    ageGraceSeconds = configuration.ageGraceSeconds
    prefaceSeconds = configuration.prefaceSeconds
    headerSeconds = configuration.headerSeconds
    slowReaderSeconds = configuration.slowReaderSeconds
    keepaliveSeconds = configuration.keepaliveSeconds
    keepaliveTimeoutSeconds = configuration.keepaliveTimeoutSeconds
    drainSeconds = configuration.drainSeconds
    tls = configuration.tls.map {
      TLSFiles(
        certificateChain: $0.certificateFile, privateKey: $0.keyFile,
        clientAuthorities: $0.clientAuthorityFile)
    }
  }
}
