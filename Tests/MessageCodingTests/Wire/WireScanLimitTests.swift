import Testing

@testable import MessageCoding

/// Every bound of the scan, from both sides.
@Suite struct WireScanLimitTests {
  private static let maximumDepth = 64
  private static let maximumElements = 100_000
  private static let maximumUnknownFields = 64

  @Test(arguments: [(0, true), (1, true), (maximumDepth, true), (maximumDepth + 1, false)])
  func depthIsBounded(_ levels: Int, _ isTaken: Bool) {
    let found = scanNode(WireBytes.nested(1, levels: levels))
    #expect(found.reason == (isTaken ? nil : .nestingTooDeep))
    if !isTaken { #expect(found.path.split(separator: ".").allSatisfy { $0 == "child" }) }
  }

  /// The deepest of many branches decides, not the number of levels that were begun.
  @Test func manyBranchesAreNotDeep() {
    let branch = WireBytes.nested(2, levels: Self.maximumDepth)
    #expect(scanNode(WireBytes.times(50, branch)).reason == nil)
  }

  enum Element: String, CaseIterable {
    case subMessages
    case texts
    case packedNumbers
    case separateNumbers
  }

  private static func elements(_ kind: Element, _ count: Int) -> [UInt8] {
    switch kind {
    case .subMessages: WireBytes.times(count, [0x12, 0])
    case .texts: WireBytes.times(count, [0x5A, 0])
    case .packedNumbers: WireBytes.message(4, [UInt8](repeating: 1, count: count))
    case .separateNumbers: WireBytes.times(count, [0x20, 1])
    }
  }

  @Test(arguments: Element.allCases) func elementsAreCounted(_ kind: Element) {
    #expect(scanNode(Self.elements(kind, Self.maximumElements)).reason == nil)
    let found = scanNode(Self.elements(kind, Self.maximumElements + 1))
    #expect(found.reason == .tooManyElements)
  }

  @Test func elementsOfAllKindsAndLevelsShareTheCount() {
    let half = Self.maximumElements / 2
    // The inner message is an element, too.
    let inner = WireBytes.message(1, Self.elements(.texts, half - 1))
    #expect(scanNode(inner + Self.elements(.packedNumbers, half)).reason == nil)
    let found = scanNode(inner + Self.elements(.packedNumbers, half + 1))
    #expect(found.reason == .tooManyElements && found.path == "packed[0]")
  }

  static let unknown: [(name: String, field: [UInt8])] = [
    ("varint", WireBytes.number(FieldNumber.unknown, 7)),
    ("fixed64", WireBytes.fixed64(FieldNumber.unknown)),
    ("fixed32", WireBytes.fixed32(FieldNumber.unknown)),
    ("length-delimited", WireBytes.message(FieldNumber.unknown, [1, 2, 3])),
    ("highest number", WireBytes.number(536_870_911, 7)),
  ]

  @Test(arguments: unknown.indices) func unknownFieldsAreCounted(_ index: Int) {
    let field = Self.unknown[index].field
    #expect(scanNode(WireBytes.times(Self.maximumUnknownFields, field)).reason == nil)
    #expect(
      scanNode(WireBytes.times(Self.maximumUnknownFields + 1, field)).reason
        == .tooManyUnknownFields)
  }

  @Test func unknownFieldsOfAllLevelsShareTheCount() {
    let field = WireBytes.number(FieldNumber.unknown, 7)
    let inner = WireBytes.message(1, WireBytes.times(40, field))
    #expect(scanNode(inner + WireBytes.times(24, field)).reason == nil)
    #expect(scanNode(inner + WireBytes.times(25, field)).reason == .tooManyUnknownFields)
  }

  /// What is unknown is opaque: neither its length nor what may be in it costs anything.
  @Test(arguments: [0, 1_000, 4 << 20]) func anUnknownFieldIsSkippedInOneStep(_ length: Int) {
    let found = scanNode(
      WireBytes.message(FieldNumber.unknown, [UInt8](repeating: 0xFF, count: length)))
    #expect(found.reason == nil && found.steps == 1)
  }

  static let duplicates: [(name: String, bytes: [UInt8], path: String?)] = [
    ("one child", [0x0A, 0], nil),
    ("two children", [0x0A, 0, 0x0A, 0], "child"),
    ("something between", [0x0A, 0, 0x40, 1, 0x0A, 0], "child"),
    ("within a child", WireBytes.message(1, [0x0A, 0, 0x0A, 0]), "child.child"),
    (
      "within the second of a list", [0x12, 0] + WireBytes.message(2, [0x0A, 0, 0x0A, 0]),
      "children[1].child"
    ),
    ("a child in each of two", WireBytes.times(2, WireBytes.message(2, [0x0A, 0])), nil),
    ("a list", WireBytes.times(3, [0x12, 0]), nil),
    ("one member of a choice", [0x4A, 0], nil),
    ("the same member twice", [0x4A, 0, 0x4A, 0], "left"),
    ("two members of a choice", [0x4A, 0, 0x52, 0], "right"),
    ("a choice beside a child", [0x0A, 0, 0x4A, 0], nil),
    ("a text twice: the last one holds", [0x1A, 0, 0x1A, 0], nil),
    ("a number twice: the last one holds", [0x40, 1, 0x40, 2], nil),
  ]

  @Test(arguments: duplicates.indices) func aSingleMessageMayBeGivenOnce(_ index: Int) {
    let row = Self.duplicates[index]
    let found = scanNode(row.bytes)
    #expect(found.reason == (row.path == nil ? nil : .duplicateField), "\(row.name)")
    #expect(found.path == row.path ?? "", "\(row.name)")
  }
}
