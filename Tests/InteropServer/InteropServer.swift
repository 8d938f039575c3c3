internal import ArgumentParser
internal import Glibc
internal import RPC
internal import TestServerSupport

/// `interop-server`: the test services of gRPC on TrialGate's own stack, for the interoperability suites of
/// other implementations. It is no part of the product.
@main struct InteropServer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "interop-server",
    abstract: "Serves grpc.testing.TestService and BenchmarkService on 127.0.0.1 until SIGTERM.",
    discussion: """
      GET /counters answers over HTTP/2 with what the server has done, one "name number" a line.

      Example: interop-server --port 10000
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

  @Option(help: "Event loops.")
  var threads = 2

  func validate() throws {
    guard (0...65_535).contains(port) else { throw ValidationError("--port must be 0 to 65535") }
    guard (0...(1 << 30)).contains(maxReceive) else {
      throw ValidationError("--max-receive must be 0 to 1073741824")
    }
    guard (1...256).contains(threads) else { throw ValidationError("--threads must be 1 to 256") }
    guard (cert == nil) == (key == nil), clientCa == nil || cert != nil else {
      throw ValidationError("TLS needs both --cert and --key; --client-ca is optional")
    }
  }

  /// The files of TLS; nil where none is given.
  private var tls: ServerTLS? {
    guard let cert, let key else { return nil }
    return ServerTLS(certificateFile: cert, keyFile: key, clientAuthorityFile: clientCa)
  }

  func run() async throws {
    let stop = StopSignal()
    let counters = ServerCounters()
    var router = ServiceRouter()
    TestService.register(with: &router)
    BenchmarkService.register(with: &router)
    LoadReports.register(with: &router)
    let health = HealthState(services: router.services)
    HealthService.register(with: &router, state: health)
    router.page("/healthz") { "ok\n" }
    router.page("/counters") {
      """
      calls_started \(counters.callsStarted)
      calls_finished \(counters.callsFinished)
      streams_open \(counters.openStreams - 1)
      handlers_running \(counters.runningHandlers)
      messages_buffered \(counters.callsHeldBack)

      """
    }
    var limits = ServerConfiguration()
    limits.threads = threads
    limits.maximumMessageBytes = maxReceive
    limits.tls = tls
    let server = try await GRPCServer.start(
      at: "127.0.0.1:\(port)", router: router, configuration: limits, counters: counters)
    print("listening on 127.0.0.1:\(server.port)")
    // Whoever reads it from a pipe shall not wait for more.
    fflush(nil)
    await stop.wait()
    health.shutDown()
    await server.drain()
  }
}
