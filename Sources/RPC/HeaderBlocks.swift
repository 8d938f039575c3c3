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

  /// Bytes of an encoded message; what is longer is cut. Common clients take header lists of 8 KiB.
  static let maximumMessageLength = 4 << 10
  /// Bytes of encoded details; longer ones are left out.
  static let maximumDetailsLength = 8 << 10

  /// An answer of trailers only.
  static func failure(_ status: RPCStatus, extra: [(name: String, value: String)] = [])
    -> HeaderBlock
  {
    var fields: [(name: String, value: String)] = [
      (":status", "200"), ("content-type", "application/grpc"),
      ("grpc-status", "\(status.code.rawValue)"),
      ("grpc-message", PercentEncoding.encode(bounded(status.message))),
    ]
    let details = Base64.encode(status.details)
    if !details.isEmpty, details.utf8.count <= maximumDetailsLength {
      fields.append(("grpc-status-details-bin", details))
    }
    return HeaderBlock(fields + extra)
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

  /// An answer to what is no gRPC call.
  static func refusal(status: Int, extra: [(name: String, value: String)] = []) -> HeaderBlock {
    HeaderBlock([(":status", "\(status)")] + extra)
  }
}
