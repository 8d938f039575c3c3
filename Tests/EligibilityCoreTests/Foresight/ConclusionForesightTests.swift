import EligibilityCore
import Testing

/// A conclusion that follows from a criterion which does not apply is none, now and on later dates.
@Suite struct ConclusionForesightTests {
  private static func verdict(applies: Answer) throws -> Verdict {
    var conclusion = ConclusionTest()
    conclusion.instrument = "criteria"
    conclusion.computedBy = "computed"
    var bench = Bench(
      [
        ConceptDefinition("criteria", .instrument), ConceptDefinition("says", .statement),
        ConceptDefinition("other", .statement), ConceptDefinition("drug", .drug),
      ], sets: [CodeSet("drugs", concepts: ["drug"])],
      .exclusion("T", .conclusion(conclusion)),
      .step("computed", .says("says")).applying(if: "condition"),
      .step("condition", .says("other")),
      .inclusion("I", .group(.any, ["I.drug", "I.says"])),
      .step("I.drug", .exposure("drugs", PeriodDefinition(14, .days))),
      .step("I.says", .says("says")))
    bench.say("says", .yes)
    bench.say("other", applies)
    bench.snapshot.medications = [
      MedicationExposure("m", "drug", from: "2025-05-25", to: "2025-05-25")
    ]
    return try bench.reviewed(.medications).verdict()
  }

  /// The exposure leaves its window in June, which changes nothing: the statement stands.
  @Test(
    arguments: [(.no, .notApplicable, .eligible), (.yes, .triggered, .ineligible)]
      as [(Answer, CriterionOutcome, Outcome)])
  func itStands(_ applies: Answer, _ result: CriterionOutcome, _ outcome: Outcome) throws {
    let verdict = try Self.verdict(applies: applies)
    let outcomes = Dictionary(uniqueKeysWithValues: verdict.results.map { ($0.id, $0.outcome) })
    #expect(outcomes["T"] == result)
    #expect(outcomes["I"] == .met)
    #expect(verdict.outcome == outcome)
    #expect(verdict.validUntil == "")
  }
}
