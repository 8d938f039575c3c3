package import HTTP2

/// The heads of a client's requests.
package struct RequestHeaders: Sendable {
  package var path: String
  package var authority: String
  package var isEncrypted: Bool
  package var userAgent: String
  package var encoding: MessageEncoding?
  package var metadata: Metadata

  package init(
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
  package func block(timeoutNanoseconds: UInt64?, previousAttempts: Int = 0) -> HeaderBlock {
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
