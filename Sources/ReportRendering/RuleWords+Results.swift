internal import EligibilityCore

// Tests of the person and of what was measured or found.
extension RuleWords {
  func age(_ test: AgeTest) -> String {
    let date: String =
      switch index.setting(of: "age.reference") {
      case "icf": say("the day of the signed consent", "签署知情同意当日")
      case "screening": say("the day of screening", "筛选当日")
      default: say("the index date", "基准日")
      }
    guard let years = test.yearsKnob.isEmpty ? test.years : index.number(of: test.yearsKnob) else {
      return undecided(test.yearsKnob)
    }
    var end = ""
    if test.comparison == .lessOrEqual {
      end =
        index.setting(of: "age.upper") == "on_birthday"
        ? say("up to the day that completes \(years) years", "截至满\(years)周岁当日")
        : say("up to the day before \(years + 1) are completed", "截至满\(years + 1)周岁前一日")
    }
    let limit = say("\(years)", "\(years)岁")
    return say(
      "the age in completed years on \(date) \(compares(test.comparison, limit))",
      "\(date)的周岁年龄\(compares(test.comparison, limit))") + language.aside(end)
  }

  /// A test whose number a knob should give and does not.
  private func undecided(_ knob: String) -> String {
    say("unknown, as \(knob) is set to no number", "结果未知（\(knob)未设为数字）")
  }

  func sexAtBirth(_ sex: Sex?) -> String {
    let known = sex.map { self.sex($0) } ?? "?"
    return say("the sex at birth is \(known)", "出生性别为\(known)")
  }

  /// What is looked at when there are several results.
  private func results(_ concepts: [String], ever: Bool, latestOnly: Bool = false) -> String {
    let names = anyConcept(concepts)
    if ever { return say("some result of \(names)", "任一次\(names)结果") }
    switch index.setting(of: "observation.select") {
    case "worst_in_window" where !latestOnly:
      return say("the worst result of \(names)", "最差一次\(names)结果")
    case "any" where !latestOnly:
      return say("the best result of \(names)", "最佳一次\(names)结果")
    default: return say("the latest result of \(names)", "最近一次\(names)结果")
    }
  }

  /// How old a result may be.
  private func age(of concepts: [String], _ window: PeriodDefinition?) -> String {
    let limit = concepts.first.flatMap { index.maximumAge(ofResultsOf: $0) }.map {
      say("at most \($0) days old", "不早于\($0)天前")
    }
    let parts = [optionalWindow(window), limit ?? ""].filter { !$0.isEmpty }
    return parts.joined(separator: say(" and ", "且"))
  }

  /// What is looked at, and how far back: in the order that the language has it.
  private func subject(_ results: String, _ concepts: [String], _ window: PeriodDefinition?)
    -> String
  {
    let age = age(of: concepts, window)
    return language == .english ? clause(results, age) : clause(age, results)
  }

  func result(_ test: ResultTest) -> String {
    let limit: String
    switch test.limit {
    case .value(let quantity): limit = amount("\(quantity.value)", quantity.unit)
    case .ulnMultiple(let multiple): limit = upperLimit(multiple)
    case .knob(let knob):
      guard isDecimal(knob) else { return undecided(knob) }
      let unit = test.concepts.first.flatMap { index.concept($0)?.unit } ?? ""
      limit = amount(index.setting(of: knob) ?? "", unit)
    case nil: limit = "?"
    }
    let results = self.results(test.concepts, ever: test.ever)
    return with(
      clause(subject(results, test.concepts, test.window), compares(test.comparison, limit)),
      [
        test.censoredIsWithin
          ? say(
            "\"not detected\", and \"below a number\" without an upper limit, count as within it",
            "“未检出”以及无正常上限的“低于某值”视为在限值之内") : "",
        invalid(test.invalidAfter),
      ])
  }

  private func upperLimit(_ multiple: String) -> String {
    let site = index.setting(of: "uln.source") == "result_then_site"
    return say(
      "\(multiple) x the upper limit of normal that came with it\(site ? ", or else of the site" : "")",
      "随报告的正常上限\(site ? "（无则取本中心上限）" : "")的\(multiple)倍")
  }

  private func isDecimal(_ knob: String) -> Bool {
    index.setting(of: knob).map { (try? ExactDecimal(parsing: $0)) != nil } ?? false
  }

  private func invalid(_ rule: InvalidAfter?) -> String {
    guard let rule, let window = index.resolved(rule.window) else { return "" }
    return say(
      "a result within \(length(window)) after a medicine of \(set(rule.drugSet)) is passed over",
      "使用\(set(rule.drugSet))中的药物后\(length(window))内的结果弃用")
  }

  func measured(_ test: MeasuredTest) -> String {
    let names = anyConcept(test.concepts)
    let earlier =
      test.notBefore.isEmpty
      ? ""
      : say(
        "that is not older than the latest of \(anyConcept(test.notBefore))",
        "且不早于最近一次\(anyConcept(test.notBefore))")
    return with(
      clause(say("there is a usable result of \(names)", "有可用的\(names)结果"), earlier),
      [test.noneIsFalse ? say("no result means no", "无结果视为否") : "", invalid(test.invalidAfter)])
  }

  func finding(_ test: FindingTest) -> String {
    let isPositive = test.expected == .positive
    let value = isPositive ? say("positive", "阳性") : say("negative", "阴性")
    let names = anyConcept(test.concepts)
    let results =
      test.ever && !isPositive
      ? say("every result of \(names)", "每次\(names)结果均")
      : self.results(test.concepts, ever: test.ever, latestOnly: test.latestOnly)
    let methods = codes(test.methods, test.methodTitles)
    let specimens = codes(test.specimens, test.specimenTitles)
    return with(
      clause(subject(results, test.concepts, test.window), say("is \(value)", "为\(value)")),
      [
        methods.isEmpty ? "" : say("only by the method \(methods)", "仅限方法\(methods)"),
        specimens.isEmpty ? "" : say("only on the specimen \(specimens)", "仅限标本\(specimens)"),
        test.cutOffFromRange
          ? say(
            "an amount is positive from the laboratory's upper limit on", "定量结果达到实验室上限即为阳性")
          : "",
        test.staleAfter.isEmpty
          ? ""
          : say(
            "a result before the last dose of \(set(test.staleAfter)) is warned about",
            "若早于\(set(test.staleAfter))末次用药则提示"),
      ])
  }

  func clearance(_ test: ClearanceTest) -> String {
    let weight = self.weight(test)
    let inputs = [concept(test.creatinine), say("age", "年龄"), say("sex", "性别"), weight]
    let isNormalised = test.normalisation != nil
    let unit = isNormalised ? "mL/min/1.73 m2" : "mL/min"
    let value = say(
      "the creatinine clearance after Cockcroft and Gault, from \(language.both(inputs)),",
      "按Cockcroft-Gault公式由\(language.both(inputs))计算的肌酐清除率")
    let surface: String =
      switch test.normalisation {
      case .mosteller:
        say(
          "body surface by Mosteller from \(concept(test.height))",
          "体表面积按Mosteller公式由\(concept(test.height))计算")
      case .duBois:
        say(
          "body surface by Du Bois from \(concept(test.height))",
          "体表面积按Du Bois公式由\(concept(test.height))计算")
      case nil: ""
      }
    return with(clause(value, compares(test.comparison, amount(test.limit, unit))), [surface])
  }

  private func weight(_ test: ClearanceTest) -> String {
    let height = concept(test.height)
    return switch test.weightBasis {
    case .ideal:
      say("the ideal weight by Devine from \(height)", "由\(height)按Devine公式得出的理想体重")
    case .adjusted:
      say(
        "the ideal weight by Devine from \(height) with 0.4 of what \(concept(test.weight)) exceeds it by",
        "由\(height)按Devine公式得出的理想体重加上\(concept(test.weight))超出部分的0.4倍")
    case nil: concept(test.weight)
    }
  }
}
