/// Why a socket could not be opened.
package struct TransportError: Error, Sendable, CustomStringConvertible {
  /// One sentence that says what to do.
  package var description: String
}

/// A place to listen at or to connect to: `HOST:PORT`, with an IPv6 address in brackets.
package struct Endpoint: Sendable, Hashable, CustomStringConvertible {
  package var host: String
  /// 0 to 65535; 0 lets the system choose when listening.
  package var port: Int

  package init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Parses `HOST:PORT`.
  package init(parsing text: String) throws(TransportError) {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (0...65_535).contains(port)
    else {
      throw TransportError(
        description: "'\(text)' is no HOST:PORT; write for example 127.0.0.1:50051")
    }
    var host = String(text[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    guard !host.isEmpty else {
      throw TransportError(
        description: "'\(text)' names no host; write for example 127.0.0.1:50051")
    }
    self.init(host: host, port: port)
  }

  package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
