package import HTTP2

/// Who works with the streams of a connection. All calls come on the connection's event loop.
package protocol ConnectionConsumer: AnyObject {
  /// The HTTP/2 session that the connection's bytes go through.
  var session: Session { get }
  /// The bytes of one read have gone through the session.
  func readCompleted(at now: MonotonicTime)
  /// When the consumer wants to be called although nothing is received; nil = never.
  var nextWakeUp: MonotonicTime? { get }
  /// The time that was asked for has come.
  func wakeUp(at now: MonotonicTime)
  /// The connection is closed; nothing can be sent any more.
  func connectionClosed()
}

/// What a connection knows of its other end.
package struct PeerAddress: Sendable, Hashable {
  /// `192.0.2.1:50123`, or what the socket says.
  package var text: String
}
