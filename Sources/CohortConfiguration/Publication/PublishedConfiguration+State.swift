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
      revision: Self.revision(of: trials) { hash(Array($0.utf8)) }, trials: trials,
      definitions: encoded)
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

  /// The revision of a configuration: SHA-256 over everything that can change an answer, a line each. What has the
  /// same revision answers in the same way.
  ///
  /// - Parameter digest: computes the SHA-256 of a text as lower-case hex.
  public static func revision(of trials: [PublishedTrial], digest: (String) -> String) -> String {
    var lines: [String] = []
    for trial in trials {
      for program in trial.versions {
        lines.append("version=\(trial.id) \(program.version) \(program.digest)")
      }
      for site in trial.sites {
        lines.append(
          "site=\(trial.id) \(site.id) \(trial.operations.state(ofSite: site.id).rawValue)")
        for published in site.revisions {
          lines.append(
            "site_revision=\(trial.id) \(site.id) \(published.revision.id) \(published.digest)")
        }
      }
      let last = trial.versions.last.map { ["built-in \($0.version)  "] } ?? []
      for activation in trial.timeline?.lines ?? last {
        lines.append("activation=\(trial.id) \(activation)")
      }
      for cohort in Set(trial.versions.flatMap(\.cohorts).map(\.id)) {
        lines.append("cohort=\(trial.id) \(cohort) \(trial.operations.text(ofCohort: cohort))")
      }
    }
    return digest((["trialgate.v1.configuration"] + lines.sorted()).map { $0 + "\n" }.joined())
  }
}
