import Testing

@testable import RPC

/// `grpc-timeout` (gRPC, PROTOCOL-HTTP2, Timeout).
@Suite struct TimeoutTests {
  private static func read(_ text: String) -> UInt64? {
    let bytes = Array(text.utf8)
    return Timeout.nanoseconds(parsing: bytes.span)
  }

  static let valid: [(text: String, nanoseconds: UInt64)] = [
    ("1n", 1), ("1u", 1_000), ("1m", 1_000_000), ("1S", 1_000_000_000), ("1M", 60_000_000_000),
    ("1H", 3_600_000_000_000), ("0n", 0), ("0H", 0), ("00000001S", 1_000_000_000),
    ("99999999n", 99_999_999), ("99999999u", 99_999_999_000), ("99999999m", 99_999_999_000_000),
    ("99999999S", 99_999_999_000_000_000), ("99999999M", 5_999_999_940_000_000_000),
    // Beyond the clock: as long as it can say.
    ("99999999H", .max), ("5124095H", 18_446_742_000_000_000_000), ("5124096H", .max),
  ]

  @Test(arguments: valid.indices) func durationsAreRead(_ index: Int) {
    let row = Self.valid[index]
    #expect(Self.read(row.text) == row.nanoseconds)
  }

  @Test(
    arguments: [
      "", "n", "1", "S1", "1s", "1h", "1 S", " 1S", "1S ", "-1S", "+1S", "1.5S", "1e3S",
      "123456789n", "000000001S", "1ms", "1x", "0x1S", "١S", "1\u{0}", "NaNS",
    ])
  func whatDoesNotFollowTheGrammarIsRefused(_ text: String) {
    #expect(Self.read(text) == nil)
  }

  static let texts: [(nanoseconds: UInt64, text: String)] = [
    (0, "0n"), (1, "1n"), (99_999_999, "99999999n"), (100_000_000, "100000u"),
    (100_000_001, "100001u"), (10_000_000_000, "10000000u"), (99_999_999_000, "99999999u"),
    (99_999_999_001, "100000m"), (3_600_000_000_000, "3600000m"), (.max, "5124096H"),
  ]

  @Test(arguments: texts.indices) func durationsAreWritten(_ index: Int) {
    #expect(Timeout.text(nanoseconds: Self.texts[index].nanoseconds) == Self.texts[index].text)
  }

  /// A written timeout is never shorter than the duration, and at most a hundredth of a promille longer.
  @Test func noWrittenDurationIsShorter() {
    var nanoseconds: UInt64 = 1
    while nanoseconds < .max / 3 {
      let text = Timeout.text(nanoseconds: nanoseconds)
      #expect(text.utf8.count <= 9)
      let read = Self.read(text) ?? 0
      #expect(read >= nanoseconds && read - nanoseconds <= nanoseconds / 100_000)
      nanoseconds = nanoseconds * 3 + 1
    }
  }
}
