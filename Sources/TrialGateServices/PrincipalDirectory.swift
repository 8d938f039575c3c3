public import CohortConfiguration
internal import Crypto

/// Who may call a server, and how they are recognised: by a token, of which only the hash is kept, or by the
/// subject of the certificate that they show.
public struct PrincipalDirectory: Sendable {
  private struct Token: Sendable {
    var hash: [UInt8]
    var principal: Principal
  }

  private var tokens: [Token] = []
  private var subjects: [String: Principal] = [:]
  /// Whoever calls, where nobody is named.
  private let everyone: Principal?

  /// Everyone who calls is one principal.
  public init(everyone: Principal) {
    self.everyone = everyone
  }

  /// Reads who may call.
  ///
  /// - Parameters:
  ///   - tokens: the text of a token file: lines `NAME ROLE[,ROLE…] SHA-256-OF-TOKEN`; nil = there is none.
  ///   - subjects: the text of a file of subjects: lines `NAME ROLE[,ROLE…] SUBJECT`; nil = there is none.
  ///   Empty lines and those that begin with `#` say nothing.
  /// - Throws: `PrincipalFileError` with every line that is wrong.
  public init(tokens: String?, subjects: String?) throws(PrincipalFileError) {
    everyone = nil
    var faults: [String] = []
    var known: [String: Principal] = [:]
    for entry in Self.entries(tokens, "token file", &known, &faults) {
      guard let hash = Hexadecimal.bytes(entry.rest.lowercased()), hash.count == 32 else {
        faults.append("\(entry.place): end it with the SHA-256 of the token, 64 hex digits")
        continue
      }
      if self.tokens.contains(where: { $0.hash == hash }) {
        faults.append("\(entry.place): another line has this token; give each its own")
        continue
      }
      self.tokens.append(Token(hash: hash, principal: entry.principal))
    }
    for entry in Self.entries(subjects, "principals file", &known, &faults) {
      if self.subjects.updateValue(entry.principal, forKey: entry.rest) != nil {
        faults.append("\(entry.place): another line has this subject")
      }
    }
    if self.tokens.isEmpty, self.subjects.isEmpty, faults.isEmpty {
      faults.append("no principal is named; write lines such as `ann editor,viewer …`")
    }
    if !faults.isEmpty { throw PrincipalFileError(faults: faults) }
  }

  private static func entries(
    _ text: String?, _ file: String, _ known: inout [String: Principal], _ faults: inout [String]
  ) -> [(principal: Principal, rest: String, place: String)] {
    var entries: [(Principal, String, String)] = []
    let lines = (text ?? "").split(omittingEmptySubsequences: false) { $0.isNewline }
    for (index, line) in lines.enumerated() {
      let place = "\(file), line \(index + 1)"
      let parts = line.split(maxSplits: 2) { $0 == " " || $0 == "\t" }.map(String.init)
      guard let name = parts.first, !name.hasPrefix("#") else { continue }
      let rest = parts.count == 3 ? trimmed(parts[2]) : ""
      guard !rest.isEmpty else {
        faults.append("\(place): write NAME ROLE[,ROLE…] and how it is recognised")
        continue
      }
      let roleNames = parts[1].split(separator: ",", omittingEmptySubsequences: false)
      let roles = roleNames.compactMap { Role(rawValue: String($0)) }
      if !Principal.isName(name) {
        faults.append(
          "\(place): a name has 1 to 64 letters, digits, '.', '_', '-', '@' or '+'")
      }
      if roles.count != roleNames.count {
        let all = Role.allCases.map(\.rawValue).joined(separator: ", ")
        faults.append("\(place): a role is one of \(all)")
      }
      let principal = Principal(name: name, roles: Set(roles))
      if let other = known[name], other != principal {
        faults.append("\(place): another line gives '\(name)' other roles")
      }
      known[name] = principal
      entries.append((principal, rest, place))
    }
    return entries
  }

  private static func trimmed(_ text: String) -> String {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    var rest = text.drop(while: isBlank)
    while rest.last.map(isBlank) ?? false { rest.removeLast() }
    return String(rest)
  }

  /// Who calls.
  ///
  /// - Parameters:
  ///   - authorization: the values of that metadata.
  ///   - peerSubject: the subject of the certificate that the caller showed and that was verified.
  /// - Throws: `CREDENTIALS_REQUIRED` or `CREDENTIALS_INVALID`.
  public func principal(
    authorization: @autoclosure () -> [String], peerSubject: String?
  ) throws(ConfigurationRefusal) -> Principal {
    if let everyone { return everyone }
    let authorization = authorization()
    guard let value = authorization.first else {
      guard let peerSubject else { throw Self.required }
      guard let principal = subjects[peerSubject] else { throw Self.invalid }
      return principal
    }
    let scheme = "bearer "
    guard authorization.count == 1, value.lowercased().hasPrefix(scheme),
      let principal = principal(token: Self.trimmed(String(value.dropFirst(scheme.count))))
    else { throw Self.invalid }
    return principal
  }

  /// Every hash is compared, whole, so that the time says nothing of which one it was.
  private func principal(token: String) -> Principal? {
    let hash = Array(SHA256.hash(data: Array(token.utf8)))
    var found: Principal?
    for token in tokens where ConstantTime.areEqual(token.hash, hash) { found = token.principal }
    return found
  }

  private static let required = ConfigurationRefusal(
    .credentialsRequired, "say who you are: metadata authorization with Bearer and a token")
  private static let invalid = ConfigurationRefusal(
    .credentialsInvalid, "nobody is known by these credentials; ask the administrator")
}

/// What is wrong with files of principals.
public struct PrincipalFileError: Error, Sendable, CustomStringConvertible {
  /// A line each; none of them holds a token or its hash.
  public let faults: [String]

  /// One fault a line.
  public var description: String { faults.joined(separator: "\n") }
}
