internal import NIOSSL
internal import SwiftASN1
internal import X509

/// Who the other end of a connection is, by the certificate that it showed and an authority of this server
/// signed.
package struct PeerIdentity: Sendable, Hashable {
  /// The subject's distinguished name: `CN=ehr-gateway,O=Changzheng Hospital` (RFC 4514).
  package var subject: String
  /// Its other names that are URIs, as a mesh gives them: `spiffe://hospital/ehr`.
  package var uris: [String]
  /// Its names in the DNS.
  package var dnsNames: [String]

  package init(subject: String, uris: [String] = [], dnsNames: [String] = []) {
    self.subject = subject
    self.uris = uris
    self.dnsNames = dnsNames
  }

  /// The names in a certificate; nil where they cannot be read.
  init?(_ certificate: NIOSSLCertificate) {
    guard let bytes = try? certificate.toDERBytes(),
      let certificate = try? Certificate(derEncoded: bytes)
    else { return nil }
    subject = certificate.subject.description
    uris = []
    dnsNames = []
    for name in (try? certificate.extensions.subjectAlternativeNames) ?? SubjectAlternativeNames() {
      switch name {
      case .uniformResourceIdentifier(let uri): uris.append(uri)
      case .dnsName(let name): dnsNames.append(name)
      default: break
      }
    }
  }
}
