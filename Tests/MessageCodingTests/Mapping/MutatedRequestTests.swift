import Testing

@testable import MessageCoding

/// Requests that were cut or changed on the way: refused or read, and nothing else.
@Suite struct MutatedRequestTests {
  private static func whole() throws -> [UInt8] {
    try Requests.encode(
      Requests.snapshot(
        """
        birth_date: "1991-07-22"
        reviewed: [{section: SECTION_CONDITIONS, as_of: "2025-03-15"}]
        observations:
          - {id: o, status: RECORD_STATUS_FINAL, concept: {concept: alt, codings: [{system: s, code: c}]}, effective: "2025-03-12", quantity: {value: "31", unit: U/L}, reference_range: {high: {value: "40", unit: U/L}}}
        medications:
          - {id: m, status: MEDICATION_STATUS_ACTIVE, drug: {concept: prednisone}, frequency: {times: 1, period: 1, unit: FREQUENCY_UNIT_DAY}}
        """))
  }

  /// What came of bytes; nil for a request.
  private static func outcome(_ bytes: [UInt8]) -> MessageError? {
    do throws(MessageError) {
      _ = try Requests.read(bytes)
      return nil
    } catch {
      return error
    }
  }

  @Test func everyPrefixIsJudged() throws {
    let whole = try Self.whole()
    for length in 0..<whole.count { _ = Self.outcome(Array(whole.prefix(length))) }
    #expect(Self.outcome(whole) == nil)
    #expect(Self.outcome([]) != nil)
  }

  /// What the scan lets through, libprotobuf-c takes: they must not differ on what a message is.
  @Test func theScanAndLibprotobufCAgree() throws {
    let whole = try Self.whole()
    var refused = 0
    for position in whole.indices {
      for change in [UInt8(0x01), 0x02, 0x08, 0x40, 0x80, 0xFF] {
        var bytes = whole
        bytes[position] ^= change
        let found = scanRequest(bytes)
        let outcome = Self.outcome(bytes)
        if case .bytes(let fault) = outcome {
          refused += 1
          #expect(found.reason == fault.reason, "byte \(position) ^ \(change)")
        } else {
          #expect(found.reason == nil, "byte \(position) ^ \(change)")
        }
      }
    }
    #expect(refused > whole.count)
  }

  @Test(arguments: 0..<300) func randomBytesAreJudged(_ seed: UInt64) {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
    let bytes = (0..<Int(next() % 300)).map { _ in UInt8(truncatingIfNeeded: next()) }
    #expect(bytes.isEmpty || Self.outcome(bytes) != nil)
    // Behind a tag and a length they are looked into.
    _ = Self.outcome(WireBytes.message(FieldNumber.snapshot, bytes))
    _ = Self.outcome(
      WireBytes.message(FieldNumber.snapshot, WireBytes.message(FieldNumber.observations, bytes)))
  }
}
