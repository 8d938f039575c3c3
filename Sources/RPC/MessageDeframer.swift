internal import HTTP2

/// Takes the messages out of a body: each a flag, a length of four bytes, and so many bytes.
package struct MessageDeframer {
  /// What is wrong with a body.
  package enum Fault: Error, Hashable {
    /// The length exceeds the limit.
    case tooLarge
    /// The flag is neither 0 nor 1.
    case reservedFlag
    /// The body ended within a message.
    case truncated
  }

  /// A whole message.
  package struct Message: Hashable {
    package var isCompressed: Bool
    /// Its place in `bytes`.
    package var range: Range<Int>
  }

  static let prefixLength = 5
  /// Bytes that are made room for on a peer's word, and kept when they are not used any more.
  private static let reservedLength = 64 << 10

  private let maximumLength: Int
  private var body = ByteAccumulator()
  /// Where the first message that was not taken begins.
  private var start = 0
  /// That message, once its prefix has come.
  private var current: Message?
  /// What is wrong with that message; those in front of it are whole.
  package private(set) var fault: Fault?

  package init(maximumLength: Int) {
    self.maximumLength = maximumLength
  }

  /// The bytes that the places of messages refer to.
  package var bytes: [UInt8] { body.bytes }

  /// Bytes that are held and belong to no message that was taken.
  package var count: Int { body.count - start }

  /// Bytes that memory is reserved for.
  var capacity: Int { body.bytes.capacity }

  /// Whether a whole message waits to be taken.
  var hasMessage: Bool {
    guard let current else { return false }
    return body.count >= current.range.upperBound
  }

  /// Whether more has come than one message.
  var hasMoreThanOneMessage: Bool {
    guard let current else { return false }
    return body.count > current.range.upperBound
  }

  /// Takes a piece of the body. A message that is too long is refused by its prefix.
  package mutating func append(_ piece: Span<UInt8>) throws(Fault) {
    if start == body.count {
      body.removeAll(keepingAtMost: Self.reservedLength)
      start = 0
    } else if start >= Self.reservedLength {
      body.removeFirst(start)
      if let message = current {
        current?.range = message.range.lowerBound - start..<message.range.upperBound - start
      }
      start = 0
    }
    body.append(piece)
    readPrefix()
    if let fault { throw fault }
  }

  /// Takes the next whole message; its place holds until more is appended.
  package mutating func next() throws(Fault) -> Message? {
    if let fault { throw fault }
    guard let message = current, hasMessage else { return nil }
    start = message.range.upperBound
    current = nil
    readPrefix()
    return message
  }

  /// What is wrong where the body ends here: nothing, unless a message has begun.
  package var faultAtEnd: Fault? { count == 0 || hasMessage ? nil : .truncated }

  private mutating func readPrefix() {
    guard current == nil, fault == nil, body.count - start >= Self.prefixLength else { return }
    let bytes = body.bytes
    if bytes[start] > 1 {
      fault = .reservedFlag
      return
    }
    var length = 0
    for index in 1..<Self.prefixLength { length = length << 8 | Int(bytes[start + index]) }
    if length > maximumLength {
      fault = .tooLarge
      return
    }
    let begin = start + Self.prefixLength
    current = Message(isCompressed: bytes[start] == 1, range: begin..<begin + length)
    if body.count < begin + length {
      // What is only announced is not paid for: the rest grows as it comes.
      body.reserve(begin + min(length, Self.reservedLength))
    }
  }
}
