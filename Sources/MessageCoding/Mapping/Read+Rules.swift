internal import CTrialGateProto
internal import EligibilityCore

extension FormReader {
  /// The logic of a criterion; nil when none is given.
  mutating func rule(_ message: Trialgate__V1__Criterion) -> Rule? {
    switch message.rule_case {
    case TRIALGATE__V1__CRITERION__RULE_GROUP: message.group.map { .group(group($0.pointee)) }
    case TRIALGATE__V1__CRITERION__RULE_CONDITIONAL:
      message.conditional.map { .conditional(conditional($0.pointee)) }
    case TRIALGATE__V1__CRITERION__RULE_SAME_AS:
      message.same_as.map { .sameAs(text($0.pointee.criterion)) }
    case TRIALGATE__V1__CRITERION__RULE_BY_READING:
      message.by_reading.map { .byReading(choice($0.pointee)) }
    case TRIALGATE__V1__CRITERION__RULE_AGE: message.age.map { .age(age($0.pointee)) }
    case TRIALGATE__V1__CRITERION__RULE_SEX:
      message.sex.map { .sex(value($0.pointee.sex.rawValue, EnumTables.sexes, "sex.sex")) }
    case TRIALGATE__V1__CRITERION__RULE_RESULT: message.result.map { .result(result($0.pointee)) }
    case TRIALGATE__V1__CRITERION__RULE_MEASURED:
      message.measured.map { .measured(measured($0.pointee)) }
    case TRIALGATE__V1__CRITERION__RULE_FINDING:
      message.finding.map { .finding(finding($0.pointee)) }
    case TRIALGATE__V1__CRITERION__RULE_EXPOSURE:
      message.exposure.map { .exposure(exposure($0.pointee)) }
    case TRIALGATE__V1__CRITERION__RULE_CONDITION:
      message.condition.map { .condition(conditionTest($0.pointee)) }
    case TRIALGATE__V1__CRITERION__RULE_ALLERGY:
      message.allergy.map {
        .allergy(
          value($0.pointee.category.rawValue, EnumTables.allergyCategories, "allergy.category"))
      }
    case TRIALGATE__V1__CRITERION__RULE_PARTICIPATION:
      message.participation.map { .participation(participationTest($0.pointee)) }
    case TRIALGATE__V1__CRITERION__RULE_CONSENT: message.consent.map { _ in .consent }
    case TRIALGATE__V1__CRITERION__RULE_STATEMENT:
      message.statement.map { .statement(statement($0.pointee)) }
    case TRIALGATE__V1__CRITERION__RULE_ASSESSMENT:
      message.assessment.map { .assessment(assessmentTest($0.pointee)) }
    case TRIALGATE__V1__CRITERION__RULE_GRADE_COUNT:
      message.grade_count.map { .gradeCount(gradeCount($0.pointee)) }
    case TRIALGATE__V1__CRITERION__RULE_CONCLUSION:
      message.conclusion.map { .conclusion(conclusion($0.pointee)) }
    case TRIALGATE__V1__CRITERION__RULE_DAILY_DOSE:
      message.daily_dose.map { .dailyDose(dailyDose($0.pointee)) }
    case TRIALGATE__V1__CRITERION__RULE_CLEARANCE:
      message.clearance.map { .clearance(clearance($0.pointee)) }
    case TRIALGATE__V1__CRITERION__RULE_DURATION:
      message.duration.map { .duration(duration($0.pointee)) }
    case TRIALGATE__V1__CRITERION__RULE_SEQUENCE:
      message.sequence.map { .sequence(sequence($0.pointee)) }
    case TRIALGATE__V1__CRITERION__RULE_CHANGE:
      message.change.map { .change(change($0.pointee)) }
    case TRIALGATE__V1__CRITERION__RULE_PERSISTENCE:
      message.persistence.map { .persistence(persistence($0.pointee)) }
    case TRIALGATE__V1__CRITERION__RULE_ENROLMENT: message.enrolment.map { _ in .enrolment }
    default: nil
    }
  }

  mutating func comparison(_ raw: UInt32, _ test: String) -> ComparisonOperator? {
    value(raw, EnumTables.comparisons, "\(test).operator")
  }

  mutating func period(
    _ message: UnsafeMutablePointer<Trialgate__V1__Period>?, _ field: String
  ) -> PeriodDefinition? {
    guard let message = message?.pointee else { return nil }
    var period = PeriodDefinition()
    period.count = Int(message.count)
    period.unit = value(message.unit.rawValue, EnumTables.periodUnits, "\(field).unit")
    period.knob = text(message.knob)
    return period
  }

  private mutating func group(_ message: Trialgate__V1__GroupRule) -> GroupRule {
    var rule = GroupRule()
    rule.kind = value(message.kind.rawValue, EnumTables.groupKinds, "group.kind")
    rule.members = texts(message.members, message.n_members)
    rule.atLeast = Int(message.at_least)
    return rule
  }

  private func conditional(_ message: Trialgate__V1__ConditionalRule) -> ConditionalRule {
    var rule = ConditionalRule()
    rule.condition = text(message.if_)
    rule.then = text(message.then)
    rule.otherwise = text(message.else_)
    return rule
  }

  private mutating func choice(_ message: Trialgate__V1__ReadingChoiceRule) -> ReadingChoiceRule {
    var rule = ReadingChoiceRule()
    rule.knob = text(message.knob)
    rule.options = list(message.options, message.n_options, "by_reading.options") {
      reader, option in
      var result = ReadingChoiceRule.Option()
      result.value = reader.text(option.value)
      result.criterion = reader.text(option.criterion)
      return result
    }
    rule.number = text(message.number)
    return rule
  }

  private mutating func age(_ message: Trialgate__V1__AgeTest) -> AgeTest {
    var test = AgeTest()
    test.comparison = comparison(message.operator_.rawValue, "age")
    test.years = Int(message.years)
    test.yearsKnob = text(message.years_knob)
    return test
  }

  private mutating func result(_ message: Trialgate__V1__ResultTest) -> ResultTest {
    var test = ResultTest()
    test.concepts = texts(message.concepts, message.n_concepts)
    test.comparison = comparison(message.operator_.rawValue, "result")
    switch message.limit_case {
    case TRIALGATE__V1__RESULT_TEST__LIMIT_VALUE:
      test.limit = .value(limit(message.value, "result.value"))
    case TRIALGATE__V1__RESULT_TEST__LIMIT_ULN_MULTIPLE:
      test.limit = .ulnMultiple(text(message.uln_multiple))
    case TRIALGATE__V1__RESULT_TEST__LIMIT_LIMIT_KNOB:
      test.limit = .knob(text(message.limit_knob))
    default: break
    }
    test.window = period(message.window, "result.window")
    test.ever = message.ever != 0
    test.censoredIsWithin = message.censored_is_within != 0
    test.invalidAfter = invalidAfter(message.invalid_after, "result.invalid_after")
    return test
  }

  /// A limit that cannot be read is reported, and 0 stands in for it so that its unit is still judged: a
  /// document with a report is never used.
  private mutating func limit(
    _ message: UnsafeMutablePointer<Trialgate__V1__Quantity>?, _ field: String
  ) -> Quantity {
    quantity(message, field)
      ?? Quantity(value: ExactDecimal(0), unit: text(message?.pointee.unit))
  }

  private mutating func finding(_ message: Trialgate__V1__FindingTest) -> FindingTest {
    var test = FindingTest()
    test.concepts = texts(message.concepts, message.n_concepts)
    test.expected = value(message.expected.rawValue, EnumTables.findings, "finding.expected")
    test.window = period(message.window, "finding.window")
    test.ever = message.ever != 0
    test.methods = list(message.methods, message.n_methods, "finding.methods") { $0.coding($1) }
    test.specimens = list(message.specimens, message.n_specimens, "finding.specimens") {
      $0.coding($1)
    }
    test.cutOffFromRange = message.cut_off_from_range != 0
    test.staleAfter = text(message.stale_after)
    test.latestOnly = message.latest_only != 0
    test.methodTitles = texts(
      message.method_titles, message.n_method_titles, "finding.method_titles")
    test.specimenTitles = texts(
      message.specimen_titles, message.n_specimen_titles, "finding.specimen_titles")
    return test
  }

  private mutating func invalidAfter(
    _ message: UnsafeMutablePointer<Trialgate__V1__InvalidAfter>?, _ field: String
  ) -> InvalidAfter? {
    guard let message = message?.pointee else { return nil }
    var rule = InvalidAfter()
    rule.drugSet = text(message.drug_set)
    rule.window = period(message.window, "\(field).window")
    return rule
  }

  private mutating func measured(_ message: Trialgate__V1__MeasuredTest) -> MeasuredTest {
    var test = MeasuredTest()
    test.concepts = texts(message.concepts, message.n_concepts)
    test.notBefore = texts(message.not_before, message.n_not_before)
    test.noneIsFalse = message.none_is_false != 0
    test.invalidAfter = invalidAfter(message.invalid_after, "measured.invalid_after")
    return test
  }

  private mutating func exposure(_ message: Trialgate__V1__ExposureTest) -> ExposureTest {
    var test = ExposureTest()
    test.drugSet = text(message.drug_set)
    test.window = period(message.window, "exposure.window")
    test.anchorConcept = text(message.anchor_concept)
    test.systemicOnly = message.systemic_only != 0
    test.targetPurposeOnly = message.target_purpose_only != 0
    test.targetDiseases = text(message.target_diseases)
    test.openSet = text(message.open_set)
    return test
  }

  private mutating func conditionTest(_ message: Trialgate__V1__ConditionTest) -> ConditionTest {
    var test = ConditionTest()
    test.conditionSet = text(message.condition_set)
    test.scope = value(message.scope.rawValue, EnumTables.conditionScopes, "condition.scope")
    test.window = period(message.window, "condition.window")
    test.requirement = value(
      message.requirement.rawValue, EnumTables.conditionRequirements, "condition.requirement")
    test.includeSuspected = message.include_suspected != 0
    test.undecidedSet = text(message.undecided_set)
    test.exceptSet = text(message.except_set)
    test.statement = text(message.statement)
    test.absenceIsNo = message.absence_is_no != 0
    return test
  }

  private mutating func participationTest(_ message: Trialgate__V1__ParticipationTest)
    -> ParticipationTest
  {
    var test = ParticipationTest()
    test.window = period(message.window, "participation.window")
    test.end = value(message.end.rawValue, EnumTables.participationEnds, "participation.end")
    return test
  }

  private mutating func statement(_ message: Trialgate__V1__StatementTest) -> StatementTest {
    var test = StatementTest()
    test.concept = text(message.concept)
    test.expected = value(message.expected.rawValue, EnumTables.answers, "statement.expected")
    test.noWithoutCondition = text(message.no_without_condition)
    test.noWithoutConclusion = texts(
      message.no_without_conclusion, message.n_no_without_conclusion)
    test.noWhenEmpty = value(
      message.no_when_empty.rawValue, EnumTables.sections, "statement.no_when_empty")
    test.isAsRecorded = message.as_recorded != 0
    test.window = period(message.window, "statement.window")
    return test
  }

  private mutating func assessmentTest(_ message: Trialgate__V1__AssessmentTest)
    -> AssessmentTest
  {
    var test = AssessmentTest()
    test.instrument = text(message.instrument)
    test.comparison = comparison(message.operator_.rawValue, "assessment")
    test.limit = text(message.limit)
    test.windowKnob = text(message.window_knob)
    return test
  }

  private func gradeCount(_ message: Trialgate__V1__GradeCountTest) -> GradeCountTest {
    var test = GradeCountTest()
    test.instrument = text(message.instrument)
    test.grade = text(message.grade)
    test.atLeast = Int(message.at_least)
    return test
  }

  private func conclusion(_ message: Trialgate__V1__ConclusionTest) -> ConclusionTest {
    var test = ConclusionTest()
    test.instrument = text(message.instrument)
    test.computedBy = text(message.computed_by)
    return test
  }

  private mutating func dailyDose(_ message: Trialgate__V1__DailyDoseTest) -> DailyDoseTest {
    var test = DailyDoseTest()
    test.doseTable = text(message.dose_table)
    test.window = period(message.window, "daily_dose.window")
    test.comparison = comparison(message.operator_.rawValue, "daily_dose")
    test.limit = text(message.limit)
    test.rule = value(message.rule.rawValue, EnumTables.dailyDoseRules, "daily_dose.rule")
    return test
  }

  private mutating func clearance(_ message: Trialgate__V1__ClearanceTest) -> ClearanceTest {
    var test = ClearanceTest()
    test.comparison = comparison(message.operator_.rawValue, "clearance")
    test.limit = text(message.limit)
    test.creatinine = text(message.creatinine)
    test.weight = text(message.weight)
    test.height = text(message.height)
    test.normalisation = value(
      message.normalisation.rawValue, EnumTables.normalisations, "clearance.normalisation")
    test.weightBasis = value(
      message.weight_basis.rawValue, EnumTables.weightBases, "clearance.weight_basis")
    return test
  }

  private mutating func duration(_ message: Trialgate__V1__DurationTest) -> DurationTest {
    var test = DurationTest()
    test.components = texts(message.components, message.n_components)
    test.period = period(message.period, "duration.period")
    test.comparison = comparison(message.operator_.rawValue, "duration")
    test.start = value(message.start.rawValue, EnumTables.durationStarts, "duration.start")
    test.isConcurrent = message.concurrent != 0
    return test
  }

  private func sequence(_ message: Trialgate__V1__SequenceTest) -> SequenceTest {
    var test = SequenceTest()
    test.first = text(message.first)
    test.second = text(message.second)
    return test
  }
}
