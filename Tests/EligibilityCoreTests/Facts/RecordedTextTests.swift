import Testing

@testable import EligibilityCore

/// Texts as pieces of a record's bytes, with their beginnings beside them.
@Suite struct RecordedTextTests {
  /// A record with one result whose id of a concept is a text of so many bytes.
  private static func record(_ text: String) -> (FactRecords, CodeText) {
    var snapshot = PatientSnapshot(asOf: "2025-03-15")
    snapshot.observations = [
      Observation(id: "a", status: .final, concept: ConceptReference(concept: text))
    ]
    let records = PatientRecord(snapshot).records
    return (records, records.observations[0].concept.concept)
  }

  /// Printable ASCII is 0x20 to 0x7E, wherever another byte stands.
  @Test(arguments: 0...40) func plainTexts(_ length: Int) {
    let bytes: [UInt8] = [0x01, 0x1F, 0x20, 0x41, 0x7E, 0x7F]
    #expect(Self.record(String(repeating: "a", count: length)).0.isPlain(Self.code(length)))
    for place in 0..<length {
      for byte in bytes {
        var text = [UInt8](repeating: 0x61, count: length)
        text[place] = byte
        let (records, code) = Self.record(String(decoding: text, as: UTF8.self))
        #expect(
          records.isPlain(code) == (0x20...0x7E).contains(byte), "\(byte) at \(place) of \(length)")
      }
      let other = String(repeating: "a", count: place) + "é"
      let (records, code) = Self.record(other)
      #expect(!records.isPlain(code), "\(other)")
      #expect(records.text(code) == other)
    }
  }

  private static func code(_ length: Int) -> CodeText {
    record(String(repeating: "a", count: length)).1
  }

  @Test func beginningsAreTheFirstSixteenBytes() {
    let text = "0123456789abcdefghi"
    for length in 0...text.count {
      let head = TextHead(of: String(text.prefix(length)).utf8.span)
      var bytes: [UInt8] = []
      for place in 0..<16 {
        let word = place < 8 ? head.low : head.high
        bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(place % 8 * 8)))
      }
      let expected = Array(text.utf8.prefix(min(length, 16)))
      #expect(bytes == expected + [UInt8](repeating: 0, count: 16 - expected.count))
    }
  }

  // MARK: Units

  /// A unit that means the same in Unicode is the same unit: KELVIN SIGN and K.
  @Test(
    arguments: [
      ("K", 1), ("\u{212A}", 1), ("mK", 1_000), ("m\u{212A}", 1_000), ("k", nil), ("", nil),
      ("K ", nil), ("K\u{0}", nil), ("KKKKKKKKKKKKKKKKK", nil),
    ] as [(String, Int?)])
  func unitsOfARecord(_ unit: String, _ factor: Int?) throws {
    let concept = Self.concept(["K": 1, "mK": 1_000])
    var snapshot = PatientSnapshot(asOf: "2025-03-15")
    let value = try ExactDecimal(parsing: "1")
    snapshot.observations = [
      Observation(
        id: "a", status: .final, concept: ConceptReference(concept: "t"),
        quantity: Quantity(value: value, unit: unit))
    ]
    let records = PatientRecord(snapshot).records
    let recorded = try #require(records.observations[0].quantity).unit
    let expected = factor.map { ExactRational($0) }
    #expect(concept.factor(of: recorded, in: records) == expected)
    #expect(concept.factor(of: unit) == expected)
    // A catalogue that has such a unit itself.
    let other = Self.concept(["\u{212A}": 1, "m\u{212A}": 1_000])
    #expect(other.factor(of: recorded, in: records) == expected)
  }

  private static func concept(_ factors: [String: Int]) -> CompiledConcept {
    CompiledConcept(
      ConceptDraft(
        id: "t", kind: .quantity, codings: [], unit: "K",
        factors: factors.mapValues { ExactRational($0) }, notForSex: nil, implies: [],
        impliedBy: [], systems: [], sets: CodeSetMask(), exceptSets: CodeSetMask()),
      maximumAge: nil)
  }
}
