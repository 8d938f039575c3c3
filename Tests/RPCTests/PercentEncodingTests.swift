import Testing

@testable import RPC

/// `grpc-message` (gRPC, PROTOCOL-HTTP2, Percent-Encoded).
@Suite struct PercentEncodingTests {
  static let pairs: [(text: String, encoded: String)] = [
    ("", ""),
    ("plain text", "plain text"),
    ("100%", "100%25"),
    ("%41", "%2541"),
    ("a\tb\r\nc", "a%09b%0D%0Ac"),
    ("\u{0}\u{1F}\u{7F}", "%00%1F%7F"),
    ("~!\"#$&'()*+,-./:;<=>?@[\\]^_`{|}", "~!\"#$&'()*+,-./:;<=>?@[\\]^_`{|}"),
    ("\u{263A}\u{1F608}", "%E2%98%BA%F0%9F%98%88"),
    ("入组", "%E5%85%A5%E7%BB%84"),
    // A field's value neither begins nor ends with a space (RFC 9113, 8.2.1).
    (" a b ", "%20a b%20"),
    (" ", "%20"),
    ("  ", "%20%20"),
  ]

  @Test(arguments: pairs.indices) func textsAreEncoded(_ index: Int) {
    #expect(PercentEncoding.encode(Self.pairs[index].text) == Self.pairs[index].encoded)
  }

  @Test(arguments: pairs.indices) func textsAreDecoded(_ index: Int) {
    #expect(PercentEncoding.decode(Self.pairs[index].encoded) == Self.pairs[index].text)
  }

  static let lenient: [(encoded: String, text: String)] = [
    ("%e5%85%a5", "入"), ("%", "%"), ("%4", "%4"), ("a%", "a%"), ("a%4", "a%4"), ("%zz", "%zz"),
    ("%4z", "%4z"), ("%%41", "%A"), ("%25%34%31", "%41"), ("%FF", "\u{FFFD}"), ("+", "+"),
    ("入", "入"),
  ]

  @Test(arguments: lenient.indices) func whatIsNoEscapeStays(_ index: Int) {
    #expect(PercentEncoding.decode(Self.lenient[index].encoded) == Self.lenient[index].text)
  }

  @Test func everyByteComesBack() {
    for value in UInt32(0)..<0x800 {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let text = "x\(Character(scalar))y"
      let encoded = PercentEncoding.encode(text)
      #expect(encoded.utf8.allSatisfy { (0x20...0x7E).contains($0) })
      #expect(PercentEncoding.decode(encoded) == text)
    }
  }
}
