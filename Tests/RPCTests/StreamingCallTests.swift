import HTTP2
import ScriptedPeer
import Testing
import Transport

@testable import RPC

/// The states of a streaming call: what comes in, what the listener is told, what goes out.
@Suite struct StreamingCallTests: StreamingSuite {
  let diary = Diary()

  struct Row {
    var name: String
    var method: String
    /// The messages of the client.
    var requests: [[UInt8]]
    /// Whether the client ends.
    var ends = true
    var diary: [String]
    var answers: [[UInt8]] = []
    var status: String
    /// Whether there is a head in front of the trailers.
    var hasHead = true
  }

  static let rows: [Row] = [
    Row(
      name: "nothing either way", method: "Bidi", requests: [],
      diary: ["requests ended", "ended"], status: "0"),
    Row(
      name: "an answer for each message", method: "Bidi", requests: [[1, 1], [1, 2]],
      diary: ["message [1, 1]", "message [1, 2]", "requests ended", "ended"],
      answers: [[9], [9], [9]], status: "0"),
    Row(
      name: "an empty message is one", method: "Bidi", requests: [[], [1, 1]],
      diary: ["message []", "message [1, 1]", "requests ended", "ended"], answers: [[9]],
      status: "0"),
    Row(
      name: "the server ends first", method: "Bidi", requests: [[1, 1], [2], [1, 1]], ends: false,
      diary: ["message [1, 1]", "message [2]", "ended"], answers: [[9]], status: "0"),
    Row(
      name: "the server fails before an answer", method: "Bidi", requests: [[3, 9]], ends: false,
      diary: ["message [3, 9]", "ended"], status: "9", hasHead: false),
    Row(
      name: "the server fails after an answer", method: "Bidi", requests: [[1, 1], [3, 10]],
      ends: false, diary: ["message [1, 1]", "message [3, 10]", "ended"], answers: [[9]],
      status: "10"),
    Row(
      name: "many answers to one message", method: "Server", requests: [[1, 3]],
      diary: ["message [1, 3]", "requests ended", "ended"], answers: [[9], [9], [9]], status: "0"),
    Row(
      name: "no answer to one message", method: "Server", requests: [[]],
      diary: ["message []", "requests ended", "ended"], status: "0"),
    Row(
      name: "no message where one is due", method: "Server", requests: [], diary: ["ended"],
      status: "12", hasHead: false),
    Row(
      name: "two messages where one is due", method: "Server", requests: [[1, 1], [1, 1]],
      diary: ["ended"], status: "12", hasHead: false),
    Row(
      name: "many messages, one answer", method: "Client", requests: [[], [1, 1], []],
      diary: ["message []", "message [1, 1]", "message []", "requests ended", "ended"],
      answers: [[9]], status: "0"),
    Row(
      name: "no answer where one is due", method: "Client", requests: [[]],
      diary: ["message []", "requests ended", "ended"], status: "13", hasHead: false),
    Row(
      name: "two answers where one is due", method: "Client", requests: [[1, 2]],
      diary: ["message [1, 2]", "ended"], status: "13", hasHead: false),
    Row(
      name: "a unary call of a listener", method: "Unary", requests: [[1, 1]],
      diary: ["message [1, 1]", "requests ended", "ended"], answers: [[9]], status: "0"),
    Row(
      name: "a unary call without a message", method: "Unary", requests: [], diary: ["ended"],
      status: "12", hasHead: false),
    Row(
      name: "a unary call that fails", method: "Unary", requests: [[3, 5]],
      diary: ["message [3, 5]", "ended"], status: "5", hasHead: false),
  ]

  @Test(arguments: rows.indices) func aCallGoesItsWay(_ index: Int) {
    let row = Self.rows[index]
    let table = table()
    table.send(begin(row.method))
    for request in row.requests { table.send(message(request)) }
    if row.ends { table.send(Self.end) }
    #expect(diary.entries == row.diary, "\(row.name)")
    #expect(table.messages(1) == row.answers, "\(row.name)")
    let answer = table.client[1]
    #expect(answer.field("grpc-status") == row.status && answer.isEnded, "\(row.name)")
    #expect(answer.headers.count == (row.hasHead ? 2 : 1), "\(row.name)")
    expectNothingLeft(table, row.name)
  }

  /// The same, byte by byte and all at once.
  @Test(arguments: rows.indices) func piecesChangeNothing(_ index: Int) {
    let row = Self.rows[index]
    let whole = row.requests.flatMap { Script.message($0) }
    let bytewise = table()
    bytewise.send(begin(row.method))
    for byte in whole { bytewise.send(Script.data(1, [byte])) }
    if row.ends { bytewise.send(Self.end) }
    let entries = diary.entries
    diary.entries = []
    let atOnce = table()
    atOnce.send(begin(row.method) + Script.data(1, whole, endStream: row.ends))
    #expect(entries == row.diary && diary.entries == row.diary, "\(row.name)")
    #expect(bytewise.messages(1) == row.answers && atOnce.messages(1) == row.answers)
    #expect(atOnce.client[1].field("grpc-status") == row.status, "\(row.name)")
  }

  @Test func answersArriveBeforeTheRequestsEnd() {
    let table = table()
    table.send(begin("Bidi") + message([1, 1]))
    #expect(table.messages(1) == [[9]] && !table.client[1].isEnded)
    table.send(message([1, 1]))
    #expect(table.messages(1) == [[9], [9]] && !table.client[1].isEnded)
    table.send(Self.end)
    #expect(table.client[1].field("grpc-status") == "0")
  }

  @Test func metadataGoesInFrontAndBehind() {
    let table = table()
    table.send(begin("Bidi") + message([7]) + message([1, 1], endStream: true))
    let headers = table.client[1].headers
    #expect(headers.first?.contains { $0 == ("x-first", "1") } == true)
    #expect(table.client[1].field("x-last-bin") == "AQL/")
    #expect(headers.count == 2 && table.client[1].field("x-first") == nil)
  }

  /// Metadata in front of the answers comes in front where a failure is all there is.
  @Test func metadataGoesInFrontOfAFailure() {
    let table = table()
    table.send(begin("Bidi") + message([7]) + message([3, 9]))
    let headers = table.client[1].headers
    #expect(headers.count == 2 && table.client[1].isEnded)
    #expect(headers.first?.contains { $0 == ("x-first", "1") } == true)
    #expect(headers.first?.contains { $0.name == "grpc-status" } == false)
    #expect(table.client[1].field("grpc-status") == "9")
    #expect(table.client[1].field("x-last-bin") == "AQL/")
  }

  @Test func aFailureWithoutMetadataInFrontIsTrailersOnly() {
    let table = table()
    table.send(begin("Bidi") + message([3, 9]))
    #expect(table.client[1].headers.count == 1 && table.client[1].isEnded)
    #expect(table.client[1].field(":status") == "200")
    #expect(table.client[1].field("grpc-status") == "9")
  }

  // MARK: Ends

  static let cancellations: [(name: String, method: String, sent: [[UInt8]])] = [
    ("before a message", "Bidi", []), ("after a message", "Bidi", [[]]),
    ("after an answer", "Bidi", [[1, 1]]), ("with a timer", "Bidi", [[5]]),
    ("while output waits", "Bidi", [[4, 200]]),
    ("while requests are held", "Bidi", [[6], [1, 1]]),
    ("before the one message", "Server", []),
    ("in the middle of a client's stream", "Client", [[]]),
  ]

  @Test(arguments: cancellations.indices) func aCancelledCallEndsAtOnce(_ index: Int) {
    let row = Self.cancellations[index]
    let table = table()
    table.send(begin(row.method))
    for request in row.sent { table.send(message(request)) }
    #expect(table.counters.runningHandlers == 1, "\(row.name)")
    table.send(Script.reset(1))
    #expect(diary.entries.last == "ended", "\(row.name)")
    #expect(diary.entries.count { $0 == "ended" } == 1, "\(row.name)")
    expectNothingLeft(table, row.name)
    table.pass(milliseconds: 10_000)
    #expect(!diary.entries.contains("timer"), "\(row.name)")
    #expect(table.call(3).field("grpc-status") == "0", "\(row.name): the connection goes on")
  }

  @Test(arguments: cancellations.indices) func aClosedConnectionEndsItsCalls(_ index: Int) {
    let row = Self.cancellations[index]
    let table = table()
    table.send(begin(row.method))
    for request in row.sent { table.send(message(request)) }
    table.close()
    #expect(diary.entries.count { $0 == "ended" } == 1, "\(row.name)")
    #expect(table.counters.callsStarted == table.counters.callsFinished, "\(row.name)")
    #expect(table.counters.openStreams == 0 && table.counters.runningHandlers == 0, "\(row.name)")
  }

  @Test func aStreamThatEndsWithinAMessageFails() {
    let table = table()
    table.send(begin("Bidi") + message([1, 1]) + Script.data(1, [0, 0, 0], endStream: true))
    #expect(table.client[1].field("grpc-status") == "13")
    #expect(diary.entries == ["message [1, 1]", "ended"])
  }

  /// The message in front of a fault is handled, though both came at once.
  @Test func aFaultDoesNotTakeBackTheMessageInFrontOfIt() {
    let table = table()
    table.send(begin("Bidi") + Script.data(1, Script.message([1, 1]) + [2, 0, 0, 0, 0]))
    #expect(table.messages(1) == [[9]] && table.client[1].field("grpc-status") == "13")
    #expect(diary.entries == ["message [1, 1]", "ended"])
    expectNothingLeft(table)
  }

  @Test func aMessageThatIsTooLongEndsTheStream() {
    let table = table { $0.maximumMessageBytes = 100 }
    table.send(begin("Bidi") + message([1, 1]) + Script.data(1, [0] + bigEndian(101)))
    #expect(table.client[1].field("grpc-status") == "8")
    #expect(table.messages(1) == [[9]])
    expectNothingLeft(table)
  }

  // MARK: Time

  /// A stream has the client's deadline and no other.
  @Test func aStreamHasNoDeadlineOfTheServers() {
    let table = table {
      $0.defaultDeadlineMilliseconds = 10
      $0.maximumDeadlineMilliseconds = 20
    }
    table.send(begin("Bidi"))
    table.pass(milliseconds: 250_000)
    table.send(message([1, 1], endStream: true))
    #expect(table.client[1].field("grpc-status") == "0" && table.messages(1) == [[9]])
  }

  @Test func atTheClientsDeadlineItIsTold() {
    let table = table()
    table.send(begin("Bidi", [("grpc-timeout", "60S")]) + message([1, 1]))
    table.pass(milliseconds: 59_000)
    #expect(!table.client[1].isEnded)
    table.pass(milliseconds: 60_001)
    #expect(table.client[1].field("grpc-status") == "4" && table.client[1].isEnded)
    #expect(table.messages(1) == [[9]] && diary.entries.last == "ended")
    expectNothingLeft(table)
  }

  /// What has not left when the deadline comes is dropped, save the message of which a part has.
  @Test func theDeadlineDoesNotWaitForASlowReader() {
    let table = table(settings: [(4, 15_000)])
    table.send(begin("Bidi", [("grpc-timeout", "1S")]) + message([4, 200]))
    #expect(table.client[1].data.count == 15_000)
    table.pass(milliseconds: 1_001)
    #expect(!table.client[1].isEnded, "a part of the second message has left")
    table.send(Script.windowUpdate(1, 1 << 20))
    #expect(table.client[1].data.count == 20_010, "the second message is whole, the third dropped")
    #expect(table.client[1].field("grpc-status") == "4" && table.client[1].isEnded)
    expectNothingLeft(table)
  }

  @Test func trailersAreNotHeldUpByAWindow() {
    let table = table(settings: [(4, 10_005)])
    table.send(begin("Bidi", [("grpc-timeout", "1S")]) + message([4, 200]))
    #expect(table.messages(1).count == 1)
    table.pass(milliseconds: 1_001)
    #expect(table.client[1].field("grpc-status") == "4" && table.client[1].isEnded)
    expectNothingLeft(table)
  }

  /// A reader that never takes the rest loses its stream.
  @Test func anEndThatIsNotTakenIsCutOff() {
    let table = table({ $0.maximumDeadlineMilliseconds = 5_000 }, settings: [(4, 15_000)])
    table.send(begin("Bidi", [("grpc-timeout", "1S")]) + message([4, 200]))
    table.pass(milliseconds: 1_001)
    table.pass(milliseconds: 6_500)
    #expect(table.client[1].resetCode == HTTP2ErrorCode.cancel)
    expectNothingLeft(table)
  }

  @Test(arguments: [1, 300]) func aSilentStreamIsEnded(_ seconds: UInt64) {
    let table = table { $0.streamIdleSeconds = seconds }
    table.send(begin("Bidi") + message([1, 1]))
    table.pass(milliseconds: seconds * 1_000 - 100)
    #expect(!table.client[1].isEnded)
    table.pass(milliseconds: seconds * 1_000 + 100)
    #expect(table.client[1].field("grpc-status") == "4")
    #expect(table.client[1].field("grpc-message")?.contains("\(seconds) s") == true)
    expectNothingLeft(table)
  }

  @Test func aTimerFiresOnce() {
    let table = table()
    table.send(begin("Bidi") + message([5]))
    table.pass(milliseconds: 900)
    #expect(!diary.entries.contains("timer"))
    table.pass(milliseconds: 1_100)
    table.pass(milliseconds: 1_200)
    #expect(diary.entries == ["message [5]", "timer"] && table.messages(1) == [[8]])
  }

  // MARK: Other threads

  @Test func aHandleReachesTheCallWhileItIsOpen() {
    let table = table()
    table.send(begin("Bidi"))
    let handle = table.connection.openCall(1)?.handle
    handle?.perform { $0.send(ResponseMessage(withPrefix: [0, 0, 0, 0, 0, 5])) }
    table.flush()
    #expect(table.messages(1) == [[5]])
    table.send(Script.reset(1))
    var reached = 0
    handle?.perform { _ in diary.entries.append("reached") }
    reached = diary.entries.count { $0 == "reached" }
    #expect(reached == 0)
  }
}
