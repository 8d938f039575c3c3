import EligibilityCore
import MessageCoding
import RPC
import Testing
import TrialGateServices

/// The service behind the server, as a client meets it.
@Suite(.timeLimit(.minutes(2))) struct ServiceLoopbackTests {
  private static func withClient<Value>(
    _ body: (GRPCClient) async throws -> Value
  ) async throws -> Value {
    var router = ServiceRouter()
    try service().register(with: &router)
    let server = try await GRPCServer.start(
      at: "127.0.0.1:0", router: router, configuration: ServerConfiguration())
    let client = try await GRPCClient.connect(to: "127.0.0.1:\(server.port)")
    let result: Result<Value, any Error>
    do { result = .success(try await body(client)) } catch { result = .failure(error) }
    client.close()
    await server.drain()
    return try result.get()
  }

  @Test func aCallIsAnsweredAsTheServiceAnswers() async throws {
    let request = try Examples.bytes()
    let bytes = try await Self.withClient {
      try await $0.unary(ContractNames.evaluate, request).message
    }
    let direct = try service().evaluate(request.span).dropFirst(ResponseMessage.prefixLength)
    #expect([bytes] == [Array(direct)])
    #expect(try EligibilityMessages.answer(bytes).verdict.outcome == .eligible)
  }

  @Test func aRefusalArrivesWithItsMessage() async throws {
    let error = await #expect(throws: RPCStatus.self) {
      try await Self.withClient {
        try await $0.unary(ContractNames.evaluate, [0x0A, 0, 0x0A, 0]).message
      }
    }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains("DUPLICATE_FIELD") == true)
  }

  @Test func aDescriptionIsAnsweredAsTheServiceAnswers() async throws {
    let request: [UInt8] = []
    let bytes = try await Self.withClient {
      try await $0.unary(ContractNames.describeProtocol, request).message
    }
    let direct = try service().describe(request.span).dropFirst(ResponseMessage.prefixLength)
    #expect([bytes] == [Array(direct)])
  }
}
