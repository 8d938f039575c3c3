extension SettleUniverse {
  /// The sets that some supports amount to: minimal in the things they ask for. Ways that ask for the same
  /// facts are one set.
  func settleSets(_ supports: [Support], _ direction: SettleDirection) -> [SettleSet] {
    var kept: [(variables: VariableSet, facts: [MissingFact])] = []
    for support in supports.sorted(by: Support.comesFirst) where support != Support() {
      let isMore = kept.contains {
        $0.variables != support.variables && $0.variables.isSubset(of: support.variables)
      }
      if isMore { continue }
      let facts = facts(of: support)
      let same = kept.firstIndex {
        $0.variables == support.variables && $0.facts.map(\.concept) == facts.map(\.concept)
      }
      if let same {
        kept[same].facts = merged(kept[same].facts, facts)
      } else {
        kept.append((support.variables, facts))
      }
    }
    return kept.map { SettleSet(direction: direction, facts: $0.facts) }
  }

  /// The facts of one support: what several tests ask of one fact stands together.
  private func facts(of support: Support) -> [MissingFact] {
    struct Key: Hashable {
      var variable: Int
      var concept: String
      var factIDs: [String]
      /// Records are asked for by what they must show, so that their windows stay apart.
      var scale: Int?
    }
    var order: [Key] = []
    var byKey: [Key: [SettleStep]] = [:]
    for number in support.steps.numbers {
      let step = steps[number]
      let key = Key(
        variable: step.variable, concept: step.fact.concept, factIDs: step.fact.factIDs,
        scale: step.fact.section == nil ? nil : step.scale)
      if byKey[key] == nil { order.append(key) }
      byKey[key, default: []].append(step)
    }
    return order.compactMap { byKey[$0].map(together) }
  }

  private func together(_ steps: [SettleStep]) -> MissingFact {
    var fact = steps[0].fact
    for other in steps.dropFirst().map(\.fact) {
      if other.cohort != fact.cohort { fact.cohort = "" }
      fact.notBefore = [fact.notBefore, other.notBefore].compactMap { $0 }.max()
      fact.notAfter = [fact.notAfter, other.notAfter].compactMap { $0 }.min()
      if fact.codings.isEmpty { fact.codings = other.codings }
      if fact.unit.isEmpty { fact.unit = other.unit }
    }
    // A narrower demand says the wider one, too.
    let narrowest = steps.filter { step in
      !steps.contains { other in
        other.scale == step.scale && other.value != step.value && other.value.isWithin(step.value)
      }
    }
    var texts: [String] = []
    for text in narrowest.map(\.fact.settlingValues) where !text.isEmpty && !texts.contains(text) {
      texts.append(text)
    }
    fact.settlingValues = texts.joined(separator: " and ")
    return fact
  }

  /// Two ways over the same things: where they differ in one fact, its values are alternatives.
  private func merged(_ first: [MissingFact], _ second: [MissingFact]) -> [MissingFact] {
    guard first.map(\.concept) == second.map(\.concept) else { return first }
    let different = first.indices.filter {
      first[$0].settlingValues != second[$0].settlingValues
    }
    guard different.count == 1, let position = different.first else { return first }
    var result = first
    let (mine, theirs) = (first[position].settlingValues, second[position].settlingValues)
    if !theirs.isEmpty, !mine.components(separatedBy: " or ").contains(theirs) {
      result[position].settlingValues = "\(mine) or \(theirs)"
    }
    return result
  }
}

extension SettlingValue {
  /// Whether every value of it belongs to another.
  func isWithin(_ other: SettlingValue) -> Bool {
    switch (self, other) {
    case (.number(let mine), .number(let theirs)): mine.hull(theirs) == theirs
    case (_, .anything): true
    default: false
    }
  }
}

extension String {
  /// The parts between a separator.
  fileprivate func components(separatedBy separator: String) -> [String] {
    var parts: [String] = []
    var rest = self[...]
    while let range = rest.firstRange(of: separator) {
      parts.append(String(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    return parts + [String(rest)]
  }
}
