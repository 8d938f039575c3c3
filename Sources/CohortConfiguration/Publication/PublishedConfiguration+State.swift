internal import EligibilityCore

extension PublishedConfiguration {
  /// Compiles what a state says.
  ///
  /// - Parameters:
  ///   - state: the configuration as it is stored.
  ///   - earlier: versions that it compiled already are not compiled again.
  ///   - definitions: compiles the others.
  ///   - hash: computes SHA-256.
  /// - Throws: `DEFINITION_INVALID` where an approved version does not compile any more.
  public init(
    of state: ConfigurationState, after earlier: PublishedConfiguration?,
    definitions: some DefinitionReading, hash: HashFunction
  ) throws(ConfigurationRefusal) {
    var known: [String: CompiledProtocol] = [:]
    for program in earlier?.trials.flatMap(\.versions) ?? [] { known[program.digest] = program }
    var trials: [PublishedTrial] = []
    var encoded: [String: [UInt8]] = [:]
    for id in state.trials.values.map(\.resource.id).sorted() {
      var programs: [CompiledProtocol] = []
      for version in state.versions(of: id).map(\.resource) where version.state != .draft {
        if let program = known[version.definitionDigest] {
          programs.append(program)
        } else {
          programs.append(try Self.compile(version, definitions))
        }
        encoded[version.definitionDigest] = version.definition
      }
      trials.append(
        PublishedTrial(
          id: id, versions: programs, sites: Self.sites(state, trial: id),
          timeline: Timeline(state, trial: id), operations: TrialOperations(state, trial: id)))
    }
    self.init(
      revision: hash(Array(Self.canonicalText(state).utf8)), trials: trials, definitions: encoded)
  }

  private static func compile(
    _ version: VersionRecord, _ definitions: some DefinitionReading
  ) throws(ConfigurationRefusal) -> CompiledProtocol {
    do throws(ConfigurationRefusal) {
      return try definitions.compile(version.definition, digest: version.definitionDigest)
    } catch {
      throw ConfigurationRefusal(
        .definitionInvalid,
        "'\(version.name)' was approved by an earlier program and does not compile; "
          + "run that program")
    }
  }

  private static func sites(_ state: ConfigurationState, trial: String) -> [Site] {
    let revisions = state.siteRevisions.values.map(\.resource).filter { $0.trial == trial }
    return state.sites.values.map(\.resource).filter { $0.trial == trial }
      // The one that has no name comes last, as it does where sites are listed.
      .sorted { ($0.publishedID.isEmpty ? 1 : 0, $0.id) < ($1.publishedID.isEmpty ? 1 : 0, $1.id) }
      .map { site in
        Site(
          id: site.publishedID,
          published: revisions.filter { $0.site == site.id }.map {
            Site.Published(revision: $0.content, digest: $0.contentDigest)
          })
      }
  }

  /// What the configuration's revision is computed over: everything that can change an answer, a line each.
  private static func canonicalText(_ state: ConfigurationState) -> String {
    var lines: [String] = []
    for version in state.versions.values.map(\.resource) where version.state != .draft {
      lines.append("version=\(version.name) \(version.definitionDigest)")
    }
    for site in state.sites.values.map(\.resource) {
      lines.append("site=\(site.name) \(site.state.rawValue)")
    }
    for revision in state.siteRevisions.values.map(\.resource) {
      lines.append("site_revision=\(revision.name) \(revision.contentDigest)")
    }
    for activation in state.activations.values.map(\.resource) {
      lines.append(
        "activation=\(activation.name) \(activation.version) \(activation.site) "
          + "\(activation.effectiveFrom?.description ?? "") \(activation.replaces)")
    }
    for cohort in state.cohorts.values.map(\.resource) {
      lines.append(
        "cohort=\(cohort.name) \(cohort.state.rawValue) \(cohort.enrolled) \(cohort.cap)")
    }
    return (["trialgate.v1.configuration"] + lines.sorted()).map { $0 + "\n" }.joined()
  }
}
