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
      exits with 0; a second SIGTERM, a moment later, ends it at once. On SIGHUP the files of TLS are read again.

      Example: trialgate serve --listen 127.0.0.1:50051 --data-dir ./data
      """)

  @Option(help: "HOST:PORT, where port 0 lets the system choose, or unix:PATH to listen at.")
  var listen = "127.0.0.1:50051"

  @Option(
    help: "Directory of this server's own data. Created where it is missing; one server at a time.")
  var dataDir: String

  @OptionGroup(title: "TLS")
  var tls: TLSOptions

  @OptionGroup(title: "Principals")
  var principals: PrincipalOptions

  @OptionGroup(title: "Limits")
  var limits: LimitOptions

  @Option(
    help: """
      Seconds between NOT_SERVING and the end of listening, for balancers that ask for health; they \
      should be more than two of their intervals.
      """)
  var drainDelay = 0

  func validate() throws {
    guard (0...3_600).contains(drainDelay) else {
      throw ValidationError("--drain-delay must be 0 to 3600")
    }
    if principals.principals != nil, tls.files?.clientAuthorityFile == nil {
      throw ValidationError("--principals needs --client-ca, by which subjects are verified")
    }
  }

  func run() async throws {
    LoggingSystem.bootstrap(StreamLogHandler.standardError)
    let logger = Logger(label: "trialgate")
    let access = AccessControl(try principals.directory(listeningAt: listen, logger))
    let directory = try DataDirectory(path: dataDir)
    let configuration = try ConfigurationOpening.service(in: dataDir, logger)
    var served = limits.configuration
    let (router, health) = try Self.services(configuration, access, eventLoops: served.threads)
    configuration.watchStore { ConfigurationOpening.tell($0, health, logger) }
    served.tls = tls.files
    logger.info("limits", metadata: Self.shown(served))
    let signals = ServerSignals()
    let cutOffs = CutOffLog(logger)
    let server: GRPCServer
    do {
      server = try await GRPCServer.start(
        at: listen, router: router, configuration: served, cutOff: cutOffs.add)
    } catch {
      throw CommandFailure.report("\(error)", code: 1)
    }
    logger.info(
      "serving",
      metadata: [
        "address": "\(server.address)", "revision": "\(configuration.current.value.revision)",
      ])
    let watch = Task { [tls] in await tls.watch(server, logger) }
    await stop(server, health, signals, logger)
    watch.cancel()
    logger.info(
      "stopped",
      metadata: [
        "calls": "\(server.counters.callsFinished)", "shed": "\(server.counters.callsShed)",
        "cut_off": "\(server.counters.connectionsCutOff)",
      ])
    withExtendedLifetime((directory, signals)) {}
  }

  /// What the server goes by, whether given or not, so that a log says what was in force.
  private static func shown(_ limits: ServerConfiguration) -> Logger.Metadata {
    var metadata: Logger.Metadata = [:]
    for case (let name?, let value) in Mirror(reflecting: limits).children where name != "tls" {
      metadata[name] = "\(value)"
    }
    return metadata
  }

  /// Waits for the signal to stop, and ends the server. A second such signal, a moment later or more, ends the
  /// process at once.
  private func stop(
    _ server: GRPCServer, _ health: HealthState, _ signals: ServerSignals, _ logger: Logger
  ) async {
    var requests = signals.requests.makeAsyncIterator()
    while case .reload? = await requests.next() {
      TLSOptions.reload(server, always: true, logger)
    }
    logger.info("draining", metadata: ["seconds": "\(limits.drain)"])
    let began = ContinuousClock.now
    let impatience = Task { [requests = signals.requests] in
      // Whoever signals a process and then its group means one stop.
      for await case .stop(let name) in requests
      where ContinuousClock.now - began > .milliseconds(250) {
        logger.warning("stopped at once", metadata: ["signal": "\(name)"])
        Foundation.exit(1)
      }
    }
    health.shutDown()
    try? await Task.sleep(for: .seconds(drainDelay))
    await server.drain()
    impatience.cancel()
  }

  private static func services(
    _ configuration: ConfigurationService, _ access: AccessControl, eventLoops: Int
  ) throws -> (ServiceRouter, HealthState) {
    var router = ServiceRouter()
    router.intercept(access)
    EligibilityService(current: configuration.current, eventLoops: eventLoops)
      .register(with: &router)
    configuration.register(with: &router)
    let health = HealthState(services: router.services)
    HealthService.register(with: &router, state: health)
    try ReflectionService.register(with: &router, descriptorSet: EmbeddedResources.descriptorSet)
    router.page("/healthz") { "ok\n" }
    return (router, health)
  }
}
