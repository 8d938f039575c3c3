/// Two constraints that no patient satisfies together; the same one twice where it leaves nothing itself.
struct Contradiction {
  var first: Constraint
  var second: Constraint
}

/// The constraints of a path, by what they are about.
struct ConstraintStore {
  private var bySubject: [ReviewSubject: [Constraint]] = [:]

  func about(_ subject: ReviewSubject) -> [Constraint] { bySubject[subject] ?? [] }

  mutating func add(_ constraint: Constraint) {
    bySubject[constraint.subject, default: []].append(constraint)
  }
}

extension ReviewRun {
  /// What a constraint contradicts; nil where there is nothing.
  mutating func contradiction(of constraint: Constraint, in stores: [ConstraintStore])
    -> Contradiction?
  {
    if case .amount(let interval) = constraint.values, interval.isEmpty {
      return Contradiction(first: constraint, second: constraint)
    }
    for store in stores {
      for known in others(constraint.subject, in: store) {
        guard spend() else { return nil }
        if contradict(constraint, known) { return Contradiction(first: constraint, second: known) }
      }
    }
    return nil
  }

  /// The constraints that one about a subject may contradict: of a statement, also what it implies and what
  /// implies it.
  private func others(_ subject: ReviewSubject, in store: ConstraintStore) -> [Constraint] {
    guard case .statement(let concept) = subject else { return store.about(subject) }
    let related = [concept] + stronger(than: concept) + weaker(than: concept)
    return related.flatMap { store.about(.statement($0)) }
  }

  /// Whether no patient satisfies both.
  private func contradict(_ first: Constraint, _ second: Constraint) -> Bool {
    switch (first.reach, second.reach) {
    case (.some, .some), (.some, .selected), (.selected, .some): return false
    default: break
    }
    if let one = first.scope, let other = second.scope, one != other { return false }
    switch (first.values, second.values) {
    case (.amount(let one), .amount(let other)), (.ratio(let one), .ratio(let other)):
      return one.intersection(other).isEmpty
    case (.amount(let amount), .ratio(let ratio)), (.ratio(let ratio), .amount(let amount)):
      guard let possible = amounts(ratio, first.subject) else { return false }
      return possible.intersection(amount).isEmpty
    case (.answers(let one), .answers(let other)):
      guard case .statement(let first) = first.subject,
        case .statement(let second) = second.subject,
        first != second
      else { return one & other == 0 }
      // "Yes" to what implies the other, "no" to that one.
      return weaker(than: first).contains(second) ? one == 1 && other == 2 : one == 2 && other == 1
    case (.exposure(let one, isGiven: true), .exposure(let other, isGiven: false)):
      return covers(other, one)
    case (.exposure(let one, isGiven: false), .exposure(let other, isGiven: true)):
      return covers(one, other)
    default: return false
    }
  }

  /// The amounts that a multiple of the upper limit of normal leaves: upper limits are above 0, and at
  /// most what a relation says.
  func amounts(_ ratio: ExactInterval, _ subject: ReviewSubject) -> ExactInterval? {
    guard case .result(let concepts) = subject, concepts.count == 1 else { return nil }
    let bound = program.relations.upperLimits[concepts[0]]
    let isAboveZero = ratio.lower.map { $0.value.signum >= 0 } ?? false
    let upper = ratio.upper.flatMap { end in
      bound.map { ExactInterval.End($0 * end.value, isIncluded: end.isIncluded) }
    }
    return ExactInterval(
      lower: isAboveZero ? .init(.zero, isIncluded: false) : nil, upper: upper)
  }

  /// Whether whatever the narrow test counts is counted by the wide one.
  private func covers(_ wide: CompiledExposureTest, _ narrow: CompiledExposureTest) -> Bool {
    if wide.anchorConcept != narrow.anchorConcept { return false }
    if wide.systemicOnly, !narrow.systemicOnly { return false }
    if wide.targetPurposeOnly {
      guard narrow.targetPurposeOnly, wide.targetDiseases == narrow.targetDiseases else {
        return false
      }
    }
    if let window = wide.window {
      guard let inner = narrow.window, inner.isWithin(window) else { return false }
    }
    let catalogue = program.catalogue
    guard catalogue.supersets[narrow.drugSet].contains(wide.drugSet) else { return false }
    return !catalogue.concepts.contains {
      $0.sets.contains(narrow.drugSet) && !$0.sets.contains(wide.drugSet)
    }
  }

  // MARK: What follows

  /// Whether one constraint is true, unknown or false only where the other is at least as true.
  func implies(_ strong: Constraint, _ weak: Constraint) -> Bool {
    guard strong.subject == weak.subject, strong.scope == weak.scope, strong.scope != nil else {
      return false
    }
    guard !strong.isDeclared, !weak.isDeclared, weak.isExact, !strong.isVoidable else {
      return false
    }
    let polarity = { (constraint: Constraint) in
      self.program.criteria[constraint.demand.node].polarity
    }
    let rules = [rule(strong), rule(weak)]
    guard
      !rules.contains(where: \.dependsOnPolarity) || strong.isFavoured && weak.isFavoured
        || polarity(strong) == polarity(weak)
    else { return false }
    switch (strong.reach, weak.reach) {
    case (.selected, .selected), (.every, .every): break
    // The best of the results that are selected need not be the best of all.
    case (.some, .some): if !rules.allSatisfy(\.looksAtAllResults) { return false }
    default: return false
    }
    switch (strong.values, weak.values) {
    case (.amount(let one), .amount(let other)), (.ratio(let one), .ratio(let other)):
      return one.isWithin(other)
    case (.answers(let one), .answers(let other)):
      // What else the two tests ask must be the same.
      return one == other && rules[0] == rules[1] && strong.demand.truth == weak.demand.truth
    case (.exposure, .exposure):
      return strong.demand.truth == weak.demand.truth && rules[0] == rules[1]
    default: return false
    }
  }

  private func rule(_ constraint: Constraint) -> CompiledRule {
    program.criteria[constraint.demand.node].rule
  }

  private func weaker(than statement: Int) -> [Int] { closure(statement) { $0.implies } }

  private func stronger(than statement: Int) -> [Int] { closure(statement) { $0.impliedBy } }

  /// Statements that a statement leads to, without itself.
  private func closure(_ statement: Int, _ next: (CompiledConcept) -> [Int]) -> [Int] {
    var found: [Int] = []
    var seen: Set<Int> = [statement]
    var queue = [statement]
    while let index = queue.popLast() {
      for other in next(program.catalogue.concepts[index]) where seen.insert(other).inserted {
        found.append(other)
        queue.append(other)
      }
    }
    return found
  }
}

extension CalendarPeriod {
  /// Whether every window of this length lies within one of the other that ends on the same day; false
  /// where units do not compare.
  func isWithin(_ other: CalendarPeriod) -> Bool {
    func fixed(_ period: CalendarPeriod) -> (Int, Unit) {
      switch period.unit {
      case .weeks: (period.count * 7, .days)
      case .years: (period.count * 12, .months)
      case .hours, .days, .months: (period.count, period.unit)
      }
    }
    let (mine, theirs) = (fixed(self), fixed(other))
    return mine.1 == theirs.1 && mine.0 <= theirs.0
  }
}
