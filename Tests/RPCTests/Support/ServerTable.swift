import HTTP2
import ScriptedPeer

@testable import RPC
@testable import Transport

/// The way to the connection: there is one thread, so all is done at once.
private final class Port: @unchecked Sendable {
  weak var connection: ServerConnection?

  func perform(_ body: (ServerConnection?) -> Void) { body(connection) }
}

/// A server's connection with a scripted client across the table: no sockets.
final class ServerTable {
  let connection: ServerConnection
  let counters = ServerCounters()
  let client = Conversation()

  init(
    _ configuration: ServerConfiguration = ServerConfiguration(), router: ServiceRouter = .echo,
    settings: [(id: UInt16, value: UInt32)] = [], load: LoopLoad = LoopLoad()
  ) {
    let port = Port()
    connection = ServerConnection(
      router: router, configuration: configuration, peer: PeerAddress(text: "192.0.2.1:5"),
      counters: counters, load: load
    ) { body in
      port.perform(body)
    }
    port.connection = connection
    send(Script.preface(settings) + Script.settingsAcknowledgement)
  }

  /// Sends bytes and reads everything that the server has to say.
  func send(_ bytes: [UInt8]) {
    _ = bytes.withUnsafeBytes { connection.session.receive($0, at: .now) }
    connection.readCompleted(at: .now)
    flush()
  }

  /// Lets so many milliseconds go by.
  func pass(milliseconds: UInt64) {
    connection.wakeUp(at: .now.advanced(byNanoseconds: milliseconds * 1_000_000))
    flush()
  }

  /// Reads everything that the server has to say.
  func flush() {
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

  /// The connection goes away.
  func close() { connection.connectionClosed() }

  /// The messages that a stream has received.
  func messages(_ stream: Int32) -> [[UInt8]] { client[stream].messages }

  /// Makes a whole call; what came back.
  func call(
    _ stream: Int32, _ path: String = "/test.Echo/Echo", _ message: [UInt8] = [1, 2, 3],
    _ more: [Script.Field] = []
  ) -> Conversation.Received {
    send(
      Script.headers(stream, Script.call(path, more))
        + Script.data(stream, Script.message(message), endStream: true))
    return client[stream]
  }
}

extension ServiceRouter {
  /// The details of the status that `Fail` answers with: one of every kind.
  static let failureDetails: [StatusDetail] = [
    .errorInfo(reason: "WRONG", domain: "test"),
    .badRequest([
      .init(field: "a.b[1]", description: "give one", reason: "REQUIRED"),
      .init(field: "c", description: "入组", reason: "FORM"),
    ]),
    .retryInfo(milliseconds: 1_500), .other(typeURL: "example.org/x", value: [1, 2, 255]),
  ]

  /// `Echo` answers with what it was sent, `Fail` with a status, `Large` with as many bytes as it was
  /// sent times 1,000, `Context` with what it knows of the call.
  static var echo: ServiceRouter {
    var router = ServiceRouter()
    router.page("/healthz") { "ok\n" }
    router.unary(service: "test.Echo", method: "Echo") { request, _ in
      .message(ResponseMessage(withPrefix: [0, 0, 0, 0, 0] + request.copy))
    }
    router.unary(service: "test.Echo", method: "Large") { request, _ in
      .message(
        ResponseMessage(withPrefix: [UInt8](repeating: 7, count: 5 + request.count * 1_000)))
    }
    router.unary(service: "test.Echo", method: "Fail") { request, _ in
      let code = request.count > 0 ? StatusCode(rawValue: Int(request[0])) : nil
      return .failure(RPCStatus(code ?? .unknown, "100% wrong\n入组", details: failureDetails))
    }
    router.unary(service: "test.Echo", method: "Context") { _, context in
      let fields = context.metadata.fields.map { "\($0.name)=\($0.value)" }
      let text = ([context.path, context.peer] + fields).joined(separator: "|")
      return .message(ResponseMessage(withPrefix: [0, 0, 0, 0, 0] + Array(text.utf8)))
    }
    return router
  }
}
