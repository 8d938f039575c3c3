import HTTP2
import Transport

/// Connections to a listener under test.
enum Outbound {
  /// Connects, and waits until the socket is.
  ///
  /// - Throws: `TransportError` where nobody answers.
  static func connect(
    to endpoint: Endpoint,
    _ makeConsumer: @escaping @Sendable () -> RecordingConsumer = {
      RecordingConsumer(role: .client)
    }
  ) async throws -> ConnectionPort {
    let result = await withCheckedContinuation {
      (continuation: CheckedContinuation<Result<ConnectionPort, TransportError>, Never>) in
      OutboundConnection.open(
        to: endpoint, tls: nil, configuration: .outbound, connectSeconds: 5
      ) { port in
        let consumer = makeConsumer()
        consumer.onOpening = { continuation.resume(returning: .success(port)) }
        return consumer
      } failed: {
        continuation.resume(returning: .failure($0))
      }
    }
    return try result.get()
  }
}
