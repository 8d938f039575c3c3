/// Computes the SHA-256 of bytes as lower-case hex. It is passed in: this room holds no cryptography.
public typealias HashFunction = @Sendable (_ bytes: [UInt8]) -> String

/// What kind of thing a resource is.
public enum ResourceKind: String, Sendable, Hashable, CaseIterable {
  case trial
  case version
  case site
  case siteRevision = "site_revision"
  case activation
  case cohort
}

/// The name of a resource within the store. Names of different kinds never meet.
public struct ResourceKey: Sendable, Hashable, Comparable {
  /// The kind.
  public let kind: ResourceKind
  /// The whole name: `trials/nct06373081/versions/2024-04-17`.
  public let name: String

  /// Creates a key.
  public init(_ kind: ResourceKind, _ name: String) {
    self.kind = kind
    self.name = name
  }

  /// By kind, then by the bytes of the name.
  public static func < (first: ResourceKey, second: ResourceKey) -> Bool {
    if first.kind != second.kind { return first.kind.rawValue < second.kind.rawValue }
    return first.name.utf8.lexicographicallyPrecedes(second.name.utf8)
  }
}

/// A resource as a store keeps it: an opaque payload under a key.
///
/// A store gives back what it was given, byte for byte, and never looks into the payload.
public struct StoredResource: Sendable, Hashable {
  /// The key.
  public let key: ResourceKey
  /// 1 when it is created, one more with each change; at most 2^63-1.
  public let revision: Int64
  /// SHA-256 over key, revision and payload, lower-case hex.
  public let digest: String
  /// What it says, encoded.
  public let payload: [UInt8]

  /// Takes a resource as it was stored; `isIntact` says whether it is what was stored.
  public init(key: ResourceKey, revision: Int64, digest: String, payload: [UInt8]) {
    self.key = key
    self.revision = revision
    self.digest = digest
    self.payload = payload
  }

  /// Creates a resource with its digest.
  public init(key: ResourceKey, revision: Int64, payload: [UInt8], hash: HashFunction) {
    self.init(
      key: key, revision: revision,
      digest: Self.digest(of: payload, key: key, revision: revision, hash), payload: payload)
  }

  /// What a client must show to change the resource: a quoted text that differs with each revision.
  public var etag: String { "\"\(revision)-\(digest.prefix(16))\"" }

  /// Whether the digest belongs to key, revision and payload. Every reader of a store asks it.
  public func isIntact(_ hash: HashFunction) -> Bool {
    digest == Self.digest(of: payload, key: key, revision: revision, hash)
  }

  private static func digest(
    of payload: [UInt8], key: ResourceKey, revision: Int64, _ hash: HashFunction
  ) -> String {
    // The lengths keep apart what two different keys and payloads would otherwise spell alike.
    let head =
      "trialgate.store.resource\n\(key.kind.rawValue)\n\(key.name.utf8.count) \(key.name)\n"
      + "\(revision)\n\(payload.count)\n"
    return hash(Array(head.utf8) + payload)
  }
}
