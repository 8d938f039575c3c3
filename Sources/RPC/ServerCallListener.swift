/// Handles one call. All that it is told comes on the connection's event loop, one thing after the other;
/// it must neither block nor wait.
public protocol ServerCallListener: AnyObject {
  /// A message has come. While the client does not read what was answered, none is delivered.
  func received(_ message: Span<UInt8>, on call: ServerCall)
  /// The client sends no more messages. It is told once, after the last of them.
  func requestsEnded(on call: ServerCall)
  /// `ServerCall.isReady` was false and is true again.
  func becameReady(_ call: ServerCall)
  /// The time set with `ServerCall.setTimer` has come.
  func timerFired(on call: ServerCall)
  /// The connection will end when its calls have; one that has no end of its own shall be finished with
  /// UNAVAILABLE, so that its client goes on elsewhere.
  func connectionDrains(_ call: ServerCall)
  /// The call is over: finished, cancelled, past its deadline or cut off. It is told once, at last.
  func ended(_ call: ServerCall)
}

extension ServerCallListener {
  /// Does nothing.
  public func becameReady(_ call: ServerCall) {}
  /// Does nothing.
  public func timerFired(on call: ServerCall) {}
  /// Does nothing.
  public func connectionDrains(_ call: ServerCall) {}
  /// Does nothing.
  public func ended(_ call: ServerCall) {}
}
