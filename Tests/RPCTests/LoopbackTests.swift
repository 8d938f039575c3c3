import RPC
import Synchronization
import Testing

/// The client's half against the server's half over real sockets.
@Suite(.timeLimit(.minutes(2))) struct LoopbackTests {
  private static func start(
    _ router: ServiceRouter = .echo, _ adjust: (inout ServerConfiguration) -> Void = { _ in }
  ) async throws -> GRPCServer {
    var configuration = ServerConfiguration()
    configuration.drainSeconds = 5
    adjust(&configuration)
    return try await GRPCServer.start(
      at: "127.0.0.1:0", router: router, configuration: configuration)
  }

  private static func connect(
    _ server: GRPCServer, maximumMessageBytes: Int = 4 << 20
  ) async throws -> GRPCClient {
    var configuration = ClientConfiguration()
    configuration.maximumMessageBytes = maximumMessageBytes
    return try await GRPCClient.connect(
      to: "127.0.0.1:\(server.port)", configuration: configuration)
  }

  private static func code(_ body: () async throws -> [UInt8]) async -> StatusCode? {
    do {
      _ = try await body()
      return .ok
    } catch {
      return (error as? RPCStatus)?.code
    }
  }

  @Test(arguments: [0, 1, 100_000, 4 << 20]) func messagesOfEverySizeComeBack(
    _ size: Int
  ) async throws {
    let server = try await Self.start()
    let client = try await Self.connect(server)
    let message = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let answer = try await client.unary(
      "/test.Echo/Echo", message, timeoutMilliseconds: 60_000)
    #expect(answer.count == size && [answer] == [message])
    client.close()
    await server.drain()
    #expect(server.counters.callsFinished == 1 && server.counters.openConnections == 0)
  }

  @Test func manyCallsAtOnceGetTheirOwnAnswers() async throws {
    let server = try await Self.start { $0.concurrentStreams = 16 }
    let client = try await Self.connect(server)
    let wrong = try await withThrowingTaskGroup(of: Bool.self) { group in
      for index in 0..<300 {
        group.addTask {
          let message = [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: index * 50)
          return try await client.unary(
            "/test.Echo/Echo", message, timeoutMilliseconds: 60_000) != message
        }
      }
      return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(wrong == 0)
    #expect(server.counters.callsFinished == 300 && server.counters.callsFailed == 0)
    await server.drain()
  }

  /// Connections go round the event loops, and each stays on its own.
  @Test func callsKnowTheirEventLoop() async throws {
    var router = ServiceRouter()
    router.unary(service: "test.Loop", method: "Number") { _, context in
      .message(ResponseMessage(withPrefix: [0, 0, 0, 0, 0, UInt8(context.eventLoop)]))
    }
    let server = try await Self.start(router) { $0.threads = 3 }
    var seen: Set<[UInt8]> = []
    for _ in 0..<6 {
      let client = try await Self.connect(server)
      let number = try await client.unary("/test.Loop/Number", [], timeoutMilliseconds: 60_000)
      let again = try await client.unary("/test.Loop/Number", [], timeoutMilliseconds: 60_000)
      #expect(number == again)
      seen.insert(number)
      client.close()
    }
    #expect(seen == [[0], [1], [2]])
    await server.drain()
  }

  @Test func aStatusArrivesWhole() async throws {
    let server = try await Self.start()
    let client = try await Self.connect(server)
    let error = await #expect(throws: RPCStatus.self) {
      try await client.unary("/test.Echo/Fail", [9])
    }
    #expect(
      error
        == RPCStatus(.failedPrecondition, "100% wrong\n入组", details: ServiceRouter.failureDetails))
    await server.drain()
  }

  @Test func metadataArrives() async throws {
    let server = try await Self.start()
    let client = try await Self.connect(server)
    let answer = try await client.unary(
      "/test.Echo/Context", [], metadata: [("x-a", "1"), ("x-b", "2")])
    #expect(String(decoding: answer, as: UTF8.self).hasSuffix("|x-a=1|x-b=2"))
    await server.drain()
  }

  @Test func anUnknownMethodIsUnimplemented() async throws {
    let server = try await Self.start()
    let client = try await Self.connect(server)
    #expect(
      await Self.code { try await client.unary("/test.Echo/Nothing", [1]) } == .unimplemented)
    await server.drain()
  }

  /// The client is told by a status, not by a reset, although it is still sending.
  @Test func aMessageTooLongForTheServerIsResourceExhausted() async throws {
    let server = try await Self.start { $0.maximumMessageBytes = 1_024 }
    let client = try await Self.connect(server)
    let large = [UInt8](repeating: 0, count: 3 << 20)
    #expect(
      await Self.code { try await client.unary("/test.Echo/Echo", large) } == .resourceExhausted)
    #expect(await Self.code { try await client.unary("/test.Echo/Echo", [1]) } == .ok)
    await server.drain()
  }

  @Test func anAnswerTooLongForTheClientIsResourceExhausted() async throws {
    let server = try await Self.start()
    let client = try await Self.connect(server, maximumMessageBytes: 1_024)
    #expect(
      await Self.code { try await client.unary("/test.Echo/Large", [1, 2]) } == .resourceExhausted)
    #expect(await Self.code { try await client.unary("/test.Echo/Echo", [1]) } == .ok)
    await server.drain()
  }

  @Test func nobodyListeningIsUnavailable() async throws {
    let server = try await Self.start()
    let port = server.port
    await server.drain()
    let error = await #expect(throws: RPCStatus.self) {
      _ = try await GRPCClient.connect(to: "127.0.0.1:\(port)")
    }
    #expect(error?.code == .unavailable)
  }

  @Test func aBadAddressIsRefused() async {
    let error = await #expect(throws: RPCStatus.self) { _ = try await GRPCClient.connect(to: "x") }
    #expect(error?.code == .invalidArgument)
  }

  @Test func aCallOnAClosedConnectionIsUnavailable() async throws {
    let server = try await Self.start()
    let client = try await Self.connect(server)
    client.close()
    #expect(await Self.code { try await client.unary("/test.Echo/Echo", [1]) } == .unavailable)
    await server.drain()
  }

  /// The handler blocks its loop on purpose, so that the client's own clock must end the call.
  @Test func theClientEndsACallWhoseTimeIsOver() async throws {
    let gate = Gate()
    var router = ServiceRouter.echo
    router.unary(service: "test.Slow", method: "Wait") { _, _ in
      gate.wait()
      return .message(ResponseMessage(withPrefix: [0, 0, 0, 0, 0, 1]))
    }
    // A loop that was blocked counts as overloaded for a moment.
    let server = try await Self.start(router) { $0.maximumLagMilliseconds = 60_000 }
    let client = try await Self.connect(server)
    let code = await Self.code {
      try await client.unary("/test.Slow/Wait", [1], timeoutMilliseconds: 50)
    }
    gate.open()
    #expect(code == .deadlineExceeded)
    #expect(await Self.code { try await client.unary("/test.Echo/Echo", [1]) } == .ok)
    await server.drain()
  }
}

/// Stopping a server that is at work.
@Suite(.timeLimit(.minutes(2))) struct DrainTests {
  private static func start(_ router: ServiceRouter) async throws -> GRPCServer {
    var configuration = ServerConfiguration()
    configuration.drainSeconds = 5
    return try await GRPCServer.start(
      at: "127.0.0.1:0", router: router, configuration: configuration)
  }

  @Test func aCallThatWasBegunIsAnswered() async throws {
    let gate = Gate()
    var router = ServiceRouter()
    router.unary(service: "test.Slow", method: "Wait") { _, _ in
      gate.wait()
      return .message(ResponseMessage(withPrefix: [0, 0, 0, 0, 0, 42]))
    }
    let server = try await Self.start(router)
    let client = try await GRPCClient.connect(to: "127.0.0.1:\(server.port)")
    async let answer: [UInt8] = client.unary("/test.Slow/Wait", [1])
    while !gate.isWaited { try await Task.sleep(for: .milliseconds(1)) }
    async let drained: Void = server.drain()
    try await Task.sleep(for: .milliseconds(20))
    gate.open()
    #expect(try await answer == [42])
    await drained
    #expect(server.counters.openConnections == 0)
  }

  /// Callers that try again at a new place lose nothing: a call is either answered or was not taken.
  @Test func everyCallIsAnsweredOrMayBeTriedAgain() async throws {
    let handled = Counter()
    var router = ServiceRouter()
    router.unary(service: "test.Count", method: "One") { _, _ in
      handled.increase()
      return .message(ResponseMessage(withPrefix: [0, 0, 0, 0, 0]))
    }
    let server = try await Self.start(router)
    let client = try await GRPCClient.connect(to: "127.0.0.1:\(server.port)")
    let answered = Counter()
    let others = Counter()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          while true {
            do throws(RPCStatus) {
              _ = try await client.unary("/test.Count/One", [])
              answered.increase()
            } catch {
              if error.code != .unavailable { others.increase() }
              return
            }
          }
        }
      }
      group.addTask {
        while answered.value < 200 { await Task.yield() }
        await server.drain()
      }
    }
    #expect(others.value == 0)
    #expect(answered.value == handled.value)
    #expect(server.counters.openConnections == 0)
  }

  @Test func aDrainedServerTakesNoConnection() async throws {
    let server = try await Self.start(.echo)
    let address = "127.0.0.1:\(server.port)"
    await server.drain()
    await #expect(throws: RPCStatus.self) { _ = try await GRPCClient.connect(to: address) }
  }
}

private final class Counter: Sendable {
  private let count = Atomic<Int>(0)

  var value: Int { count.load(ordering: .relaxed) }

  func increase() { count.add(1, ordering: .relaxed) }
}
