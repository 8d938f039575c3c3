/// What a principal may be trusted with. One may have several roles; none contains another.
public enum Role: String, Sendable, Hashable, CaseIterable {
  /// Reads the configuration and its history.
  case viewer
  /// Asks for verdicts.
  case evaluator
  /// Writes drafts and keeps the cohorts' state.
  case editor
  /// Approves, activates and supersedes versions.
  case approver
  /// Keeps trials and sites.
  case administrator
}

/// Who calls.
public struct Principal: Sendable, Hashable {
  /// What the audit entries call it.
  public let name: String
  /// What it may be trusted with.
  public let roles: Set<Role>

  /// Creates a principal.
  public init(name: String, roles: Set<Role>) {
    self.name = name
    self.roles = roles
  }

  /// Whoever calls a server that listens on loopback alone and was given no principals.
  public static let local = Principal(name: "local", roles: Set(Role.allCases))
  /// Whoever calls a server that listens elsewhere and was given no principals: nothing is changed.
  public static let anonymous = Principal(name: "anonymous", roles: [.viewer, .evaluator])
  /// The author of what the program brings with it.
  public static let bundle = "system:bundle"
  /// The approver of what the program brings with it.
  public static let release = "system:release"

  /// Whether a text can name a principal: 1 to 64 letters, digits, `.`, `_`, `-`, `@`, `+`. Names with a colon
  /// are the program's own.
  public static func isName(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
          || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "._-@+".utf8.contains(byte)
      }
  }
}
