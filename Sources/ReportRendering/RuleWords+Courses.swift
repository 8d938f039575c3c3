internal import EligibilityCore

// Tests of how something goes on, and of what came before.
extension RuleWords {
  func change(_ test: ChangeTest) -> String {
    let name = concept(test.concept)
    let isRise = test.direction == .increase
    let unit = index.concept(test.concept)?.unit ?? ""
    let amount =
      test.isAbsolute
      ? amount(test.amount, unit) : say("\(test.amount) % of the baseline", "基线的\(test.amount)%")
    let limit = test.comparison == .greater ? say("more than", "超过") : say("at least", "至少")
    let period = test.period.map { length($0) } ?? "?"
    let verb = isRise ? say("has risen", "升高") : say("has fallen", "下降")
    return say(
      "\(name) \(verb) by \(limit) \(amount), up to the latest result, from \(baseline(test)) of the \(period) before it",
      "最近一次\(name)较此前\(period)内\(baseline(test))\(verb)\(limit)\(amount)")
  }

  private func baseline(_ test: ChangeTest) -> String {
    switch test.baseline {
    case .earliestInPeriod: say("the earliest result", "最早一次结果")
    case .best:
      test.direction == .decrease
        ? say("the highest result", "最高一次结果") : say("the lowest result", "最低一次结果")
    case .previous: say("the last result", "最后一次结果")
    case nil: "?"
    }
  }

  func persistence(_ test: PersistenceTest) -> String {
    let names = anyConcept(test.concepts)
    var limits: [String] = []
    if let above = test.above {
      let limit = self.limit(above, of: test.concepts)
      limits.append(say("above \(limit)", "高于\(limit)"))
    }
    if test.abovePercentile99 {
      limits.append(
        say("above the laboratory's 99th percentile", "高于实验室第99百分位"))
    }
    let positive =
      say("positive", "阳性") + language.aside(limits.joined(separator: say(", or ", "，或")))
    let apart = index.resolved(test.apart).map {
      say("the first and the last at least \(length($0)) apart", "首末两次相隔至少\(length($0))")
    }
    let within = index.resolved(test.within).map {
      say("all of them within \(length($0))", "均在\(length($0))内")
    }
    let times = [apart, within].compactMap { $0 }
    return
      ([
        test.concepts.count == 1
          ? say(
            "at least \(test.count) results of \(names) are \(positive)",
            "\(names)至少\(test.count)次\(positive)")
          : say(
            "at least \(test.count) results of one of \(names) are \(positive)",
            "\(names)中同一项至少\(test.count)次\(positive)")
      ] + times).joined(separator: say(", ", "，"))
  }

  /// A limit with the units it may be in: the unit `1` stands for the canonical unit of each concept.
  private func limit(_ above: Quantity, of concepts: [String]) -> String {
    let value = "\(above.value)"
    guard above.unit == "1" else { return amount(value, above.unit) }
    var units: [String] = []
    for concept in concepts {
      let unit = UnitWords.word(index.concept(concept)?.unit ?? "", language)
      if !unit.isEmpty, !units.contains(unit) { units.append(unit) }
    }
    return units.isEmpty ? value : "\(value) \(language.either(units))"
  }

  func enrolment() -> String {
    say(
      "the enrolment record is of this trial and patient, was eligible, and led to enrolment",
      "入组记录属于本试验和该患者，结论为合格，且已入组")
  }
}
