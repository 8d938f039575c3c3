internal import HTTP2
package import RPC
internal import Transport

/// Runs a load.
package struct LoadRun: Sendable {
  private let plan: LoadPlan
  private let connections: [LoadConnection]

  /// - Throws: `RPCStatus` with INVALID_ARGUMENT for an address that is none.
  package init(_ plan: LoadPlan) throws(RPCStatus) {
    self.plan = plan
    let endpoint: Endpoint
    do throws(TransportError) {
      endpoint = try Endpoint(parsing: plan.server)
    } catch {
      throw RPCStatus(.invalidArgument, error.description)
    }
    let requests = plan.requests.map { ResponseMessage.framed($0, with: nil) }
    guard !requests.isEmpty else {
      throw RPCStatus(.invalidArgument, "there is no request to send")
    }
    connections = (0..<max(1, plan.connections)).map {
      LoadConnection(plan: plan, endpoint: endpoint, requests: requests, number: $0)
    }
  }

  /// Makes calls for as long as the plan says.
  ///
  /// - Parameter progress: told about once a second, with what was measured so far and the seconds since
  ///   measuring began; negative = while nothing counts yet.
  /// - Returns: what was measured.
  /// - Throws: `RPCStatus` with UNAVAILABLE where a connection cannot be opened.
  package func run(
    progress: @Sendable (LoadRecord, Double) -> Void = { _, _ in }
  ) async throws(RPCStatus) -> LoadResult {
    for connection in connections {
      if let status = await connection.open() {
        stop()
        throw status
      }
    }
    let clock = ContinuousClock()
    let now = MonotonicTime.now.nanoseconds
    for (number, connection) in connections.enumerated() {
      connection.run(
        plan.ratePerSecond.map {
          Pacing(start: now, ratePerSecond: $0, share: number, of: connections.count)
        })
    }
    var start = clock.now
    if plan.warmUpSeconds > 0 {
      await pass(plan.warmUpSeconds, since: start) { progress($0, $1 - plan.warmUpSeconds) }
      for connection in connections { connection.forget() }
      start = clock.now
    }
    await pass(plan.seconds, since: start, progress)
    let elapsed = clock.now - start
    let record = total
    stop()
    return LoadResult(
      plan: plan, record: record,
      seconds: Double(elapsed.components.seconds)
        + Double(elapsed.components.attoseconds) / 1e18)
  }

  private func pass(
    _ seconds: Double, since start: ContinuousClock.Instant,
    _ progress: (LoadRecord, Double) -> Void
  ) async {
    let end = start + .seconds(seconds)
    while ContinuousClock.now < end, !Task.isCancelled {
      try? await Task.sleep(until: min(end, ContinuousClock.now + .seconds(1)))
      let passed = ContinuousClock.now - start
      progress(
        total,
        Double(passed.components.seconds) + Double(passed.components.attoseconds) / 1e18)
    }
  }

  private var total: LoadRecord {
    var total = LoadRecord()
    for connection in connections { total.add(connection.record) }
    return total
  }

  private func stop() {
    for connection in connections { connection.stop() }
  }
}
