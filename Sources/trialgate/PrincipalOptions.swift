internal import ArgumentParser
internal import CohortConfiguration
internal import Logging
internal import TrialGateServices

/// Who may call a server.
struct PrincipalOptions: ParsableArguments {
  @Option(
    help: """
      File of tokens: lines NAME ROLE[,ROLE] SHA-256-OF-TOKEN in hex. Roles are viewer, evaluator, editor, approver, \
      administrator. Callers send metadata `authorization: Bearer TOKEN`.
      """)
  var tokenFile: String?

  @Option(
    help: "File of certificate subjects: lines NAME ROLE[,ROLE] SUBJECT. It needs --client-ca.")
  var principals: String?

  /// The principals. Where none are named, everyone is one principal: on loopback one that may do everything, elsewhere
  /// one that may read and ask for verdicts.
  ///
  /// - Throws: an exit code where a file cannot be read or says something wrong.
  func directory(listeningAt address: String, _ logger: Logger) throws -> PrincipalDirectory {
    guard tokenFile != nil || principals != nil else {
      let isLocal = Self.isLoopback(address)
      let everyone = isLocal ? Principal.local : Principal.anonymous
      logger.notice(
        isLocal
          ? "no principals are named: whoever calls is one principal with every role"
          : "no principals are named: whoever calls may read and ask for verdicts, and change nothing",
        metadata: [
          "principal": "\(everyone.name)",
          "roles":
            "\(Role.allCases.filter { everyone.roles.contains($0) }.map(\.rawValue).joined(separator: ","))",
        ])
      return PrincipalDirectory(everyone: everyone)
    }
    let tokens = try tokenFile.map { try InputFile.read($0, what: "a token file") }
    let subjects = try principals.map { try InputFile.read($0, what: "a principals file") }
    do {
      return try PrincipalDirectory(tokens: tokens, subjects: subjects)
    } catch {
      throw CommandFailure.report("\(error)", code: 65)
    }
  }

  /// Whether an address is reached from this machine alone.
  static func isLoopback(_ address: String) -> Bool {
    if address.hasPrefix("unix:") { return true }
    let host = address.split(separator: ":").dropLast().joined(separator: ":")
    return host == "localhost" || host == "[::1]" || host.hasPrefix("127.")
  }
}
