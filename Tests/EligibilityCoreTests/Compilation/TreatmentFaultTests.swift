import EligibilityCore
import Testing

/// What is wrong with tests of medicines, diagnoses, statements, scores and derived amounts.
@Suite struct TreatmentFaultTests {
  static let exposures: [DefinitionFault] = [
    .init("an unknown set", "{exposed}.exposure.drug_set CODE_SET_UNKNOWN") {
      $0.edit("exposed", .exposure) { $0.drugSet = "nothing" }
    },
    .init("an unknown anchor", "{exposed}.exposure.anchor_concept CONCEPT_UNKNOWN") {
      $0.edit("exposed", .exposure) { $0.anchorConcept = "nothing" }
    },
    .init("an anchor that is not measured", "{exposed}.exposure.anchor_concept CONCEPT_KIND") {
      $0.edit("exposed", .exposure) { $0.anchorConcept = "said" }
    },
    .init("an anchor without a window", "{exposed}.exposure.window REQUIRED") {
      $0.edit("exposed", .exposure) { $0.window = nil }
    },
    .init("unknown target diseases", "{exposed}.exposure.target_diseases CODE_SET_UNKNOWN") {
      $0.edit("exposed", .exposure) { $0.targetDiseases = "nothing" }
    },
    .init("an unknown open list", "{exposed}.exposure.open_set CODE_SET_UNKNOWN") {
      $0.edit("exposed", .exposure) { $0.openSet = "nothing" }
    },
  ]

  static let conditions: [DefinitionFault] = [
    .init("an unknown set", "{ill}.condition.condition_set CODE_SET_UNKNOWN") {
      $0.edit("ill", .condition) { $0.conditionSet = "nothing" }
    },
    .init("no scope", "{ill}.condition.scope REQUIRED") {
      $0.edit("ill", .condition) { ($0.scope, $0.window) = (nil, nil) }
    },
    .init("activity without a window", "{ill}.condition.window REQUIRED") {
      $0.edit("ill", .condition) { $0.window = nil }
    },
    .init("a diagnosis without a window", "{ill}.condition.window REQUIRED") {
      $0.edit("ill", .condition) { ($0.scope, $0.window) = (.diagnosisInWindow, nil) }
    },
    .init("a window where there is none", "{ill}.condition.window NOT_APPLICABLE") {
      $0.edit("ill", .condition) { $0.scope = .active }
    },
    .init("an unknown statement", "{ill}.condition.statement CONCEPT_UNKNOWN") {
      $0.edit("ill", .condition) { $0.statement = "nothing" }
    },
    .init("a statement that is none", "{ill}.condition.statement CONCEPT_KIND") {
      $0.edit("ill", .condition) { $0.statement = "drug" }
    },
    .init("an unknown undecided set", "{ill}.condition.undecided_set CODE_SET_UNKNOWN") {
      $0.edit("ill", .condition) { $0.undecidedSet = "nothing" }
    },
    .init("an unknown set left out", "{ill}.condition.except_set CODE_SET_UNKNOWN") {
      $0.edit("ill", .condition) { $0.exceptSet = "nothing" }
    },
  ]

  static let statements: [DefinitionFault] = [
    .init("an unknown statement", "{part}.statement.concept CONCEPT_UNKNOWN") {
      $0.edit("part", .statement) { $0.concept = "nothing" }
    },
    .init("a statement that is none", "{part}.statement.concept CONCEPT_KIND") {
      $0.edit("part", .statement) { $0.concept = "drug" }
    },
    .init("no answer", "{part}.statement.expected REQUIRED") {
      $0.edit("part", .statement) { $0.expected = nil }
    },
    .init("an answer that is none", "{part}.statement.expected REQUIRED") {
      $0.edit("part", .statement) { $0.expected = .undetermined }
    },
    .init("an unknown set of diagnoses", "{part}.statement.no_without_condition CODE_SET_UNKNOWN") {
      $0.edit("part", .statement) { $0.noWithoutCondition = "nothing" }
    },
    .init(
      "an unknown classification", "{part}.statement.no_without_conclusion[0] CONCEPT_UNKNOWN"
    ) { $0.edit("part", .statement) { $0.noWithoutConclusion = ["nothing"] } },
    .init("a sequence of nothing", "{relapsed}.sequence.first CONCEPT_UNKNOWN") {
      $0.edit("relapsed", .sequence) { $0.first = "nothing" }
    },
    .init("a sequence of a drug", "{relapsed}.sequence.second CONCEPT_KIND") {
      $0.edit("relapsed", .sequence) { $0.second = "drug" }
    },
  ]

  static let scores: [DefinitionFault] = [
    .init("an unknown score", "{scored}.assessment.instrument CONCEPT_UNKNOWN") {
      $0.edit("scored", .assessment) { $0.instrument = "nothing" }
    },
    .init("a score that is none", "{scored}.assessment.instrument CONCEPT_KIND") {
      $0.edit("scored", .assessment) { $0.instrument = "amount" }
    },
    .init("a score without an operator", "{scored}.assessment.operator REQUIRED") {
      $0.edit("scored", .assessment) { $0.comparison = nil }
    },
    .init("a score without a limit", "{scored}.assessment.limit DECIMAL_MALFORMED") {
      $0.edit("scored", .assessment) { $0.limit = "" }
    },
    .init("an unknown knob", "{scored}.assessment.window_knob KNOB_UNKNOWN") {
      $0.edit("scored", .assessment) { $0.windowKnob = "nothing" }
    },
    .init("a knob without days", "{scored}.assessment.window_knob KNOB_UNKNOWN") {
      $0.edit("scored", .assessment) { $0.windowKnob = "choice" }
    },
    .init("a knob with one setting without days", "{scored}.assessment.window_knob KNOB_UNKNOWN") {
      $0.knobs[1] = KnobDefinition("days", ["30", "10", "0"], "30")
    },
    .init("grades of what has no systems", "{graded}.grade_count.instrument SYSTEMS_MISSING") {
      $0.edit("graded", .gradeCount) { ($0.instrument, $0.atLeast) = ("score", 1) }
    },
    .init("a grade that is none", "{graded}.grade_count.grade OUT_OF_RANGE") {
      $0.edit("graded", .gradeCount) { $0.grade = "F" }
    },
    .init("three of two systems", "{graded}.grade_count.at_least COUNT_IMPOSSIBLE") {
      $0.edit("graded", .gradeCount) { $0.atLeast = 3 }
    },
    .init("none of two systems", "{graded}.grade_count.at_least COUNT_IMPOSSIBLE") {
      $0.edit("graded", .gradeCount) { $0.atLeast = 0 }
    },
    .init("unknown classification criteria", "{concluded}.conclusion.instrument CONCEPT_UNKNOWN") {
      $0.edit("concluded", .conclusion) { $0.instrument = "nothing" }
    },
    .init("computed by nothing", "{concluded}.conclusion.computed_by CRITERION_UNKNOWN") {
      $0.edit("concluded", .conclusion) { $0.computedBy = "nothing" }
    },
  ]

  static let derived: [DefinitionFault] = [
    .init("an unknown table", "{dosed}.daily_dose.dose_table DOSE_TABLE_UNKNOWN") {
      $0.edit("dosed", .dailyDose) { $0.doseTable = "nothing" }
    },
    .init("a dose without a window", "{dosed}.daily_dose.window REQUIRED") {
      $0.edit("dosed", .dailyDose) { $0.window = nil }
    },
    .init("a dose without an operator", "{dosed}.daily_dose.operator REQUIRED") {
      $0.edit("dosed", .dailyDose) { $0.comparison = nil }
    },
    .init("a dose without a limit", "{dosed}.daily_dose.limit DECIMAL_MALFORMED") {
      $0.edit("dosed", .dailyDose) { $0.limit = "ten" }
    },
    .init("a dose without a rule", "{dosed}.daily_dose.rule REQUIRED") {
      $0.edit("dosed", .dailyDose) { $0.rule = nil }
    },
    .init("a clearance without an operator", "{cleared}.clearance.operator REQUIRED") {
      $0.edit("cleared", .clearance) { $0.comparison = nil }
    },
    .init("a clearance without a limit", "{cleared}.clearance.limit DECIMAL_MALFORMED") {
      $0.edit("cleared", .clearance) { $0.limit = "1e1" }
    },
    .init("unknown creatinine", "{cleared}.clearance.creatinine CONCEPT_UNKNOWN") {
      $0.edit("cleared", .clearance) { $0.creatinine = "nothing" }
    },
    .init("creatinine in another unit", "{cleared}.clearance.creatinine UNIT_UNKNOWN") {
      $0.edit("cleared", .clearance) { $0.creatinine = "amount" }
    },
    .init("weight in another unit", "{cleared}.clearance.weight UNIT_UNKNOWN") {
      $0.edit("cleared", .clearance) { $0.weight = "height" }
    },
    .init("height that is a statement", "{cleared}.clearance.height CONCEPT_KIND") {
      $0.edit("cleared", .clearance) { $0.height = "said" }
    },
    .init("no height to relate to", "{cleared}.clearance.height CONCEPT_UNKNOWN") {
      $0.edit("cleared", .clearance) { $0.height = "" }
    },
    .init("no height for an ideal weight", "{cleared}.clearance.height CONCEPT_UNKNOWN") {
      $0.edit("cleared", .clearance) {
        ($0.normalisation, $0.weightBasis, $0.height) = (nil, .ideal, "")
      }
    },
    .init("a dose by hours on the mean", "{dosed}.daily_dose.rule NOT_APPLICABLE") {
      $0.edit("dosed", .dailyDose) {
        ($0.window, $0.rule) = (PeriodDefinition(72, .hours), .meanDaily)
      }
    },
    .init("a dose by days in any 24 hours", "{dosed}.daily_dose.rule NOT_APPLICABLE") {
      $0.edit("dosed", .dailyDose) { $0.rule = .rolling24Hours }
    },
    .init("a duration of nothing", "{treated}.duration.components EMPTY") {
      $0.edit("treated", .duration) { $0.components = [] }
    },
    .init("an unknown component", "{treated}.duration.components[1] CRITERION_UNKNOWN") {
      $0.edit("treated", .duration) { $0.components.append("nothing") }
    },
    .init("a duration without a length", "{treated}.duration.period REQUIRED") {
      $0.edit("treated", .duration) { $0.period = nil }
    },
    .init("a duration without a start", "{treated}.duration.start REQUIRED") {
      $0.edit("treated", .duration) { $0.start = nil }
    },
    .init("a duration of less than", "{treated}.duration.operator REQUIRED") {
      $0.edit("treated", .duration) { $0.comparison = .less }
    },
  ]

  static let all = exposures + conditions + statements + scores + derived

  @Test(arguments: all) func isReported(_ fault: DefinitionFault) { fault.check() }
}
