extension ProtocolCompiler {
  mutating func compile(_ test: AgeTest, _ path: String) -> CompiledRule? {
    guard let comparison = required(test.comparison, "\(path).operator") else { return nil }
    if !test.yearsKnob.isEmpty {
      return .age(comparison: comparison, years: knobCount(test.yearsKnob, "\(path).years_knob"))
    }
    if !(0...150).contains(test.years) {
      report("\(path).years", "OUT_OF_RANGE", "give completed years from 0 to 150")
    }
    return .age(comparison: comparison, years: test.years)
  }

  mutating func compile(_ test: ResultTest, _ path: String) -> CompiledRule? {
    let concepts = self.concepts(test.concepts, path, kinds: [.quantity, .finding])
    let comparison = required(test.comparison, "\(path).operator")
    let window =
      test.window == nil ? nil : period(test.window, "\(path).window")
    guard let limit = required(test.limit, "\(path).limit") else { return nil }
    let compiled: CompiledResultTest.Limit
    switch limit {
    case .value(let quantity):
      var values: [ExactRational] = []
      for concept in concepts {
        guard let factor = catalogue.concepts[concept].factors[quantity.unit] else {
          report(
            "\(path).value.unit", "UNIT_UNKNOWN",
            "'\(quantity.unit)' is no unit of '\(catalogue.concepts[concept].id)'")
          continue
        }
        values.append(quantity.value.rational * factor)
      }
      if quantity.comparator != .exact {
        report("\(path).value.comparator", "NOT_APPLICABLE", "a limit has no comparator")
      }
      guard values.count == concepts.count else { return nil }
      compiled = .values(values, text: quantity.value.description, unit: quantity.unit)
    case .ulnMultiple(let text):
      guard let multiple = decimal(text, "\(path).uln_multiple") else { return nil }
      if multiple.signum <= 0 {
        report("\(path).uln_multiple", "OUT_OF_RANGE", "give a multiple above 0")
      }
      for concept in concepts
      where catalogue.concepts[concept].kind == .finding && catalogue.concepts[concept].unit.isEmpty
      {
        report(
          "\(path).uln_multiple", "UNIT_UNKNOWN",
          "'\(catalogue.concepts[concept].id)' has no unit to compare amounts in")
      }
      compiled = .ulnMultiple(multiple, text: text)
    case .knob(let knob):
      if let number = knobNumber(knob, "\(path).limit_knob") {
        let unit = concepts.first.map { catalogue.concepts[$0].unit } ?? ""
        let values = [ExactRational](repeating: number, count: concepts.count)
        compiled = .values(values, text: settingByKnob[knob] ?? "", unit: unit)
      } else {
        compiled = .none
      }
    }
    guard let comparison else { return nil }
    return .result(
      CompiledResultTest(
        concepts: concepts, comparison: comparison, limit: compiled, window: window,
        ever: test.ever, censoredIsWithin: test.censoredIsWithin,
        invalidAfter: invalidAfter(test.invalidAfter, "\(path).invalid_after")))
  }

  mutating func compile(_ test: MeasuredTest, _ path: String) -> CompiledRule? {
    var notBefore: [Int] = []
    for (position, id) in test.notBefore.enumerated() {
      let place = "\(path).not_before[\(position)]"
      if let index = concept(id, place, kinds: [.quantity, .finding]) { notBefore.append(index) }
    }
    return .measured(
      CompiledMeasuredTest(
        concepts: concepts(test.concepts, path, kinds: [.quantity, .finding]),
        notBefore: notBefore, noneIsFalse: test.noneIsFalse,
        invalidAfter: invalidAfter(test.invalidAfter, "\(path).invalid_after")))
  }

  mutating func compile(_ test: FindingTest, _ path: String) -> CompiledRule? {
    let concepts = self.concepts(test.concepts, path, kinds: [.finding, .quantity])
    if test.expected != .positive && test.expected != .negative {
      report("\(path).expected", "REQUIRED", "expect FINDING_POSITIVE or FINDING_NEGATIVE")
    }
    return .finding(
      CompiledFindingTest(
        concepts: concepts, expectsPositive: test.expected == .positive,
        window: test.window == nil ? nil : period(test.window, "\(path).window"), ever: test.ever,
        methods: test.methods, specimens: test.specimens, cutOffFromRange: test.cutOffFromRange,
        staleAfter: optionalCodeSet(test.staleAfter, "\(path).stale_after"),
        latestOnly: test.latestOnly))
  }

  mutating func compile(_ test: ExposureTest, _ path: String) -> CompiledRule? {
    let drugSet = codeSet(test.drugSet, "\(path).drug_set")
    let anchor =
      test.anchorConcept.isEmpty
      ? nil
      : concept(test.anchorConcept, "\(path).anchor_concept", kinds: [.quantity, .finding])
    let window = test.window == nil ? nil : period(test.window, "\(path).window")
    if window == nil, test.window == nil, !test.anchorConcept.isEmpty {
      report("\(path).window", "REQUIRED", "an anchor needs a window")
    }
    let target = optionalCodeSet(test.targetDiseases, "\(path).target_diseases")
    let open = optionalCodeSet(test.openSet, "\(path).open_set")
    guard let drugSet else { return nil }
    return .exposure(
      CompiledExposureTest(
        drugSet: drugSet, window: window, anchorConcept: anchor, systemicOnly: test.systemicOnly,
        targetPurposeOnly: test.targetPurposeOnly, targetDiseases: target, openSet: open))
  }

  mutating func compile(_ test: ConditionTest, _ path: String) -> CompiledRule? {
    let set = codeSet(test.conditionSet, "\(path).condition_set")
    let scope = required(test.scope, "\(path).scope")
    let needsWindow = scope == .activityInWindow || scope == .diagnosisInWindow
    let window = needsWindow ? period(test.window, "\(path).window") : nil
    if !needsWindow, test.window != nil {
      report("\(path).window", "NOT_APPLICABLE", "this scope has no window")
    }
    let statement =
      test.statement.isEmpty
      ? nil : concept(test.statement, "\(path).statement", kinds: [.statement])
    let undecided = optionalCodeSet(test.undecidedSet, "\(path).undecided_set")
    let except = optionalCodeSet(test.exceptSet, "\(path).except_set")
    guard let set, let scope else { return nil }
    return .condition(
      CompiledConditionTest(
        conditionSet: set, scope: scope, window: window, requirement: test.requirement,
        includeSuspected: test.includeSuspected, undecidedSet: undecided, exceptSet: except,
        statement: statement, absenceIsNo: test.absenceIsNo))
  }

  mutating func compile(_ test: ParticipationTest, _ path: String) -> CompiledRule? {
    let window = period(test.window, "\(path).window")
    let end = required(test.end, "\(path).end")
    guard let window, let end else { return nil }
    return .participation(window: window, end: end)
  }

  mutating func compile(_ test: StatementTest, _ path: String) -> CompiledRule? {
    let concept = self.concept(test.concept, "\(path).concept", kinds: [.statement])
    if test.expected != .yes && test.expected != .no {
      report("\(path).expected", "REQUIRED", "expect ANSWER_YES or ANSWER_NO")
    }
    let set = optionalCodeSet(test.noWithoutCondition, "\(path).no_without_condition")
    var conclusions: [Int] = []
    for (position, id) in test.noWithoutConclusion.enumerated() {
      let conclusionPath = "\(path).no_without_conclusion[\(position)]"
      if let index = self.concept(id, conclusionPath, kinds: [.instrument]) {
        conclusions.append(index)
      }
    }
    guard let concept else { return nil }
    return .statement(
      CompiledStatementTest(
        concept: concept, expectsYes: test.expected == .yes, noWithoutCondition: set,
        noWithoutConclusion: conclusions, noWhenEmpty: test.noWhenEmpty,
        isAsRecorded: test.isAsRecorded,
        window: optionalPeriod(test.window, "\(path).window")))
  }

  mutating func compile(_ test: AssessmentTest, _ path: String) -> CompiledRule? {
    let instrument = concept(test.instrument, "\(path).instrument", kinds: [.instrument])
    let comparison = required(test.comparison, "\(path).operator")
    let limit = decimal(test.limit, "\(path).limit")
    let windowDays = test.windowKnob.isEmpty ? nil : days(test.windowKnob, "\(path).window_knob")
    guard let instrument, let comparison, let limit else { return nil }
    return .assessment(
      CompiledAssessmentTest(
        instrument: instrument, comparison: comparison, limit: limit, limitText: test.limit,
        windowDays: windowDays))
  }

  mutating func compile(_ test: GradeCountTest, _ path: String) -> CompiledRule? {
    guard let instrument = concept(test.instrument, "\(path).instrument", kinds: [.instrument])
    else { return nil }
    let systems = catalogue.concepts[instrument].systems
    if systems.isEmpty {
      report("\(path).instrument", "SYSTEMS_MISSING", "the instrument has no systems to grade")
    }
    if !["A", "B", "C", "D", "E"].contains(test.grade) {
      report("\(path).grade", "OUT_OF_RANGE", "a grade is A, B, C, D or E")
    }
    if !(1...max(1, systems.count)).contains(test.atLeast) {
      report("\(path).at_least", "COUNT_IMPOSSIBLE", "give a number from 1 to the systems' number")
    }
    return .gradeCount(instrument: instrument, grade: test.grade, atLeast: test.atLeast)
  }

  mutating func compile(_ test: ConclusionTest, _ path: String) -> CompiledRule? {
    let instrument = concept(test.instrument, "\(path).instrument", kinds: [.instrument])
    let computed =
      test.computedBy.isEmpty ? nil : criterion(test.computedBy, "\(path).computed_by")
    guard let instrument else { return nil }
    return .conclusion(instrument: instrument, computedBy: computed)
  }

  mutating func compile(_ test: DailyDoseTest, _ path: String) -> CompiledRule? {
    let window = period(test.window, "\(path).window", hours: true)
    let comparison = required(test.comparison, "\(path).operator")
    let limit = decimal(test.limit, "\(path).limit")
    let rule = required(test.rule, "\(path).rule")
    if let window, let rule {
      let allowed: [DailyDoseRule] =
        window.unit == .hours ? [.rolling24Hours, .maxDaily] : [.maxDaily, .meanDaily]
      if !allowed.contains(rule) {
        report("\(path).rule", "NOT_APPLICABLE", "the rule does not go with the window's unit")
      }
    }
    guard let tableIndex = doseTableByID[test.doseTable] else {
      report("\(path).dose_table", "DOSE_TABLE_UNKNOWN", "'\(test.doseTable)' is no dose table")
      return nil
    }
    guard let table = doseTables[tableIndex], let window, let comparison, let limit, let rule else {
      return nil
    }
    return .dailyDose(
      CompiledDailyDoseTest(
        drugSet: table.drugSet, factors: table.factors, unitFactors: table.unitFactors,
        unit: table.unit, window: window, comparison: comparison, limit: limit,
        limitText: test.limit, rule: rule))
  }

  mutating func compile(_ test: ClearanceTest, _ path: String) -> CompiledRule? {
    let comparison = required(test.comparison, "\(path).operator")
    let limit = decimal(test.limit, "\(path).limit")
    let creatinine = clearanceInput(test.creatinine, "\(path).creatinine", unit: "umol/L")
    let weight = clearanceInput(test.weight, "\(path).weight", unit: "kg")
    var height: Int?
    if test.normalisation != nil || test.weightBasis != nil {
      height = clearanceInput(test.height, "\(path).height", unit: "cm")
    }
    guard let comparison, let limit, let creatinine, let weight else { return nil }
    return .clearance(
      CompiledClearanceTest(
        comparison: comparison, limit: limit, limitText: test.limit, creatinine: creatinine,
        weight: weight, height: height, normalisation: test.normalisation,
        weightBasis: test.weightBasis))
  }

  /// The formula is written for one unit each, so the concept's canonical unit must be that one.
  private mutating func invalidAfter(_ rule: InvalidAfter?, _ path: String)
    -> CompiledInvalidAfter?
  {
    guard let rule else { return nil }
    let set = codeSet(rule.drugSet, "\(path).drug_set")
    let window = period(rule.window, "\(path).window")
    guard let set, let window else { return nil }
    return CompiledInvalidAfter(drugSet: set, window: window)
  }

  private mutating func clearanceInput(_ id: String, _ path: String, unit: String) -> Int? {
    guard let index = concept(id, path, kinds: [.quantity]) else { return nil }
    if catalogue.concepts[index].unit != unit {
      report(path, "UNIT_UNKNOWN", "the canonical unit of '\(id)' must be \(unit)")
    }
    return index
  }

  mutating func compile(_ test: DurationTest, _ path: String) -> CompiledRule? {
    let components = test.components.enumerated().compactMap {
      criterion($0.element, "\(path).components[\($0.offset)]")
    }
    if test.components.isEmpty {
      report("\(path).components", "EMPTY", "give the components of the treatment")
    }
    let period = self.period(test.period, "\(path).period")
    let start = required(test.start, "\(path).start")
    if test.comparison != .greater && test.comparison != .greaterOrEqual {
      report("\(path).operator", "REQUIRED", "use GREATER_OR_EQUAL or GREATER_THAN")
    }
    guard let period, let start else { return nil }
    return .duration(
      CompiledDurationTest(
        components: components, period: period, isStrict: test.comparison == .greater, start: start,
        isConcurrent: test.isConcurrent))
  }

  mutating func compile(_ test: SequenceTest, _ path: String) -> CompiledRule? {
    let first = concept(test.first, "\(path).first", kinds: [.statement])
    let second = concept(test.second, "\(path).second", kinds: [.statement])
    guard let first, let second else { return nil }
    return .sequence(first: first, second: second)
  }

  mutating func concepts(_ ids: [String], _ path: String, kinds: Set<ConceptKind>)
    -> [Int]
  {
    if ids.isEmpty { report("\(path).concepts", "EMPTY", "give at least one concept") }
    return ids.enumerated().compactMap {
      concept($0.element, "\(path).concepts[\($0.offset)]", kinds: kinds)
    }
  }
}
