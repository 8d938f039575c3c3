/// A text of a patient's record: a piece of the record's bytes.
package struct TextPiece: Sendable, BitwiseCopyable {
  /// Where it begins.
  package let start: UInt32
  /// Its bytes; 0 = there is no text.
  package let count: UInt32

  /// A piece.
  package init(start: Int, count: Int) {
    self.start = UInt32(truncatingIfNeeded: start)
    self.count = UInt32(truncatingIfNeeded: count)
  }

  /// No text.
  package static let empty = TextPiece(start: 0, count: 0)

  /// Whether there is no text.
  package var isEmpty: Bool { count == 0 }

  /// Where it stands among the bytes.
  package var range: Range<Int> { Int(start)..<Int(start) + Int(count) }
}

/// A text that is looked up: an id of a concept, a code or a unit.
///
/// Its first 16 bytes stand beside the piece, so that most are compared without a look at the record's bytes.
package struct CodeText: Sendable, BitwiseCopyable {
  /// Where it stands.
  package let piece: TextPiece
  /// Its beginning.
  let head: TextHead

  /// A text.
  package init(piece: TextPiece, head: TextHead) {
    self.piece = piece
    self.head = head
  }

  /// No text.
  package static let empty = CodeText(piece: .empty, head: TextHead())

  /// Whether there is no text.
  package var isEmpty: Bool { piece.isEmpty }

  /// Whether it is its beginning.
  var isShort: Bool { piece.count <= TextHead.maximumCount }
}

/// Up to 16 bytes from the beginning of a text, the first one in the lowest place; 0 where the text has ended.
package struct TextHead: Sendable, Hashable, BitwiseCopyable {
  /// The first eight bytes.
  package private(set) var low: UInt64 = 0
  /// The next eight.
  package private(set) var high: UInt64 = 0

  /// Bytes that it holds at most.
  package static let maximumCount = 16

  init() {}

  /// Bytes that were read in two words.
  package init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  /// The beginning of a text.
  init(of bytes: Span<UInt8>) {
    for index in 0..<min(bytes.count, Self.maximumCount) { set(bytes[index], at: index) }
  }

  /// Puts a byte at a place where there is none.
  mutating func set(_ byte: UInt8, at place: Int) {
    if place < 8 {
      low |= UInt64(byte) << UInt64(place * 8)
    } else {
      high |= UInt64(byte) << UInt64((place - 8) * 8)
    }
  }

  /// Whether it holds printable ASCII alone, given how many bytes it has.
  func isPlain(count: Int) -> Bool {
    let (inLow, inHigh) = (min(count, 8), max(0, min(count, 16) - 8))
    return Self.isPlain(low, inLow) && Self.isPlain(high, inHigh)
  }

  /// Whether the lowest bytes of a word are 0x20 to 0x7E. Adding carries into the highest bit of a byte from
  /// 0x7F on, and of one that is 0x20 or more, and never beyond it while no byte has that bit itself.
  private static func isPlain(_ word: UInt64, _ count: Int) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let high = ones &* 0x80
    let filled = count >= 8 ? word : word | (ones &* 0x20) << UInt64(count * 8)
    return filled & high == 0 && (filled &+ ones) & high == 0
      && (filled &+ ones &* 0x60) & high == high
  }
}
