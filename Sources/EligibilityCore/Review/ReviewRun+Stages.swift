extension ReviewRun {
  /// A limit that a stage holds a quantity to.
  private struct StageLimit {
    var held: HeldDemand
    var constraint: Constraint
  }

  /// What a limit is on, whatever the unit that it is normalised to.
  private enum Quantity: Hashable {
    case result([Int])
    case total(Int)
    case age
    case clearance(creatinine: Int, weight: Int, basis: WeightBasis?)
  }

  /// Finds quantities that common criteria hold to different limits at two stages, and limits with
  /// different exemptions.
  mutating func findStageDifferences() {
    let stages = Stage.allCases.filter { program.stages.contains($0) }
    for (position, first) in stages.enumerated() {
      for second in stages.dropFirst(position + 1) {
        findDifferentLimits(first, second)
        findDifferentExemptions(first, second)
      }
    }
  }

  private mutating func limits(_ stage: Stage) -> [StageLimit] {
    mentioned(by: held(top(stage, nil))).compactMap { held in
      let constraint = constraint(of: held)
      guard quantity(constraint.subject) != nil else { return nil }
      return StageLimit(held: held, constraint: constraint)
    }
  }

  private func quantity(_ subject: ReviewSubject) -> Quantity? {
    switch subject {
    case .result(let concepts): .result(concepts)
    case .total(let instrument): .total(instrument)
    case .age: .age
    case .clearance(let test):
      .clearance(creatinine: test.creatinine, weight: test.weight, basis: test.weightBasis)
    default: nil
    }
  }

  private mutating func findDifferentLimits(_ first: Stage, _ second: Stage) {
    let (mine, theirs) = (limits(first), limits(second))
    for one in mine where !theirs.contains(where: { isSame($0, one) }) {
      for other in theirs where !mine.contains(where: { isSame($0, other) }) {
        guard spend() else { return }
        guard quantity(one.constraint.subject) == quantity(other.constraint.subject),
          let witness = difference(one.constraint, other.constraint)
        else { continue }
        note(
          ProtocolFinding(
            kind: .stagesDiffer, stages: [first, second], cohorts: [],
            criteria: owners([one.held.owner, other.held.owner]),
            subject: subjectID(one.constraint.subject), witness: witness,
            message:
              "'\(id(one.held.owner))' asks for \(words(one.constraint)), "
              + "'\(id(other.held.owner))' for \(words(other.constraint))"))
      }
    }
  }

  private func isSame(_ one: StageLimit, _ other: StageLimit) -> Bool {
    guard one.constraint.subject == other.constraint.subject else { return false }
    switch (one.constraint.values, other.constraint.values) {
    case (.amount(let first), .amount(let second)), (.ratio(let first), .ratio(let second)):
      return first == second
    default: return false
    }
  }

  /// What passes one of two limits on the same side and fails the other; nil where there is nothing.
  private func difference(_ one: Constraint, _ other: Constraint) -> String? {
    let (first, second): (ExactInterval, ExactInterval)
    let unit: String
    switch (one.values, other.values) {
    case (.amount(let mine), .amount(let theirs)): (first, second, unit) = (mine, theirs, "")
    case (.ratio(let mine), .ratio(let theirs)): (first, second, unit) = (mine, theirs, "x ULN")
    default: return nil
    }
    let isLower = first.upper == nil && second.upper == nil
    guard isLower || (first.lower == nil && second.lower == nil),
      let mine = isLower ? first.lower : first.upper,
      let theirs = isLower ? second.lower : second.upper
    else { return nil }
    guard let value = between(mine, theirs, isLower: isLower) else {
      return normalisationDiffers(one, other, mine, isLower: isLower)
    }
    let passes =
      first.contains(value)
      ? "passes the first and fails the second" : "passes the second and fails the first"
    if case .clearance = one.subject {
      let place = one.subject == other.subject ? "" : " at a body surface of 1.73 m2"
      return "\(value.readableText) mL/min\(place) \(passes)"
    }
    let suffix = unit.isEmpty ? "" : " \(unit)"
    return "\(subjectID(one.subject)) \(value.readableText)\(suffix) \(passes)"
  }

  /// A value on one side only of two ends.
  private func between(
    _ mine: ExactInterval.End, _ theirs: ExactInterval.End, isLower: Bool
  ) -> ExactRational? {
    if mine.value == theirs.value {
      return mine.isIncluded == theirs.isIncluded ? nil : mine.value
    }
    let loose = (mine.value < theirs.value) == isLower ? mine : theirs
    if loose.isIncluded { return loose.value }
    return (mine.value + theirs.value).dividing(by: ExactRational(2))
  }

  /// The same number means another clearance where it is related to the body's surface.
  private func normalisationDiffers(
    _ one: Constraint, _ other: Constraint, _ end: ExactInterval.End, isLower: Bool
  ) -> String? {
    guard case .clearance(let first) = one.subject, case .clearance(let second) = other.subject,
      (first.normalisation == nil) != (second.normalisation == nil), isLower,
      let factor = ExactRational(ratioText: "1.1")
    else { return nil }
    let passes =
      first.normalisation == nil
      ? "the first and fails the second" : "the second and fails the first"
    return "\((end.value * factor).readableText) mL/min at a body surface of 2 m2 passes \(passes)"
  }

  // MARK: Exemptions

  /// A limit in whose place an attestation may stand.
  struct Exemption {
    var owner: Int
    var limit: Constraint
    var statement: Int
  }

  /// The exemptions among choices that are certain: a limit, or a statement that is yes.
  func exemptions(_ choices: [HeldDemand]) -> [Exemption] {
    choices.flatMap { choice -> [Exemption] in
      guard choice.demand.truth, case .choice(let arms, atLeast: 1) = logic.expand(choice.demand),
        case .group(.any, _, _) = program.criteria[choice.demand.node].rule
      else { return [] }
      let leaves = arms.map { arm in
        constraint(
          of: HeldDemand(demand: leaf(Demand(node: arm.member, truth: true)), owner: choice.owner))
      }
      let limits = leaves.filter {
        switch $0.subject {
        case .result, .clearance: if case .answers = $0.values { false } else { $0.reach != .some }
        default: false
        }
      }
      let statements = leaves.compactMap { leaf -> Int? in
        guard case .statement(let concept) = leaf.subject, case .answers(1) = leaf.values else {
          return nil
        }
        return concept
      }
      return limits.flatMap { limit in
        statements.map { Exemption(owner: choice.owner, limit: limit, statement: $0) }
      }
    }
  }

  /// What a demand comes down to through references.
  private func leaf(_ demand: Demand) -> Demand {
    if case .sameAs(let target) = program.criteria[demand.node].rule {
      return leaf(Demand(node: target, truth: demand.truth))
    }
    return demand
  }

  /// Finds exemptions under which nothing limits the quantity any more.
  mutating func findExemptions(_ path: Path) {
    for exemption in exemptions(path.own.choices) {
      let wanted = quantity(exemption.limit.subject)
      let isLimited = (path.own.constraints + (path.common?.constraints ?? [])).contains {
        !$0.isDeclared && quantity($0.subject) == wanted
      }
      if isLimited { continue }
      let statement = program.catalogue.concepts[exemption.statement].id
      note(
        ProtocolFinding(
          kind: .exemptionWithoutLimit, stages: [path.stage], cohorts: cohortIDs(path),
          criteria: owners([exemption.owner]), subject: subjectID(exemption.limit.subject),
          witness: "\(statement) yes, whatever the value",
          message:
            "where '\(statement)' is attested, '\(id(exemption.owner))' does without "
            + "\(words(exemption.limit)), and no other limit holds"))
    }
  }

  private mutating func findDifferentExemptions(_ first: Stage, _ second: Stage) {
    let mine = exemptions(needs(held(top(first, nil))).choices)
    let theirs = exemptions(needs(held(top(second, nil))).choices)
    for one in mine {
      for other in theirs where one.limit.demand == other.limit.demand {
        guard spend() else { return }
        let isShared = { (exemption: Exemption, list: [Exemption]) in
          list.contains {
            $0.limit.demand == exemption.limit.demand && $0.statement == exemption.statement
          }
        }
        if isShared(one, theirs) || isShared(other, mine) { continue }
        let concepts = program.catalogue.concepts
        let (strong, weak) = (concepts[one.statement], concepts[other.statement])
        // The statement that implies the other one is the narrower.
        let isWider = !strong.impliedBy.contains(other.statement)
        let (yes, no) = isWider ? (weak.id, strong.id) : (strong.id, weak.id)
        let passes =
          isWider
          ? "fails the first and passes the second" : "passes the first and fails the second"
        note(
          ProtocolFinding(
            kind: .stagesDiffer, stages: [first, second], cohorts: [],
            criteria: owners([one.owner, other.owner]), subject: subjectID(one.limit.subject),
            witness: "outside the limit, with \(yes) yes and \(no) no: \(passes)",
            message:
              "'\(id(one.owner))' and '\(id(other.owner))' ask for \(words(one.limit)), but exempt "
              + "by different statements, '\(strong.id)' and '\(weak.id)'"))
      }
    }
  }
}
