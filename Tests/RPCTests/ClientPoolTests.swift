import RPC
import Synchronization
import Testing

/// A client with its connections, over real sockets: which server is called, and what happens when one is not
/// there.
@Suite(.timeLimit(.minutes(2))) struct ClientPoolTests {
  /// What a handler was asked, and how it answers.
  private final class Script: Sendable {
    private let state = Mutex((asked: 0, failures: 0))

    init(failures: Int = 0) {
      state.withLock { $0.failures = failures }
    }

    var asked: Int { state.withLock { $0.asked } }

    /// Whether this call shall fail.
    func next() -> Bool {
      state.withLock { state in
        state.asked += 1
        return state.asked <= state.failures
      }
    }
  }

  private struct Backend {
    var server: GRPCServer
    var health: HealthState
  }

  /// A server that answers `test.Who/Who` with its number, or fails as its script says.
  private static func start(
    _ number: UInt8 = 0, _ script: Script = Script(), at address: String = "127.0.0.1:0",
    failure: RPCStatus = RPCStatus(.unavailable, "not now")
  ) async throws -> Backend {
    var router = ServiceRouter.echo
    router.unary(service: "test.Who", method: "Who") { _, _ in
      script.next()
        ? .failure(failure)
        : .message(ResponseMessage(withPrefix: [0, 0, 0, 0, 0, number]))
    }
    let health = HealthState(services: router.services)
    HealthService.register(with: &router, state: health)
    var configuration = ServerConfiguration()
    configuration.drainSeconds = 1
    configuration.maximumLagMilliseconds = 60_000
    let server = try await GRPCServer.start(
      at: address, router: router, configuration: configuration)
    return Backend(server: server, health: health)
  }

  private static func who(_ client: GRPCClient) async throws -> UInt8? {
    try await client.unary("/test.Who/Who", [], options: CallOptions(timeoutMilliseconds: 10_000))
      .message.first
  }

  private static func status(_ body: () async throws -> Void) async -> RPCStatus? {
    do {
      try await body()
      return nil
    } catch {
      return error as? RPCStatus
    }
  }

  // MARK: Which server

  @Test func callsGoToAllServersInTurn() async throws {
    let backends = [try await Self.start(1), try await Self.start(2), try await Self.start(3)]
    let client = try GRPCClient(to: backends.map(\.server.address))
    var seen: Set<UInt8> = []
    while seen.count < 3 { seen.insert(try #require(try await Self.who(client))) }
    var counts: [UInt8: Int] = [:]
    for _ in 0..<30 { counts[try #require(try await Self.who(client)), default: 0] += 1 }
    #expect(counts == [1: 10, 2: 10, 3: 10])
    for backend in backends { await backend.server.drain() }
  }

  /// gRFC A17: a server that says it does not serve is given no calls, until it says that it does.
  @Test func onlyServersThatServeAreCalled() async throws {
    let backends = [try await Self.start(1), try await Self.start(2)]
    var configuration = ClientConfiguration()
    configuration.healthService = "test.Who"
    let client = try GRPCClient(
      to: backends.map(\.server.address), configuration: configuration)
    backends[0].health.set("test.Who", to: .notServing)
    #expect(try await Self.who(client) == 2)
    for _ in 0..<20 { #expect(try await Self.who(client) == 2) }
    backends[0].health.set("test.Who", to: .serving)
    while try await Self.who(client) != 1 {}
    backends[1].health.set("test.Who", to: .notServing)
    // What is told by one event loop is known to another a moment later.
    while try await Self.who(client) != 1 {}
    try await Task.sleep(for: .milliseconds(200))
    for _ in 0..<20 { #expect(try await Self.who(client) == 1) }
    backends[0].health.set("test.Who", to: .notServing)
    try await Task.sleep(for: .milliseconds(200))
    let status = await Self.status { _ = try await Self.who(client) }
    #expect(status?.code == .unavailable && status?.message.contains("not serving") == true)
    for backend in backends { await backend.server.drain() }
  }

  @Test func aServerWithoutTheHealthServiceIsTakenAsItIs() async throws {
    let server = try await GRPCServer.start(
      at: "127.0.0.1:0", router: .echo, configuration: ServerConfiguration())
    var configuration = ClientConfiguration()
    configuration.healthService = ""
    let client = try GRPCClient(to: [server.address], configuration: configuration)
    #expect(try await client.unary("/test.Echo/Echo", [7]).message == [7])
    await server.drain()
  }

  @Test func aNameIsResolved() async throws {
    let backend = try await Self.start(9)
    let client = try GRPCClient(to: ["localhost:\(backend.server.port)"])
    #expect(try await Self.who(client) == 9)
    await backend.server.drain()
  }

  @Test(arguments: [[], ["nowhere"], ["127.0.0.1:65536"]]) func addressesThatAreNone(
    _ addresses: [String]
  ) {
    let error = #expect(throws: RPCStatus.self) { _ = try GRPCClient(to: addresses) }
    #expect(error?.code == .invalidArgument)
  }

  // MARK: Nobody there

  @Test func aCallThatDoesNotWaitFailsAtOnceAndSaysWhy() async throws {
    let backend = try await Self.start()
    let address = backend.server.address
    await backend.server.drain()
    let client = try GRPCClient(to: [address])
    let status = await Self.status { _ = try await Self.who(client) }
    #expect(status?.code == .unavailable)
    #expect(status?.message.contains("cannot connect to \(address)") == true)
  }

  @Test func aCallThatWaitsEndsAtItsDeadlineAndSaysWhy() async throws {
    let backend = try await Self.start()
    let address = backend.server.address
    await backend.server.drain()
    let client = try GRPCClient(to: [address])
    let begun = ContinuousClock.now
    let status = await Self.status {
      _ = try await client.unary(
        "/test.Who/Who", [],
        options: CallOptions(timeoutMilliseconds: 300, waitsForReady: true))
    }
    #expect(status?.code == .deadlineExceeded)
    #expect(status?.message.contains("cannot connect to \(address)") == true)
    #expect(ContinuousClock.now - begun >= .milliseconds(290))
  }

  @Test func aCallThatWaitsIsAnsweredByAServerThatComes() async throws {
    let first = try await Self.start()
    let address = first.server.address
    await first.server.drain()
    var configuration = ClientConfiguration()
    configuration.backoff.initialMilliseconds = 50
    let client = try GRPCClient(to: [address], configuration: configuration)
    async let answer = client.unary(
      "/test.Who/Who", [], options: CallOptions(timeoutMilliseconds: 30_000, waitsForReady: true))
    try await Task.sleep(for: .milliseconds(200))
    let second = try await Self.start(5, at: address)
    #expect(try await answer.message == [5])
    await second.server.drain()
  }

  /// What is too long to be kept for another attempt is kept for the first.
  @Test func aLongRequestWaitsForItsServerToo() async throws {
    let first = try await Self.start()
    let address = first.server.address
    await first.server.drain()
    var configuration = ClientConfiguration()
    configuration.backoff.initialMilliseconds = 50
    configuration.retryBufferBytes = 1_000
    let client = try GRPCClient(to: [address], configuration: configuration)
    let call = client.call(
      "/test.Echo/Echo", .unary,
      options: CallOptions(timeoutMilliseconds: 30_000, waitsForReady: true))
    let message = [UInt8](repeating: 3, count: 200_000)
    try await call.send(message)
    call.finishSending()
    let second = try await Self.start(at: address)
    #expect(try await call.answer().message == message)
    await second.server.drain()
  }

  @Test func aCancelledTaskCancelsItsCall() async throws {
    let backend = try await Self.start()
    let address = backend.server.address
    await backend.server.drain()
    let client = try GRPCClient(to: [address])
    let task = Task {
      await Self.status {
        _ = try await client.unary("/test.Who/Who", [], options: CallOptions(waitsForReady: true))
      }
    }
    try await Task.sleep(for: .milliseconds(50))
    task.cancel()
    #expect(await task.value?.code == .cancelled)
  }

  /// Neither its deadline nor the system would tell so soon that the other side is gone.
  @Test func aServerThatGivesNoSignOfLifeIsGivenUp() async throws {
    let gate = Gate()
    var router = ServiceRouter.echo
    router.unary(service: "test.Slow", method: "Wait") { _, _ in
      gate.wait()
      return .message(ResponseMessage(withPrefix: [0, 0, 0, 0, 0, 1]))
    }
    let server = try await GRPCServer.start(
      at: "127.0.0.1:0", router: router, configuration: ServerConfiguration())
    var configuration = ClientConfiguration()
    configuration.keepaliveSeconds = 1
    configuration.keepaliveTimeoutSeconds = 1
    let client = try GRPCClient(to: [server.address], configuration: configuration)
    let status = await Self.status {
      _ = try await client.unary(
        "/test.Slow/Wait", [], options: CallOptions(timeoutMilliseconds: 60_000))
    }
    gate.open()
    #expect(status?.code == .unavailable && status?.message.contains("keepalive") == true)
    await server.drain()
  }

  // MARK: Again

  private static func retrying(_ address: String, _ policy: RetryPolicy?) throws -> GRPCClient {
    var configuration = ClientConfiguration()
    configuration.services.services["test.Who"] = MethodConfiguration(
      timeoutMilliseconds: 10_000, retry: policy)
    return try GRPCClient(to: [address], configuration: configuration)
  }

  private static let quick = RetryPolicy(maximumAttempts: 3, initialBackoffMilliseconds: 10)

  struct RetryRow: Sendable {
    var failures: Int
    var code: StatusCode
    var policy: RetryPolicy?
    var asked: Int
    var result: StatusCode?
  }

  static let retryRows = [
    RetryRow(failures: 2, code: .unavailable, policy: quick, asked: 3, result: nil),
    RetryRow(failures: 9, code: .unavailable, policy: quick, asked: 3, result: .unavailable),
    RetryRow(failures: 1, code: .unavailable, policy: nil, asked: 1, result: .unavailable),
    RetryRow(failures: 1, code: .internal, policy: quick, asked: 1, result: .internal),
    RetryRow(failures: 0, code: .unavailable, policy: quick, asked: 1, result: nil),
  ]

  @Test(arguments: retryRows.indices) func callsAreMadeAgainAsTheirPolicySays(
    _ index: Int
  ) async throws {
    let row = Self.retryRows[index]
    let script = Script(failures: row.failures)
    let backend = try await Self.start(4, script, failure: RPCStatus(row.code, "as asked"))
    let client = try Self.retrying(backend.server.address, row.policy)
    let status = await Self.status { _ = try await client.unary("/test.Who/Who", []) }
    #expect(status?.code == row.result)
    #expect(script.asked == row.asked)
    await backend.server.drain()
  }

  /// `grpc-retry-pushback-ms` takes the place of the policy's own wait.
  @Test func theServersPushBackIsKept() async throws {
    let script = Script(failures: 1)
    let backend = try await Self.start(
      4, script,
      failure: RPCStatus(.unavailable, "later", details: [.retryInfo(milliseconds: 400)]))
    let client = try Self.retrying(backend.server.address, Self.quick)
    let begun = ContinuousClock.now
    #expect(try await client.unary("/test.Who/Who", []).message == [4])
    #expect(ContinuousClock.now - begun >= .milliseconds(390) && script.asked == 2)
    await backend.server.drain()
  }

  /// An attempt behind the deadline would only be another failure: the one that was is told.
  @Test func nothingIsTriedBehindTheDeadline() async throws {
    let script = Script(failures: 9)
    let backend = try await Self.start(
      4, script,
      failure: RPCStatus(.unavailable, "later", details: [.retryInfo(milliseconds: 60_000)]))
    let client = try Self.retrying(backend.server.address, Self.quick)
    let begun = ContinuousClock.now
    let status = await Self.status { _ = try await client.unary("/test.Who/Who", []) }
    #expect(status?.code == .unavailable && script.asked == 1)
    #expect(ContinuousClock.now - begun < .seconds(9))
    await backend.server.drain()
  }

  /// Below half of the credit nothing is made again (gRFC A6).
  @Test func aServerThatFailsAllTheTimeIsNotAskedMore() async throws {
    let script = Script(failures: 1_000)
    let backend = try await Self.start(4, script)
    var configuration = ClientConfiguration()
    configuration.services.others = MethodConfiguration(retry: Self.quick)
    configuration.services.maximumRetryTokens = 4
    let client = try GRPCClient(to: [backend.server.address], configuration: configuration)
    for _ in 0..<10 {
      let status = await Self.status { _ = try await client.unary("/test.Who/Who", []) }
      #expect(status?.code == .unavailable)
    }
    #expect(script.asked < 15, "ten calls, and the few attempts that the credit allowed")
    await backend.server.drain()
  }
}
