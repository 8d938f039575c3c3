/// Turns a definition into a compiled protocol, collecting every error on the way.
struct ProtocolCompiler {
  /// What compiling yields.
  struct Program {
    var catalogue: CatalogueDraft
    var criteria: [CriterionDraft]
    var diseaseSets: [Int]
    var readings: [Reading]
    var engine: EngineReadings
    var relations: CompiledRelations
  }

  /// Limits of a definition: beyond them it is refused, so that compiling and evaluating stay bounded.
  static let maximumCriteria = 5_000
  static let maximumConcepts = 10_000
  static let maximumDepth = 64

  let definition: ProtocolDefinition
  var errors: [DefinitionError] = []
  var catalogue = CatalogueDraft()
  var doseTableByID: [String: Int] = [:]
  /// Parallel to the definition's; nil = faulty.
  var doseTables: [CompiledDoseTable?] = []
  var settingByKnob: [String: String] = [:]
  var usedKnobs: Set<String> = []
  var engine = EngineReadings()
  var cohortByID: [String: Int] = [:]
  var criterionByID: [String: Int] = [:]
  /// Criteria whose logic is missing or at fault: nothing may be concluded from what they lack.
  var withoutLogic: Set<Int> = []

  init(_ definition: ProtocolDefinition) {
    self.definition = definition
  }

  mutating func compile() throws(DefinitionErrors) -> Program {
    checkIdentity()
    compileConcepts()
    compileCodeSets()
    compileDoseTables()
    compileReadings()
    let diseaseSets = compileCohorts()
    var criteria = compileCriteria()
    if criteria.count <= Self.maximumCriteria { link(&criteria) }
    let relations = compileRelations()
    checkReadingsAreApplied()
    guard errors.isEmpty else { throw DefinitionErrors(errors: errors) }
    let readings = definition.knobs.map {
      Reading(knob: $0.id, value: settingByKnob[$0.id] ?? $0.defaultValue)
    }
    return Program(
      catalogue: catalogue, criteria: criteria, diseaseSets: diseaseSets, readings: readings,
      engine: engine, relations: relations)
  }

  mutating func report(_ path: String, _ reason: String, _ message: String) {
    errors.append(DefinitionError(path, reason, message))
  }

  private mutating func checkIdentity() {
    if definition.trial.isEmpty { report("trial", "REQUIRED", "give the trial's id") }
    if definition.version.isEmpty { report("version", "REQUIRED", "give the version's id") }
    if definition.criteria.isEmpty { report("criteria", "REQUIRED", "give at least one criterion") }
    if definition.cohorts.isEmpty { report("cohorts", "REQUIRED", "give at least one cohort") }
    if definition.criteria.count > Self.maximumCriteria {
      report("criteria", "TOO_MANY", "at most \(Self.maximumCriteria) criteria")
    }
    if definition.concepts.count > Self.maximumConcepts {
      report("concepts", "TOO_MANY", "at most \(Self.maximumConcepts) concepts")
    }
  }

  private mutating func compileCohorts() -> [Int] {
    var diseaseSets: [Int] = []
    for (index, cohort) in definition.cohorts.enumerated() {
      let path = "cohorts[\(index)]"
      if cohort.id.isEmpty { report("\(path).id", "REQUIRED", "give the cohort's id") }
      if cohortByID.updateValue(index, forKey: cohort.id) != nil {
        report("\(path).id", "DUPLICATE", "the cohort '\(cohort.id)' is defined twice")
      }
      diseaseSets.append(codeSet(cohort.diseaseSet, "\(path).disease_set") ?? 0)
    }
    return diseaseSets
  }
}

// MARK: Look-ups that report

extension ProtocolCompiler {
  mutating func concept(_ id: String, _ path: String, kinds: Set<ConceptKind>) -> Int? {
    guard let index = catalogue.indexByID[id] else {
      report(path, "CONCEPT_UNKNOWN", "'\(id)' is no concept of this definition")
      return nil
    }
    // A concept without a kind is reported once, not wherever it is used.
    guard definition.concepts[index].kind.map({ kinds.contains($0) }) ?? true else {
      let wanted = kinds.map(\.rawValue).sorted().joined(separator: " or ")
      report(path, "CONCEPT_KIND", "'\(id)' must be a \(wanted)")
      return nil
    }
    return index
  }

  mutating func codeSet(_ id: String, _ path: String) -> Int? {
    guard let index = catalogue.setIndexByID[id] else {
      report(path, "CODE_SET_UNKNOWN", "'\(id)' is no code set of this definition")
      return nil
    }
    return index
  }

  /// A code set that may be left out.
  mutating func optionalCodeSet(_ id: String, _ path: String) -> Int? {
    id.isEmpty ? nil : codeSet(id, path)
  }

  mutating func criterion(_ id: String, _ path: String) -> Int? {
    guard let index = criterionByID[id] else {
      report(path, "CRITERION_UNKNOWN", "'\(id)' is no criterion of this definition")
      return nil
    }
    return index
  }

  mutating func decimal(_ text: String, _ path: String) -> ExactRational? {
    guard let value = try? ExactDecimal(parsing: text) else {
      report(path, "DECIMAL_MALFORMED", "give a decimal such as 1.5")
      return nil
    }
    return value.rational
  }

  /// A decimal that may be left out.
  mutating func optionalDecimal(_ text: String, _ path: String) -> ExactRational? {
    text.isEmpty ? nil : decimal(text, path)
  }

  mutating func factor(_ text: String, _ path: String) -> ExactRational? {
    guard let value = ExactRational(ratioText: text), value.signum > 0 else {
      report(path, "FACTOR_MALFORMED", "give a positive decimal or a ratio such as 1/1000")
      return nil
    }
    return value
  }

  mutating func period(_ period: PeriodDefinition?, _ path: String, hours: Bool = false)
    -> CalendarPeriod?
  {
    guard let period else {
      report(path, "REQUIRED", "give the window")
      return nil
    }
    let count =
      period.knob.isEmpty ? period.count : knobCount(period.knob, "\(path).knob") ?? 0
    guard let unit = period.unit, (1...1_200).contains(count) else {
      report(path, "PERIOD_IMPOSSIBLE", "give a count from 1 to 1200 and a unit")
      return nil
    }
    if unit == .hours, !hours {
      report("\(path).unit", "PERIOD_IMPOSSIBLE", "hours have no meaning here")
      return nil
    }
    return CalendarPeriod(count: count, unit: unit)
  }

  mutating func required<Value>(_ value: Value?, _ path: String) -> Value? {
    if value == nil { report(path, "REQUIRED", "must be given") }
    return value
  }
}

extension KnobDefinition {
  /// What it may be set to, in words.
  var allowed: String {
    (settings.map(\.value) + (takesNumber ? ["a decimal number"] : [])).joined(separator: ", ")
  }
}
