import ScriptedPeer
import TestSupport
import Testing

@testable import RPC

/// Details of a status (`google.rpc.Status` and error_details.proto; AIP-193).
@Suite struct StatusDetailTests {
  static let validation = StatusDetail.errorInfo(reason: "VALIDATION_FAILED", domain: "trialgate")
  static let badRequest = StatusDetail.badRequest([
    .init(
      field: "snapshot.observations[3].quantity.value",
      description: "write a decimal as -?digits[.digits], no exponent",
      reason: "DECIMAL_MALFORMED"),
    .init(field: "stage", description: "须设置", reason: "REQUIRED"),
  ])

  struct Vector {
    var name: String
    var status: RPCStatus
    var digits: String
  }

  /// Of Python's protobuf and googleapis-common-protos: `Status(code=…, message=…, details=[…])` with each
  /// message of `google.rpc.error_details_pb2` packed into an `Any`, `SerializeToString().hex()`.
  static let vectors: [Vector] = [
    Vector(name: "no details", status: RPCStatus(.notFound, "x"), digits: "0805120178"),
    Vector(
      name: "ErrorInfo", status: RPCStatus(.invalidArgument, "bad 入组", details: [validation]),
      digits: """
        0803120a62616420e585a5e7bb841a4a0a28747970652e676f6f676c65617069732e636f6d2f676f6f676c652e
        7270632e4572726f72496e666f121e0a1156414c49444154494f4e5f4641494c45441209747269616c67617465
        """),
    Vector(
      name: "ErrorInfo and BadRequest",
      status: RPCStatus(.invalidArgument, "bad 入组", details: [validation, badRequest]),
      digits: """
        0803120a62616420e585a5e7bb841a4a0a28747970652e676f6f676c65617069732e636f6d2f676f6f676c652e
        7270632e4572726f72496e666f121e0a1156414c49444154494f4e5f4641494c45441209747269616c67617465
        1abd010a29747970652e676f6f676c65617069732e636f6d2f676f6f676c652e7270632e426164526571756573
        74128f010a6f0a27736e617073686f742e6f62736572766174696f6e735b335d2e7175616e746974792e76616c
        756512317772697465206120646563696d616c206173202d3f6469676974735b2e6469676974735d2c206e6f20
        6578706f6e656e741a11444543494d414c5f4d414c464f524d45440a1c0a0573746167651209e9a1bbe8aebee7
        bdae1a085245515549524544
        """),
    Vector(
      name: "empty ErrorInfo",
      status: RPCStatus(.internal, "", details: [.errorInfo(reason: "", domain: "")]),
      digits: """
        080d1a2a0a28747970652e676f6f676c65617069732e636f6d2f676f6f676c652e7270632e4572726f72496e66
        6f
        """),
    Vector(
      name: "empty BadRequest",
      status: RPCStatus(.invalidArgument, "", details: [.badRequest([])]),
      digits: """
        08031a2b0a29747970652e676f6f676c65617069732e636f6d2f676f6f676c652e7270632e4261645265717565
        7374
        """),
    retry(1_500, "1a36", "120a0a0808011080cab5ee01"), retry(1_000, "1a30", "12040a020801"),
    retry(1, "1a32", "12060a0410c0843d"), retry(0, "1a2e", "12020a00"),
    retry(999, "1a34", "12080a0610c08faedc03"), retry(60_000, "1a30", "12040a02083c"),
    retry(86_400_000, "1a32", "12060a040880a305"),
    // `Help(links=[Help.Link(description="d", url="https://example.org")])`, which has no case here.
    Vector(
      name: "Help",
      status: RPCStatus(
        .failedPrecondition, "m",
        details: [
          .other(
            typeURL: "type.googleapis.com/google.rpc.Help",
            value: hex("0a180a0164121368747470733a2f2f6578616d706c652e6f7267"))
        ]),
      digits: """
        080912016d1a410a23747970652e676f6f676c65617069732e636f6d2f676f6f676c652e7270632e48656c7012
        1a0a180a0164121368747470733a2f2f6578616d706c652e6f7267
        """),
  ]

  /// `Status(code=8, message="full", details=[RetryInfo(retry_delay=…)])`: the tag and length of the `Any`,
  /// and its value.
  private static func retry(_ milliseconds: UInt64, _ begin: String, _ value: String) -> Vector {
    Vector(
      name: "RetryInfo of \(milliseconds) ms",
      status: RPCStatus(
        .resourceExhausted, "full", details: [.retryInfo(milliseconds: milliseconds)]),
      digits: "0808120466756c6c" + begin
        + "0a28747970652e676f6f676c65617069732e636f6d2f676f6f676c652e7270632e5265747279496e666f"
        + value)
  }

  @Test(arguments: vectors.indices) func statusesAreEncodedAsProtobufDoes(_ index: Int) {
    let vector = Self.vectors[index]
    let status = vector.status
    #expect(
      digits(StatusDetail.encoded(status, message: status.message, limit: 4_096))
        == digits(hex(vector.digits)), "\(vector.name)")
  }

  @Test(arguments: vectors.indices) func detailsAreReadBack(_ index: Int) {
    let vector = Self.vectors[index]
    #expect(
      StatusDetail.details(ofStatus: hex(vector.digits)) == vector.status.details,
      "\(vector.name)")
  }

  /// What other servers send: fields that this one does not.
  static let foreign: [(name: String, digits: String, details: [StatusDetail])] = [
    (
      "ErrorInfo(reason=\"R\", domain=\"D\", metadata={\"k\": \"v\"})",
      """
      08031a3a0a28747970652e676f6f676c65617069732e636f6d2f676f6f676c652e7270632e4572726f72496e666f
      120e0a01521201441a060a016b120176
      """, [.errorInfo(reason: "R", domain: "D")]
    ),
    (
      "FieldViolation(field=\"f\", description=\"d\", reason=\"R\", localized_message=…)",
      """
      08031a460a29747970652e676f6f676c65617069732e636f6d2f676f6f676c652e7270632e426164526571756573
      7412190a170a01661201641a0152220c0a027a681206e585a5e7bb84
      """, [.badRequest([.init(field: "f", description: "d", reason: "R")])]
    ),
    (
      "RetryInfo(retry_delay=Duration(seconds=2, nanos=1999999))",
      """
      08031a340a28747970652e676f6f676c65617069732e636f6d2f676f6f676c652e7270632e5265747279496e666f
      12080a06080210ff887a
      """, [.retryInfo(milliseconds: 2_001)]
    ),
    // No delay can be less than none.
    (
      "RetryInfo(retry_delay=Duration(seconds=-1, nanos=-500000000))",
      """
      08031a440a28747970652e676f6f676c65617069732e636f6d2f676f6f676c652e7270632e5265747279496e666f
      12180a1608ffffffffffffffffff011080b6ca91feffffffff01
      """, [.retryInfo(milliseconds: 0)]
    ),
  ]

  @Test(arguments: foreign.indices) func detailsOfOthersAreRead(_ index: Int) {
    let row = Self.foreign[index]
    #expect(StatusDetail.details(ofStatus: hex(row.digits)) == row.details, "\(row.name)")
  }

  // MARK: Faults

  @Test(arguments: vectors.indices) func aStatusThatIsCutOffHasNoDetails(_ index: Int) {
    let bytes = hex(Self.vectors[index].digits)
    let whole = Self.vectors[index].status.details
    for length in 0..<bytes.count {
      let details = StatusDetail.details(ofStatus: Array(bytes.prefix(length)))
      // A cut between two details leaves those in front of it.
      #expect(whole.starts(with: details) && details.count < max(1, whole.count), "\(length)")
    }
  }

  static let malformed: [(name: String, status: [UInt8])] = [
    ("garbage", [255, 255, 255]), ("a group", [0x1B, 0x1C]),
    ("an Any that is none", [0x1A, 1, 0x0A]),
    ("a type that is no text", [0x1A, 3, 0x0A, 1, 0xFF]),
    ("an ErrorInfo that is none", status("ErrorInfo", [0x0A])),
    ("a reason that is no text", status("ErrorInfo", [0x0A, 1, 0xFF])),
    ("a BadRequest that is none", status("BadRequest", [0x0A, 2, 0x0A])),
    ("a violation that is none", status("BadRequest", [0x0A, 1, 0x0A])),
    ("a RetryInfo that is none", status("RetryInfo", [0x0A, 2, 0x08])),
    ("a delay that is none", status("RetryInfo", [0x0A, 1, 0x08])),
    // One good detail does not make up for a bad one.
    ("good and bad", status("ErrorInfo", [0x0A, 1, 0x41]) + [0x1A, 1, 0x0A]),
  ]

  private static func status(_ type: String, _ value: [UInt8]) -> [UInt8] {
    var writer = FieldWriter()
    writer.integer(1, 3)
    writer.message(3) {
      $0.text(1, "type.googleapis.com/google.rpc.\(type)")
      $0.data(2, value)
    }
    return writer.bytes
  }

  @Test(arguments: malformed.indices) func malformedBytesGiveNone(_ index: Int) {
    let row = Self.malformed[index]
    #expect(StatusDetail.details(ofStatus: row.status).isEmpty, "\(row.name)")
  }

  @Test(arguments: 0..<20) func randomBytesAreNeverTooMuch(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<500 {
      let type = ["ErrorInfo", "BadRequest", "RetryInfo", "X"][Int(generator.next() % 4)]
      let value = (0..<Int(generator.next() % 20)).map { _ in
        UInt8(truncatingIfNeeded: generator.next() >> (generator.next() % 2 == 0 ? 0 : 60))
      }
      #expect(StatusDetail.details(ofStatus: Self.status(type, value)).count <= 1)
    }
  }

  // MARK: Limit

  private static func violations(_ count: Int) -> [StatusDetail.FieldViolation] {
    (0..<count).map {
      .init(field: "snapshot.consents[\($0)].id", description: "give it", reason: "REQUIRED")
    }
  }

  @Test(arguments: [1, 20, 100, 1_000]) func violationsAreDroppedFromTheEnd(_ count: Int) {
    let all = Self.violations(count)
    let status = RPCStatus(
      .invalidArgument, "m",
      details: [Self.validation, .badRequest(all), .other(typeURL: "t", value: [1])])
    let bytes = StatusDetail.encoded(status, message: "m", limit: 2_000)
    #expect(bytes.count <= 2_000)
    let details = StatusDetail.details(ofStatus: bytes)
    guard details.count == 3, case .badRequest(let kept) = details[1] else {
      Issue.record("all three details are kept: \(details.count)")
      return
    }
    #expect(details[0] == Self.validation && details[2] == .other(typeURL: "t", value: [1]))
    #expect(!kept.isEmpty && all.starts(with: kept))
    // Some 50 bytes each; not many more are dropped than must be.
    #expect(count <= 20 ? kept.count == count : kept.count >= 20)
  }

  @Test func whatFitsExactlyIsKept() {
    let status = RPCStatus(.invalidArgument, "m", details: [.badRequest(Self.violations(10))])
    let size = StatusDetail.encoded(status, message: "m", limit: .max).count
    let whole = StatusDetail.encoded(status, message: "m", limit: size)
    #expect(whole.count == size && StatusDetail.details(ofStatus: whole) == status.details)
    let less = StatusDetail.encoded(status, message: "m", limit: size - 1)
    #expect(less.count < size && !StatusDetail.details(ofStatus: less).isEmpty)
  }

  /// Where dropping violations does not help, whole details go, the last one first.
  @Test func thenWholeDetailsAreDropped() {
    let large = StatusDetail.other(typeURL: "t", value: [UInt8](repeating: 1, count: 3_000))
    func kept(_ details: [StatusDetail]) -> [StatusDetail] {
      StatusDetail.details(
        ofStatus: StatusDetail.encoded(
          RPCStatus(.internal, "m", details: details), message: "m", limit: 1_000))
    }
    #expect(kept([Self.validation, large]) == [Self.validation])
    #expect(kept([large]) == [])
    #expect(
      kept([Self.validation, .badRequest(Self.violations(500)), large]).first == Self.validation)
    let long = String(repeating: "x", count: 2_000)
    #expect(
      kept([Self.validation, .badRequest([.init(field: long, description: "", reason: "")])])
        == [Self.validation])
  }

  /// Code and message are there in any case.
  @Test func withoutRoomTheStatusIsBare() {
    let status = RPCStatus(.notFound, "x", details: [Self.validation])
    #expect(digits(StatusDetail.encoded(status, message: "x", limit: 0)) == "0805120178")
  }

  // MARK: On the wire

  struct Failing {
    var name: String
    var message: String
    var details: [StatusDetail]
  }

  static let failing: [Failing] =
    [1, 100, 10_000].map {
      Failing(
        name: "\($0) violations", message: "wrong",
        details: [validation, .badRequest(violations($0))])
    } + [
      Failing(
        name: "a long message", message: String(repeating: "入%a\n", count: 5_000),
        details: [validation, .badRequest(violations(10_000)), .retryInfo(milliseconds: 1_500)]),
      Failing(
        name: "a long detail", message: "100%",
        details: [validation, .other(typeURL: "t", value: [UInt8](repeating: 1, count: 1 << 20))]),
      Failing(
        name: "violations in Chinese", message: String(repeating: "须设置", count: 1_000),
        details: [
          .badRequest(
            (0..<1_000).map { .init(field: "f\($0)", description: "须设置", reason: "REQUIRED") })
        ]),
    ]

  /// Common clients take header lists of 8 KiB, and some refuse details whose code or message are others
  /// than those of the trailers.
  @Test(arguments: failing.indices) func aStatusArrivesWithItsDetails(_ index: Int) throws {
    let row = Self.failing[index]
    var router = ServiceRouter()
    router.unary(service: "test.Echo", method: "Echo") { _, _ in
      .failure(RPCStatus(.invalidArgument, row.message, details: row.details))
    }
    let answer = ServerTable(router: router).call(1)
    #expect(answer.isEnded && answer.field("grpc-status") == "3", "\(row.name)")
    let size = answer.headers.flatMap { $0 }
      .reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 32 }
    #expect(size < 8 << 10, "\(row.name): \(size)")
    let text = try #require(answer.field("grpc-status-details-bin"))
    let bytes = try #require(Base64.decode(text))
    var reader = FieldReader(bytes)
    var code: UInt64 = 0
    var message = ""
    while let (number, value) = try reader.next() {
      if number == 1, case .varint(let value) = value { code = value }
      if number == 2, case .bytes(let range) = value { message = try reader.text(range) }
    }
    #expect(code == 3, "\(row.name)")
    #expect(message == PercentEncoding.decode(answer.field("grpc-message") ?? ""), "\(row.name)")
    let details = StatusDetail.details(ofStatus: bytes)
    #expect(!details.isEmpty, "\(row.name)")
    if case .errorInfo? = row.details.first {
      #expect(details.first == row.details.first, "\(row.name)")
    }
  }
}
