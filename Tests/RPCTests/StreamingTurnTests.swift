import HTTP2
import ScriptedPeer
import Testing
import Transport

@testable import RPC

/// A client that does not read, or sends too much at once, costs neither memory nor others' time.
@Suite struct StreamingTurnTests: StreamingSuite {
  let diary = Diary()

  /// A client that does not read stops the producer, and its own requests.
  @Test func aSlowReaderStopsTheProducer() {
    let table = table({ $0.streamOutputBytes = 50_000 }, settings: [(4, 0)])
    table.send(begin("Bidi") + message([4, 200]))
    let held = table.connection.session.unsentBytes(on: 1)
    #expect(held >= 50_000 && held < 70_000)
    table.send(message([1, 1]))
    #expect(diary.entries == ["message [4, 200]"], "the second message waits")
    #expect(table.counters.callsHeldBack == 1)
    for _ in 0..<500 { table.send(Script.windowUpdate(1, 5_000)) }
    #expect(table.messages(1).count == 201)
    #expect(diary.entries.contains("message [1, 1]"))
    #expect(table.connection.session.unsentBytes == 0 && table.counters.callsHeldBack == 0)
    table.send(Self.end)
    expectNothingLeft(table)
  }

  /// All streams of a connection together hold no more than its bound, and a message each.
  @Test func theOutputOfAConnectionIsBounded() {
    let table = table({ $0.outputBytes = 100_000 }, settings: [(4, 0)])
    for index in Int32(0)..<50 {
      let stream = index * 2 + 1
      table.send(
        Script.headers(stream, Script.call("/test.Stream/Bidi"))
          + Script.data(stream, Script.message([4, 200])))
    }
    let held = table.connection.session.unsentBytes
    #expect(held >= 100_000 && held <= 120_000)
  }

  /// Requests that are not taken fill their stream's window, not the server's memory.
  @Test func heldRequestsFillTheirWindow() {
    let table = table()
    table.send(begin("Bidi") + message([6]))
    let piece = Script.message([UInt8](repeating: 0, count: 16_000))
    let windowUpdates = { table.client.frames(FrameType.windowUpdate).filter { $0.stream == 1 } }
    for _ in 0..<30 { table.send(Script.data(1, piece)) }
    #expect(windowUpdates().isEmpty)
    #expect(diary.entries == ["message [6]"] && table.counters.callsHeldBack == 1)
  }

  /// Many small messages of one read are handled in turns.
  @Test func manyMessagesTakeTurns() {
    let table = table()
    table.send(
      begin("Bidi")
        + Script.data(1, (0..<1_000).flatMap { _ in Script.message([1, 1]) }, endStream: true))
    var turns = 1
    while !table.client[1].isEnded, turns < 100 {
      table.pass(milliseconds: 0)
      turns += 1
    }
    #expect(turns > 10 && turns < 30)
    #expect(table.messages(1).count == 1_000)
    expectNothingLeft(table)
  }

  /// Calls that wait for their turn are handled before those that come later, and reads that follow each
  /// other closely do not put them off.
  @Test func whoWaitsLongestIsNext() {
    let table = table()
    func call(_ stream: Int32) -> [UInt8] {
      Script.headers(stream, Script.call("/test.Stream/Bidi"))
        + Script.data(stream, Script.message([8]), endStream: true)
    }
    // Each takes two milliseconds of a turn's five.
    table.send((0..<8).flatMap { call(2 * $0 + 1) })
    let due = table.connection.nextWakeUp
    #expect(due != nil)
    for number in Int32(8)..<20 {
      table.send(call(2 * number + 1))
      #expect(table.connection.nextWakeUp == due)
    }
    for _ in 0..<100 where !table.client[39].isEnded {
      let before = (Int32(0)..<20).filter { table.client[2 * $0 + 1].isEnded }
      #expect(before == Array(0..<Int32(before.count)), "none overtakes another")
      table.pass(milliseconds: 0)
    }
    #expect(table.client[39].isEnded)
    expectNothingLeft(table)
  }

  /// Messages that take long are handled in turns by the time they take, over all streams.
  @Test func longWorkTakesTurns() {
    let table = table()
    for stream in [Int32(1), 3, 5, 7] {
      table.send(Script.headers(stream, Script.call("/test.Stream/Bidi")))
    }
    let body = (0..<5).flatMap { _ in Script.message([8]) }
    table.send([Int32(1), 3, 5, 7].flatMap { Script.data($0, body, endStream: true) })
    let first = diary.entries.count { $0 == "message [8]" }
    #expect(first >= 1 && first <= 4, "five milliseconds, and the message that is over them")
    var turns = 1
    while diary.entries.count(where: { $0 == "message [8]" }) < 20, turns < 50 {
      table.pass(milliseconds: 0)
      turns += 1
    }
    #expect(turns >= 5 && turns < 50)
    expectNothingLeft(table)
  }

  /// Room that comes because other streams were cancelled is room all the same.
  @Test func aCancelledStreamMakesRoomForOthers() {
    let table = table({ $0.outputBytes = 50_000 }, settings: [(4, 0)])
    table.send(begin("Bidi") + message([4, 200]))
    table.send(
      Script.headers(3, Script.call("/test.Stream/Bidi")) + Script.windowUpdate(3, 1 << 20))
    table.send(Script.data(3, Script.message([1, 1])))
    #expect(table.messages(3).isEmpty, "the connection's output is full")
    table.send(Script.reset(1))
    #expect(table.connection.nextWakeUp.map { $0 <= .now } == true)
    table.pass(milliseconds: 0)
    #expect(table.messages(3) == [[9]])
    #expect(table.connection.blocked.isEmpty)
  }

  /// All streams together cannot make the connection hold more than it may.
  @Test(arguments: [(128, 512 << 10), (16, 1 << 20), (100_000, 64 << 10)])
  func theWindowOfAStreamIsItsShare(_ streams: Int, _ window: Int) {
    let table = table { $0.concurrentStreams = streams }
    let settings = table.client.frames(FrameType.settings).flatMap(\.payload)
    let entry = [0, 4] + bigEndian(UInt32(window))
    let entries = stride(from: 0, to: settings.count - 5, by: 6).map {
      Array(settings[$0..<$0 + 6])
    }
    #expect(entries.contains(entry))
  }

  /// A stream whose work never fits one turn is not silent: it is its messages that keep it.
  @Test func workInTurnsIsNoSilence() {
    let table = table { $0.streamIdleSeconds = 1 }
    table.send(begin("Client"))
    let before = MonotonicTime.now
    // Without its end, and more than one turn takes: every delivery stops at the turn's end.
    let body = (0..<8).flatMap { _ in Script.message([8]) }
    while MonotonicTime.now < before.advanced(byNanoseconds: 1_200_000_000) {
      table.send(Script.data(1, body))
      table.pass(milliseconds: 0)
    }
    #expect(!table.client[1].isEnded, "its last message was a moment ago")
    table.send(Script.reset(1))
    expectNothingLeft(table)
  }
}
