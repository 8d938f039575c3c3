internal import EligibilityCore

// Tests of what a person attests, and of scores.
extension RuleWords {
  func statement(_ test: StatementTest) -> String {
    let answer = test.expected == .no ? say("no", "否") : say("yes", "是")
    let window = optionalWindow(test.window)
    let conclusions = test.noWithoutConclusion.map(concept)
    return with(
      say(
        "the statement \(statement(test.concept)) is answered \(answer)",
        "声明\(statement(test.concept))的回答为“\(answer)”"),
      [
        window.isEmpty ? "" : say("a yes counts only \(window)", "“是”仅限\(window)"),
        test.noWithoutCondition.isEmpty
          ? ""
          : say(
            "without an answer, reviewed conditions without \(set(test.noWithoutCondition)) mean no",
            "无回答时，已审阅的诊断中没有\(set(test.noWithoutCondition))视为否"),
        conclusions.isEmpty
          ? ""
          : say(
            "unless \(language.either(conclusions)) are met",
            "但满足\(language.either(conclusions))时除外"),
        test.noWhenEmpty.map {
          say(
            "without an answer, the section \(section($0)), reviewed and empty, means no",
            "无回答时，\(section($0))部分已审阅且为空视为否")
        } ?? "",
        test.isAsRecorded ? say("as recorded, whatever the sex", "按记录，不论性别") : "",
      ])
  }

  func assessment(_ test: AssessmentTest) -> String {
    let days = test.windowKnob.isEmpty ? nil : index.setting(of: test.windowKnob)
    let span = days.map { say(", which looks back over \($0) days,", "（回顾\($0)天）") } ?? ""
    return say(
      "the latest total of \(concept(test.instrument))\(span) \(compares(test.comparison, test.limit))",
      "最近一次\(concept(test.instrument))总分\(span)\(compares(test.comparison, test.limit))")
  }

  func gradeCount(_ test: GradeCountTest) -> String {
    let isOne = test.atLeast == 1
    let name = concept(test.instrument)
    let count = test.atLeast
    let systems = isOne ? "system of \(name) has" : "systems of \(name) have"
    return say(
      "at least \(count) \(systems) grade \(test.grade)",
      "最近一次\(name)至少\(count)个系统为\(test.grade)级")
  }

  func conclusion(_ test: ConclusionTest) -> String {
    let name = concept(test.instrument)
    return say("the conclusion \(name) is recorded as met", "\(name)的记录结论为符合")
  }

  func duration(_ test: DurationTest) -> String {
    let length = test.period.map { self.length($0) } ?? "?"
    let limit = test.comparison == .greater ? say("more than", "超过") : say("at least", "至少")
    let start: String =
      switch test.start {
      case .allComponents: say("all of these had been started", "以下各项均已开始之日")
      case .firstComponent: say("the first of these was started", "以下任一项开始之日")
      case nil: "?"
      }
    if test.isConcurrent {
      return say(
        "all of these were given together for \(limit) \(length) without a break",
        "以下各项连续同时使用\(limit)\(length)")
    }
    return say(
      "treatment has lasted \(limit) \(length) since the day on which \(start), to the index date or the last day on which one was given",
      "自\(start)起，至基准日或末次用药日，治疗持续\(limit)\(length)")
  }

  func sequence(_ test: SequenceTest) -> String {
    say(
      "\(statement(test.first)) and then \(statement(test.second)) are attested, the second dated after the first",
      "先后声明\(statement(test.first))和\(statement(test.second))，且后者日期晚于前者")
  }
}
