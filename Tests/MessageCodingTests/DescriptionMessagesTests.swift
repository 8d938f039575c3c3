import EligibilityCore
import Testing

@testable import MessageCoding

@Suite struct DescriptionMessagesTests {
  private static func request(_ document: String) throws -> DescriptionRequest {
    let bytes = try Documents.encode(document, as: Descriptors.describeRequest)
    return try DescriptionMessages.request(bytes.span)
  }

  private static func faults(_ document: String) throws -> [String] {
    do {
      _ = try request(document)
      return []
    } catch MessageError.form(let form) {
      return form.violations.map { "\($0.field) \($0.reason)" }
    }
  }

  @Test func aRequestIsRead() throws {
    let digest = String(repeating: "0123456789abcdef", count: 4)
    let request = try Self.request(
      """
      trial: t
      protocol_version: v
      protocol_digest: "\(digest)"
      site: s
      index_date: "2025-03-15"
      language: zh-Hans-CN
      """)
    var expected = DescriptionRequest()
    expected.trial = "t"
    expected.protocolVersion = "v"
    expected.protocolDigest = digest
    expected.site = "s"
    expected.indexDate = CalendarDate(parsing: "2025-03-15")
    expected.language = "zh-Hans-CN"
    #expect(request == expected)
    #expect(try Self.request("{}") == DescriptionRequest())
  }

  /// Every field at once.
  @Test func wrongFormIsNamed() throws {
    let long = String(repeating: "x", count: 257)
    #expect(
      try Self.faults(
        """
        trial: \(long)
        protocol_version: \(long)
        site: \(long)
        protocol_digest: ABC
        index_date: "2025-02-30"
        language: en_GB
        """) == [
          "trial TOO_LONG", "protocol_version TOO_LONG", "site TOO_LONG",
          "protocol_digest DIGEST_MALFORMED", "index_date DATE_MALFORMED",
          "language LANGUAGE_MALFORMED",
        ])
  }

  @Test(arguments: ["-", "en-", "abcdefghi", "en--GB", "en GB", "中文"])
  func aTagThatIsNone(_ tag: String) throws {
    #expect(try Self.faults("language: \"\(tag)\"") == ["language LANGUAGE_MALFORMED"])
  }

  @Test func bytesThatAreNoRequestAreRefused() {
    let bytes: [UInt8] = [0x0A, 0x05, 0x61]
    #expect(throws: MessageError.bytes(DecodingError(.malformed))) {
      try DescriptionMessages.request(bytes.span)
    }
  }

  /// The definition goes out as it was loaded.
  @Test(arguments: [0, 1, 127, 128, 16_384]) func anAnswerHoldsTheBytesAsTheyAre(_ length: Int) {
    let definition = [UInt8](repeating: 0x41, count: length)
    let answer = DescriptionMessages.bytes(
      of: definition, digest: "abc", language: "", headroom: 5)
    #expect(
      answer == [UInt8](repeating: 0, count: 5) + WireBytes.message(1, definition)
        + WireBytes.text(2, "abc"))
  }
}
