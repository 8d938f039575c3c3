/// The part a criterion plays.
public enum CriterionRole: String, Sendable, Hashable {
  case inclusion = "INCLUSION"
  case exclusion = "EXCLUSION"
  /// Reported like an inclusion; decides only through the criteria that refer to it.
  case shared = "SHARED"
  /// Never reported itself.
  case step = "STEP"
}

/// A criterion, or a step of one.
public struct Criterion: Sendable, Hashable {
  /// Id: `C3.1`. Unique in the definition.
  public var id = ""
  /// nil = unspecified, an error.
  public var role: CriterionRole?
  /// Empty for steps.
  public var stages: [Stage] = []
  /// The cohort it belongs to. Empty for common criteria, exclusions and steps.
  public var cohort = ""
  /// Where that criterion is false, this one is NOT_APPLICABLE.
  public var appliesIf = ""
  /// Where that criterion is true, this one is UNKNOWN.
  public var voidIf = ""
  /// Reason code when this one is void. With `CONFLICT` the facts behind it are data issues.
  public var voidReason = ""
  /// Reason code when it fails: not met, or triggered.
  public var reason = ""
  /// Place in the protocol: `Step 1, common inclusion 3.1 A`.
  public var place = ""
  /// The place in other languages; one that has none here is shown `place`.
  public var placeTexts: [Text] = []
  /// Titles.
  public var titles: [Text] = []
  /// What its sentence says, in our words.
  public var paraphrases: [Text] = []
  /// The reading that it follows, in words.
  public var readingNotes: [Text] = []
  /// The knobs that touch it.
  public var knobs: [String] = []
  /// Whether a failure never passes, whatever time brings.
  public var isIncurable = false
  /// What the verdict warns about beside the outcome.
  public var flags: [FlagRule] = []
  /// Id of the criterion that this one is reported under although that one's logic does not refer to it.
  public var partOf = ""
  /// The logic; nil = none given, an error.
  public var rule: Rule?

  /// Creates an empty criterion.
  public init() {}
}

/// The logic of a criterion.
public enum Rule: Sendable, Hashable {
  case group(GroupRule)
  case conditional(ConditionalRule)
  /// The outcome of the criterion with this id.
  case sameAs(String)
  case byReading(ReadingChoiceRule)
  case age(AgeTest)
  /// nil = unspecified, an error.
  case sex(Sex?)
  case result(ResultTest)
  /// Whether a usable result of one of these concepts exists.
  case measured(MeasuredTest)
  case finding(FindingTest)
  case exposure(ExposureTest)
  case condition(ConditionTest)
  /// A severe allergy of the category; nil = unspecified, an error.
  case allergy(AllergyCategory?)
  case participation(ParticipationTest)
  case consent
  case statement(StatementTest)
  case assessment(AssessmentTest)
  case gradeCount(GradeCountTest)
  case conclusion(ConclusionTest)
  case dailyDose(DailyDoseTest)
  case clearance(ClearanceTest)
  case duration(DurationTest)
  case sequence(SequenceTest)
  case change(ChangeTest)
  case persistence(PersistenceTest)
  case enrolment
}

/// Warns when another criterion is true. It changes no outcome.
public struct FlagRule: Sendable, Hashable {
  /// Id of the criterion.
  public var condition = ""
  /// Code of the warning.
  public var code = ""

  /// Creates an empty rule.
  public init() {}
}

/// How a group combines its members.
public enum GroupKind: String, Sendable, Hashable {
  case all = "ALL"
  case any = "ANY"
  case atLeast = "AT_LEAST"
  case none = "NONE"
  case firstKnown = "FIRST_KNOWN"
  case anyKnown = "ANY_KNOWN"
}

/// A group of criteria.
public struct GroupRule: Sendable, Hashable {
  /// nil = unspecified, an error.
  public var kind: GroupKind?
  /// Ids of the members.
  public var members: [String] = []
  /// For `atLeast`.
  public var atLeast = 0

  /// Creates an empty group.
  public init() {}
}

/// If, then, else.
public struct ConditionalRule: Sendable, Hashable {
  /// The condition.
  public var condition = ""
  /// Decides when the condition is true.
  public var then = ""
  /// Decides when the condition is false.
  public var otherwise = ""

  /// Creates an empty rule.
  public init() {}
}

/// A choice by a reading, made when the definition is compiled.
public struct ReadingChoiceRule: Sendable, Hashable {
  /// A setting and the criterion that decides under it.
  public struct Option: Sendable, Hashable {
    /// A setting of the knob.
    public var value = ""
    /// Id of the criterion that decides under it.
    public var criterion = ""

    /// Creates an empty option.
    public init() {}
  }

  /// The knob.
  public var knob = ""
  /// One criterion for each setting.
  public var options: [Option] = []
  /// Id of the criterion that decides where the knob is a number.
  public var number = ""

  /// Creates an empty rule.
  public init() {}
}
