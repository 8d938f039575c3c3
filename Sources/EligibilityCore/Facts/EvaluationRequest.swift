/// A recorded verdict of the enrolment stage, which the infusion stage rests on.
public struct EnrolmentRecord: Sendable, Hashable {
  public var trial = ""
  public var patientRef = ""
  public var protocolVersion = ""
  public var protocolDigest = ""
  public var indexDate: CalendarDate?
  public var outcome: Outcome?
  public var cohorts: [String] = []
  public var verdictDigest = ""
  public var readings: [Reading] = []
  /// The day of enrolment; nil = not enrolled.
  public var enrolled: CalendarDate?

  /// Creates an empty record.
  public init() {}
}

/// The parameters of an evaluation. With the snapshot, the compiled protocol version and the site's
/// revision they determine the verdict; no clock is read.
public struct EvaluationParameters: Sendable {
  /// The stage that is decided.
  public var stage: Stage
  /// The date that "prior to enrolment" counts back from.
  public var indexDate: CalendarDate
  /// The cohorts to decide; empty = those whose disease is recorded.
  public var cohorts: [String] = []
  /// Day of screening.
  public var screeningDate: CalendarDate?
  /// Planned time of infusion, for the infusion stage.
  public var plannedInfusionTime: ClinicalTime?
  /// The recorded enrolment verdict, for the infusion stage.
  public var enrolmentRecord: EnrolmentRecord?

  /// Creates parameters.
  public init(stage: Stage, indexDate: CalendarDate) {
    self.stage = stage
    self.indexDate = indexDate
  }
}

/// What an evaluation takes from the site: its revision in force.
public struct SiteContext: Sendable {
  /// Id of the site; empty = no site named.
  public var site: String
  /// Id of the revision.
  public var revision: String
  /// SHA-256 of the revision, lower-case hex.
  public var digest: String
  /// The site's time zone.
  public var timeZone: TimeZoneTable
  /// Version of the consent document in force; nil = none is prescribed.
  public var consentVersion: String?

  /// Creates a context.
  public init(
    site: String, revision: String, digest: String, timeZone: TimeZoneTable, consentVersion: String?
  ) {
    self.site = site
    self.revision = revision
    self.digest = digest
    self.timeZone = timeZone
    self.consentVersion = consentVersion
  }
}

/// How much of a verdict is wanted.
public enum Detail: String, Sendable, Hashable {
  case outcome = "OUTCOME"
  case full = "FULL"
}

/// A whole request as it came in: what selects the configuration, and what is evaluated.
public struct EvaluationRequest: Sendable {
  /// The trial; empty = the only one.
  public var trial = ""
  /// A pinned protocol version; empty = by site and index date.
  public var protocolVersion = ""
  /// The site; empty = none named.
  public var site = ""
  /// A pinned site revision; empty = the one in force on the index date.
  public var siteRevision = ""
  /// The stage.
  public var stage: Stage
  /// The index date as sent; nil when it was left empty (allowed for the infusion stage only).
  public var indexDate: CalendarDate?
  public var cohorts: [String] = []
  public var screeningDate: CalendarDate?
  public var plannedInfusionTime: ClinicalTime?
  public var enrolmentRecord: EnrolmentRecord?
  public var detail: Detail = .full
  /// BCP 47; empty = all languages.
  public var language = ""
  public var includeTexts = false
  /// Echoed, never logged.
  public var requestRef = ""
  public var snapshot: PatientSnapshot

  /// Creates a request.
  public init(stage: Stage, snapshot: PatientSnapshot) {
    self.stage = stage
    self.snapshot = snapshot
  }
}
