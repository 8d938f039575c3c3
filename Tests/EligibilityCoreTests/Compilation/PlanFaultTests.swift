import EligibilityCore
import Testing

/// What is wrong with cohorts, knobs, readings and the frame of criteria.
@Suite struct PlanFaultTests {
  static let cohorts: [DefinitionFault] = [
    .init("a cohort without an id", "cohorts[1].id REQUIRED") {
      $0.cohorts.append(CohortDefinition("", "diseases"))
    },
    .init("a cohort twice", "cohorts[1].id DUPLICATE") {
      $0.cohorts.append(CohortDefinition("A", "diseases"))
    },
    .init("an unknown disease set", "cohorts[0].disease_set CODE_SET_UNKNOWN") {
      $0.cohorts[0].diseaseSet = "nothing"
    },
    .init("no disease set", "cohorts[0].disease_set CODE_SET_UNKNOWN") {
      $0.cohorts[0].diseaseSet = ""
    },
    .init("a cohort without criteria", "cohorts[1] COHORT_WITHOUT_CRITERIA") {
      $0.cohorts.append(CohortDefinition("B", "diseases"))
    },
    .init(
      "cohorts without criteria beside other faults", "{part}.statement.concept CONCEPT_UNKNOWN",
      "cohorts[1] COHORT_WITHOUT_CRITERIA"
    ) {
      $0.cohorts.append(CohortDefinition("B", "diseases"))
      $0.edit("part", .statement) { $0.concept = "nothing" }
    },
  ]

  static let knobs: [DefinitionFault] = [
    .init("a knob without an id", "knobs[3].id REQUIRED") {
      $0.knobs.append(KnobDefinition("", ["x"], "x"))
    },
    .init("a knob twice", "knobs[3].id DUPLICATE") {
      $0.knobs.append(KnobDefinition("choice", ["one", "two"], "one"))
    },
    .init("a default that is no setting", "knobs[2].default_value SETTING_UNKNOWN") {
      $0.knobs[2].defaultValue = "open"
    },
    .init("a default that is no number", "knobs[3].default_value SETTING_UNKNOWN") {
      $0.knobs.append(KnobDefinition("more", [], "many"))
    },
    .init("a setting without a value", "knobs[0].settings[2].value REQUIRED") {
      $0.knobs[0] = KnobDefinition("choice", ["one", "two", ""], "one")
      $0.edit("step.reading") {
        $0.rule = .reading(
          "choice", [("one", "step.same"), ("two", "step.sex"), ("", "step.sex")])
      }
    },
    .init("a setting twice", "knobs[2].settings[2].value DUPLICATE") {
      $0.knobs[2] = KnobDefinition("window.bounds", ["closed", "half_open", "closed"], "closed")
    },
    .init("a setting that the evaluator never has", "knobs[2].settings[1].value SETTING_UNKNOWN") {
      $0.knobs[2] = KnobDefinition("window.bounds", ["closed", "open"], "closed")
    },
    .init("a default that the evaluator does not have", "knobs[2] READING_NOT_SUPPORTED") {
      $0.knobs[2] = KnobDefinition("window.bounds", ["closed", "open"], "open")
    },
    .init("a default age of results that is no whole number", "knobs[3] READING_NOT_SUPPORTED") {
      $0.knobs.append(KnobDefinition("lab.max_age_days", ["null"], "7.5"))
    },
    .init("a reading of no knob", "readings[0].knob KNOB_UNKNOWN") {
      $0.readings = [Reading(knob: "nothing", value: "one")]
    },
    .init("a reading without that setting", "readings[1].value SETTING_UNKNOWN") {
      $0.readings = [
        Reading(knob: "choice", value: "two"), Reading(knob: "choice", value: "three"),
      ]
    },
    .init("a reading that is no number", "readings[0].value SETTING_UNKNOWN") {
      $0.readings = [Reading(knob: "days", value: "one")]
    },
    .init("a reading that nothing applies", "knobs[3] READING_NOT_SUPPORTED") {
      $0.knobs.append(KnobDefinition("idle", ["x", "y"], "x"))
      $0.readings = [Reading(knob: "idle", value: "y")]
    },
    .init("a setting that the evaluator does not have", "knobs[3] READING_NOT_SUPPORTED") {
      $0.knobs.append(KnobDefinition("observation.select", ["latest", "first"], "latest"))
      $0.readings = [Reading(knob: "observation.select", value: "first")]
    },
    .init("an age of results that is no whole number", "knobs[3] READING_NOT_SUPPORTED") {
      $0.knobs.append(KnobDefinition("lab.max_age_days", ["null"], "null"))
      $0.readings = [Reading(knob: "lab.max_age_days", value: "7.5")]
    },
    .init("a negative age of results", "knobs[3] READING_NOT_SUPPORTED") {
      $0.knobs.append(KnobDefinition("lab.max_age_days", ["null"], "null"))
      $0.readings = [Reading(knob: "lab.max_age_days", value: "-1")]
    },
  ]

  /// Index of the first criterion that is added to the whole definition.
  static let next = ProtocolDefinition.whole.criteria.count

  private static func criterion(
    _ name: String, _ error: String, _ change: @escaping @Sendable (inout Criterion) -> Void
  ) -> DefinitionFault {
    DefinitionFault(name, "criteria[\(next)]\(error)") {
      var criterion = Criterion.inclusion("added", .says("said"))
      change(&criterion)
      $0.criteria.append(criterion)
    }
  }

  static let criteria: [DefinitionFault] = [
    criterion("no id", ".id REQUIRED") { $0.id = "" },
    criterion("an id twice", ".id DUPLICATE") { $0.id = "consent" },
    criterion("no role", ".role REQUIRED") { $0.role = nil },
    criterion("no stage", ".stages REQUIRED") { $0.stages = [] },
    criterion("no title", ".titles REQUIRED") { $0.titles = [] },
    criterion("an unknown cohort", ".cohort COHORT_UNKNOWN") { $0.cohort = "nothing" },
    criterion("no rule", ".rule REQUIRED") { $0.rule = nil },
    criterion("an unknown knob", ".knobs[1] KNOB_UNKNOWN") { $0.knobs = ["choice", "nothing"] },
    criterion("an unknown condition", ".applies_if CRITERION_UNKNOWN") { $0.appliesIf = "nothing" },
    criterion("an unknown ground for being void", ".void_if CRITERION_UNKNOWN") {
      $0.voidIf = "nothing"
    },
    .init("a step with stages", "{step.no} STEP_WITH_PLACE") {
      $0.edit("step.no") { $0.stages = [.enrolment] }
    },
    .init("a step with a cohort", "{step.no} STEP_WITH_PLACE") {
      $0.edit("step.no") { $0.cohort = "A" }
    },
  ]

  static let all = cohorts + knobs + criteria

  @Test(arguments: all) func isReported(_ fault: DefinitionFault) { fault.check() }
}
