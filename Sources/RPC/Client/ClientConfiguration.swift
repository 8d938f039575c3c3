/// The TLS of a client: TLS 1.2 or 1.3, with HTTP/2 agreed on by ALPN. The files are in PEM, and are read
/// again for each new connection.
public struct ClientTLS: Sendable, Hashable {
  /// Authorities of which the server must show a certificate; nil = those that the system trusts.
  public var authorityFile: String?
  /// The client's certificate, followed by those that lead to an authority; nil = it shows none.
  public var certificateFile: String?
  /// The certificate's key.
  public var keyFile: String?
  /// The name that the server's certificate must have; nil = the host of the address that was given.
  public var serverName: String?

  /// Creates the list of files.
  public init(
    authorityFile: String? = nil, certificateFile: String? = nil, keyFile: String? = nil,
    serverName: String? = nil
  ) {
    self.authorityFile = authorityFile
    self.certificateFile = certificateFile
    self.keyFile = keyFile
    self.serverName = serverName
  }
}

/// How messages are compressed.
public enum MessageEncoding: String, Sendable, Hashable, CaseIterable {
  case gzip
  case deflate
}

/// How long a client waits between attempts to connect (gRPC, connection-backoff).
public struct BackoffPolicy: Sendable, Hashable {
  /// Milliseconds after the first failure.
  public var initialMilliseconds: UInt64 = 1_000
  /// What each further failure multiplies it with.
  public var multiplier = 1.6
  /// Milliseconds that it does not exceed, before jitter.
  public var maximumMilliseconds: UInt64 = 120_000
  /// The part by which it is random up or down: 0 to 1.
  public var jitter = 0.2

  /// gRPC's defaults.
  public init() {}
}

/// The limits and habits of a client.
public struct ClientConfiguration: Sendable {
  /// How connections are encrypted; nil = they are not.
  public var tls: ClientTLS?
  /// Longest answer in bytes, after decompression.
  public var maximumMessageBytes = 4 << 20
  /// Bytes of one header list of an answer.
  public var headerListBytes = 16 << 10
  /// Receive window of a stream in bytes: what a server may send before anybody takes it.
  public var streamWindowBytes: Int32 = 1 << 20
  /// Receive window of a connection in bytes.
  public var connectionWindowBytes: Int32 = 4 << 20
  /// Bytes of requests of one call that may wait to be sent; above it `send` waits.
  public var sendBufferBytes = 256 << 10
  /// Bytes of requests of one call that are kept for another attempt; a call with more is not retried.
  public var retryBufferBytes = 1 << 20
  /// Seconds that connecting may take, and again the handshakes of TLS and HTTP/2.
  public var connectSeconds: Int64 = 10
  /// Time between attempts to connect.
  public var backoff = BackoffPolicy()
  /// Seconds without a byte from the server until it is asked for a sign of life; 0 = it is not asked. Many
  /// servers cut off clients that ask more often than every 300 s.
  public var keepaliveSeconds: Int64 = 0
  /// Seconds that the server has for this sign.
  public var keepaliveTimeoutSeconds: Int64 = 20
  /// Whether it is asked although no call is open.
  public var keepaliveWithoutCalls = false
  /// The service by whose health a server is given calls or not (`grpc.health.v1`), empty for the whole
  /// server; nil = health is not looked at. A server without the health service counts as healthy.
  public var healthService: String?
  /// How requests are compressed; nil = they are not.
  public var encoding: MessageEncoding?
  /// Deadlines, waiting and retries by method.
  public var services = ServiceConfiguration()
  /// What the client calls itself.
  public var userAgent = "trialgate"

  /// The defaults.
  public init() {}
}

/// The wishes of one call.
public struct CallOptions: Sendable {
  /// Milliseconds until the call's deadline, which is sent to the server and kept here too; nil = as the
  /// service configuration says, else none.
  public var timeoutMilliseconds: UInt64?
  /// Metadata to send.
  public var metadata: Metadata
  /// Whether the call waits where no server can be reached, instead of failing; nil = as the service
  /// configuration says, else it fails.
  public var waitsForReady: Bool?
  /// How requests are compressed; nil = as the client's configuration says.
  public var encoding: MessageEncoding?

  /// Creates a list of wishes.
  public init(
    timeoutMilliseconds: UInt64? = nil, metadata: Metadata = Metadata(),
    waitsForReady: Bool? = nil, encoding: MessageEncoding? = nil
  ) {
    self.timeoutMilliseconds = timeoutMilliseconds
    self.metadata = metadata
    self.waitsForReady = waitsForReady
    self.encoding = encoding
  }
}
