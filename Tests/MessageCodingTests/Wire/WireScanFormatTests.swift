import Testing

@testable import MessageCoding

/// Bytes that follow the wire format, and bytes that do not.
@Suite struct WireScanFormatTests {
  static let wellFormed: [(name: String, bytes: [UInt8])] = [
    ("nothing", []),
    ("a number", [0x40, 0x05]),
    ("the largest number", [0x40] + WireBytes.varint(.max)),
    ("a number of ten bytes", [0x40, 0x85, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00]),
    ("a fixed32", [0x2D, 1, 2, 3, 4]),
    ("a fixed64", [0x31, 1, 2, 3, 4, 5, 6, 7, 8]),
    ("bytes of any kind", [0x3A, 3, 0xFF, 0, 0xC0]),
    ("an empty text", [0x1A, 0]),
    ("packed numbers", [0x22, 3, 1, 0x80, 1]),
    ("no packed numbers", [0x22, 0]),
    ("separate numbers", [0x20, 1, 0x20, 2]),
  ]

  @Test(arguments: wellFormed.indices) func whatFollowsTheFormatIsTaken(_ index: Int) {
    #expect(scanNode(Self.wellFormed[index].bytes).reason == nil, "\(Self.wellFormed[index].name)")
  }

  static let malformed: [(name: String, bytes: [UInt8])] = [
    ("half a tag", [0x80]),
    ("a tag alone", [0x40]),
    ("half a number", [0x40, 0x80]),
    ("a number of eleven bytes", [0x40] + [UInt8](repeating: 0x80, count: 10) + [0]),
    ("a number beyond 64 bits", [0x40] + [UInt8](repeating: 0xFF, count: 9) + [0x02]),
    ("a tag beyond 32 bits", [0x80, 0x80, 0x80, 0x80, 0x10, 0]),
    ("field number 0, number", [0x00, 0x01]),
    ("field number 0, text", [0x02, 0x00]),
    ("field number 0 in more bytes", [0x80, 0x00, 0x01]),
    ("three bytes of a fixed32", [0x2D, 1, 2, 3]),
    ("seven bytes of a fixed64", [0x31, 1, 2, 3, 4, 5, 6, 7]),
    ("a length without content", [0x1A]),
    ("half a length", [0x1A, 0x80]),
    ("a length one too long", [0x1A, 3, 97, 98]),
    ("a length of 2^63", [0x1A] + WireBytes.varint(1 << 63)),
    ("the largest length", [0x1A] + WireBytes.varint(.max)),
    ("the begin of a group", [0x0B]),
    ("a whole group", [0x0B, 0x0C]),
    ("an unknown group", WireBytes.tag(FieldNumber.unknown, 3)),
    ("the end of a group", WireBytes.tag(FieldNumber.unknown, 4)),
    ("wire type 6", WireBytes.tag(FieldNumber.unknown, 6)),
    ("wire type 7", WireBytes.tag(FieldNumber.unknown, 7)),
    ("a truncated packed number", [0x22, 2, 1, 0x80]),
    ("a packed number beyond its field", [0x22, 1, 0x80, 0x01]),
    ("a child's field beyond the child", [0x0A, 1, 0x40, 0x05]),
    ("an unknown text cut off", WireBytes.tag(FieldNumber.unknown, 2) + [5, 1]),
  ]

  @Test(arguments: malformed.indices) func whatDoesNotIsRefused(_ index: Int) {
    #expect(
      scanNode(Self.malformed[index].bytes).reason == .malformed, "\(Self.malformed[index].name)")
  }

  /// Field numbers of `TestMessage` with the wire types that fit them.
  static let kinds: [(name: String, number: UInt64, fits: Set<UInt64>)] = [
    ("child", 1, [2]), ("children", 2, [2]), ("text", 3, [2]), ("packed", 4, [0, 2]),
    ("word", 5, [5]), ("long", 6, [1]), ("raw", 7, [2]), ("number", 8, [0]), ("left", 9, [2]),
    ("texts", 11, [2]),
  ]

  @Test(arguments: kinds.indices) func aFieldHasItsWireType(_ index: Int) {
    let (name, number, fits) = Self.kinds[index]
    let values: [UInt64: [UInt8]] = [
      0: [1], 1: [1, 2, 3, 4, 5, 6, 7, 8], 2: [0], 5: [1, 2, 3, 4],
    ]
    for (wireType, value) in values {
      let found = scanNode(WireBytes.tag(number, wireType) + value)
      #expect(
        found.reason == (fits.contains(wireType) ? nil : .malformed), "\(name), \(wireType)")
      if !fits.contains(wireType) { #expect(found.path.hasPrefix(name)) }
    }
  }

  /// A message cut at every place is refused or is a shorter message, and the scan stays within it.
  @Test func everyPrefixIsJudged() {
    let whole = WireBytes.message(
      1, WireBytes.text(3, "ab") + WireBytes.message(4, [1, 0x80, 1]) + WireBytes.fixed64(6))
    for length in 0...whole.count {
      let found = scanNode(Array(whole.prefix(length)))
      #expect(found.reason == (length == 0 || length == whole.count ? nil : .malformed))
    }
  }

  @Test func faultsNameTheirFieldInTheContract() {
    let wrong = WireBytes.message(
      FieldNumber.snapshot,
      WireBytes.text(FieldNumber.asOf, "2025-01-01")
        + WireBytes.times(3, WireBytes.message(FieldNumber.observations, []))
        + WireBytes.message(
          FieldNumber.observations, WireBytes.message(5, WireBytes.number(1, 0))))
    let found = scanRequest(wrong)
    #expect(found.reason == .malformed)
    #expect(found.path == "snapshot.observations[3].quantity.value")
  }
}
