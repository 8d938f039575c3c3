import Testing

@testable import RPC

@Suite struct StatusCodeTests {
  /// gRPC, statuscodes.md.
  static let codes: [(number: Int, name: String)] = [
    (0, "OK"), (1, "CANCELLED"), (2, "UNKNOWN"), (3, "INVALID_ARGUMENT"),
    (4, "DEADLINE_EXCEEDED"), (5, "NOT_FOUND"), (6, "ALREADY_EXISTS"), (7, "PERMISSION_DENIED"),
    (8, "RESOURCE_EXHAUSTED"), (9, "FAILED_PRECONDITION"), (10, "ABORTED"), (11, "OUT_OF_RANGE"),
    (12, "UNIMPLEMENTED"), (13, "INTERNAL"), (14, "UNAVAILABLE"), (15, "DATA_LOSS"),
    (16, "UNAUTHENTICATED"),
  ]

  @Test(arguments: codes.indices) func numbersAndNamesAreThoseOfTheProtocol(_ index: Int) throws {
    let code = try #require(StatusCode(rawValue: Self.codes[index].number))
    #expect(code.name == Self.codes[index].name)
  }

  @Test func thereIsNoOther() {
    #expect(StatusCode.allCases.count == Self.codes.count)
    #expect(StatusCode(rawValue: 17) == nil && StatusCode(rawValue: -1) == nil)
  }

  @Test func aStatusDescribesItself() {
    #expect(RPCStatus(.notFound, "no such trial").description == "NOT_FOUND: no such trial")
  }
}
