internal import HTTP2
internal import Synchronization
internal import Transport

/// Watches the health of one server over one of its connections (`grpc.health.v1`, gRFC A17).
final class HealthProbe: ClientStreamObserver {
  private let service: String
  private let headers: RequestHeaders
  private let port: ConnectionPort
  /// Told on the event loop, each time that something is known.
  private let report: @Sendable (_ isServing: Bool) -> Void
  private let backoff: Mutex<Backoff>

  init(
    service: String, headers: RequestHeaders, port: ConnectionPort, backoff: BackoffPolicy,
    report: @escaping @Sendable (_ isServing: Bool) -> Void
  ) {
    self.service = service
    var headers = headers
    headers.path = "/\(HealthService.name)/Watch"
    self.headers = headers
    self.port = port
    self.report = report
    self.backoff = Mutex(Backoff(backoff))
  }

  /// Begins to watch; it ends with the connection.
  func start() {
    port.perform { consumer in
      guard let connection = consumer as? ClientConnection else { return }
      var writer = FieldWriter(headroom: ResponseMessage.prefixLength)
      writer.text(1, self.service)
      _ = connection.begin(
        head: self.headers.block(timeoutNanoseconds: nil),
        body: ResponseMessage(withPrefix: writer.bytes).framed(with: nil), shape: .serverStreaming,
        deadline: nil, observer: self)
    }
  }

  func began(_ metadata: Metadata, on stream: ClientStream) {}

  func received(_ message: [UInt8], isCompressed: Bool, on stream: ClientStream) {
    backoff.withLock { $0.reset() }
    report(HealthMessages.status(message) == .serving)
  }

  func becameReady(_ stream: ClientStream) {}

  func ended(_ end: ClientStreamEnd, on stream: ClientStream) {
    // A server without the service is taken as it is.
    if end.failure?.code == .unimplemented {
      report(true)
      return
    }
    report(false)
    let delay = backoff.withLock { $0.next(random: .random(in: 0..<1)) }
    _ = ScheduledWork(afterNanoseconds: delay) { [weak self] in self?.start() }
  }
}
