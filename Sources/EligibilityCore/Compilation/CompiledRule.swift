/// Which truth of a test speaks for the patient: decides what "the worst of one day" is.
enum Polarity: Sendable {
  /// True is good for the patient's eligibility.
  case trueFavours
  /// False is good.
  case falseFavours
  /// Used both ways: results that disagree leave it unknown.
  case mixed
}

/// A node of the compiled logic; criteria and steps alike.
struct CompiledCriterion: Sendable {
  var id: String
  var role: CriterionRole
  var stages: [Stage]
  /// Index of the cohort; nil = none.
  var cohort: Int?
  /// The nearest reported criterion above; nil = top or step.
  var parent: Int?
  var appliesIf: Int?
  var voidIf: Int?
  var voidReason: String
  var reason: String
  var titles: [Text]
  var polarity: Polarity
  /// Whether a failure never passes.
  var isIncurable: Bool
  var flags: [(condition: Int, code: String)]
  var rule: CompiledRule

  var isReported: Bool { role != .step }
}

/// The logic of a node with every name resolved.
enum CompiledRule: Sendable {
  case group(kind: GroupKind, members: [Int], atLeast: Int)
  case conditional(condition: Int, then: Int, otherwise: Int)
  case sameAs(Int)
  case age(comparison: ComparisonOperator, years: Int)
  case sex(Sex)
  case result(CompiledResultTest)
  case measured(CompiledMeasuredTest)
  case finding(CompiledFindingTest)
  case exposure(CompiledExposureTest)
  case condition(CompiledConditionTest)
  case allergy(AllergyCategory)
  case participation(window: CalendarPeriod, end: ParticipationEnd)
  case consent
  case statement(CompiledStatementTest)
  case assessment(CompiledAssessmentTest)
  case gradeCount(instrument: Int, grade: String, atLeast: Int)
  case conclusion(instrument: Int, computedBy: Int?)
  case dailyDose(CompiledDailyDoseTest)
  case clearance(CompiledClearanceTest)
  case duration(
    components: [Int], period: CalendarPeriod, isStrict: Bool, start: DurationStart)
  case sequence(first: Int, second: Int)
}

struct CompiledResultTest: Sendable {
  enum Limit: Sendable {
    /// In each concept's canonical unit, parallel to `concepts`.
    case values([ExactRational], text: String, unit: String)
    case ulnMultiple(ExactRational, text: String)
  }

  var concepts: [Int]
  var comparison: ComparisonOperator
  var limit: Limit
  var window: CalendarPeriod?
  var ever: Bool
  var censoredIsWithin: Bool
}

struct CompiledMeasuredTest: Sendable {
  var concepts: [Int]
  var notBefore: [Int]
  var noneIsFalse: Bool
}

struct CompiledFindingTest: Sendable {
  var concepts: [Int]
  var expectsPositive: Bool
  var window: CalendarPeriod?
  var ever: Bool
  var methods: [Coding]
  var specimens: [Coding]
  var cutOffFromRange: Bool
  var staleAfter: Int?
  var latestOnly: Bool
}

struct CompiledExposureTest: Sendable {
  var drugSet: Int
  var window: CalendarPeriod?
  var anchorConcept: Int?
  var systemicOnly: Bool
  var targetPurposeOnly: Bool
  var targetDiseases: Int?
  var openSet: Int?
}

struct CompiledConditionTest: Sendable {
  var conditionSet: Int
  var scope: ConditionScope
  var window: CalendarPeriod?
  var requirement: ConditionRequirement?
  var includeSuspected: Bool
  var undecidedSet: Int?
  var exceptSet: Int?
  var statement: Int?
  var absenceIsNo: Bool
}

struct CompiledStatementTest: Sendable {
  var concept: Int
  var expectsYes: Bool
  var noWithoutCondition: Int?
  var noWithoutConclusion: [Int]
  var noWhenEmpty: Section?
  var isAsRecorded: Bool
}

struct CompiledAssessmentTest: Sendable {
  var instrument: Int
  var comparison: ComparisonOperator
  var limit: ExactRational
  var limitText: String
  /// The days that the instrument should look back over, from the knob.
  var windowDays: Int?
}

struct CompiledDailyDoseTest: Sendable {
  var drugSet: Int
  /// Factor to the reference drug, by concept.
  var factors: [Int: ExactRational]
  /// Factor to the table's unit, by unit.
  var unitFactors: [String: ExactRational]
  var unit: String
  var window: CalendarPeriod
  var comparison: ComparisonOperator
  var limit: ExactRational
  var limitText: String
  var rule: DailyDoseRule
}

struct CompiledClearanceTest: Sendable {
  var comparison: ComparisonOperator
  var limit: ExactRational
  var limitText: String
  var creatinine: Int
  var weight: Int
  var height: Int?
  var isNormalised: Bool
}
