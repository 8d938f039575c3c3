import RPC

extension GRPCClient {
  /// Makes a unary call with a deadline; the answer's bytes alone.
  func unary(
    _ path: String, _ message: [UInt8], timeoutMilliseconds: UInt64 = 10_000,
    metadata fields: [(name: String, value: String)] = []
  ) async throws(RPCStatus) -> [UInt8] {
    var metadata = Metadata()
    for (name, value) in fields { metadata.add(name, value) }
    let options = CallOptions(timeoutMilliseconds: timeoutMilliseconds, metadata: metadata)
    return try await unary(path, message, options: options).message
  }
}
