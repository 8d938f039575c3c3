internal import ArgumentParser
internal import CohortConfiguration
internal import Foundation
internal import MessageCoding
internal import RPC
internal import TrialGateServices

/// Which configuration a command works on: that of a server, or that of a data directory no server holds.
struct ConnectionOptions: ParsableArguments {
  @Option(help: "HOST:PORT of a server.")
  var server = "127.0.0.1:50051"

  @OptionGroup
  var encryption: ClientTLSOptions

  @OptionGroup
  var credentials: CredentialOptions

  @Option(
    name: .customLong("as"),
    help: "Who you are, for work on --data-dir without a server; the audit entries name you.")
  var principal: String?

  @Option(help: "Data directory to work on instead of a server; it needs --as.")
  var dataDir: String?

  @Option(help: "Id of the trial. Without it, the only one.")
  var trial: String?

  @Option(help: "Milliseconds that a call to a server may take.")
  var timeout: UInt64 = 10_000

  func validate() throws {
    guard (principal == nil) == (dataDir == nil) else {
      throw ValidationError("--as and --data-dir go together")
    }
    if let principal, !Principal.isName(principal) {
      throw ValidationError(
        "--as takes 1 to 64 letters, digits, '.', '_', '-', '@' or '+'")
    }
  }

  /// Works with the configuration, and lets it go afterwards.
  ///
  /// - Throws: exit code 1 with what was refused.
  @inline(never)
  func withClient(_ body: (ConfigurationClient) async throws -> Void) async throws {
    let client = try await client()
    do {
      try await body(client)
    } catch let status as RPCStatus {
      throw CommandFailure.report(status.description, code: 1)
    }
  }

  @inline(never)
  private func client() async throws -> ConfigurationClient {
    if let principal, let dataDir {
      let directory = try DataDirectory(path: dataDir)
      let service = try ConfigurationOpening.service(in: dataDir, nil)
      return ConfigurationClient(
        trial: trial, service: service,
        principal: Principal(name: principal, roles: Set(Role.allCases)), directory: directory)
    }
    do {
      var configuration = ClientConfiguration()
      configuration.maximumMessageBytes = 64 << 20
      configuration.tls = encryption.files
      let connection = try await GRPCClient.connect(to: server, configuration: configuration)
      return ConfigurationClient(
        trial: trial, connection: connection,
        options: CallOptions(timeoutMilliseconds: timeout, metadata: try credentials.metadata))
    } catch let status as RPCStatus {
      throw CommandFailure.report(status.description, code: 1)
    }
  }
}

/// Why a mutation is made.
struct MutationOptions: ParsableArguments {
  @Option(help: "Why. The audit entry keeps it.")
  var reason: String

  @Option(help: "A UUID by which a repetition within 24 hours is recognised.")
  var requestID: String?

  @Flag(help: "Say what would happen, and change nothing.")
  var dryRun = false

  /// The members that every mutation's request has.
  var members: [(String, DocumentNode)] {
    [
      ("reason", .text(reason)), ("request_id", .text(requestID ?? "")),
      ("validate_only", .truth(dryRun)),
    ]
  }

  /// Says that nothing was changed, where that is so.
  func conclude() {
    if dryRun { print("nothing was changed (--dry-run)") }
  }
}
