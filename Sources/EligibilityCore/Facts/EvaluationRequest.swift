/// A recorded verdict of the enrolment stage, which the infusion stage rests on.
public struct EnrolmentRecord: Sendable, Hashable {
  /// The trial it was given for.
  public var trial = ""
  /// The patient it was given for.
  public var patientRef = ""
  /// Id of the protocol version.
  public var protocolVersion = ""
  /// Digest of the protocol version.
  public var protocolDigest = ""
  /// Its index date, YYYY-MM-DD.
  public var indexDate: CalendarDate?
  /// Its outcome.
  public var outcome: Outcome?
  /// The cohorts that it found eligible.
  public var cohorts: [String] = []
  /// Its digest.
  public var verdictDigest = ""
  /// Its readings.
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
  /// A row of the site's reference ranges: the upper limit of normal of a concept for a sex and an age.
  public struct UpperLimit: Sendable, Hashable {
    /// Id of the concept.
    public var concept: String
    /// nil = both.
    public var sex: Sex?
    /// Completed years from which it holds; nil = from birth.
    public var fromAge: Int?
    /// Completed years up to which it holds; nil = no end.
    public var toAge: Int?
    /// The limit.
    public var limit: Quantity

    /// Creates a row.
    public init(
      concept: String, sex: Sex? = nil, fromAge: Int? = nil, toAge: Int? = nil, limit: Quantity
    ) {
      self.concept = concept
      self.sex = sex
      self.fromAge = fromAge
      self.toAge = toAge
      self.limit = limit
    }
  }

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
  /// The site's reference ranges, used where a reading says so.
  public var upperLimits: [UpperLimit] = []

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
  /// The cohorts to decide. Empty = those whose disease is recorded.
  public var cohorts: [String] = []
  /// Day of screening, YYYY-MM-DD, where a reading counts from it.
  public var screeningDate: CalendarDate?
  /// Planned time of infusion, an instant with offset, for the infusion stage.
  public var plannedInfusionTime: ClinicalTime?
  /// The recorded enrolment verdict, for the infusion stage.
  public var enrolmentRecord: EnrolmentRecord?
  /// How much of the verdict to send.
  public var detail: Detail = .full
  /// BCP 47; empty = all languages.
  public var language = ""
  /// Whether titles come with the results.
  public var includeTexts = false
  /// Echoed, never logged.
  public var requestRef = ""
  /// The patient, in the form that is evaluated. Required.
  public var patient: PatientRecord

  /// The patient's snapshot. Each look at it, and each change, converts the whole: to make several, change a copy
  /// and set it once.
  public var snapshot: PatientSnapshot {
    get { PatientSnapshot(patient) }
    set { patient = PatientRecord(newValue) }
  }

  /// Creates a request.
  public init(stage: Stage, patient: PatientRecord) {
    self.stage = stage
    self.patient = patient
  }

  /// Creates a request.
  public init(stage: Stage, snapshot: PatientSnapshot) {
    self.init(stage: stage, patient: PatientRecord(snapshot))
  }
}
