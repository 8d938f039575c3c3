/// A length of time as a definition gives it; 0 or no unit is an error.
public struct PeriodDefinition: Sendable, Hashable {
  public var count = 0
  /// nil = unspecified, an error.
  public var unit: CalendarPeriod.Unit?

  /// Creates an empty period.
  public init() {}
}

/// Compares the completed years of age.
public struct AgeTest: Sendable, Hashable {
  public var comparison: ComparisonOperator?
  public var years = 0

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
  }

  public var concepts: [String] = []
  public var comparison: ComparisonOperator?
  /// nil = none given, an error.
  public var limit: Limit?
  public var window: PeriodDefinition?
  /// Whether the most favourable of all results counts, not the latest.
  public var ever = false
  /// Whether "not detected" and "< number" without an upper limit count as within it.
  public var censoredIsWithin = false

  /// Creates an empty test.
  public init() {}
}

/// Compares a qualitative finding.
public struct FindingTest: Sendable, Hashable {
  public var concepts: [String] = []
  /// `positive` or `negative`; anything else is an error.
  public var expected: Finding?
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

  /// Creates an empty test.
  public init() {}
}

/// Whether a medicine of a set was given.
public struct ExposureTest: Sendable, Hashable {
  public var drugSet = ""
  /// nil = at any time up to the index date.
  public var window: PeriodDefinition?
  /// The concept whose selected result is the anchor; empty = the index date.
  public var anchorConcept = ""
  public var systemicOnly = false
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
  public var conditionSet = ""
  /// nil = unspecified, an error.
  public var scope: ConditionScope?
  public var window: PeriodDefinition?
  public var requirement: ConditionRequirement?
  public var includeSuspected = false
  /// Diagnoses that do not decide: one of them makes the answer unknown.
  public var undecidedSet = ""
  /// Diagnoses that never count.
  public var exceptSet = ""
  /// A statement that answers the same question.
  public var statement = ""

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
  public var window: PeriodDefinition?
  public var end: ParticipationEnd?

  /// Creates an empty test.
  public init() {}
}

/// Whether a statement was answered so.
public struct StatementTest: Sendable, Hashable {
  public var concept = ""
  /// `yes` or `no`; anything else is an error.
  public var expected: Answer?
  /// Diagnoses: with the conditions reviewed and none of them recorded, a missing answer is "no".
  public var noWithoutCondition = ""
  /// Classification criteria that must not be met for `noWithoutCondition` to hold.
  public var noWithoutConclusion: [String] = []
  /// A section that, reviewed and empty, answers "no".
  public var noWhenEmpty: Section?

  /// Creates an empty test.
  public init() {}
}

/// Compares the recorded total of a score.
public struct AssessmentTest: Sendable, Hashable {
  public var instrument = ""
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
  public var instrument = ""
  public var grade = ""
  public var atLeast = 0

  /// Creates an empty test.
  public init() {}
}

/// Whether classification criteria are met.
public struct ConclusionTest: Sendable, Hashable {
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
}

/// Compares the equivalent daily dose of all medicines of a table.
public struct DailyDoseTest: Sendable, Hashable {
  public var doseTable = ""
  public var window: PeriodDefinition?
  public var comparison: ComparisonOperator?
  /// Decimal text in the table's unit a day.
  public var limit = ""
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

/// Compares the creatinine clearance after Cockcroft and Gault (1976).
public struct ClearanceTest: Sendable, Hashable {
  public var comparison: ComparisonOperator?
  /// Decimal text, mL/min or mL/min/1.73 m2.
  public var limit = ""
  public var creatinine = ""
  public var weight = ""
  public var height = ""
  /// nil = as it is.
  public var normalisation: BodySizeNormalisation?

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
  public var period: PeriodDefinition?
  /// `greaterOrEqual` or `greater`.
  public var comparison: ComparisonOperator?
  public var start: DurationStart?

  /// Creates an empty test.
  public init() {}
}

/// Whether the second event is recorded after the first; both are statements whose effective time is
/// the event's.
public struct SequenceTest: Sendable, Hashable {
  public var first = ""
  public var second = ""

  /// Creates an empty test.
  public init() {}
}
