public import CohortConfiguration
internal import Dispatch
internal import MessageCoding
internal import Synchronization

/// `trialgate.v1.ConfigurationService`: the configuration of a store, and what evaluations rest on.
///
/// Changes are made one after the other on a thread of their own: a change is checked, compiled, written, and then
/// published at once. What is read comes from memory, except for the history. Whatever happens to the store, the
/// last configuration that was published stays.
public final class ConfigurationService: Sendable {
  /// What is known of the store.
  private struct Known {
    var state: ConfigurationState
    /// Why the last transaction failed; nil = it did not.
    var failure: StoreError?
    /// Whether the store may have what `state` does not have.
    var mustRead = false
    /// Who is told when the store begins to fail, and when it works again.
    var watcher: @Sendable (StoreError?) -> Void = { _ in }
  }

  /// Requests that may wait for the store at once.
  static let maximumWaiting = 256
  /// Between attempts to find out whether a store works again.
  private static let probeMilliseconds = 2_000

  /// The configuration that evaluations rest on.
  public let current: CurrentConfiguration
  /// Where it is kept.
  public let store: any CohortStore
  let clock: @Sendable () -> Int64
  let pageToken: PageToken
  let definitions = DefinitionBytes()
  let changes = RecentChanges()
  private let known: Mutex<Known>
  private let waiting = Atomic<Int>(0)
  private let writer = DispatchQueue(label: "trialgate.configuration.writer")
  private let reader = DispatchQueue(label: "trialgate.configuration.reader")
  private let compute = DispatchQueue(label: "trialgate.configuration.compute")

  /// Opens the configuration of a store. An empty one is filled with what the program brings with it.
  ///
  /// - Parameters:
  ///   - store: the store.
  ///   - bundled: the trials that the program brings with it.
  ///   - clock: the time in milliseconds since 1970.
  /// - Throws: `ConfigurationOpeningError`: nothing is served from a store that is not as it was written.
  public init(
    store: any CohortStore, bundled: [BundledTrial], clock: @escaping @Sendable () -> Int64
  ) throws(ConfigurationOpeningError) {
    self.store = store
    self.clock = clock
    do {
      var snapshot = try store.snapshot()
      if snapshot.head == .none, snapshot.resources.isEmpty {
        try Self.fill(store, bundled, clock())
        snapshot = try store.snapshot()
      }
      let state = try ConfigurationState(snapshot, hash: Digest.sha256)
      current = CurrentConfiguration(
        try PublishedConfiguration(
          of: state, after: nil, definitions: definitions, hash: Digest.sha256))
      known = Mutex(Known(state: state))
      // All servers of one store, and the same one after a restart, understand each other's tokens.
      pageToken = PageToken(secret: try store.auditEntries(after: 0, limit: 1).first?.hash ?? "")
    } catch {
      throw ConfigurationOpeningError(error)
    }
  }

  private static func fill(
    _ store: any CohortStore, _ bundled: [BundledTrial], _ time: Int64
  ) throws {
    var change = ConfigurationChange.bundling(time: time, hash: Digest.sha256)
    for trial in bundled { try change.add(trial, definitions: DefinitionBytes()) }
    do throws(StoreError) {
      try store.commit(change.finished(request: nil).0)
    } catch {
      // Another server of the store was first, with the same.
      if error != .conflict { throw error }
    }
  }

  /// The configuration as it was written last.
  public var state: ConfigurationState { known.withLock { $0.state } }

  /// Why the store failed when it was last asked; nil = it works.
  public var failure: StoreError? { known.withLock { $0.failure } }

  /// Has somebody told when the store begins to fail, with its error, and when it works again, with nil. They are
  /// told on the writer's thread.
  public func watchStore(_ watcher: @escaping @Sendable (StoreError?) -> Void) {
    known.withLock { $0.watcher = watcher }
  }

  // MARK: Threads

  /// Which thread a request is for.
  enum Lane {
    /// Changes, one after the other.
    case writer
    /// The history, which is read from the store.
    case reader
    /// What takes time and needs no store.
    case compute
  }

  /// Does something that may wait for the store, away from the event loops. Where too much waits already it is
  /// refused.
  func later<Answer: Sendable>(
    _ lane: Lane, _ reply: @escaping @Sendable (Result<Answer, RequestFault>) -> Void,
    _ body: @escaping @Sendable (ConfigurationService) throws(RequestFault) -> Answer
  ) {
    guard waiting.add(1, ordering: .relaxed).newValue <= Self.maximumWaiting else {
      waiting.subtract(1, ordering: .relaxed)
      reply(
        .failure(
          RequestFault(
            ConfigurationRefusal(.overloaded, "too many requests wait; try again later"))))
      return
    }
    let queue =
      switch lane {
      case .writer: writer
      case .reader: reader
      case .compute: compute
      }
    queue.async { [self] in
      defer { waiting.subtract(1, ordering: .relaxed) }
      do throws(RequestFault) {
        reply(.success(try body(self)))
      } catch {
        reply(.failure(error))
      }
    }
  }

  // MARK: Changes, on the writer's thread

  /// Makes a change.
  ///
  /// - Returns: the encoded answer.
  func mutate(
    _ method: ConfigurationMethod, _ reading: ConfigurationMessages.Reading,
    _ header: MutationHeader, _ mutation: ConfigurationMutation, by principal: Principal
  ) throws(ConfigurationRefusal) -> [UInt8] {
    let time = clock()
    let state = try upToDate()
    let key = RequestKey(principal: principal.name, id: header.requestID)
    let body = Digest.sha256(Array("\(method.rawValue)\n".utf8) + reading.canonicalBytes)
    if !header.requestID.isEmpty, reading.violations.isEmpty,
      let answer = try earlierAnswer(key, body: body, at: time)
    {
      return answer
    }
    var change = ConfigurationChange(
      of: state, action: method.rawValue, principal: principal.name, time: time, header: header,
      hash: Digest.sha256)
    let result = try Self.merging(reading.violations) { () throws(ConfigurationRefusal) in
      try change.apply(mutation, definitions: definitions)
    }
    let answer = ConfigurationMessages.bytes(of: result)
    if header.validateOnly { return answer }
    let request =
      header.requestID.isEmpty
      ? nil : StoredRequest(key: key, bodyDigest: body, response: answer, time: time)
    let (transaction, after) = change.finished(request: request)
    let next = try PublishedConfiguration(
      of: after, after: current.value, definitions: definitions, hash: Digest.sha256)
    try commit(transaction)
    known.withLock { $0.state = after }
    current.publish(next)
    changes.add(transaction.audit)
    return answer
  }

  /// The answer that the same request had before; nil where it is new.
  private func earlierAnswer(
    _ key: RequestKey, body: String, at time: Int64
  ) throws(ConfigurationRefusal) -> [UInt8]? {
    let record: StoredRequest?
    do throws(StoreError) {
      record = try store.request(key)
    } catch {
      throw failed(error)
    }
    guard let record, record.time >= time - ConfigurationChange.requestLifetime else { return nil }
    guard record.bodyDigest == body else {
      throw ConfigurationRefusal(
        .requestIDReused, "another request had this request_id within 24 hours; choose a new UUID")
    }
    return record.response
  }

  /// The faults of a request's form and those that the rules find, all at once.
  private static func merging<Value>(
    _ violations: [FieldViolation], _ body: () throws(ConfigurationRefusal) -> Value
  ) throws(ConfigurationRefusal) -> Value {
    let form = violations.map { FieldFault($0.field, $0.reason, $0.description) }
    do throws(ConfigurationRefusal) {
      let value = try body()
      if form.isEmpty { return value }
    } catch {
      if form.isEmpty { throw error }
      if error.situation == .validationFailed {
        // What is said of a field's form explains what the rules miss in it.
        let known = Set(form.map(\.field))
        throw ConfigurationRefusal(form + error.faults.filter { !known.contains($0.field) })
      }
    }
    throw ConfigurationRefusal(form)
  }

  private func commit(_ transaction: StoreTransaction) throws(ConfigurationRefusal) {
    do throws(StoreError) {
      try store.commit(transaction)
    } catch {
      throw failed(error)
    }
    noteStore(nil)
  }

  /// The state that the store has: read again where it may have another.
  private func upToDate() throws(ConfigurationRefusal) -> ConfigurationState {
    let (state, mustRead) = known.withLock { ($0.state, $0.mustRead) }
    if !mustRead { return state }
    let fresh: ConfigurationState
    do throws(StoreError) {
      fresh = try ConfigurationState(try store.snapshot(), hash: Digest.sha256)
    } catch {
      throw failed(error)
    }
    let next = try PublishedConfiguration(
      of: fresh, after: current.value, definitions: definitions, hash: Digest.sha256)
    known.withLock {
      $0.state = fresh
      $0.mustRead = false
    }
    current.publish(next)
    // What others wrote is in the store alone.
    changes.forget()
    return fresh
  }

  /// Remembers that the store failed.
  func failed(_ error: StoreError) -> ConfigurationRefusal {
    switch error {
    case .conflict: known.withLock { $0.mustRead = true }
    case .uncertain:
      known.withLock { $0.mustRead = true }
      noteStore(error)
    default: noteStore(error)
    }
    return ConfigurationRefusal(error)
  }

  /// Remembers whether the store works, tells whoever wants to know when that changes, and while it does not
  /// finds out from time to time.
  private func noteStore(_ failure: StoreError?) {
    let before = known.withLock { known in
      defer { known.failure = failure }
      return known.failure
    }
    guard (before == nil) != (failure == nil) else { return }
    known.withLock { $0.watcher }(failure)
    if failure != nil { probeLater() }
  }

  private func probeLater() {
    writer.asyncAfter(deadline: .now() + .milliseconds(Self.probeMilliseconds)) { [weak self] in
      guard let self, self.failure != nil else { return }
      do throws(StoreError) {
        try store.probe()
        noteStore(nil)
      } catch {
        probeLater()
      }
    }
  }
}

/// Why a configuration cannot be opened.
public struct ConfigurationOpeningError: Error, Sendable, CustomStringConvertible {
  /// What is wrong and what to do.
  public let description: String

  init(_ error: any Error) {
    switch error {
    case let refusal as ConfigurationRefusal: description = RequestFault(refusal).line
    default: description = "\(error)"
    }
  }
}
