/// A trial that a program brings with it.
public struct BundledTrial: Sendable {
  /// Id of the trial.
  public var trial: String
  /// Id of the version.
  public var version: String
  /// The encoded definition.
  public var definition: [UInt8]
  /// What people call it.
  public var displayName: String
  /// The sites with their first revisions; an empty id is the site of requests that name none.
  public var sites: [(id: String, displayName: String, revision: SiteRevision)]

  /// Creates a trial.
  public init(
    trial: String, version: String, definition: [UInt8], displayName: String,
    sites: [(id: String, displayName: String, revision: SiteRevision)]
  ) {
    self.trial = trial
    self.version = version
    self.definition = definition
    self.displayName = displayName
    self.sites = sites
  }
}

extension ConfigurationChange {
  /// Begins the change with which an empty store is filled: written by `system:bundle`, approved by
  /// `system:release`.
  public static func bundling(time: Int64, hash: @escaping HashFunction) -> ConfigurationChange {
    ConfigurationChange(
      of: ConfigurationState(), action: "Bundle", principal: Principal.release, time: time,
      header: MutationHeader(reason: "what the program brings with it, at its first start"),
      hash: hash)
  }

  /// Adds a bundled trial: approved, and active at all sites without a start date.
  ///
  /// - Throws: `DEFINITION_INVALID` for a definition that does not compile.
  public mutating func add(
    _ bundled: BundledTrial, definitions: some DefinitionReading
  ) throws(ConfigurationRefusal) {
    let trial = bundled.trial
    put(TrialRecord(id: trial, displayName: bundled.displayName, time: time), in: \.trials)
    _ = try freeze(
      VersionRecord(
        trial: trial, id: bundled.version, definition: bundled.definition,
        author: Principal.bundle, time: time),
      definitions)
    for site in bundled.sites {
      let id = site.id.isEmpty ? SiteRecord.unnamed : site.id
      put(
        SiteRecord(trial: trial, id: id, displayName: site.displayName, time: time), in: \.sites)
      put(
        SiteRevisionRecord(
          trial: trial, site: id, content: site.revision, creator: principal, time: time,
          hash: hash),
        in: \.siteRevisions)
    }
    put(
      ActivationRecord(
        trial: trial, id: "built-in", version: bundled.version, site: "", effectiveFrom: nil,
        replaces: "", creator: principal, time: time),
      in: \.activations)
  }
}
