public import EligibilityCore

/// What is in force at a site from a day on. Immutable: a change is a new revision.
public struct SiteRevision: Sendable, Hashable {
  /// Id of the revision, unique at its site.
  public let id: String
  /// The first index date that it holds for; nil = from the beginning.
  public let effectiveFrom: CalendarDate?
  /// The site's time zone.
  public let timeZone: TimeZoneTable
  /// Version of the consent document in force; nil = none is prescribed.
  public let consentVersion: String?
  /// The site's reference ranges.
  public let upperLimits: [SiteContext.UpperLimit]

  /// Creates a revision.
  public init(
    id: String, effectiveFrom: CalendarDate?, timeZone: TimeZoneTable, consentVersion: String?,
    upperLimits: [SiteContext.UpperLimit] = []
  ) {
    self.upperLimits = upperLimits
    self.id = id
    self.effectiveFrom = effectiveFrom
    self.timeZone = timeZone
    self.consentVersion = consentVersion
  }

  /// What the revision's digest is computed over: one line for each property, each ended by a line
  /// feed.
  public func canonicalText(site: String) -> String {
    var lines = ["trialgate.v1.site_revision", "site=\(site)", "revision=\(id)"]
    lines.append("effective_from=\(effectiveFrom?.description ?? "")")
    lines.append("offset=\(timeZone.initialOffsetSeconds)")
    for transition in timeZone.transitions {
      lines.append("transition=\(transition.at) \(transition.offsetSeconds)")
    }
    lines.append("consent_version=\(consentVersion ?? "")")
    for row in upperLimits {
      let ages = "\(row.fromAge.map(String.init) ?? "")-\(row.toAge.map(String.init) ?? "")"
      lines.append(
        "upper_limit=\(row.concept) \(row.sex?.rawValue ?? "") \(ages) "
          + "\(row.limit.value) \(row.limit.unit)")
    }
    return lines.map { $0 + "\n" }.joined()
  }
}

/// A site with its revisions.
public struct Site: Sendable, Hashable {
  /// A revision with its digest.
  public struct Published: Sendable, Hashable {
    /// The revision.
    public let revision: SiteRevision
    /// SHA-256 of the revision's canonical text, lower-case hex.
    public let digest: String
  }

  /// Id of the site; empty = what holds where no site is named.
  public let id: String
  /// In ascending order of their first day.
  public let revisions: [Published]

  /// Creates a site.
  ///
  /// - Parameter digest: computes the SHA-256 of a text as lower-case hex.
  public init(id: String, revisions: [SiteRevision], digest: (String) -> String) {
    self.id = id
    self.revisions = revisions.sorted {
      ($0.effectiveFrom?.dayNumber ?? .min) < ($1.effectiveFrom?.dayNumber ?? .min)
    }.map { Published(revision: $0, digest: digest($0.canonicalText(site: id))) }
  }

  /// Creates a site of revisions whose digests are known.
  init(id: String, published: [Published]) {
    self.id = id
    revisions = published.sorted {
      ($0.revision.effectiveFrom?.dayNumber ?? .min)
        < ($1.revision.effectiveFrom?.dayNumber ?? .min)
    }
  }

  /// The revision with an id, or the one in force on a date.
  func revision(_ id: String, on date: CalendarDate) -> Published? {
    if !id.isEmpty { return revisions.first { $0.revision.id == id } }
    return revisions.last { $0.revision.effectiveFrom.map { $0 <= date } ?? true }
  }
}
