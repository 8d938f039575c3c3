internal import NIOCore
internal import NIOSSL
internal import SwiftASN1
internal import X509

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
  /// - Throws: `TransportError` that names every file at fault.
  func context() throws(TransportError) -> NIOSSLContext {
    var faults: [String] = []
    let chain = read(certificateChain, "certificate", &faults) {
      try Self.certificates(in: certificateChain)
    }
    if let chain, let fault = Self.break(in: chain) {
      faults.append("'\(certificateChain)' is no chain: \(fault)")
    }
    let key = read(privateKey, "private key", &faults) {
      try NIOSSLPrivateKey(file: privateKey, format: .pem)
    }
    let authorities = clientAuthorities.flatMap { file in
      read(file, "client authority", &faults) { try Self.certificates(in: file) }
    }
    guard faults.isEmpty, let chain, let key else {
      throw TransportError(description: faults.joined(separator: "; "))
    }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = [Self.applicationProtocol]
    if let authorities {
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

  /// Why certificates do not each vouch for the one before; nil where they do. A client that is shown such
  /// a chain refuses it, and only the client knows why.
  private static func `break`(in chain: [NIOSSLCertificate]) -> String? {
    let chain = chain.compactMap { certificate in
      (try? certificate.toDERBytes()).flatMap { try? Certificate(derEncoded: $0) }
    }
    for (index, (certificate, issuer)) in zip(chain, chain.dropFirst()).enumerated() {
      guard certificate.issuer == issuer.subject,
        issuer.publicKey.isValidSignature(certificate.signature, for: certificate)
      else {
        return "certificate \(index + 1) is signed by '\(certificate.issuer)', and number "
          + "\(index + 2) is not that authority's; give the server's first, then each one's issuer"
      }
    }
    return nil
  }

  static func certificates(in file: String) throws -> [NIOSSLCertificate] {
    let found = try NIOSSLCertificate.fromPEMFile(file)
    guard !found.isEmpty else { throw TransportError(description: "it holds no certificate") }
    return found
  }

  private func read<Content>(
    _ file: String, _ what: String, _ faults: inout [String], _ body: () throws -> Content
  ) -> Content? {
    do {
      return try body()
    } catch {
      faults.append("cannot read the \(what) '\(file)'; give a readable file in PEM (\(error))")
      return nil
    }
  }
}
