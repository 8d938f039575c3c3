import HTTP2
import ScriptedPeer
import Synchronization
import Testing
import Transport

@testable import RPC

/// A client's connection with a scripted server across the table: no sockets.
final class ClientTable {
  /// What became of one call.
  final class Outcome: ClientStreamObserver {
    struct Seen: Sendable {
      var metadata: Metadata?
      var messages: [[UInt8]] = []
      var compressed: [Bool] = []
      var end: ClientStreamEnd?
      var ends = 0
      var readyAgain = 0
    }

    private let seen = Mutex(Seen())
    /// Messages that are taken before no more are.
    private let appetite: Int

    init(appetite: Int = .max) {
      self.appetite = appetite
    }

    var all: Seen { seen.withLock { $0 } }

    func began(_ metadata: Metadata, on stream: ClientStream) {
      seen.withLock { $0.metadata = metadata }
    }

    func received(_ message: [UInt8], isCompressed: Bool, on stream: ClientStream) {
      let count = seen.withLock { seen in
        seen.messages.append(message)
        seen.compressed.append(isCompressed)
        return seen.messages.count
      }
      if count >= appetite { stream.holdMessages() }
    }

    func becameReady(_ stream: ClientStream) { seen.withLock { $0.readyAgain += 1 } }

    func ended(_ end: ClientStreamEnd, on stream: ClientStream) {
      seen.withLock { seen in
        seen.end = end
        seen.ends += 1
      }
    }
  }

  /// What a connection has told its owner.
  final class Events: Sendable {
    private let events = Mutex<[ClientConnection.Event]>([])

    var all: [ClientConnection.Event] { events.withLock { $0 } }

    func add(_ event: ClientConnection.Event) { events.withLock { $0.append(event) } }
  }

  let connection: ClientConnection
  let server = Conversation()
  let events = Events()
  private var outcomes: [Outcome] = []

  init(
    maximumLength: Int = 1 << 20, settings: [(id: UInt16, value: UInt32)] = [],
    sendBufferBytes: Int = 256 << 10
  ) {
    var limits = ClientConnection.Limits()
    limits.maximumMessageBytes = maximumLength
    limits.sendBufferBytes = sendBufferBytes
    let events = events
    connection = ClientConnection(limits: limits) { events.add($0) }
    connection.connectionOpened()
    connection.session.drain()
    let bytes = connection.session.takeOutput { Array($0.dropFirst(Script.magic.count)) }
    server.read(bytes)
    send(Script.settings(settings) + Script.settingsAcknowledgement)
  }

  /// Begins a unary call; its number.
  @discardableResult
  func call(_ message: [UInt8] = [1], deadline: MonotonicTime? = nil) -> Int {
    let number = outcomes.count
    let outcome = Outcome()
    outcomes.append(outcome)
    let stream = connection.begin(
      head: HeaderBlock(Script.call("/test.Echo/Echo")), body: Script.message(message),
      shape: .unary, deadline: deadline, observer: outcome)
    if stream == nil { refused.insert(number) }
    flush()
    return number
  }

  /// Calls that the connection did not take.
  private(set) var refused: Set<Int> = []

  /// Begins a call whose requests come in pieces.
  func stream(_ shape: MethodShape, appetite: Int = .max) throws -> (ClientStream, Outcome) {
    let outcome = Outcome(appetite: appetite)
    let stream = connection.begin(
      head: HeaderBlock(Script.call("/test.Echo/Stream")), body: nil, shape: shape, deadline: nil,
      observer: outcome)
    flush()
    return (try #require(stream), outcome)
  }

  /// Sends bytes and reads everything that the client has to say.
  func send(_ bytes: [UInt8]) {
    _ = bytes.withUnsafeBytes { connection.session.receive($0, at: .now) }
    connection.readCompleted(at: .now)
    flush()
  }

  func flush() {
    var count = 0
    repeat {
      connection.session.drain()
      let bytes = connection.session.takeOutput { Array($0) }
      server.read(bytes)
      if !bytes.isEmpty { connection.outputTaken() }
      count = bytes.count
    } while count > 0
  }

  func outcome(_ call: Int) -> Outcome.Seen { outcomes[call].all }

  /// The answer of a call that went well, or how it failed; nil while it is open.
  func result(_ call: Int) -> Result<[UInt8], RPCStatus>? {
    let seen = outcomes[call].all
    guard let end = seen.end else { return nil }
    if let failure = end.failure { return .failure(failure) }
    return .success(seen.messages.first ?? [])
  }

  /// The code that a call failed with.
  func code(_ call: Int) -> StatusCode? {
    if case .failure(let status) = result(call) { return status.code }
    return nil
  }

  /// Whether a call failed, and the server has certainly not looked at it.
  func wasNotProcessed(_ call: Int) -> Bool { outcomes[call].all.end?.wasNotProcessed ?? false }
}
