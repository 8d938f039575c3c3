import EligibilityCore
import Testing

@testable import MessageCoding

/// The messages of `EvaluateStream` (eligibility.proto).
@Suite struct StreamMessagesTests {
  private static let itemID: UInt64 = 1
  private static let request: UInt64 = 2
  private static let response: UInt64 = 2
  private static let error: UInt64 = 3

  private static func good() throws -> [UInt8] {
    try Requests.encode(Requests.snapshot("patient_ref: p"))
  }

  /// `path REASON` of everything that is wrong with an item; bytes that are none as `bytes path REASON`.
  private static func faults(_ item: StreamItem) -> [String] {
    guard case .failure(let error) = item.request else { return [] }
    switch error {
    case .bytes(let error): return ["bytes \(error.path) \(error.reason.rawValue)"]
    case .form(let form): return form.violations.map { "\($0.field) \($0.reason)" }
    }
  }

  // MARK: Items

  /// `EvaluateStreamRequest(item_id="入-1", request=EvaluateRequest(stage=1, index_date="2025-03-15",
  /// snapshot=PatientSnapshot(as_of="2025-03-15", patient_ref="p")))` of Python's protobuf.
  @Test func anItemIsRead() throws {
    let bytes: [UInt8] =
      [0x0A, 5, 0xE5, 0x85, 0xA5, 0x2D, 0x31, 0x12, 0x1F, 0x0A, 0x0F, 0x0A, 0x0A]
      + Array("2025-03-15".utf8) + [0x52, 1, 0x70, 0x10, 1, 0x1A, 0x0A]
      + Array("2025-03-15".utf8)
    let item = StreamMessages.item(bytes.span)
    #expect(item.id == "入-1")
    let request = try item.request.get()
    #expect(request.stage == .enrolment && request.snapshot.patientRef == "p")
    #expect(request.indexDate == CalendarDate(parsing: "2025-03-15"))
    #expect(!request.snapshot.hasUnknownFields)
  }

  @Test func anItemMayHaveNoIDAndAnyOrder() throws {
    let request = WireBytes.message(Self.request, try Self.good())
    let item = StreamMessages.item(request.span)
    #expect(item.id.isEmpty && Self.faults(item).isEmpty)
    let reordered = request + WireBytes.text(Self.itemID, "a")
    let other = StreamMessages.item(reordered.span)
    #expect(other.id == "a" && (try? other.request.get())?.snapshot.patientRef == "p")
  }

  /// Fields that this version does not know count against the snapshot, wherever they stand.
  @Test func unknownFieldsAreNoted() throws {
    let unknown = WireBytes.number(FieldNumber.unknown, 1)
    let good = try Self.good()
    for (bytes, isNoted) in [
      (WireBytes.message(Self.request, good), false),
      (unknown + WireBytes.message(Self.request, good), true),
      (WireBytes.message(Self.request, good + unknown), true),
    ] {
      let item = StreamMessages.item(bytes.span)
      #expect(try item.request.get().snapshot.hasUnknownFields == isNoted)
    }
  }

  struct Row {
    var name: String
    var bytes: [UInt8]
    var id: String
    var faults: [String]
  }

  private static let id = WireBytes.text(itemID, "a")
  private static let long = String(repeating: "x", count: 257)

  static let rows: [Row] = [
    Row(name: "nothing", bytes: [], id: "", faults: ["request REQUIRED"]),
    Row(name: "no request", bytes: id, id: "a", faults: ["request REQUIRED"]),
    Row(
      name: "an empty request", bytes: id + WireBytes.message(request, []), id: "a",
      faults: ["request.stage REQUIRED", "request.snapshot REQUIRED"]),
    Row(
      name: "fields of the request",
      bytes: id
        + WireBytes.message(
          request,
          WireBytes.number(FieldNumber.stage, 1) + WireBytes.text(FieldNumber.indexDate, "x")
            + WireBytes.message(FieldNumber.snapshot, WireBytes.message(13, []))), id: "a",
      faults: [
        "request.index_date DATE_MALFORMED", "request.snapshot.as_of REQUIRED",
        "request.snapshot.consents[0].id REQUIRED",
        "request.snapshot.consents[0].status REQUIRED",
      ]),
    Row(
      name: "an id that is too long", bytes: WireBytes.text(itemID, long), id: "",
      faults: ["item_id TOO_LONG", "request REQUIRED"]),
    Row(
      name: "an id that is too long in bytes, not in letters",
      bytes: WireBytes.text(itemID, String(repeating: "入", count: 86)), id: "",
      faults: ["item_id TOO_LONG", "request REQUIRED"]),
    Row(
      name: "an id that is just short enough",
      bytes: WireBytes.text(itemID, String(long.dropLast())),
      id: String(long.dropLast()), faults: ["request REQUIRED"]),
    // Bytes that are no message; the id is what can be read of it.
    Row(
      name: "a malformed request", bytes: id + WireBytes.message(request, [0x80]), id: "a",
      faults: ["bytes request MALFORMED_MESSAGE"]),
    Row(
      name: "a malformed request in front of the id",
      bytes: WireBytes.message(request, [0x80]) + id, id: "a",
      faults: ["bytes request MALFORMED_MESSAGE"]),
    Row(
      name: "a malformed snapshot",
      bytes: id + WireBytes.message(request, WireBytes.message(FieldNumber.snapshot, [0x0A, 9])),
      id: "a", faults: ["bytes request.snapshot MALFORMED_MESSAGE"]),
    Row(
      name: "two requests",
      bytes: id + WireBytes.message(request, []) + WireBytes.message(request, []), id: "a",
      faults: ["bytes request DUPLICATE_FIELD"]),
    Row(name: "a rest", bytes: id + [0xFF], id: "a", faults: ["bytes  MALFORMED_MESSAGE"]),
    Row(
      name: "garbage in front of the id", bytes: [0x0F] + id, id: "",
      faults: ["bytes  MALFORMED_MESSAGE"]),
    Row(
      name: "a request that is cut off", bytes: id + [0x12, 100, 0x0A], id: "a",
      faults: ["bytes  MALFORMED_MESSAGE"]),
    Row(
      name: "an id that is no text", bytes: WireBytes.message(itemID, [0xFF]), id: "",
      faults: ["bytes item_id INVALID_UTF8"]),
    Row(
      name: "an id with NUL", bytes: WireBytes.message(itemID, [97, 0]), id: "",
      faults: ["bytes item_id EMBEDDED_NUL"]),
    Row(
      name: "an id that is a number", bytes: WireBytes.number(itemID, 5), id: "",
      faults: ["bytes item_id MALFORMED_MESSAGE"]),
    Row(
      name: "malformed, with an id that is too long",
      bytes: WireBytes.text(itemID, long) + WireBytes.message(request, [0x80]), id: "",
      faults: ["bytes request MALFORMED_MESSAGE"]),
  ]

  @Test(arguments: rows.indices) func aBadItemSaysWhatIsWrong(_ index: Int) {
    let row = Self.rows[index]
    let item = StreamMessages.item(row.bytes.span)
    #expect(item.id == row.id, "\(row.name)")
    #expect(Self.faults(item) == row.faults, "\(row.name)")
  }

  /// Cut off anywhere: an item all the same, with its id or none.
  @Test func anItemThatIsCutOffIsAFault() throws {
    let id = WireBytes.text(Self.itemID, "abc")
    let bytes = id + WireBytes.message(Self.request, try Self.good())
    for length in 0..<bytes.count {
      let item = StreamMessages.item(Array(bytes.prefix(length)).span)
      #expect(item.id == (length < id.count ? "" : "abc"), "\(length)")
      #expect(Self.faults(item).count == 1, "\(length)")
    }
  }

  // MARK: Answers

  @Test(arguments: ["a", "", "入组-1"]) func anAnswerIsTheIDAndTheUnaryAnswer(_ id: String) throws {
    let answer = try AnswerCodingTests.full()
    let unary = EligibilityMessages.bytes(of: answer)
    let expected =
      (id.isEmpty ? [] : WireBytes.text(Self.itemID, id)) + WireBytes.message(Self.response, unary)
    #expect([StreamMessages.bytes(of: answer, itemID: id)] == [expected])
  }

  @Test(arguments: [0, 1, 5, 100]) func theMessageStandsBehindFreeSpace(_ headroom: Int) throws {
    let answer = try AnswerCodingTests.full()
    let error = ItemError(statusCode: 3, reason: "R", message: "m", violations: [])
    for (bytes, plain) in [
      (
        StreamMessages.bytes(of: answer, itemID: "a", headroom: headroom),
        StreamMessages.bytes(of: answer, itemID: "a")
      ),
      (
        StreamMessages.bytes(of: error, itemID: "a", headroom: headroom),
        StreamMessages.bytes(of: error, itemID: "a")
      ),
    ] {
      #expect(bytes.prefix(headroom).allSatisfy { $0 == 0 })
      #expect([Array(bytes.dropFirst(headroom))] == [plain])
    }
  }

  private static func bytes(_ error: ItemError) -> [UInt8] {
    (error.statusCode == 0 ? [] : WireBytes.number(1, UInt64(error.statusCode)))
      + (error.reason.isEmpty ? [] : WireBytes.text(2, error.reason))
      + (error.message.isEmpty ? [] : WireBytes.text(3, error.message))
      + error.violations.flatMap { violation in
        WireBytes.message(
          4,
          [(1, violation.field), (2, violation.reason), (3, violation.description)].flatMap {
            $0.1.isEmpty ? [] : WireBytes.text($0.0, $0.1)
          })
      }
  }

  static let errors: [ItemError] = [
    ItemError(statusCode: 3, reason: "VALIDATION_FAILED", message: "wrong", violations: []),
    ItemError(
      statusCode: 5, reason: "TRIAL_NOT_FOUND", message: "入组",
      violations: [
        FieldViolation(field: "request.trial", reason: "TRIAL_NOT_FOUND", description: "name one"),
        FieldViolation(field: "", reason: "", description: ""),
      ]),
    ItemError(
      statusCode: 8, reason: "R", message: String(repeating: "m", count: 2_000),
      violations: (0..<100).map {
        FieldViolation(field: "f[\($0)]", reason: "R\($0)", description: "d")
      }),
    ItemError(statusCode: 0, reason: "", message: "", violations: []),
  ]

  @Test(arguments: errors.indices) func anErrorIsTheIDAndWhatIsWrong(_ index: Int) {
    let error = Self.errors[index]
    let expected =
      WireBytes.text(Self.itemID, "a") + WireBytes.message(Self.error, Self.bytes(error))
    #expect([StreamMessages.bytes(of: error, itemID: "a")] == [expected])
    #expect(
      [StreamMessages.bytes(of: error, itemID: "")]
        == [WireBytes.message(Self.error, Self.bytes(error))])
  }

  /// `EvaluateStreamResponse(item_id="a-1", error=ItemError(status_code=3, reason="VALIDATION_FAILED",
  /// message=…, field_violations=[…]))` of Python's protobuf.
  @Test func anErrorIsEncodedAsProtobufDoes() {
    let error = ItemError(
      statusCode: 3, reason: "VALIDATION_FAILED", message: "request.stage: must be set (REQUIRED)",
      violations: [
        FieldViolation(field: "request.stage", reason: "REQUIRED", description: "must be set"),
        FieldViolation(field: "x", reason: "", description: ""),
      ])
    let expected: [UInt8] =
      [0x0A, 3, 0x61, 0x2D, 0x31, 0x1A, 0x69, 8, 3, 0x12, 0x11] + Array("VALIDATION_FAILED".utf8)
      + [0x1A, 0x25] + Array("request.stage: must be set (REQUIRED)".utf8)
      + [0x22, 0x26, 0x0A, 0x0D] + Array("request.stage".utf8) + [0x12, 8] + Array("REQUIRED".utf8)
      + [0x1A, 0x0B] + Array("must be set".utf8) + [0x22, 3, 0x0A, 1, 0x78]
    #expect(StreamMessages.bytes(of: error, itemID: "a-1") == expected)
  }
}
