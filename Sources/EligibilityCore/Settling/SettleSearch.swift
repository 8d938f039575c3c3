/// Finds the minimal sets of things that settle a goal.
struct SettleSearch {
  private struct Key: Hashable {
    var node: Int
    var wanted: Wanted
  }

  private let planner: SettlePlanner
  private let universe: SettleUniverse
  private let masks: [UInt64]
  private var algebra = SupportAlgebra()
  private var known: [Key: [Support]] = [:]
  /// Scales on which two steps that the goal may ask for contradict each other.
  private var contended: Set<Int> = []

  /// Whether a bound was met, so that sets may be missing.
  var isCut: Bool { algebra.isCut || universe.isCut }

  init(_ planner: SettlePlanner, _ universe: SettleUniverse) {
    self.planner = planner
    self.universe = universe
    masks = ScaleCells(universe).masks
  }

  /// All minimal ways to a goal.
  mutating func supports(_ goal: SettlePlan) -> [Support] {
    findContended(goal)
    known = [:]
    return supports(of: goal)
  }

  private mutating func supports(of plan: SettlePlan) -> [Support] {
    switch plan {
    case .settled: return [Support()]
    case .impossible: return []
    case .steps(let ways): return algebra.minimal(ways.compactMap(support))
    case .all(let parts): return algebra.all(parts.map { supports(of: $0) })
    case .any(let parts): return algebra.any(parts.map { supports(of: $0) })
    case .some(let count, let parts): return algebra.some(count, of: parts.map { supports(of: $0) })
    case .node(let node, let wanted):
      let key = Key(node: node, wanted: wanted)
      if let found = known[key] { return found }
      let found = supports(of: planner.plan(node, wanted))
      known[key] = found
      return found
    }
  }

  /// The steps of one way together; nil where they contradict each other.
  private func support(_ steps: [Int]) -> Support? {
    var whole: Support? = Support()
    for number in steps {
      let step = universe.steps[number]
      let cells =
        contended.contains(step.scale)
        ? [Support.Cells(scale: step.scale, mask: masks[number])] : []
      let single = Support(variable: step.variable, step: number, cells: cells)
      whole = whole?.joined(with: single)
    }
    return whole
  }

  /// Looks at every step that the goal may come down to.
  private mutating func findContended(_ goal: SettlePlan) {
    var left: [Int: UInt64] = [:]
    var seen: Set<Key> = []
    var queue = [goal]
    while let plan = queue.popLast() {
      switch plan {
      case .settled, .impossible: break
      case .steps(let ways):
        for number in ways.joined() {
          let scale = universe.steps[number].scale
          left[scale] = (left[scale] ?? .max) & masks[number]
        }
      case .all(let parts), .any(let parts), .some(_, let parts): queue += parts
      case .node(let node, let wanted):
        if seen.insert(Key(node: node, wanted: wanted)).inserted {
          queue.append(planner.plan(node, wanted))
        }
      }
    }
    contended = Set(left.filter { $0.value == 0 }.keys)
  }

  // MARK: What matters

  private enum Prospect {
    case settled
    case impossible
    case open
  }

  /// The steps that the goal may come down to for some values of the others.
  mutating func relevantSteps(_ goal: SettlePlan) -> Set<Int> {
    var found: Set<Int> = []
    var seen: Set<Key> = []
    var queue = [goal]
    while let plan = queue.popLast() {
      guard prospect(plan) == .open else { continue }
      switch plan {
      case .settled, .impossible: break
      case .steps(let ways): found.formUnion(ways.joined())
      case .all(let parts), .any(let parts), .some(_, let parts): queue += parts
      case .node(let node, let wanted):
        if seen.insert(Key(node: node, wanted: wanted)).inserted {
          queue.append(planner.plan(node, wanted))
        }
      }
    }
    return found
  }

  private mutating func prospect(_ plan: SettlePlan) -> Prospect {
    switch plan {
    case .settled: return .settled
    case .impossible: return .impossible
    case .steps: return .open
    case .node:
      let found = supports(of: plan)
      return found.isEmpty ? .impossible : found.contains(where: \.isEmpty) ? .settled : .open
    case .all(let parts):
      let prospects = parts.map { prospect($0) }
      if prospects.contains(.impossible) { return .impossible }
      return prospects.contains(.open) ? .open : .settled
    case .any(let parts):
      let prospects = parts.map { prospect($0) }
      if prospects.contains(.settled) { return .settled }
      return prospects.contains(.open) ? .open : .impossible
    case .some(let count, let parts):
      let prospects = parts.map { prospect($0) }
      if prospects.count(where: { $0 == .settled }) >= count { return .settled }
      return prospects.count(where: { $0 != .impossible }) < count ? .impossible : .open
    }
  }

  // MARK: What a support settles

  /// What a leaf says once everything of a support is known.
  func truth(of leaf: Int, under support: Support) -> Truth {
    guard let opening = planner.openings[leaf] else { return .unknown }
    if opening.toTrue.contains(where: { isSatisfied($0, by: support) }) { return .true }
    if opening.toFalse.contains(where: { isSatisfied($0, by: support) }) { return .false }
    return .unknown
  }

  private func isSatisfied(_ steps: [Int], by support: Support) -> Bool {
    steps.allSatisfy { number in
      let step = universe.steps[number]
      guard support.variables.contains(step.variable) else { return false }
      return cells(of: step.scale, in: support) & ~masks[number] == 0
    }
  }

  private func cells(of scale: Int, in support: Support) -> UInt64 {
    support.steps.numbers.filter { universe.steps[$0].scale == scale }
      .reduce(.max) { $0 & masks[$1] }
  }
}
