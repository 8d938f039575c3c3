internal import ArgumentParser
internal import Foundation
internal import RPC

/// How connections to a server are encrypted.
struct ClientTLSOptions: ParsableArguments {
  @Flag(help: "Encrypt connections to the server, whose certificate the system must trust.")
  var tls = false

  @Option(help: "Authorities in PEM of which the server must show a certificate; means --tls.")
  var serverCa: String?

  @Option(help: "Name that the server's certificate must have, instead of its host; means --tls.")
  var serverName: String?

  @Option(help: "Your certificate chain in PEM, with --client-key; means --tls.")
  var clientCert: String?

  @Option(help: "Private key of --client-cert in PEM.")
  var clientKey: String?

  func validate() throws {
    guard (clientCert == nil) == (clientKey == nil) else {
      throw ValidationError("--client-cert and --client-key go together")
    }
  }

  /// The files; nil where connections are not encrypted.
  var files: ClientTLS? {
    guard tls || serverCa != nil || serverName != nil || clientCert != nil else { return nil }
    return ClientTLS(
      authorityFile: serverCa, certificateFile: clientCert, keyFile: clientKey,
      serverName: serverName)
  }
}

/// By what a server knows who calls.
struct CredentialOptions: ParsableArguments {
  @Option(
    help: "File that holds your token. Without it, the token in the environment's TRIALGATE_TOKEN.")
  var token: String?

  /// The metadata that says who calls; none where there is no token.
  ///
  /// - Throws: an exit code where the file cannot be read.
  var metadata: Metadata {
    get throws {
      let text =
        try token.map { try InputFile.read($0, what: "a token") }
        ?? ProcessInfo.processInfo.environment["TRIALGATE_TOKEN"] ?? ""
      let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
      var metadata = Metadata()
      if !token.isEmpty { metadata.add("authorization", "Bearer \(token)") }
      return metadata
    }
  }
}
