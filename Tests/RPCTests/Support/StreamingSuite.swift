import HTTP2
import ScriptedPeer
import Testing

@testable import RPC

/// A suite whose calls go to scripted listeners on stream 1.
protocol StreamingSuite {
  var diary: Diary { get }
}

extension StreamingSuite {
  func table(
    _ adjust: (inout ServerConfiguration) -> Void = { _ in },
    settings: [(id: UInt16, value: UInt32)] = []
  ) -> ServerTable {
    var configuration = ServerConfiguration()
    adjust(&configuration)
    let table = ServerTable(configuration, router: .scripted(diary), settings: settings)
    table.send(Script.windowUpdate(0, 1 << 30))
    return table
  }

  func begin(_ method: String, _ more: [Script.Field] = []) -> [UInt8] {
    Script.headers(1, Script.call("/test.Stream/\(method)", more))
  }

  func message(_ bytes: [UInt8], endStream: Bool = false) -> [UInt8] {
    Script.data(1, Script.message(bytes), endStream: endStream)
  }

  static var end: [UInt8] { Script.data(1, [], endStream: true) }

  func expectNothingLeft(_ table: ServerTable, _ comment: String = "") {
    let counters = table.counters
    #expect(counters.callsStarted == counters.callsFinished, "\(comment)")
    #expect(counters.openStreams == 0 && counters.runningHandlers == 0, "\(comment)")
    #expect(counters.callsHeldBack == 0, "\(comment)")
    #expect(table.connection.session.openStreams == 0, "\(comment)")
    #expect(table.connection.session.unsentBytes == 0, "\(comment)")
  }
}
