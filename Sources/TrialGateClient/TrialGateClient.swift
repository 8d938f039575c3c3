@_exported public import EligibilityCore
public import MessageCoding
@_exported public import RPC
internal import TrialGateServices

/// A client of TrialGate's eligibility service. From any thread; one serves a whole process.
///
/// ```swift
/// let client = try TrialGateClient(to: ["trialgate.example:50051"])
/// let answer = try await client.evaluate(request)
/// print(answer.verdict.outcome)
/// ```
///
/// Calls go to all addresses in turn. One that found no server, or that a server had certainly not seen, is made
/// again, and so is `evaluate` where the server was UNAVAILABLE: the same request gets the same answer.
public final class TrialGateClient: Sendable {
  private let client: GRPCClient
  private let token: @Sendable () -> String?

  /// The habits of a client where nothing else is said: answers of up to 16 MiB, a sign of life every minute while
  /// calls are open, and retries of `Evaluate` within three seconds.
  public static var defaults: ClientConfiguration {
    var configuration = ClientConfiguration()
    configuration.maximumMessageBytes = 16 << 20
    configuration.keepaliveSeconds = 60
    configuration.services.methods[EligibilityService.evaluatePath] = MethodConfiguration(
      timeoutMilliseconds: 3_000, waitsForReady: true, retry: RetryPolicy())
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
    client = try GRPCClient(to: addresses, configuration: configuration)
    self.token = token
  }

  /// Decides for one patient.
  ///
  /// - Parameter timeoutMilliseconds: nil = as the configuration says.
  /// - Throws: `RPCStatus`: what the server refused, with the fields at fault among its details; how the call failed
  ///   on the way; INTERNAL where the answer cannot be read.
  public func evaluate(
    _ request: EvaluationRequest, timeoutMilliseconds: UInt64? = nil
  ) async throws(RPCStatus) -> EvaluationAnswer {
    let answer = try await evaluate(
      encoded: EligibilityMessages.bytes(of: request), timeoutMilliseconds: timeoutMilliseconds)
    do throws(MessageError) {
      return try EligibilityMessages.answer(answer)
    } catch {
      throw .unreadable
    }
  }

  /// Decides for one patient whose request is encoded already.
  ///
  /// - Returns: the encoded `EvaluateResponse`.
  /// - Throws: `RPCStatus`, as `evaluate(_:timeoutMilliseconds:)` does.
  public func evaluate(
    encoded request: [UInt8], timeoutMilliseconds: UInt64? = nil
  ) async throws(RPCStatus) -> [UInt8] {
    try await client.unary(
      EligibilityService.evaluatePath, request, options: options(timeoutMilliseconds)
    ).message
  }

  /// Begins to decide for many patients. Answers come in the order of the requests; one at fault ends nothing.
  ///
  /// - Parameter timeoutMilliseconds: of the whole stream; nil = it has as long as it takes.
  public func evaluations(timeoutMilliseconds: UInt64? = nil) -> EvaluationStream {
    EvaluationStream(
      client.call(
        EligibilityService.evaluateStreamPath, .bidirectional,
        options: options(timeoutMilliseconds)))
  }

  /// Waits until a call could be made.
  ///
  /// - Throws: `RPCStatus` with UNAVAILABLE and why where no address can be connected to.
  public func connect() async throws(RPCStatus) { try await client.connect() }

  /// Closes the connections; calls in flight and later ones fail with UNAVAILABLE.
  public func close() { client.close() }

  private func options(_ timeoutMilliseconds: UInt64?) -> CallOptions {
    var options = CallOptions(timeoutMilliseconds: timeoutMilliseconds)
    if let token = token() { options.metadata.add("authorization", "Bearer \(token)") }
    return options
  }
}

/// Patients that are decided one after the other on one call. When nobody holds it any more it is cancelled.
public final class EvaluationStream: Sendable {
  private let call: ClientCall

  init(_ call: ClientCall) {
    self.call = call
  }

  /// Sends a patient, and waits while the server does not keep up.
  ///
  /// - Parameters:
  ///   - request: the request.
  ///   - id: comes back with the answer; at most 256 bytes.
  /// - Throws: `RPCStatus`: how the stream failed, where it is over.
  public func send(_ request: EvaluationRequest, id: String = "") async throws(RPCStatus) {
    try await call.send(StreamMessages.bytes(of: request, itemID: id))
  }

  /// Sends no more patients.
  public func finishSending() { call.finishSending() }

  /// Gives the stream up.
  public func cancel() { call.cancel() }

  /// The answers, in order. The sequence ends with the stream, and throws `RPCStatus` where that failed.
  public var answers: AsyncThrowingMapSequence<ClientCall.Messages, EvaluatedItem> {
    call.messages.map { message in
      do throws(MessageError) {
        return try StreamMessages.answer(message)
      } catch {
        throw RPCStatus.unreadable
      }
    }
  }
}

extension RPCStatus {
  /// An answer of a version that this one does not understand.
  fileprivate static let unreadable = RPCStatus(
    .internal, "the answer cannot be read; use the library of the server's version")
}
