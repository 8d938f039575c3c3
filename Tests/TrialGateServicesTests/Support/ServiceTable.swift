import HTTP2
import ScriptedPeer
import TrialGateServices

@testable import RPC
@testable import Transport

/// The service behind a server's connection, with a scripted client across the table: no sockets.
final class ServiceTable {
  let connection: ServerConnection
  let counters = ServerCounters()
  let client = Conversation()

  init() throws {
    var router = ServiceRouter()
    try service().register(with: &router)
    connection = ServerConnection(
      router: router, configuration: ServerConfiguration(),
      peer: PeerAddress(text: "192.0.2.1:5"), counters: counters)
    // Windows that no answer of these tests fills.
    send(
      Script.preface([(4, 1 << 24)]) + Script.settingsAcknowledgement
        + Script.windowUpdate(0, 1 << 24))
  }

  /// Sends bytes and reads everything that the server has to say.
  func send(_ bytes: [UInt8]) {
    _ = bytes.withUnsafeBytes { connection.session.receive($0, at: .now) }
    connection.readCompleted(at: .now)
    flush()
    // What did not fit one turn has the next ones.
    while let due = connection.nextWakeUp, due <= .now {
      connection.wakeUp(at: .now)
      flush()
    }
  }

  private func flush() {
    var count = 0
    repeat {
      connection.session.drain()
      let bytes = connection.session.takeOutput { Array($0) }
      client.read(bytes)
      connection.outputTaken()
      count = bytes.count
    } while count > 0
    connection.turnEnded()
  }

  /// Sends a message on stream 1, in frames of 16 KiB.
  func send(message: [UInt8]) {
    var rest = Script.message(message)[...]
    while !rest.isEmpty {
      send(Script.data(1, Array(rest.prefix(16_384))))
      rest = rest.dropFirst(16_384)
    }
  }

  /// The messages that stream 1 has received.
  var messages: [[UInt8]] { client[1].messages }
}
