@_exported public import CohortConfiguration
@_exported public import EligibilityCore
@_exported public import MessageCoding
@_exported public import RPC

/// A client of TrialGate's two services. From any thread; one serves a whole process.
///
/// ```swift
/// let client = try TrialGateClient(to: ["trialgate.example:50051"])
/// let answer = try await client.evaluate(request)
/// print(answer.verdict.outcome)
/// let cohort = try await client.configuration.cohort(named: "trials/nct06373081/cohorts/sle")
/// ```
///
/// Calls go to all addresses in turn. One that found no server, or that a server had certainly not seen, is made
/// again, and so is one where the server was UNAVAILABLE: what reads gets the same answer, and a change has an id by
/// which its repetition is recognised.
public final class TrialGateClient: Sendable {
  private let caller: Caller

  /// The habits of a client where nothing else is said: answers of up to 16 MiB, a sign of life every minute while
  /// calls are open, and retries of all calls with one answer, of `Evaluate` within 3 s and of others within 30 s.
  public static var defaults: ClientConfiguration {
    var configuration = ClientConfiguration()
    configuration.maximumMessageBytes = 16 << 20
    configuration.keepaliveSeconds = 60
    configuration.services.methods[ContractNames.evaluate] = MethodConfiguration(
      timeoutMilliseconds: 3_000, waitsForReady: true, retry: RetryPolicy())
    let others = MethodConfiguration(
      timeoutMilliseconds: 30_000, waitsForReady: true, retry: RetryPolicy())
    configuration.services.methods[ContractNames.describeProtocol] = others
    for method in ConfigurationMethod.allCases where method.isUnary {
      configuration.services.methods[ContractNames.path(method)] = others
    }
    return configuration
  }

  /// Creates a client; nothing is connected yet.
  ///
  /// - Parameters:
  ///   - addresses: `trialgate.example:50051` or `unix:/run/trialgate.sock`; a name stands for all its addresses.
  ///   - configuration: limits, TLS, retries, health.
  ///   - token: asked for the caller's token with each call; nil = the caller has none.
  /// - Throws: `RPCStatus` with INVALID_ARGUMENT where there is no address, or one is none.
  public init(
    to addresses: [String], configuration: ClientConfiguration = TrialGateClient.defaults,
    token: @escaping @Sendable () -> String? = { nil }
  ) throws(RPCStatus) {
    caller = Caller(
      client: try GRPCClient(to: addresses, configuration: configuration), token: token)
  }

  /// The calls of the configuration service, on the same connections.
  public var configuration: ConfigurationCalls { ConfigurationCalls(caller: caller) }

  /// Decides for one patient.
  ///
  /// - Parameter timeoutMilliseconds: nil = as the configuration says.
  /// - Throws: `RPCStatus`: what the server refused, with the fields at fault among its details; how the call failed
  ///   on the way; INTERNAL where the answer cannot be read.
  public func evaluate(
    _ request: EvaluationRequest, timeoutMilliseconds: UInt64? = nil
  ) async throws(RPCStatus) -> EvaluationAnswer {
    try await caller.unary(
      ContractNames.evaluate, EligibilityMessages.bytes(of: request), timeoutMilliseconds,
      EligibilityMessages.answer)
  }

  /// Decides for one patient whose request is encoded already.
  ///
  /// - Returns: the encoded `EvaluateResponse`.
  /// - Throws: `RPCStatus`, as `evaluate(_:timeoutMilliseconds:)` does.
  public func evaluate(
    encoded request: [UInt8], timeoutMilliseconds: UInt64? = nil
  ) async throws(RPCStatus) -> [UInt8] {
    try await caller.unary(ContractNames.evaluate, request, timeoutMilliseconds) { $0 }
  }

  /// Begins to decide for many patients. Answers come in the order of the requests; one at fault ends nothing.
  ///
  /// - Parameter timeoutMilliseconds: of the whole stream; nil = it has as long as it takes.
  public func evaluations(timeoutMilliseconds: UInt64? = nil) -> EvaluationStream {
    EvaluationStream(
      caller.call(ContractNames.evaluateStream, .bidirectional, timeoutMilliseconds))
  }

  /// Says what a protocol version demands: its criteria, concepts, readings and texts.
  ///
  /// - Parameters:
  ///   - request: which version, and in which language; as it stands, the newest of the only trial.
  ///   - timeoutMilliseconds: nil = as the configuration says.
  /// - Throws: `RPCStatus`: NOT_FOUND where there is no such version; how the call failed on the way; INTERNAL where
  ///   the answer cannot be read.
  public func describeProtocol(
    _ request: DescriptionRequest = DescriptionRequest(), timeoutMilliseconds: UInt64? = nil
  ) async throws(RPCStatus) -> DescribedProtocol {
    try await caller.unary(
      ContractNames.describeProtocol, DescriptionMessages.bytes(of: request), timeoutMilliseconds,
      DescriptionMessages.answer)
  }

  /// Waits until a call could be made.
  ///
  /// - Throws: `RPCStatus` with UNAVAILABLE and why where no address can be connected to.
  public func connect() async throws(RPCStatus) { try await caller.client.connect() }

  /// Closes the connections; calls in flight and later ones fail with UNAVAILABLE.
  public func close() { caller.client.close() }
}
