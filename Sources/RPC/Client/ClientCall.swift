internal import HTTP2

/// An answer of a call that has one.
public struct ClientAnswer: Sendable {
  /// The encoded message.
  public var message: [UInt8]
  /// Metadata in front of it.
  public var initialMetadata: Metadata
  /// Metadata behind it.
  public var trailingMetadata: Metadata
  /// Whether it was sent compressed.
  public var wasCompressed: Bool
}

/// A call that is on its way. From any thread; when nobody holds it any more it is cancelled.
///
/// Requests are sent with `send` and end with `finishSending`; answers are taken with `messages`, or
/// `answer` where the method has one. What is not taken is not asked for: the server waits.
public final class ClientCall: Sendable {
  private let attempts: CallAttempts
  /// Whose connections it uses: a call that is held keeps them open.
  private let client: GRPCClient
  /// Whether a request is compressed where nothing else is said.
  private let encoding: MessageEncoding?

  init(attempts: CallAttempts, client: GRPCClient, encoding: MessageEncoding?) {
    self.attempts = attempts
    self.client = client
    self.encoding = encoding
  }

  deinit { attempts.cancel() }

  /// Sends a message, and waits while too much of the call is to be sent.
  ///
  /// - Parameter isCompressed: whether it is compressed in a call whose requests are.
  /// - Throws: how the call failed, where it is over; OK where the server ended it; FAILED_PRECONDITION
  ///   behind `finishSending`; CANCELLED where the task is cancelled, which cancels the call.
  public func send(_ message: [UInt8], isCompressed: Bool = true) async throws(RPCStatus) {
    let attempts = attempts
    let framed = ResponseMessage.framed(message, with: isCompressed ? encoding : nil)
    try await Self.cancelling(attempts) { () throws(RPCStatus) in try await attempts.send(framed) }
  }

  /// Sends no more messages.
  public func finishSending() { attempts.endRequests() }

  /// Gives the call up; it ends with CANCELLED.
  public func cancel() { attempts.cancel() }

  /// The metadata in front of the answers; waits for it. Empty where the call failed without any.
  public func initialMetadata() async -> Metadata {
    let attempts = attempts
    return await Self.cancelling(attempts) { await attempts.initialMetadata() }
  }

  /// How the call ended, nil = OK, and the metadata behind the answers; waits for it. Answers that were not
  /// taken can still be; where there are more of them than wait here (256 KiB), the end comes when they are.
  public func end() async -> (failure: RPCStatus?, trailingMetadata: Metadata) {
    let attempts = attempts
    let end = await Self.cancelling(attempts) { await attempts.end() }
    return (end.failure, end.trailingMetadata)
  }

  /// The only answer; waits for it.
  ///
  /// - Throws: how the call failed.
  public func answer() async throws(RPCStatus) -> ClientAnswer {
    let attempts = attempts
    let (answer, end) = await Self.cancelling(attempts) {
      // Taken first: what nobody takes holds up the end.
      (await attempts.next(), await attempts.end())
    }
    if let failure = end.failure { throw failure }
    guard let answer else {
      throw RPCStatus(.internal, "the server answered OK without a message")
    }
    return ClientAnswer(
      message: answer.bytes, initialMetadata: await attempts.initialMetadata(),
      trailingMetadata: end.trailingMetadata, wasCompressed: answer.isCompressed)
  }

  /// The answers, each once, in order.
  public var messages: Messages { Messages(call: self) }

  /// The answers of a call. The sequence ends with the call, and throws where that failed.
  public struct Messages: AsyncSequence, Sendable {
    /// An encoded message.
    public typealias Element = [UInt8]
    /// How a call fails.
    public typealias Failure = RPCStatus

    let call: ClientCall

    /// Takes the answers one by one.
    public struct AsyncIterator: AsyncIteratorProtocol {
      let call: ClientCall
      /// Whether the answer that was taken last was sent compressed.
      package private(set) var lastWasCompressed = false

      /// The next answer; nil when the call has ended well.
      public mutating func next() async throws(RPCStatus) -> [UInt8]? {
        try await next(isolation: nil)
      }

      /// The next answer; nil when the call has ended well.
      public mutating func next(
        isolation actor: isolated (any Actor)?
      ) async throws(RPCStatus) -> [UInt8]? {
        let attempts = call.attempts
        let answer = await ClientCall.cancelling(attempts) { await attempts.next() }
        if let answer {
          lastWasCompressed = answer.isCompressed
          return answer.bytes
        }
        if let failure = await attempts.end().failure { throw failure }
        return nil
      }
    }

    /// Begins to take them. Each is taken once, whoever takes it.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(call: call) }
  }

  /// Waits for something; a task that is cancelled meanwhile cancels the call.
  private static func cancelling<Value: Sendable, Failure: Error>(
    _ attempts: CallAttempts, _ body: () async throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    let result = await withTaskCancellationHandler { () async -> Result<Value, Failure> in
      do throws(Failure) {
        return .success(try await body())
      } catch {
        return .failure(error)
      }
    } onCancel: {
      attempts.cancel()
    }
    return try result.get()
  }
}
