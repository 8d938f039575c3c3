public import EligibilityCore

extension PublishedConfiguration {
  /// A configuration that says the same, for one thread: sites and the versions that are given are not shared with
  /// this one. Timelines and operational states are; a call looks at them once.
  ///
  /// - Parameter programs: versions that take the place of those with the same digest; the others stay shared.
  public func copy(with programs: [CompiledProtocol]) -> PublishedConfiguration {
    let own = Dictionary(programs.map { ($0.digest, $0) }, uniquingKeysWith: { $1 })
    return PublishedConfiguration(
      revision: revision.copy,
      trials: trials.map { trial in
        PublishedTrial(
          id: trial.id.copy, versions: trial.versions.map { own[$0.digest] ?? $0 },
          sites: trial.sites.map(\.copy), timeline: trial.timeline, operations: trial.operations)
      }, definitions: definitions)
  }
}

extension Site {
  fileprivate var copy: Site {
    Site(
      id: id.copy,
      published: revisions.map { Published(revision: $0.revision.copy, digest: $0.digest.copy) })
  }
}

extension SiteRevision {
  fileprivate var copy: SiteRevision {
    let zone = TimeZoneTable(
      initialOffsetSeconds: timeZone.initialOffsetSeconds,
      transitions: timeZone.transitions.map { $0 })
    return SiteRevision(
      id: id.copy, effectiveFrom: effectiveFrom, timeZone: zone ?? timeZone,
      consentVersion: consentVersion?.copy, upperLimits: upperLimits.map { $0 })
  }
}

extension String {
  /// The same text with memory of its own.
  fileprivate var copy: String { String(decoding: Array(utf8), as: UTF8.self) }
}
