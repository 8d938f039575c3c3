internal import Synchronization
internal import Transport

/// What has come of a call, and who waits for it.
extension CallAttempts {
  /// Bytes of answers, each with `answerOverhead` more, that wait to be taken before more are asked for.
  private static let answerHighWater = 256 << 10
  private static let answerOverhead = 64

  func began(_ metadata: Metadata, on stream: ClientStream) {
    let readers = state.withLock { state -> [CheckedContinuation<Void, Never>] in
      state.isCommitted = true
      state.requests = []
      state.initialMetadata = metadata
      return Self.take(&state.readers)
    }
    for reader in readers { reader.resume() }
  }

  func received(_ message: [UInt8], isCompressed: Bool, on stream: ClientStream) {
    let (readers, isFull) = state.withLock { state -> ([CheckedContinuation<Void, Never>], Bool) in
      guard state.stream?.id == stream.id else { return ([], false) }
      state.answers.append(Answer(bytes: message, isCompressed: isCompressed))
      state.answerBytes += message.count + Self.answerOverhead
      if state.answerBytes > Self.answerHighWater { state.isHeld = true }
      return (Self.take(&state.readers), state.isHeld)
    }
    if isFull { stream.holdMessages() }
    for reader in readers { reader.resume() }
  }

  private static func take(
    _ waiting: inout [CheckedContinuation<Void, Never>]
  ) -> [CheckedContinuation<Void, Never>] {
    let all = waiting
    waiting = []
    return all
  }

  /// The next message, or the end; waits for either.
  func next() async -> Answer? {
    while true {
      let (answer, isOver) = state.withLock { state -> (Answer?, Bool) in
        if let answer = takeAnswer(&state) { return (answer, false) }
        return (nil, state.end != nil)
      }
      if let answer { return answer }
      if isOver { return nil }
      await wait { $0.firstAnswer < $0.answers.count || $0.end != nil }
    }
  }

  private func takeAnswer(_ state: inout State) -> Answer? {
    guard state.firstAnswer < state.answers.count else { return nil }
    let answer = state.answers[state.firstAnswer]
    state.answers[state.firstAnswer].bytes = []
    state.firstAnswer += 1
    if state.firstAnswer == state.answers.count {
      state.answers.removeAll(keepingCapacity: true)
      state.firstAnswer = 0
    }
    state.answerBytes -= answer.bytes.count + Self.answerOverhead
    if state.isHeld, state.answerBytes <= Self.answerHighWater / 2, let (port, id) = state.stream {
      state.isHeld = false
      port.perform { ($0 as? ClientConnection)?.stream(id)?.takeMessages() }
    }
    return answer
  }

  /// The head's metadata; waits for it. Empty where the call ended without a head.
  func initialMetadata() async -> Metadata {
    await wait { $0.initialMetadata != nil || $0.end != nil }
    return state.withLock { $0.initialMetadata ?? Metadata() }
  }

  /// How the call ended; waits for it.
  func end() async -> ClientStreamEnd {
    while true {
      await wait { $0.end != nil }
      if let end = state.withLock(\.end) { return end }
    }
  }

  private func wait(until isTrue: (borrowing State) -> Bool) async {
    while !state.withLock({ isTrue($0) }) {
      await withCheckedContinuation { continuation in
        let isTrueNow = state.withLock { state in
          if isTrue(state) { return true }
          state.readers.append(continuation)
          return false
        }
        if isTrueNow { continuation.resume() }
      }
    }
  }
}
