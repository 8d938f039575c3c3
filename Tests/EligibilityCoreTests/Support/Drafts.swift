import EligibilityCore

// Builders for definitions, short enough that a test shows its whole definition.

extension Text {
  /// A text that no test looks at.
  static func any(_ text: String = "x") -> [Text] { [Text(language: "en", text: text)] }
}

extension Criterion {
  init(_ id: String, _ role: CriterionRole?, _ rule: Rule?) {
    self.init()
    self.id = id
    self.role = role
    self.rule = rule
    if role != .step {
      stages = [.enrolment]
      titles = Text.any(id)
    }
  }

  static func inclusion(_ id: String, _ rule: Rule, cohort: String = "") -> Criterion {
    var criterion = Criterion(id, .inclusion, rule)
    criterion.cohort = cohort
    return criterion
  }

  static func exclusion(_ id: String, _ rule: Rule) -> Criterion {
    Criterion(id, .exclusion, rule)
  }

  static func shared(_ id: String, _ rule: Rule) -> Criterion {
    Criterion(id, .shared, rule)
  }

  static func step(_ id: String, _ rule: Rule) -> Criterion {
    Criterion(id, .step, rule)
  }

  func applying(if id: String) -> Criterion {
    var copy = self
    copy.appliesIf = id
    return copy
  }

  func void(if id: String, reason: String = "") -> Criterion {
    var copy = self
    copy.voidIf = id
    copy.voidReason = reason
    return copy
  }

  func failing(with reason: String) -> Criterion {
    var copy = self
    copy.reason = reason
    return copy
  }
}

extension FlagRule {
  init(_ condition: String, code: String) {
    self.init()
    self.condition = condition
    self.code = code
  }
}

extension Rule {
  /// A group of criteria.
  static func group(_ kind: GroupKind, _ members: [String], atLeast: Int = 0) -> Rule {
    var rule = GroupRule()
    rule.kind = kind
    rule.members = members
    rule.atLeast = atLeast
    return .group(rule)
  }

  static func choose(_ condition: String, _ then: String, _ otherwise: String) -> Rule {
    var rule = ConditionalRule()
    rule.condition = condition
    rule.then = then
    rule.otherwise = otherwise
    return .conditional(rule)
  }

  static func reading(_ knob: String, _ options: [(String, String)]) -> Rule {
    var rule = ReadingChoiceRule()
    rule.knob = knob
    rule.options = options.map { value, criterion in
      var option = ReadingChoiceRule.Option()
      option.value = value
      option.criterion = criterion
      return option
    }
    return .byReading(rule)
  }

  static func says(_ concept: String, _ answer: Answer = .yes) -> Rule {
    var test = StatementTest()
    test.concept = concept
    test.expected = answer
    return .statement(test)
  }

  static func result(
    _ concept: String, _ comparison: ComparisonOperator, _ value: ExactDecimal, _ unit: String
  ) -> Rule {
    var test = ResultTest()
    test.concepts = [concept]
    test.comparison = comparison
    test.limit = .value(Quantity(value: value, unit: unit))
    return .result(test)
  }

  static func exposure(
    _ set: String, _ window: PeriodDefinition? = nil,
    _ change: (inout ExposureTest) -> Void = { _ in }
  ) -> Rule {
    var test = ExposureTest()
    test.drugSet = set
    test.window = window
    change(&test)
    return .exposure(test)
  }

  static func condition(
    _ set: String, _ scope: ConditionScope, _ change: (inout ConditionTest) -> Void = { _ in }
  ) -> Rule {
    var test = ConditionTest()
    test.conditionSet = set
    test.scope = scope
    change(&test)
    return .condition(test)
  }

  static func age(_ comparison: ComparisonOperator, _ years: Int) -> Rule {
    var test = AgeTest()
    test.comparison = comparison
    test.years = years
    return .age(test)
  }
}

extension Relation {
  private init(_ kind: Kind) {
    self.init()
    source = "a paper"
    self.kind = kind
  }

  static func implies(
    _ criterion: String, _ concept: String, _ comparison: ComparisonOperator,
    _ value: ExactDecimal, _ unit: String
  ) -> Relation {
    var implied = ImpliedResult()
    implied.criterion = criterion
    implied.concept = concept
    implied.comparison = comparison
    implied.value = Quantity(value: value, unit: unit)
    return Relation(.impliedResult(implied))
  }

  static func upperLimit(_ concept: String, _ value: ExactDecimal, _ unit: String) -> Relation {
    var bound = UpperLimitBound()
    bound.concept = concept
    bound.atMost = Quantity(value: value, unit: unit)
    return Relation(.upperLimitBound(bound))
  }

  static func item(_ instrument: String, _ item: String, _ points: String, _ criterion: String)
    -> Relation
  {
    var score = ScoreItem()
    score.instrument = instrument
    score.item = item
    score.points = points
    score.criterion = criterion
    return Relation(.scoreItem(score))
  }
}

extension PeriodDefinition {
  init(_ count: Int, _ unit: CalendarPeriod.Unit?) {
    self.init()
    self.count = count
    self.unit = unit
  }
}

extension ConceptDefinition {
  init(_ id: String, _ kind: ConceptKind?, unit: String = "", units: [(String, String)] = []) {
    self.init()
    self.id = id
    self.kind = kind
    self.unit = unit
    self.units = units.map { UnitDefinition($0.0, $0.1) }
  }
}

extension UnitDefinition {
  init(_ unit: String, _ factor: String) {
    self.init()
    self.unit = unit
    self.factor = factor
  }
}

extension CodeSet {
  init(_ id: String, concepts: [String] = [], includes: [String] = []) {
    self.init()
    self.id = id
    self.concepts = concepts
    self.includes = includes
  }

  init(
    _ id: String, _ system: String, codes: [String] = [], prefixes: [String] = [],
    except: [String] = []
  ) {
    self.init()
    self.id = id
    var member = CodeSetMember()
    member.system = system
    member.codes = codes
    member.prefixes = prefixes
    member.exceptPrefixes = except
    members = [member]
  }
}

extension CohortDefinition {
  init(_ id: String, _ diseaseSet: String) {
    self.init()
    self.id = id
    self.diseaseSet = diseaseSet
    titles = Text.any(id)
  }
}

extension KnobDefinition {
  /// A knob with settings; without any, or with `null` alone, it takes a number.
  init(_ id: String, _ settings: [String], _ defaultValue: String) {
    self.init()
    self.id = id
    takesNumber = settings.isEmpty || settings == ["null"]
    self.settings = settings.map {
      var setting = KnobSetting()
      setting.value = $0
      return setting
    }
    self.defaultValue = defaultValue
  }
}

extension DoseTable {
  init(_ id: String, unit: String, drugSet: String, _ drugs: [(String, String)]) {
    self.init()
    self.id = id
    self.unit = unit
    self.drugSet = drugSet
    self.drugs = drugs.map {
      var entry = DoseEquivalent()
      entry.drug = $0.0
      entry.factor = $0.1
      return entry
    }
  }
}
