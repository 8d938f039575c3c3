extension ProtocolCompiler {
  /// Checks the graph of criteria and derives what hangs on it: parents and polarity. Where something
  /// is wrong already, what can be said for certain is said all the same.
  mutating func link(_ criteria: inout [CriterionDraft]) {
    checkReach()
    checkCohorts(criteria)
    guard let order = orderedFromTop(criteria) else { return }
    assignParents(&criteria)
    assignPolarity(&criteria, order)
    checkDurations(criteria)
  }

  /// Every criterion that must be evaluated before this one.
  private static func dependencies(_ criterion: CriterionDraft) -> [Int] {
    criterion.dependencies + criterion.flags.map(\.condition)
  }

  /// The criteria with every user before what it uses; nil (and errors) where they form circles or nest
  /// too deep.
  private mutating func orderedFromTop(_ criteria: [CriterionDraft]) -> [Int]? {
    enum Mark { case new, open, done }
    var marks = [Mark](repeating: .new, count: criteria.count)
    // Levels below each criterion: what was visited from elsewhere is as deep from here.
    var heights = [Int](repeating: 0, count: criteria.count)
    var finished: [Int] = []
    var circular: Set<Int> = []
    var isTooDeep = false
    func visit(_ index: Int, _ depth: Int, _ compiler: inout ProtocolCompiler) {
      if isTooDeep { return }
      let id = criteria[index].id
      if marks[index] == .open {
        guard circular.insert(index).inserted else { return }
        return compiler.report("criteria[\(index)]", "CIRCULAR", "'\(id)' rests on itself")
      }
      if depth + heights[index] > Self.maximumDepth {
        isTooDeep = true
        return compiler.report(
          "criteria[\(index)]", "NESTING_TOO_DEEP",
          "criteria nest deeper than \(Self.maximumDepth)")
      }
      if marks[index] == .done { return }
      marks[index] = .open
      for next in Self.dependencies(criteria[index]) {
        visit(next, depth + 1, &compiler)
        heights[index] = max(heights[index], heights[next] + 1)
      }
      marks[index] = .done
      finished.append(index)
    }
    for index in criteria.indices { visit(index, 0, &self) }
    return circular.isEmpty && !isTooDeep ? finished.reversed() : nil
  }

  /// The parent of a reported criterion is the nearest reported one whose logic reaches it.
  private mutating func assignParents(_ criteria: inout [CriterionDraft]) {
    for index in criteria.indices where criteria[index].isReported {
      var queue = criteria[index].rule.members
      var seen: Set<Int> = []
      while let next = queue.popLast() {
        guard seen.insert(next).inserted else { continue }
        let part = criteria[next]
        switch part.role {
        case .step:
          criteria[next].reportedID = criteria[index].id
          queue += part.rule.members
        case .shared: continue
        case .inclusion, .exclusion:
          if part.role != criteria[index].role {
            report(
              "criteria[\(next)].role", "ROLE_MISMATCH",
              "a part of '\(criteria[index].id)' must have its role")
          }
          if let other = part.parent, other != index {
            report(
              "criteria[\(next)]", "PARENT_AMBIGUOUS",
              "'\(part.id)' is a part of '\(criteria[other].id)' and '\(criteria[index].id)'")
          }
          if part.cohort != criteria[index].cohort {
            report(
              "criteria[\(next)].cohort", "COHORT_MISMATCH",
              "a part of '\(criteria[index].id)' must belong to its cohort")
          }
          criteria[next].parent = index
        }
      }
    }
    for (index, source) in definition.criteria.enumerated() where !source.partOf.isEmpty {
      let path = "criteria[\(index)].part_of"
      guard let parent = criterion(source.partOf, path) else { continue }
      if criteria[parent].role != criteria[index].role
        || criteria[parent].cohort != criteria[index].cohort || parent == index
      {
        report(path, "ROLE_MISMATCH", "it must have the role and the cohort of its parent")
      } else if let other = criteria[index].parent, other != parent {
        report(path, "PARENT_AMBIGUOUS", "it is a part of '\(criteria[other].id)' already")
      }
      criteria[index].parent = parent
    }
    checkPartsEnd(criteria)
  }

  /// Criteria that are parts of each other would stand nowhere at the top, and so decide nothing.
  private mutating func checkPartsEnd(_ criteria: [CriterionDraft]) {
    for (index, source) in definition.criteria.enumerated() where !source.partOf.isEmpty {
      var above = criteria[index].parent
      for _ in criteria.indices where above != nil && above != index {
        above = above.flatMap { criteria[$0].parent }
      }
      if above == index, source.partOf != source.id {
        report("criteria[\(index)].part_of", "CIRCULAR", "'\(source.id)' is a part of itself")
      }
    }
  }

  private func assignPolarity(_ criteria: inout [CriterionDraft], _ order: [Int]) {
    var found = [Polarity?](repeating: nil, count: criteria.count)
    func join(_ index: Int, _ polarity: Polarity) {
      guard let known = found[index] else {
        found[index] = polarity
        return
      }
      if known != polarity { found[index] = .mixed }
    }
    for index in order {
      switch criteria[index].role {
      case .inclusion, .shared: found[index] = .trueFavours
      case .exclusion: found[index] = .falseFavours
      case .step: break
      }
      // What only a warning asks for has no say in which side a result stands on.
      guard let own = found[index] else { continue }
      criteria[index].polarity = own
      if let appliesIf = criteria[index].appliesIf { join(appliesIf, .mixed) }
      if let voidIf = criteria[index].voidIf { join(voidIf, .mixed) }
      switch criteria[index].rule {
      case .conditional(let condition, let then, let otherwise):
        join(condition, .mixed)
        join(then, own)
        join(otherwise, own)
      case .group(.none, let members, _):
        for member in members { join(member, own.flipped) }
      default:
        for member in criteria[index].rule.members { join(member, own) }
      }
    }
  }

  /// A duration needs exposures to take dates from.
  private mutating func checkDurations(_ criteria: [CriterionDraft]) {
    for (index, criterion) in criteria.enumerated() {
      guard case .duration(let test) = criterion.rule else { continue }
      for (position, component) in test.components.enumerated()
      where criteria[component].rule.exposure(through: { criteria[$0].rule }) == nil
        && !withoutLogic.contains(Self.target(of: component, criteria))
      {
        report(
          "criteria[\(index)].duration.components[\(position)]", "NOT_AN_EXPOSURE",
          "'\(criteria[component].id)' is no exposure criterion")
      }
    }
  }

  /// What a criterion comes down to, through references.
  private static func target(of index: Int, _ criteria: [CriterionDraft]) -> Int {
    if case .sameAs(let target) = criteria[index].rule { return self.target(of: target, criteria) }
    return index
  }
}

extension Polarity {
  /// The polarity of what is negated.
  var flipped: Polarity {
    switch self {
    case .trueFavours: .falseFavours
    case .falseFavours: .trueFavours
    case .mixed: .mixed
    }
  }
}
