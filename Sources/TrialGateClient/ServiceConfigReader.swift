public import MessageCoding
public import RPC

extension ClientConfiguration {
  /// Takes over a gRPC service config: deadlines, waiting and retries by method, the credit of retries, and the
  /// service whose health is looked at. What the config does not speak of stays as it is; methods that it names get
  /// exactly what it says of them. Members that are unknown here are passed over, as gRPC asks; hedging, and a balancing
  /// other than round robin, are refused.
  ///
  /// - Parameter text: the config as JSON or YAML, with `methodConfig`, `retryThrottling`, `healthCheckConfig` and
  ///   `loadBalancingConfig`.
  /// - Throws: `DocumentError` with every fault; the configuration is as it was then.
  public mutating func apply(serviceConfig text: String) throws(DocumentError) {
    var reader = ServiceConfigReader(self)
    try reader.read(text)
    self = reader.configuration
  }
}

/// Reads gRPC's service config (grpc.service_config.ServiceConfig as ProtoJSON; retries after gRFC A6).
struct ServiceConfigReader {
  private(set) var configuration: ClientConfiguration
  private var faults: [DocumentFault] = []
  private var seen: Set<String> = []

  init(_ configuration: ClientConfiguration) {
    self.configuration = configuration
  }

  mutating func read(_ text: String) throws(DocumentError) {
    let root = try DocumentParser.parse(text)
    guard case .object = root.value else {
      report(root, "", "write an object with methodConfig")
      throw DocumentError(faults: faults)
    }
    for (index, node) in (root.member("methodConfig")?.elements ?? []).enumerated() {
      method(node, "methodConfig[\(index)]")
    }
    if let node = root.member("retryThrottling") { throttling(node, "retryThrottling") }
    if let node = root.member("healthCheckConfig")?.member("serviceName") {
      configuration.healthService = node.text
    }
    if let node = root.member("loadBalancingConfig"),
      !node.elements.contains(where: { $0.member("round_robin") != nil })
    {
      report(node, "loadBalancingConfig", "calls go to all servers in turn; have round_robin in it")
    }
    guard faults.isEmpty else { throw DocumentError(faults: faults) }
  }

  private mutating func report(_ node: DocumentNode, _ path: String, _ message: String) {
    faults.append(
      DocumentFault(line: node.line, column: node.column, path: path, message: message))
  }

  private mutating func method(_ node: DocumentNode, _ path: String) {
    var method = MethodConfiguration()
    if let given = node.member("timeout") {
      method.timeoutMilliseconds = duration(given, "\(path).timeout")
    }
    if let given = node.member("waitForReady") { method.waitsForReady = given.text == "true" }
    if let given = node.member("retryPolicy") {
      method.retry = retry(given, "\(path).retryPolicy")
    }
    if let given = node.member("hedgingPolicy") {
      report(given, "\(path).hedgingPolicy", "this client does not hedge; use retryPolicy")
    }
    let names = node.member("name")?.elements ?? []
    if names.isEmpty { report(node, "\(path).name", "name the methods that it holds for") }
    for (index, name) in names.enumerated() {
      let place = "\(path).name[\(index)]"
      let service = name.member("service")?.text ?? ""
      let own = name.member("method")?.text ?? ""
      if service.isEmpty, !own.isEmpty {
        report(name, "\(place).method", "a method needs its service")
        continue
      }
      if !seen.insert("/\(service)/\(own)").inserted {
        report(name, place, "the same name stands in the config twice")
        continue
      }
      if service.isEmpty {
        configuration.services.others = method
      } else if own.isEmpty {
        // What is said of a service holds for its methods too, save those that are named themselves.
        configuration.services.services[service] = method
        for path in configuration.services.methods.keys
        where path.hasPrefix("/\(service)/") && !seen.contains(path) {
          configuration.services.methods[path] = nil
        }
      } else {
        configuration.services.methods["/\(service)/\(own)"] = method
      }
    }
  }

  private mutating func retry(_ node: DocumentNode, _ path: String) -> RetryPolicy? {
    let mark = faults.count
    let attempts = number(node, "maxAttempts", path) { $0 >= 2 && $0 == $0.rounded() }
    let multiplier = number(node, "backoffMultiplier", path) { $0 > 0 }
    let backoffs = ["initialBackoff", "maxBackoff"].map { name -> UInt64 in
      guard let given = node.member(name) else {
        report(node, "\(path).\(name)", "give a duration above zero, such as 0.1s")
        return 0
      }
      return duration(given, "\(path).\(name)") ?? 0
    }
    let codes = node.member("retryableStatusCodes")?.elements ?? []
    if codes.isEmpty {
      report(node, "\(path).retryableStatusCodes", "name at least one, such as UNAVAILABLE")
    }
    let known = codes.enumerated().compactMap { index, code -> StatusCode? in
      let text = (code.text ?? "").uppercased()
      let found = StatusCode.allCases.first { $0.name == text || String($0.rawValue) == text }
      if found == nil || found == .ok {
        report(
          code, "\(path).retryableStatusCodes[\(index)]",
          "use a code of a failure, such as UNAVAILABLE")
      }
      return found
    }
    guard faults.count == mark, let attempts, let multiplier else { return nil }
    return RetryPolicy(
      maximumAttempts: Int(min(attempts, 5)), initialBackoffMilliseconds: backoffs[0],
      maximumBackoffMilliseconds: backoffs[1], backoffMultiplier: multiplier,
      retryableCodes: Set(known))
  }

  private mutating func throttling(_ node: DocumentNode, _ path: String) {
    let tokens = number(node, "maxTokens", path) { $0 > 0 && $0 <= 1_000 && $0 == $0.rounded() }
    let ratio = number(node, "tokenRatio", path) { $0 > 0 }
    guard let tokens, let ratio else { return }
    configuration.services.maximumRetryTokens = tokens
    // Digits behind the third are passed over.
    configuration.services.retryTokenRatio = (ratio * 1_000).rounded(.down) / 1_000
  }

  private mutating func number(
    _ node: DocumentNode, _ name: String, _ path: String, _ isRight: (Double) -> Bool
  ) -> Double? {
    let given = node.member(name)
    if let value = given?.text.flatMap(Double.init), value.isFinite, isRight(value) { return value }
    let remedies = [
      "maxAttempts": "give a whole number of attempts, 2 or more",
      "backoffMultiplier": "give a number above zero",
      "maxTokens": "give a whole number from 1 to 1000", "tokenRatio": "give a number above zero",
    ]
    report(given ?? node, "\(path).\(name)", remedies[name] ?? "give a number")
    return nil
  }

  /// A protobuf duration above zero, `1.5s`, in milliseconds, at least 1; nil with a fault for anything else.
  private mutating func duration(_ node: DocumentNode, _ path: String) -> UInt64? {
    if let text = node.text, text.hasSuffix("s"), let seconds = Double(text.dropLast()),
      seconds > 0, seconds <= 315_576_000_000
    {
      return UInt64(max(1, (seconds * 1_000).rounded()))
    }
    report(node, path, "give a duration above zero, such as 0.1s")
    return nil
  }
}
