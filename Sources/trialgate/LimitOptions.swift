internal import ArgumentParser
internal import Foundation
internal import RPC

/// What a peer may use of the server. The README has the table of these.
struct LimitOptions: ParsableArguments {
  private static let defaults = ServerConfiguration()

  @Option(help: "Event loops. Each connection stays on one.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Option(help: "Longest message in bytes.")
  var maxMessage = defaults.maximumMessageBytes

  @Option(help: "Streams open at once on a connection.")
  var maxStreams = defaults.concurrentStreams

  @Option(help: "Connections at once; above it new ones are closed.")
  var maxConnections = defaults.maximumConnections

  @Option(help: "Calls open at once on all connections; above it new ones get UNAVAILABLE.")
  var maxCalls = defaults.maximumCalls

  @Option(
    help: "Bytes of unfinished requests and untaken answers; above it new calls get UNAVAILABLE.")
  var maxHeld = defaults.maximumHeldBytes

  @Option(help: "Milliseconds an event loop may be behind; above it new calls get UNAVAILABLE.")
  var maxLag = defaults.maximumLagMilliseconds

  @Option(help: "Bytes of output held for one connection whose client does not read.")
  var maxOutput = defaults.outputBytes

  @Option(help: "Bytes of one header list.")
  var maxHeaderList = defaults.headerListBytes

  @Option(help: "Fields of one header list.")
  var maxHeaderFields = defaults.headerFields

  @Option(help: "CONTINUATION frames after one HEADERS frame.")
  var maxContinuations = defaults.continuationFrames

  @Option(help: "Seconds after which the counts of frames and resets begin again.")
  var budgetWindow = defaults.budgetSeconds

  @Option(help: "Control and unknown frames of a connection in this time that no answer provoked.")
  var maxControlFrames = defaults.controlFrames

  @Option(help: "Streams of a connection in this time that the client resets as it begins them.")
  var maxEarlyResets = defaults.earlyResets

  @Option(help: "Streams of a connection in this time that are reset for an error of the client.")
  var maxResetsSent = defaults.resetsSent

  @Option(help: "Empty or padding-only DATA frames of one stream that do not end it.")
  var maxEmptyData = defaults.emptyDataPerStream

  @Option(help: "Streams a client may reset in one burst.")
  var resetBurst = defaults.resetBurst

  @Option(help: "Streams a client may go on resetting in each second.")
  var resetRate = defaults.resetsPerSecond

  @Option(help: "Milliseconds a unary call has when its client says nothing.")
  var defaultDeadline = defaults.defaultDeadlineMilliseconds

  @Option(help: "Milliseconds a unary call has at most.")
  var maxDeadline = defaults.maximumDeadlineMilliseconds

  @Option(help: "Seconds without a message either way until a stream is ended.")
  var streamIdle = defaults.streamIdleSeconds

  @Option(help: "Seconds until a handshake and preface must have come.")
  var prefaceTimeout = defaults.prefaceSeconds

  @Option(help: "Seconds a header block may take from its first byte to its last.")
  var headerTimeout = defaults.headerSeconds

  @Option(help: "Seconds in which a client that does not read must take some of its answers.")
  var slowReader = defaults.slowReaderSeconds

  @Option(help: "Seconds without a call until a connection is drained (+-10 %).")
  var idle = defaults.idleSeconds

  @Option(help: "Seconds after which a connection is drained (+-10 %); 0 = never.")
  var age = defaults.ageSeconds

  @Option(help: "Seconds that calls in flight have when their connection has reached its age.")
  var ageGrace = defaults.ageGraceSeconds

  @Option(help: "Seconds without a byte until a client is pinged; 0 = never.")
  var keepalive = defaults.keepaliveSeconds

  @Option(help: "Seconds a client has to answer this ping.")
  var keepaliveTimeout = defaults.keepaliveTimeoutSeconds

  @Option(help: "Seconds that calls in flight have when the server stops.")
  var drain = defaults.drainSeconds

  func validate() throws {
    func check<Value: Comparable>(
      _ flag: String, _ value: Value, _ range: ClosedRange<Value>
    ) -> String? {
      range.contains(value)
        ? nil : "\(flag) must be \(range.lowerBound) to \(range.upperBound)"
    }
    let wrong = [
      check("--threads", threads, 1...256),
      check("--max-message", maxMessage, 1_024...(64 << 20)),
      check("--max-streams", maxStreams, 1...100_000),
      check("--max-connections", maxConnections, 1...1_000_000),
      check("--max-calls", maxCalls, 1...10_000_000),
      check("--max-held", maxHeld, (1 << 20)...(1 << 40)),
      check("--max-lag", maxLag, 1...3_600_000),
      check("--max-output", maxOutput, (16 << 10)...(64 << 20)),
      check("--max-header-list", maxHeaderList, 1_024...(1 << 20)),
      check("--max-header-fields", maxHeaderFields, 8...10_000),
      check("--max-continuations", maxContinuations, 0...1_000),
      check("--budget-window", budgetWindow, 1...3_600),
      check("--max-control-frames", maxControlFrames, 10...1_000_000),
      check("--max-early-resets", maxEarlyResets, 1...1_000_000),
      check("--max-resets-sent", maxResetsSent, 1...1_000_000),
      check("--max-empty-data", maxEmptyData, 0...1_000_000),
      check("--reset-burst", resetBurst, 1...10_000_000),
      check("--reset-rate", resetRate, 1...10_000_000),
      check("--default-deadline", defaultDeadline, 1...3_600_000),
      check("--max-deadline", maxDeadline, 1...3_600_000),
      check("--stream-idle", streamIdle, 1...86_400),
      check("--preface-timeout", prefaceTimeout, 1...3_600),
      check("--header-timeout", headerTimeout, 1...3_600),
      check("--slow-reader", slowReader, 1...3_600),
      check("--idle", idle, 1...86_400),
      check("--age", age, 0...604_800),
      check("--age-grace", ageGrace, 0...86_400),
      check("--keepalive", keepalive, 0...86_400),
      check("--keepalive-timeout", keepaliveTimeout, 1...3_600),
      check("--drain", drain, 0...3_600),
    ].compactMap(\.self)
    if !wrong.isEmpty { throw ValidationError(wrong.joined(separator: "; ")) }
  }

  /// The limits of a server.
  var configuration: ServerConfiguration {
    var limits = ServerConfiguration()
    limits.threads = threads
    limits.maximumMessageBytes = maxMessage
    limits.concurrentStreams = maxStreams
    limits.maximumConnections = maxConnections
    limits.maximumCalls = maxCalls
    limits.maximumHeldBytes = maxHeld
    limits.maximumLagMilliseconds = maxLag
    limits.outputBytes = maxOutput
    limits.headerListBytes = maxHeaderList
    limits.headerFields = maxHeaderFields
    limits.continuationFrames = maxContinuations
    limits.budgetSeconds = budgetWindow
    limits.controlFrames = maxControlFrames
    limits.earlyResets = maxEarlyResets
    limits.resetsSent = maxResetsSent
    limits.emptyDataPerStream = maxEmptyData
    limits.resetBurst = resetBurst
    limits.resetsPerSecond = resetRate
    limits.defaultDeadlineMilliseconds = defaultDeadline
    limits.maximumDeadlineMilliseconds = maxDeadline
    limits.streamIdleSeconds = streamIdle
    limits.prefaceSeconds = prefaceTimeout
    limits.headerSeconds = headerTimeout
    limits.slowReaderSeconds = slowReader
    limits.idleSeconds = idle
    limits.ageSeconds = age
    limits.ageGraceSeconds = ageGrace
    limits.keepaliveSeconds = keepalive
    limits.keepaliveTimeoutSeconds = keepaliveTimeout
    limits.drainSeconds = drain
    return limits
  }
}
