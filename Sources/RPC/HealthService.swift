/// `grpc.health.v1.Health`: Check, Watch and List.
public enum HealthService {
  /// The service's name on the wire.
  public static let name = "grpc.health.v1.Health"

  /// Adds the service's methods to a router.
  public static func register(with router: inout ServiceRouter, state: HealthState) {
    router.unary(service: name, method: "Check", isEssential: true) { request, _ in
      guard let service = HealthMessages.service(request.copy) else { return malformed }
      guard let status = state.status(of: service) else {
        return .failure(RPCStatus(.notFound, "this server has no such service; List names them"))
      }
      return .message(HealthMessages.response(status))
    }
    router.unary(service: name, method: "List", isEssential: true) { _, _ in
      .message(HealthMessages.list(state.all))
    }
    router.method(service: name, method: "Watch", .serverStreaming, isEssential: true) { _ in
      HealthWatcher(state: state)
    }
  }

  private static var malformed: UnaryReply { .failure(HealthMessages.malformed) }
}

/// The messages of the health service.
enum HealthMessages {
  static let malformed = RPCStatus(
    .invalidArgument,
    "the bytes are no grpc.health.v1.HealthCheckRequest, or its name is longer than "
      + "\(maximumNameLength) bytes")
  /// Bytes of a name that is asked for; a call that watches keeps it.
  static let maximumNameLength = 256

  /// The service that a request asks for; nil for malformed bytes.
  static func service(_ bytes: [UInt8]) -> String? {
    var reader = FieldReader(bytes)
    var service = ""
    do throws(FieldReader.Malformed) {
      while let (number, value) = try reader.next() {
        guard number == 1 else { continue }
        guard case .bytes(let range) = value, range.count <= maximumNameLength else { return nil }
        service = try reader.text(range)
      }
    } catch {
      return nil
    }
    return service
  }

  static func response(_ status: HealthState.Status) -> ResponseMessage {
    var writer = FieldWriter(headroom: ResponseMessage.prefixLength)
    writer.integer(1, status.rawValue)
    return ResponseMessage(withPrefix: writer.bytes)
  }

  /// The status that an answer tells; nil for malformed bytes.
  static func status(_ bytes: [UInt8]) -> HealthState.Status? {
    var reader = FieldReader(bytes)
    var status = HealthState.Status.unknown
    do throws(FieldReader.Malformed) {
      while let (number, value) = try reader.next() {
        guard number == 1, case .varint(let raw) = value else { continue }
        status = HealthState.Status(rawValue: Int(truncatingIfNeeded: raw)) ?? .unknown
      }
    } catch {
      return nil
    }
    return status
  }

  static func list(_ all: [(name: String, status: HealthState.Status)]) -> ResponseMessage {
    var writer = FieldWriter(headroom: ResponseMessage.prefixLength)
    for (name, status) in all {
      // An entry of a map.
      writer.message(1) { entry in
        entry.text(1, name)
        entry.message(2) { $0.integer(1, status.rawValue) }
      }
    }
    return ResponseMessage(withPrefix: writer.bytes)
  }
}

/// One call that watches a name: it is sent the status at once, and again when it changes; also now and then
/// when it does not, since a stream without messages would be ended.
final class HealthWatcher: ServerCallListener {
  private let state: HealthState
  private var name: String?
  private var number: Int?
  private var told: HealthState.Status?

  init(state: HealthState) {
    self.state = state
  }

  func received(_ message: Span<UInt8>, on call: ServerCall) {
    guard let name = HealthMessages.service(message.copy) else {
      call.finish(HealthMessages.malformed)
      return
    }
    self.name = name
    number = state.watch(name, call.handle)
    tell(call)
    call.setTimer(nanoseconds: call.streamIdleNanoseconds / 2)
  }

  func requestsEnded(on call: ServerCall) {}

  func becameReady(_ call: ServerCall) { tell(call) }

  func timerFired(on call: ServerCall) {
    told = nil
    tell(call)
    call.setTimer(nanoseconds: call.streamIdleNanoseconds / 2)
  }

  func connectionDrains(_ call: ServerCall) {
    call.finish(RPCStatus(.unavailable, "the connection will end; watch on another"))
  }

  func ended(_ call: ServerCall) {
    if let number { state.unwatch(number) }
  }

  /// Sends the status where the client does not have it.
  func tell(_ call: ServerCall) {
    guard let name, call.isReady else { return }
    let status = state.status(of: name) ?? .serviceUnknown
    if status != told {
      told = status
      call.send(HealthMessages.response(status))
    }
    if state.isEnding {
      call.finish(RPCStatus(.unavailable, "the server is shutting down; watch another"))
    }
  }
}
