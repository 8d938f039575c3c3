internal import HTTP2

/// The header lists that a server sends.
enum HeaderBlocks {
  /// The head of an answer with a message.
  static let answer = HeaderBlock(
    [(":status", "200"), ("content-type", "application/grpc")], isPermanent: true)
  /// The trailers of a call that went well.
  static let ok = HeaderBlock([("grpc-status", "0")], isPermanent: true)
  /// The head of the liveness answer.
  static let healthy = HeaderBlock(
    [(":status", "200"), ("content-type", "text/plain"), ("content-length", "3")],
    isPermanent: true)

  /// An answer of trailers only.
  static func failure(_ status: RPCStatus, extra: [(name: String, value: String)] = []) -> HeaderBlock {
    var fields: [(name: String, value: String)] = [
      (":status", "200"), ("content-type", "application/grpc"),
      ("grpc-status", "\(status.code.rawValue)"),
      ("grpc-message", PercentEncoding.encode(status.message)),
    ]
    if !status.details.isEmpty {
      fields.append(("grpc-status-details-bin", Base64.encode(status.details)))
    }
    return HeaderBlock(fields + extra)
  }

  /// An answer to what is no gRPC call.
  static func refusal(status: Int, extra: [(name: String, value: String)] = []) -> HeaderBlock {
    HeaderBlock([(":status", "\(status)")] + extra)
  }
}
