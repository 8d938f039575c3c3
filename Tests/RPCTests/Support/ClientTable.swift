import HTTP2
import ScriptedPeer
import Synchronization
import Transport

@testable import RPC

/// A client's connection with a scripted server across the table: no sockets.
final class ClientTable {
  /// How calls ended, by their number.
  final class Results: Sendable {
    private let results = Mutex<[Int: Result<[UInt8], RPCStatus>]>([:])

    subscript(_ call: Int) -> Result<[UInt8], RPCStatus>? {
      get { results.withLock { $0[call] } }
    }

    func set(_ call: Int, _ result: Result<[UInt8], RPCStatus>) {
      results.withLock { $0[call] = result }
    }
  }

  let connection: ClientConnection
  let server = Conversation()
  let results = Results()
  private var begun = 0

  init(maximumLength: Int = 1 << 20, settings: [(id: UInt16, value: UInt32)] = []) {
    connection = ClientConnection(maximumLength: maximumLength)
    connection.session.drain()
    let bytes = connection.session.takeOutput { Array($0.dropFirst(Script.magic.count)) }
    server.read(bytes)
    send(Script.settings(settings) + Script.settingsAcknowledgement)
  }

  /// Begins a call; its number.
  @discardableResult
  func call(_ message: [UInt8] = [1], deadline: MonotonicTime? = nil) -> Int {
    let number = begun
    begun += 1
    let results = results
    connection.unary(
      head: HeaderBlock(Script.call("/test.Echo/Echo")), message: message, deadline: deadline
    ) { results.set(number, $0) }
    flush()
    return number
  }

  /// Sends bytes and reads everything that the client has to say.
  func send(_ bytes: [UInt8]) {
    _ = bytes.withUnsafeBytes { connection.session.receive($0, at: .now) }
    flush()
  }

  func flush() {
    var count = 0
    repeat {
      connection.session.drain()
      let bytes = connection.session.takeOutput { Array($0) }
      server.read(bytes)
      count = bytes.count
    } while count > 0
  }

  /// The code that a call failed with.
  func code(_ call: Int) -> StatusCode? {
    if case .failure(let status) = results[call] { return status.code }
    return nil
  }
}
