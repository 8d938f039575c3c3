/// What a node comes to, without why.
struct NodeState: Hashable {
  var truth: Truth
  var isApplicable = true

  static let notApplicable = NodeState(truth: .true, isApplicable: false)
}

/// The logic above some leaves: what every criterion would come to if the leaves said so. It answers "and
/// then?" many times over without looking at a fact again.
struct LogicState {
  private enum Entry {
    /// Nobody has asked yet.
    case unseen
    /// A leaf below it says something else now.
    case stale
    case known(NodeState)
  }

  private let program: CompiledProtocol
  /// What a node came to with what the leaves say by themselves, as far as that is known.
  private let known: ((Int) -> NodeState?)?
  /// What a node that looks at facts says by itself, before other criteria void it or make it inapplicable.
  private let leaf: (inout LogicState, Int) -> NodeState
  /// Whether a group that takes what is known first stays open while more could become known.
  private let isFinal: Bool
  private var entries: [Entry]
  /// What leaves say instead; empty = none was changed.
  private var changed: [NodeState?] = []

  /// - Parameters:
  ///   - isFinal: whether only what no further fact can change counts as known.
  ///   - known: what nodes are known to come to before a leaf is changed; nil = nothing is known.
  init(
    _ program: CompiledProtocol, isFinal: Bool = false, known: ((Int) -> NodeState?)? = nil,
    leaf: @escaping (inout LogicState, Int) -> NodeState
  ) {
    self.program = program
    self.known = known
    self.leaf = leaf
    self.isFinal = isFinal
    entries = [Entry](repeating: .unseen, count: program.criteria.count)
  }

  /// Lets a leaf say something else. What does not rest on it is not looked at again.
  mutating func change(_ leaf: Int, to state: NodeState) {
    if changed.isEmpty { changed = [NodeState?](repeating: nil, count: entries.count) }
    changed[leaf] = state
    program.dependents[leaf].forEach { entries[$0] = .stale }
  }

  /// What a node comes to.
  mutating func state(of index: Int) -> NodeState {
    let computed: NodeState
    switch entries[index] {
    case .known(let state): return state
    case .unseen: computed = known?(index) ?? evaluate(index)
    case .stale: computed = evaluate(index)
    }
    entries[index] = .known(computed)
    return computed
  }

  /// What a criterion comes to.
  mutating func outcome(of index: Int) -> CriterionOutcome {
    let state = state(of: index)
    guard state.isApplicable else { return .notApplicable }
    return CriterionOutcome(state.truth, as: program.criteria[index].role)
  }

  private mutating func evaluate(_ index: Int) -> NodeState {
    let criterion = program.criteria[index]
    if let voidIf = criterion.voidIf {
      let cause = state(of: voidIf)
      if cause.isApplicable, cause.truth == .true { return NodeState(truth: .unknown) }
    }
    var applies = Truth.true
    if let appliesIf = criterion.appliesIf {
      let condition = state(of: appliesIf)
      applies = condition.isApplicable ? condition.truth : .false
      if applies == .false { return .notApplicable }
    }
    let outcome = test(criterion, index)
    guard outcome.isApplicable else { return outcome }
    let passes = criterion.role == .exclusion ? Truth.false : Truth.true
    return applies == .unknown && outcome.truth != passes ? NodeState(truth: .unknown) : outcome
  }

  private mutating func test(_ criterion: CompiledCriterion, _ index: Int) -> NodeState {
    if criterion.isLeaf { return leafState(index) }
    return switch criterion.rule {
    case .group(let kind, let members, let atLeast): group(kind, members, atLeast)
    case .conditional(let condition, let then, let otherwise):
      conditional(state(of: condition).truth, then, otherwise)
    case .sameAs(let target): state(of: target)
    case .conclusion(_, .some(let computedBy)):
      conclusion(leafState(index).truth, state(of: computedBy))
    default: leafState(index)
    }
  }

  private mutating func leafState(_ index: Int) -> NodeState {
    if !changed.isEmpty, let state = changed[index] { return state }
    return leaf(&self, index)
  }

  private mutating func group(_ kind: GroupKind, _ members: [Int], _ atLeast: Int) -> NodeState {
    var counts = TruthCounts()
    for member in members {
      let state = state(of: member)
      if state.isApplicable { counts.add(state.truth) }
    }
    guard !counts.isEmpty else { return .notApplicable }
    return NodeState(truth: counts.truth(kind, atLeast, isFinal: isFinal))
  }

  private mutating func conditional(_ condition: Truth, _ then: Int, _ otherwise: Int) -> NodeState
  {
    switch condition {
    case .true: return state(of: then)
    case .false: return state(of: otherwise)
    case .unknown:
      return NodeState(
        truth: Truth.choose(.unknown, then: state(of: then).truth, else: state(of: otherwise).truth)
      )
    }
  }

  /// A recorded conclusion beside one that follows from recorded scores.
  private func conclusion(_ recorded: Truth, _ computed: NodeState) -> NodeState {
    guard recorded.isKnown else { return computed }
    let isContradicted = computed.truth.isKnown && computed.truth != recorded
    return NodeState(truth: isContradicted ? .unknown : recorded)
  }
}

extension CriterionOutcome {
  /// A truth in the words of a criterion's role.
  init(_ truth: Truth, as role: CriterionRole) {
    switch (role, truth) {
    case (_, .unknown): self = .unknown
    case (.exclusion, .true): self = .triggered
    case (.exclusion, .false): self = .notTriggered
    case (_, .true): self = .met
    case (_, .false): self = .notMet
    }
  }
}
