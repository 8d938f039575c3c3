internal import HTTP2
internal import Synchronization
internal import Transport

/// The connections of a client: one to each address, opened when a call asks for one, and opened again when
/// they are lost.
final class ConnectionPool: Sendable {
  /// What a call is given.
  struct Place: Sendable {
    var port: ConnectionPort
    var address: ServerAddress
  }

  typealias Taker = @Sendable (Result<Place, RPCStatus>) -> Void

  private struct Waiter {
    var number: Int
    var waitsForReady: Bool
    var taker: Taker
  }

  private struct State {
    var balancer: AddressBalancer
    var ports: [Int: ConnectionPort] = [:]
    var probes: [Int: HealthProbe] = [:]
    var waiters: [Waiter] = []
    var lastWaiter = 0
    var timer: (due: MonotonicTime, work: ScheduledWork)?
    var isResolving = false
    var resolvedAt: MonotonicTime?
    /// Why no address is known; nil where some are.
    var resolutionFailure: String?
    var keepaliveSeconds: Int64
    var isClosed = false
  }

  /// What is to be done outside the lock.
  private struct Work {
    var opened: [(number: Int, address: ServerAddress)] = []
    var served: [(Taker, Result<Place, RPCStatus>)] = []
    var closed: [ConnectionPort] = []
    var retired: [ConnectionPort] = []
  }

  let configuration: ClientConfiguration
  private let targets: [Endpoint]
  private let state: Mutex<State>
  private let throttle: Mutex<RetryThrottle>

  /// Names are asked for again no sooner than after so long.
  private static let resolutionInterval: UInt64 = 5_000_000_000

  init(targets: [Endpoint], configuration: ClientConfiguration) {
    self.targets = targets
    self.configuration = configuration
    let balancer = AddressBalancer(
      policy: configuration.backoff, checksHealth: configuration.healthService != nil)
    state = Mutex(State(balancer: balancer, keepaliveSeconds: configuration.keepaliveSeconds))
    throttle = Mutex(RetryThrottle(configuration.services))
  }

  // MARK: Calls

  /// Hands out a connection: at once, or when one takes calls; or says why none does.
  ///
  /// - Returns: the number of the one who waits; nil where it was served at once.
  func acquire(waitsForReady: Bool, _ taker: @escaping Taker) -> Int? {
    let (waiter, work) = state.withLock { state -> (Int?, Work) in
      var work = Work()
      if let result = choose(&state, waitsForReady, &work) {
        work.served.append((taker, result))
        return (nil, work)
      }
      state.lastWaiter += 1
      state.waiters.append(
        Waiter(number: state.lastWaiter, waitsForReady: waitsForReady, taker: taker))
      return (state.lastWaiter, work)
    }
    perform(work)
    resolveIfNeeded()
    return waiter
  }

  /// One who waits does so no longer.
  func forget(_ waiter: Int) {
    state.withLock { $0.waiters.removeAll { $0.number == waiter } }
  }

  /// What a call failed with while it waited; nil where nothing has failed.
  var lastFailure: String? {
    state.withLock { state in
      if let failure = state.resolutionFailure { return failure }
      if case .fail(let reason) = state.balancer.pick() { return reason }
      return nil
    }
  }

  func callSucceeded() { throttle.withLock { $0.succeeded() } }

  /// Whether the credit allows another attempt.
  func attemptFailed() -> Bool { throttle.withLock { $0.failed() } }

  private func choose(
    _ state: inout State, _ waitsForReady: Bool, _ work: inout Work
  ) -> Result<Place, RPCStatus>? {
    if state.isClosed {
      return .failure(RPCStatus(.unavailable, "the client is closed"))
    }
    work.opened += state.balancer.connectionsToOpen(at: .now)
    if state.resolvedAt == nil { return nil }
    switch state.balancer.pick() {
    case .connection(let number):
      guard let port = state.ports[number], let address = state.balancer.address(of: number) else {
        return nil
      }
      return .success(Place(port: port, address: address))
    case .wait: return nil
    case .fail(let reason):
      return waitsForReady
        ? nil : .failure(RPCStatus(.unavailable, state.resolutionFailure ?? reason))
    }
  }

  // MARK: Names

  private func resolveIfNeeded() {
    let isDue = state.withLock { state in
      guard !state.isResolving, !state.isClosed, state.resolvedAt == nil else { return false }
      state.isResolving = true
      return true
    }
    if isDue { resolve() }
  }

  /// Asks for the addresses of all names.
  private func resolve() {
    let found = Found()
    for (index, target) in targets.enumerated() {
      NameResolver.resolve(target) { [weak self] result in
        guard let self else { return }
        let all = found.add(result, of: index)
        if all.count == targets.count { resolved(all) }
      }
    }
  }

  /// What was found so far, by the number of the target.
  private final class Found: Sendable {
    private let results = Mutex<[Int: Result<[Endpoint], TransportError>]>([:])

    /// Adds a result; all that there are.
    func add(
      _ result: Result<[Endpoint], TransportError>, of target: Int
    ) -> [Int: Result<[Endpoint], TransportError>] {
      results.withLock { results in
        results[target] = result
        return results
      }
    }
  }

  private func resolved(_ results: [Int: Result<[Endpoint], TransportError>]) {
    var addresses: [ServerAddress] = []
    var failure: String?
    for (index, target) in targets.enumerated() {
      switch results[index] {
      case .success(let endpoints):
        for endpoint in endpoints {
          let address = ServerAddress(
            endpoint: endpoint, authority: target.authority,
            serverName: configuration.tls?.serverName ?? target.serverName)
          if !addresses.contains(address) { addresses.append(address) }
        }
      case .failure(let error): failure = error.description
      case nil: break
      }
    }
    let work = state.withLock { state -> Work in
      state.isResolving = false
      state.resolvedAt = .now
      var work = Work()
      // What was known stays in use while nothing is known.
      guard !addresses.isEmpty else {
        state.resolutionFailure = failure
        serve(&state, &work)
        return work
      }
      state.resolutionFailure = nil
      for number in state.balancer.update(addresses) {
        if let port = state.ports[number] { work.retired.append(port) }
      }
      if !state.waiters.isEmpty { work.opened += state.balancer.connectionsToOpen(at: .now) }
      serve(&state, &work)
      return work
    }
    perform(work)
    if addresses.isEmpty { resolveLater() }
  }

  private func resolveLater() {
    _ = ScheduledWork(afterNanoseconds: Self.resolutionInterval) { [weak self] in
      guard let self else { return }
      let isDue = state.withLock { state in
        guard !state.isResolving, !state.isClosed else { return false }
        state.isResolving = true
        return true
      }
      if isDue { resolve() }
    }
  }

  // MARK: Connections

  private func open(_ number: Int, _ address: ServerAddress) {
    var transport = TransportConfiguration.outbound
    transport.prefaceSeconds = max(1, configuration.connectSeconds)
    transport.keepaliveSeconds = state.withLock(\.keepaliveSeconds)
    transport.keepaliveTimeoutSeconds = configuration.keepaliveTimeoutSeconds
    transport.keepaliveNeedsCalls = !configuration.keepaliveWithoutCalls
    let limits = ClientConnection.Limits(configuration)
    let tls = configuration.tls.map {
      ClientTLSFiles(
        authorities: $0.authorityFile, certificateChain: $0.certificateFile,
        privateKey: $0.keyFile, serverName: address.serverName)
    }
    OutboundConnection.open(
      to: address.endpoint, tls: tls, configuration: transport,
      connectSeconds: configuration.connectSeconds
    ) { [weak self] port in
      self?.register(port, number)
      return ClientConnection(limits: limits) { [weak self] event in
        self?.happened(event, to: number)
      }
    } failed: { [weak self] error in
      self?.happened(.closed(reason: error.description), to: number)
    }
  }

  private func register(_ port: ConnectionPort, _ number: Int) {
    let isClosed = state.withLock { state in
      if !state.isClosed { state.ports[number] = port }
      return state.isClosed
    }
    if isClosed { port.close() }
  }

  private func happened(_ event: ClientConnection.Event, to number: Int) {
    let (work, probe, isLost) = state.withLock { state -> (Work, HealthProbe?, Bool) in
      var work = Work()
      var probe: HealthProbe?
      var isLost = false
      switch event {
      case .established:
        state.balancer.established(number)
        probe = makeProbe(number, &state)
      case .goesAway(let tooManyPings):
        if tooManyPings { state.keepaliveSeconds = min(state.keepaliveSeconds * 2, 86_400) }
        state.balancer.wentAway(number)
        state.probes[number] = nil
      case .closed(let reason):
        state.ports[number] = nil
        state.probes[number] = nil
        state.balancer.closed(number, reason: reason, at: .now, random: .random(in: 0..<1))
        isLost = true
      }
      if !state.waiters.isEmpty { work.opened += state.balancer.connectionsToOpen(at: .now) }
      serve(&state, &work)
      setTimer(&state)
      return (work, probe, isLost)
    }
    perform(work)
    probe?.start()
    if isLost { resolveAgain() }
  }

  /// A connection that was lost may mean that a name stands for other addresses now.
  private func resolveAgain() {
    guard targets.contains(where: { !$0.isAddress }) else { return }
    let isDue = state.withLock { state in
      guard !state.isResolving, !state.isClosed, let last = state.resolvedAt,
        last.advanced(byNanoseconds: Self.resolutionInterval) <= .now
      else { return false }
      state.isResolving = true
      return true
    }
    if isDue { resolve() }
  }

  private func makeProbe(_ number: Int, _ state: inout State) -> HealthProbe? {
    guard let service = configuration.healthService, let port = state.ports[number],
      let address = state.balancer.address(of: number)
    else { return nil }
    let headers = RequestHeaders(
      path: "", authority: address.authority, isEncrypted: configuration.tls != nil,
      userAgent: configuration.userAgent, encoding: nil, metadata: Metadata())
    let probe = HealthProbe(
      service: service, headers: headers, port: port, backoff: configuration.backoff
    ) { [weak self] isServing in
      self?.healthChanged(number, isServing)
    }
    state.probes[number] = probe
    return probe
  }

  private func healthChanged(_ number: Int, _ isServing: Bool) {
    let work = state.withLock { state -> Work in
      var work = Work()
      state.balancer.healthChanged(number, isServing: isServing)
      serve(&state, &work)
      return work
    }
    perform(work)
  }

  /// Serves those who wait, as far as it can.
  private func serve(_ state: inout State, _ work: inout Work) {
    var left: [Waiter] = []
    for waiter in state.waiters {
      if let result = choose(&state, waiter.waitsForReady, &work) {
        work.served.append((waiter.taker, result))
      } else {
        left.append(waiter)
      }
    }
    state.waiters = left
  }

  /// Sets the timer by which addresses that failed are tried again.
  private func setTimer(_ state: inout State) {
    guard let due = state.balancer.nextAttempt, !state.isClosed else { return }
    if let timer = state.timer, timer.due <= due, timer.due > .now { return }
    state.timer?.work.cancel()
    let now = MonotonicTime.now
    let delay = due > now ? due.nanoseconds - now.nanoseconds : 0
    let work = ScheduledWork(afterNanoseconds: delay) { [weak self] in self?.tryAgain() }
    state.timer = (due, work)
  }

  private func tryAgain() {
    let work = state.withLock { state -> Work in
      var work = Work()
      guard !state.isClosed else { return work }
      state.timer = nil
      work.opened = state.balancer.connectionsToOpen(at: .now)
      setTimer(&state)
      return work
    }
    perform(work)
  }

  private func perform(_ work: Work) {
    for (number, address) in work.opened { open(number, address) }
    for port in work.closed { port.close() }
    for port in work.retired { port.perform { ($0 as? ClientConnection)?.retire() } }
    for (taker, result) in work.served { taker(result) }
  }

  // MARK: End

  /// Closes all connections; calls in flight and those that wait fail with UNAVAILABLE.
  func close() {
    let work = state.withLock { state -> Work in
      var work = Work()
      state.isClosed = true
      state.timer?.work.cancel()
      work.closed = Array(state.ports.values)
      state.ports = [:]
      state.probes = [:]
      serve(&state, &work)
      return work
    }
    perform(work)
  }
}

extension ClientConnection.Limits {
  init(_ configuration: ClientConfiguration) {
    self.init()
    maximumMessageBytes = configuration.maximumMessageBytes
    sendBufferBytes = configuration.sendBufferBytes
    http2.headerListBytes = configuration.headerListBytes
    http2.streamWindow = configuration.streamWindowBytes
    http2.connectionWindow = configuration.connectionWindowBytes
    // A server may refuse as many calls as it likes.
    http2.earlyResets = .max
  }
}
