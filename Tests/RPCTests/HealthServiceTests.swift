import HTTP2
import ScriptedPeer
import Testing

@testable import RPC

/// `grpc.health.v1.Health` (health.proto and the health checking protocol).
@Suite struct HealthServiceTests {
  let state = HealthState(services: ["a.B", "c.D"])

  private static let check = "/grpc.health.v1.Health/Check"
  private static let list = "/grpc.health.v1.Health/List"
  private static let watch = "/grpc.health.v1.Health/Watch"

  /// `HealthCheckResponse(status=…)` of Python's grpcio-health-checking.
  private static let unknown: [UInt8] = []
  private static let serving: [UInt8] = [8, 1]
  private static let notServing: [UInt8] = [8, 2]
  private static let serviceUnknown: [UInt8] = [8, 3]

  /// `HealthCheckRequest(service=…)`.
  private static func request(_ service: String) -> [UInt8] {
    let count = service.utf8.count
    let length = count < 128 ? [UInt8(count)] : [UInt8(count & 127) | 128, UInt8(count >> 7)]
    return service.isEmpty ? [] : [0x0A] + length + Array(service.utf8)
  }

  private func table(
    _ adjust: (inout ServerConfiguration) -> Void = { _ in },
    settings: [(id: UInt16, value: UInt32)] = []
  ) -> ServerTable {
    var router = ServiceRouter.echo
    HealthService.register(with: &router, state: state)
    var configuration = ServerConfiguration()
    adjust(&configuration)
    return ServerTable(configuration, router: router, settings: settings)
  }

  // MARK: Check and List

  static let checks: [(service: String, status: HealthState.Status?)] = [
    ("", .serving), ("a.B", .serving), ("c.D", .serving), ("liveness", .serving),
    ("readiness", .serving), ("a.b", nil), ("x", nil), ("a.B ", nil), ("入", nil),
  ]

  @Test(arguments: checks.indices) func aNameIsLookedUp(_ index: Int) {
    let row = Self.checks[index]
    let table = table()
    let answer = table.call(1, Self.check, Self.request(row.service))
    #expect(answer.field("grpc-status") == (row.status == nil ? "5" : "0"), "\(row.service)")
    #expect(table.messages(1) == (row.status == nil ? [] : [Self.serving]), "\(row.service)")
    #expect(state.status(of: row.service) == row.status)
  }

  static let statuses: [(status: HealthState.Status, answer: [UInt8])] = [
    (.unknown, unknown), (.serving, serving), (.notServing, notServing),
    (.serviceUnknown, serviceUnknown),
  ]

  @Test(arguments: statuses.indices) func everyStatusHasItsNumber(_ index: Int) {
    let row = Self.statuses[index]
    state.set("a.B", to: row.status)
    let table = table()
    _ = table.call(1, Self.check, Self.request("a.B"))
    _ = table.call(3, Self.check, Self.request("c.D"))
    #expect(table.messages(1) == [row.answer] && table.messages(3) == [Self.serving])
  }

  @Test func aNameThatIsSetExists() {
    #expect(state.status(of: "new") == nil)
    state.set("new", to: .notServing)
    let table = table()
    _ = table.call(1, Self.check, Self.request("new"))
    #expect(table.messages(1) == [Self.notServing])
  }

  /// Fields that a later version has are passed over; of a field that comes twice the last counts.
  @Test func aRequestIsReadAsProtobufReadsIt() {
    let table = table()
    _ = table.call(
      1, Self.check, [0x12, 1, 65] + Self.request("x") + Self.request("a.B") + [0x18, 5])
    #expect(table.messages(1) == [Self.serving])
  }

  static let malformed: [(name: String, request: [UInt8])] = [
    ("garbage", [0xFF]), ("cut off", [0x0A, 3, 97]), ("no UTF-8", [0x0A, 1, 0xFF]),
    ("a number for a name", [0x08, 1]),
    ("a long name", request(String(repeating: "a", count: 257))),
  ]

  @Test(arguments: malformed.indices, [check, watch])
  func aMalformedRequestIsRefused(_ index: Int, _ path: String) {
    let table = table()
    let answer = table.call(1, path, Self.malformed[index].request)
    #expect(answer.field("grpc-status") == "3" && answer.isEnded, "\(Self.malformed[index].name)")
    #expect(state.watcherCount == 0 && table.counters.openStreams == 0)
  }

  @Test func allNamesAreListed() throws {
    state.set("a.B", to: .notServing)
    state.set("c.D", to: .unknown)
    let table = table()
    _ = table.call(1, Self.list, [])
    var reader = FieldReader(try #require(table.messages(1).first))
    var found: [String: UInt64] = [:]
    while let (number, value) = try reader.next() {
      guard number == 1, case .bytes(let range) = value else { continue }
      var entry = reader.message(range)
      var (name, status) = ("", UInt64(0))
      while let (number, value) = try entry.next() {
        guard case .bytes(let range) = value else { continue }
        if number == 1 { name = try entry.text(range) }
        var response = entry.message(range)
        if number == 2, case (1, .varint(let number))? = try response.next() { status = number }
      }
      #expect(found.updateValue(status, forKey: name) == nil)
    }
    #expect(found == ["": 1, "a.B": 2, "c.D": 0, "liveness": 1, "readiness": 1])
  }

  // MARK: Watch

  private func begin(_ table: ServerTable, _ stream: Int32, _ service: String) {
    table.send(
      Script.headers(stream, Script.call(Self.watch))
        + Script.data(stream, Script.message(Self.request(service)), endStream: true))
  }

  private func set(_ name: String, _ status: HealthState.Status, _ tables: ServerTable...) {
    state.set(name, to: status)
    for table in tables { table.flush() }
  }

  @Test func theStatusComesAtOnceAndWhenItChanges() {
    let table = table()
    begin(table, 1, "a.B")
    #expect(table.messages(1) == [Self.serving] && !table.client[1].isEnded)
    set("a.B", .notServing, table)
    #expect(table.messages(1) == [Self.serving, Self.notServing])
    set("a.B", .serving, table)
    #expect(table.messages(1) == [Self.serving, Self.notServing, Self.serving])
    #expect(!table.client[1].isEnded && state.watcherCount == 1)
  }

  @Test func whatDoesNotChangeIsNotTold() {
    let table = table()
    begin(table, 1, "a.B")
    set("a.B", .serving, table)
    set("c.D", .notServing, table)
    set("", .notServing, table)
    set("a.B", .serving, table)
    #expect(table.messages(1) == [Self.serving])
  }

  /// A name that does not exist yet is watched all the same.
  @Test func anUnknownNameIsWatched() {
    let table = table()
    begin(table, 1, "new")
    #expect(table.messages(1) == [Self.serviceUnknown] && !table.client[1].isEnded)
    set("new", .serving, table)
    #expect(table.messages(1) == [Self.serviceUnknown, Self.serving])
  }

  @Test func everyWatcherIsTold() {
    let (first, second) = (table(), table())
    for (table, stream) in [(first, Int32(1)), (first, 3), (second, 1)] {
      begin(table, stream, "a.B")
    }
    begin(second, 3, "c.D")
    set("a.B", .notServing, first, second)
    for messages in [first.messages(1), first.messages(3), second.messages(1)] {
      #expect(messages == [Self.serving, Self.notServing])
    }
    #expect(second.messages(3) == [Self.serving] && state.watcherCount == 4)
  }

  /// However often it changes while the client does not read, the client gets the last status.
  @Test func aSlowReaderGetsTheLastStatus() {
    let table = table({ $0.streamOutputBytes = 1 }, settings: [(4, 0)])
    begin(table, 1, "a.B")
    for _ in 0..<100 {
      set("a.B", .notServing, table)
      set("a.B", .unknown, table)
    }
    set("a.B", .notServing, table)
    #expect(table.connection.session.unsentBytes(on: 1) == 7, "one message waits")
    table.send(Script.windowUpdate(1, 1_000))
    #expect(table.messages(1) == [Self.serving, Self.notServing])
    set("a.B", .serving, table)
    #expect(table.messages(1) == [Self.serving, Self.notServing, Self.serving])
  }

  /// A status that has come back is no news.
  @Test func aSlowReaderIsNotToldWhatItKnows() {
    let table = table({ $0.streamOutputBytes = 1 }, settings: [(4, 0)])
    begin(table, 1, "a.B")
    set("a.B", .notServing, table)
    set("a.B", .serving, table)
    table.send(Script.windowUpdate(1, 1_000))
    #expect(table.messages(1) == [Self.serving])
  }

  /// A health check that never changes is told now and then, so that its stream is not ended for its
  /// silence: clients would take that for a failure.
  @Test func aWatchOutlivesItsSilence() {
    let table = table { $0.streamIdleSeconds = 100 }
    begin(table, 1, "a.B")
    table.pass(milliseconds: 49_000)
    #expect(table.messages(1) == [Self.serving])
    table.pass(milliseconds: 51_000)
    #expect(table.messages(1) == [Self.serving, Self.serving] && !table.client[1].isEnded)
  }

  /// Two hundred and fifty-six bytes are the longest name.
  @Test func aLongNameMayBeAsked() {
    let table = table()
    let request = Self.request(String(repeating: "a", count: 256))
    #expect(table.call(1, Self.check, request).field("grpc-status") == "5")
  }

  @Test(arguments: ["cancelled", "deadline", "connection closed"])
  func aWatcherThatIsGoneIsForgotten(_ end: String) {
    let table = table { $0.streamIdleSeconds = 100 }
    table.send(
      Script.headers(
        1, Script.call(Self.watch, end == "deadline" ? [("grpc-timeout", "9S")] : []))
        + Script.data(1, Script.message(Self.request("a.B")), endStream: true))
    #expect(state.watcherCount == 1)
    switch end {
    case "cancelled": table.send(Script.reset(1))
    case "deadline": table.pass(milliseconds: 9_001)
    default: table.close()
    }
    #expect(state.watcherCount == 0)
    set("a.B", .notServing, table)
    #expect(table.messages(1) == [Self.serving] && table.counters.runningHandlers == 0)
  }

  @Test func aWatchTakesOneMessage() {
    let table = table()
    table.send(Script.headers(1, Script.call(Self.watch), endStream: true))
    #expect(table.client[1].field("grpc-status") == "12")
    table.send(
      Script.headers(3, Script.call(Self.watch))
        + Script.data(3, Script.message([]) + Script.message([]), endStream: true))
    #expect(table.client[3].field("grpc-status") == "12" && state.watcherCount == 0)
  }

  // MARK: The end

  static let endings: [(service: String, messages: [[UInt8]])] = [
    ("", [serving, notServing]), ("a.B", [serving, notServing]),
    ("readiness", [serving, notServing]), ("liveness", [serving]), ("x", [serviceUnknown]),
  ]

  /// The last status first, then the end that sends the client to another server.
  @Test(arguments: endings.indices) func watchersAreToldAndThenSentAway(_ index: Int) {
    let row = Self.endings[index]
    let table = table()
    begin(table, 1, row.service)
    state.shutDown()
    table.flush()
    #expect(table.messages(1) == row.messages, "\(row.service)")
    #expect(table.client[1].field("grpc-status") == "14" && table.client[1].isEnded)
    #expect(state.watcherCount == 0 && table.counters.openStreams == 0)
  }

  @Test func aSlowReaderIsToldBeforeItIsSentAway() {
    let table = table({ $0.streamOutputBytes = 1 }, settings: [(4, 0)])
    begin(table, 1, "a.B")
    state.shutDown()
    table.flush()
    #expect(!table.client[1].isEnded)
    table.send(Script.windowUpdate(1, 1_000))
    #expect(table.messages(1) == [Self.serving, Self.notServing])
    #expect(table.client[1].field("grpc-status") == "14" && table.client[1].isEnded)
  }

  @Test func onlyLivenessServesInTheEnd() {
    state.shutDown()
    let table = table()
    for (index, service) in ["", "a.B", "readiness", "liveness"].enumerated() {
      let stream = Int32(1 + 2 * index)
      _ = table.call(stream, Self.check, Self.request(service))
      #expect(
        table.messages(stream) == [service == "liveness" ? Self.serving : Self.notServing],
        "\(service)")
    }
    #expect(state.all.map(\.name) == ["", "a.B", "c.D", "liveness", "readiness"])
  }

  @Test func whoComesLateIsSentAwayToo() {
    state.shutDown()
    let table = table()
    begin(table, 1, "a.B")
    #expect(table.messages(1) == [Self.notServing])
    #expect(table.client[1].field("grpc-status") == "14" && state.watcherCount == 0)
  }
}
