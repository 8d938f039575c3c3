internal import CohortConfiguration
public import EligibilityCore
public import MessageCoding
public import RPC

extension ConfigurationCalls {
  /// The configuration as it is, and what becomes of it: each change once, in order. Where the connection is lost, or
  /// the server stops, it goes on with the next server behind the last message that was taken; while the state is
  /// still being sent it begins again with the state.
  ///
  /// - Parameters:
  ///   - token: the `resumeToken` of the last message that was taken; empty = first the configuration as it is.
  ///   - heartbeatSeconds: without a message after which a heartbeat comes: 1 to 120; 0 = 30.
  public func changes(
    after token: String = "", heartbeatSeconds: Int = 0
  ) -> ConfigurationChanges {
    ConfigurationChanges(calls: self, token: token, heartbeatSeconds: heartbeatSeconds)
  }

  /// One watch, which ends with its connection.
  fileprivate func watch(
    _ token: String, _ heartbeatSeconds: Int
  ) async throws(RPCStatus) -> Answers<WatchedEvent> {
    let request = ConfigurationRequest.watch(
      resumeToken: token, heartbeatSeconds: heartbeatSeconds)
    return Answers(
      try await begin(request, waitsForReady: true), ConfigurationAnswers.watched)
  }

  /// Begins to say of patients whether a protocol version changes their verdicts against another, and why. Either may
  /// be a draft. Nothing is kept of the patients.
  ///
  /// - Parameters:
  ///   - before: name of the one version.
  ///   - after: name of the other.
  public func simulation(
    from before: String, to after: String
  ) async throws(RPCStatus) -> ChangeSimulationStream {
    let call = caller.call(ContractNames.path(.simulateChange), .bidirectional, nil)
    try await call.send(SimulationMessages.plan(before: before, after: after))
    return ChangeSimulationStream(call)
  }
}

/// The configuration as it is, and what becomes of it. It ends when its task is cancelled, or with the failure that no
/// other server can mend: a token that is not understood, a caller that may not.
public struct ConfigurationChanges: AsyncSequence, Sendable {
  /// How it fails.
  public typealias Failure = RPCStatus

  let calls: ConfigurationCalls
  let token: String
  let heartbeatSeconds: Int

  /// Takes the messages one by one.
  public struct AsyncIterator: AsyncIteratorProtocol {
    /// Wait after a failure; each further one without a message doubles it.
    static let firstPauseMilliseconds = 100
    static let longestPauseMilliseconds = 10_000

    let calls: ConfigurationCalls
    let heartbeatSeconds: Int
    private var token: String
    private var messages: Answers<WatchedEvent>.AsyncIterator?
    private var pauseMilliseconds = Self.firstPauseMilliseconds

    init(_ changes: ConfigurationChanges) {
      calls = changes.calls
      token = changes.token
      heartbeatSeconds = changes.heartbeatSeconds
    }

    /// The next message; nil when the server ended the watch.
    public mutating func next() async throws(RPCStatus) -> WatchedEvent? {
      try await next(isolation: nil)
    }

    /// The next message; nil when the server ended the watch.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(RPCStatus) -> WatchedEvent? {
      while true {
        do throws(RPCStatus) {
          if messages == nil {
            messages = try await calls.watch(token, heartbeatSeconds).makeAsyncIterator()
          }
          guard let event = try await messages?.next(isolation: actor) else { return nil }
          if !event.resumeToken.isEmpty { token = event.resumeToken }
          pauseMilliseconds = Self.firstPauseMilliseconds
          return event
        } catch {
          guard error.code == .unavailable else { throw error }
          messages = nil
        }
        do {
          try await Task.sleep(for: .milliseconds(pauseMilliseconds))
        } catch {
          throw RPCStatus(.cancelled, "the watch was given up")
        }
        pauseMilliseconds = Swift.min(pauseMilliseconds * 2, Self.longestPauseMilliseconds)
      }
    }
  }

  /// Begins to watch. Each iterator watches for itself.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }
}

/// Patients of whom two versions are asked, one after the other on one call. When nobody holds it any more it is
/// cancelled.
public final class ChangeSimulationStream: Sendable {
  private let call: ClientCall

  init(_ call: ClientCall) {
    self.call = call
  }

  /// Sends a patient, and waits while the server does not keep up.
  ///
  /// - Parameters:
  ///   - request: as `Evaluate` takes one, without a protocol version.
  ///   - id: comes back with the answer; at most 256 bytes.
  /// - Throws: `RPCStatus`: how the stream failed, where it is over.
  public func send(_ request: EvaluationRequest, id: String = "") async throws(RPCStatus) {
    try await call.send(SimulationMessages.patient(request, itemID: id))
  }

  /// Sends no more patients; the summary comes behind the last answer.
  public func finishSending() { call.finishSending() }

  /// Gives the stream up.
  public func cancel() { call.cancel() }

  /// One answer for each patient, in order, and then the summary.
  public var answers: Answers<SimulationAnswer> { Answers(call, ConfigurationAnswers.simulated) }
}
