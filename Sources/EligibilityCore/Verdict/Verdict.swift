/// A fact that is missing.
public struct MissingFact: Sendable, Hashable {
  /// The concept: `hbv_dna`.
  public var concept = ""
  /// Codings by which the fact can be sent.
  public var codings: [Coding] = []
  /// The unit to send it in.
  public var unit = ""
  /// First day on which it must lie, YYYY-MM-DD. Empty = any.
  public var notBefore: CalendarDate?
  /// Last day on which it may lie, YYYY-MM-DD. Empty = any.
  public var notAfter: CalendarDate?
  /// The cohort it is needed for; empty = any.
  public var cohort = ""
  /// The values that settle, in words: `<= 3 x ULN`, `YES`.
  public var settlingValues = ""
  /// Whether a person must attest it.
  public var isAttestation = false
  /// Why it is missing: `NO_RESULT`, `NO_ULN`, `NOT_REVIEWED`.
  public var reason = ""
  /// The criterion that asks for it.
  public var criterionID = ""
  /// The section whose review would answer it.
  public var section: Section?
  /// The caller's ids of recorded facts that lack what is missing; empty where nothing is recorded.
  public var factIDs: [String] = []

  /// Creates an empty description.
  public init() {}
}

extension MissingFact {
  /// Turns values that make a test true into those that make it false: what settles an exclusion in the
  /// patient's favour.
  mutating func negateSettlingValues() {
    let opposites = [
      ("POSITIVE", "NEGATIVE"), ("NEGATIVE", "POSITIVE"), ("YES", "NO"), ("NO", "YES"),
      (">= ", "< "), ("> ", "<= "), ("<= ", "> "), ("< ", ">= "),
    ]
    for (word, opposite) in opposites where settlingValues.hasPrefix(word) {
      settlingValues = opposite + settlingValues.dropFirst(word.count)
      return
    }
  }
}

/// What a settle set leads to.
public enum SettleDirection: String, Sendable, Hashable {
  case toEligible = "TO_ELIGIBLE"
  case toIneligible = "TO_INELIGIBLE"
}

/// A minimal set of missing facts that could settle the verdict.
public struct SettleSet: Sendable, Hashable {
  /// What it leads to.
  public var direction: SettleDirection
  /// The facts; with fewer of them it cannot be settled this way.
  public var facts: [MissingFact]

  /// Creates a set.
  public init(direction: SettleDirection, facts: [MissingFact]) {
    self.direction = direction
    self.facts = facts
  }
}

/// When a failure passes if nothing new happens.
public struct PassesOn: Sendable, Hashable {
  /// The earliest date.
  public var date: CalendarDate?
  /// The earliest instant, where hours matter.
  public var instant: Instant?
  /// What must happen first where no date exists.
  public var condition = ""
  /// It never passes.
  public var never = false

  /// Creates an empty answer.
  public init() {}
}

/// The result of one criterion.
public struct CriterionResult: Sendable, Hashable {
  /// Id of the criterion: `C3.1`.
  public var id: String
  /// The criterion that this one is a part of; empty at the top.
  public var parentID: String
  /// The outcome.
  public var outcome: CriterionOutcome
  /// Stable codes of why, most important first.
  public var reasons: [String]
  /// The facts that decided.
  public var evidence: EvidenceList
  /// For a failure that time can cure: when it passes.
  public var passesOn: PassesOn?
  /// What is missing, for an unknown outcome.
  public var missing: [MissingFact]
  /// Empty for common criteria and exclusions.
  public var cohort: String
  /// Whether the verdict's outcome rests on this result.
  public var isDecisive: Bool
  /// Titles, when texts were asked for.
  public var titles: [Text] = []
}

extension CriterionResult {
  /// Creates a result.
  public init(
    id: String, parentID: String, outcome: CriterionOutcome, reasons: [String] = [],
    evidence: EvidenceList = [], passesOn: PassesOn? = nil, missing: [MissingFact] = [],
    cohort: String = "", isDecisive: Bool = false
  ) {
    // In one piece: what is put together field by field is copied as a whole at the end.
    self.init(
      id: id, parentID: parentID, outcome: outcome, reasons: reasons, evidence: evidence,
      passesOn: passesOn, missing: missing, cohort: cohort, isDecisive: isDecisive, titles: [])
  }
}

/// The verdict of one cohort.
public struct CohortVerdict: Sendable, Hashable {
  /// Id of the cohort: `sle`.
  public var cohort: String
  /// Enrolling through it: common criteria, its own, and the exclusions.
  public var outcome: Outcome
  /// Its own criteria alone.
  public var ownOutcome: Outcome
  /// When the time-bound failures on the way through this cohort would all have passed.
  public var passesOn: PassesOn?
  /// The cohort's name, when texts were asked for.
  public var titles: [Text] = []

  /// Creates a cohort's verdict.
  public init(cohort: String, outcome: Outcome, ownOutcome: Outcome) {
    self.cohort = cohort
    self.outcome = outcome
    self.ownOutcome = ownOutcome
  }
}

/// A fact that could not be used.
public struct DataIssue: Sendable, Hashable {
  /// The caller's id of the fact; empty for a field of the snapshot.
  public var factID: String
  /// Path in proto names, below `snapshot`: `observations[3].quantity.unit`.
  public var path: String
  /// Stable code: `UNIT_UNKNOWN`.
  public var reason: String

  /// Creates an issue.
  public init(factID: String, path: String, reason: String) {
    self.factID = factID
    self.path = path
    self.reason = reason
  }
}

/// Something that a reader should know although it changed no outcome.
public struct Warning: Sendable, Hashable {
  /// Stable code: `ASSUMES_NO_CHANGE_SINCE`.
  public var code: String
  /// What it is about, in the order that the code's documentation gives.
  public var arguments: [String]
  /// The criterion it concerns; empty = the verdict as a whole.
  public var criterionID: String

  /// Creates a warning.
  public init(code: String, arguments: [String] = [], criterionID: String = "") {
    self.code = code
    self.arguments = arguments
    self.criterionID = criterionID
  }
}

/// The answer to "may this patient be enrolled, or infused, and why?".
public struct Verdict: Sendable, Hashable {
  /// The overall outcome: that of the best cohort.
  public var outcome: Outcome
  /// Every cohort of the trial, in protocol order.
  public var cohorts: [CohortVerdict] = []
  /// In protocol order; each names its parent.
  public var results: [CriterionResult] = []
  /// What would settle an undetermined verdict: minimal sets, those to ELIGIBLE first. Empty when nothing
  /// could.
  public var settleSets: [SettleSet] = []
  /// Attestations that are missing and could decide. Each occurs in a settle set too.
  public var outstandingAttestations: [MissingFact] = []
  /// When the time-bound failures would all have passed.
  public var passesOn: PassesOn?
  /// What must be repeated before `passesOn`, because it would have expired by then.
  public var toRepeat: [MissingFact] = []
  /// The last day (or instant) on which the outcome and that of every cohort stand if nothing new arrives;
  /// empty = no date is known on which time alone would change them.
  public var validUntil = ""
  /// Every knob with its setting, in the definition's order.
  public var readings: [Reading] = []
  /// Facts that could not be used, and why.
  public var dataIssues: [DataIssue] = []
  /// What a reader should know although it changed no outcome.
  public var warnings: [Warning] = []
  /// The stage that was decided.
  public var stage: Stage
  /// The date that "prior to enrolment" counts back from: YYYY-MM-DD.
  public var indexDate: CalendarDate
  /// The trial.
  public var trial = ""
  /// Id of the protocol version.
  public var protocolVersion = ""
  /// SHA-256 of the definition, lower-case hex.
  public var protocolDigest = ""
  /// Id of the site.
  public var site = ""
  /// Id of the site's revision.
  public var siteRevision = ""
  /// SHA-256 of the site's revision, lower-case hex.
  public var siteDigest = ""
  /// SHA-256 of the verdict's canonical text; set outside the core.
  public var verdictDigest = ""

  /// Creates a verdict without results.
  public init(outcome: Outcome, stage: Stage, indexDate: CalendarDate) {
    self.outcome = outcome
    self.stage = stage
    self.indexDate = indexDate
  }
}
