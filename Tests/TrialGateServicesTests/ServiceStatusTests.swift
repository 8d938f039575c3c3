import EligibilityCore
import MessageCoding
import RPC
import Testing

@testable import TrialGateServices

/// The status of every request that is refused: the field, what to do, a reason code, and no value.
@Suite struct ServiceStatusTests {
  static let bytes: [(reason: DecodingError.Reason, code: StatusCode)] = [
    (.malformed, .invalidArgument), (.nestingTooDeep, .invalidArgument),
    (.tooManyElements, .resourceExhausted), (.tooManyUnknownFields, .invalidArgument),
    (.duplicateField, .invalidArgument), (.invalidUTF8, .invalidArgument),
    (.embeddedNUL, .invalidArgument), (.budgetExceeded, .resourceExhausted),
  ]

  /// Errors of bytes as requests provoke them.
  private static func request(_ reason: DecodingError.Reason) -> [UInt8]? {
    switch reason {
    case .malformed: [0x80]
    case .tooManyElements: [UInt8]((0..<100_001).flatMap { _ in [0x22, 0] })
    case .tooManyUnknownFields: [UInt8]((0..<65).flatMap { _ in [0xC0, 0x3E, 1] })
    case .duplicateField: [0x0A, 0, 0x0A, 0]
    case .invalidUTF8: [0x1A, 1, 0xFF]
    case .embeddedNUL: [0x1A, 1, 0]
    case .budgetExceeded: [UInt8]((0..<2_000_000).flatMap { _ in [0x10, 1] })
    // No message of the contract nests deep enough.
    case .nestingTooDeep: nil
    }
  }

  @Test(arguments: bytes.indices) func wrongBytesHaveACode(_ index: Int) throws {
    let row = Self.bytes[index]
    guard let request = Self.request(row.reason) else { return }
    let status = try #require(try refusal(request))
    #expect(status.code == row.code)
    #expect(status.message.hasSuffix("(\(row.reason.rawValue))"), "\(status)")
  }

  static let refused: [(old: String, new: String, code: StatusCode, says: String)] = [
    ("\"trial\": \"nct06373081\"", "\"trial\": \"CANARY\"", .notFound, "TRIAL_NOT_FOUND"),
    ("\"site\": \"changzheng\"", "\"site\": \"CANARY\"", .notFound, "SITE_NOT_FOUND"),
    (
      "\"site\": \"changzheng\"", "\"site\": \"changzheng\", \"siteRevision\": \"CANARY\"",
      .notFound, "SITE_REVISION_NOT_FOUND"
    ),
    (
      "\"site\": \"changzheng\"", "\"site\": \"changzheng\", \"protocolVersion\": \"CANARY\"",
      .notFound, "PROTOCOL_VERSION_NOT_FOUND"
    ),
    ("\"sle\"\n", "\"sle\", \"CANARY\"\n", .notFound, "cohorts[1]"),
    (
      "\"stage\": \"STAGE_ENROLMENT\",",
      "\"stage\": \"STAGE_INFUSION\", \"plannedInfusionTime\": \"2025-03-14T20:00:00Z\",",
      .ok, ""
    ),
    (
      "\"stage\": \"STAGE_ENROLMENT\",",
      "\"stage\": \"STAGE_INFUSION\", \"plannedInfusionTime\": \"2025-03-15T20:00:00Z\",",
      .invalidArgument, "INDEX_DATE_DIFFERS"
    ),
    ("\"stage\": \"STAGE_ENROLMENT\",", "", .invalidArgument, "stage: must be set"),
    (
      "\"indexDate\": \"2025-03-15\",\n  \"cohorts\"", "\"cohorts\"", .invalidArgument,
      "index_date: "
    ),
    ("\"value\": \"2.4\"", "\"value\": \"CANARY\"", .invalidArgument, "DECIMAL_MALFORMED"),
    (
      "\"indexDate\": \"2025-03-15\"", "\"indexDate\": \"CANARY\"", .invalidArgument,
      "DATE_MALFORMED"
    ),
  ]

  @Test(arguments: refused.indices) func whatIsRefusedSaysWhatToDoAndNoValue(_ index: Int) throws {
    let row = Self.refused[index]
    let refused = try refusal(try Examples.bytes(replacing: row.old, with: row.new))
    if row.code == .ok {
      #expect(refused == nil)
      return
    }
    let status = try #require(refused)
    #expect(status.code == row.code, "\(status)")
    #expect(status.message.contains(row.says), "\(status)")
    #expect(!status.message.contains("CANARY"))
    #expect(status.message.contains(": "), "the field is named")
  }

  /// The stage of infusion needs an index date too, so far; the request's form alone allows to leave it
  /// out.
  @Test func anInfusionWithoutAnIndexDateIsRefused() throws {
    let bytes = try RequestDocument("stage: 2\nsnapshot: {as_of: \"2025-03-15\"}").encoded
    let status = try refusal(bytes)
    #expect(status?.code == .invalidArgument)
    #expect(status?.message.hasPrefix("index_date: ") == true)
  }

  @Test func manyFaultsAreNamedAsFarAsAHeaderHoldsThem() throws {
    let facts = (0..<200).map { _ in "{}" }.joined(separator: ", ")
    let bytes = try RequestDocument(
      "stage: 1\nindex_date: \"2025-03-15\"\n"
        + "snapshot: {as_of: \"2025-03-15\", consents: [\(facts)]}"
    ).encoded
    let message = try #require(try refusal(bytes)).message
    #expect(message.utf8.count < 4_100)
    #expect(message.contains("snapshot.consents[0].id") && message.hasSuffix(" more"))
  }

  /// Every byte of a request cut away from its end: an answer or a status that blames the caller.
  @Test func aRequestThatWasCutIsTheCallersFault() throws {
    let bytes = try Examples.bytes()
    for length in stride(from: 0, to: bytes.count, by: 37) {
      let status = try refusal(Array(bytes.prefix(length)))
      #expect(status == nil || status?.code == .invalidArgument, "\(length)")
    }
  }
}
