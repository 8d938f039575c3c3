/// What data a hospital must send for a protocol version to be decided.
public struct DataRequirements: Sendable, Hashable {
  /// Id of the trial.
  public var trial = ""
  /// Id of the version.
  public var version = ""
  /// The stages that were asked about.
  public var stages: [Stage] = []
  /// The cohorts that were asked about, in protocol order.
  public var cohorts: [String] = []
  /// Which ends of a look-back window belong to it, by the reading in force.
  public var windowBounds = WindowBounds.closed
  /// Oldest age of a result in days, by the reading in force; nil = no limit.
  public var maximumResultAge: Int?
  /// What must be sent: by kind, and within a kind in the order in which the protocol asks for it.
  public var items: [DataRequirement] = []
  /// The sections that must be reviewed.
  public var sections: [SectionRequirement] = []

  /// Creates empty requirements.
  public init() {}
}

/// Where in a request a datum belongs.
public enum DataKind: String, Sendable, Hashable, CaseIterable {
  /// A field of the request itself.
  case request = "REQUEST"
  /// A field of the snapshot itself.
  case person = "PERSON"
  case observation = "OBSERVATION"
  case assessment = "ASSESSMENT"
  case condition = "CONDITION"
  case medication = "MEDICATION"
  case allergy = "ALLERGY"
  case participation = "PARTICIPATION"
  case consent = "CONSENT"
  /// A judgement that a person makes and signs.
  case attestation = "ATTESTATION"
}

/// One thing that must be sent.
public struct DataRequirement: Sendable, Hashable {
  /// Id of the concept or of the code set, or the name of the field: `anc`, `biologics`, `birth_date`.
  public var id: String
  /// Where it belongs.
  public var kind: DataKind
  /// Names.
  public var titles: [Text] = []
  /// Codings by which it can be sent.
  public var codings: [Coding] = []
  /// For a set: its concepts, those of the sets that it includes too.
  public var concepts: [ConceptDefinition] = []
  /// For a set: its codes, those of the sets that it includes too.
  public var members: [CodeSetMember] = []
  /// Canonical UCUM unit; empty = no amount.
  public var unit = ""
  /// Other units that are understood.
  public var units: [UnitDefinition] = []
  /// Organ systems that are graded, for a graded index.
  public var systems: [String] = []
  /// Methods that count; empty = any.
  public var methods: [Coding] = []
  /// Specimens that count; empty = any.
  public var specimens: [Coding] = []
  /// Oldest age of a result in days, by the reading in force; nil = no limit.
  public var maximumAge: Int?
  /// Fields of the fact that some criterion looks at, in proto names: `reference_range.high`.
  public var fields: [String] = []
  /// What asks for it.
  public var uses: [DataUse] = []

  /// Whether it is attested, not recorded.
  public var isAttestation: Bool { kind == .attestation }

  /// Creates a requirement that nothing uses.
  public init(id: String, kind: DataKind) {
    self.id = id
    self.kind = kind
  }
}

/// What a datum is for.
public enum DataPurpose: String, Sendable, Hashable, CaseIterable {
  /// The criterion cannot be decided without it, or without one of several such data.
  case decides = "DECIDES"
  /// It answers in place of what the criterion asks for first.
  case alternative = "ALTERNATIVE"
  /// It says whether the criterion applies, or whether facts contradict each other.
  case applies = "APPLIES"
  /// It only leads to a warning.
  case warns = "WARNS"
  /// It puts the patient into a cohort when a request names none.
  case selectsCohort = "SELECTS_COHORT"
}

/// One use of a datum.
public struct DataUse: Sendable, Hashable {
  /// Id of the criterion; empty where a cohort is selected.
  public var criterion = ""
  /// Id of the cohort that the criterion belongs to or that is selected; empty = none.
  public var cohort = ""
  /// What for.
  public var purpose = DataPurpose.decides
  /// How far back it counts; nil = at any time up to the index date.
  public var window: PeriodDefinition?
  /// The concept whose result the window counts back from; empty = the index date.
  public var anchor = ""

  /// Creates a use by nothing.
  public init() {}
}

/// A section that must be reviewed and declared complete, so that a missing record means "no".
public struct SectionRequirement: Sendable, Hashable {
  /// The section.
  public var section: Section
  /// Ids of the criteria that stay unknown without the review when nothing is recorded.
  public var criteria: [String] = []
  /// Ids of the criteria that the review answers in place of an attestation.
  public var alternatives: [String] = []

  /// Creates a requirement of no criterion.
  public init(section: Section) {
    self.section = section
  }
}
