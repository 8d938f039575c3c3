/// How the transport treats connections. Every limit has a default that suits a service on its own port.
package struct TransportConfiguration: Sendable, Hashable {
  /// Event loops; each connection stays on one.
  package var threads: Int
  /// Connections at once; above it new ones are closed.
  package var maximumConnections = 4_096
  /// Seconds without a call until a connection is drained. Bytes that are no call, such as pings, do not
  /// put it off.
  package var idleSeconds: Int64 = 300
  /// Seconds after which a connection is drained, so that calls spread over the servers behind a
  /// balancer; 0 = it may grow as old as it likes.
  package var ageSeconds: Int64 = 600
  /// Seconds that calls in flight have when a connection has reached its age.
  package var ageGraceSeconds: Int64 = 30
  /// Seconds until the client's preface and SETTINGS must have come, the handshake of TLS before them;
  /// and again as long until it has acknowledged this side's SETTINGS (RFC 9113, 6.5.3).
  package var prefaceSeconds: Int64 = 10
  /// Seconds that a header block, or another frame than DATA, may take from its first byte to its last.
  package var headerSeconds: Int64 = 10
  /// Seconds in which a peer that does not read must take some of what is held for it.
  package var slowReaderSeconds: Int64 = 30
  /// Seconds without a byte from the peer until it is asked for a sign of life; 0 = it is not asked.
  package var keepaliveSeconds: Int64 = 60
  /// Whether it is asked only while a call is open.
  package var keepaliveNeedsCalls = false
  /// Seconds that the peer has for this sign.
  package var keepaliveTimeoutSeconds: Int64 = 20
  /// Seconds that calls in flight have when the server stops.
  package var drainSeconds: Int64 = 10

  /// How connections are encrypted; nil = they are not.
  package var tls: TLSFiles?

  package init(threads: Int) {
    self.threads = threads
  }

  /// For a connection that this process opened: the peer decides how long it lives, and calls have
  /// deadlines of their own. The limit on the preface is one on the handshakes of TLS and HTTP/2.
  package static var outbound: TransportConfiguration {
    var configuration = TransportConfiguration(threads: 1)
    configuration.idleSeconds = 0
    configuration.ageSeconds = 0
    configuration.keepaliveSeconds = 0
    return configuration
  }
}
