internal import EligibilityCore
internal import TestSupport

/// A trial of a few criteria made by chance, and a patient of whom some facts are missing.
struct SmallTrial {
  /// Something that may be missing, with values that stand for all that no criterion tells apart.
  struct Unknown {
    /// What a settle set calls it.
    var name: String
    var values: [@Sendable (inout PatientSnapshot) -> Void]
  }

  var definition = ProtocolDefinition()
  var snapshot = PatientSnapshot(asOf: Self.day)
  var cohorts: [String] = []
  var unknowns: [Unknown] = []

  static let day = Self.time("2025-06-01")

  static func time(_ text: String) -> ClinicalTime {
    guard let time = try? ClinicalTime(parsing: text) else { preconditionFailure(text) }
    return time
  }

  private var limits: [String: Set<Int>] = [:]
  private var usesSections: Set<Section> = []
  private var statements: Set<String> = []
  private var usesDiagnosisStatement = false
  /// Whether every test of the diagnosis may be answered by a statement: with some of them alone a record and
  /// an answer that contradict each other would have a say.
  private let asksForDiagnosis: Bool

  private static let amounts = ["n1", "n2", "n3"]
  private static let answers = ["s1", "s2", "s3"]
  /// Answers whether there is a diagnosis where the conditions are not reviewed.
  private static let diagnosisStatement = "s9"
  private static let findings = ["f1", "f2"]
  private static let drugs = ["d1", "d2"]

  init(_ generator: inout SeededGenerator) {
    asksForDiagnosis = generator.chance(oneIn: 2)
    definition.trial = "small"
    definition.version = "1"
    definition.titles = [Text(language: "en", text: "small")]
    definition.concepts = concepts()
    definition.codeSets = (Self.drugs + ["c1", "disease"]).map { name in
      var set = CodeSet()
      set.id = "set.\(name)"
      set.concepts = [name]
      return set
    }
    var disease = Condition(
      id: "disease", verificationStatus: .confirmed, concept: ConceptReference(concept: "disease"))
    disease.clinicalStatus = .active
    snapshot.conditions = [disease]
    let count = generator.number(in: 1...2)
    for index in 0..<count {
      var cohort = CohortDefinition()
      cohort.id = "k\(index)"
      cohort.titles = [Text(language: "en", text: cohort.id)]
      cohort.diseaseSet = "set.disease"
      definition.cohorts.append(cohort)
    }
    cohorts = definition.cohorts.map(\.id)
    for index in 0..<generator.number(in: 1...2) { addTop("t\(index)", nil, &generator) }
    for cohort in cohorts { addTop("own.\(cohort)", cohort, &generator) }
    fill(&generator)
  }

  // MARK: The definition

  private func concepts() -> [ConceptDefinition] {
    func concept(_ id: String, _ kind: ConceptKind) -> ConceptDefinition {
      var concept = ConceptDefinition()
      concept.id = id
      concept.kind = kind
      if kind == .quantity { concept.unit = "g/L" }
      concept.titles = [Text(language: "en", text: id)]
      return concept
    }
    return Self.amounts.map { concept($0, .quantity) }
      + (Self.answers + [Self.diagnosisStatement]).map { concept($0, .statement) }
      + Self.findings.map { concept($0, .finding) } + Self.drugs.map { concept($0, .drug) }
      + ["c1", "disease"].map { concept($0, .condition) }
  }

  private mutating func addTop(
    _ id: String, _ cohort: String?, _ generator: inout SeededGenerator
  ) {
    let isExclusion = cohort == nil && generator.chance(oneIn: 3)
    var criterion = criterion(id, isExclusion ? .exclusion : .inclusion)
    criterion.cohort = cohort ?? ""
    criterion.stages = [.enrolment]
    criterion.titles = [Text(language: "en", text: id)]
    criterion.rule = rule(id, depth: 2, &generator)
    if generator.chance(oneIn: 5) {
      criterion.appliesIf = addStep("\(id).applies", depth: 0, &generator)
    }
    definition.criteria.append(criterion)
  }

  private func criterion(_ id: String, _ role: CriterionRole) -> Criterion {
    var criterion = Criterion()
    criterion.id = id
    criterion.role = role
    return criterion
  }

  private mutating func addStep(
    _ id: String, depth: Int, _ generator: inout SeededGenerator
  ) -> String {
    var step = criterion(id, .step)
    step.rule = rule(id, depth: depth, &generator)
    definition.criteria.append(step)
    return id
  }

  private mutating func rule(_ id: String, depth: Int, _ generator: inout SeededGenerator) -> Rule {
    guard depth > 0, !generator.chance(oneIn: 4) else { return leaf(&generator) }
    if generator.chance(oneIn: 5) {
      var rule = ConditionalRule()
      rule.condition = addStep("\(id).if", depth: depth - 1, &generator)
      rule.then = addStep("\(id).then", depth: depth - 1, &generator)
      rule.otherwise = addStep("\(id).else", depth: depth - 1, &generator)
      return .conditional(rule)
    }
    var group = GroupRule()
    group.kind = generator.pick([GroupKind.all, .any, .atLeast, GroupKind.none, .all, .any])
    for index in 0..<generator.number(in: 2...3) {
      group.members.append(addStep("\(id).\(index)", depth: depth - 1, &generator))
    }
    if group.kind == .atLeast { group.atLeast = generator.number(in: 1...group.members.count) }
    return .group(group)
  }

  private mutating func leaf(_ generator: inout SeededGenerator) -> Rule {
    switch generator.number(in: 0...5) {
    case 0, 1: return amountTest(&generator)
    case 2:
      var test = StatementTest()
      test.concept = generator.pick(Self.answers)
      test.expected = generator.pick([.yes, .no])
      statements.insert(test.concept)
      return .statement(test)
    case 3:
      var test = FindingTest()
      test.concepts = [generator.pick(Self.findings)]
      test.expected = generator.pick([.positive, .negative])
      return .finding(test)
    case 4:
      var test = ExposureTest()
      test.drugSet = "set.\(generator.pick(Self.drugs))"
      usesSections.insert(.medications)
      return .exposure(test)
    default:
      var test = ConditionTest()
      test.conditionSet = "set.c1"
      test.scope = .ever
      usesSections.insert(.conditions)
      if asksForDiagnosis {
        test.statement = Self.diagnosisStatement
        usesDiagnosisStatement = true
      }
      return .condition(test)
    }
  }

  private mutating func amountTest(_ generator: inout SeededGenerator) -> Rule {
    let concept = generator.pick(Self.amounts)
    let limit = 2 * generator.number(in: 1...3)
    limits[concept, default: []].insert(limit)
    var test = ResultTest()
    test.concepts = [concept]
    test.comparison = generator.pick(ComparisonOperator.allCases)
    test.limit = .value(Quantity(value: Self.decimal(limit), unit: "g/L"))
    return .result(test)
  }

  private static func decimal(_ number: Int) -> ExactDecimal {
    guard let decimal = try? ExactDecimal(parsing: "\(number)") else { preconditionFailure() }
    return decimal
  }

  // MARK: The patient

  private static func amount(_ concept: String, _ value: Int) -> Observation {
    var fact = Observation(
      id: concept, status: .final, concept: ConceptReference(concept: concept))
    fact.effective = day
    fact.quantity = Quantity(value: decimal(value), unit: "g/L")
    return fact
  }

  /// What each thing may be; most of it is known, up to four things are missing.
  private mutating func fill(_ generator: inout SeededGenerator) {
    var things: [Unknown] = []
    for concept in limits.keys.sorted() {
      let values = limits[concept, default: []].flatMap { [$0 - 1, $0, $0 + 1] }
      things.append(
        Unknown(
          name: concept,
          values: Set(values).sorted().map { value in
            { @Sendable in $0.observations.append(Self.amount(concept, value)) }
          }))
    }
    things += statements.sorted().map(Self.statement)
    for concept in Self.findings {
      things.append(
        Unknown(
          name: concept,
          values: [Finding.positive, .negative].map { finding in
            { @Sendable in
              var fact = Observation(
                id: concept, status: .final, concept: ConceptReference(concept: concept))
              fact.effective = Self.day
              fact.finding = finding
              $0.observations.append(fact)
            }
          }))
    }
    if usesSections.contains(.medications) {
      things.append(Self.section(.medications, [[], ["d1"], ["d2"], ["d1", "d2"]]))
    }
    if usesSections.contains(.conditions) {
      things.append(Self.section(.conditions, [[], ["c1"]]))
    }
    things.shuffle(using: &generator)
    let missing = generator.number(in: 1...4)
    unknowns = Array(things.prefix(missing))
    for thing in things.dropFirst(missing) { generator.pick(thing.values)(&snapshot) }
    // Where the conditions are reviewed, nobody asks for a statement about them.
    if usesDiagnosisStatement, unknowns.contains(where: { $0.name == Section.conditions.rawValue })
    {
      unknowns.append(Self.statement(Self.diagnosisStatement))
    }
  }

  private static func statement(_ concept: String) -> Unknown {
    Unknown(
      name: concept,
      values: [Answer.yes, .no].map { answer in
        { @Sendable in
          var fact = Attestation(
            id: concept, status: .final, concept: ConceptReference(concept: concept),
            answer: answer)
          fact.effective = Self.day
          $0.attestations.append(fact)
        }
      })
  }

  /// A section that is reviewed and holds some records.
  private static func section(_ section: Section, _ records: [[String]]) -> Unknown {
    Unknown(
      name: section.rawValue,
      values: records.map { names in
        { @Sendable snapshot in
          snapshot.reviewed.append(ReviewedSection(section: section, asOf: day))
          for name in names {
            let concept = ConceptReference(concept: name)
            if section == .medications {
              var fact = MedicationExposure(id: name, status: .completed, drug: concept)
              fact.start = day
              fact.route = .oral
              snapshot.medications.append(fact)
            } else {
              snapshot.conditions.append(
                Condition(id: name, verificationStatus: .confirmed, concept: concept))
            }
          }
        }
      })
  }
}
