/// How the transport treats connections. Every limit has a default that suits a service on its own port.
package struct TransportConfiguration: Sendable, Hashable {
  /// Event loops; each connection stays on one.
  package var threads: Int
  /// Connections at once; above it new ones are closed.
  package var maximumConnections = 4_096
  /// Seconds without a byte from the peer, and with no call open, until a connection is drained.
  package var idleSeconds: Int64 = 300
  /// Seconds until the client's preface and SETTINGS must have come.
  package var prefaceSeconds: Int64 = 10
  /// Seconds in which a peer that does not read must take some of what is held for it.
  package var slowReaderSeconds: Int64 = 30
  /// Seconds that calls in flight have when the server stops.
  package var drainSeconds: Int64 = 10

  /// How connections are encrypted; nil = they are not.
  package var tls: TLSFiles?

  package init(threads: Int) {
    self.threads = threads
  }
}
