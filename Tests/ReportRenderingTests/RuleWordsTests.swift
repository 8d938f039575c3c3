import EligibilityCore
import Testing

@testable import ReportRendering

/// What each kind of test says, in both languages.
@Suite struct RuleWordsTests {
  typealias Row = (rule: String, english: String, chinese: String)

  static let results: [Row] = [
    (
      "age: {operator: COMPARISON_OPERATOR_GREATER_OR_EQUAL, years: 18}",
      "the age in completed years on the index date is at least 18",
      "基准日的周岁年龄不低于18岁"
    ),
    (
      "age: {operator: COMPARISON_OPERATOR_LESS_OR_EQUAL, years: 65}",
      "the age in completed years on the index date is at most 65 (up to the day before 66 are completed)",
      "基准日的周岁年龄不高于65岁（截至满66周岁前一日）"
    ),
    ("sex: {sex: SEX_MALE}", "the sex at birth is male", "出生性别为男性"),
    (
      "result: {concepts: [alt], operator: COMPARISON_OPERATOR_LESS_THAN, value: {value: \"1.50\", unit: U/L}}",
      "the latest result of ALT (alt) is below 1.50 U/L", "最近一次转氨酶（alt）结果低于1.50 U/L"
    ),
    (
      "result: {concepts: [alt, scr], operator: COMPARISON_OPERATOR_GREATER_THAN, uln_multiple: \"3\", ever: true, censored_is_within: true, window: {count: 1, unit: PERIOD_UNIT_WEEK}}",
      "some result of ALT (alt) or Creatinine (scr) within 1 week before the index date (exactly 1 week before is within) is above 3 x the upper limit of normal that came with it; \"not detected\", and \"below a number\" without an upper limit, count as within it",
      "基准日前1周内（恰好1周前计入）任一次转氨酶（alt）或Creatinine（scr）结果高于随报告的正常上限的3倍；“未检出”以及无正常上限的“低于某值”视为在限值之内"
    ),
    (
      "measured: {concepts: [test], not_before: [screen], none_is_false: true}",
      "there is a usable result of Test (test) that is not older than the latest of screen; no result means no",
      "有可用的Test（test）结果且不早于最近一次screen；无结果视为否"
    ),
    (
      "finding: {concepts: [test], expected: FINDING_NEGATIVE, window: {count: 7, unit: PERIOD_UNIT_DAY}, cut_off_from_range: true}",
      "the latest result of Test (test) within 7 days before the index date (exactly 7 days before is within) is negative; an amount is positive from the laboratory's upper limit on",
      "基准日前7天内（恰好7天前计入）最近一次Test（test）结果为阴性；定量结果达到实验室上限即为阳性"
    ),
    (
      "finding: {concepts: [test], expected: FINDING_POSITIVE, ever: true, methods: [{system: \"http://snomed.info/sct\", code: \"1\"}], specimens: [{system: x, code: \"2\"}], stale_after: drugs}",
      "some result of Test (test) is positive; only by the method SNOMED CT 1; only on the specimen x 2; a result before the last dose of Drugs (drugs) is warned about",
      "任一次Test（test）结果为阳性；仅限方法SNOMED CT 1；仅限标本x 2；若早于药物（drugs）末次用药则提示"
    ),
    (
      "finding: {concepts: [test], expected: FINDING_POSITIVE, methods: [{system: \"http://snomed.info/sct\", code: \"1\"}, {system: \"http://loinc.org\", code: \"3\"}], method_titles: [{language: en, text: a method}, {language: zh, text: 方法甲}], specimens: [{system: x, code: \"2\"}], specimen_titles: [{language: en, text: blood}]}",
      "the latest result of Test (test) is positive; only by the method a method (SNOMED CT 1 or LOINC 3); only on the specimen blood (x 2)",
      "最近一次Test（test）结果为阳性；仅限方法方法甲（SNOMED CT 1或LOINC 3）；仅限标本blood（x 2）"
    ),
    (
      "finding: {concepts: [test], expected: FINDING_NEGATIVE, ever: true}",
      "every result of Test (test) is negative", "每次Test（test）结果均为阴性"
    ),
    (
      "clearance: {operator: COMPARISON_OPERATOR_GREATER_OR_EQUAL, limit: \"30\", creatinine: scr, weight: weight}",
      "the creatinine clearance after Cockcroft and Gault, from Creatinine (scr), age, sex and weight, is at least 30 mL/min",
      "按Cockcroft-Gault公式由Creatinine（scr）、年龄、性别和weight计算的肌酐清除率不低于30 mL/min"
    ),
    (
      "clearance: {operator: COMPARISON_OPERATOR_EQUAL, limit: \"30\", creatinine: scr, weight: weight, height: height, normalisation: BODY_SIZE_NORMALISATION_MOSTELLER}",
      "the creatinine clearance after Cockcroft and Gault, from Creatinine (scr), age, sex and weight, is exactly 30 mL/min/1.73 m²; body surface by Mosteller from height",
      "按Cockcroft-Gault公式由Creatinine（scr）、年龄、性别和weight计算的肌酐清除率等于30 mL/min/1.73 m²；体表面积按Mosteller公式由height计算"
    ),
  ]

  static let records: [Row] = [
    (
      "exposure: {drug_set: drugs}",
      "a medicine of Drugs (drugs) was given at any time up to the index date",
      "基准日及之前任何时间使用过药物（drugs）中的药物"
    ),
    (
      "exposure: {drug_set: drugs, window: {count: 28, unit: PERIOD_UNIT_DAY}, anchor_concept: alt, systemic_only: true, target_purpose_only: true, target_diseases: ills, open_set: coded}",
      "a medicine of Drugs (drugs) was given by a systemic route for the target disease (Illness (ills)) within 28 days before the result of ALT (alt) that is used (exactly 28 days before is within); a medicine of coded alone leaves it unknown",
      "所采用的转氨酶（alt）结果前28天内（恰好28天前计入）针对目标疾病（疾病（ills））经全身给药途径使用过药物（drugs）中的药物；仅有coded中的药物时结果未知"
    ),
    (
      "condition: {condition_set: ills, scope: CONDITION_SCOPE_EVER}",
      "a diagnosis of Illness (ills) is recorded, present or past; a suspected one leaves it unknown",
      "疾病（ills）的诊断有记录（现患或既往）；疑似诊断时结果未知"
    ),
    (
      "condition: {condition_set: ills, scope: CONDITION_SCOPE_ACTIVE, requirement: CONDITION_REQUIREMENT_SEVERE, include_suspected: true, undecided_set: coded, except_set: coded, statement: said, absence_is_no: true}",
      "a diagnosis of Illness (ills) other than coded is present on the index date (a past one does not count) and is severe; a suspected one counts; a diagnosis of coded leaves it unknown; an answer to \"Said so\" (said) answers it too; no record means no, reviewed or not",
      "疾病（ills）的诊断（coded除外）在基准日存在（既往者不计），且为重度；疑似诊断计入；记录有coded的诊断时结果未知；对“已述”（said）的回答同样有效；无论是否审阅，无记录视为否"
    ),
    (
      "condition: {condition_set: coded, scope: CONDITION_SCOPE_EVER, undecided_set: ills}",
      "a diagnosis of coded is recorded, present or past; a suspected one leaves it unknown; a diagnosis of Illness (ills) leaves it unknown",
      "coded的诊断有记录（现患或既往）；疑似诊断时结果未知；记录有“疾病”（ills）的诊断时结果未知"
    ),
    (
      "condition: {condition_set: ills, scope: CONDITION_SCOPE_ACTIVITY_IN_WINDOW, window: {count: 5, unit: PERIOD_UNIT_YEAR}, include_suspected: true}",
      "a diagnosis of Illness (ills) was made, was active or was treated within 5 years before the index date (exactly 5 years before is within); a suspected one counts",
      "疾病（ills）的诊断于基准日前5年内（恰好5年前计入）确诊、活动或治疗；疑似诊断计入"
    ),
    (
      "allergy: {category: ALLERGY_CATEGORY_DRUG}",
      "a severe allergy to a drug is recorded (a severe reaction, or high criticality)",
      "有严重药物过敏记录（反应重度，或危险度高）"
    ),
    (
      "participation: {window: {count: 3, unit: PERIOD_UNIT_MONTH}, end: PARTICIPATION_END_LAST_DOSE}",
      "the patient took part in another interventional trial within 3 months before the index date (exactly 3 months before is within); participation ends with the last dose",
      "基准日前3个月内（恰好3个月前计入）参加过其他干预性试验；参与以末次用药为止"
    ),
    (
      "consent: {}",
      "an informed consent of the version in force was signed by the index date and not withdrawn",
      "基准日及之前已签署现行版本知情同意书且未撤回"
    ),
    (
      "daily_dose: {dose_table: reference, window: {count: 14, unit: PERIOD_UNIT_DAY}, operator: COMPARISON_OPERATOR_GREATER_THAN, limit: \"10\", rule: DAILY_DOSE_RULE_MEAN_DAILY}",
      "the mean dose of a day of Drugs (drugs), as reference, within 14 days before the index date (exactly 14 days before is within) is above 10 mg/d:\n  equivalents: Drug (drug) x 20/3",
      "基准日前14天内（恰好14天前计入）药物（drugs）按reference折算的平均日剂量高于10 mg/d：\n  折算系数：Drug（drug） x 20/3"
    ),
  ]

  /// Units stand in words, and a limit without a unit of its own has those of the concepts.
  static let units: [Row] = [
    (
      "result: {concepts: [scr], operator: COMPARISON_OPERATOR_LESS_THAN, value: {value: \"90\", unit: umol/L}}",
      "the latest result of Creatinine (scr) is below 90 µmol/L",
      "最近一次Creatinine（scr）结果低于90 µmol/L"
    ),
    (
      "change: {concept: scr, direction: CHANGE_DIRECTION_INCREASE, operator: COMPARISON_OPERATOR_GREATER_OR_EQUAL, amount: \"5\", absolute: true, period: {count: 2, unit: PERIOD_UNIT_YEAR}, baseline: CHANGE_BASELINE_PREVIOUS}",
      "Creatinine (scr) has risen by at least 5 µmol/L, up to the latest result, from the last result of the 2 years before it",
      "最近一次Creatinine（scr）较此前2年内最后一次结果升高至少5 µmol/L"
    ),
    (
      "persistence: {concepts: [igg, igm, igg], count: 2, above: {value: \"40\", unit: \"1\"}}",
      "at least 2 results of one of igg, igm or igg are positive (above 40 GPL or MPL)",
      "igg、igm或igg中同一项至少2次阳性（高于40 GPL或MPL）"
    ),
    (
      "persistence: {concepts: [igg], count: 2, above: {value: \"20\", unit: \"[GPL'U]\"}}",
      "at least 2 results of igg are positive (above 20 GPL)", "igg至少2次阳性（高于20 GPL）"
    ),
    (
      "persistence: {concepts: [screen], count: 2, above: {value: \"20\", unit: \"1\"}}",
      "at least 2 results of screen are positive (above 20)", "screen至少2次阳性（高于20）"
    ),
    (
      "daily_dose: {dose_table: prednisone_equivalent, window: {count: 14, unit: PERIOD_UNIT_DAY}, operator: COMPARISON_OPERATOR_GREATER_THAN, limit: \"10\", rule: DAILY_DOSE_RULE_MAX_DAILY}",
      "the largest dose of one day of Drugs (drugs), as drug equivalent, within 14 days before the index date (exactly 14 days before is within) is above 10 mg/d:\n  equivalents: Drug (drug) x 1",
      "基准日前14天内（恰好14天前计入）药物（drugs）按Drug等效剂量折算的单日最大剂量高于10 mg/d：\n  折算系数：Drug（drug） x 1"
    ),
  ]

  static let judgements: [Row] = [
    (
      "statement: {concept: said, expected: ANSWER_YES}",
      "the statement \"Said so\" (said) is answered yes", "声明“已述”（said）的回答为“是”"
    ),
    (
      "statement: {concept: then, expected: ANSWER_NO, no_without_condition: ills, no_without_conclusion: [score], no_when_empty: SECTION_ALLERGIES, as_recorded: true}",
      "the statement then is answered no; without an answer, reviewed conditions without Illness (ills) mean no; unless Score (score) are met; without an answer, the section allergies, reviewed and empty, means no; as recorded, whatever the sex",
      "声明then的回答为“否”；无回答时，已审阅的诊断中没有疾病（ills）视为否；但满足Score（score）时除外；无回答时，过敏部分已审阅且为空视为否；按记录，不论性别"
    ),
    (
      "assessment: {instrument: score, operator: COMPARISON_OPERATOR_GREATER_OR_EQUAL, limit: \"6\", window_knob: days}",
      "the latest total of Score (score), which looks back over 30 days, is at least 6",
      "最近一次Score（score）总分（回顾30天）不低于6"
    ),
    (
      "grade_count: {instrument: index, grade: A, at_least: 1}",
      "at least 1 system of index has grade A", "最近一次index至少1个系统为A级"
    ),
    (
      "grade_count: {instrument: index, grade: B, at_least: 2}",
      "at least 2 systems of index have grade B", "最近一次index至少2个系统为B级"
    ),
    (
      "conclusion: {instrument: score}", "the conclusion Score (score) is recorded as met",
      "Score（score）的记录结论为符合"
    ),
    (
      "sequence: {first: said, second: then}",
      "\"Said so\" (said) and then then are attested, the second dated after the first",
      "先后声明“已述”（said）和then，且后者日期晚于前者"
    ),
    (
      "duration: {components: [X], period: {count: 6, unit: PERIOD_UNIT_MONTH}, operator: COMPARISON_OPERATOR_GREATER_THAN, start: DURATION_START_FIRST_COMPONENT}",
      "treatment has lasted more than 6 months since the day on which the first of these was started, to the index date or the last day on which one was given:\n  X",
      "自以下任一项开始之日起，至基准日或末次用药日，治疗持续超过6个月：\n  X"
    ),
  ]

  static let courses: [Row] = [
    (
      "change: {concept: alt, direction: CHANGE_DIRECTION_INCREASE, operator: COMPARISON_OPERATOR_GREATER_THAN, amount: \"25\", period: {knob: months, unit: PERIOD_UNIT_MONTH}, baseline: CHANGE_BASELINE_BEST}",
      "ALT (alt) has risen by more than 25 % of the baseline, up to the latest result, from the lowest result of the 12 months before it",
      "最近一次转氨酶（alt）较此前12个月内最低一次结果升高超过基线的25%"
    ),
    (
      "change: {concept: alt, direction: CHANGE_DIRECTION_DECREASE, operator: COMPARISON_OPERATOR_GREATER_OR_EQUAL, amount: \"5\", absolute: true, period: {count: 1, unit: PERIOD_UNIT_YEAR}, baseline: CHANGE_BASELINE_PREVIOUS}",
      "ALT (alt) has fallen by at least 5 U/L, up to the latest result, from the last result of the 1 year before it",
      "最近一次转氨酶（alt）较此前1年内最后一次结果下降至少5 U/L"
    ),
    (
      "persistence: {concepts: [test, screen], count: 2, apart: {count: 84, unit: PERIOD_UNIT_DAY}}",
      "at least 2 results of one of Test (test) or screen are positive, the first and the last at least 84 days apart",
      "Test（test）或screen中同一项至少2次阳性，首末两次相隔至少84天"
    ),
    (
      "persistence: {concepts: [test], count: 3, within: {count: 12, unit: PERIOD_UNIT_WEEK}, above: {value: \"40\", unit: \"1\"}, above_percentile_99: true}",
      "at least 3 results of Test (test) are positive (above 40 IU/L, or above the laboratory's 99th percentile), all of them within 12 weeks",
      "Test（test）至少3次阳性（高于40 IU/L，或高于实验室第99百分位），均在12周内"
    ),
    (
      "enrolment: {}",
      "the enrolment record is of this trial and patient, was eligible, and led to enrolment",
      "入组记录属于本试验和该患者，结论为合格，且已入组"
    ),
    (
      "daily_dose: {dose_table: reference, window: {count: 72, unit: PERIOD_UNIT_HOUR}, operator: COMPARISON_OPERATOR_GREATER_THAN, limit: \"10\", rule: DAILY_DOSE_RULE_ROLLING_24_HOURS}",
      "the largest dose of any 24 hours of Drugs (drugs), as reference, within 72 hours before the planned infusion (exactly 72 hours before is within) is above 10 mg/d:\n  equivalents: Drug (drug) x 20/3",
      "计划回输时间前72小时内（恰好72小时前计入）药物（drugs）按reference折算的任意24小时最大剂量高于10 mg/d：\n  折算系数：Drug（drug） x 20/3"
    ),
    (
      "duration: {components: [X, Y], period: {count: 6, unit: PERIOD_UNIT_MONTH}, operator: COMPARISON_OPERATOR_GREATER_OR_EQUAL, start: DURATION_START_ALL_COMPONENTS, concurrent: true}",
      "all of these were given together for at least 6 months without a break:\n  X\n  Y",
      "以下各项连续同时使用至少6个月：\n  X\n  Y"
    ),
    (
      "clearance: {operator: COMPARISON_OPERATOR_GREATER_THAN, limit: \"30\", creatinine: scr, weight: weight, height: height, weight_basis: WEIGHT_BASIS_ADJUSTED}",
      "the creatinine clearance after Cockcroft and Gault, from Creatinine (scr), age, sex and the ideal weight by Devine from height with 0.4 of what weight exceeds it by, is above 30 mL/min",
      "按Cockcroft-Gault公式由Creatinine（scr）、年龄、性别和由height按Devine公式得出的理想体重加上weight超出部分的0.4倍计算的肌酐清除率高于30 mL/min"
    ),
    (
      "measured: {concepts: [alt], invalid_after: {drug_set: drugs, window: {count: 14, unit: PERIOD_UNIT_DAY}}}",
      "there is a usable result of ALT (alt); a result within 14 days after a medicine of Drugs (drugs) is passed over",
      "有可用的转氨酶（alt）结果；使用药物（drugs）中的药物后14天内的结果弃用"
    ),
    (
      "statement: {concept: said, expected: ANSWER_YES, window: {knob: months, unit: PERIOD_UNIT_MONTH}}",
      "the statement \"Said so\" (said) is answered yes; a yes counts only within 12 months before the index date (exactly 12 months before is within)",
      "声明“已述”（said）的回答为“是”；“是”仅限基准日前12个月内（恰好12个月前计入）"
    ),
  ]

  static let all = results + records + units + judgements + courses

  @Test(arguments: all.indices) func everyKindIsSaidInBothLanguages(_ index: Int) throws {
    let row = Self.all[index]
    let english = try Definitions.logic(row.rule).lines.joined(separator: "\n")
    #expect(english == row.english)
    let chinese = try Definitions.logic(row.rule, language: .chinese).lines
    #expect(chinese.joined(separator: "\n") == row.chinese)
  }

  // MARK: Readings

  private func said(_ rule: String, _ knob: String, _ value: String) throws -> String {
    try Definitions.logic(rule, readings: [Reading(knob: knob, value: value)]).text
  }

  @Test func theFirstDayOfAWindowIsAReading() throws {
    let rule = "exposure: {drug_set: drugs, window: {count: 3, unit: PERIOD_UNIT_MONTH}}"
    #expect(
      try said(rule, "window.bounds", "half_open").hasSuffix("(exactly 3 months before is outside)")
    )
    #expect(
      try said(rule, "window.bounds", "closed").hasSuffix("(exactly 3 months before is within)"))
  }

  @Test func whichResultCountsIsAReading() throws {
    let rule = "finding: {concepts: [test], expected: FINDING_POSITIVE"
    let worst = ("observation.select", "worst_in_window")
    #expect(try said("\(rule)}", worst.0, worst.1) == "the worst result of Test (test) is positive")
    #expect(
      try said("\(rule)}", worst.0, "any") == "the best result of Test (test) is positive")
    // The test has its own rule.
    #expect(
      try said("\(rule), latest_only: true}", worst.0, worst.1)
        == "the latest result of Test (test) is positive")
  }

  @Test func howOldAResultMayBeIsAReading() throws {
    let rule = "measured: {concepts: [alt]}"
    #expect(try said(rule, "lab.max_age_days", "28") == "there is a usable result of ALT (alt)")
    let result =
      "result: {concepts: [alt], operator: COMPARISON_OPERATOR_LESS_THAN, uln_multiple: \"1\"}"
    #expect(
      try said(result, "lab.max_age_days", "28").hasPrefix(
        "the latest result of ALT (alt) at most 28 days old is below"))
  }

  @Test func ageIsTakenByItsReadings() throws {
    let rule = "age: {operator: COMPARISON_OPERATOR_LESS_OR_EQUAL, years: 65}"
    #expect(try said(rule, "age.reference", "icf").contains("on the day of the signed consent"))
    #expect(try said(rule, "age.reference", "screening").contains("on the day of screening"))
    #expect(
      try said(rule, "age.upper", "on_birthday").hasSuffix(
        "(up to the day that completes 65 years)"))
  }

  @Test func theUpperLimitMayBeTheSites() throws {
    let rule =
      "result: {concepts: [alt], operator: COMPARISON_OPERATOR_LESS_OR_EQUAL, uln_multiple: \"3\"}"
    #expect(
      try said(rule, "uln.source", "result_then_site").hasSuffix(
        "3 x the upper limit of normal that came with it, or else of the site"))
  }

  /// A number from a knob; any other setting leaves a test unknown, and a window away.
  @Test func numbersFromKnobs() throws {
    let age = "age: {operator: COMPARISON_OPERATOR_LESS_THAN, years_knob: months}"
    #expect(try said(age, "months", "50").hasSuffix("is below 50"))
    #expect(try said(age, "months", "none") == "unknown, as months is set to no number")
    let limit =
      "result: {concepts: [alt], operator: COMPARISON_OPERATOR_LESS_THAN, limit_knob: months}"
    #expect(try said(limit, "months", "1.5").hasSuffix("is below 1.5 U/L"))
    #expect(try said(limit, "months", "none") == "unknown, as months is set to no number")
    let window =
      "statement: {concept: said, expected: ANSWER_YES, window: {knob: months, unit: PERIOD_UNIT_MONTH}}"
    #expect(try said(window, "months", "3").contains("within 3 months before the index date"))
    #expect(
      try said(window, "months", "none") == "the statement \"Said so\" (said) is answered yes")
  }

  @Test func theDaysOfAScoreAreAReading() throws {
    let rule =
      "assessment: {instrument: score, operator: COMPARISON_OPERATOR_EQUAL, limit: \"6\", window_knob: days}"
    #expect(try said(rule, "days", "10").contains("over 10 days"))
  }
}
