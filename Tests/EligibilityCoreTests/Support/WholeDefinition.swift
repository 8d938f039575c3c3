import EligibilityCore

extension ProtocolDefinition {
  /// A definition without criteria of its own: one cohort, a disease for it and some concepts.
  static func draft(
    concepts: [ConceptDefinition] = [], codeSets: [CodeSet] = [], doseTables: [DoseTable] = [],
    knobs: [KnobDefinition] = [], criteria: [Criterion] = []
  ) -> ProtocolDefinition {
    var definition = ProtocolDefinition()
    definition.trial = "trial"
    definition.version = "1"
    definition.concepts = [ConceptDefinition("disease", .condition)] + concepts
    definition.codeSets = [CodeSet("diseases", concepts: ["disease"])] + codeSets
    definition.doseTables = doseTables
    definition.cohorts = [CohortDefinition("A", "diseases")]
    definition.knobs = knobs
    definition.criteria =
      [.inclusion("A.1", .condition("diseases", .ever), cohort: "A")] + criteria
    return definition
  }

  /// A definition with one criterion of every kind and nothing wrong, to make wrong one thing at a time.
  static let whole: ProtocolDefinition = {
    var definition = draft(
      concepts: [
        ConceptDefinition("amount", .quantity, unit: "g/L", units: [("mg/L", "1/1000")]),
        ConceptDefinition("finding", .finding),
        ConceptDefinition("said", .statement),
        ConceptDefinition("said.more", .statement),
        ConceptDefinition("drug", .drug),
        ConceptDefinition("score", .instrument),
        ConceptDefinition("graded", .instrument),
        ConceptDefinition("creatinine", .quantity, unit: "umol/L"),
        ConceptDefinition("weight", .quantity, unit: "kg"),
        ConceptDefinition("height", .quantity, unit: "cm"),
      ],
      codeSets: [
        CodeSet("drugs", concepts: ["drug"]),
        CodeSet("coded", "urn:tree", codes: ["X1"], prefixes: ["A"], except: ["A9"]),
        CodeSet("both", includes: ["drugs", "coded"]),
      ],
      doseTables: [DoseTable("doses", unit: "mg", drugSet: "drugs", [("drug", "20/3")])],
      knobs: [
        KnobDefinition("choice", ["one", "two"], "one"), KnobDefinition("days", [], "30"),
        KnobDefinition("window.bounds", ["closed", "half_open"], "closed"),
      ])
    definition.concepts[3].implies = ["said.more"]
    definition.concepts[7].systems = ["skin", "joints"]
    definition.doseTables[0].units = [UnitDefinition("g", "1000")]
    definition.criteria += wholeCriteria
    return definition
  }()

  /// In this order: their indices are those of the paths below.
  private static let wholeCriteria: [Criterion] = [
    .inclusion("group", .group(.all, ["part", "part2"])),
    .inclusion("part", .says("said")),
    .inclusion("part2", .choose("step.said", "step.no", "step.any")).failing(with: "FAILED"),
    .step("step.said", .says("said")),
    .step("step.no", .group(.none, ["step.said"])),
    .step("step.any", .group(.atLeast, ["step.said", "step.reading"], atLeast: 2)),
    .step("step.reading", .reading("choice", [("one", "step.same"), ("two", "step.sex")])),
    .step("step.same", .sameAs("shared")),
    .step("step.sex", .sex(.female)),
    .shared("shared", .age(.greaterOrEqual, 18)),
    .exclusion("exposed", exposure), .exclusion("ill", condition),
    .exclusion("allergic", .allergy(.drug)), .exclusion("elsewhere", participation),
    .inclusion("consent", .consent), .inclusion("scored", assessment),
    .inclusion("graded", gradeCount), .inclusion("concluded", conclusion),
    .exclusion("dosed", dailyDose), .inclusion("cleared", clearance),
    .inclusion("treated", duration), .step("component", .exposure("drugs")),
    .inclusion("relapsed", sequence), .inclusion("amount", result),
    .inclusion("multiple", upperLimit), .inclusion("measured", measured),
    .inclusion("found", finding), .step("computed", .says("said")),
    .inclusion("changed", change), .inclusion("persists", persistence),
    .inclusion("enrolled", .enrolment),
  ]

  private static let exposure: Rule = .exposure("both", PeriodDefinition(14, .days)) {
    $0.anchorConcept = "amount"
    $0.targetDiseases = "diseases"
    $0.openSet = "coded"
  }

  private static let condition: Rule = .condition("diseases", .activityInWindow) {
    $0.window = PeriodDefinition(5, .years)
    $0.statement = "said"
    $0.undecidedSet = "coded"
    $0.exceptSet = "coded"
  }

  private static let measured: Rule = {
    var test = MeasuredTest()
    test.concepts = ["amount"]
    test.notBefore = ["finding"]
    return .measured(test)
  }()

  private static let participation: Rule = {
    var test = ParticipationTest()
    test.window = PeriodDefinition(3, .months)
    test.end = .lastVisit
    return .participation(test)
  }()

  private static let assessment: Rule = {
    var test = AssessmentTest()
    test.instrument = "score"
    test.comparison = .greaterOrEqual
    test.limit = "8"
    test.windowKnob = "days"
    return .assessment(test)
  }()

  private static let gradeCount: Rule = {
    var test = GradeCountTest()
    test.instrument = "graded"
    test.grade = "A"
    test.atLeast = 2
    return .gradeCount(test)
  }()

  private static let conclusion: Rule = {
    var test = ConclusionTest()
    test.instrument = "score"
    test.computedBy = "computed"
    return .conclusion(test)
  }()

  private static let dailyDose: Rule = {
    var test = DailyDoseTest()
    test.doseTable = "doses"
    test.window = PeriodDefinition(14, .days)
    test.comparison = .greater
    test.limit = "10"
    test.rule = .maxDaily
    return .dailyDose(test)
  }()

  private static let clearance: Rule = {
    var test = ClearanceTest()
    test.comparison = .greaterOrEqual
    test.limit = "30"
    test.creatinine = "creatinine"
    test.weight = "weight"
    test.height = "height"
    test.normalisation = .mosteller
    return .clearance(test)
  }()

  private static let duration: Rule = {
    var test = DurationTest()
    test.components = ["component"]
    test.period = PeriodDefinition(6, .months)
    test.comparison = .greaterOrEqual
    test.start = .allComponents
    return .duration(test)
  }()

  private static let sequence: Rule = {
    var test = SequenceTest()
    test.first = "said"
    test.second = "said.more"
    return .sequence(test)
  }()

  private static let result: Rule = .result("amount", .greaterOrEqual, "1.5", "g/L")

  private static let change: Rule = {
    var test = ChangeTest()
    test.concept = "amount"
    test.direction = .decrease
    test.comparison = .greaterOrEqual
    test.amount = "10"
    test.period = PeriodDefinition(12, .months)
    test.baseline = .earliestInPeriod
    return .change(test)
  }()

  private static let persistence: Rule = {
    var test = PersistenceTest()
    test.concepts = ["finding"]
    test.count = 2
    test.apart = PeriodDefinition(12, .weeks)
    return .persistence(test)
  }()

  private static let upperLimit: Rule = {
    var test = ResultTest()
    test.concepts = ["amount"]
    test.comparison = .lessOrEqual
    test.limit = .ulnMultiple("1.5")
    test.window = PeriodDefinition(7, .days)
    return .result(test)
  }()

  private static let finding: Rule = {
    var test = FindingTest()
    test.concepts = ["finding"]
    test.expected = .positive
    test.window = PeriodDefinition(7, .days)
    test.staleAfter = "drugs"
    return .finding(test)
  }()
}
