internal import MessageCompression
internal import RPC

/// What gRPC lays around a message: the frames of a body, compression, status details, header values.
public enum FramesTarget {
  private static let limit = 4_096

  /// The first byte chooses the piece of the protocol.
  public static func run(_ bytes: [UInt8]) {
    guard let choice = bytes.first else { return }
    let input = Array(bytes.dropFirst())
    switch choice % 4 {
    case 0: frames(input, piece: 1 + Int(choice / 4))
    case 1: compression(input, choice & 4 == 0 ? .gzip : .deflate)
    case 2: fields(input)
    default: headers(input)
    }
  }

  /// Messages are the same however the body is cut.
  private static func frames(_ input: [UInt8], piece: Int) {
    let whole = messages(input, piece: max(1, input.count), limit: limit)
    let cut = messages(input, piece: piece, limit: limit)
    precondition(whole == cut, "pieces change what comes out")
  }

  /// What comes out is within the limit, and goes in and out again.
  private static func compression(_ input: [UInt8], _ algorithm: CompressionAlgorithm) {
    if let output = try? MessageCompression.decompress(input.span, with: algorithm, limit: limit) {
      precondition(output.count <= limit)
    }
    guard let packed = MessageCompression.compress(input.span, with: algorithm) else { return }
    let output = try? MessageCompression.decompress(
      packed.span, with: algorithm, limit: input.count)
    precondition(output == input)
  }

  /// The messages of a body and how it ends.
  private static func messages(_ input: [UInt8], piece: Int, limit: Int) -> [[UInt8]] {
    var deframer = MessageDeframer(maximumLength: limit)
    var found: [[UInt8]] = []
    var position = 0
    do throws(MessageDeframer.Fault) {
      while position < input.count {
        let end = min(input.count, position + piece)
        try deframer.append(input.span.extracting(position..<end))
        position = end
        while let message = try deframer.next() {
          precondition(message.range.count <= limit)
          found.append([message.isCompressed ? 1 : 0] + deframer.bytes[message.range])
        }
        precondition(deframer.count <= limit + 5 + piece)
      }
      return found + (deframer.faultAtEnd == nil ? [] : [Array("truncated".utf8)])
    } catch {
      return found + [Array("\(error)".utf8)]
    }
  }

  /// Any bytes are read as a message of gRPC itself without harm, within their own bounds.
  private static func fields(_ input: [UInt8]) {
    _ = StatusDetail.details(ofStatus: input)
    var reader = FieldReader(input)
    var depth = 0
    while let (_, value) = try? reader.next() {
      guard case .bytes(let range) = value else { continue }
      precondition(range.upperBound <= input.count)
      _ = try? reader.text(range)
      depth += 1
      if depth < 32 { reader = reader.message(range) }
    }
  }

  /// Any text is a header's value; what is written is read again.
  private static func headers(_ input: [UInt8]) {
    let text = String(decoding: input, as: UTF8.self)
    let encoded = PercentEncoding.encode(text)
    precondition(encoded.utf8.allSatisfy { (0x20...0x7E).contains($0) })
    precondition(PercentEncoding.decode(encoded) == text)
    _ = PercentEncoding.decode(text)
    precondition(Base64.decode(Base64.encode(input)) == input)
    _ = Base64.decode(text)
    if let nanoseconds = Timeout.nanoseconds(parsing: input.span), nanoseconds < .max {
      let again = Timeout.nanoseconds(
        parsing: Array(Timeout.text(nanoseconds: nanoseconds).utf8).span)
      precondition((again ?? 0) >= nanoseconds)
    }
    _ = TraceParent(parsing: text)
    var metadata = Metadata()
    metadata.add(text, text)
    metadata.append("x-bin", text)
    _ = metadata.binaryValues(of: "x-bin")
  }
}
