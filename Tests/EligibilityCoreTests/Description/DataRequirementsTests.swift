import EligibilityCore
import Testing

/// What a definition asks a hospital for.
@Suite struct DataRequirementsTests {
  /// The requirements of a draft with these criteria.
  private func requirements(
    _ concepts: [ConceptDefinition] = [], sets: [CodeSet] = [], doses: [DoseTable] = [],
    knobs: [KnobDefinition] = [], readings: [Reading] = [], _ criteria: Criterion...
  ) -> DataRequirements {
    var definition = ProtocolDefinition.draft(
      concepts: concepts, codeSets: sets, doseTables: doses, knobs: knobs, criteria: criteria)
    definition.readings = readings
    return DataRequirements(of: definition)
  }

  private func item(_ id: String, _ requirements: DataRequirements) throws -> DataRequirement {
    try #require(requirements.items.first { $0.id == id }, "no item '\(id)'")
  }

  @Test func aResultIsAskedForWithItsUnitsAndItsUpperLimit() throws {
    var test = ResultTest()
    test.concepts = ["alt"]
    test.comparison = .lessOrEqual
    test.limit = .ulnMultiple("3")
    test.window = PeriodDefinition(7, .days)
    var concept = ConceptDefinition("alt", .quantity, unit: "U/L", units: [("ukat/L", "60")])
    concept.codings = [Coding(system: "http://loinc.org", code: "1742-6")]
    concept.titles = Text.any("ALT")
    let found = requirements([concept], .inclusion("T", .result(test)))
    let alt = try item("alt", found)
    #expect(alt.kind == .observation && !alt.isAttestation)
    #expect(alt.titles == Text.any("ALT") && alt.codings == concept.codings)
    #expect(alt.unit == "U/L" && alt.units == concept.units)
    #expect(alt.fields == ["effective", "quantity", "reference_range.high"])
    #expect(alt.uses.map(\.criterion) == ["T"] && alt.uses.map(\.purpose) == [.decides])
    #expect(alt.uses.first?.window == test.window)
    #expect(found.sections.map(\.section) == [.conditions])
  }

  @Test func aFindingIsAskedForByMethodAndSpecimen() throws {
    let blood = Coding(system: "http://snomed.info/sct", code: "119297000")
    var test = FindingTest()
    test.concepts = ["serum", "amount"]
    test.expected = .negative
    test.specimens = [blood]
    test.cutOffFromRange = true
    test.staleAfter = "drugs"
    let found = requirements(
      [
        ConceptDefinition("serum", .finding),
        ConceptDefinition("amount", .finding, unit: "[iU]/L"), ConceptDefinition("drug", .drug),
      ], sets: [CodeSet("drugs", concepts: ["drug"])], .inclusion("T", .finding(test)))
    #expect(try item("serum", found).fields == ["effective", "finding", "specimen"])
    #expect(try item("amount", found).fields.contains("reference_range.high"))
    #expect(try item("amount", found).specimens == [blood])
    #expect(try item("drugs", found).uses.map(\.purpose) == [.warns])
    // A warning needs no review.
    #expect(!found.sections.contains { $0.section == .medications })
  }

  @Test func aMedicineIsAskedForByItsSet() throws {
    let rule = Rule.exposure("both", PeriodDefinition(14, .days)) {
      $0.anchorConcept = "count"
      $0.systemicOnly = true
      $0.targetPurposeOnly = true
      $0.openSet = "open"
    }
    let found = requirements(
      [
        ConceptDefinition("one", .drug), ConceptDefinition("two", .drug),
        ConceptDefinition("count", .quantity, unit: "1"),
      ],
      sets: [
        CodeSet("both", concepts: ["one"], includes: ["coded"]),
        CodeSet("coded", "urn:atc", prefixes: ["L04"]), CodeSet("open", concepts: ["two"]),
      ], .exclusion("T", rule))
    let both = try item("both", found)
    #expect(both.kind == .medication)
    #expect(both.concepts.map(\.id) == ["one"])
    #expect(both.members.map(\.prefixes) == [["L04"]])
    #expect(both.fields == ["start", "end", "route", "purpose", "indications"])
    #expect(both.uses.map(\.anchor) == ["count"])
    #expect(try item("open", found).concepts.map(\.id) == ["two"])
    #expect(try item("count", found).kind == .observation)
    let review = try #require(found.sections.first { $0.section == .medications })
    #expect(review.criteria == ["T"] && review.alternatives.isEmpty)
  }

  @Test func aDailyDoseIsAskedForInTheTablesUnit() throws {
    let whole = DataRequirements(of: .whole)
    let drugs = try item("drugs", whole)
    #expect(drugs.unit == "mg" && drugs.units.map(\.unit) == ["g"])
    #expect(Set(drugs.fields).isSuperset(of: ["dose", "dose_basis", "frequency", "route"]))
    #expect(drugs.uses.contains { $0.criterion == "dosed" && $0.window?.count == 14 })
  }

  @Test func aDiagnosisMayBeAnsweredByAStatement() throws {
    let rule = Rule.condition("ills", .activePastUnknown) {
      $0.requirement = .severe
      $0.statement = "said"
    }
    let found = requirements(
      [ConceptDefinition("ill", .condition), ConceptDefinition("said", .statement)],
      sets: [CodeSet("ills", concepts: ["ill"])], .exclusion("T", rule))
    #expect(
      try item("ills", found).fields
        == ["verification_status", "clinical_status", "abatement", "severity"])
    let said = try item("said", found)
    #expect(said.isAttestation && said.kind == .attestation)
    #expect(said.uses.map(\.purpose) == [.alternative])
    #expect(found.sections.first?.criteria == ["A.1", "T"])
  }

  @Test func absenceThatIsNoNeedsNoReview() {
    let rule = Rule.condition("diseases", .active) { $0.absenceIsNo = true }
    let found = requirements([], .exclusion("T", rule))
    #expect(found.sections.first?.criteria == ["A.1"])
  }

  @Test func aReviewMayAnswerInPlaceOfAStatement() throws {
    var test = StatementTest()
    test.concept = "said"
    test.expected = .yes
    test.noWithoutCondition = "diseases"
    test.noWithoutConclusion = ["criteria"]
    var second = test
    second.noWithoutCondition = ""
    second.noWithoutConclusion = []
    second.noWhenEmpty = .allergies
    let found = requirements(
      [ConceptDefinition("said", .statement), ConceptDefinition("criteria", .instrument)],
      .exclusion("T", .statement(test)), .exclusion("U", .statement(second)))
    #expect(try item("said", found).uses.map(\.criterion) == ["T", "U"])
    #expect(try item("criteria", found).uses.map(\.purpose) == [.alternative])
    #expect(found.sections.map(\.section) == [.conditions, .allergies])
    #expect(found.sections.map(\.alternatives) == [["T"], ["U"]])
    #expect(found.sections.map(\.criteria) == [["A.1"], []])
  }

  @Test func stepsAreAskedForByTheCriterionThatRestsOnThem() throws {
    var criterion = Criterion.inclusion("T", .group(.all, ["T.1", "T.2"]))
      .applying(if: "woman").void(if: "odd")
    criterion.flags = [FlagRule("flag", code: "F")]
    let found = requirements(
      ["a", "b", "c", "d"].map { ConceptDefinition($0, .statement) }, criterion,
      .step("T.1", .says("a")), .inclusion("T.2", .says("b")), .step("woman", .sex(.female)),
      .step("odd", .says("c")), .step("flag", .group(.any, ["flag.1", "T.1"])),
      .step("flag.1", .says("d")))
    func uses(_ id: String) throws -> [String] {
      try item(id, found).uses.map { "\($0.criterion) \($0.purpose.rawValue)" }
    }
    #expect(try uses("a") == ["T DECIDES"])
    #expect(try uses("b") == ["T.2 DECIDES"])
    #expect(try uses("sex_at_birth") == ["T APPLIES"])
    #expect(try uses("c") == ["T APPLIES"])
    #expect(try uses("d") == ["T WARNS"])
  }

  @Test func onlyTheReadingInForceAsks() throws {
    let concepts = ["a", "b"].map { ConceptDefinition($0, .statement) }
    let knobs = [KnobDefinition("k", ["one", "two"], "one")]
    let criteria = [
      Criterion.inclusion("T", .reading("k", [("one", "T.a"), ("two", "T.b")])),
      .step("T.a", .says("a")), .step("T.b", .says("b")),
    ]
    let first = requirements(concepts, knobs: knobs, criteria[0], criteria[1], criteria[2])
    #expect(first.items.filter(\.isAttestation).map(\.id) == ["a"])
    let second = requirements(
      concepts, knobs: knobs, readings: [Reading(knob: "k", value: "two")], criteria[0],
      criteria[1], criteria[2])
    #expect(second.items.filter(\.isAttestation).map(\.id) == ["b"])
  }

  @Test func aChangeAsksForTheEarlierResultToo() throws {
    let amount = try item("amount", DataRequirements(of: .whole))
    let uses = amount.uses.filter { $0.criterion == "changed" }
    #expect(uses.map(\.anchor) == ["", "amount"])
    #expect(uses.map(\.window) == [nil, PeriodDefinition(12, .months)])
  }

  @Test func persistenceNeedsTheLaboratoryReviewed() throws {
    var definition = ProtocolDefinition.whole
    definition.edit("persists", .persistence) { $0.abovePercentile99 = true }
    let found = DataRequirements(of: definition)
    let finding = try item("finding", found)
    #expect(finding.fields.contains("reference_range.percentile_99"))
    let review = try #require(found.sections.first { $0.section == .laboratory })
    #expect(review.criteria == ["persists"])
  }

  @Test func anEnrolmentIsPartOfTheRequest() throws {
    let found = DataRequirements(of: .whole)
    #expect(try item("enrolment_record", found).kind == .request)
    #expect(try item("patient_ref", found).uses.map(\.criterion) == ["enrolled"])
  }

  @Test func hoursCountBackFromThePlannedInfusion() throws {
    var definition = ProtocolDefinition.whole
    #expect(!DataRequirements(of: definition).items.contains { $0.id == "planned_infusion_time" })
    definition.edit("dosed", .dailyDose) {
      ($0.window, $0.rule) = (PeriodDefinition(72, .hours), .maxDaily)
    }
    #expect(try item("planned_infusion_time", DataRequirements(of: definition)).kind == .request)
  }

  @Test func whatMakesAResultInvalidIsAskedFor() throws {
    var definition = ProtocolDefinition.whole
    definition.edit("measured", .measured) {
      $0.invalidAfter = InvalidAfter()
      $0.invalidAfter?.drugSet = "drugs"
      $0.invalidAfter?.window = PeriodDefinition(14, .days)
    }
    let found = DataRequirements(of: definition)
    let use = try #require(
      try item("drugs", found).uses.first { $0.criterion == "measured" })
    #expect(use.window?.count == 14 && use.anchor == "amount")
    #expect(
      found.sections.first { $0.section == .medications }?.criteria.contains("measured") == true)
  }

  @Test func aWindowFromAKnobIsThatOfTheReading() throws {
    var period = PeriodDefinition()
    (period.unit, period.knob) = (.months, "months")
    var test = StatementTest()
    (test.concept, test.expected, test.window) = ("said", .yes, period)
    func window(_ value: String) throws -> PeriodDefinition? {
      let found = requirements(
        [ConceptDefinition("said", .statement)],
        knobs: [KnobDefinition("months", ["null"], value)], .inclusion("T", .statement(test)))
      return try item("said", found).uses.first?.window
    }
    #expect(try window("6")?.count == 6)
    #expect(try window("null") == nil)
  }

  @Test func howOldAResultMayBeIsSaid() throws {
    var definition = ProtocolDefinition.whole
    definition.knobs.append(KnobDefinition("lab.max_age_days.finding", ["null"], "28"))
    let found = DataRequirements(of: definition)
    #expect(try item("finding", found).maximumAge == 28)
    #expect(try item("amount", found).maximumAge == nil)
  }

  @Test(arguments: [
    ("index", ["birth_date"]), ("icf", ["birth_date", "consents"]),
    ("screening", ["screening_date", "birth_date"]),
  ])
  func ageAsksForItsReferenceDate(_ setting: String, _ ids: [String]) {
    let found = requirements(
      [], knobs: [KnobDefinition("age.reference", ["index", "icf", "screening"], setting)],
      .inclusion("T", .age(.greaterOrEqual, 18)))
    #expect(found.items.map(\.id).filter { $0 != "diseases" } == ids)
  }
}
