internal import HTTP2
internal import RPC
internal import Synchronization
internal import Transport

/// One connection of a load generator: makes calls on its event loop, and opens itself again when it is lost.
///
/// Sendable although it has state: what is not behind the lock belongs to the event loop of the connection,
/// and passes to another's only when that connection is closed and the next one is opened.
final class LoadConnection: @unchecked Sendable {
  private struct Shared {
    var record = LoadRecord()
    var port: ConnectionPort?
    var isRunning = false
    var opened: CheckedContinuation<RPCStatus?, Never>?
  }

  let plan: LoadPlan
  private let endpoint: Endpoint
  /// Requests as they are sent, framed.
  let requests: [[UInt8]]
  private let head: HeaderBlock
  private let shared = Mutex(Shared())

  // Of the event loop.
  private weak var connection: ClientConnection?
  private var free: [LoadSlot] = []
  private var pacing: Pacing?
  private var nextRequest: Int

  /// Pause before a lost connection is opened again.
  private static let reopening: UInt64 = 50_000_000

  init(plan: LoadPlan, endpoint: Endpoint, requests: [[UInt8]], number: Int) {
    self.plan = plan
    self.endpoint = endpoint
    self.requests = requests
    nextRequest = number % requests.count
    let headers = RequestHeaders(
      path: plan.path, authority: endpoint.authority, isEncrypted: plan.tls != nil,
      userAgent: "trialgate-bench", encoding: nil, metadata: plan.metadata)
    let timeout = plan.mode == .unary ? plan.timeoutMilliseconds * 1_000_000 : nil
    head = headers.block(timeoutNanoseconds: timeout)
  }

  // MARK: From other threads

  /// Opens the connection; how it failed, nil = it is open.
  func open() async -> RPCStatus? {
    await withCheckedContinuation { continuation in
      shared.withLock { $0.opened = continuation }
      connect()
    }
  }

  /// Makes calls from now on.
  func run(_ pacing: Pacing?) {
    let port = shared.withLock { shared in
      shared.isRunning = true
      return shared.port
    }
    port?.perform { [self] _ in
      self.pacing = pacing
      fill()
    }
  }

  /// What has been noted so far.
  var record: LoadRecord { shared.withLock(\.record) }

  /// Forgets what was noted.
  func forget() { shared.withLock { $0.record = LoadRecord() } }

  /// Makes no more calls, and closes the connection.
  func stop() {
    let port = shared.withLock { shared in
      shared.isRunning = false
      return shared.port
    }
    port?.close()
  }

  private var isRunning: Bool { shared.withLock(\.isRunning) }

  // MARK: Connection

  private func connect() {
    var configuration = TransportConfiguration.outbound
    configuration.prefaceSeconds = 10
    let tls = plan.tls.map {
      ClientTLSFiles(
        authorities: $0.authorityFile, certificateChain: $0.certificateFile,
        privateKey: $0.keyFile, serverName: $0.serverName ?? endpoint.serverName)
    }
    OutboundConnection.open(
      to: endpoint, tls: tls, configuration: configuration, connectSeconds: 10
    ) { [self] port in
      shared.withLock { $0.port = port }
      let connection = ClientConnection(limits: .load(plan)) { [weak self] in self?.happened($0) }
      self.connection = connection
      free = (0..<plan.streams).map { _ in LoadSlot(owner: self) }
      return connection
    } failed: { [weak self] error in
      self?.lost(error.description)
    }
  }

  private func happened(_ event: ClientConnection.Event) {
    switch event {
    case .established:
      let opened = shared.withLock { shared in
        defer { shared.opened = nil }
        return shared.opened
      }
      opened?.resume(returning: nil)
      fill()
    case .goesAway: break
    case .closed(let reason): lost(reason ?? "the server closed it")
    }
  }

  private func lost(_ reason: String) {
    let (opened, isRunning) = shared.withLock { shared in
      defer { shared.opened = nil }
      shared.port = nil
      if shared.isRunning { shared.record.lostConnections += 1 }
      return (shared.opened, shared.isRunning)
    }
    opened?.resume(
      returning: RPCStatus(.unavailable, "cannot connect to \(endpoint): \(reason)"))
    guard isRunning else { return }
    _ = ScheduledWork(afterNanoseconds: Self.reopening) { [weak self] in
      if let self, self.isRunning { connect() }
    }
  }

  // MARK: Load, on the event loop

  /// Begins what may begin.
  private func fill() {
    guard let connection, isRunning else { return }
    let now = MonotonicTime.now
    while let slot = free.last {
      var meant = now.nanoseconds
      if pacing != nil {
        guard let due = pacing?.take(at: now.nanoseconds) else { break }
        meant = due
      }
      free.removeLast()
      let request = nextRequest
      nextRequest = (request + 1) % requests.count
      guard slot.begin(request, on: connection, head: head, meant: meant, at: now) else { return }
    }
    guard let next = pacing?.next, !free.isEmpty else { return }
    connection.setAlarm(at: MonotonicTime(nanoseconds: next)) { [weak self] in self?.fill() }
  }

  /// A call, or an item, is over.
  func ended(
    _ slot: LoadSlot, _ code: StatusCode, meant: UInt64, begun: UInt64, request: Int,
    answerBytes: Int
  ) {
    let now = MonotonicTime.now.nanoseconds
    let requestBytes = requests[request].count - ResponseMessage.prefixLength
    shared.withLock { shared in
      // What stopping cut off says nothing of the server.
      guard shared.isRunning else { return }
      shared.record.add(
        code, meant: meant, begun: begun, ended: now, requestBytes: requestBytes,
        answerBytes: answerBytes)
    }
    free.append(slot)
    fill()
  }
}

/// A place for one call at a time: a unary call, or a long one on which items follow each other. Of the
/// connection's event loop.
final class LoadSlot: ClientStreamObserver, @unchecked Sendable {
  // Sendable although it has state: that belongs to the event loop of the connection.
  private weak var owner: LoadConnection?
  private let mode: LoadPlan.Mode
  private let timeout: UInt64
  private let itemStatus: ([UInt8]) -> StatusCode?
  /// The long call.
  private var stream: ClientStream?
  private var isBusy = false
  private var request = 0
  private var meant: UInt64 = 0
  private var begun: UInt64 = 0
  private var answerBytes = 0

  init(owner: LoadConnection) {
    self.owner = owner
    mode = owner.plan.mode
    timeout = owner.plan.timeoutMilliseconds * 1_000_000
    itemStatus = owner.plan.itemStatus
  }

  /// Begins a call, or sends an item; false where the connection takes no more.
  func begin(
    _ request: Int, on connection: ClientConnection, head: HeaderBlock, meant: UInt64,
    at now: MonotonicTime
  ) -> Bool {
    guard let owner else { return false }
    self.request = request
    self.meant = meant
    begun = now.nanoseconds
    answerBytes = 0
    isBusy = true
    switch mode {
    case .unary:
      return connection.begin(
        head: head, body: owner.requests[request], shape: .unary,
        deadline: now.advanced(byNanoseconds: timeout), observer: self) != nil
    case .stream:
      if stream == nil {
        stream = connection.begin(
          head: head, body: nil, shape: .bidirectional, deadline: nil, observer: self)
      }
      stream?.send(owner.requests[request])
      return stream != nil
    }
  }

  func began(_ metadata: Metadata, on stream: ClientStream) {}

  func received(_ message: [UInt8], isCompressed: Bool, on stream: ClientStream) {
    answerBytes += message.count
    if mode == .stream { end(itemStatus(message) ?? .ok) }
  }

  func becameReady(_ stream: ClientStream) {}

  func ended(_ end: ClientStreamEnd, on stream: ClientStream) {
    self.stream = nil
    // The end of a long call between two items ends no item.
    if isBusy { self.end(end.failure?.code ?? .ok) }
  }

  private func end(_ code: StatusCode) {
    guard isBusy else { return }
    isBusy = false
    owner?.ended(
      self, code, meant: meant, begun: begun, request: request, answerBytes: answerBytes)
  }
}

extension ClientConnection.Limits {
  /// What a load generator, which trusts the server, grants it.
  static func load(_ plan: LoadPlan) -> ClientConnection.Limits {
    var limits = ClientConnection.Limits()
    limits.maximumMessageBytes = plan.maximumMessageBytes
    limits.http2.earlyResets = .max
    limits.http2.streamWindow = 16 << 20
    limits.http2.connectionWindow = 64 << 20
    return limits
  }
}
