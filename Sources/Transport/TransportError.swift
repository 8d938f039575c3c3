internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// Why a socket could not be opened.
package struct TransportError: Error, Sendable, CustomStringConvertible {
  /// One sentence that says what to do.
  package var description: String

  /// What an error of a socket or of its TLS says, without the places in libraries that it names.
  static func words(for error: any Error) -> String {
    if let error = (error as? NIOConnectionError)?.connectionErrors.first {
      return words(for: error.error)
    }
    if let error = error as? IOError { return String(cString: strerror(error.errnoCode)) }
    if error is NIOSSLExtraError {
      return "TLS failed: the server's certificate has neither its address nor the name expected"
    }
    let text = "\(error)"
    // `...OPENSSL_internal:CERTIFICATE_VERIFY_FAILED at FILE:LINE]`
    let mark = "OPENSSL_internal:"
    guard let start = text.firstRange(of: mark)?.upperBound else { return text }
    let reason = text[start...].prefix { $0 != " " && $0 != "]" }
    return "TLS failed with \(reason); check the authorities and certificates of both sides"
  }
}

/// A place to listen at or to connect to: `HOST:PORT`, with an IPv6 address in brackets, or `unix:PATH`.
package enum Endpoint: Sendable, Hashable, CustomStringConvertible {
  /// A host and a port of 0 to 65535; 0 lets the system choose when listening.
  case tcp(host: String, port: Int)
  /// A Unix domain socket at a path of this machine.
  case unix(path: String)

  /// Bytes of a socket's path: what `sockaddr_un` holds on Linux, with its end.
  private static let maximumPathLength = 107

  /// Parses `HOST:PORT` or `unix:PATH`.
  package init(parsing text: String) throws(TransportError) {
    if text.hasPrefix("unix:") {
      let path = String(text.dropFirst("unix:".count))
      guard !path.isEmpty, path.utf8.count <= Self.maximumPathLength, !path.utf8.contains(0) else {
        throw TransportError(
          description: "'\(text)' is no unix:PATH; give a path of 1 to \(Self.maximumPathLength) "
            + "bytes, for example unix:/run/trialgate.sock")
      }
      self = .unix(path: path)
      return
    }
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
    self = .tcp(host: host, port: port)
  }

  package var description: String {
    switch self {
    case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .unix(let path): "unix:\(path)"
    }
  }

  /// The `:authority` of calls to it (RFC 9113, 8.3.1); a socket's path is none.
  package var authority: String {
    if case .unix = self { return "localhost" }
    return description
  }
}
