/// The files of a server's TLS, in PEM.
public struct ServerTLS: Sendable, Hashable {
  /// The certificate, followed by those that lead to an authority.
  public var certificateFile: String
  /// The certificate's key.
  public var keyFile: String
  /// Authorities of which clients must show a certificate; nil = they show none.
  public var clientAuthorityFile: String?

  /// Creates the list of files.
  public init(certificateFile: String, keyFile: String, clientAuthorityFile: String? = nil) {
    self.certificateFile = certificateFile
    self.keyFile = keyFile
    self.clientAuthorityFile = clientAuthorityFile
  }
}

/// The limits of a gRPC server. The README lists them with their flags.
public struct ServerConfiguration: Sendable, Hashable {
  /// Event loops; each connection stays on one.
  public var threads = 1
  /// Longest message in bytes.
  public var maximumMessageBytes = 4 << 20
  /// Bytes of unfinished requests that one connection may have here, and of answers that it does not
  /// take.
  public var maximumBufferedBytes = 64 << 20
  /// Milliseconds that a unary call has when its client says nothing.
  public var defaultDeadlineMilliseconds: UInt64 = 3_000
  /// Milliseconds that a unary call has at most, from its first byte until its answer is taken; and that
  /// the end of a stream has until it is taken.
  public var maximumDeadlineMilliseconds: UInt64 = 30_000
  /// Seconds without a message either way until a stream is ended.
  public var streamIdleSeconds: UInt64 = 300
  /// Bytes of answers of one stream that may wait to be sent; above it no request of it is handled.
  public var streamOutputBytes = 64 << 10
  /// Streams open at once on a connection.
  public var concurrentStreams = 128
  /// Bytes of one header list.
  public var headerListBytes = 16 << 10
  /// Fields of one header list.
  public var headerFields = 64
  /// CONTINUATION frames after one HEADERS frame.
  public var continuationFrames = 8
  /// Seconds after which the counts of `controlFrames`, `earlyResets` and `resetsSent` begin again.
  public var budgetSeconds: UInt64 = 30
  /// PING, SETTINGS, PRIORITY, WINDOW_UPDATE and unknown frames that no answer provoked.
  public var controlFrames = 200
  /// Streams that a client resets in the read that begins them.
  public var earlyResets = 200
  /// Streams that must be reset for an error of the client.
  public var resetsSent = 100
  /// Empty or padding-only DATA frames of one stream that do not end it.
  public var emptyDataPerStream = 20
  /// RST_STREAM frames that a client may send in a burst.
  public var resetBurst: UInt64 = 10_000
  /// RST_STREAM frames that it may go on sending in each second.
  public var resetsPerSecond: UInt64 = 1_000
  /// Connections at once.
  public var maximumConnections = 4_096
  /// Calls open at once on all connections; above it new ones are refused with UNAVAILABLE.
  public var maximumCalls = 16_384
  /// Bytes of unfinished requests and of answers that are not taken, on all connections; above it new
  /// calls are refused with UNAVAILABLE.
  public var maximumHeldBytes = 512 << 20
  /// Milliseconds that an event loop may be behind; while it is more, its new calls are refused with
  /// UNAVAILABLE.
  public var maximumLagMilliseconds: UInt64 = 1_000
  /// Bytes held for a peer that does not read; above it its streams produce no more.
  public var outputBytes = 1 << 20
  /// Seconds without a call until a connection is drained.
  public var idleSeconds: Int64 = 300
  /// Seconds after which a connection is drained; 0 = never.
  public var ageSeconds: Int64 = 600
  /// Seconds that calls in flight have when their connection has reached its age.
  public var ageGraceSeconds: Int64 = 30
  /// Seconds until a client's preface must have come.
  public var prefaceSeconds: Int64 = 10
  /// Seconds that a header block may take from its first byte to its last.
  public var headerSeconds: Int64 = 10
  /// Seconds in which a client that does not read must take some of its answers.
  public var slowReaderSeconds: Int64 = 30
  /// Seconds without a byte from a client until it is asked for a sign of life; 0 = it is not asked.
  public var keepaliveSeconds: Int64 = 60
  /// Seconds that it has for this sign.
  public var keepaliveTimeoutSeconds: Int64 = 20
  /// Seconds that calls in flight have when the server stops.
  public var drainSeconds: Int64 = 10

  /// How connections are encrypted; nil = they are not.
  public var tls: ServerTLS?

  /// The defaults.
  public init() {}

  var defaultDeadlineNanoseconds: UInt64 { Self.product(defaultDeadlineMilliseconds, 1_000_000) }
  var maximumDeadlineNanoseconds: UInt64 { Self.product(maximumDeadlineMilliseconds, 1_000_000) }
  var maximumLagNanoseconds: UInt64 { Self.product(maximumLagMilliseconds, 1_000_000) }
  var streamIdleNanoseconds: UInt64 { Self.product(streamIdleSeconds, 1_000_000_000) }

  private static func product(_ count: UInt64, _ factor: UInt64) -> UInt64 {
    let (product, overflow) = count.multipliedReportingOverflow(by: factor)
    return overflow ? .max : product
  }
}
