public import EligibilityCore

/// Why a request matches no configuration.
public struct ConfigurationError: Error, Sendable, Hashable {
  /// What was not found.
  public enum Subject: String, Sendable, Hashable {
    case trial = "TRIAL_NOT_FOUND"
    case version = "PROTOCOL_VERSION_NOT_FOUND"
    case digest = "PROTOCOL_DIGEST_NOT_FOUND"
    case site = "SITE_NOT_FOUND"
    case siteRevision = "SITE_REVISION_NOT_FOUND"
    case cohort = "COHORT_NOT_FOUND"
    case stage = "STAGE_NOT_FOUND"
    case activation = "ACTIVATION_NOT_FOUND"
  }

  /// What was not found.
  public var subject: Subject
  /// The request's field.
  public var field: String
  /// What to do about it.
  public var remedy: String
}

/// A trial's compiled versions and the sites that take part.
public struct PublishedTrial: Sendable {
  /// Id of the trial.
  public let id: String
  /// The versions, oldest first.
  public let versions: [CompiledProtocol]
  /// The sites. One with an empty id holds for requests that name none.
  public let sites: [Site]
  /// Which version rules where a request pins none; nil = the last one, always and everywhere.
  public let timeline: Timeline?
  /// Where cohorts and sites stand.
  public let operations: TrialOperations
  /// Places of the versions, by their ids.
  private let places: [String: Int]

  /// Creates a trial.
  public init(
    id: String, versions: [CompiledProtocol], sites: [Site], timeline: Timeline? = nil,
    operations: TrialOperations = TrialOperations()
  ) {
    self.id = id
    self.versions = versions
    self.sites = sites
    self.timeline = timeline
    self.operations = operations
    places = Dictionary(
      versions.enumerated().map { ($1.version, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The version with an id.
  func version(_ id: String) -> CompiledProtocol? { places[id].map { versions[$0] } }
}

/// Everything that evaluations rest on, immutable: a change publishes a new one, and calls in flight
/// finish on the one that they began with.
public struct PublishedConfiguration: Sendable {
  /// What a request is evaluated with.
  public struct Selection: Sendable {
    /// The protocol version.
    public var program: CompiledProtocol
    /// The site's revision.
    public var site: SiteContext
    /// The activation that chose the version; empty when the request pinned it.
    public var activation: String
    /// Where the version's cohorts stand at the site.
    public var cohorts: [CohortAvailability]
  }

  /// Revision of the configuration.
  public let revision: String
  /// The trials.
  public let trials: [PublishedTrial]
  /// The encoded definition of each version, by the version's digest. What the bytes say is not looked at
  /// here.
  public let definitions: [String: [UInt8]]

  /// Creates a configuration.
  public init(
    revision: String, trials: [PublishedTrial], definitions: [String: [UInt8]] = [:]
  ) {
    self.revision = revision
    self.trials = trials
    self.definitions = definitions
  }

  /// Finds what a request is evaluated with. Nothing falls back on something else: what is named and
  /// does not exist is an error.
  public func select(_ request: EvaluationRequest, indexDate: CalendarDate)
    throws(ConfigurationError) -> Selection
  {
    let trial = try find(trial: request.trial)
    let pinned =
      request.protocolVersion.isEmpty
      ? nil : try find(version: request.protocolVersion, of: trial)
    // What is wrong with the site is said before what is wrong with the day.
    _ = try find(site: request.site, of: trial)
    let (program, activation) =
      if let pinned { (pinned, "") } else {
        try ruling(in: trial, at: request.site, on: indexDate)
      }
    return try select(
      request, indexDate: indexDate, program: program, activation: activation, trial)
  }

  /// Finds what a request is evaluated with by a version that is given, perhaps a draft.
  public func select(
    _ request: EvaluationRequest, indexDate: CalendarDate, by program: CompiledProtocol
  ) throws(ConfigurationError) -> Selection {
    let trial = try find(trial: request.trial.isEmpty ? program.trial : request.trial)
    guard trial.id == program.trial else {
      throw ConfigurationError(
        subject: .trial, field: "trial", remedy: "leave it empty or name the trial of the versions")
    }
    return try select(request, indexDate: indexDate, program: program, activation: "", trial)
  }

  private func select(
    _ request: EvaluationRequest, indexDate: CalendarDate, program: CompiledProtocol,
    activation: String, _ trial: PublishedTrial
  ) throws(ConfigurationError) -> Selection {
    let site = try find(site: request.site, of: trial)
    guard let published = site.revision(request.siteRevision, on: indexDate) else {
      let known = site.revisions.map { published in
        let first = published.revision.effectiveFrom.map { " from \($0)" } ?? ""
        return published.revision.id + first
      }.joined(separator: ", ")
      let mayBeEmpty = site.revision("", on: indexDate) != nil
      throw ConfigurationError(
        subject: .siteRevision, field: "site_revision",
        remedy: "\(mayBeEmpty ? "leave it empty or " : "")name a revision of the site: \(known)")
    }
    guard program.stages.contains(request.stage) else {
      throw ConfigurationError(
        subject: .stage, field: "stage",
        remedy: "this protocol version has no criteria for the stage")
    }
    for (index, cohort) in request.cohorts.enumerated()
    where !program.cohorts.contains(where: { $0.id == cohort }) {
      let known = program.cohorts.map(\.id).joined(separator: ", ")
      throw ConfigurationError(
        subject: .cohort, field: "cohorts[\(index)]",
        remedy: "name cohorts of this protocol version: \(known)")
    }
    var context = SiteContext(
      site: site.id, revision: published.revision.id, digest: published.digest,
      timeZone: published.revision.timeZone, consentVersion: published.revision.consentVersion)
    context.upperLimits = published.revision.upperLimits
    return Selection(
      program: program, site: context, activation: activation,
      cohorts: program.cohorts.map { trial.operations.availability(of: $0.id, at: request.site) })
  }

  /// The time zone of a request's site, by which an instant becomes an index date: that of the revision in
  /// force on the day which the planned infusion falls on by its own time; nil when there is no such trial or
  /// site.
  public func timeZone(of request: EvaluationRequest) -> TimeZoneTable? {
    let trial = try? find(trial: request.trial)
    let site = trial?.sites.first { $0.id == request.site }
    let pinned = site?.revisions.first { $0.revision.id == request.siteRevision }
    let inForce = site?.revisions.last { published in
      guard let from = published.revision.effectiveFrom else { return true }
      guard let planned = request.plannedInfusionTime else { return false }
      return from <= planned.dates(in: published.revision.timeZone).earliest
    }
    return (pinned ?? inForce ?? site?.revisions.last)?.revision.timeZone
  }

  // MARK: What is named and does not exist is an error

  func find(trial id: String) throws(ConfigurationError) -> PublishedTrial {
    let named = id.isEmpty ? (trials.count == 1 ? trials.first : nil) : trials.first { $0.id == id }
    guard let named else {
      throw ConfigurationError(
        subject: .trial, field: "trial",
        remedy: "name one of this server's trials: \(trials.map(\.id).joined(separator: ", "))")
    }
    return named
  }

  /// The version that rules at a site on a date, with the activation that says so.
  ///
  /// - Parameter date: nil = as it will be without an end.
  func ruling(
    in trial: PublishedTrial, at site: String, on date: CalendarDate?
  ) throws(ConfigurationError) -> (CompiledProtocol, activation: String) {
    guard let timeline = trial.timeline else {
      guard let last = trial.versions.last else { throw unactivated(date) }
      return (last, "built-in")
    }
    guard let activation = timeline.ruling(site: site, on: date) else { throw unactivated(date) }
    return (try find(version: activation.version, of: trial), activation.id)
  }

  private func unactivated(_ date: CalendarDate?) -> ConfigurationError {
    ConfigurationError(
      subject: .activation, field: date == nil ? "protocol_version" : "index_date",
      remedy: "no version is active at the site\(date == nil ? "" : " on that day"); "
        + "activate one or name one in protocol_version")
  }

  func find(version id: String, of trial: PublishedTrial) throws(ConfigurationError)
    -> CompiledProtocol
  {
    guard let named = trial.version(id) else {
      let known = trial.versions.map(\.version).joined(separator: ", ")
      throw ConfigurationError(
        subject: .version, field: "protocol_version",
        remedy: "leave it empty or name a version of the trial: \(known)")
    }
    return named
  }

  func find(site id: String, of trial: PublishedTrial) throws(ConfigurationError) -> Site {
    guard let site = trial.sites.first(where: { $0.id == id }) else {
      let known = trial.sites.map(\.id).filter { !$0.isEmpty }.joined(separator: ", ")
      let mayBeEmpty = trial.sites.contains { $0.id.isEmpty }
      throw ConfigurationError(
        subject: .site, field: "site",
        remedy: "\(mayBeEmpty ? "leave it empty or " : "")name a site of the trial: \(known)")
    }
    return site
  }
}
