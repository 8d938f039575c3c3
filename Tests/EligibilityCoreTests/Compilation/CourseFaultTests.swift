import EligibilityCore
import Testing

/// What is wrong with changes, persistence, numbers that a knob gives, and what makes a result invalid.
@Suite struct CourseFaultTests {
  static let changes: [DefinitionFault] = [
    .init("an unknown concept", "{changed}.change.concept CONCEPT_UNKNOWN") {
      $0.edit("changed", .change) { $0.concept = "nothing" }
    },
    .init("a concept without amounts", "{changed}.change.concept CONCEPT_KIND") {
      $0.edit("changed", .change) { $0.concept = "finding" }
    },
    .init("no direction", "{changed}.change.direction REQUIRED") {
      $0.edit("changed", .change) { $0.direction = nil }
    },
    .init("no operator", "{changed}.change.operator REQUIRED") {
      $0.edit("changed", .change) { $0.comparison = nil }
    },
    .init("an operator the other way", "{changed}.change.operator NOT_APPLICABLE") {
      $0.edit("changed", .change) { $0.comparison = .lessOrEqual }
    },
    .init("an amount that is no decimal", "{changed}.change.amount DECIMAL_MALFORMED") {
      $0.edit("changed", .change) { $0.amount = "10%" }
    },
    .init("an amount of 0", "{changed}.change.amount OUT_OF_RANGE") {
      $0.edit("changed", .change) { $0.amount = "0" }
    },
    .init("a negative amount", "{changed}.change.amount OUT_OF_RANGE") {
      $0.edit("changed", .change) { $0.amount = "-10" }
    },
    .init("no period", "{changed}.change.period REQUIRED") {
      $0.edit("changed", .change) { $0.period = nil }
    },
    .init("no baseline", "{changed}.change.baseline REQUIRED") {
      $0.edit("changed", .change) { $0.baseline = nil }
    },
  ]

  static let persistence: [DefinitionFault] = [
    .init("no concepts", "{persists}.persistence.concepts EMPTY") {
      $0.edit("persists", .persistence) { $0.concepts = [] }
    },
    .init("an unknown concept", "{persists}.persistence.concepts[1] CONCEPT_UNKNOWN") {
      $0.edit("persists", .persistence) { $0.concepts.append("nothing") }
    },
    .init("a concept without findings", "{persists}.persistence.concepts[0] CONCEPT_KIND") {
      $0.edit("persists", .persistence) { $0.concepts = ["amount"] }
    },
    .init("once", "{persists}.persistence.count COUNT_IMPOSSIBLE") {
      $0.edit("persists", .persistence) { $0.count = 1 }
    },
    .init("a hundred times and one", "{persists}.persistence.count COUNT_IMPOSSIBLE") {
      $0.edit("persists", .persistence) { $0.count = 101 }
    },
    .init("neither apart nor within", "{persists}.persistence REQUIRED") {
      $0.edit("persists", .persistence) { $0.apart = nil }
    },
    .init("both apart and within", "{persists}.persistence REQUIRED") {
      $0.edit("persists", .persistence) { $0.within = PeriodDefinition(1, .weeks) }
    },
    .init("a limit in an unknown unit", "{persists}.persistence.above.unit UNIT_UNKNOWN") {
      $0.edit("persists", .persistence) { $0.above = Quantity(value: "40", unit: "GPL") }
    },
    .init("an impossible time", "{persists}.persistence.apart PERIOD_IMPOSSIBLE") {
      $0.edit("persists", .persistence) { $0.apart = PeriodDefinition(0, .weeks) }
    },
  ]

  /// Numbers that come from a knob: `days` takes one, `choice` does not.
  static let numbers: [DefinitionFault] = [
    .init("an age by no knob", "{shared}.age.years_knob KNOB_UNKNOWN") {
      $0.edit("shared", .age) { $0.yearsKnob = "nothing" }
    },
    .init("an age by a choice", "{shared}.age.years_knob KNOB_UNKNOWN") {
      $0.edit("shared", .age) { $0.yearsKnob = "choice" }
    },
    .init("an age that is no whole number", "{shared}.age.years_knob OUT_OF_RANGE") {
      $0.edit("shared", .age) { $0.yearsKnob = "years" }
      $0.knobs.append(KnobDefinition("years", [], "17.5"))
    },
    .init("a negative age", "{shared}.age.years_knob OUT_OF_RANGE") {
      $0.edit("shared", .age) { $0.yearsKnob = "years" }
      $0.knobs.append(KnobDefinition("years", [], "-1"))
    },
    .init("a limit by no knob", "{amount}.result.limit_knob KNOB_UNKNOWN") {
      $0.edit("amount", .result) { $0.limit = .knob("choice") }
    },
    .init(
      "a window by no knob", "{multiple}.result.window.knob KNOB_UNKNOWN",
      "{multiple}.result.window PERIOD_IMPOSSIBLE"
    ) {
      $0.edit("multiple", .result) { $0.window?.knob = "nothing" }
    },
    .init("a window of no days", "{multiple}.result.window PERIOD_IMPOSSIBLE") {
      $0.edit("multiple", .result) { $0.window?.knob = "window" }
      $0.knobs.append(KnobDefinition("window", [], "0"))
    },
    .init("a choice of nothing by a number", "{step.reading}.by_reading.number CRITERION_UNKNOWN") {
      $0.edit("step.reading") { $0.rule = .reading("days", []) }
      $0.edit("step.reading", .choice) { $0.number = "nothing" }
    },
    .init("a number where there is none", "{step.reading}.by_reading.number NOT_APPLICABLE") {
      $0.edit("step.reading", .choice) { $0.number = "step.same" }
    },
    .init("an age of results of no concept", "knobs[3].id CONCEPT_UNKNOWN") {
      $0.knobs.append(KnobDefinition("lab.max_age_days.nothing", ["null"], "null"))
    },
  ]

  static let validity: [DefinitionFault] = [
    .init("an unknown set", "{amount}.result.invalid_after.drug_set CODE_SET_UNKNOWN") {
      $0.edit("amount", .result) {
        $0.invalidAfter = InvalidAfter()
        $0.invalidAfter?.drugSet = "nothing"
        $0.invalidAfter?.window = PeriodDefinition(14, .days)
      }
    },
    .init("no time", "{measured}.measured.invalid_after.window REQUIRED") {
      $0.edit("measured", .measured) {
        $0.invalidAfter = InvalidAfter()
        $0.invalidAfter?.drugSet = "drugs"
      }
    },
    .init("a statement within nothing", "{part}.statement.window PERIOD_IMPOSSIBLE") {
      $0.edit("part", .statement) { $0.window = PeriodDefinition(0, .days) }
    },
  ]

  /// A criterion may be reported under one whose logic does not refer to it.
  static let parts: [DefinitionFault] = [
    .init("a part of nothing", "{consent}.part_of CRITERION_UNKNOWN") {
      $0.edit("consent") { $0.partOf = "nothing" }
    },
    .init("a part of another role", "{consent}.part_of ROLE_MISMATCH") {
      $0.edit("consent") { $0.partOf = "exposed" }
    },
    .init("a part of itself", "{consent}.part_of ROLE_MISMATCH") {
      $0.edit("consent") { $0.partOf = "consent" }
    },
    .init("a part of another cohort", "{consent}.part_of ROLE_MISMATCH") {
      $0.edit("consent") { $0.partOf = "A.1" }
    },
    .init("a part of two", "{part}.part_of PARENT_AMBIGUOUS") {
      $0.edit("part") { $0.partOf = "consent" }
    },
    .init(
      "parts of each other", "{consent}.part_of CIRCULAR", "{measured}.part_of CIRCULAR"
    ) {
      $0.edit("consent") { $0.partOf = "measured" }
      $0.edit("measured") { $0.partOf = "consent" }
    },
    .init("a part of its own part", "{group}.part_of CIRCULAR") {
      $0.edit("group") { $0.partOf = "part" }
    },
  ]

  static let all = changes + persistence + numbers + validity + parts

  @Test(arguments: all) func isReported(_ fault: DefinitionFault) { fault.check() }
}
