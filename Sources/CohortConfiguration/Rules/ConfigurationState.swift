internal import EligibilityCore

/// The configuration at one moment, read from a store. A value: a change makes a new one.
public struct ConfigurationState: Sendable {
  /// The trials, by name.
  public internal(set) var trials: [String: Held<TrialRecord>] = [:]
  /// The protocol versions, by name.
  public internal(set) var versions: [String: Held<VersionRecord>] = [:]
  /// The sites, by name.
  public internal(set) var sites: [String: Held<SiteRecord>] = [:]
  /// The revisions of sites, by name.
  public internal(set) var siteRevisions: [String: Held<SiteRevisionRecord>] = [:]
  /// The activations, by name.
  public internal(set) var activations: [String: Held<ActivationRecord>] = [:]
  /// The cohorts, by name.
  public internal(set) var cohorts: [String: Held<CohortRecord>] = [:]
  /// The end of the audit chain.
  public internal(set) var head: AuditHead

  /// Nothing.
  public init() {
    head = .none
  }

  /// Reads what a store holds.
  ///
  /// - Throws: `corrupt` for a resource that is not what was written.
  public init(_ snapshot: StoreSnapshot, hash: HashFunction) throws(StoreError) {
    head = snapshot.head
    for stored in snapshot.resources {
      let isRead =
        stored.isIntact(hash)
        && {
          switch stored.key.kind {
          case .trial: Self.add(stored, to: &trials)
          case .version: Self.add(stored, to: &versions)
          case .site: Self.add(stored, to: &sites)
          case .siteRevision: Self.add(stored, to: &siteRevisions)
          case .activation: Self.add(stored, to: &activations)
          case .cohort: Self.add(stored, to: &cohorts)
          }
        }()
      if !isRead { throw .corrupt(place: "\(stored.key.kind.rawValue) '\(stored.key.name)'") }
    }
    try verifyDigests(hash)
  }

  private static func add<Resource>(
    _ stored: StoredResource, to table: inout [String: Held<Resource>]
  ) -> Bool {
    guard let resource = Resource(payload: stored.payload), resource.name == stored.key.name else {
      return false
    }
    table[resource.name] = Held(resource, stored)
    return true
  }

  /// The digests that verdicts name, against what they are computed over.
  private func verifyDigests(_ hash: HashFunction) throws(StoreError) {
    for version in versions.values where version.resource.state != .draft {
      guard version.resource.definitionDigest == hash(version.resource.definition) else {
        throw .corrupt(place: "the definition of '\(version.resource.name)'")
      }
    }
    for revision in siteRevisions.values.map(\.resource) {
      guard
        revision.contentDigest
          == SiteRevisionRecord.digest(of: revision.content, site: revision.site, hash)
      else { throw .corrupt(place: "the content of '\(revision.name)'") }
    }
  }

  // MARK: Finding

  /// The trial of an id.
  public func trial(_ id: String) throws(ConfigurationRefusal) -> Held<TrialRecord> {
    try find(ResourceName.trial(id), in: trials)
  }

  /// A resource by its name.
  ///
  /// - Throws: NOT_FOUND of its kind.
  public func find<Resource>(
    _ name: String, in table: [String: Held<Resource>]
  ) throws(ConfigurationRefusal) -> Held<Resource> {
    guard let found = table[name] else { throw .notFound(Resource.kind) }
    return found
  }

  /// The resources of a trial, in the order in which they were created.
  public func versions(of trial: String) -> [Held<VersionRecord>] {
    versions.values.filter { $0.resource.trial == trial }
      .sorted {
        ($0.resource.createTime, $0.resource.id) < ($1.resource.createTime, $1.resource.id)
      }
  }

  /// The activations of a trial, in ascending order of their first day; those of all sites first.
  public func activations(of trial: String) -> [Held<ActivationRecord>] {
    activations.values.filter { $0.resource.trial == trial }.sorted {
      let (first, second) = ($0.resource, $1.resource)
      return (first.firstDay, first.site, first.createTime, first.id)
        < (second.firstDay, second.site, second.createTime, second.id)
    }
  }

  /// The id of the activation that took an activation's place; empty where it stands.
  public func replacement(of activation: ActivationRecord) -> String {
    activations.values.first {
      $0.resource.trial == activation.trial && $0.resource.replaces == activation.id
    }?.resource.id ?? ""
  }
}

extension ActivationRecord {
  /// A number by which first days are ordered; nothing comes before "from the beginning".
  var firstDay: Int { effectiveFrom?.dayNumber ?? .min }
}
