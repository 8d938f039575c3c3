/// What a node is wanted to come to.
enum Wanted: Hashable {
  case truth(Truth)
  case notApplicable

  static let `true` = Wanted.truth(.true)
  static let `false` = Wanted.truth(.false)
}

/// How a node comes to what is wanted, one level down.
indirect enum SettlePlan {
  /// It has come to it.
  case settled
  /// Nothing brings it there.
  case impossible
  /// One of some lists of steps does.
  case steps([[Int]])
  case node(Int, Wanted)
  case all([SettlePlan])
  case any([SettlePlan])
  case some(Int, [SettlePlan])
}

/// Plans for the nodes of a run, from what each comes to now.
struct SettlePlanner {
  let program: CompiledProtocol
  /// What each node comes to now.
  let state: (Int) -> NodeState
  /// The same, as far as no further fact can change it.
  let finalState: (Int) -> NodeState
  /// What each leaf says by itself.
  let leafState: (Int) -> NodeState
  /// How the leaves that are not known could be settled.
  let openings: [Int: Opening]

  /// How a criterion passes.
  func passing(_ index: Int) -> SettlePlan {
    let passes = program.criteria[index].role == .exclusion ? Wanted.false : Wanted.true
    return .any([.node(index, passes), .node(index, .notApplicable)])
  }

  /// How a criterion fails.
  func failing(_ index: Int) -> SettlePlan {
    .node(index, program.criteria[index].role == .exclusion ? .true : .false)
  }

  /// How a node comes to what is wanted.
  func plan(_ index: Int, _ wanted: Wanted) -> SettlePlan {
    let now = state(index)
    if !now.isApplicable { return wanted == .notApplicable ? .settled : .impossible }
    if now.truth.isKnown {
      if wanted == .truth(now.truth) { return .settled }
      if finalState(index).truth.isKnown { return .impossible }
    }
    let criterion = program.criteria[index]
    if let voidIf = criterion.voidIf {
      let cause = state(voidIf)
      if cause.isApplicable, cause.truth == .true { return .impossible }
    }
    guard let appliesIf = criterion.appliesIf, !isApplicableNow(appliesIf) else {
      return rule(criterion, index, wanted)
    }
    let passes = criterion.role == .exclusion ? Wanted.false : Wanted.true
    switch wanted {
    case .notApplicable:
      return .any([
        .node(appliesIf, .false), .node(appliesIf, .notApplicable),
        rule(criterion, index, .notApplicable),
      ])
    case passes: return rule(criterion, index, wanted)
    default: return .all([.node(appliesIf, .true), rule(criterion, index, wanted)])
    }
  }

  private func isApplicableNow(_ condition: Int) -> Bool {
    let now = state(condition)
    return now.isApplicable && now.truth == .true
  }

  private func rule(_ criterion: CompiledCriterion, _ index: Int, _ wanted: Wanted) -> SettlePlan {
    switch criterion.rule {
    case .group(let kind, let members, let atLeast): group(kind, members, atLeast, wanted)
    case .conditional(let condition, let then, let otherwise):
      conditional(condition, then, otherwise, wanted)
    case .sameAs(let target): .node(target, wanted)
    case .conclusion(_, .some(let computed)):
      // A recorded conclusion that is not what the scores say has to be corrected.
      leafState(index).truth.isKnown
        ? .impossible : .any([leaf(index, wanted), .node(computed, wanted)])
    case .duration(let test): duration(test, index, wanted)
    default: leaf(index, wanted)
    }
  }

  private func leaf(_ index: Int, _ wanted: Wanted) -> SettlePlan {
    // It may be known by itself where whether it applies is not.
    let now = leafState(index).truth
    if now.isKnown { return wanted == .truth(now) ? .settled : .impossible }
    let ways =
      switch wanted {
      case .true: openings[index]?.toTrue ?? []
      case .false: openings[index]?.toFalse ?? []
      default: [[Int]]()
      }
    return ways.isEmpty ? .impossible : .steps(ways)
  }

  private func group(_ kind: GroupKind, _ members: [Int], _ atLeast: Int, _ wanted: Wanted)
    -> SettlePlan
  {
    let members = members.filter { state($0).isApplicable }
    func each(_ wanted: Wanted) -> [SettlePlan] { members.map { .node($0, wanted) } }
    /// Each of them so, or out of the question.
    func eachOrNot(_ wanted: Wanted) -> [SettlePlan] {
      members.map { .any([.node($0, wanted), .node($0, .notApplicable)]) }
    }
    if wanted == .notApplicable { return .all(each(.notApplicable)) }
    switch (kind, wanted) {
    case (.all, .true): return .all(eachOrNot(.true))
    case (.all, _): return .any(each(.false))
    case (.any, .true): return .any(each(.true))
    case (.any, _): return .all(eachOrNot(.false))
    case (.atLeast, .true): return .some(atLeast, each(.true))
    case (.atLeast, _): return .some(members.count - atLeast + 1, eachOrNot(.false))
    case (.none, .true): return .all(eachOrNot(.false))
    case (.none, _): return .any(each(.true))
    case (.firstKnown, _), (.anyKnown, _): return .any(each(wanted))
    }
  }

  private func conditional(_ condition: Int, _ then: Int, _ otherwise: Int, _ wanted: Wanted)
    -> SettlePlan
  {
    switch state(condition).truth {
    case .true: .node(then, wanted)
    case .false: .node(otherwise, wanted)
    case .unknown:
      .any([
        .all([.node(condition, .true), .node(then, wanted)]),
        .all([.node(condition, .false), .node(otherwise, wanted)]),
        .all([.node(then, wanted), .node(otherwise, wanted)]),
      ])
    }
  }

  /// A treatment lasts only where each of its components was given.
  private func duration(_ test: CompiledDurationTest, _ index: Int, _ wanted: Wanted) -> SettlePlan
  {
    switch wanted {
    case .true: .all(test.components.map { .node($0, .true) } + [leaf(index, .true)])
    case .false: .any(test.components.map { .node($0, .false) } + [leaf(index, .false)])
    default: .impossible
    }
  }
}
