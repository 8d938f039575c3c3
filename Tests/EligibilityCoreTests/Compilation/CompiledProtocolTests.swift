import EligibilityCore
import Testing

@Suite struct CompiledProtocolTests {
  @Test func itCarriesWhatTheDefinitionSays() throws {
    let program = try CompiledProtocol(.whole, digest: "abc")
    #expect(program.trial == "trial" && program.version == "1" && program.digest == "abc")
    #expect(program.cohorts.map(\.id) == ["A"])
    #expect(program.stages == [.enrolment])
  }

  /// Reported criteria in protocol order, each with the criterion that it is a part of; steps are not
  /// among them.
  @Test func summaries() throws {
    let program = try CompiledProtocol(.whole, digest: "")
    let reported = ProtocolDefinition.whole.criteria.filter { $0.role != .step }.map(\.id)
    #expect(program.summaries.map(\.id) == reported)
    let parents = program.summaries.filter { !$0.parentID.isEmpty }
    #expect(parents.map(\.id) == ["part", "part2"])
    #expect(parents.allSatisfy { $0.parentID == "group" })
    #expect(program.summaries.filter { $0.cohort == "A" }.map(\.id) == ["A.1"])
  }

  @Test func summariesCarryThePlaceInEveryLanguage() throws {
    var definition = ProtocolDefinition.whole
    definition.criteria[0].place = "Step 1, 1"
    definition.criteria[0].placeTexts = [Text(language: "zh", text: "步骤1，1")]
    let program = try CompiledProtocol(definition, digest: "")
    let summary = try #require(
      program.summaries.first { $0.id == definition.criteria[0].id })
    #expect(summary.place == "Step 1, 1")
    #expect(summary.placeTexts == [Text(language: "zh", text: "步骤1，1")])
    #expect(program.summaries.last?.placeTexts == [])
  }

  @Test func testsNameTheReasonsTheyGive() {
    #expect(Rule.consent.failureReasons.contains("CONSENT_WITHDRAWN"))
    #expect(Rule.consent.failureReasons.count == 3 && Rule.enrolment.failureReasons.count == 4)
    #expect(Rule.sex(.female).failureReasons.isEmpty)
  }

  /// A part may be reached through steps; what is shared is nobody's part.
  @Test func partsThroughSteps() throws {
    let definition = ProtocolDefinition.draft(
      concepts: [ConceptDefinition("s", .statement)],
      criteria: [
        .inclusion("T", .group(.all, ["step"])), .step("step", .group(.any, ["P", "S"])),
        .inclusion("P", .says("s")), .shared("S", .says("s")),
      ])
    let program = try CompiledProtocol(definition, digest: "")
    let parents = Dictionary(
      uniqueKeysWithValues: program.summaries.map { ($0.id, $0.parentID) })
    #expect(parents == ["A.1": "", "T": "", "P": "T", "S": ""])
  }

  /// Every knob is printed with its setting, in the definition's order; the last reading of a knob rules.
  @Test func readings() throws {
    var definition = ProtocolDefinition.whole
    #expect(
      try CompiledProtocol(definition, digest: "").readings
        == [
          Reading(knob: "choice", value: "one"), Reading(knob: "days", value: "30"),
          Reading(knob: "window.bounds", value: "closed"),
        ])
    definition.readings = [
      Reading(knob: "window.bounds", value: "half_open"), Reading(knob: "days", value: "10"),
      Reading(knob: "choice", value: "one"), Reading(knob: "choice", value: "two"),
    ]
    #expect(
      try CompiledProtocol(definition, digest: "").readings
        == [
          Reading(knob: "choice", value: "two"), Reading(knob: "days", value: "10"),
          Reading(knob: "window.bounds", value: "half_open"),
        ])
  }

  /// A choice is made when the definition is compiled: the other branch plays no part.
  @Test func choices() throws {
    for (setting, expected) in [("one", CriterionOutcome.met), ("two", .notMet)] {
      var bench = Bench(
        [ConceptDefinition("s", .statement), ConceptDefinition("t", .statement)],
        knobs: [KnobDefinition("k", ["one", "two"], "one")],
        .inclusion("T", .reading("k", [("one", "first"), ("two", "second")])),
        .step("first", .says("s")), .step("second", .says("t"))
      ).reading("k", setting)
      bench.say("s", .yes)
      bench.say("t", .no)
      #expect(try bench.outcome() == expected)
      #expect(try bench.verdict().readings == [Reading(knob: "k", value: setting)])
    }
  }

  /// A stage without criteria is not one that can be decided, and shared criteria do not make one.
  @Test func stages() throws {
    var definition = ProtocolDefinition.whole
    definition.edit("consent") { $0.stages = [.enrolment, .infusion] }
    #expect(try CompiledProtocol(definition, digest: "").stages == [.enrolment, .infusion])
    definition = .whole
    definition.edit("shared") { $0.stages = [.infusion] }
    #expect(try CompiledProtocol(definition, digest: "").stages == [.enrolment])
  }

  /// A flag warns beside the outcome and changes nothing else.
  @Test(arguments: [(Truth.true, true), (.false, false), (.unknown, false)])
  func flags(_ truth: Truth, _ warns: Bool) throws {
    var flagged = Criterion.inclusion("T", .says("s"))
    flagged.flags = [FlagRule("ground", code: "LOOK_AT_THIS")]
    var bench = Bench(
      [ConceptDefinition("s", .statement), ConceptDefinition("t", .statement)], flagged,
      .step("ground", .says("t")))
    bench.say("s", .yes)
    bench.say("t", truth)
    let verdict = try bench.verdict()
    #expect(verdict.outcome == .eligible)
    #expect(
      verdict.warnings.filter { $0.code == "LOOK_AT_THIS" }.map(\.criterionID)
        == (warns ? ["T"] : []))
  }

  /// A failure that never passes says so, whatever its parts say about time.
  @Test func incurableFailures() throws {
    var criterion = Criterion.exclusion("T", .exposure("drugs", PeriodDefinition(14, .days)))
    var bench = Bench(
      [ConceptDefinition("drug", .drug)], sets: [CodeSet("drugs", concepts: ["drug"])], criterion)
    bench.snapshot.medications = [MedicationExposure("m", "drug", from: "2025-05-30")]
    #expect(try bench.result().passesOn == .on("2025-06-14"))
    criterion.isIncurable = true
    bench.definition.edit("T") { $0 = criterion }
    #expect(try bench.result().passesOn == .notWithTime)
  }
}
