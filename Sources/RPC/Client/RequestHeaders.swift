internal import HTTP2

/// The heads of a client's requests.
struct RequestHeaders: Sendable {
  var path: String
  var authority: String
  var isEncrypted: Bool
  var userAgent: String
  var encoding: MessageEncoding?
  var metadata: Metadata

  init(
    path: String, authority: String, isEncrypted: Bool, userAgent: String,
    encoding: MessageEncoding?, metadata: Metadata
  ) {
    self.path = path
    self.authority = authority
    self.isEncrypted = isEncrypted
    self.userAgent = userAgent
    self.encoding = encoding
    self.metadata = metadata
  }

  /// The head of an attempt.
  ///
  /// - Parameters:
  ///   - timeoutNanoseconds: what is left until the deadline; nil = there is none.
  ///   - previousAttempts: attempts that were made before.
  func block(timeoutNanoseconds: UInt64?, previousAttempts: Int = 0) -> HeaderBlock {
    var fields: [(name: String, value: String)] = [
      (":method", "POST"), (":scheme", isEncrypted ? "https" : "http"), (":path", path),
      (":authority", authority), ("te", "trailers"), ("content-type", "application/grpc"),
      ("user-agent", userAgent), ("grpc-accept-encoding", "identity,gzip,deflate"),
    ]
    if let encoding { fields.append(("grpc-encoding", encoding.rawValue)) }
    if let timeoutNanoseconds {
      fields.append(("grpc-timeout", Timeout.text(nanoseconds: timeoutNanoseconds)))
    }
    if previousAttempts > 0 {
      fields.append(("grpc-previous-rpc-attempts", "\(previousAttempts)"))
    }
    return HeaderBlock(fields + metadata.fields)
  }
}
