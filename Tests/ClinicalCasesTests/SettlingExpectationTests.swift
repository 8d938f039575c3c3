import EligibilityCore
import MessageCoding
import Testing

@testable import ClinicalCases

/// What a case expects of settle sets and times, against verdicts made by hand.
@Suite struct SettlingExpectationTests {
  private func fact(_ concept: String, _ values: String = "", from day: String = "") -> MissingFact
  {
    var fact = MissingFact()
    (fact.concept, fact.settlingValues) = (concept, values)
    fact.notBefore = CalendarDate(parsing: day)
    return fact
  }

  private func set(_ direction: SettleDirection, _ facts: MissingFact...) -> SettleSet {
    SettleSet(direction: direction, facts: facts)
  }

  private func verdict() throws -> Verdict {
    let day = try #require(CalendarDate(parsing: "2025-03-15"))
    var verdict = Verdict(outcome: .undetermined, stage: .enrolment, indexDate: day)
    verdict.settleSets = [
      set(.toEligible, fact("cbp", "NO")),
      set(.toEligible, fact("hcg", "NEGATIVE"), fact("lactating", "NO")),
      set(.toIneligible, fact("hcg", "POSITIVE")), set(.toIneligible, fact("hcg", "NONE")),
    ]
    verdict.outstandingAttestations = [fact("cbp", "NO"), fact("lactating", "NO")]
    verdict.toRepeat = [fact("hcg", from: "2025-03-23"), fact("alt")]
    verdict.validUntil = "2025-03-21"
    verdict.passesOn = PassesOn()
    verdict.passesOn?.date = CalendarDate(parsing: "2025-03-30")
    var result = CriterionResult(id: "C4.2", parentID: "C4", outcome: .unknown)
    result.missing = [fact("urine_hcg")]
    verdict.results = [result]
    return verdict
  }

  private func differences(_ text: String, _ verdict: Verdict) throws -> [String] {
    try SettlingExpectation(try DocumentParser.parse(text)).differences(verdict)
  }

  @Test(arguments: [
    // The order of sets and facts is free; values are compared where they are given.
    "settle_to_eligible: [[lactating, hcg NEGATIVE], [cbp]]",
    "settle_to_eligible: [[cbp NO], [hcg, lactating NO]]",
    "settle_to_ineligible: [[hcg], [hcg POSITIVE]]",
    "settle_to_ineligible: [[hcg POSITIVE], [hcg]]", "settle_to_eligible_includes: [[cbp]]",
    "settle_to_ineligible_includes: [[hcg NONE], [hcg]]", "never_asked: [alt, anc]",
    "outstanding: [lactating, cbp]", "verdict_passes_on: 2025-03-30",
    "to_repeat: [alt, hcg 2025-03-23]", "to_repeat: [hcg, alt]", "valid_until: 2025-03-21",
  ]) func whatHolds(_ text: String) throws {
    #expect(try differences(text, verdict()) == [])
  }

  @Test(arguments: [
    "settle_to_eligible: []", "settle_to_eligible: [[cbp]]",
    "settle_to_eligible: [[cbp], [hcg]]", "settle_to_eligible: [[cbp], [hcg, lactating, alt]]",
    "settle_to_eligible: [[cbp], [hcg POSITIVE, lactating]]",
    "settle_to_eligible: [[cbp], [cbp]]", "settle_to_eligible: [[cbp YES], [hcg, lactating]]",
    "settle_to_eligible: [[cbp], [hcg, hcg]]", "settle_to_ineligible: [[hcg]]",
    "settle_to_ineligible: [[hcg POSITIVE], [hcg POSITIVE]]",
    "settle_to_eligible_includes: [[lactating]]", "settle_to_eligible_includes: [[hcg POSITIVE]]",
    "settle_to_ineligible_includes: [[cbp]]", "never_asked: [lactating]",
    "never_asked: [urine_hcg]", "outstanding: []", "outstanding: [cbp]",
    "outstanding: [cbp, lactating, hcg]", "verdict_passes_on: none",
    "verdict_passes_on: 2025-03-31", "to_repeat: []", "to_repeat: [hcg 2025-03-23]",
    "to_repeat: [hcg 2025-03-24, alt]", "to_repeat: [hcg, hcg]", "valid_until: ''",
    "valid_until: 2025-03-22",
  ]) func whatDoesNotHold(_ text: String) throws {
    #expect(try differences(text, verdict()).count == 1)
  }

  /// An attestation that stands outside of every set and list is asked for all the same.
  @Test func anOutstandingAttestationIsAskedFor() throws {
    var verdict = try verdict()
    (verdict.settleSets, verdict.results) = ([], [])
    #expect(try differences("never_asked: [cbp]", verdict).count == 1)
  }

  @Test func aVerdictWithoutAnything() throws {
    var verdict = try verdict()
    (verdict.settleSets, verdict.outstandingAttestations, verdict.toRepeat) = ([], [], [])
    (verdict.validUntil, verdict.passesOn) = ("", nil)
    for text in [
      "settle_to_eligible: []", "settle_to_ineligible: []", "outstanding: []", "to_repeat: []",
      "valid_until: ''", "verdict_passes_on: none",
    ] {
      #expect(try differences(text, verdict) == [])
    }
  }

  @Test func conditionsAndInstants() throws {
    var verdict = try verdict()
    var passes = PassesOn()
    passes.never = true
    verdict.passesOn = passes
    #expect(try differences("verdict_passes_on: never", verdict) == [])
    (passes.never, passes.condition) = (false, "AFTER_LAST_DOSE 15 d")
    verdict.passesOn = passes
    #expect(try differences("verdict_passes_on: AFTER_LAST_DOSE 15 d", verdict) == [])
    passes.instant = Instant(seconds: 0)
    verdict.passesOn = passes
    #expect(try differences("verdict_passes_on: \"1970-01-01T00:00:00Z\"", verdict) == [])
  }
}
