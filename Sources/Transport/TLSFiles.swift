internal import NIOCore
internal import NIOSSL

/// The files of a server's TLS (PEM). TLS 1.2 and 1.3 are spoken, and HTTP/2 alone is agreed on by ALPN.
package struct TLSFiles: Sendable, Hashable {
  /// The server's certificate, followed by those that lead to an authority.
  package var certificateChain: String
  /// The key of that certificate.
  package var privateKey: String
  /// Authorities of which a client must show a certificate; nil = clients show none.
  package var clientAuthorities: String?

  package init(certificateChain: String, privateKey: String, clientAuthorities: String? = nil) {
    self.certificateChain = certificateChain
    self.privateKey = privateKey
    self.clientAuthorities = clientAuthorities
  }

  /// What ALPN must agree on (RFC 9113, 3.2).
  static let applicationProtocol = "h2"

  /// Reads the files.
  ///
  /// - Throws: `TransportError` that names the file at fault.
  func context() throws(TransportError) -> NIOSSLContext {
    let chain = try Self.read(certificateChain, "certificate") {
      try NIOSSLCertificate.fromPEMFile(certificateChain)
    }
    guard !chain.isEmpty else {
      throw TransportError(
        description: "'\(certificateChain)' holds no certificate; give a chain in PEM")
    }
    let key = try Self.read(privateKey, "private key") {
      try NIOSSLPrivateKey(file: privateKey, format: .pem)
    }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = [Self.applicationProtocol]
    if let clientAuthorities {
      let authorities = try Self.read(clientAuthorities, "client authority") {
        try NIOSSLCertificate.fromPEMFile(clientAuthorities)
      }
      guard !authorities.isEmpty else {
        throw TransportError(
          description: "'\(clientAuthorities)' holds no certificate; give authorities in PEM")
      }
      configuration.trustRoots = .certificates(authorities)
      configuration.certificateVerification = .noHostnameVerification
    }
    do {
      return try NIOSSLContext(configuration: configuration)
    } catch {
      throw TransportError(
        description: "the key '\(privateKey)' does not belong to the certificate "
          + "'\(certificateChain)', or one of them cannot be used (\(error))")
    }
  }

  private static func read<Content>(
    _ file: String, _ what: String, _ body: () throws -> Content
  ) throws(TransportError) -> Content {
    do {
      return try body()
    } catch {
      throw TransportError(
        description: "cannot read the \(what) '\(file)'; give a readable file in PEM (\(error))")
    }
  }
}
