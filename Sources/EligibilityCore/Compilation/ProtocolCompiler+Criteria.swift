extension ProtocolCompiler {
  mutating func compileCriteria() -> [CriterionDraft] {
    for (index, criterion) in definition.criteria.enumerated() {
      let path = "criteria[\(index)].id"
      if criterion.id.isEmpty { report(path, "REQUIRED", "give the criterion's id") }
      if criterionByID.updateValue(index, forKey: criterion.id) != nil {
        report(path, "DUPLICATE", "the criterion '\(criterion.id)' is defined twice")
      }
    }
    var compiled: [CriterionDraft] = []
    for (index, criterion) in definition.criteria.enumerated() {
      compiled.append(compile(criterion, index))
    }
    return compiled
  }

  private mutating func compile(_ criterion: Criterion, _ index: Int) -> CriterionDraft {
    let path = "criteria[\(index)]"
    let role = required(criterion.role, "\(path).role") ?? .step
    if criterion.role == .step, !criterion.stages.isEmpty || !criterion.cohort.isEmpty {
      report(path, "STEP_WITH_PLACE", "a step has neither stages nor a cohort")
    }
    if role != .step, criterion.stages.isEmpty {
      report("\(path).stages", "REQUIRED", "give the stages in which it is decided")
    }
    if role != .step, criterion.titles.isEmpty {
      report("\(path).titles", "REQUIRED", "a reported criterion has a title")
    }
    var cohort: Int?
    if !criterion.cohort.isEmpty {
      cohort = cohortByID[criterion.cohort]
      if cohort == nil {
        report("\(path).cohort", "COHORT_UNKNOWN", "'\(criterion.cohort)' is no cohort")
      }
    }
    let before = errors.count
    let rule = criterion.rule.flatMap { compile($0, path) }
    if rule == nil || errors.count > before { withoutLogic.insert(index) }
    if criterion.rule == nil {
      report("\(path).rule", "REQUIRED", "give the criterion's logic")
    }
    for (position, knob) in criterion.knobs.enumerated() where settingByKnob[knob] == nil {
      report("\(path).knobs[\(position)]", "KNOB_UNKNOWN", "'\(knob)' is no knob")
    }
    return CriterionDraft(
      id: criterion.id, role: role, stages: criterion.stages, cohort: cohort, parent: nil,
      appliesIf: criterion.appliesIf.isEmpty
        ? nil : self.criterion(criterion.appliesIf, "\(path).applies_if"),
      voidIf: criterion.voidIf.isEmpty
        ? nil : self.criterion(criterion.voidIf, "\(path).void_if"),
      voidReason: criterion.voidReason.isEmpty ? "VOID" : criterion.voidReason,
      reason: criterion.reason, titles: criterion.titles, polarity: .mixed,
      reportedID: criterion.id,
      isIncurable: criterion.isIncurable, flags: flags(criterion, path),
      rule: rule ?? .group(kind: .all, members: [], atLeast: 0))
  }

  private mutating func flags(_ criterion: Criterion, _ path: String)
    -> [(condition: Int, code: String)]
  {
    var flags: [(condition: Int, code: String)] = []
    for (position, flag) in criterion.flags.enumerated() {
      let place = "\(path).flags[\(position)]"
      if flag.code.isEmpty { report("\(place).code", "REQUIRED", "give the warning's code") }
      if let condition = self.criterion(flag.condition, "\(place).if") {
        flags.append((condition, flag.code))
      }
    }
    return flags
  }

  private mutating func compile(_ rule: Rule, _ path: String) -> CompiledRule? {
    switch rule {
    case .group(let group): compile(group, "\(path).group")
    case .conditional(let rule):
      compile(rule, "\(path).conditional")
    case .sameAs(let id): criterion(id, "\(path).same_as.criterion").map { .sameAs($0) }
    case .byReading(let rule): compile(rule, "\(path).by_reading")
    case .age(let test): compile(test, "\(path).age")
    case .sex(let sex): required(sex, "\(path).sex.sex").map { .sex($0) }
    case .result(let test): compile(test, "\(path).result")
    case .measured(let test): compile(test, "\(path).measured")
    case .finding(let test): compile(test, "\(path).finding")
    case .exposure(let test): compile(test, "\(path).exposure")
    case .condition(let test): compile(test, "\(path).condition")
    case .allergy(let category):
      required(category, "\(path).allergy.category").map { .allergy($0) }
    case .participation(let test): compile(test, "\(path).participation")
    case .consent: .consent
    case .statement(let test): compile(test, "\(path).statement")
    case .assessment(let test): compile(test, "\(path).assessment")
    case .gradeCount(let test): compile(test, "\(path).grade_count")
    case .conclusion(let test): compile(test, "\(path).conclusion")
    case .dailyDose(let test): compile(test, "\(path).daily_dose")
    case .clearance(let test): compile(test, "\(path).clearance")
    case .duration(let test): compile(test, "\(path).duration")
    case .sequence(let test): compile(test, "\(path).sequence")
    case .change(let test): compile(test, "\(path).change")
    case .persistence(let test): compile(test, "\(path).persistence")
    case .enrolment: .enrolment
    }
  }

  private mutating func compile(_ group: GroupRule, _ path: String) -> CompiledRule? {
    if group.members.isEmpty { report("\(path).members", "EMPTY", "a group needs members") }
    var members: [Int] = []
    for (position, id) in group.members.enumerated() {
      guard let member = criterion(id, "\(path).members[\(position)]") else { continue }
      if members.contains(member) {
        report("\(path).members[\(position)]", "DUPLICATE", "'\(id)' is a member twice")
      }
      members.append(member)
    }
    guard let kind = required(group.kind, "\(path).kind") else { return nil }
    if kind == .atLeast {
      if !(1...max(1, group.members.count)).contains(group.atLeast) {
        report(
          "\(path).at_least", "COUNT_IMPOSSIBLE", "give a number from 1 to the number of members")
      }
    } else if group.atLeast != 0 {
      report("\(path).at_least", "NOT_APPLICABLE", "only GROUP_KIND_AT_LEAST has a number")
    }
    return .group(kind: kind, members: members, atLeast: group.atLeast)
  }

  private mutating func compile(_ rule: ConditionalRule, _ path: String) -> CompiledRule? {
    let condition = criterion(rule.condition, "\(path).if")
    let then = criterion(rule.then, "\(path).then")
    let otherwise = criterion(rule.otherwise, "\(path).else")
    guard let condition, let then, let otherwise else { return nil }
    return .conditional(condition: condition, then: then, otherwise: otherwise)
  }

  private mutating func compile(_ rule: ReadingChoiceRule, _ path: String) -> CompiledRule? {
    guard let knob = definition.knobs.first(where: { $0.id == rule.knob }) else {
      report("\(path).knob", "KNOB_UNKNOWN", "'\(rule.knob)' is no knob of this definition")
      return nil
    }
    usedKnobs.insert(knob.id)
    var chosen: Int?
    var seen: Set<String> = []
    for (position, option) in rule.options.enumerated() {
      let optionPath = "\(path).options[\(position)]"
      if !knob.settings.contains(where: { $0.value == option.value }) {
        report("\(optionPath).value", "SETTING_UNKNOWN", "'\(option.value)' is no setting")
      }
      if !seen.insert(option.value).inserted {
        report("\(optionPath).value", "DUPLICATE", "'\(option.value)' is chosen twice")
      }
      let target = criterion(option.criterion, "\(optionPath).criterion")
      if option.value == settingByKnob[knob.id] { chosen = target }
    }
    for setting in knob.settings where !seen.contains(setting.value) {
      report(path, "SETTING_MISSING", "no option for the setting '\(setting.value)'")
    }
    if knob.takesNumber {
      let target =
        rule.number.isEmpty ? nil : criterion(rule.number, "\(path).number")
      if rule.number.isEmpty {
        report(path, "SETTING_MISSING", "'\(knob.id)' may be a number: give `number`, too")
      }
      if !knob.settings.contains(where: { $0.value == settingByKnob[knob.id] }) { chosen = target }
    } else if !rule.number.isEmpty {
      report("\(path).number", "NOT_APPLICABLE", "'\(knob.id)' is never a number")
    }
    return chosen.map { .sameAs($0) }
  }
}
