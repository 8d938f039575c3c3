import EligibilityCore

/// A small definition to be reviewed: what a test adds to one cohort and its disease.
struct ReviewBench: Sendable {
  var definition: ProtocolDefinition

  /// Concepts and sets that the tests speak of.
  init(_ criteria: [Criterion], knobs: [KnobDefinition] = [], relations: [Relation] = []) {
    var score = ConceptDefinition("score", .instrument)
    score.plausibleLow = "0"
    score.plausibleHigh = "105"
    var graded = ConceptDefinition("graded", .instrument)
    graded.systems = ["skin", "joints", "kidney"]
    var more = ConceptDefinition("more", .statement)
    more.implies = ["said"]
    definition = .draft(
      concepts: [
        ConceptDefinition("amount", .quantity, unit: "g/L", units: [("mg/L", "1/1000")]),
        ConceptDefinition("other", .quantity, unit: "g/L"), ConceptDefinition("finding", .finding),
        ConceptDefinition("said", .statement), more, score, graded,
        ConceptDefinition("drug", .drug), ConceptDefinition("drug2", .drug),
        ConceptDefinition("creatinine", .quantity, unit: "umol/L"),
        ConceptDefinition("weight", .quantity, unit: "kg"),
        ConceptDefinition("height", .quantity, unit: "cm"),
      ],
      codeSets: [
        CodeSet("drugs", concepts: ["drug"]),
        CodeSet("wide", concepts: ["drug2"], includes: ["drugs"]),
      ],
      knobs: knobs, criteria: criteria)
    definition.relations = relations
  }

  func review() throws -> ProtocolReview {
    try CompiledProtocol(definition, digest: "").review()
  }

  /// `criteria [cohorts]: witness` of every finding of a kind.
  func findings(_ kinds: ProtocolFinding.Kind...) throws -> [String] {
    try review().findings.filter { kinds.contains($0.kind) }.map { finding in
      let cohorts = finding.cohorts.isEmpty ? "" : " [\(finding.cohorts.joined(separator: ", "))]"
      let criteria = finding.criteria.joined(separator: ", ")
      return "\(criteria)\(cohorts)" + (finding.witness.isEmpty ? "" : ": \(finding.witness)")
    }
  }
}

extension Criterion {
  func at(_ stages: Stage...) -> Criterion {
    var copy = self
    copy.stages = stages
    return copy
  }
}

extension Rule {
  static func result(
    _ comparison: ComparisonOperator, _ value: ExactDecimal, of concept: String = "amount",
    _ change: (inout ResultTest) -> Void = { _ in }
  ) -> Rule {
    var test = ResultTest()
    test.concepts = [concept]
    test.comparison = comparison
    test.limit = .value(Quantity(value: value, unit: "g/L"))
    change(&test)
    return .result(test)
  }

  static func multiple(_ comparison: ComparisonOperator, _ multiple: String) -> Rule {
    .result(comparison, "0") { $0.limit = .ulnMultiple(multiple) }
  }

  static func finding(_ expected: Finding, _ change: (inout FindingTest) -> Void = { _ in }) -> Rule
  {
    var test = FindingTest()
    test.concepts = ["finding"]
    test.expected = expected
    change(&test)
    return .finding(test)
  }

  static func total(_ comparison: ComparisonOperator, _ limit: String) -> Rule {
    var test = AssessmentTest()
    test.instrument = "score"
    test.comparison = comparison
    test.limit = limit
    return .assessment(test)
  }

  static func grades(_ grade: String, atLeast count: Int) -> Rule {
    var test = GradeCountTest()
    test.instrument = "graded"
    test.grade = grade
    test.atLeast = count
    return .gradeCount(test)
  }

  static func clearance(
    _ comparison: ComparisonOperator, _ limit: String,
    per normalisation: BodySizeNormalisation? = nil
  ) -> Rule {
    var test = ClearanceTest()
    test.comparison = comparison
    test.limit = limit
    test.creatinine = "creatinine"
    test.weight = "weight"
    test.normalisation = normalisation
    if normalisation != nil { test.height = "height" }
    return .clearance(test)
  }
}
