/// How a unary call ends.
public struct UnaryReply: Sendable {
  /// The answer, or how the call failed.
  public var result: Result<ResponseMessage, RPCStatus>
  /// Metadata in front of the answer.
  public var initialMetadata = Metadata()
  /// Metadata behind it.
  public var trailingMetadata = Metadata()

  /// Creates a reply.
  public init(_ result: Result<ResponseMessage, RPCStatus>) {
    self.result = result
  }

  /// An answer.
  public static func message(_ message: ResponseMessage) -> UnaryReply {
    UnaryReply(.success(message))
  }

  /// A failure.
  public static func failure(_ status: RPCStatus) -> UnaryReply {
    UnaryReply(.failure(status))
  }
}

/// Handles a unary call on the connection's event loop; it must neither block nor wait.
public typealias UnaryHandler =
  @Sendable (_ request: Span<UInt8>, _ context: CallContext) -> UnaryReply

/// How many messages the two sides of a call send.
public enum MethodShape: Sendable, Hashable {
  case unary
  case clientStreaming
  case serverStreaming
  case bidirectional

  /// Whether the client sends any number of messages, not one.
  public var clientStreams: Bool { self == .clientStreaming || self == .bidirectional }
  /// Whether the server sends any number of messages, not one.
  public var serverStreams: Bool { self == .serverStreaming || self == .bidirectional }
}

/// Stands in front of all methods of a server, on the connection's event loop; it must neither block nor
/// wait. For each call that is not refused before it, `callStarted` comes once, and `callEnded` once.
public protocol ServerInterceptor: Sendable {
  /// A call begins. A status refuses it; the context may be changed for those that come after.
  func callStarted(_ context: inout CallContext) -> RPCStatus?
  /// A call that began here has ended.
  func callEnded(_ context: CallContext, _ code: StatusCode, nanoseconds: UInt64)
}

/// The methods of a server, by path.
public struct ServiceRouter: Sendable {
  struct Method: Sendable {
    enum Handler: Sendable {
      case unary(UnaryHandler)
      case listener(@Sendable (ServerCall) -> any ServerCallListener)
    }

    var path: String
    var shape: MethodShape
    var handler: Handler
    /// Whether it is answered however much there is to do.
    var isEssential: Bool
  }

  private(set) var methods: [String: Method] = [:]
  private(set) var interceptors: [any ServerInterceptor] = []
  private(set) var pages: [String: @Sendable () -> String] = [:]
  /// The names of the services, in the order in which they were added.
  public private(set) var services: [String] = []

  /// Creates a router without methods.
  public init() {}

  /// Adds a unary method that answers at once: `trialgate.v1.EligibilityService`, `Evaluate`.
  ///
  /// - Parameter isEssential: whether it is answered however much the server has to do.
  public mutating func unary(
    service: String, method: String, isEssential: Bool = false, _ handler: @escaping UnaryHandler
  ) {
    add(service, method, .unary, .unary(handler), isEssential)
  }

  /// Adds a method of any shape, whose calls are each handled by a listener of their own.
  ///
  /// - Parameter isEssential: whether it is answered however much the server has to do.
  public mutating func method(
    service: String, method: String, _ shape: MethodShape, isEssential: Bool = false,
    _ makeListener: @escaping @Sendable (ServerCall) -> any ServerCallListener
  ) {
    add(service, method, shape, .listener(makeListener), isEssential)
  }

  /// Adds an interceptor behind those that are there.
  public mutating func intercept(_ interceptor: any ServerInterceptor) {
    interceptors.append(interceptor)
  }

  /// Adds a page of plain text for `GET`: `/healthz`.
  public mutating func page(_ path: String, _ text: @escaping @Sendable () -> String) {
    pages[path] = text
  }

  private mutating func add(
    _ service: String, _ method: String, _ shape: MethodShape, _ handler: Method.Handler,
    _ isEssential: Bool
  ) {
    if !services.contains(service) { services.append(service) }
    let path = "/\(service)/\(method)"
    methods[path] = Method(
      path: path, shape: shape, handler: handler, isEssential: isEssential)
  }
}
