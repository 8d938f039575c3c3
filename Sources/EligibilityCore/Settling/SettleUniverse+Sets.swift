extension SettleUniverse {
  /// The sets that some supports amount to: minimal in the things they ask for. Ways that ask for the same
  /// facts are one set.
  func settleSets(_ supports: [Support], _ direction: SettleDirection) -> [SettleSet] {
    var kept: [(variables: NumberSet, facts: [FactSteps])] = []
    for support in supports.sorted(by: Support.comesFirst) where !support.isEmpty {
      let isMore = kept.contains {
        $0.variables != support.variables && $0.variables.isSubset(of: support.variables)
      }
      if isMore { continue }
      let facts = facts(of: support)
      let same = kept.firstIndex {
        $0.variables == support.variables && $0.facts.map(\.key) == facts.map(\.key)
      }
      if let same {
        kept[same].facts = merged(kept[same].facts, facts)
      } else {
        kept.append((support.variables, facts))
      }
    }
    return kept.map { set in
      SettleSet(direction: direction, facts: set.facts.map { together($0) })
    }
  }

  /// What is asked of one fact.
  private struct FactSteps {
    struct Key: Hashable {
      var variable: Int
      var concept: String
      var factIDs: [String]
      /// Records are asked for by what they must show, so that their windows stay apart.
      var scale: Int?
    }

    var key: Key
    /// Alternatives, each of steps that are all asked for.
    var ways: [[SettleStep]]
  }

  /// The facts of one support: what several tests ask of one fact stands together.
  private func facts(of support: Support) -> [FactSteps] {
    var facts: [FactSteps] = []
    for number in support.steps.numbers {
      let step = steps[number]
      let key = FactSteps.Key(
        variable: step.variable, concept: step.fact.concept, factIDs: step.fact.factIDs,
        scale: step.fact.section == nil ? nil : step.scale)
      if let same = facts.firstIndex(where: { $0.key == key }) {
        facts[same].ways[0].append(step)
      } else {
        facts.append(FactSteps(key: key, ways: [[step]]))
      }
    }
    return facts
  }

  private func together(_ asked: FactSteps) -> MissingFact {
    let all = asked.ways.joined().map(\.fact)
    var fact = all[0]
    for other in all.dropFirst() {
      if other.cohort != fact.cohort { fact.cohort = "" }
      fact.notBefore = [fact.notBefore, other.notBefore].compactMap { $0 }.max()
      fact.notAfter = [fact.notAfter, other.notAfter].compactMap { $0 }.min()
      if fact.codings.isEmpty { fact.codings = other.codings }
      if fact.unit.isEmpty { fact.unit = other.unit }
    }
    fact.settlingValues = asked.ways.map(text).joined(separator: " or ")
    return fact
  }

  /// What all steps ask for; a narrower demand says the wider one, too.
  private func text(_ steps: [SettleStep]) -> String {
    let narrowest = steps.filter { step in
      !steps.contains { $0.scale == step.scale && $0.value.isNarrower(than: step.value) }
    }
    var texts: [String] = []
    for text in narrowest.map(\.fact.settlingValues) where !text.isEmpty && !texts.contains(text) {
      texts.append(text)
    }
    return texts.joined(separator: " and ")
  }

  /// Two ways over the same facts: where they differ in one, its values are alternatives. Where they
  /// differ in more, the values of the first way stand for all: those of one fact hang on the other's.
  private func merged(_ first: [FactSteps], _ second: [FactSteps]) -> [FactSteps] {
    let different = first.indices.filter { position in
      !first[position].ways.contains { text($0) == text(second[position].ways[0]) }
    }
    guard different.count == 1, let position = different.first else { return first }
    var result = first
    let new = second[position].ways[0]
    if result[position].ways.contains(where: { isWithin(new, $0) }) { return first }
    result[position].ways.removeAll { isWithin($0, new) }
    result[position].ways.append(new)
    return result
  }

  /// Whether whatever fulfils one way fulfils another.
  private func isWithin(_ first: [SettleStep], _ second: [SettleStep]) -> Bool {
    second.allSatisfy { wider in
      first.contains { $0.scale == wider.scale && $0.value.isWithin(wider.value) }
    }
  }
}

extension SettlingValue {
  /// Whether every value of it belongs to another.
  func isWithin(_ other: SettlingValue) -> Bool {
    switch (self, other) {
    case (.number(let mine), .number(let theirs)): mine.hull(theirs) == theirs
    case (.word(let mine), .word(let theirs)): mine.allSatisfy(theirs.contains)
    case (_, .anything): true
    default: false
    }
  }

  /// Whether it holds fewer values than another.
  func isNarrower(than other: SettlingValue) -> Bool { self != other && isWithin(other) }
}
