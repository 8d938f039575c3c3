/// Some of a version's criteria.
struct CriterionSet: Sendable {
  private var words: [UInt64]

  /// None of so many.
  init(count: Int) {
    words = [UInt64](repeating: 0, count: (count + 63) / 64)
  }

  mutating func insert(_ index: Int) { words[index / 64] |= 1 << UInt64(index % 64) }

  func contains(_ index: Int) -> Bool { words[index / 64] & (1 << UInt64(index % 64)) != 0 }

  mutating func formUnion(_ other: CriterionSet) {
    for word in words.indices { words[word] |= other.words[word] }
  }

  /// Visits the criteria, in order.
  func forEach(_ body: (Int) -> Void) {
    for word in words.indices {
      var rest = words[word]
      while rest != 0 {
        body(word * 64 + rest.trailingZeroBitCount)
        rest &= rest - 1
      }
    }
  }

  /// The criteria, in order.
  var indices: [Int] {
    var found: [Int] = []
    found.reserveCapacity(words.reduce(0) { $0 + $1.nonzeroBitCount })
    for word in words.indices {
      var rest = words[word]
      while rest != 0 {
        found.append(word * 64 + rest.trailingZeroBitCount)
        rest &= rest - 1
      }
    }
    return found
  }
}

extension CriterionSet {
  /// By criterion: the nodes below it, and itself, that look at facts.
  static func leaves(of criteria: [CompiledCriterion]) -> [CriterionSet] {
    var found = [CriterionSet?](repeating: nil, count: criteria.count)
    // Nodes nest at most `ProtocolCompiler.maximumDepth` deep.
    func leaves(_ index: Int) -> CriterionSet {
      if let known = found[index] { return known }
      var below = CriterionSet(count: criteria.count)
      if criteria[index].rule.looksAtFacts { below.insert(index) }
      for other in criteria[index].dependencies { below.formUnion(leaves(other)) }
      found[index] = below
      return below
    }
    return criteria.indices.map(leaves)
  }

  /// By criterion: itself, and the nodes that rest on it.
  static func dependents(of criteria: [CompiledCriterion]) -> [CriterionSet] {
    var found = [CriterionSet](
      repeating: CriterionSet(count: criteria.count), count: criteria.count)
    // Nodes nest at most `ProtocolCompiler.maximumDepth` deep.
    func enter(_ top: Int, below index: Int) {
      if found[index].contains(top) { return }
      found[index].insert(top)
      for other in criteria[index].dependencies { enter(top, below: other) }
    }
    for index in criteria.indices { enter(index, below: index) }
    return found
  }
}

extension CompiledRule {
  /// Whether it looks at facts, be it beside other criteria.
  fileprivate var looksAtFacts: Bool {
    switch self {
    case .group, .conditional, .sameAs: false
    default: true
    }
  }
}

/// The inclusion and exclusion criteria of a stage that are no parts of others.
struct TopCriteria: Sendable {
  /// Those that belong to no cohort.
  var common: [Int] = []
  /// Those of each cohort.
  var own: [[Int]] = []
  /// The reported criteria of the stage, parts of others included, in order.
  var reported: [Int] = []

  static func byStage(_ criteria: [CompiledCriterion], cohortCount: Int) -> [Stage: TopCriteria] {
    var found: [Stage: TopCriteria] = [:]
    for stage in Stage.allCases {
      let top = criteria.indices.filter { index in
        let criterion = criteria[index]
        return (criterion.role == .inclusion || criterion.role == .exclusion)
          && criterion.parent == nil && criterion.stages.contains(stage)
      }
      found[stage] = TopCriteria(
        common: top.filter { criteria[$0].cohort == nil },
        own: (0..<cohortCount).map { cohort in top.filter { criteria[$0].cohort == cohort } },
        reported: criteria.indices.filter {
          criteria[$0].isReported && criteria[$0].stages.contains(stage)
        })
    }
    return found
  }
}
