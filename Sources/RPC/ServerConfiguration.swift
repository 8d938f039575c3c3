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
  /// Connections at once.
  public var maximumConnections = 4_096
  /// Bytes held for a peer that does not read; above it its streams produce no more.
  public var outputBytes = 1 << 20
  /// Seconds without traffic until a connection is drained.
  public var idleSeconds: Int64 = 300
  /// Seconds until a client's preface must have come.
  public var prefaceSeconds: Int64 = 10
  /// Seconds that calls in flight have when the server stops.
  public var drainSeconds: Int64 = 10

  /// How connections are encrypted; nil = they are not.
  public var tls: ServerTLS?

  /// The defaults.
  public init() {}

  var defaultDeadlineNanoseconds: UInt64 { Self.product(defaultDeadlineMilliseconds, 1_000_000) }
  var maximumDeadlineNanoseconds: UInt64 { Self.product(maximumDeadlineMilliseconds, 1_000_000) }
  var streamIdleNanoseconds: UInt64 { Self.product(streamIdleSeconds, 1_000_000_000) }

  private static func product(_ count: UInt64, _ factor: UInt64) -> UInt64 {
    let (product, overflow) = count.multipliedReportingOverflow(by: factor)
    return overflow ? .max : product
  }
}
