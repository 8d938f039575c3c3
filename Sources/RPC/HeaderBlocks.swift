internal import HTTP2
internal import MessageCompression

/// The header lists that a server sends.
enum HeaderBlocks {
  private typealias Field = (name: String, value: String)

  private static let answerFields: [Field] = [
    (":status", "200"), ("content-type", "application/grpc"),
  ]
  private static let answer = HeaderBlock(answerFields, isPermanent: true)
  private static let gzipAnswer = HeaderBlock(
    answerFields + [("grpc-encoding", "gzip")], isPermanent: true)
  private static let deflateAnswer = HeaderBlock(
    answerFields + [("grpc-encoding", "deflate")], isPermanent: true)
  private static let ok = HeaderBlock([("grpc-status", "0")], isPermanent: true)

  /// The head of a page of plain text.
  static let page = HeaderBlock(
    [(":status", "200"), ("content-type", "text/plain; charset=utf-8")], isPermanent: true)
  /// The head of an answer to another method than POST.
  static let methodNotAllowed = HeaderBlock(
    [(":status", "405"), ("allow", "POST"), ("content-type", "text/plain; charset=utf-8")],
    isPermanent: true)
  /// The head of an answer to another content than gRPC.
  static let unsupportedMediaType = HeaderBlock(
    [
      (":status", "415"), ("accept-post", "application/grpc"),
      ("content-type", "text/plain; charset=utf-8"),
    ], isPermanent: true)

  /// Bytes of an encoded message; what is longer is cut. Common clients take header lists of 8 KiB.
  private static let maximumMessageLength = 2 << 10
  /// Bytes of details before they are base64; what does not fit is left out.
  private static let maximumDetailsLength = 4 << 10

  /// The head of an answer with messages.
  static func answer(_ call: ServerCall) -> HeaderBlock {
    guard call.initialMetadata.isEmpty else {
      let encoding = call.algorithm.map { [("grpc-encoding", $0.rawValue)] } ?? []
      return HeaderBlock(answerFields + encoding + call.initialMetadata.fields)
    }
    switch call.algorithm {
    case nil: return answer
    case .gzip: return gzipAnswer
    case .deflate: return deflateAnswer
    }
  }

  /// What ends a call behind its messages.
  static func trailers(_ call: ServerCall, _ failure: RPCStatus?) -> HeaderBlock {
    if let failure {
      return HeaderBlock(status(failure, call) + call.trailingMetadata.fields)
    }
    if call.trailingMetadata.isEmpty { return ok }
    return HeaderBlock([("grpc-status", "0")] + call.trailingMetadata.fields)
  }

  /// An answer of trailers only, which has no metadata in front of it.
  static func failure(_ call: ServerCall, _ failure: RPCStatus) -> HeaderBlock {
    HeaderBlock(
      answerFields + status(failure, call) + call.trailingMetadata.fields)
  }

  private static func status(_ status: RPCStatus, _ call: ServerCall) -> [Field] {
    let message = bounded(status.message)
    var fields: [Field] = [
      ("grpc-status", "\(status.code.rawValue)"), ("grpc-message", PercentEncoding.encode(message)),
    ]
    if !status.details.isEmpty {
      let details = StatusDetail.encoded(status, message: message, limit: maximumDetailsLength)
      fields.append(("grpc-status-details-bin", Base64.encode(details)))
    }
    for case .retryInfo(let milliseconds) in status.details {
      fields.append(("grpc-retry-pushback-ms", "\(milliseconds)"))
    }
    if case .unknown = call.head.encoding, status.code == .unimplemented {
      fields.append(("grpc-accept-encoding", "identity,gzip,deflate"))
    }
    return fields
  }

  private static func bounded(_ message: String) -> String {
    // Three bytes for every one is the most that the encoding takes.
    if message.utf8.count * 3 <= maximumMessageLength { return message }
    let mark = "..."
    var length = mark.utf8.count
    var end = message.startIndex
    for index in message.unicodeScalars.indices {
      let scalar = message.unicodeScalars[index]
      let isPlain = (0x20...0x7E).contains(scalar.value) && scalar != "%"
      length += isPlain ? 1 : 3 * Unicode.UTF8.width(scalar)
      if length > maximumMessageLength { return message[..<end] + mark }
      end = message.unicodeScalars.index(after: index)
    }
    return message
  }
}
