package import HTTP2
internal import NIOCore

/// Who works with the streams of a connection. All calls come on the connection's event loop.
package protocol ConnectionConsumer: AnyObject {
  /// The HTTP/2 session that the connection's bytes go through.
  var session: Session { get }
  /// The bytes of one read have gone through the session.
  func readCompleted(at now: MonotonicTime)
  /// The socket is connected; nothing has come or gone.
  func connectionOpened()
  /// Why the connection is about to be closed, where it is this side's doing or the socket's.
  func connectionFailed(_ reason: String)
  /// Some of the session's output has gone to the socket: there may be room for more.
  func outputTaken()
  /// What the connection had to do at once is done; others of its event loop have their turn.
  func turnEnded()
  /// When the consumer wants to be called although nothing is received; nil = never.
  var nextWakeUp: MonotonicTime? { get }
  /// The time that was asked for has come.
  func wakeUp(at now: MonotonicTime)
  /// The peer has shown who it is, before its first byte.
  func peerIdentified(_ identity: PeerIdentity)
  /// The connection will end when its calls have; calls without an end of their own shall end now.
  func drainBegan()
  /// The time is over that calls had to end.
  func endCalls()
  /// The connection is closed; nothing can be sent any more.
  func connectionClosed()
}

extension ConnectionConsumer {
  /// Nothing is to be done.
  package func connectionOpened() {}
  /// Nothing is to be done.
  package func connectionFailed(_ reason: String) {}
  /// Nothing is to be done.
  package func turnEnded() {}
  /// Nothing is to be done.
  package func peerIdentified(_ identity: PeerIdentity) {}
  /// Nothing is to be done.
  package func drainBegan() {}
  /// Nothing is to be done.
  package func endCalls() {}
}

/// The way to a connection from any thread.
package struct ConnectionPort: Sendable {
  private let channel: any Channel

  init(channel: any Channel) {
    self.channel = channel
  }

  /// Works with the consumer on the connection's event loop and sends what comes of it. `body` gets nil
  /// when the connection is closed.
  package func perform(_ body: @escaping @Sendable ((any ConnectionConsumer)?) -> Void) {
    let channel = channel
    channel.eventLoop.execute {
      let handler =
        channel.isActive
        ? try? channel.pipeline.syncOperations.handler(type: ConnectionHandler.self) : nil
      body(handler?.consumer)
      handler?.pump()
    }
  }

  /// Closes the connection.
  package func close() {
    channel.close(promise: nil)
  }
}

/// A connection that was just accepted.
package struct NewConnection: Sendable {
  /// The other end.
  package var peer: PeerAddress
  /// The way to it from any thread.
  package var port: ConnectionPort
  /// Its event loop's.
  package var load: LoopLoad
}

/// What a connection knows of its other end.
package struct PeerAddress: Sendable, Hashable {
  /// `192.0.2.1:50123`, or what the socket says.
  package var text: String
}
