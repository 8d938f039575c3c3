/// What a handler knows of a call.
public struct CallContext: Sendable {
  /// `/package.Service/Method`.
  public var path: String
  /// Metadata that is not the protocol's own.
  public var metadata: Metadata
  /// The other end's address.
  public var peer: String
  /// The caller's place in a trace; nil where it sent none that is valid.
  public var traceParent: TraceParent?
  /// Whom an interceptor found the caller to be; nil = nobody looked.
  public var caller: (any Sendable)?
}
