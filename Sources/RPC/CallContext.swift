/// What a handler knows of a call.
public struct CallContext: Sendable {
  /// `/package.Service/Method`.
  public var path: String
  /// Metadata that is not the protocol's own.
  public var metadata: Metadata
  /// Nanoseconds that the caller gave the call; nil = it named no deadline.
  public var timeoutNanoseconds: UInt64?
  /// The other end's address.
  public var peer: String
  /// Who the other end is, by its certificate; nil where it showed none.
  public var clientIdentity: ClientIdentity?
  /// The caller's place in a trace; nil where it sent none that is valid.
  public var traceParent: TraceParent?
  /// Number of the event loop that the call is on, from 0 to one less than the server's threads.
  public var eventLoop = 0
  /// Whom an interceptor found the caller to be; nil = nobody looked.
  public var caller: (any Sendable)?
}

/// Who a client is, by a certificate that one of the server's client authorities signed.
public struct ClientIdentity: Sendable, Hashable {
  /// The subject's distinguished name: `CN=ehr-gateway,O=Changzheng Hospital` (RFC 4514).
  public var subject: String
  /// Its other names that are URIs: `spiffe://hospital/ehr`.
  public var uris: [String]
  /// Its names in the DNS.
  public var dnsNames: [String]

  /// Creates an identity.
  public init(subject: String, uris: [String] = [], dnsNames: [String] = []) {
    self.subject = subject
    self.uris = uris
    self.dnsNames = dnsNames
  }
}
