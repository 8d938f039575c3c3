import ScriptedPeer
import Synchronization
import Testing

@testable import RPC

/// What stands in front of all methods.
@Suite struct InterceptorTests {
  /// Writes down what it is told.
  private struct Noting: ServerInterceptor {
    var name: String
    var diary: Diary
    var refusal: RPCStatus?
    var change: @Sendable (inout CallContext) -> Void = { _ in }

    func callStarted(_ context: inout CallContext) -> RPCStatus? {
      let marks = context.metadata.fields.filter { $0.name == "x-mark" }.map(\.value)
      diary.entries.append("\(name) begins \(context.path) \(marks)")
      change(&context)
      return refusal
    }

    func callEnded(_ context: CallContext, _ code: StatusCode, nanoseconds: UInt64) {
      let marks = context.metadata.fields.filter { $0.name == "x-mark" }.map(\.value)
      diary.entries.append("\(name) ends \(code.name) \(marks)")
    }
  }

  let diary = Diary()
  private static let path = "/test.Stream/Bidi"

  private func table(
    refusing: Int? = nil, _ adjust: (inout ServerConfiguration) -> Void = { _ in }
  ) -> ServerTable {
    var router = ServiceRouter.scripted(diary)
    for (index, name) in ["first", "second", "third"].enumerated() {
      router.intercept(
        Noting(
          name: name, diary: diary,
          refusal: refusing == index ? RPCStatus(.permissionDenied, "no") : nil,
          change: { $0.metadata.add("x-mark", name) }))
    }
    var configuration = ServerConfiguration()
    adjust(&configuration)
    return ServerTable(configuration, router: router)
  }

  private static func begins(_ path: String = path) -> [String] {
    [
      "first begins \(path) []", "second begins \(path) [\"first\"]",
      "third begins \(path) [\"first\", \"second\"]",
    ]
  }

  private static func ends(_ code: String) -> [String] {
    let marks = "[\"first\", \"second\", \"third\"]"
    return ["third", "second", "first"].map { "\($0) ends \(code) \(marks)" }
  }

  /// Beginnings in the order in which they were added, ends in the reverse order, the call in between.
  @Test func theyStandAroundTheCall() {
    let table = table()
    table.send(
      Script.headers(1, Script.call(Self.path)) + Script.data(1, Script.message([1, 1])))
    #expect(diary.entries == Self.begins() + ["message [1, 1]"])
    table.send(Script.data(1, [], endStream: true))
    #expect(
      diary.entries
        == Self.begins() + ["message [1, 1]", "requests ended", "ended"] + Self.ends("OK"))
    #expect(table.client[1].field("grpc-status") == "0" && table.messages(1) == [[9]])
  }

  @Test func theyBeginBeforeARequestHasCome() {
    let table = table()
    table.send(Script.headers(1, Script.call("/test.Echo/Echo")))
    #expect(diary.entries == Self.begins("/test.Echo/Echo"))
  }

  /// The one that refuses is told of the end, those behind it nothing.
  @Test(arguments: [0, 1, 2], ["/test.Echo/Echo", path])
  func aRefusalGoesNoFurther(_ refusing: Int, _ path: String) {
    let table = table(refusing: refusing)
    let answer = table.call(1, path)
    #expect(answer.field("grpc-status") == "7" && answer.field("grpc-message") == "no")
    #expect(answer.headers.count == 1 && answer.data.isEmpty && answer.isEnded)
    let names = ["first", "second", "third"].prefix(refusing + 1)
    let marks = "\(Array(names))"
    #expect(
      diary.entries
        == Array(Self.begins(path).prefix(refusing + 1))
        + names.reversed().map { "\($0) ends PERMISSION_DENIED \(marks)" })
    #expect(table.counters.runningHandlers == 0 && table.counters.callsFailed == 1)
  }

  struct End {
    var name: String
    var code: String
    var act: @Sendable (ServerTable) -> Void
  }

  static let endings: [End] = [
    End(name: "cancelled", code: "CANCELLED") { $0.send(Script.reset(1)) },
    End(name: "past its deadline", code: "DEADLINE_EXCEEDED") { $0.pass(milliseconds: 5_001) },
    End(name: "cut off", code: "CANCELLED") { $0.close() },
    End(name: "failed by its handler", code: "ABORTED") {
      $0.send(Script.data(1, Script.message([3, 10])))
    },
    End(name: "finished by its handler", code: "OK") {
      $0.send(Script.data(1, Script.message([2])))
    },
    End(name: "ended by its client", code: "OK") { $0.send(Script.data(1, [], endStream: true)) },
    End(name: "malformed", code: "INTERNAL") {
      $0.send(Script.data(1, [2, 0, 0, 0, 0]))
    },
    End(name: "ended within a message", code: "INTERNAL") {
      $0.send(Script.data(1, [0, 0], endStream: true))
    },
    End(name: "too long", code: "RESOURCE_EXHAUSTED") {
      $0.send(Script.data(1, [0, 255, 255, 255, 255]))
    },
  ]

  /// However a call ends, each is told once, also when more happens afterwards.
  @Test(arguments: endings.indices) func eachIsToldOnceOfTheEnd(_ index: Int) {
    let row = Self.endings[index]
    let table = table()
    table.send(Script.headers(1, Script.call(Self.path, [("grpc-timeout", "5S")])))
    #expect(diary.entries == Self.begins())
    row.act(table)
    if row.name != "cut off" {
      table.send(Script.reset(1))
      table.pass(milliseconds: 60_000)
      table.close()
    }
    #expect(diary.entries.filter { $0.contains(" ends ") } == Self.ends(row.code), "\(row.name)")
  }

  /// Calls that never begin are none of theirs.
  @Test(arguments: [
    ("/test.Stream/Nothing", "1S"), (path, "x"), (path, "0S"),
  ]) func whatIsRefusedBeforeIsNotTold(_ path: String, _ timeout: String) {
    let table = table()
    _ = table.call(1, path, [], [("grpc-timeout", timeout)])
    #expect(table.client[1].isEnded && diary.entries.isEmpty)
  }

  @Test func pagesAreNotTheirs() {
    let table = table(refusing: 0)
    table.send(
      Script.headers(
        1, [(":method", "GET"), (":scheme", "http"), (":path", "/healthz"), (":authority", "a")],
        endStream: true))
    #expect(table.client[1].status == "200" && diary.entries.isEmpty)
  }

  // MARK: The context

  /// A unary handler, and a listener, see the context as the interceptors left it.
  @Test func handlersSeeWhatWasChanged() throws {
    let text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    let parent = try #require(TraceParent(parsing: text))
    var router = ServiceRouter()
    let diary = diary
    @Sendable func note(_ context: CallContext) {
      let mark = context.metadata.value(of: "x-mark") ?? ""
      diary.entries.append("\(mark) \(context.traceParent?.parentID ?? "") \(context.peer)")
    }
    router.unary(service: "test.Echo", method: "Unary") { _, context in
      note(context)
      return .message(ResponseMessage(withPrefix: []))
    }
    router.method(service: "test.Echo", method: "Stream", .bidirectional) { call in
      note(call.context)
      return ScriptedListener(diary)
    }
    router.intercept(
      Noting(name: "a", diary: Diary()) {
        $0.metadata.add("x-mark", "changed")
        $0.traceParent = parent
        $0.peer = "someone else"
      })
    let table = ServerTable(router: router)
    _ = table.call(1, "/test.Echo/Unary")
    table.send(Script.headers(3, Script.call("/test.Echo/Stream")))
    let expected = "changed 00f067aa0ba902b7 someone else"
    #expect(diary.entries == [expected, expected])
  }

  /// The next call begins with its own context.
  @Test func aChangeIsThatOfOneCall() {
    let table = table()
    _ = table.call(1, "/test.Echo/Echo")
    diary.entries = []
    _ = table.call(3, "/test.Echo/Echo")
    #expect(diary.entries == Self.begins("/test.Echo/Echo") + Self.ends("OK"))
  }

  private struct Measuring: ServerInterceptor {
    let times: Times

    final class Times: Sendable {
      private let all = Mutex<[UInt64]>([])
      var values: [UInt64] { all.withLock { $0 } }
      func add(_ time: UInt64) { all.withLock { $0.append(time) } }
    }

    func callStarted(_ context: inout CallContext) -> RPCStatus? { nil }
    func callEnded(_ context: CallContext, _ code: StatusCode, nanoseconds: UInt64) {
      times.add(nanoseconds)
    }
  }

  @Test func theTimeIsThatOfTheCall() throws {
    let times = Measuring.Times()
    var router = ServiceRouter.echo
    router.intercept(Measuring(times: times))
    let table = ServerTable(router: router)
    let clock = ContinuousClock()
    let outer = try clock.measure {
      table.send(Script.headers(1, Script.call("/test.Echo/Echo")))
      let inner = clock.measure {
        let end = clock.now.advanced(by: .milliseconds(20))
        while clock.now < end {}
      }
      table.send(Script.data(1, Script.message([1]), endStream: true))
      let time = try #require(times.values.first)
      #expect(Duration.nanoseconds(Int64(time)) >= inner && times.values.count == 1)
    }
    #expect(Duration.nanoseconds(Int64(times.values[0])) <= outer)
  }
}
