internal import HTTP2

/// Takes the one message of a unary call out of its body: a flag, a length of four bytes, the message.
struct MessageDeframer {
  /// What is wrong with a body.
  enum Fault: Error, Hashable {
    /// The length exceeds the limit.
    case tooLarge
    /// The message says it is compressed, but the call names no encoding.
    case compressed
    /// The flag is neither 0 nor 1.
    case reservedFlag
    /// More than one message.
    case secondMessage
    /// The body ended within a message.
    case truncated
    /// The body ended before a message.
    case noMessage
  }

  static let prefixLength = 5
  /// Bytes that are made room for on a peer's word.
  private static let reservedLength = 64 << 10

  private let maximumLength: Int
  private var body = ByteAccumulator()
  /// The message's length, once the prefix has come.
  private var length: Int?

  init(maximumLength: Int) {
    self.maximumLength = maximumLength
  }

  /// Bytes that are held.
  var count: Int { body.count }

  /// Bytes that memory is reserved for.
  var capacity: Int { body.bytes.capacity }

  /// Takes a piece of the body. A message that is too long is refused by its prefix.
  mutating func append(_ piece: Span<UInt8>) throws(Fault) {
    body.append(piece)
    guard body.count >= Self.prefixLength else { return }
    if length == nil {
      let bytes = body.bytes
      if bytes[0] > 1 { throw .reservedFlag }
      let announced =
        Int(bytes[1]) << 24 | Int(bytes[2]) << 16 | Int(bytes[3]) << 8 | Int(bytes[4])
      if announced > maximumLength { throw .tooLarge }
      if bytes[0] == 1 { throw .compressed }
      length = announced
      // What is only announced is not paid for: the rest grows as it comes.
      body.reserve(min(announced, Self.reservedLength) + Self.prefixLength)
    }
    if let length, body.count > length + Self.prefixLength { throw .secondMessage }
  }

  /// The body with its whole message, prefix first.
  func finish() throws(Fault) -> [UInt8] {
    if body.count == 0 { throw .noMessage }
    guard let length, body.count == length + Self.prefixLength else { throw .truncated }
    return body.bytes
  }
}
