internal import ArgumentParser
internal import Glibc
internal import RPC
internal import TestServerSupport

/// `conformance-server`: the service of the conformance suite of ConnectRPC on TrialGate's own stack, for
/// the gRPC protocol. It is no part of the product.
@main struct ConformanceServer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conformance-server",
    abstract: "Serves connectrpc.conformance.v1.ConformanceService on 127.0.0.1 until SIGTERM.",
    discussion: """
      Prints "listening on 127.0.0.1:PORT" once it takes calls.

      Example: conformance-server --port 10000 --max-receive 204800
      """)

  @Option(help: "Port to listen at; 0 lets the system choose. The port is printed.")
  var port = 0

  @Option(help: "Longest message that is received, in bytes.")
  var maxReceive = 4 << 20

  @Option(
    help: "Certificate chain in PEM; with --key, connections are encrypted (TLS 1.2 and 1.3).")
  var cert: String?

  @Option(help: "Private key of --cert in PEM.")
  var key: String?

  @Option(help: "Authorities in PEM of which clients must show a certificate.")
  var clientCa: String?

  func validate() throws {
    guard (0...65_535).contains(port) else { throw ValidationError("--port must be 0 to 65535") }
    guard (0...(1 << 30)).contains(maxReceive) else {
      throw ValidationError("--max-receive must be 0 to 1073741824")
    }
    guard (cert == nil) == (key == nil), clientCa == nil || cert != nil else {
      throw ValidationError("TLS needs both --cert and --key; --client-ca is optional")
    }
  }

  func run() async throws {
    let stop = StopSignal()
    var router = ServiceRouter()
    ConformanceService.register(with: &router)
    var limits = ServerConfiguration()
    limits.threads = 2
    limits.maximumMessageBytes = maxReceive
    // The suite's calls have the deadlines that they name, and no others.
    limits.defaultDeadlineMilliseconds = 120_000
    limits.maximumDeadlineMilliseconds = 120_000
    if let cert, let key {
      limits.tls = ServerTLS(certificateFile: cert, keyFile: key, clientAuthorityFile: clientCa)
    }
    let server = try await GRPCServer.start(
      at: "127.0.0.1:\(port)", router: router, configuration: limits)
    print("listening on 127.0.0.1:\(server.port)")
    // Whoever reads it from a pipe shall not wait for more.
    fflush(nil)
    await stop.wait()
    await server.drain()
  }
}
