/// When a call that failed is made again (gRFC A6). A call is made again only while nothing of an answer
/// has come, and only within its deadline.
public struct RetryPolicy: Sendable, Hashable {
  /// Attempts in all: 2 to 5.
  public var maximumAttempts: Int
  /// Milliseconds until the second attempt, on average.
  public var initialBackoffMilliseconds: UInt64
  /// Milliseconds that the wait does not exceed.
  public var maximumBackoffMilliseconds: UInt64
  /// What each further attempt multiplies the wait with.
  public var backoffMultiplier: Double
  /// The codes after which it is made again.
  public var retryableCodes: Set<StatusCode>

  /// Creates a policy; attempts outside 2 to 5 are brought within.
  public init(
    maximumAttempts: Int = 5, initialBackoffMilliseconds: UInt64 = 100,
    maximumBackoffMilliseconds: UInt64 = 2_000, backoffMultiplier: Double = 2,
    retryableCodes: Set<StatusCode> = [.unavailable]
  ) {
    self.maximumAttempts = min(max(maximumAttempts, 2), 5)
    self.initialBackoffMilliseconds = initialBackoffMilliseconds
    self.maximumBackoffMilliseconds = maximumBackoffMilliseconds
    self.backoffMultiplier = backoffMultiplier
    self.retryableCodes = retryableCodes
  }

  /// Nanoseconds to wait before an attempt, from 1 on for the second.
  ///
  /// - Parameter random: from 0 up to 1; the wait is between 0.8 and 1.2 of what is meant (gRFC A6).
  func delay(beforeRetry number: Int, random: Double) -> UInt64 {
    var milliseconds = Double(initialBackoffMilliseconds)
    for _ in 1..<max(1, number) { milliseconds *= backoffMultiplier }
    milliseconds = min(milliseconds, Double(maximumBackoffMilliseconds))
    return UInt64(max(0, milliseconds * (0.8 + 0.4 * random)) * 1_000_000)
  }
}

/// What a client does by default for the calls of a method.
public struct MethodConfiguration: Sendable, Hashable {
  /// Milliseconds until the deadline of a call that names none; nil = it has none.
  public var timeoutMilliseconds: UInt64?
  /// Whether a call waits where no server can be reached, instead of failing.
  public var waitsForReady: Bool
  /// When a failed call is made again; nil = only where the server has certainly not seen it.
  public var retry: RetryPolicy?

  /// Creates a configuration.
  public init(
    timeoutMilliseconds: UInt64? = nil, waitsForReady: Bool = false, retry: RetryPolicy? = nil
  ) {
    self.timeoutMilliseconds = timeoutMilliseconds
    self.waitsForReady = waitsForReady
    self.retry = retry
  }
}

/// The configurations of methods, as gRPC's service config has them: the most exact one counts.
public struct ServiceConfiguration: Sendable, Hashable {
  /// By path: `/trialgate.v1.EligibilityService/Evaluate`.
  public var methods: [String: MethodConfiguration] = [:]
  /// By service: `trialgate.v1.EligibilityService`.
  public var services: [String: MethodConfiguration] = [:]
  /// For all others.
  public var others = MethodConfiguration()
  /// Retries that a client may have on credit; each failure that is retryable takes one, and each success
  /// gives back `retryTokenRatio`. Below half of it nothing is retried (gRFC A6).
  public var maximumRetryTokens = 100.0
  /// What a success gives back.
  public var retryTokenRatio = 0.1

  /// No method has a configuration of its own.
  public init() {}

  /// The configuration of a method.
  public func method(_ path: String) -> MethodConfiguration {
    if let method = methods[path] { return method }
    let parts = path.split(separator: "/", omittingEmptySubsequences: true)
    return parts.first.flatMap { services[String($0)] } ?? others
  }
}

/// The credit of retries of one client.
struct RetryThrottle {
  private let maximum: Double
  private let ratio: Double
  private var tokens: Double

  init(_ configuration: ServiceConfiguration) {
    maximum = max(0, configuration.maximumRetryTokens)
    ratio = max(0, configuration.retryTokenRatio)
    tokens = maximum
  }

  /// A call went well.
  mutating func succeeded() { tokens = min(maximum, tokens + ratio) }

  /// An attempt failed that might be retried, or was refused for good by the server.
  ///
  /// - Returns: whether it may be.
  mutating func failed() -> Bool {
    tokens = max(0, tokens - 1)
    return tokens > maximum / 2
  }
}
