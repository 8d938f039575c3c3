import EligibilityCore
import Testing

/// What is wrong with tests of facts: names, operators, limits and windows.
@Suite struct RuleFaultTests {
  static let people: [DefinitionFault] = [
    .init("an age without an operator", "{shared}.age.operator REQUIRED") {
      $0.edit("shared") { $0.rule = .age(AgeTest()) }
    },
    .init("an age below 0", "{shared}.age.years OUT_OF_RANGE") {
      $0.edit("shared") { $0.rule = .age(.less, -1) }
    },
    .init("an age above 150", "{shared}.age.years OUT_OF_RANGE") {
      $0.edit("shared") { $0.rule = .age(.less, 151) }
    },
    .init("no sex", "{step.sex}.sex.sex REQUIRED") { $0.edit("step.sex") { $0.rule = .sex(nil) } },
    .init("no category", "{allergic}.allergy.category REQUIRED") {
      $0.edit("allergic") { $0.rule = .allergy(nil) }
    },
    .init("a participation without a window", "{elsewhere}.participation.window REQUIRED") {
      $0.edit("elsewhere", .participation) { $0.window = nil }
    },
    .init("a participation without an end", "{elsewhere}.participation.end REQUIRED") {
      $0.edit("elsewhere", .participation) { $0.end = nil }
    },
  ]

  static let results: [DefinitionFault] = [
    .init("no concepts", "{amount}.result.concepts EMPTY") {
      $0.edit("amount", .result) { $0.concepts = [] }
    },
    .init("an unknown concept", "{amount}.result.concepts[1] CONCEPT_UNKNOWN") {
      $0.edit("amount", .result) { $0.concepts.append("nothing") }
    },
    .init("a concept that is not measured", "{amount}.result.concepts[0] CONCEPT_KIND") {
      $0.edit("amount", .result) { $0.concepts = ["drug"] }
    },
    .init("no operator", "{amount}.result.operator REQUIRED") {
      $0.edit("amount", .result) { $0.comparison = nil }
    },
    .init("no limit", "{amount}.result.limit REQUIRED") {
      $0.edit("amount", .result) { $0.limit = nil }
    },
    .init("a limit in an unknown unit", "{amount}.result.value.unit UNIT_UNKNOWN") {
      $0.edit("amount", .result) { $0.limit = .value(Quantity(value: "1", unit: "kg")) }
    },
    .init("a limit with a comparator", "{amount}.result.value.comparator NOT_APPLICABLE") {
      $0.edit("amount", .result) {
        $0.limit = .value(Quantity(value: "1", unit: "g/L", comparator: .lessThan))
      }
    },
    .init("a multiple that is no decimal", "{multiple}.result.uln_multiple DECIMAL_MALFORMED") {
      $0.edit("multiple", .result) { $0.limit = .ulnMultiple("3/2") }
    },
    .init("a multiple of 0", "{multiple}.result.uln_multiple OUT_OF_RANGE") {
      $0.edit("multiple", .result) { $0.limit = .ulnMultiple("0") }
    },
    .init("a multiple of what has no amounts", "{multiple}.result.uln_multiple UNIT_UNKNOWN") {
      $0.edit("multiple", .result) { $0.concepts = ["finding"] }
    },
    .init("nothing measured", "{measured}.measured.concepts EMPTY") {
      $0.edit("measured", .measured) { $0.concepts = [] }
    },
    .init("something unknown measured", "{measured}.measured.concepts[0] CONCEPT_UNKNOWN") {
      $0.edit("measured", .measured) { $0.concepts = ["nothing"] }
    },
    .init("something unknown measured before", "{measured}.measured.not_before[0] CONCEPT_UNKNOWN")
    {
      $0.edit("measured", .measured) { $0.notBefore = ["nothing"] }
    },
    .init("a flag without a code", "{part}.flags[0].code REQUIRED") {
      $0.edit("part") { $0.flags = [FlagRule("step.said", code: "")] }
    },
    .init("a flag on nothing", "{part}.flags[0].if CRITERION_UNKNOWN") {
      $0.edit("part") { $0.flags = [FlagRule("nothing", code: "FLAG")] }
    },
    .init("no finding expected", "{found}.finding.expected REQUIRED") {
      $0.edit("found", .finding) { $0.expected = nil }
    },
    .init("another finding expected", "{found}.finding.expected REQUIRED") {
      $0.edit("found", .finding) { $0.expected = .indeterminate }
    },
    .init("findings of a statement", "{found}.finding.concepts[0] CONCEPT_KIND") {
      $0.edit("found", .finding) { $0.concepts = ["said"] }
    },
    .init("an unknown set of medicines", "{found}.finding.stale_after CODE_SET_UNKNOWN") {
      $0.edit("found", .finding) { $0.staleAfter = "nothing" }
    },
  ]

  /// Every window, with every impossible period.
  static let windows: [DefinitionFault] = [
    (0, CalendarPeriod.Unit.days), (-1, .days), (1_201, .months), (1, nil), (Int.max, .weeks),
  ].flatMap { count, unit -> [DefinitionFault] in
    let period = PeriodDefinition(count, unit)
    let name = "\(count) \(unit?.rawValue ?? "of nothing")"
    return [
      .init("a result within \(name)", "{multiple}.result.window PERIOD_IMPOSSIBLE") {
        $0.edit("multiple", .result) { $0.window = period }
      },
      .init("a finding within \(name)", "{found}.finding.window PERIOD_IMPOSSIBLE") {
        $0.edit("found", .finding) { $0.window = period }
      },
      .init("an exposure within \(name)", "{exposed}.exposure.window PERIOD_IMPOSSIBLE") {
        $0.edit("exposed", .exposure) { $0.window = period }
      },
      .init("a condition within \(name)", "{ill}.condition.window PERIOD_IMPOSSIBLE") {
        $0.edit("ill", .condition) { $0.window = period }
      },
      .init("a participation within \(name)", "{elsewhere}.participation.window PERIOD_IMPOSSIBLE")
      { $0.edit("elsewhere", .participation) { $0.window = period } },
      .init("a dose within \(name)", "{dosed}.daily_dose.window PERIOD_IMPOSSIBLE") {
        $0.edit("dosed", .dailyDose) { $0.window = period }
      },
      .init("a duration of \(name)", "{treated}.duration.period PERIOD_IMPOSSIBLE") {
        $0.edit("treated", .duration) { $0.period = period }
      },
    ]
  }

  /// Hours have no meaning where days are compared.
  static let hours: [DefinitionFault] = [
    .init("hours", "{multiple}.result.window.unit PERIOD_IMPOSSIBLE") {
      $0.edit("multiple", .result) { $0.window = PeriodDefinition(72, .hours) }
    }
  ]

  static let all = people + results + windows + hours

  @Test(arguments: all) func isReported(_ fault: DefinitionFault) { fault.check() }
}
