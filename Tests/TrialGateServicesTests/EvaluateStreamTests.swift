import MessageCoding
import RPC
import ScriptedPeer
import Testing
import TrialGateServices

/// `EvaluateStream`: an answer or an error for each item, in order, and the stream goes on.
@Suite struct EvaluateStreamTests {
  private static func item(_ id: String, _ request: [UInt8]?) -> [UInt8] {
    var writer = FieldWriter()
    writer.text(1, id)
    if let request { writer.element(2, request) }
    return writer.bytes
  }

  /// What an item was answered with.
  private struct Answer: Equatable {
    var id = ""
    var response: [UInt8]?
    var statusCode: Int?
    var reason = ""
    var message = ""
    /// `field REASON`.
    var violations: [String] = []

    init(_ bytes: [UInt8]) throws {
      var reader = FieldReader(bytes)
      while let (number, value) = try reader.next() {
        guard case .bytes(let range) = value else { continue }
        switch number {
        case 1: id = try reader.text(range)
        case 2: response = reader.array(range)
        default:
          statusCode = 0
          try read(error: reader.message(range))
        }
      }
    }

    private mutating func read(error: FieldReader) throws {
      var reader = error
      while let (number, value) = try reader.next() {
        switch (number, value) {
        case (1, .varint(let code)): statusCode = Int(code)
        case (2, .bytes(let range)): reason = try reader.text(range)
        case (3, .bytes(let range)): message = try reader.text(range)
        case (4, .bytes(let range)):
          var violation = reader.message(range)
          var texts: [Int: String] = [:]
          while case (let number, .bytes(let range))? = try violation.next() {
            texts[number] = try violation.text(range)
          }
          violations.append("\(texts[1] ?? "") \(texts[2] ?? "")")
        default: break
        }
      }
    }
  }

  private static func begin() throws -> ServiceTable {
    let table = try ServiceTable()
    table.send(
      Script.headers(1, Script.call("/trialgate.v1.EligibilityService/EvaluateStream")))
    return table
  }

  private static func unary(_ request: [UInt8]) throws -> [UInt8] {
    Array(try service().evaluate(request.span).dropFirst(ResponseMessage.prefixLength))
  }

  @Test func itemsAreAnsweredAsUnaryCallsAre() throws {
    let table = try Self.begin()
    let names = [
      "eligible-sle-refractory-nephritis.json", "ineligible-sle-rituximab-washout.json",
      "undetermined-sle-hbv-dna-missing.json",
    ]
    for (index, name) in names.enumerated() {
      let request = try Examples.bytes(name)
      table.send(message: Self.item("item-\(index)", request))
      // The answer comes before the next item is sent.
      #expect(table.messages.count == index + 1)
      var expected = FieldWriter()
      expected.text(1, "item-\(index)")
      expected.element(2, try Self.unary(request))
      #expect([table.messages.last] == [expected.bytes])
    }
    #expect(!table.client[1].isEnded)
    table.send(Script.data(1, [], endStream: true))
    #expect(table.client[1].field("grpc-status") == "0" && table.client[1].isEnded)
    #expect(table.counters.openStreams == 0)
  }

  @Test func aStreamMayHaveNoItems() throws {
    let table = try Self.begin()
    table.send(Script.data(1, [], endStream: true))
    #expect(table.client[1].field("grpc-status") == "0" && table.messages.isEmpty)
  }

  @Test func idsNeedNotDiffer() throws {
    let table = try Self.begin()
    let request = try Examples.bytes()
    for id in ["a", "a", ""] { table.send(message: Self.item(id, request)) }
    #expect(try table.messages.map { try Answer($0).id } == ["a", "a", ""])
  }

  struct Row {
    var name: String
    /// The request; nil leaves it out.
    var request: @Sendable () throws -> [UInt8]?
    var code: StatusCode
    var reason: String
    var violations: [String]
  }

  private static func replacing(_ old: String, _ new: String) -> @Sendable () throws -> [UInt8]? {
    { try Examples.bytes(replacing: old, with: new) }
  }

  static let rows: [Row] = [
    Row(
      name: "no request", request: { nil }, code: .invalidArgument, reason: "VALIDATION_FAILED",
      violations: ["request REQUIRED"]),
    Row(
      name: "a malformed request", request: { [0x80] }, code: .invalidArgument,
      reason: "MALFORMED_MESSAGE", violations: ["request MALFORMED_MESSAGE"]),
    Row(
      name: "a field given twice", request: { [0x0A, 0, 0x0A, 0] }, code: .invalidArgument,
      reason: "DUPLICATE_FIELD", violations: ["request.snapshot DUPLICATE_FIELD"]),
    Row(
      name: "too many elements",
      request: { [UInt8]((0..<100_001).flatMap { _ in [0x22, 0] as [UInt8] }) },
      code: .resourceExhausted, reason: "TOO_MANY_ELEMENTS",
      violations: ["request.cohorts[99998] TOO_MANY_ELEMENTS"]),
    Row(
      name: "a form",
      request: replacing("\"indexDate\": \"2025-03-15\"", "\"indexDate\": \"15.3.\""),
      code: .invalidArgument, reason: "VALIDATION_FAILED",
      violations: ["request.index_date DATE_MALFORMED"]),
    Row(
      name: "an unknown trial",
      request: replacing("\"trial\": \"nct06373081\"", "\"trial\": \"x\""),
      code: .notFound, reason: "TRIAL_NOT_FOUND", violations: ["request.trial TRIAL_NOT_FOUND"]),
    Row(
      name: "an unknown cohort", request: replacing("\"sle\"\n", "\"sle\", \"x\"\n"),
      code: .notFound, reason: "COHORT_NOT_FOUND",
      violations: ["request.cohorts[1] COHORT_NOT_FOUND"]),
    Row(
      name: "another index date",
      request: replacing(
        "\"stage\": \"STAGE_ENROLMENT\",",
        "\"stage\": \"STAGE_INFUSION\", \"plannedInfusionTime\": \"2025-03-15T20:00:00Z\","),
      code: .invalidArgument, reason: "VALIDATION_FAILED",
      violations: ["request.index_date INDEX_DATE_DIFFERS"]),
  ]

  /// The error, the item's id, and the next item answered as if nothing had happened.
  @Test(arguments: rows.indices) func aBadItemDoesNotEndTheStream(_ index: Int) throws {
    let row = Self.rows[index]
    let table = try Self.begin()
    table.send(message: Self.item("bad", try row.request()))
    let good = try Examples.bytes()
    table.send(message: Self.item("good", good))
    let answers = try table.messages.map { try Answer($0) }
    try #require(answers.count == 2, "\(row.name)")
    #expect(answers[0].id == "bad" && answers[0].response == nil, "\(row.name)")
    #expect(answers[0].statusCode == row.code.rawValue, "\(row.name)")
    #expect(answers[0].reason == row.reason, "\(row.name)")
    #expect(answers[0].violations == row.violations, "\(row.name)")
    #expect(answers[0].message.hasPrefix("request"), "\(row.name): \(answers[0].message)")
    let unary = try Self.unary(good)
    #expect(answers[1].id == "good" && answers[1].response == unary)
    table.send(Script.data(1, [], endStream: true))
    #expect(table.client[1].field("grpc-status") == "0", "\(row.name)")
  }

  @Test func whatIsNoItemIsAnsweredToo() throws {
    let table = try Self.begin()
    table.send(message: [0xFF])
    table.send(message: Self.item(String(repeating: "x", count: 257), try Examples.bytes()))
    let answers = try table.messages.map { try Answer($0) }
    #expect(answers.map(\.id) == ["", ""] && answers.map(\.statusCode) == [3, 3])
    #expect(answers[0].reason == "MALFORMED_MESSAGE" && !answers[0].message.isEmpty)
    #expect(answers[1].violations == ["item_id TOO_LONG"])
    #expect(!table.client[1].isEnded)
  }
}
