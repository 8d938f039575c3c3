/// Something that a definition says and that its authors should look at: a contradiction, or a part that
/// can never count. It is no fault: the definition compiles, and verdicts follow it as it stands.
public struct ProtocolFinding: Sendable, Hashable {
  /// What was found.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Criteria that one path needs together leave no value: nobody passes the path.
    case emptyInterval = "EMPTY_INTERVAL"
    /// So few members of a group can be true that nobody passes the path.
    case noArmLeft = "NO_ARM_LEFT"
    /// A member of a group, or a branch, that can never be true together with what the path needs.
    case deadArm = "DEAD_ARM"
    /// A criterion that can never change a verdict.
    case cannotMatter = "CANNOT_MATTER"
    /// One quantity is held to different limits at two stages, or exempted for different reasons.
    case stagesDiffer = "STAGES_DIFFER"
    /// Items of a score that alone reach what a path demands make one of its exclusions true.
    case scoreItemExcludes = "SCORE_ITEM_EXCLUDES"
    /// An attestation takes the place of a limit, and no other limit holds.
    case exemptionWithoutLimit = "EXEMPTION_WITHOUT_LIMIT"
    /// Results of any age decide.
    case noAgeLimit = "NO_AGE_LIMIT"
    /// A medicine that a path asks for makes a result stale that it asks for, too.
    case treatmentMakesStale = "TREATMENT_MAKES_STALE"
  }

  /// What was found.
  public var kind: Kind
  /// The stages, in their order.
  public var stages: [Stage]
  /// Ids of the cohorts whose paths it concerns; empty = every path.
  public var cohorts: [String]
  /// Ids of the reported criteria, the one that fails or does not count first.
  public var criteria: [String]
  /// Id of the concept it is about, or `age`, `sex`, `creatinine_clearance`; empty where it is about logic
  /// alone.
  public var subject: String
  /// An example, or the two sides that exclude each other; empty where there is nothing to show.
  public var witness: String
  /// What it is, in one sentence.
  public var message: String
}

/// What a review of a compiled definition finds.
public struct ProtocolReview: Sendable, Hashable {
  /// The findings: by kind, then by stage, then in protocol order.
  public var findings: [ProtocolFinding]
  /// Whether everything was looked at. A definition with far more criteria than any protocol has is
  /// reviewed in part.
  public var isComplete: Bool
}

extension CompiledProtocol {
  /// Looks for contradictions that the definition makes provable under the readings in force.
  ///
  /// A pure function. A finding is proven from the logic, the limits and the definition's relations; where
  /// that does not suffice there is none, so a definition without findings may still contradict itself.
  /// Not looked for, since it would need guesses: how washouts and disease activity go together, how long
  /// a diagnosis takes, what a test shows falsely, whose upper limit is meant, which diseases overlap.
  public func review() -> ProtocolReview {
    var run = ReviewRun(self)
    return run.review()
  }
}
