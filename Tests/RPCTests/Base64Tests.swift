import Testing

@testable import RPC

/// Base64 of binary metadata (RFC 4648, section 4).
@Suite struct Base64Tests {
  /// RFC 4648, section 10, without the padding.
  static let vectors: [(text: String, encoded: String, padding: String)] = [
    ("", "", ""), ("f", "Zg", "=="), ("fo", "Zm8", "="), ("foo", "Zm9v", ""),
    ("foob", "Zm9vYg", "=="), ("fooba", "Zm9vYmE", "="), ("foobar", "Zm9vYmFy", ""),
  ]

  @Test(arguments: vectors.indices) func theVectorsOfTheRFCHold(_ index: Int) {
    let (text, encoded, padding) = Self.vectors[index]
    #expect(Base64.encode(Array(text.utf8)) == encoded)
    #expect(Base64.decode(encoded) == Array(text.utf8))
    #expect(Base64.decode(encoded + padding) == Array(text.utf8))
  }

  @Test func everyByteComesBackAtEveryPlace() {
    for value in UInt8.min...UInt8.max {
      for length in 1...4 {
        let bytes = [UInt8](repeating: value, count: length)
        #expect(Base64.decode(Base64.encode(bytes)) == bytes)
      }
    }
  }

  @Test(
    arguments: [
      "A", "AAAAA", "A===", "AA===", "=A", "A=A", "Zg==Zg", "Z g", "Zg\n", "-_", "ä", "Zh", "Zm9",
      "====",
    ])
  func whatIsNoBase64IsRefused(_ text: String) {
    #expect(Base64.decode(text) == nil)
  }
}
