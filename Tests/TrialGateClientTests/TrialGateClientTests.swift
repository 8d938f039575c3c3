import CohortConfiguration
import Foundation
import MessageCoding
import Testing
import TrialGateClient
import TrialGateServices

/// The library as another service uses it, against a server over real sockets.
@Suite(.timeLimit(.minutes(3))) struct TrialGateClientTests {
  private static let example = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "deploy/examples/eligible-sle-refractory-nephritis.json")

  private static func request() throws -> EvaluationRequest {
    let text = try String(contentsOf: example, encoding: .utf8)
    return try EligibilityMessages.request(try RequestDocument(text).encoded.span)
  }

  private static func start(
    at address: String = "127.0.0.1:0", tokens: String? = nil
  ) async throws -> GRPCServer {
    var router = ServiceRouter()
    EligibilityService(configuration: try BuiltInConfiguration.load()).register(with: &router)
    if let tokens {
      router.intercept(AccessControl(try PrincipalDirectory(tokens: tokens, subjects: nil)))
    }
    var configuration = ServerConfiguration()
    configuration.maximumLagMilliseconds = 60_000
    configuration.defaultDeadlineMilliseconds = 30_000
    return try await GRPCServer.start(
      at: address, router: router, configuration: configuration)
  }

  private static func client(
    _ server: GRPCServer, token: String? = nil
  ) throws -> TrialGateClient {
    var configuration = TrialGateClient.defaults
    configuration.services.methods[ContractNames.evaluate]?.timeoutMilliseconds = 60_000
    return try TrialGateClient(
      to: [server.address], configuration: configuration, token: { token })
  }

  @Test func aPatientIsDecided() async throws {
    let server = try await Self.start()
    let answer = try await Self.client(server).evaluate(try Self.request())
    #expect(answer.verdict.outcome == .eligible)
    #expect(answer.verdict.results.count > 50 && !answer.verdict.verdictDigest.isEmpty)
    await server.drain()
  }

  @Test func aProtocolIsDescribed() async throws {
    let server = try await Self.start()
    let client = try Self.client(server)
    let whole = try await client.describeProtocol()
    #expect(Digest.sha256(whole.document.canonicalBytes) == whole.digest)
    #expect(whole.document.definition.trial == "nct06373081")
    #expect(try await client.evaluate(try Self.request()).verdict.protocolDigest == whole.digest)
    var request = DescriptionRequest()
    request.protocolDigest = whole.digest
    request.language = "en"
    let english = try await client.describeProtocol(request)
    let languages = english.document.definition.criteria.flatMap(\.titles).map(\.language)
    #expect(Set(languages) == ["en"] && english.digest == whole.digest)
    request.protocolDigest = String(repeating: "0", count: 64)
    let error = await #expect(throws: RPCStatus.self) {
      try await client.describeProtocol(request)
    }
    #expect(error?.code == .notFound)
    await server.drain()
  }

  @Test func aRefusalNamesItsFields() async throws {
    let server = try await Self.start()
    var request = try Self.request()
    request.site = "nowhere"
    let error = await #expect(throws: RPCStatus.self) {
      try await Self.client(server).evaluate(request)
    }
    #expect(error?.code == .notFound)
    request.site = ""
    request.indexDate = nil
    let second = await #expect(throws: RPCStatus.self) {
      try await Self.client(server).evaluate(request)
    }
    #expect(second?.code == .invalidArgument)
    let fields = (second?.details ?? []).flatMap { detail -> [String] in
      if case .badRequest(let violations) = detail { violations.map(\.field) } else { [] }
    }
    #expect(fields == ["index_date"])
    await server.drain()
  }

  @Test func theTokenGoesWithEachCall() async throws {
    let tokens = "eve evaluator \(Digest.sha256(Array("secret".utf8)))"
    let server = try await Self.start(tokens: tokens)
    #expect(
      try await Self.client(server, token: "secret").evaluate(try Self.request()).verdict.outcome
        == .eligible)
    for token in [nil, "wrong"] {
      let error = await #expect(throws: RPCStatus.self) {
        try await Self.client(server, token: token).evaluate(try Self.request())
      }
      #expect(error?.code == .unauthenticated)
    }
    await server.drain()
  }

  /// Patients go out while answers come in; the one at fault ends nothing.
  @Test func manyPatientsAreDecidedInOrder() async throws {
    let server = try await Self.start()
    let client = try Self.client(server)
    var good = try Self.request()
    good.detail = .outcome
    var bad = good
    bad.site = "nowhere"
    let stream = client.evaluations()
    let (well, wrong) = (good, bad)
    let sending = Task {
      for number in 0..<200 {
        try await stream.send(number == 77 ? wrong : well, id: "\(number)")
      }
      stream.finishSending()
    }
    var ids: [String] = []
    var failed: [String] = []
    for try await item in stream.answers {
      ids.append(item.id)
      switch item.result {
      case .success(let answer): #expect(answer.verdict.outcome == .eligible)
      case .failure(let error):
        failed.append(item.id)
        #expect(error.statusCode == StatusCode.notFound.rawValue)
        #expect(error.violations.map(\.field) == ["request.site"])
      }
    }
    try await sending.value
    #expect(ids == (0..<200).map(String.init) && failed == ["77"])
    await server.drain()
  }

  /// A server that stops and comes back under calls loses none of them.
  @Test func aRestartLosesNothing() async throws {
    let first = try await Self.start()
    let client = try Self.client(first)
    var request = try Self.request()
    request.detail = .outcome
    let asked = request
    let calls = Task {
      var outcomes: [Outcome] = []
      for _ in 0..<60 { outcomes.append(try await client.evaluate(asked).verdict.outcome) }
      return outcomes
    }
    try await Task.sleep(for: .milliseconds(100))
    let address = first.address
    await first.drain()
    let second = try await Self.start(at: address)
    #expect(try await calls.value == Array(repeating: .eligible, count: 60))
    await second.drain()
  }
}
