internal import HTTP2
internal import MessageCompression
internal import Transport

/// A gRPC client of one service at one or several addresses. From any thread.
///
/// It connects when the first call is made, and again when a connection is lost, with growing pauses where
/// that fails. Calls go to the addresses in turn, and a name that stands for several addresses counts for
/// all of them. A server that goes away finishes the calls that it has taken; those that it has certainly
/// not seen are made again elsewhere. When nobody holds the client
/// or a call of it any more its connections are closed.
public final class GRPCClient: Sendable {
  private let pool: ConnectionPool

  /// Creates a client; nothing is connected yet.
  ///
  /// - Parameters:
  ///   - addresses: `127.0.0.1:50051`, `trialgate.example:50051` or `unix:/run/trialgate.sock`.
  ///   - configuration: limits and habits.
  /// - Throws: `RPCStatus` with INVALID_ARGUMENT where there is no address, or one is none.
  public init(
    to addresses: [String], configuration: ClientConfiguration = ClientConfiguration()
  ) throws(RPCStatus) {
    var targets: [Endpoint] = []
    for address in addresses {
      do throws(TransportError) {
        targets.append(try Endpoint(parsing: address))
      } catch {
        throw RPCStatus(.invalidArgument, error.description)
      }
    }
    guard !targets.isEmpty else {
      throw RPCStatus(.invalidArgument, "give at least one address, for example 127.0.0.1:50051")
    }
    pool = ConnectionPool(targets: targets, configuration: configuration)
  }

  deinit { pool.close() }

  /// Creates a client and connects it.
  ///
  /// - Throws: `RPCStatus` with INVALID_ARGUMENT where there is no address, or one is none; UNAVAILABLE with
  ///   why where none of them can be connected to.
  public static func connect(
    to addresses: String..., configuration: ClientConfiguration = ClientConfiguration()
  ) async throws(RPCStatus) -> GRPCClient {
    let client = try GRPCClient(to: addresses, configuration: configuration)
    try await client.connect()
    return client
  }

  /// Waits until a call could be made.
  ///
  /// - Throws: `RPCStatus` with UNAVAILABLE and why where no address can be connected to.
  public func connect() async throws(RPCStatus) {
    let pool = pool
    let result = await withCheckedContinuation { continuation in
      _ = pool.acquire(waitsForReady: false) { continuation.resume(returning: $0) }
    }
    if case .failure(let status) = result { throw status }
  }

  /// Begins a call of any shape.
  ///
  /// - Parameters:
  ///   - path: `/package.Service/Method`.
  ///   - shape: how many messages either side sends.
  ///   - options: its deadline and metadata, and what else differs from the configuration.
  public func call(
    _ path: String, _ shape: MethodShape, options: CallOptions = CallOptions()
  ) -> ClientCall {
    let (attempts, encoding) = attempts(path, shape, options)
    attempts.start()
    return ClientCall(attempts: attempts, client: self, encoding: encoding)
  }

  /// Makes a call with one request and one answer.
  ///
  /// - Parameters:
  ///   - path: `/package.Service/Method`.
  ///   - message: the encoded request.
  ///   - options: its deadline and metadata, and what else differs from the configuration.
  /// - Throws: `RPCStatus` with the server's status, or how the call failed on the way. A task that is
  ///   cancelled cancels the call.
  public func unary(
    _ path: String, _ message: [UInt8], options: CallOptions = CallOptions()
  ) async throws(RPCStatus) -> ClientAnswer {
    let (attempts, encoding) = attempts(path, .unary, options)
    attempts.sendWhole(ResponseMessage.framed(message, with: encoding))
    attempts.start()
    return try await ClientCall(attempts: attempts, client: self, encoding: encoding).answer()
  }

  private func attempts(
    _ path: String, _ shape: MethodShape, _ options: CallOptions
  ) -> (CallAttempts, MessageEncoding?) {
    let configuration = pool.configuration
    let method = configuration.services.method(path)
    let encoding = options.encoding ?? configuration.encoding
    let timeout = options.timeoutMilliseconds ?? method.timeoutMilliseconds
    let plan = CallAttempts.Plan(
      headers: RequestHeaders(
        path: path, authority: "", isEncrypted: configuration.tls != nil,
        userAgent: configuration.userAgent, encoding: encoding, metadata: options.metadata),
      shape: shape,
      deadline: timeout.map { milliseconds in
        let (nanoseconds, overflow) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
        return MonotonicTime.now.advanced(byNanoseconds: overflow ? .max : nanoseconds)
      },
      waitsForReady: options.waitsForReady ?? method.waitsForReady, retry: method.retry)
    return (CallAttempts(pool: pool, plan: plan), encoding)
  }

  /// Closes the connections; calls in flight and later ones fail with UNAVAILABLE.
  public func close() {
    pool.close()
  }
}

extension ResponseMessage {
  /// A message as it is sent, behind its prefix.
  package static func framed(_ message: [UInt8], with encoding: MessageEncoding?) -> [UInt8] {
    let bytes = [UInt8](repeating: 0, count: prefixLength) + message
    let algorithm = encoding.flatMap { CompressionAlgorithm(rawValue: $0.rawValue) }
    return ResponseMessage(withPrefix: bytes).framed(with: algorithm)
  }
}
