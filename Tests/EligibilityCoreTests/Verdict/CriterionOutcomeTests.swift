import EligibilityCore
import Testing

@Suite struct CriterionOutcomeTests {
  /// An inclusion that is not met and an exclusion that is triggered fail; nothing else does.
  @Test(arguments: [
    (CriterionOutcome.met, false), (.notMet, true), (.triggered, true), (.notTriggered, false),
    (.unknown, false), (.notApplicable, false),
  ])
  func failures(_ outcome: CriterionOutcome, _ isFailure: Bool) {
    #expect(outcome.isFailure == isFailure)
  }

  /// The words of the protocol: inclusions are met or not, exclusions triggered or not.
  @Test(arguments: [
    (CriterionOutcome.met, "MET"), (.notMet, "NOT_MET"), (.triggered, "TRIGGERED"),
    (.notTriggered, "NOT_TRIGGERED"), (.unknown, "UNKNOWN"), (.notApplicable, "NOT_APPLICABLE"),
  ])
  func words(_ outcome: CriterionOutcome, _ word: String) {
    #expect(outcome.rawValue == word)
  }

  @Test(arguments: [
    (Outcome.eligible, "ELIGIBLE"), (.ineligible, "INELIGIBLE"), (.undetermined, "UNDETERMINED"),
    (.notAssessed, "NOT_ASSESSED"),
  ])
  func verdicts(_ outcome: Outcome, _ word: String) {
    #expect(outcome.rawValue == word)
  }
}
