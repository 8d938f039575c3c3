internal import HTTP2
internal import Transport

/// A gRPC client on one HTTP/2 connection without TLS: unary calls, several at once.
public final class GRPCClient: Sendable {
  private let connection: OutboundConnection
  private let authority: String

  private init(connection: OutboundConnection, authority: String) {
    self.connection = connection
    self.authority = authority
  }

  /// Connects to `HOST:PORT` or `unix:PATH`.
  ///
  /// - Parameters:
  ///   - address: `127.0.0.1:50051` or `unix:/run/trialgate.sock`.
  ///   - connectSeconds: how long connecting may take.
  ///   - maximumMessageBytes: the longest answer that is taken.
  /// - Throws: `RPCStatus`; UNAVAILABLE where nothing answers.
  public static func connect(
    to address: String, connectSeconds: Int64 = 5, maximumMessageBytes: Int = 4 << 20
  ) async throws(RPCStatus) -> GRPCClient {
    do {
      let endpoint = try Endpoint(parsing: address)
      let connection = try await OutboundConnection.connect(
        to: endpoint, seconds: connectSeconds
      ) { ClientConnection(maximumLength: maximumMessageBytes) }
      return GRPCClient(connection: connection, authority: endpoint.authority)
    } catch {
      throw RPCStatus(.unavailable, "\(error)")
    }
  }

  /// Makes a unary call.
  ///
  /// - Parameters:
  ///   - path: `/package.Service/Method`.
  ///   - message: the encoded request.
  ///   - timeoutMilliseconds: the call's deadline from now on, sent to the server and kept here too.
  ///   - metadata: names in lower case.
  /// - Returns: the encoded answer.
  /// - Throws: `RPCStatus` with the server's status, or how the call failed on the way.
  public func unary(
    _ path: String, _ message: [UInt8], timeoutMilliseconds: UInt64 = 10_000,
    metadata: [(name: String, value: String)] = []
  ) async throws(RPCStatus) -> [UInt8] {
    let (nanoseconds, overflow) = timeoutMilliseconds.multipliedReportingOverflow(by: 1_000_000)
    let timeout = overflow ? UInt64.max : nanoseconds
    let fields: [(name: String, value: String)] =
      [
        (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", authority),
        ("te", "trailers"), ("content-type", "application/grpc"),
        ("user-agent", "trialgate"), ("grpc-timeout", Timeout.text(nanoseconds: timeout)),
      ] + metadata
    let head = HeaderBlock(fields)
    let connection = connection
    let result = await withCheckedContinuation {
      (continuation: CheckedContinuation<Result<[UInt8], RPCStatus>, Never>) in
      connection.perform { consumer in
        guard let client = consumer as? ClientConnection else {
          continuation.resume(
            returning: .failure(RPCStatus(.unavailable, "the connection is closed")))
          return
        }
        client.unary(
          head: head, message: message,
          deadline: MonotonicTime.now.advanced(byNanoseconds: timeout)
        ) { continuation.resume(returning: $0) }
      }
    }
    return try result.get()
  }

  /// Closes the connection; calls in flight fail with UNAVAILABLE.
  public func close() async {
    await connection.close()
  }
}
