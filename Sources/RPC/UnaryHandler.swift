/// What a handler knows of a call.
public struct CallContext: Sendable {
  /// `/package.Service/Method`.
  public var path: String
  /// Metadata that is not the protocol's own: names in lower case, in the order of arrival. Values of
  /// names that end in `-bin` are still base64.
  public var metadata: [(name: String, value: String)]
  /// The other end's address.
  public var peer: String

  /// The first value of a name.
  public func value(of name: String) -> String? {
    metadata.first { $0.name == name }?.value
  }
}

/// A message to be sent, behind room for the prefix that frames it on the wire.
public struct ResponseMessage: Sendable {
  /// Bytes to leave free in front of the message.
  public static let prefixLength = 5

  var bytes: [UInt8]

  /// Takes bytes of which the first `prefixLength` are free.
  ///
  /// - Parameter bytes: at least `prefixLength` bytes; the rest is the message.
  public init(withPrefix bytes: [UInt8]) {
    self.bytes = bytes
    while self.bytes.count < Self.prefixLength { self.bytes.append(0) }
    let length = UInt32(clamping: self.bytes.count - Self.prefixLength)
    self.bytes[0] = 0
    for index in 0..<4 {
      self.bytes[1 + index] = UInt8(truncatingIfNeeded: length >> UInt32(24 - 8 * index))
    }
  }
}

/// How a unary call ends.
public enum UnaryReply: Sendable {
  case message(ResponseMessage)
  case failure(RPCStatus)
}

/// Handles a unary call on the connection's event loop; it must neither block nor wait.
public typealias UnaryHandler =
  @Sendable (_ request: Span<UInt8>, _ context: CallContext) -> UnaryReply

/// The methods of a server, by path.
public struct ServiceRouter: Sendable {
  private(set) var unaryMethods: [String: UnaryHandler] = [:]

  /// Creates a router without methods.
  public init() {}

  /// Adds a unary method: `trialgate.v1.EligibilityService`, `Evaluate`.
  public mutating func unary(
    service: String, method: String, _ handler: @escaping UnaryHandler
  ) {
    unaryMethods["/\(service)/\(method)"] = handler
  }
}
