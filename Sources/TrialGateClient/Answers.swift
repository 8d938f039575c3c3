internal import MessageCoding
public import RPC

/// The answers of a stream, in order. The sequence ends with the stream, and throws where that failed. A stream
/// whose answers nobody holds any more is cancelled.
public struct Answers<Element: Sendable>: AsyncSequence, Sendable {
  /// How a stream fails.
  public typealias Failure = RPCStatus

  let call: ClientCall
  let read: @Sendable ([UInt8]) throws(MessageError) -> Element

  init(
    _ call: ClientCall, _ read: @escaping @Sendable ([UInt8]) throws(MessageError) -> Element
  ) {
    self.call = call
    self.read = read
  }

  /// Takes the answers one by one.
  public struct AsyncIterator: AsyncIteratorProtocol {
    var messages: ClientCall.Messages.AsyncIterator
    let read: @Sendable ([UInt8]) throws(MessageError) -> Element

    /// The next answer; nil when the stream has ended well.
    public mutating func next() async throws(RPCStatus) -> Element? {
      try await next(isolation: nil)
    }

    /// The next answer; nil when the stream has ended well.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(RPCStatus) -> Element? {
      guard let message = try await messages.next(isolation: actor) else { return nil }
      do throws(MessageError) {
        return try read(message)
      } catch {
        throw .unreadable
      }
    }
  }

  /// Begins to take them. Each is taken once, whoever takes it.
  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(messages: call.messages.makeAsyncIterator(), read: read)
  }
}
