internal import MessageCoding
internal import RPC

/// What all calls of a client have in common: connections, the caller's token, and answers that cannot be read.
struct Caller: Sendable {
  let client: GRPCClient
  let token: @Sendable () -> String?

  /// One request, one answer.
  func unary<Answer>(
    _ path: String, _ request: [UInt8], _ timeoutMilliseconds: UInt64?,
    _ read: ([UInt8]) throws(MessageError) -> Answer
  ) async throws(RPCStatus) -> Answer {
    let answer = try await client.unary(path, request, options: options(timeoutMilliseconds))
    do throws(MessageError) {
      return try read(answer.message)
    } catch {
      throw .unreadable
    }
  }

  /// Begins a call of another kind.
  func call(
    _ path: String, _ shape: MethodShape, _ timeoutMilliseconds: UInt64?,
    waitsForReady: Bool? = nil
  ) -> ClientCall {
    var options = options(timeoutMilliseconds)
    options.waitsForReady = waitsForReady
    return client.call(path, shape, options: options)
  }

  private func options(_ timeoutMilliseconds: UInt64?) -> CallOptions {
    var options = CallOptions(timeoutMilliseconds: timeoutMilliseconds)
    if let token = token() { options.metadata.add("authorization", "Bearer \(token)") }
    return options
  }
}

extension RPCStatus {
  /// An answer of a version that this one does not understand.
  static let unreadable = RPCStatus(
    .internal, "the answer cannot be read; use the library of the server's version")
}
