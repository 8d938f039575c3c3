extension Rule {
  /// Ids of the criteria that it refers to, under every setting of the knobs.
  public var references: [String] {
    switch self {
    case .group(let group): group.members
    case .conditional(let rule): [rule.condition, rule.then, rule.otherwise]
    case .sameAs(let id): [id]
    case .byReading(let choice):
      choice.options.map(\.criterion) + (choice.number.isEmpty ? [] : [choice.number])
    case .conclusion(let test): test.computedBy.isEmpty ? [] : [test.computedBy]
    case .duration(let test): test.components
    case .age, .sex, .result, .measured, .finding, .exposure, .condition, .allergy, .participation,
      .consent, .statement, .assessment, .gradeCount, .dailyDose, .clearance, .sequence,
      .change, .persistence, .enrolment:
      []
    }
  }
}

extension Rule {
  /// Whether a rule of its kind refers to criteria.
  var isAboutCriteria: Bool {
    switch self {
    case .group, .conditional, .sameAs, .byReading, .conclusion, .duration: true
    case .age, .sex, .result, .measured, .finding, .exposure, .condition, .allergy, .participation,
      .consent, .statement, .assessment, .gradeCount, .dailyDose, .clearance, .sequence,
      .change, .persistence, .enrolment:
      false
    }
  }
}

extension Criterion {
  /// Ids of the criteria that it refers to in any way: by its logic, by when it applies or is void, and
  /// by its warnings.
  public var references: [String] {
    (rule?.references ?? []) + [appliesIf, voidIf].filter { !$0.isEmpty } + flags.map(\.condition)
  }
}
