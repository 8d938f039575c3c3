internal import EligibilityCore

// Tests of medicines, diagnoses, allergies, trials and consents.
extension RuleWords {
  func exposure(_ test: ExposureTest) -> String {
    let route = test.systemicOnly ? say("by a systemic route", "经全身给药途径") : ""
    let diseases = test.targetDiseases.isEmpty ? "" : set(test.targetDiseases)
    let target = say("for the target disease", "针对目标疾病") + language.aside(diseases)
    let purpose = test.targetPurposeOnly ? target : ""
    let anchor =
      test.anchorConcept.isEmpty
      ? ""
      : say(
        "the result of \(concept(test.anchorConcept)) that is used",
        "所采用的\(concept(test.anchorConcept))结果")
    let time =
      test.window == nil
      ? say("at any time up to the index date", "基准日及之前任何时间")
      : optionalWindow(test.window, before: anchor)
    let drugs = set(test.drugSet)
    let clause =
      language == .english
      ? self.clause("a medicine of \(drugs) was given", route, purpose, time)
      : "\(time)\(purpose)\(route)使用过\(drugs)中的药物"
    return with(
      clause,
      [
        test.openSet.isEmpty
          ? ""
          : say(
            "a medicine of \(set(test.openSet)) alone leaves it unknown",
            "仅有\(set(test.openSet))中的药物时结果未知")
      ])
  }

  func condition(_ test: ConditionTest) -> String {
    let diagnosis = say("a diagnosis of \(set(test.conditionSet))", "\(set(test.conditionSet))的诊断")
    return with(
      clause(diagnosis, except(test), scope(test), requirement(test.requirement)),
      [
        test.includeSuspected
          ? say("a suspected one counts", "疑似诊断计入")
          : say("a suspected one leaves it unknown", "疑似诊断时结果未知"),
        test.undecidedSet.isEmpty
          ? ""
          : say(
            "a diagnosis of \(set(test.undecidedSet)) leaves it unknown",
            "记录有\(quotedSet(test.undecidedSet))的诊断时结果未知"),
        test.statement.isEmpty
          ? ""
          : say(
            "an answer to \(statement(test.statement)) answers it too",
            "对\(statement(test.statement))的回答同样有效"),
        test.absenceIsNo ? say("no record means no, reviewed or not", "无论是否审阅，无记录视为否") : "",
      ])
  }

  private func except(_ test: ConditionTest) -> String {
    test.exceptSet.isEmpty
      ? "" : say("other than \(set(test.exceptSet))", "（\(set(test.exceptSet))除外）")
  }

  private func scope(_ test: ConditionTest) -> String {
    switch test.scope {
    case .active:
      say(
        "is present on the index date (a past one does not count)", "在基准日存在（既往者不计）")
    case .activePastUnknown:
      say(
        "is present on the index date (a past one leaves it unknown)", "在基准日存在（既往者结果未知）")
    case .ever: say("is recorded, present or past", "有记录（现患或既往）")
    case .activityInWindow:
      say(
        "was made, was active or was treated \(optionalWindow(test.window))",
        "于\(optionalWindow(test.window))确诊、活动或治疗")
    case .diagnosisInWindow:
      say("was made \(optionalWindow(test.window))", "于\(optionalWindow(test.window))确诊")
    case nil: "?"
    }
  }

  private func requirement(_ requirement: ConditionRequirement?) -> String {
    switch requirement {
    case .uncontrolledOrTreated:
      say(
        "and is uncontrolled, treated or in need of treatment (prophylaxis is not treatment)",
        "，且未控制、正在治疗或需要治疗（预防不算治疗）")
    case .uncontrolledOrTreatedOrProphylaxis:
      say(
        "and is uncontrolled, treated or in need of treatment (prophylaxis is treatment)",
        "，且未控制、正在治疗或需要治疗（预防算治疗）")
    case .severe: say("and is severe", "，且为重度")
    case nil: ""
    }
  }

  func allergy(_ category: AllergyCategory?) -> String {
    let substance: String =
      switch category {
      case .drug: say("a drug", "药物")
      case .food: say("food", "食物")
      case .environment: say("something in the environment", "环境物质")
      case .other: say("something else", "其他物质")
      case nil: "?"
      }
    return say(
      "a severe allergy to \(substance) is recorded (a severe reaction, or high criticality)",
      "有严重\(substance)过敏记录（反应重度，或危险度高）")
  }

  func participation(_ test: ParticipationTest) -> String {
    let end: String =
      switch test.end {
      case .lastVisit: say("participation ends with the last visit", "参与以末次访视为止")
      case .lastDose: say("participation ends with the last dose", "参与以末次用药为止")
      case nil: "?"
      }
    let window = optionalWindow(test.window)
    return with(
      say(
        "the patient took part in another interventional trial \(window)",
        "\(window)参加过其他干预性试验"),
      [end])
  }

  func consent() -> String {
    say(
      "an informed consent of the version in force was signed by the index date and not withdrawn",
      "基准日及之前已签署现行版本知情同意书且未撤回")
  }

  /// `prednisone equivalent`, after the drug whose doses count as they are; the table's id where there is
  /// none.
  private func equivalent(_ table: DoseTable) -> String {
    let drug = table.drugs.first { $0.factor == "1" }?.drug ?? ""
    let title = language.choose(index.concept(drug)?.titles ?? [])
    return title.isEmpty
      ? table.id : say("\(title.lowercased()) equivalent", "\(title)等效剂量")
  }

  func dailyDose(_ test: DailyDoseTest) -> Outline {
    let table = index.doseTable(test.doseTable)
    let drugs = table.map { set($0.drugSet) } ?? "?"
    let how: String =
      switch test.rule {
      case .maxDaily: say("the largest dose of one day", "单日最大剂量")
      case .meanDaily: say("the mean dose of a day", "平均日剂量")
      case .rolling24Hours: say("the largest dose of any 24 hours", "任意24小时最大剂量")
      case nil: "?"
      }
    let window = optionalWindow(test.window)
    let limit = amount(test.limit, "\(UnitWords.word(table?.unit ?? ""))/d")
    let reference = table.map(equivalent) ?? test.doseTable
    let clause = say(
      "\(how) of \(drugs), as \(reference), \(window) \(compares(test.comparison, limit))",
      "\(window)\(drugs)按\(reference)折算的\(how)\(compares(test.comparison, limit))")
    let factors = (table?.drugs ?? []).map { "\(concept($0.drug)) x \($0.factor)" }
    guard !factors.isEmpty else { return Outline(clause) }
    let listed = factors.joined(separator: say(", ", "、"))
    return Outline(clause, [Outline(language.label(say("equivalents", "折算系数"), listed))])
  }
}
