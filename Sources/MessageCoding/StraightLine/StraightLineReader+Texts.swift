internal import EligibilityCore

/// The characters of texts.
extension StraightLineReader {
  // These take what they need of the reader, which is too large to be lent whole for every text.

  static func string(
    _ content: (start: Int, end: Int), _ start: UnsafePointer<UInt8>
  ) throws(Irregularity) -> String {
    let length = content.end - content.start
    if length == 0 { return "" }
    let bytes = UnsafeBufferPointer(start: start + content.start, count: length)
    if isPlain(content, start) {
      return String(copying: UTF8Span(unchecked: bytes.span, isKnownASCII: true))
    }
    try validate(content, start)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The beginning of a text, loaded as two words of which what is behind the text is masked, and whether it is
  /// ASCII without NUL.
  @inline(__always) static func head(
    _ content: (start: Int, end: Int), _ start: UnsafePointer<UInt8>, _ count: Int
  ) -> (head: TextHead, isPlain: Bool) {
    let length = content.end &- content.start
    guard content.start &+ TextHead.maximumCount <= count else { return shortHead(content, start) }
    let text = UnsafeRawPointer(start + content.start)
    let low = UInt64(littleEndian: text.loadUnaligned(as: UInt64.self))
    let high = UInt64(littleEndian: text.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    // What is behind the text becomes 1 to be looked at, and 0 to be kept.
    if length < 8 {
      let inside = (1 &<< UInt64(truncatingIfNeeded: length &* 8)) &- 1
      let kept = low & inside
      return (TextHead(low: kept, high: 0), isPlain(kept | ones & ~inside))
    }
    if length < 16 {
      let inside = (1 &<< UInt64(truncatingIfNeeded: (length &- 8) &* 8)) &- 1
      let kept = high & inside
      return (TextHead(low: low, high: kept), isPlain(low) && isPlain(kept | ones & ~inside))
    }
    return (TextHead(low: low, high: high), isPlain(low) && isPlain(high))
  }

  /// The same near the end of the whole, where 16 bytes cannot be loaded.
  private static func shortHead(
    _ content: (start: Int, end: Int), _ start: UnsafePointer<UInt8>
  ) -> (head: TextHead, isPlain: Bool) {
    var (low, high): (UInt64, UInt64) = (0, 0)
    for place in (0..<min(content.end - content.start, TextHead.maximumCount)).reversed() {
      high = high << 8 | low >> 56
      low = low << 8 | UInt64(start[content.start + place])
    }
    return (TextHead(low: low, high: high), isPlain(content, start))
  }

  /// Whether all of a text is ASCII without NUL.
  static func isPlain(
    _ content: (start: Int, end: Int), _ start: UnsafePointer<UInt8>
  ) -> Bool {
    let length = content.end - content.start
    guard length >= 8 else {
      for offset in 0..<length where start[content.start + offset] &- 1 >= 0x7F { return false }
      return true
    }
    let text = UnsafeRawPointer(start + content.start)
    var offset = 0
    while offset + 8 < length {
      guard isPlain(text.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) else {
        return false
      }
      offset += 8
    }
    return isPlain(text.loadUnaligned(fromByteOffset: length - 8, as: UInt64.self))
  }

  private static let ones: UInt64 = 0x0101_0101_0101_0101

  /// Whether each byte of a word is 1 to 0x7F: taking 1 from each sets the highest bit of the first one that
  /// is 0, and without such a one leaves the others' alone.
  @inline(__always) private static func isPlain(_ word: UInt64) -> Bool {
    (word | (word &- ones)) & 0x8080_8080_8080_8080 == 0
  }

  static func validate(
    _ content: (start: Int, end: Int), _ start: UnsafePointer<UInt8>
  ) throws(Irregularity) {
    let text = UnsafeRawBufferPointer(
      start: start + content.start, count: content.end - content.start)
    if UTF8Check.fault(in: text) != nil { throw Irregularity() }
  }
}
