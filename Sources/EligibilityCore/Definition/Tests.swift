/// A length of time as a definition gives it; 0 or no unit is an error.
public struct PeriodDefinition: Sendable, Hashable {
  /// How many units, at least 1.
  public var count = 0
  /// nil = unspecified, an error.
  public var unit: CalendarPeriod.Unit?
  /// The knob that says how many, instead of the count.
  public var knob = ""

  /// Creates an empty period.
  public init() {}
}

/// Compares the completed years of age.
public struct AgeTest: Sendable, Hashable {
  /// The comparison.
  public var comparison: ComparisonOperator?
  /// Completed years.
  public var years = 0
  /// The knob that says how many years, instead of the number.
  public var yearsKnob = ""

  /// Creates an empty test.
  public init() {}
}

/// Compares a measured amount with a limit.
public struct ResultTest: Sendable, Hashable {
  /// A limit as a definition gives it.
  public enum Limit: Sendable, Hashable {
    case value(Quantity)
    /// Multiple of the upper limit of normal that came with the result, decimal text.
    case ulnMultiple(String)
    /// The number of a knob, in the concept's canonical unit.
    case knob(String)
  }

  /// The concepts, any of which will do.
  public var concepts: [String] = []
  /// The comparison.
  public var comparison: ComparisonOperator?
  /// nil = none given, an error.
  public var limit: Limit?
  /// Days back from the index date in which the result must lie. Missing = any age.
  public var window: PeriodDefinition?
  /// Whether the most favourable of all results counts, not the latest.
  public var ever = false
  /// Whether "not detected" and "< number" without an upper limit count as within it.
  public var censoredIsWithin = false
  /// What makes a result invalid.
  public var invalidAfter: InvalidAfter?

  /// Creates an empty test.
  public init() {}
}

/// A result taken within a time after a medicine of a set is invalid.
public struct InvalidAfter: Sendable, Hashable {
  /// Id of the set.
  public var drugSet = ""
  /// How long after the medicine.
  public var window: PeriodDefinition?

  /// Creates an empty rule.
  public init() {}
}

/// Whether a usable result exists.
public struct MeasuredTest: Sendable, Hashable {
  /// The concepts, any of which will do.
  public var concepts: [String] = []
  /// Concepts of an earlier step of testing: a result before the latest one of these does not count.
  public var notBefore: [String] = []
  /// Whether the test is false where there is no result, rather than unknown.
  public var noneIsFalse = false
  /// What makes a result invalid.
  public var invalidAfter: InvalidAfter?

  /// Creates an empty test.
  public init() {}
}

/// Compares a qualitative finding.
public struct FindingTest: Sendable, Hashable {
  /// The concepts, any of which will do.
  public var concepts: [String] = []
  /// `positive` or `negative`; anything else is an error.
  public var expected: Finding?
  /// Days back from the index date in which the result must lie. Missing = any age.
  public var window: PeriodDefinition?
  /// Whether one positive result at any time suffices.
  public var ever = false
  /// Methods that count; empty = any.
  public var methods: [Coding] = []
  /// Specimens that count; empty = any.
  public var specimens: [Coding] = []
  /// Whether an amount without a finding is positive from the laboratory's upper limit on.
  public var cutOffFromRange = false
  /// A set of medicines: a result older than the last dose of one of them is warned about.
  public var staleAfter = ""
  /// Whether the latest result decides whatever `observation.select` says.
  public var latestOnly = false
  /// What the methods that count are called.
  public var methodTitles: [Text] = []
  /// What the specimens that count are called.
  public var specimenTitles: [Text] = []

  /// Creates an empty test.
  public init() {}
}

/// Whether a medicine of a set was given.
public struct ExposureTest: Sendable, Hashable {
  /// The set.
  public var drugSet = ""
  /// nil = at any time up to the index date.
  public var window: PeriodDefinition?
  /// The concept whose selected result is the anchor; empty = the index date.
  public var anchorConcept = ""
  /// Whether only systemic routes count.
  public var systemicOnly = false
  /// Whether only what is given for the target disease counts.
  public var targetPurposeOnly = false
  /// Diagnoses by which a target purpose is recognised.
  public var targetDiseases = ""
  /// Medicines that may or may not belong: unknown when one is the only candidate.
  public var openSet = ""

  /// Creates an empty test.
  public init() {}
}

/// When a condition counts.
public enum ConditionScope: String, Sendable, Hashable {
  case active = "ACTIVE"
  case activePastUnknown = "ACTIVE_PAST_UNKNOWN"
  case ever = "EVER"
  case activityInWindow = "ACTIVITY_IN_WINDOW"
  case diagnosisInWindow = "DIAGNOSIS_IN_WINDOW"
}

/// What else a condition must show.
public enum ConditionRequirement: String, Sendable, Hashable {
  case uncontrolledOrTreated = "UNCONTROLLED_OR_TREATED"
  case uncontrolledOrTreatedOrProphylaxis = "UNCONTROLLED_OR_TREATED_OR_PROPHYLAXIS"
  case severe = "SEVERE"
}

/// Whether a diagnosis of a set is recorded.
public struct ConditionTest: Sendable, Hashable {
  /// The set.
  public var conditionSet = ""
  /// nil = unspecified, an error.
  public var scope: ConditionScope?
  /// The window, for the scopes that have one.
  public var window: PeriodDefinition?
  /// What else it must show.
  public var requirement: ConditionRequirement?
  /// Whether a suspected condition counts.
  public var includeSuspected = false
  /// Diagnoses that do not decide: one of them makes the answer unknown.
  public var undecidedSet = ""
  /// Diagnoses that never count.
  public var exceptSet = ""
  /// A statement that answers the same question.
  public var statement = ""
  /// Whether an absent diagnosis is "no" although the conditions are not reviewed.
  public var absenceIsNo = false

  /// Creates an empty test.
  public init() {}
}

/// What ends participation in a trial.
public enum ParticipationEnd: String, Sendable, Hashable {
  case lastVisit = "LAST_VISIT"
  case lastDose = "LAST_DOSE"
}

/// Whether the patient took part in another interventional trial in the window.
public struct ParticipationTest: Sendable, Hashable {
  /// How far back from the index date.
  public var window: PeriodDefinition?
  /// What ends participation.
  public var end: ParticipationEnd?

  /// Creates an empty test.
  public init() {}
}

/// Whether a statement was answered so.
public struct StatementTest: Sendable, Hashable {
  /// The statement.
  public var concept = ""
  /// `yes` or `no`; anything else is an error.
  public var expected: Answer?
  /// Diagnoses: with the conditions reviewed and none of them recorded, a missing answer is "no".
  public var noWithoutCondition = ""
  /// Classification criteria that must not be met for `noWithoutCondition` to hold.
  public var noWithoutConclusion: [String] = []
  /// A section that, reviewed and empty, answers "no".
  public var noWhenEmpty: Section?
  /// Whether a recorded "yes" stands although the sex contradicts it.
  public var isAsRecorded = false
  /// How far back the attested event must lie; nil = any time.
  public var window: PeriodDefinition?

  /// Creates an empty test.
  public init() {}
}

/// Compares the recorded total of a score.
public struct AssessmentTest: Sendable, Hashable {
  /// The instrument.
  public var instrument = ""
  /// The comparison.
  public var comparison: ComparisonOperator?
  /// Decimal text.
  public var limit = ""
  /// The knob that states the days the instrument looks back over; empty = none.
  public var windowKnob = ""

  /// Creates an empty test.
  public init() {}
}

/// Whether at least so many systems have a grade.
public struct GradeCountTest: Sendable, Hashable {
  /// The graded index.
  public var instrument = ""
  /// The grade.
  public var grade = ""
  /// How many.
  public var atLeast = 0

  /// Creates an empty test.
  public init() {}
}

/// Whether classification criteria are met.
public struct ConclusionTest: Sendable, Hashable {
  /// The classification criteria.
  public var instrument = ""
  /// The criterion that answers from recorded scores; empty = none.
  public var computedBy = ""

  /// Creates an empty test.
  public init() {}
}

/// How the days of a window are put together.
public enum DailyDoseRule: String, Sendable, Hashable {
  case maxDaily = "MAX_DAILY"
  case meanDaily = "MEAN_DAILY"
  case rolling24Hours = "ROLLING_24_HOURS"
}

/// Compares the equivalent daily dose of all medicines of a table.
public struct DailyDoseTest: Sendable, Hashable {
  /// The table of dose equivalents.
  public var doseTable = ""
  /// How far back.
  public var window: PeriodDefinition?
  /// The comparison.
  public var comparison: ComparisonOperator?
  /// Decimal text in the table's unit a day.
  public var limit = ""
  /// How the days are put together.
  public var rule: DailyDoseRule?

  /// Creates an empty test.
  public init() {}
}

/// How a clearance is related to body size.
public enum BodySizeNormalisation: String, Sendable, Hashable {
  /// Mosteller 1987.
  case mosteller = "MOSTELLER"
  /// Du Bois and Du Bois 1916.
  case duBois = "DU_BOIS"
}

/// The weight that a clearance is computed with, where it is not the measured one.
public enum WeightBasis: String, Sendable, Hashable {
  case ideal = "IDEAL"
  case adjusted = "ADJUSTED"
}

/// Compares the creatinine clearance after Cockcroft and Gault (1976).
public struct ClearanceTest: Sendable, Hashable {
  /// The comparison.
  public var comparison: ComparisonOperator?
  /// Decimal text, mL/min or mL/min/1.73 m2.
  public var limit = ""
  /// Concept of serum creatinine, canonical unit umol/L.
  public var creatinine = ""
  /// Concept of body weight, canonical unit kg.
  public var weight = ""
  /// Concept of body height, canonical unit cm; only when normalised.
  public var height = ""
  /// nil = as it is.
  public var normalisation: BodySizeNormalisation?
  /// The weight that counts; nil = the measured one.
  public var weightBasis: WeightBasis?

  /// Creates an empty test.
  public init() {}
}

/// When a treatment of several components begins.
public enum DurationStart: String, Sendable, Hashable {
  case allComponents = "ALL_COMPONENTS"
  case firstComponent = "FIRST_COMPONENT"
}

/// Compares how long a treatment of several components has lasted.
public struct DurationTest: Sendable, Hashable {
  /// Exposure criteria.
  public var components: [String] = []
  /// The duration.
  public var period: PeriodDefinition?
  /// `greaterOrEqual` or `greater`.
  public var comparison: ComparisonOperator?
  /// When it begins.
  public var start: DurationStart?
  /// Whether only a stretch counts in which all components were given together.
  public var isConcurrent = false

  /// Creates an empty test.
  public init() {}
}

/// Whether the second event is recorded after the first; both are statements whose effective time is
/// the event's.
public struct SequenceTest: Sendable, Hashable {
  /// Statement of the first event; its effective time is the event's.
  public var first = ""
  /// Statement of the second event; its effective time is the event's.
  public var second = ""

  /// Creates an empty test.
  public init() {}
}
