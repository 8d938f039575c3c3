internal import ArgumentParser
internal import CohortConfiguration
internal import Foundation
internal import Logging
internal import MessageCoding
internal import RPC
internal import TrialGateServices

/// `trialgate serve`: answers over gRPC until it is told to stop.
struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Answers over gRPC until SIGTERM or SIGINT.",
    discussion: """
      The built-in trial is loaded at once. The standard health and reflection services are on the same \
      port, and GET /healthz answers "ok" over HTTP/2.
      On SIGTERM readiness turns NOT_SERVING, the server stops accepting, calls in flight finish, and it \
      exits with 0.

      Example: trialgate serve --listen 127.0.0.1:50051 --data-dir ./data
      """)

  @Option(help: "HOST:PORT, where port 0 lets the system choose, or unix:PATH to listen at.")
  var listen = "127.0.0.1:50051"

  @Option(
    help: "Directory of this server's own data. Created where it is missing; one server at a time.")
  var dataDir: String

  @Option(
    help: "Certificate chain in PEM; with --key, connections are encrypted (TLS 1.2 and 1.3).")
  var cert: String?

  @Option(help: "Private key of --cert in PEM.")
  var key: String?

  @Option(help: "Authorities in PEM of which clients must show a certificate.")
  var clientCa: String?

  @OptionGroup(title: "Principals")
  var principals: PrincipalOptions

  @Option(help: "Event loops. Each connection stays on one.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Option(help: "Longest message in bytes.")
  var maxMessage = 4 << 20

  @Option(help: "Streams open at once on a connection.")
  var maxStreams = 128

  @Option(help: "Connections at once.")
  var maxConnections = 4_096

  @Option(help: "Milliseconds a unary call has when its client says nothing.")
  var defaultDeadline: UInt64 = 3_000

  @Option(help: "Milliseconds a unary call has at most.")
  var maxDeadline: UInt64 = 30_000

  @Option(help: "Seconds without a message either way until a stream is ended.")
  var streamIdle: UInt64 = 300

  @Option(help: "Seconds without traffic until a connection is drained.")
  var idle: Int64 = 300

  @Option(help: "Seconds that calls in flight have when the server stops.")
  var drain: Int64 = 10

  func validate() throws {
    let limits: [(String, Bool)] = [
      ("--threads must be 1 to 256", (1...256).contains(threads)),
      ("--max-message must be 1024 to 67108864", (1_024...(64 << 20)).contains(maxMessage)),
      ("--max-streams must be 1 to 100000", (1...100_000).contains(maxStreams)),
      ("--max-connections must be 1 to 1000000", (1...1_000_000).contains(maxConnections)),
      ("--default-deadline must be 1 to 3600000", (1...3_600_000).contains(defaultDeadline)),
      ("--max-deadline must be 1 to 3600000", (1...3_600_000).contains(maxDeadline)),
      ("--stream-idle must be 1 to 86400", (1...86_400).contains(streamIdle)),
      ("--idle must be 1 to 86400", (1...86_400).contains(idle)),
      ("--drain must be 0 to 3600", (0...3_600).contains(drain)),
    ]
    let wrong = limits.filter { !$0.1 }.map(\.0)
    if !wrong.isEmpty { throw ValidationError(wrong.joined(separator: "; ")) }
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
    LoggingSystem.bootstrap(StreamLogHandler.standardError)
    let logger = Logger(label: "trialgate")
    let access = AccessControl(try principals.directory(listeningAt: listen, logger))
    let directory = try DataDirectory(path: dataDir)
    let configuration = try ConfigurationOpening.service(in: dataDir, logger)
    let (router, health) = try Self.services(configuration, access)
    configuration.watchStore { ConfigurationOpening.tell($0, health, logger) }
    var limits = ServerConfiguration()
    limits.threads = threads
    limits.maximumMessageBytes = maxMessage
    limits.concurrentStreams = maxStreams
    limits.maximumConnections = maxConnections
    limits.defaultDeadlineMilliseconds = defaultDeadline
    limits.maximumDeadlineMilliseconds = maxDeadline
    limits.streamIdleSeconds = streamIdle
    limits.idleSeconds = idle
    limits.drainSeconds = drain
    limits.tls = tls
    let stop = StopSignal()
    let server: GRPCServer
    do {
      server = try await GRPCServer.start(at: listen, router: router, configuration: limits)
    } catch {
      throw CommandFailure.report("\(error)", code: 1)
    }
    logger.info(
      "serving",
      metadata: [
        "address": "\(server.address)", "revision": "\(configuration.current.value.revision)",
      ])
    var received = stop.signals.makeAsyncIterator()
    let signal = await received.next() ?? ""
    logger.info("draining", metadata: ["signal": "\(signal)"])
    health.shutDown()
    await server.drain()
    logger.info("stopped", metadata: ["calls": "\(server.counters.callsFinished)"])
    withExtendedLifetime((directory, stop)) {}
  }

  private static func services(
    _ configuration: ConfigurationService, _ access: AccessControl
  ) throws -> (ServiceRouter, HealthState) {
    var router = ServiceRouter()
    router.intercept(access)
    EligibilityService(current: configuration.current).register(with: &router)
    configuration.register(with: &router)
    let health = HealthState(services: router.services)
    HealthService.register(with: &router, state: health)
    try ReflectionService.register(with: &router, descriptorSet: EmbeddedResources.descriptorSet)
    router.page("/healthz") { "ok\n" }
    return (router, health)
  }
}
