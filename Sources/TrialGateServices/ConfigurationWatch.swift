internal import CohortConfiguration
internal import MessageCoding
internal import RPC

/// One call of `WatchConfiguration`: the state, then each change once and in order, and signs of life. It is
/// sent as fast as the client reads; what it has not read is in the store, not in memory.
final class ConfigurationWatch: ServerCallListener {
  private enum Phase {
    /// Nothing was asked for yet, or its token is being looked at.
    case opening
    /// The resources that are still to be sent, and the end of the chain that they belong to.
    case state([ConfigurationResult], next: Int, head: AuditHead)
    case following
  }

  private static let entriesAtOnce = 100
  private static let defaultHeartbeatSeconds = 30
  private static let overloadedNanoseconds: UInt64 = 200_000_000

  private let service: ConfigurationService
  private var phase = Phase.opening
  private var watcher: Int?
  /// What was sent last.
  private var position = AuditHead.none
  private var heartbeatNanoseconds: UInt64 = 0
  private var isReading = false
  /// Whether the timer is set for another attempt to read, not for a heartbeat.
  private var isWaitingToRead = false

  init(service: ConfigurationService) {
    self.service = service
  }

  func received(_ message: Span<UInt8>, on call: ServerCall) {
    do throws(RequestFault) {
      guard call.context.caller is Principal else { throw AccessControl.nobody }
      let reading: ConfigurationMessages.Reading
      do throws(MessageError) {
        reading = try ConfigurationMessages.request(message, of: .watchConfiguration)
      } catch {
        throw RequestFault(error)
      }
      guard case .watch(let token, let seconds)? = reading.request, reading.violations.isEmpty
      else { throw RequestFault(.form(FormError(violations: reading.violations))) }
      do throws(ConfigurationRefusal) {
        watcher = try service.changes.watch(call.handle)
      } catch {
        throw RequestFault(error)
      }
      // A stream that is silent for too long is ended, so that signs of life come well before.
      heartbeatNanoseconds = min(
        UInt64(seconds == 0 ? Self.defaultHeartbeatSeconds : seconds) * 1_000_000_000,
        call.streamIdleNanoseconds / 2)
      call.setTimer(nanoseconds: heartbeatNanoseconds)
      if token.isEmpty {
        let state = service.state
        phase = .state(state.everything, next: 0, head: state.head)
        proceed(call)
      } else {
        resume(token, call)
      }
    } catch {
      call.finish(error.status)
    }
  }

  /// Looks up what a token stands for.
  private func resume(_ token: String, _ call: ServerCall) {
    let handle = call.handle
    let reply: @Sendable (Result<AuditHead, RequestFault>) -> Void = { result in
      handle.perform { call in
        guard let watch = call.listener as? ConfigurationWatch else { return }
        switch result {
        case .success(let head):
          watch.phase = .following
          watch.position = head
          watch.proceed(call)
        case .failure(let fault): call.finish(fault.status)
        }
      }
    }
    service.later(.reader, reply) { service throws(RequestFault) in
      do throws(ConfigurationRefusal) {
        return try service.place(ofResumeToken: token)
      } catch {
        throw RequestFault(error)
      }
    }
  }

  func requestsEnded(on call: ServerCall) {}

  func becameReady(_ call: ServerCall) { proceed(call) }

  func timerFired(on call: ServerCall) {
    if isWaitingToRead {
      isWaitingToRead = false
      call.setTimer(nanoseconds: heartbeatNanoseconds)
      proceed(call)
      return
    }
    // While the client does not read there is no sense in more signs of life.
    if case .following = phase, !isReading, call.isReady {
      send(
        WatchMessages.heartbeat(
          time: service.clock(), token: service.resumeToken(position),
          headroom: ResponseMessage.prefixLength), call)
    } else {
      call.setTimer(nanoseconds: heartbeatNanoseconds)
    }
  }

  func connectionDrains(_ call: ServerCall) {
    call.finish(
      RPCStatus(.unavailable, "the connection will end; watch on another, with the last token"))
  }

  func ended(_ call: ServerCall) {
    if let watcher { service.changes.unwatch(watcher) }
  }

  // MARK: Sending

  private func send(_ message: [UInt8], _ call: ServerCall) {
    call.send(ResponseMessage(withPrefix: message))
    call.setTimer(nanoseconds: heartbeatNanoseconds)
  }

  /// Sends what there is, as far as the client reads it.
  func proceed(_ call: ServerCall) {
    while call.isReady {
      switch phase {
      case .opening: return
      case .state(let resources, let next, let head):
        guard next < resources.count else {
          phase = .following
          position = head
          send(
            WatchMessages.stateEnd(
              sequence: head.sequence, token: service.resumeToken(head),
              headroom: ResponseMessage.prefixLength), call)
          continue
        }
        phase = .state(resources, next: next + 1, head: head)
        send(
          WatchMessages.resource(resources[next], headroom: ResponseMessage.prefixLength), call)
      case .following:
        guard !isReading, !isWaitingToRead else { return }
        let state = service.state
        guard state.head.sequence > position.sequence else { return }
        guard
          let changes = service.changes.changes(
            after: position.sequence, limit: Self.entriesAtOnce), !changes.isEmpty
        else {
          read(call)
          return
        }
        send(changes, state, call)
      }
    }
  }

  private func send(
    _ changes: [RecentChanges.Change], _ state: ConfigurationState, _ call: ServerCall
  ) {
    for change in changes {
      position = AuditHead(sequence: change.entry.sequence, hash: change.hash)
      send(
        WatchMessages.change(
          change.entry, hash: change.hash, state.changed(by: change.entry),
          token: service.resumeToken(position), headroom: ResponseMessage.prefixLength), call)
    }
  }

  /// Reads what is no longer in memory.
  private func read(_ call: ServerCall) {
    isReading = true
    let (after, handle) = (position.sequence, call.handle)
    let reply: @Sendable (Result<[RecentChanges.Change], RequestFault>) -> Void = { result in
      handle.perform { call in
        if let watch = call.listener as? ConfigurationWatch { watch.take(result, call) }
      }
    }
    service.later(.reader, reply) { service throws(RequestFault) in
      do throws(ConfigurationRefusal) {
        return try service.storedChanges(after: after, limit: Self.entriesAtOnce)
      } catch {
        throw RequestFault(error)
      }
    }
  }

  private func take(_ result: Result<[RecentChanges.Change], RequestFault>, _ call: ServerCall) {
    isReading = false
    switch result {
    case .success(let changes):
      send(changes, service.state, call)
      // The chain may be known to be longer than what the store gave; then it is asked again later.
      if changes.isEmpty { readLater(call) } else { proceed(call) }
    case .failure(let fault) where fault.code == .unavailable: readLater(call)
    case .failure(let fault): call.finish(fault.status)
    }
  }

  private func readLater(_ call: ServerCall) {
    isWaitingToRead = true
    call.setTimer(nanoseconds: Self.overloadedNanoseconds)
  }
}

extension ConfigurationService {
  private static let tokenList = "watch"

  /// What a watch is resumed with behind a place of the audit chain. It goes with that place's hash, so that it
  /// is not taken for a place of another store, nor of a store that was put back and written anew.
  func resumeToken(_ place: AuditHead) -> String {
    pageToken.token(
      Array("\(place.sequence)".utf8), of: Self.query(place.hash), in: Self.tokenList)
  }

  private static func query(_ hash: String, _ token: String = "") -> ListQuery {
    ListQuery(parent: hash, pageSize: 0, pageToken: token, filter: "", orderBy: "")
  }

  /// The place that a token stands for.
  ///
  /// - Throws: VALIDATION_FAILED for what is no token, RESUME_TOKEN_UNKNOWN for one of another store.
  func place(ofResumeToken token: String) throws(ConfigurationRefusal) -> AuditHead {
    guard let bytes = PageToken.unverifiedPlace(token),
      let sequence = Int64(String(decoding: bytes, as: UTF8.self)), sequence >= 0
    else {
      throw ConfigurationRefusal([
        FieldFault(
          "resume_token", "RESUME_TOKEN_INVALID",
          "use the resume_token of the last message as it came, or leave it empty to begin anew")
      ])
    }
    var place = AuditHead.none
    if sequence > 0 {
      let found: StoredAuditEntry?
      do throws(StoreError) {
        found = try store.auditEntries(after: sequence - 1, limit: 1).first
      } catch {
        throw failed(error)
      }
      guard let found, found.sequence == sequence else { throw Self.unknownToken }
      place = AuditHead(sequence: sequence, hash: found.hash)
    }
    do throws(ConfigurationRefusal) {
      _ = try pageToken.place(of: Self.query(place.hash, token), in: Self.tokenList)
    } catch {
      throw Self.unknownToken
    }
    return place
  }

  private static var unknownToken: ConfigurationRefusal {
    ConfigurationRefusal(
      .resumeTokenUnknown,
      "the resume_token is not of this configuration's history; leave it empty to begin anew")
  }

  /// Changes behind a sequence, from the store.
  func storedChanges(
    after sequence: Int64, limit: Int
  ) throws(ConfigurationRefusal) -> [RecentChanges.Change] {
    let stored: [StoredAuditEntry]
    do throws(StoreError) {
      stored = try store.auditEntries(after: sequence, limit: limit)
    } catch {
      throw failed(error)
    }
    var changes: [RecentChanges.Change] = []
    for (index, entry) in stored.enumerated() {
      guard entry.sequence == sequence + Int64(index) + 1, let read = AuditEntry(entry) else {
        throw ConfigurationRefusal(
          .storeCorrupt,
          "audit entry \(sequence + Int64(index) + 1) cannot be read; run trialgate audit verify")
      }
      changes.append(RecentChanges.Change(entry: read, hash: entry.hash))
    }
    return changes
  }
}
