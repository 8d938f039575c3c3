internal import MessageCompression

/// A message to be sent, behind room for the prefix that frames it on the wire.
public struct ResponseMessage: Sendable {
  /// Bytes to leave free in front of the message.
  public static let prefixLength = 5

  /// The framed message.
  private(set) var bytes: [UInt8]
  /// Whether it is sent compressed; nil = as the call's requests are. Where the client takes no compression
  /// it is sent as it is, and so are all answers behind a first one that is nil and not compressed: their
  /// head, which names the compression, is sent by then.
  public var isCompressed: Bool?

  /// Takes bytes of which the first `prefixLength` are free.
  ///
  /// - Parameters:
  ///   - bytes: at least `prefixLength` bytes; the rest is the message.
  ///   - isCompressed: whether it is sent compressed; nil = as the call's requests are.
  public init(withPrefix bytes: [UInt8], isCompressed: Bool? = nil) {
    self.bytes = bytes
    self.isCompressed = isCompressed
    while self.bytes.count < Self.prefixLength { self.bytes.append(0) }
    setPrefix(flag: 0)
  }

  /// The framed message as it is sent with an algorithm; as it is where memory runs out.
  func framed(with algorithm: CompressionAlgorithm?) -> [UInt8] {
    guard let algorithm else { return bytes }
    let message = bytes.span.extracting(Self.prefixLength..<bytes.count)
    guard
      let compressed = MessageCompression.compress(
        message, with: algorithm, headroom: Self.prefixLength)
    else { return bytes }
    var result = self
    result.bytes = compressed
    result.setPrefix(flag: 1)
    return result.bytes
  }

  private mutating func setPrefix(flag: UInt8) {
    let length = UInt32(clamping: bytes.count - Self.prefixLength)
    bytes[0] = flag
    for index in 0..<4 {
      bytes[1 + index] = UInt8(truncatingIfNeeded: length >> UInt32(24 - 8 * index))
    }
  }
}
