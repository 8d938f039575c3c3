/// Names of resources: `trials/nct06373081/sites/changzheng/revisions/2`. Ids are lower-case letters, digits,
/// `-`, `.` and `_`, begin and end with a letter or digit, and have at most 63 characters.
public enum ResourceName {
  /// `trials/{trial}`.
  public static func trial(_ trial: String) -> String { "trials/\(trial)" }
  /// `trials/{trial}/versions/{version}`.
  public static func version(_ trial: String, _ version: String) -> String {
    "trials/\(trial)/versions/\(version)"
  }
  /// `trials/{trial}/sites/{site}`.
  public static func site(_ trial: String, _ site: String) -> String {
    "trials/\(trial)/sites/\(site)"
  }
  /// `trials/{trial}/sites/{site}/revisions/{revision}`.
  public static func siteRevision(_ trial: String, _ site: String, _ revision: String) -> String {
    "trials/\(trial)/sites/\(site)/revisions/\(revision)"
  }
  /// `trials/{trial}/activations/{activation}`.
  public static func activation(_ trial: String, _ activation: String) -> String {
    "trials/\(trial)/activations/\(activation)"
  }
  /// `trials/{trial}/cohorts/{cohort}`.
  public static func cohort(_ trial: String, _ cohort: String) -> String {
    "trials/\(trial)/cohorts/\(cohort)"
  }

  /// How many characters an id has at most.
  public static let maximumIDLength = 63

  /// Whether a text is an id.
  public static func isID(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    func isAlphanumeric(_ byte: UInt8) -> Bool {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
    guard let first = bytes.first, let last = bytes.last, bytes.count <= maximumIDLength else {
      return false
    }
    return isAlphanumeric(first) && isAlphanumeric(last)
      && bytes.allSatisfy { isAlphanumeric($0) || "-._".utf8.contains($0) }
  }

  /// The ids of a name: those between the collections of a pattern such as `["trials", "sites"]`.
  ///
  /// - Returns: nil where the name is of another form.
  public static func ids(_ name: String, _ collections: [String]) -> [String]? {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == collections.count * 2 else { return nil }
    var ids: [String] = []
    for (index, collection) in collections.enumerated() {
      guard parts[index * 2] == collection, isID(parts[index * 2 + 1]) else { return nil }
      ids.append(parts[index * 2 + 1])
    }
    return ids
  }
}

extension ResourceKind {
  /// The collections of a name of this kind.
  public var collections: [String] {
    switch self {
    case .trial: ["trials"]
    case .version: ["trials", "versions"]
    case .site: ["trials", "sites"]
    case .siteRevision: ["trials", "sites", "revisions"]
    case .activation: ["trials", "activations"]
    case .cohort: ["trials", "cohorts"]
    }
  }

  /// The form of a name, for messages: `trials/{trial}/cohorts/{cohort}`.
  public var pattern: String {
    collections.map { "\($0)/{\($0.dropLast())}" }.joined(separator: "/")
  }

  /// The form of the name of what holds resources of this kind; empty for trials.
  public var parentPattern: String {
    collections.dropLast().map { "\($0)/{\($0.dropLast())}" }.joined(separator: "/")
  }
}
