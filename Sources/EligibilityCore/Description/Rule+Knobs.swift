extension Rule {
  /// The knobs that it takes a choice or a number from, itself: not through what it refers to.
  public var knobs: [String] {
    switch self {
    case .byReading(let choice): [choice.knob]
    case .age(let test): [test.yearsKnob].named
    case .result(let test):
      ([test.limit?.knob ?? "", test.window?.knob ?? ""]).named + (test.invalidAfter?.knobs ?? [])
    case .measured(let test): test.invalidAfter?.knobs ?? []
    case .finding(let test): [test.window?.knob ?? ""].named
    case .exposure(let test): [test.window?.knob ?? ""].named
    case .condition(let test): [test.window?.knob ?? ""].named
    case .participation(let test): [test.window?.knob ?? ""].named
    case .statement(let test): [test.window?.knob ?? ""].named
    case .assessment(let test): [test.windowKnob].named
    case .dailyDose(let test): [test.window?.knob ?? ""].named
    case .duration(let test): [test.period?.knob ?? ""].named
    case .change(let test): [test.period?.knob ?? ""].named
    case .persistence(let test): [test.apart?.knob ?? "", test.within?.knob ?? ""].named
    case .group, .conditional, .sameAs, .sex, .allergy, .consent, .gradeCount, .conclusion,
      .clearance, .sequence, .enrolment:
      []
    }
  }
}

extension [String] {
  /// Without those that are left out.
  fileprivate var named: [String] { filter { !$0.isEmpty } }
}

extension InvalidAfter {
  fileprivate var knobs: [String] { [window?.knob ?? ""].named }
}

extension ResultTest.Limit {
  fileprivate var knob: String? {
    switch self {
    case .knob(let knob): knob
    case .value, .ulnMultiple: nil
    }
  }
}
