import EligibilityCore
import Testing

@testable import MessageCoding

/// What the reader in one pass leaves to libprotobuf-c, and the limits that both keep.
@Suite struct StraightLineLimitTests {
  private static let envelope =
    WireBytes.number(FieldNumber.stage, 1) + WireBytes.text(FieldNumber.indexDate, "2025-03-15")
  private static let asOf = WireBytes.text(FieldNumber.asOf, "2025-03-15")

  private static func request(_ snapshot: [UInt8], _ more: [UInt8] = []) -> [UInt8] {
    WireBytes.message(FieldNumber.snapshot, asOf + snapshot) + envelope + more
  }

  private static func observation(_ id: String, _ more: [UInt8] = []) -> [UInt8] {
    WireBytes.message(
      FieldNumber.observations,
      WireBytes.text(1, id) + WireBytes.number(2, 1)
        + WireBytes.message(3, WireBytes.text(1, "alt")) + WireBytes.number(6, 1) + more)
  }

  private static func reason(_ bytes: [UInt8]) -> String? {
    do throws(MessageError) {
      _ = try EligibilityMessages.request(bytes.span)
      return nil
    } catch {
      switch error {
      case .bytes(let error): return error.reason.rawValue
      case .form(let error): return error.violations.first?.reason
      }
    }
  }

  /// What is well written, but not as encoders write it, is read all the same.
  static let unusual: [(name: String, bytes: [UInt8])] = [
    ("another order", envelope + WireBytes.message(FieldNumber.snapshot, asOf)),
    ("a number twice", request([]) + WireBytes.number(14, 1) + WireBytes.number(14, 0)),
    ("a text twice", request([], WireBytes.text(15, "a") + WireBytes.text(15, "b"))),
    ("a field that is not known", request(WireBytes.number(1_000, 1))),
    (
      "an order within a fact",
      request(
        WireBytes.message(
          FieldNumber.observations,
          WireBytes.number(6, 1) + WireBytes.text(1, "a") + WireBytes.number(2, 1)
            + WireBytes.message(3, WireBytes.text(1, "alt"))))
    ),
    ("a list in two parts", request(observation("a") + WireBytes.text(10, "p") + observation("b"))),
    ("a number in many bytes", request([], WireBytes.tag(14, 0) + [0x81, 0x80, 0x80, 0])),
  ]

  @Test(arguments: unusual.indices) func theUnusualIsLeftToLibprotobufC(_ index: Int) throws {
    let row = Self.unusual[index]
    #expect(StraightLineReaderTests.straight(row.bytes) == nil, "\(row.name)")
    #expect(Self.reason(row.bytes) == nil, "\(row.name)")
  }

  // MARK: Ids

  static let sameIDs: [(String, String)] = [
    ("a", "a"), ("\u{E9}", "e\u{301}"), ("K1", "\u{212A}1"), (";", "\u{37E}"),
    (String(repeating: "x", count: 256), String(repeating: "x", count: 256)),
  ]

  @Test(arguments: sameIDs.indices) func theSameIDTwiceIsNotTaken(_ index: Int) {
    let (one, other) = Self.sameIDs[index]
    for pair in [[one, other], [other, one], [one, "b", "c", other]] {
      let bytes = Self.request(pair.flatMap { Self.observation($0) })
      #expect(StraightLineReaderTests.straight(bytes) == nil, "\(pair)")
      #expect(Self.reason(bytes) == "DUPLICATE_ID", "\(pair)")
    }
  }

  @Test func otherIDsOfManyScriptsAreTaken() {
    let ids = ["a", "入-1", "入-2", "é", "e", "😀", String(repeating: "ß", count: 128)]
    #expect(StraightLineReaderTests.compare(Self.request(ids.flatMap { Self.observation($0) })))
  }

  @Test func anIDMayHave256Bytes() {
    for (length, isTaken) in [(256, true), (257, false)] {
      let bytes = Self.request(Self.observation(String(repeating: "x", count: length)))
      #expect(StraightLineReaderTests.compare(bytes) == isTaken)
      #expect(Self.reason(bytes) == (isTaken ? nil : "TOO_LONG"))
    }
  }

  /// Ids that all fall on one place of the table are not looked for without end.
  @Test func idsThatCollideAreReadAllTheSame() throws {
    var ids: [String] = []
    var number = 0
    while ids.count < 400 {
      number += 1
      var id = "o\(number)"
      let slot = id.withUTF8 { UnsafeRawPointer($0.baseAddress)?.hashed($0.count) }
      if let slot, (slot >> 32) & 0xFF == 0 { ids.append(id) }
    }
    let bytes = Self.request(ids.flatMap { Self.observation($0) })
    #expect(StraightLineReaderTests.straight(bytes) == nil)
    let request = try EligibilityMessages.request(bytes.span)
    #expect(request.snapshot.observations.map(\.id) == ids)
  }

  // MARK: Limits

  @Test(arguments: [4_999, 5_000, 5_001]) func factsAreLimited(_ count: Int) throws {
    let method = WireBytes.message(
      9, WireBytes.text(1, "http://example.org/methods") + WireBytes.text(2, "a-method"))
    let bytes = Self.request((0..<count).flatMap { Self.observation("o\($0)", method) })
    let taken = StraightLineReaderTests.straight(bytes)
    #expect(taken?.snapshot.observations.count == (count <= 5_000 ? count : nil))
    #expect(Self.reason(bytes) == (count <= 5_000 ? nil : "TOO_MANY_FACTS"))
  }

  /// The request holds the snapshot, two texts, and cohorts.
  @Test(arguments: [99_996, 99_997, 99_998]) func elementsAreLimited(_ count: Int) {
    let cohort = WireBytes.text(FieldNumber.cohorts, "a-cohort-with-a-name")
    let bytes = Self.request([]) + WireBytes.times(count, cohort)
    let isTaken = StraightLineReaderTests.straight(bytes) != nil
    #expect(isTaken == (count <= 99_997))
    #expect(Self.reason(bytes) == (isTaken ? nil : "TOO_MANY_ELEMENTS"))
  }

  /// Empty messages take many times their length to unpack: where libprotobuf-c's memory ends, nothing is
  /// taken, and the answer is libprotobuf-c's.
  @Test(arguments: [0, 1, 3_000, 20_000, 40_000, 60_000, 99_000])
  func memoryIsLimited(_ count: Int) {
    let grades = WireBytes.times(count, WireBytes.message(6, []))
    let assessment = WireBytes.message(
      6,
      WireBytes.text(1, "s") + WireBytes.number(2, 1)
        + WireBytes.message(3, WireBytes.text(1, "sledai")) + grades)
    let bytes = Self.request(assessment)
    let isTaken = StraightLineReaderTests.compare(bytes, "\(count) grades")
    if count <= 3_000 { #expect(isTaken) }
    if count >= 60_000 { #expect(Self.reason(bytes) == "DECODE_BUDGET_EXCEEDED") }
  }
}
