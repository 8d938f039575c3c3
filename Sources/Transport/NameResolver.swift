internal import Glibc
internal import NIOCore
internal import NIOPosix

/// Asks the system for the addresses of a name.
package enum NameResolver {
  /// Every address of an endpoint, in the system's order; itself where it needs no asking. `body` is called
  /// on another thread.
  package static func resolve(
    _ endpoint: Endpoint,
    _ body: @escaping @Sendable (Result<[Endpoint], TransportError>) -> Void
  ) {
    guard case .tcp(let host, let port) = endpoint, !isAddress(host) else {
      body(.success([endpoint]))
      return
    }
    NIOThreadPool.singleton.submit { state in
      guard case .active = state else {
        body(.failure(TransportError(description: "the process is about to end")))
        return
      }
      body(addresses(host, port))
    }
  }

  /// Whether a host is an address, IPv4 or IPv6, and no name.
  package static func isAddress(_ host: String) -> Bool {
    var four = in_addr()
    var six = in6_addr()
    return inet_pton(AF_INET, host, &four) == 1 || inet_pton(AF_INET6, host, &six) == 1
  }

  private static func addresses(_ host: String, _ port: Int) -> Result<[Endpoint], TransportError> {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var first: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, nil, &hints, &first)
    guard code == 0 else {
      let reason = String(cString: gai_strerror(code))
      return .failure(
        TransportError(description: "the name '\(host)' has no address that is known (\(reason))"))
    }
    defer { freeaddrinfo(first) }
    var found: [Endpoint] = []
    var next = first
    while let entry = next {
      next = entry.pointee.ai_next
      var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
      let length = entry.pointee.ai_addrlen
      guard
        getnameinfo(
          entry.pointee.ai_addr, length, &text, UInt32(text.count), nil, 0, NI_NUMERICHOST) == 0
      else { continue }
      let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      let address = Endpoint.tcp(host: String(decoding: bytes, as: UTF8.self), port: port)
      if !found.contains(address) { found.append(address) }
    }
    return found.isEmpty
      ? .failure(TransportError(description: "the name '\(host)' has no address")) : .success(found)
  }
}

extension Endpoint {
  /// Whether no name has to be asked for.
  package var isAddress: Bool {
    if case .tcp(let host, _) = self { return NameResolver.isAddress(host) }
    return true
  }

  /// The name that a certificate of it has; nil where its address must be in it.
  package var serverName: String? {
    if case .tcp(let host, _) = self, !NameResolver.isAddress(host) { return host }
    return nil
  }
}
