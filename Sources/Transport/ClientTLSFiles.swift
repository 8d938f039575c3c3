internal import NIOSSL

/// The TLS of a client. TLS 1.2 and 1.3 are spoken, and HTTP/2 alone is agreed on by ALPN.
package struct ClientTLSFiles: Sendable, Hashable {
  /// Authorities of which the server must show a certificate (PEM); nil = those that the system trusts.
  package var authorities: String?
  /// The client's certificate, followed by those that lead to an authority; nil = it shows none.
  package var certificateChain: String?
  /// The key of that certificate.
  package var privateKey: String?
  /// The name that the server's certificate must have; nil = its address must be in it.
  package var serverName: String?

  package init(
    authorities: String? = nil, certificateChain: String? = nil, privateKey: String? = nil,
    serverName: String? = nil
  ) {
    self.authorities = authorities
    self.certificateChain = certificateChain
    self.privateKey = privateKey
    self.serverName = serverName
  }

  /// Reads the files.
  ///
  /// - Throws: `TransportError` that names every file at fault.
  func context() throws(TransportError) -> NIOSSLContext {
    var faults: [String] = []
    func read<Content>(_ file: String, _ what: String, _ body: () throws -> Content) -> Content? {
      do {
        return try body()
      } catch {
        faults.append("cannot read the \(what) '\(file)'; give a readable file in PEM (\(error))")
        return nil
      }
    }
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = [TLSFiles.applicationProtocol]
    if let authorities {
      let found = read(authorities, "server authority") {
        try TLSFiles.certificates(in: authorities)
      }
      configuration.trustRoots = .certificates(found ?? [])
    }
    if let certificateChain, let privateKey {
      let chain = read(certificateChain, "certificate") {
        try TLSFiles.certificates(in: certificateChain)
      }
      let key = read(privateKey, "private key") {
        try NIOSSLPrivateKey(file: privateKey, format: .pem)
      }
      configuration.certificateChain = (chain ?? []).map { .certificate($0) }
      configuration.privateKey = key.map { .privateKey($0) }
    } else if certificateChain != nil || privateKey != nil {
      faults.append("a client certificate needs both its chain and its key; give both files")
    }
    guard faults.isEmpty else {
      throw TransportError(description: faults.joined(separator: "; "))
    }
    do {
      return try NIOSSLContext(configuration: configuration)
    } catch {
      throw TransportError(
        description: "the key '\(privateKey ?? "")' does not belong to the certificate "
          + "'\(certificateChain ?? "")', or one of them cannot be used (\(error))")
    }
  }
}
