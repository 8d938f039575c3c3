package import RPC

/// What a load generator does.
package struct LoadPlan: Sendable {
  /// How calls are made.
  package enum Mode: Sendable, Hashable {
    /// Each call with one request and one answer.
    case unary
    /// Long calls, on each of which items go and answers come, one item at a time.
    case stream
  }

  /// `HOST:PORT` or `unix:PATH`.
  package var server: String
  package var tls: ClientTLS?
  /// `/package.Service/Method`.
  package var path: String
  package var mode = Mode.unary
  /// Encoded requests, or items of a stream, which are sent in turn.
  package var requests: [[UInt8]]
  package var metadata = Metadata()
  package var connections = 1
  /// Calls open at once on each connection.
  package var streams = 1
  /// Calls per second over all connections, begun whether or not earlier ones have ended (open loop);
  /// nil = each call begins when the one before it has ended (closed loop).
  package var ratePerSecond: Double?
  package var seconds = 10.0
  /// Seconds before that in which calls are made and not counted.
  package var warmUpSeconds = 0.0
  /// Milliseconds that a call may take; of a stream each item.
  package var timeoutMilliseconds: UInt64 = 10_000
  package var maximumMessageBytes = 16 << 20
  /// The status of an item's answer that is an error; nil = it is none.
  package var itemStatus: @Sendable ([UInt8]) -> StatusCode? = { _ in nil }

  package init(server: String, path: String, requests: [[UInt8]]) {
    self.server = server
    self.path = path
    self.requests = requests
  }
}
