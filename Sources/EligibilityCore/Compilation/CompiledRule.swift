/// Which truth of a test speaks for the patient: decides what "the worst of one day" is.
enum Polarity: Sendable {
  /// True is good for the patient's eligibility.
  case trueFavours
  /// False is good.
  case falseFavours
  /// Used both ways: results that disagree leave it unknown.
  case mixed
}

/// A node of the compiled logic; criteria and steps alike. A reference, since a run looks at each node many
/// times.
final class CompiledCriterion: Sendable {
  let id: String
  let role: CriterionRole
  let stages: [Stage]
  /// Index of the cohort; nil = none.
  let cohort: Int?
  /// The nearest reported criterion above; nil = top or step.
  let parent: Int?
  let appliesIf: Int?
  let voidIf: Int?
  let voidReason: String
  let reason: String
  let titles: [Text]
  let polarity: Polarity
  /// Its own id where it is reported, else that of the criterion that it is a step of.
  let reportedID: String
  /// Whether a failure never passes.
  let isIncurable: Bool
  let flags: [(condition: Int, code: String)]
  let rule: CompiledRule
  /// Whether it looks at facts itself, not at other criteria alone.
  let isLeaf: Bool
  /// The criteria that decide what it comes to.
  let dependencies: [Int]

  init(_ draft: CriterionDraft) {
    id = draft.id
    role = draft.role
    stages = draft.stages
    cohort = draft.cohort
    parent = draft.parent
    appliesIf = draft.appliesIf
    voidIf = draft.voidIf
    voidReason = draft.voidReason
    reason = draft.reason
    titles = draft.titles
    polarity = draft.polarity
    reportedID = draft.reportedID
    isIncurable = draft.isIncurable
    flags = draft.flags
    rule = draft.rule
    isLeaf = rule.isLeaf
    dependencies = draft.dependencies
  }

  var isReported: Bool { role != .step }

}

/// A criterion that is a part of another.
struct CriterionPart: Sendable {
  var index: Int
  var parent: Int

  static func all(of criteria: [CompiledCriterion]) -> [CriterionPart] {
    criteria.enumerated().compactMap { index, criterion in
      criterion.parent.map { CriterionPart(index: index, parent: $0) }
    }
  }
}

/// A node while its links to others are being found.
struct CriterionDraft {
  var id: String
  var role: CriterionRole
  var stages: [Stage]
  var cohort: Int?
  var parent: Int?
  var appliesIf: Int?
  var voidIf: Int?
  var voidReason: String
  var reason: String
  var titles: [Text]
  var polarity: Polarity
  var reportedID: String
  var isIncurable: Bool
  var flags: [(condition: Int, code: String)]
  var rule: CompiledRule

  var isReported: Bool { role != .step }

  /// The criteria that decide what it comes to.
  var dependencies: [Int] {
    let components = if case .duration(let test) = rule { test.components } else { [Int]() }
    return rule.members + components + [appliesIf, voidIf].compactMap { $0 }
  }
}

/// The logic of a node with every name resolved.
indirect enum CompiledRule: Sendable, Hashable {
  case group(kind: GroupKind, members: [Int], atLeast: Int)
  case conditional(condition: Int, then: Int, otherwise: Int)
  case sameAs(Int)
  /// Unknown without years.
  case age(comparison: ComparisonOperator, years: Int?)
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
  case duration(CompiledDurationTest)
  case sequence(first: Int, second: Int)
  case change(CompiledChangeTest)
  case persistence(CompiledPersistenceTest)
  case enrolment
}

extension CompiledRule {
  /// The exposure test that it comes down to, through references.
  func exposure(through rule: (Int) -> CompiledRule) -> CompiledExposureTest? {
    switch self {
    case .exposure(let test): test
    case .sameAs(let target): rule(target).exposure(through: rule)
    default: nil
    }
  }

  /// The criteria that it refers to as its own logic.
  var members: [Int] {
    switch self {
    case .group(_, let members, _): members
    case .conditional(let condition, let then, let otherwise): [condition, then, otherwise]
    case .sameAs(let target): [target]
    case .conclusion(_, let computedBy): computedBy.map { [$0] } ?? []
    default: []
    }
  }

  /// Whether it looks at facts itself, not at other criteria alone.
  var isLeaf: Bool {
    switch self {
    case .group, .conditional, .sameAs, .duration: false
    case .conclusion(_, let computedBy): computedBy == nil
    default: true
    }
  }
}

/// A measured amount against a limit. A reference, since a run hands it on many times.
final class CompiledResultTest: Sendable, Hashable {
  enum Limit: Sendable, Hashable {
    /// In each concept's canonical unit, parallel to `concepts`.
    case values([ExactRational], text: String, unit: String)
    case ulnMultiple(ExactRational, text: String)
    /// The knob gives no number: the test does not decide.
    case none
  }

  let concepts: [Int]
  let comparison: ComparisonOperator
  let limit: Limit
  let window: CalendarPeriod?
  let ever: Bool
  let censoredIsWithin: Bool
  let invalidAfter: CompiledInvalidAfter?
  /// Comparison and limit, for reading: `<= 3 x ULN`.
  let limitText: String

  init(
    concepts: [Int], comparison: ComparisonOperator, limit: Limit, window: CalendarPeriod?,
    ever: Bool, censoredIsWithin: Bool, invalidAfter: CompiledInvalidAfter?
  ) {
    self.concepts = concepts
    self.comparison = comparison
    self.limit = limit
    self.window = window
    self.ever = ever
    self.censoredIsWithin = censoredIsWithin
    self.invalidAfter = invalidAfter
    limitText =
      switch limit {
      case .values(_, let text, let unit): "\(comparison.symbol) \(text) \(unit)"
      case .ulnMultiple(_, let text): "\(comparison.symbol) \(text) x ULN"
      case .none: ""
      }
  }

  static func == (left: CompiledResultTest, right: CompiledResultTest) -> Bool {
    left === right
      || (left.concepts == right.concepts && left.comparison == right.comparison
        && left.limit == right.limit && left.window == right.window && left.ever == right.ever
        && left.censoredIsWithin == right.censoredIsWithin
        && left.invalidAfter == right.invalidAfter)
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(concepts)
    hasher.combine(comparison)
    hasher.combine(limit)
    hasher.combine(window)
    hasher.combine(ever)
    hasher.combine(censoredIsWithin)
    hasher.combine(invalidAfter)
  }
}

struct CompiledMeasuredTest: Sendable, Hashable {
  var concepts: [Int]
  var notBefore: [Int]
  var noneIsFalse: Bool
  var invalidAfter: CompiledInvalidAfter?
}

struct CompiledInvalidAfter: Sendable, Hashable {
  var drugSet: Int
  var window: CalendarPeriod
}

struct CompiledDurationTest: Sendable, Hashable {
  var components: [Int]
  var period: CalendarPeriod
  var isStrict: Bool
  var start: DurationStart
  var isConcurrent: Bool
}

struct CompiledChangeTest: Sendable, Hashable {
  var concept: Int
  var direction: ChangeDirection
  var comparison: ComparisonOperator
  var amount: ExactRational
  var amountText: String
  var isAbsolute: Bool
  var period: CalendarPeriod
  var baseline: ChangeBaseline
}

struct CompiledPersistenceTest: Sendable, Hashable {
  var concepts: [Int]
  var count: Int
  var apart: CalendarPeriod?
  var within: CalendarPeriod?
  /// By concept; nil = none.
  var above: [ExactRational]?
  var aboveText: String
  var abovePercentile99: Bool

  /// Whether a result needs an amount to decide.
  var needsAmount: Bool { above != nil || abovePercentile99 }
}

/// A finding that is expected. A reference, since a run hands it on many times.
final class CompiledFindingTest: Sendable, Hashable {
  let concepts: [Int]
  let expectsPositive: Bool
  let window: CalendarPeriod?
  let ever: Bool
  let methods: [Coding]
  let specimens: [Coding]
  let cutOffFromRange: Bool
  let staleAfter: Int?
  let latestOnly: Bool

  init(
    concepts: [Int], expectsPositive: Bool, window: CalendarPeriod?, ever: Bool,
    methods: [Coding], specimens: [Coding], cutOffFromRange: Bool, staleAfter: Int?,
    latestOnly: Bool
  ) {
    self.concepts = concepts
    self.expectsPositive = expectsPositive
    self.window = window
    self.ever = ever
    self.methods = methods
    self.specimens = specimens
    self.cutOffFromRange = cutOffFromRange
    self.staleAfter = staleAfter
    self.latestOnly = latestOnly
  }

  static func == (left: CompiledFindingTest, right: CompiledFindingTest) -> Bool {
    left === right
      || (left.concepts == right.concepts && left.expectsPositive == right.expectsPositive
        && left.window == right.window && left.ever == right.ever
        && left.methods == right.methods && left.specimens == right.specimens
        && left.cutOffFromRange == right.cutOffFromRange && left.staleAfter == right.staleAfter
        && left.latestOnly == right.latestOnly)
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(concepts)
    hasher.combine(expectsPositive)
    hasher.combine(window)
    hasher.combine(ever)
    hasher.combine(methods)
    hasher.combine(specimens)
    hasher.combine(cutOffFromRange)
    hasher.combine(staleAfter)
    hasher.combine(latestOnly)
  }
}

struct CompiledExposureTest: Sendable, Hashable {
  var drugSet: Int
  var window: CalendarPeriod?
  var anchorConcept: Int?
  var systemicOnly: Bool
  var targetPurposeOnly: Bool
  var targetDiseases: Int?
  var openSet: Int?
  /// The window for reading; empty = there is none.
  var limitText: String

  init(
    drugSet: Int, window: CalendarPeriod?, anchorConcept: Int?, systemicOnly: Bool,
    targetPurposeOnly: Bool, targetDiseases: Int?, openSet: Int?
  ) {
    self.drugSet = drugSet
    self.window = window
    self.anchorConcept = anchorConcept
    self.systemicOnly = systemicOnly
    self.targetPurposeOnly = targetPurposeOnly
    self.targetDiseases = targetDiseases
    self.openSet = openSet
    let within = window.map { "within \($0)" } ?? ""
    limitText = anchorConcept == nil || within.isEmpty ? within : within + " before the test"
  }
}

struct CompiledConditionTest: Sendable, Hashable {
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

struct CompiledStatementTest: Sendable, Hashable {
  var concept: Int
  var expectsYes: Bool
  var noWithoutCondition: Int?
  var noWithoutConclusion: [Int]
  var noWhenEmpty: Section?
  var isAsRecorded: Bool
  var window: CalendarPeriod?
}

struct CompiledAssessmentTest: Sendable, Hashable {
  var instrument: Int
  var comparison: ComparisonOperator
  var limit: ExactRational
  var limitText: String
  /// The days that the instrument should look back over, from the knob.
  var windowDays: Int?
}

struct CompiledDailyDoseTest: Sendable, Hashable {
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

struct CompiledClearanceTest: Sendable, Hashable {
  var comparison: ComparisonOperator
  var limit: ExactRational
  var limitText: String
  var creatinine: Int
  var weight: Int
  var height: Int?
  var normalisation: BodySizeNormalisation?
  var weightBasis: WeightBasis?
}
