extension ReviewRun {
  /// Id of what a constraint is about.
  func subjectID(_ subject: ReviewSubject) -> String {
    let concepts = program.catalogue.concepts
    switch subject {
    case .node, .rule, .exposure: return ""
    case .age: return "age"
    case .sex: return "sex"
    case .statement(let concept), .total(let concept), .grades(let concept, _):
      return concepts[concept].id
    case .result(let list): return list.map { concepts[$0].id }.joined(separator: ", ")
    case .finding(let test): return test.concepts.map { concepts[$0].id }.joined(separator: ", ")
    case .clearance: return "creatinine_clearance"
    }
  }

  /// What a constraint says, in plain words.
  func words(_ constraint: Constraint) -> String {
    let subject = subjectID(constraint.subject)
    let isFirst = if case .answers(1) = constraint.values { true } else { false }
    switch (constraint.subject, constraint.values) {
    case (_, .amount(let interval)):
      let unit = unit(constraint.subject)
      let name =
        if case .grades(_, let grade) = constraint.subject { "\(subject) x \(grade)" } else {
          subject
        }
      return "\(name) \(interval.bounds(unit))"
    case (_, .ratio(let interval)): return "\(subject) \(interval.bounds("x ULN"))"
    case (.sex, .answers): return isFirst ? "sex female" : "sex male"
    case (.statement, .answers): return "\(subject) \(isFirst ? "yes" : "no")"
    case (.finding, .answers): return "\(subject) \(isFirst ? "positive" : "negative")"
    case (_, .answers): return "'\(id(constraint.demand.node))' \(isFirst ? "true" : "false")"
    case (_, .exposure(let test, let isGiven)):
      let set = program.catalogue.setIDs[test.drugSet]
      let window = test.window.map { " within \($0)" } ?? " at any time"
      return isGiven ? "\(set) given\(window)" : "no \(set)\(window)"
    }
  }

  private func unit(_ subject: ReviewSubject) -> String {
    switch subject {
    case .age: "a"
    case .clearance(let test): test.normalisation == nil ? "mL/min" : "mL/min/1.73 m2"
    case .result(let concepts):
      concepts.first.map { program.catalogue.concepts[$0].unit }.flatMap { $0 == "1" ? "" : $0 }
        ?? ""
    default: ""
    }
  }

  /// Who says what, of two constraints.
  func sides(_ found: Contradiction) -> String {
    if found.first.demand == found.second.demand, found.first.owner == found.second.owner {
      return "what '\(id(found.first.owner))' asks and what is plausible"
    }
    return "\(side(found.second)) and \(side(found.first))"
  }

  private func side(_ constraint: Constraint) -> String {
    let verb = constraint.isDeclared ? "implies" : "needs"
    return "'\(id(constraint.owner))' (\(verb) \(words(constraint)))"
  }

  /// What shows that two constraints exclude each other.
  func witness(_ found: Contradiction) -> String {
    switch (found.first.values, found.second.values) {
    case (.amount(let amount), .ratio(let ratio)), (.ratio(let ratio), .amount(let amount)):
      return witness(amount, ratio, found.first.subject)
    default:
      if found.first.demand == found.second.demand { return words(found.first) }
      return "\(words(found.second)) against \(words(found.first))"
    }
  }

  /// The amount nearest to the multiple at the highest upper limit of normal.
  private func witness(_ amount: ExactInterval, _ ratio: ExactInterval, _ subject: ReviewSubject)
    -> String
  {
    let name = subjectID(subject)
    let unit = unit(subject)
    guard let end = amount.lower ?? amount.upper, let multiple = ratio.upper?.value,
      case .result(let concepts) = subject, let concept = concepts.first,
      let bound = program.relations.upperLimits[concept]
    else { return "\(name) \(amount.bounds(unit)) against \(ratio.bounds("x ULN"))" }
    let limit = (multiple * bound).readableText
    let suffix = unit.isEmpty ? "" : " \(unit)"
    return "\(name) \(end.value.readableText)\(suffix) at the highest upper limit of normal, "
      + "\(bound.readableText)\(suffix), of which \(multiple.readableText) times are \(limit)\(suffix)"
  }
}

extension ExactInterval {
  /// The interval as comparisons: `>= 18 a`, `> 1 and <= 2 g/L`.
  func bounds(_ unit: String) -> String {
    let suffix = unit.isEmpty ? "" : " \(unit)"
    if let point { return "= \(point.readableText)\(suffix)" }
    let low = lower.map { "\($0.isIncluded ? ">=" : ">") \($0.value.readableText)" }
    let high = upper.map { "\($0.isIncluded ? "<=" : "<") \($0.value.readableText)" }
    let parts = [low, high].compactMap { $0 }
    return parts.isEmpty ? "any" : parts.joined(separator: " and ") + suffix
  }
}
