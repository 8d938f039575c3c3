internal import ArgumentParser
internal import Logging
internal import RPC

/// The files of a server's TLS, and how their replacement is noticed.
struct TLSOptions: ParsableArguments {
  @Option(
    help: "Certificate chain in PEM; with --key, connections are encrypted (TLS 1.2 and 1.3).")
  var cert: String?

  @Option(help: "Private key of --cert in PEM.")
  var key: String?

  @Option(help: "Authorities in PEM of which clients must show a certificate.")
  var clientCa: String?

  @Option(
    help: """
      Seconds between looks at these files, which are read again when one was replaced; 0 = only at \
      SIGHUP.
      """)
  var tlsReloadInterval = 10

  func validate() throws {
    guard (cert == nil) == (key == nil), clientCa == nil || cert != nil else {
      throw ValidationError("TLS needs both --cert and --key; --client-ca is optional")
    }
    guard (0...86_400).contains(tlsReloadInterval) else {
      throw ValidationError("--tls-reload-interval must be 0 to 86400")
    }
  }

  /// The files; nil where none is given.
  var files: ServerTLS? {
    guard let cert, let key else { return nil }
    return ServerTLS(certificateFile: cert, keyFile: key, clientAuthorityFile: clientCa)
  }

  /// Looks at the files from time to time until the task is cancelled.
  func watch(_ server: GRPCServer, _ logger: Logger) async {
    guard cert != nil, tlsReloadInterval > 0 else { return }
    while (try? await Task.sleep(for: .seconds(tlsReloadInterval))) != nil {
      Self.reload(server, always: false, logger)
    }
  }

  /// Reads the files again; where they cannot be used, those that were read before stay in use.
  static func reload(_ server: GRPCServer, always: Bool, _ logger: Logger) {
    do {
      if try server.reloadCertificates(always: always) { logger.info("certificates reloaded") }
    } catch {
      logger.warning(
        "certificates not reloaded; those before stay in use", metadata: ["error": "\(error)"])
    }
  }
}
