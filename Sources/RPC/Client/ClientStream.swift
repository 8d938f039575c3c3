internal import HTTP2
internal import Transport

/// What becomes of one attempt of a call, told on the connection's event loop.
package protocol ClientStreamObserver: AnyObject, Sendable {
  /// The head of the answer has come, and more will. Not told where the answer is a status alone.
  func began(_ metadata: Metadata, on stream: ClientStream)
  /// A message has come, decompressed.
  func received(_ message: [UInt8], isCompressed: Bool, on stream: ClientStream)
  /// `ClientStream.isReady` was false and is true again.
  func becameReady(_ stream: ClientStream)
  /// The attempt is over. It is told once, at last.
  func ended(_ end: ClientStreamEnd, on stream: ClientStream)
}

/// How an attempt ended.
package struct ClientStreamEnd: Sendable {
  /// nil = OK.
  package var failure: RPCStatus?
  package var trailingMetadata = Metadata()
  /// Whether the server has certainly not looked at it.
  package var wasNotProcessed = false
  /// Milliseconds after which the server wants another attempt; negative = it wants none.
  package var pushbackMilliseconds: Int64?
}

/// One attempt of a call on one stream. Confined to the connection's event loop.
package final class ClientStream {
  package let id: Int32
  private weak var connection: ClientConnection?
  let observer: any ClientStreamObserver
  let shape: MethodShape
  let deadline: MonotonicTime?
  var deframer: MessageDeframer
  var head = ResponseHead()
  /// Bytes of the answer that were received and not given back to the window.
  var unconsumedBytes = 0
  /// Messages that came.
  var answers = 0
  private(set) var takesMessages = true
  /// Whether the server has ended the stream; the call ends when its messages are taken.
  var peerEnded = false
  var fault: RPCStatus?

  init(
    id: Int32, connection: ClientConnection, observer: any ClientStreamObserver,
    shape: MethodShape, deadline: MonotonicTime?, maximumLength: Int
  ) {
    self.id = id
    self.connection = connection
    self.observer = observer
    self.shape = shape
    self.deadline = deadline
    deframer = MessageDeframer(maximumLength: maximumLength)
  }

  /// Sends a framed message.
  package func send(_ framed: [UInt8]) { connection?.session.send(id, framed) }

  /// Sends no more messages.
  package func endRequests() { connection?.session.end(id, trailers: nil) }

  /// Whether more should be sent; where not, the observer is told when it should.
  package var isReady: Bool { connection?.isReady(self) ?? false }

  /// Gives the attempt up; its observer is told nothing more.
  package func cancel() { connection?.cancel(self) }

  /// Delivers no more messages until `takeMessages`; the server, whose window fills, sends no more either.
  package func holdMessages() { takesMessages = false }

  /// Delivers messages again.
  package func takeMessages() {
    guard !takesMessages else { return }
    takesMessages = true
    connection?.deliver(self)
  }
}
