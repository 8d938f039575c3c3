/// Validation of texts (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
enum UTF8Check {
  enum Fault {
    case invalid
    case embeddedNUL
  }

  static func fault(in bytes: UnsafeRawBufferPointer) -> Fault? {
    var position = 0
    let count = bytes.count
    while position < count {
      let byte = bytes[position]
      if byte < 0x80 {
        if byte == 0 { return .embeddedNUL }
        position += 1
        continue
      }
      guard let (length, range) = sequence(startingWith: byte), position + length <= count,
        range.contains(bytes[position + 1])
      else { return .invalid }
      for offset in 2..<max(2, length) where bytes[position + offset] & 0xC0 != 0x80 {
        return .invalid
      }
      position += length
    }
    return nil
  }

  /// Length of a sequence and the allowed second bytes (table 3-7 of the Unicode standard).
  private static func sequence(startingWith byte: UInt8) -> (Int, ClosedRange<UInt8>)? {
    switch byte {
    case 0xC2...0xDF: (2, 0x80...0xBF)
    case 0xE0: (3, 0xA0...0xBF)
    case 0xE1...0xEC, 0xEE...0xEF: (3, 0x80...0xBF)
    case 0xED: (3, 0x80...0x9F)
    case 0xF0: (4, 0x90...0xBF)
    case 0xF1...0xF3: (4, 0x80...0xBF)
    case 0xF4: (4, 0x80...0x8F)
    default: nil
    }
  }
}
