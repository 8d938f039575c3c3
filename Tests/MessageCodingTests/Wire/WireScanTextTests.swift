import Testing

@testable import MessageCoding

/// Texts: UTF-8 without overlong forms, surrogates and NUL.
@Suite struct WireScanTextTests {
  static let rows: [(name: String, bytes: [UInt8], reason: DecodingError.Reason?)] = [
    ("ASCII", Array("plain".utf8), nil),
    ("Chinese", Array("系统性红斑狼疮".utf8), nil),
    ("emoji", Array("😀".utf8), nil),
    ("byte order mark", [0xEF, 0xBB, 0xBF], nil),
    ("U+FFFF", [0xEF, 0xBF, 0xBF], nil),
    ("U+10FFFF", [0xF4, 0x8F, 0xBF, 0xBF], nil),
    ("U+D7FF", [0xED, 0x9F, 0xBF], nil),
    ("U+E000", [0xEE, 0x80, 0x80], nil),
    ("surrogate D800", [0xED, 0xA0, 0x80], .invalidUTF8),
    ("surrogate DFFF", [0xED, 0xBF, 0xBF], .invalidUTF8),
    ("U+110000", [0xF4, 0x90, 0x80, 0x80], .invalidUTF8),
    ("overlong slash, two bytes", [0xC0, 0xAF], .invalidUTF8),
    ("overlong slash, three bytes", [0xE0, 0x80, 0xAF], .invalidUTF8),
    ("overlong slash, four bytes", [0xF0, 0x80, 0x80, 0xAF], .invalidUTF8),
    ("overlong NUL", [0xC0, 0x80], .invalidUTF8),
    ("a continuation alone", [0x80], .invalidUTF8),
    ("cut off, two", [0xC3], .invalidUTF8),
    ("cut off, three", [0xE5, 0x85], .invalidUTF8),
    ("cut off, four", [0xF0, 0x9F, 0x98], .invalidUTF8),
    ("FE", [0xFE], .invalidUTF8),
    ("FF", [0xFF], .invalidUTF8),
    ("five bytes", [0xF8, 0x88, 0x80, 0x80, 0x80], .invalidUTF8),
    ("Latin-1", [0x4D, 0xFC, 0x6C], .invalidUTF8),
    ("NUL", [0], .embeddedNUL),
    ("NUL at the end", [97, 0], .embeddedNUL),
    ("NUL in the middle", [97, 0, 98], .embeddedNUL),
  ]

  @Test(arguments: rows.indices) func textsAreChecked(_ index: Int) {
    let row = Self.rows[index]
    let found = scanNode(WireBytes.message(3, row.bytes))
    #expect(found.reason == row.reason, "\(row.name)")
    #expect(found.path == (row.reason == nil ? "" : "text"))
    let listed = scanNode([0x5A, 0] + WireBytes.message(11, row.bytes))
    #expect(listed.reason == row.reason)
    #expect(listed.path == (row.reason == nil ? "" : "texts[1]"))
  }

  @Test func theTextOfARequestIsNamed() {
    let bytes = WireBytes.message(
      FieldNumber.snapshot,
      WireBytes.message(
        FieldNumber.observations, WireBytes.message(3, WireBytes.message(1, [0xFF]))))
    let found = scanRequest(bytes)
    #expect(found.reason == .invalidUTF8)
    #expect(found.path == "snapshot.observations[0].concept.concept")
  }

  /// The check says what the standard library's decoder says, for every pair of bytes and for three
  /// and four bytes at the edges of their ranges.
  @Test func theCheckAgreesWithTheStandardLibrary() {
    let edges: [UInt8] = [0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xE0, 0xFF]
    var wrong: [[UInt8]] = []
    func compare(_ bytes: [UInt8]) {
      let isValid = String(validating: bytes, as: UTF8.self) != nil
      let isTaken = bytes.withUnsafeBytes { UTF8Check.fault(in: $0) } == nil
      if isValid != isTaken { wrong.append(bytes) }
    }
    for first in UInt8(1)...0xFF {
      compare([first])
      for second in UInt8(1)...0xFF { compare([first, second]) }
      for second in edges {
        for third in edges {
          compare([first, second, third])
          if first >= 0xEE { for fourth in edges { compare([first, second, third, fourth]) } }
        }
      }
    }
    #expect(wrong.isEmpty)
  }
}
