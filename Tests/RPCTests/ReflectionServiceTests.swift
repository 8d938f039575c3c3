import ScriptedPeer
import TestSupport
import Testing

@testable import RPC

/// `grpc.reflection.v1.ServerReflection` and its twin `v1alpha` (reflection.proto).
@Suite struct ReflectionServiceTests {
  private static func table() throws -> ServerTable {
    var router = ServiceRouter()
    router.unary(service: "a.B", method: "C") { _, _ in .message(ResponseMessage(withPrefix: [])) }
    try ReflectionService.register(with: &router, descriptorSet: DescriptorFixture.set)
    return ServerTable(router: router)
  }

  static let paths = ["v1", "v1alpha"].map {
    "/grpc.reflection.\($0).ServerReflection/ServerReflectionInfo"
  }

  private static func begin(_ table: ServerTable, _ path: String = paths[0]) {
    table.send(Script.headers(1, Script.call(path)))
  }

  private static func ask(_ table: ServerTable, _ request: [UInt8]) {
    table.send(Script.data(1, Script.message(request)))
  }

  /// A question: the number of its field in `ServerReflectionRequest`, and its text.
  private static func question(_ number: Int, _ text: String, host: String = "") -> [UInt8] {
    var writer = FieldWriter()
    writer.text(1, host)
    writer.element(number, Array(text.utf8))
    return writer.bytes
  }

  /// An `ExtensionRequest`.
  private static func question(extension number: Int, of type: String) -> [UInt8] {
    var writer = FieldWriter()
    writer.message(5) {
      $0.text(1, type)
      $0.integer(2, number)
    }
    return writer.bytes
  }

  private struct Answer {
    var host: String?
    var original: [UInt8]?
    var files: [[UInt8]]?
    var errorCode: UInt64?
    var errorMessage: String?
    var others: [Int] = []

    init(_ bytes: [UInt8]) throws {
      var reader = FieldReader(bytes)
      while let (number, value) = try reader.next() {
        guard case .bytes(let range) = value else { continue }
        var nested = reader.message(range)
        switch number {
        case 1: host = try reader.text(range)
        case 2: original = reader.array(range)
        case 4:
          var files: [[UInt8]] = []
          while let (number, value) = try nested.next() {
            if number == 1, case .bytes(let range) = value { files.append(nested.array(range)) }
          }
          self.files = files
        case 7:
          while let (number, value) = try nested.next() {
            if number == 1, case .varint(let code) = value { errorCode = code }
            if number == 2, case .bytes(let range) = value { errorMessage = try nested.text(range) }
          }
        default: others.append(number)
        }
      }
    }
  }

  // MARK: Questions

  /// `ServerReflectionResponse(valid_host="h", original_request=…, list_services_response=…)` of Python's
  /// grpcio-reflection, for `ServerReflectionRequest(host="h", list_services="*")`.
  @Test(arguments: paths) func servicesAreListed(_ path: String) throws {
    let table = try Self.table()
    Self.begin(table, path)
    Self.ask(table, hex("0a01683a012a"))
    #expect(
      table.messages(1).map(digits) == [
        "0a016812060a01683a012a325a0a050a03612e420a250a23677270632e7265666c656374696f6e2e76312e5365"
          + "727665725265666c656374696f6e0a2a0a28677270632e7265666c656374696f6e2e7631616c7068612e53"
          + "65727665725265666c656374696f6e"
      ])
  }

  @Test func theListIsSortedAndWhole() throws {
    var router = ServiceRouter()
    for service in ["z.Z", "a.A", "m.M", "a.A"] {
      router.unary(service: service, method: "X") { _, _ in
        .message(ResponseMessage(withPrefix: []))
      }
    }
    try ReflectionService.register(with: &router, descriptorSet: [])
    let table = ServerTable(router: router)
    Self.begin(table)
    Self.ask(table, Self.question(7, ""))
    var reader = FieldReader(try #require(table.messages(1).first))
    var names: [String] = []
    while let (number, value) = try reader.next() {
      guard number == 6, case .bytes(let range) = value else { continue }
      var list = reader.message(range)
      while case (1, .bytes(let range))? = try list.next() {
        var service = list.message(range)
        if case (1, .bytes(let range))? = try service.next() {
          names.append(try service.text(range))
        }
      }
    }
    #expect(names == ["a.A"] + ReflectionService.names + ["m.M", "z.Z"])
  }

  @Test(arguments: paths) func aFileComesWithItsImports(_ path: String) throws {
    let table = try Self.table()
    Self.begin(table, path)
    Self.ask(table, Self.question(3, DescriptorFixture.service, host: "h"))
    Self.ask(table, Self.question(3, DescriptorFixture.common))
    let answers = try table.messages(1).map(Answer.init)
    #expect(answers.map(\.host) == ["h", nil])
    #expect(
      answers.map(\.files) == [
        [DescriptorFixture.serviceBytes, DescriptorFixture.commonBytes],
        [DescriptorFixture.commonBytes],
      ])
    #expect(answers[0].original == Self.question(3, DescriptorFixture.service, host: "h"))
  }

  @Test func everySymbolGivesItsFile() throws {
    let table = try Self.table()
    table.send(Script.windowUpdate(0, 1 << 20) + Script.settings([(4, 1 << 20)]))
    Self.begin(table)
    for symbol in DescriptorFixture.symbols { Self.ask(table, Self.question(4, symbol.name)) }
    let answers = try table.messages(1).map(Answer.init)
    #expect(answers.count == DescriptorFixture.symbols.count)
    for (symbol, answer) in zip(DescriptorFixture.symbols, answers) {
      #expect(
        answer.files?.first
          == (symbol.file == DescriptorFixture.common
            ? DescriptorFixture.commonBytes : DescriptorFixture.serviceBytes),
        "\(symbol.name)")
      #expect(answer.errorCode == nil && answer.original == Self.question(4, symbol.name))
    }
  }

  /// `ServerReflectionResponse(original_request=…, all_extension_numbers_response=…)` of Python's
  /// grpcio-reflection for a type that has no extensions.
  @Test func aTypeWithoutExtensionsIsKnown() throws {
    let table = try Self.table()
    Self.begin(table)
    Self.ask(table, hex("320e746573742e466163742e50617274"))
    #expect(
      table.messages(1).map(digits) == [
        "1210320e746573742e466163742e506172742a100a0e746573742e466163742e50617274"
      ])
  }

  // MARK: Unknown

  static let unknown: [(name: String, request: [UInt8])] =
    [
      ("a file", question(3, "test/nothing.proto")), ("a file without a name", question(3, "")),
      ("a symbol for a file", question(3, "test.Fact")),
      ("a type's extensions", question(6, "test.Nothing")),
      ("an enumeration's extensions", question(6, "test.common.Stage")),
      ("an extension", question(extension: 199, of: "test.Fact")),
      ("an extension of nothing", question(extension: 100, of: "test.Nothing")),
    ] + DescriptorFixture.unknown.map { ("the symbol \($0)", question(4, $0)) }

  /// An error is an answer; the stream goes on.
  @Test(arguments: unknown.indices) func whatIsUnknownIsAnsweredWithAnError(_ index: Int) throws {
    let row = Self.unknown[index]
    let table = try Self.table()
    Self.begin(table)
    Self.ask(table, row.request)
    Self.ask(table, Self.question(3, DescriptorFixture.common))
    let answers = try table.messages(1).map(Answer.init)
    #expect(answers.count == 2 && answers[0].errorCode == 5, "\(row.name)")
    #expect(answers[0].errorMessage?.isEmpty == false && answers[0].files == nil)
    #expect(answers[0].original == row.request && answers[0].others.isEmpty)
    #expect(answers[1].files == [DescriptorFixture.commonBytes], "\(row.name)")
    table.send(Script.data(1, [], endStream: true))
    #expect(table.client[1].field("grpc-status") == "0")
  }

  static let nothing: [(name: String, request: [UInt8])] = [
    ("nothing", []), ("a host alone", [0x0A, 1, 104]),
    ("a question of a later version", [0x42, 1, 65]),
  ]

  @Test(arguments: nothing.indices) func whatAsksNothingIsAnError(_ index: Int) throws {
    let row = Self.nothing[index]
    let table = try Self.table()
    Self.begin(table)
    Self.ask(table, row.request)
    let answer = try #require(try table.messages(1).map(Answer.init).first)
    #expect(answer.errorCode == 3 && answer.original == row.request, "\(row.name)")
    #expect(!table.client[1].isEnded)
  }

  static let malformed: [(name: String, request: [UInt8])] = [
    ("garbage", [0xFF]), ("cut off", [0x22, 5, 97]), ("a host that is no UTF-8", [0x0A, 1, 0xFF]),
    ("a symbol that is no UTF-8", [0x22, 1, 0xFF]), ("an extension that is none", [0x2A, 1, 0x0A]),
  ]

  @Test(arguments: malformed.indices) func whatIsNoRequestEndsTheStream(_ index: Int) throws {
    let row = Self.malformed[index]
    let table = try Self.table()
    Self.begin(table)
    Self.ask(table, Self.question(3, DescriptorFixture.common))
    Self.ask(table, row.request)
    #expect(table.messages(1).count == 1, "\(row.name)")
    #expect(table.client[1].field("grpc-status") == "3" && table.client[1].isEnded)
    #expect(table.counters.openStreams == 0)
  }
}
