public import EligibilityCore
public import MessageCoding
public import RPC

/// Patients that are decided one after the other on one call. When nobody holds it any more it is cancelled.
public final class EvaluationStream: Sendable {
  private let call: ClientCall

  init(_ call: ClientCall) {
    self.call = call
  }

  /// Sends a patient, and waits while the server does not keep up.
  ///
  /// - Parameters:
  ///   - request: the request.
  ///   - id: comes back with the answer; at most 256 bytes.
  /// - Throws: `RPCStatus`: how the stream failed, where it is over.
  public func send(_ request: EvaluationRequest, id: String = "") async throws(RPCStatus) {
    try await call.send(StreamMessages.bytes(of: request, itemID: id))
  }

  /// Sends no more patients.
  public func finishSending() { call.finishSending() }

  /// Gives the stream up.
  public func cancel() { call.cancel() }

  /// The answers, in order. The sequence ends with the stream, and throws where that failed.
  public var answers: Answers<EvaluatedItem> { Answers(call, StreamMessages.answer) }
}
