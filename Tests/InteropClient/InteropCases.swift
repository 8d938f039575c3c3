internal import RPC

/// The cases by their official names (grpc/grpc, doc/interop-test-descriptions.md).
struct InteropCases: Sendable {
  typealias Case = @Sendable (InteropCases) async throws -> Void

  let servers: [String]
  let configuration: ClientConfiguration
  let encoding: MessageEncoding
  let soakCalls: Int
  let seconds: Double

  static let service = "/grpc.testing.TestService/"
  static let requestSize = 271_828
  static let answerSize = 314_159
  static let requestSizes = [27_182, 8, 1_828, 45_904]
  static let answerSizes = [31_415, 9, 2_653, 58_979]
  static let specialMessage =
    "\t\ntest with whitespace\r\nand Unicode BMP \u{263A} and non-BMP \u{1F608}\t\n"

  static let all: [String: Case] = [
    "empty_unary": { try await $0.emptyUnary() },
    "large_unary": { try await $0.largeUnary() },
    "client_compressed_unary": { try await $0.clientCompressedUnary() },
    "server_compressed_unary": { try await $0.serverCompressedUnary() },
    "client_streaming": { try await $0.clientStreaming() },
    "client_compressed_streaming": { try await $0.clientCompressedStreaming() },
    "server_streaming": { try await $0.serverStreaming() },
    "server_compressed_streaming": { try await $0.serverCompressedStreaming() },
    "ping_pong": { try await $0.pingPong() },
    "empty_stream": { try await $0.emptyStream() },
    "custom_metadata": { try await $0.customMetadata() },
    "status_code_and_message": { try await $0.status("test status message") },
    "special_status_message": { try await $0.status(specialMessage) },
    "unimplemented_method": { try await $0.unimplemented("/grpc.testing.TestService/") },
    "unimplemented_service": { try await $0.unimplemented("/grpc.testing.UnimplementedService/") },
    "cancel_after_begin": { try await $0.cancelAfterBegin() },
    "cancel_after_first_response": { try await $0.cancelAfterFirstResponse() },
    "timeout_on_sleeping_server": { try await $0.timeoutOnSleepingServer() },
    "concurrent_large_unary": { try await $0.concurrentLargeUnary() },
    "rpc_soak": { try await $0.rpcSoak() },
    "channel_soak": { try await $0.channelSoak() },
    // Not one of the official ones.
    "steady_unary": { try await $0.steadyUnary() },
  ]

  private static let options = CallOptions(timeoutMilliseconds: 10_000)

  private func client() async throws -> GRPCClient {
    let client = try GRPCClient(to: servers, configuration: configuration)
    try await client.connect()
    return client
  }

  private func path(_ method: String) -> String { Self.service + method }

  // MARK: Unary

  private func emptyUnary() async throws {
    let answer = try await client().unary(path("EmptyCall"), [], options: Self.options)
    try expect(answer.message, is: [], "the answer")
  }

  private func largeUnary() async throws { try await largeUnary(try await client()) }

  private func largeUnary(_ client: GRPCClient) async throws {
    let request = TestRequest(sizes: [Self.answerSize], payloadSize: Self.requestSize)
    let answer = try await client.unary(
      path("UnaryCall"), request.simple, options: Self.options)
    try expect(try TestAnswer.payloadLength(answer.message), is: Self.answerSize, "the payload")
  }

  /// A call of one message, of which it is said whether it is compressed.
  private func unary(_ request: [UInt8], isCompressed: Bool) async throws -> ClientAnswer {
    var options = Self.options
    options.encoding = encoding
    let call = try await client().call(path("UnaryCall"), .unary, options: options)
    try await call.send(request, isCompressed: isCompressed)
    call.finishSending()
    return try await call.answer()
  }

  private func clientCompressedUnary() async throws {
    var request = TestRequest(sizes: [Self.answerSize], payloadSize: Self.requestSize)
    request.expectsCompressed = true
    try await expectStatus(.invalidArgument, "a probe that lies") {
      _ = try await unary(request.simple, isCompressed: false)
    }
    for isCompressed in [true, false] {
      request.expectsCompressed = isCompressed
      let answer = try await unary(request.simple, isCompressed: isCompressed)
      try expect(try TestAnswer.payloadLength(answer.message), is: Self.answerSize, "the payload")
    }
  }

  private func serverCompressedUnary() async throws {
    for isCompressed in [true, false] {
      let request = TestRequest(
        sizes: [Self.answerSize], areCompressed: [isCompressed], payloadSize: Self.requestSize)
      let answer = try await client().unary(
        path("UnaryCall"), request.simple, options: Self.options)
      try expect(try TestAnswer.payloadLength(answer.message), is: Self.answerSize, "the payload")
      try expect(answer.wasCompressed, is: isCompressed, "its compression")
    }
  }

  private func unimplemented(_ service: String) async throws {
    try await expectStatus(.unimplemented, "a method that is not there") {
      _ = try await client().unary(service + "UnimplementedCall", [], options: Self.options)
    }
  }

  private func concurrentLargeUnary() async throws {
    let client = try await client()
    try await withThrowingTaskGroup { group in
      for _ in 0..<200 { group.addTask { try await self.largeUnary(client) } }
      try await group.waitForAll()
    }
  }

  private func rpcSoak() async throws {
    let client = try await client()
    for _ in 0..<soakCalls { try await largeUnary(client) }
  }

  private func channelSoak() async throws {
    for _ in 0..<soakCalls { try await largeUnary(try await client()) }
  }

  /// Calls all the time, as a service does that asks another: each may be made again where that is safe, and
  /// waits where no server can be reached. None may fail, whatever becomes of the servers meanwhile.
  private func steadyUnary() async throws {
    var configuration = configuration
    configuration.backoff.initialMilliseconds = 50
    configuration.backoff.maximumMilliseconds = 500
    configuration.services.services["grpc.testing.TestService"] = MethodConfiguration(
      timeoutMilliseconds: 10_000, waitsForReady: true, retry: RetryPolicy())
    // A server that is killed fails many calls at once.
    configuration.services.maximumRetryTokens = 1_000
    let client = try GRPCClient(to: servers, configuration: configuration)
    let request = TestRequest(sizes: [100], payloadSize: 100).simple
    let end = ContinuousClock.now + .seconds(seconds)
    let calls = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<16 {
        group.addTask {
          var calls = 0
          while ContinuousClock.now < end {
            let answer = try await client.unary(path("UnaryCall"), request)
            try expect(try TestAnswer.payloadLength(answer.message), is: 100, "the payload")
            calls += 1
          }
          return calls
        }
      }
      return try await group.reduce(0, +)
    }
    print("calls \(calls)")
  }

  // MARK: Streams

  private func clientStreaming() async throws {
    let call = try await client().call(
      path("StreamingInputCall"), .clientStreaming, options: Self.options)
    for size in Self.requestSizes { try await call.send(TestRequest.input(size)) }
    call.finishSending()
    try expect(try TestAnswer.total(try await call.answer().message), is: 74_922, "the total")
  }

  private func clientCompressedStreaming() async throws {
    var options = Self.options
    options.encoding = encoding
    let client = try await client()
    try await expectStatus(.invalidArgument, "a probe that lies") {
      let probe = client.call(path("StreamingInputCall"), .clientStreaming, options: options)
      try await probe.send(
        TestRequest.input(27_182, expectsCompressed: true), isCompressed: false)
      probe.finishSending()
      _ = try await probe.answer()
    }
    let call = client.call(path("StreamingInputCall"), .clientStreaming, options: options)
    try await call.send(TestRequest.input(27_182, expectsCompressed: true))
    try await call.send(
      TestRequest.input(45_904, expectsCompressed: false), isCompressed: false)
    call.finishSending()
    try expect(try TestAnswer.total(try await call.answer().message), is: 73_086, "the total")
  }

  private func serverStreaming() async throws {
    let call = try await client().call(
      path("StreamingOutputCall"), .serverStreaming, options: Self.options)
    try await call.send(TestRequest(sizes: Self.answerSizes).streaming)
    call.finishSending()
    var sizes: [Int] = []
    for try await message in call.messages { sizes.append(try TestAnswer.payloadLength(message)) }
    try expect(sizes, is: Self.answerSizes, "the sizes of the answers")
  }

  private func serverCompressedStreaming() async throws {
    let request = TestRequest(sizes: [31_415, 92_653], areCompressed: [true, false])
    let call = try await client().call(
      path("StreamingOutputCall"), .serverStreaming, options: Self.options)
    try await call.send(request.streaming)
    call.finishSending()
    var iterator = call.messages.makeAsyncIterator()
    var seen: [Bool] = []
    var sizes: [Int] = []
    while let message = try await iterator.next() {
      seen.append(iterator.lastWasCompressed)
      sizes.append(try TestAnswer.payloadLength(message))
    }
    try expect(seen, is: [true, false], "the compression of the answers")
    try expect(sizes, is: [31_415, 92_653], "the sizes of the answers")
  }

  private func pingPong() async throws {
    let call = try await client().call(
      path("FullDuplexCall"), .bidirectional, options: Self.options)
    var iterator = call.messages.makeAsyncIterator()
    for (requestSize, answerSize) in zip(Self.requestSizes, Self.answerSizes) {
      try await call.send(TestRequest(sizes: [answerSize], payloadSize: requestSize).streaming)
      let message = try await iterator.next()
      try expect(try TestAnswer.payloadLength(message ?? []), is: answerSize, "the answer")
    }
    call.finishSending()
    try expect(try await iterator.next() == nil, "the stream ends")
  }

  private func emptyStream() async throws {
    let call = try await client().call(
      path("FullDuplexCall"), .bidirectional, options: Self.options)
    call.finishSending()
    for try await _ in call.messages { throw Unexpected(description: "an answer to nothing") }
  }

  // MARK: Metadata and statuses

  private func customMetadata() async throws {
    var options = Self.options
    options.metadata.add("x-grpc-test-echo-initial", "test_initial_metadata_value")
    options.metadata.add("x-grpc-test-echo-trailing-bin", binary: [0xAB, 0xAB, 0xAB])
    func check(_ initial: Metadata, _ trailing: Metadata) throws {
      try expect(
        initial.value(of: "x-grpc-test-echo-initial"), is: "test_initial_metadata_value",
        "the initial metadata")
      try expect(
        trailing.binaryValues(of: "x-grpc-test-echo-trailing-bin"), is: [[0xAB, 0xAB, 0xAB]],
        "the trailing metadata")
    }
    let client = try await client()
    let request = TestRequest(sizes: [Self.answerSize], payloadSize: Self.requestSize)
    let answer = try await client.unary(path("UnaryCall"), request.simple, options: options)
    try check(answer.initialMetadata, answer.trailingMetadata)

    let call = client.call(path("FullDuplexCall"), .bidirectional, options: options)
    try await call.send(request.streaming)
    call.finishSending()
    for try await message in call.messages {
      try expect(try TestAnswer.payloadLength(message), is: Self.answerSize, "the payload")
    }
    try check(await call.initialMetadata(), await call.end().trailingMetadata)
  }

  private func status(_ message: String) async throws {
    let request = TestRequest(statusCode: 2, statusMessage: message)
    let client = try await client()
    let unary = try await expectStatus(.unknown, "the status that was asked for") {
      _ = try await client.unary(path("UnaryCall"), request.simple, options: Self.options)
    }
    try expect(unary.message, is: message, "the message of the status")
    let call = client.call(path("FullDuplexCall"), .bidirectional, options: Self.options)
    try await call.send(request.streaming)
    call.finishSending()
    let stream = await call.end().failure
    try expect(stream?.code, is: .unknown, "the status of the stream")
    try expect(stream?.message, is: message, "the message of its status")
  }

  @discardableResult
  private func expectStatus(
    _ code: StatusCode, _ what: String, _ body: () async throws -> Void
  ) async throws -> RPCStatus {
    do {
      try await body()
    } catch let status as RPCStatus {
      try expect(status.code, is: code, what)
      return status
    }
    throw Unexpected(description: "\(what): expected \(code.name), and the call went well")
  }

  // MARK: Ends

  private func cancelAfterBegin() async throws {
    let call = try await client().call(
      path("StreamingInputCall"), .clientStreaming, options: Self.options)
    call.cancel()
    try expect(await call.end().failure?.code, is: .cancelled, "the status")
  }

  private func cancelAfterFirstResponse() async throws {
    let call = try await client().call(
      path("FullDuplexCall"), .bidirectional, options: Self.options)
    try await call.send(TestRequest(sizes: [31_415], payloadSize: 27_182).streaming)
    var iterator = call.messages.makeAsyncIterator()
    try expect(
      try TestAnswer.payloadLength(try await iterator.next() ?? []), is: 31_415, "the answer")
    call.cancel()
    try expect(await call.end().failure?.code, is: .cancelled, "the status")
  }

  private func timeoutOnSleepingServer() async throws {
    let call = try await client().call(
      path("FullDuplexCall"), .bidirectional, options: CallOptions(timeoutMilliseconds: 1))
    try? await call.send(TestRequest(sizes: [31_415], payloadSize: 27_182).streaming)
    try expect(await call.end().failure?.code, is: .deadlineExceeded, "the status")
  }
}
