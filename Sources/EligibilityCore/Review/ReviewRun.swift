/// One review of a compiled definition.
///
/// For every stage and cohort it collects what the path needs for certain, then looks at each choice that
/// the path leaves. Whatever may not apply is taken to ask for nothing.
struct ReviewRun {
  let program: CompiledProtocol
  let logic: DemandLogic
  /// Relations by the criterion that they hang on.
  let impliedAmounts: [Int: [CompiledRelations.ImpliedAmount]]
  /// Steps that are left; each look at a node or at a pair of constraints takes one.
  private var stepsLeft = 500_000
  private(set) var isComplete = true
  private var findings: [ProtocolFinding] = []

  init(_ program: CompiledProtocol) {
    self.program = program
    logic = DemandLogic(program.criteria)
    impliedAmounts = Dictionary(grouping: program.relations.impliedAmounts, by: \.criterion)
  }

  mutating func review() -> ProtocolReview {
    for stage in Stage.allCases where program.stages.contains(stage) { review(stage) }
    findUnused()
    findRedundantMembers()
    findStageDifferences()
    return ProtocolReview(findings: inOrder(), isComplete: isComplete)
  }

  private mutating func review(_ stage: Stage) {
    let common = Path(stage: stage, own: needs(held(top(stage, nil))))
    let isDead = examine(common)
    findRedundancy(common)
    findExemptions(common)
    findScoreItems(common)
    findStaleTests(common, by: common)
    for cohort in program.cohorts.indices {
      let own = top(stage, cohort)
      guard !own.isEmpty else { continue }
      let path = Path(stage: stage, cohort: cohort, own: needs(held(own)), common: common.own)
      examine(path, commonIsDead: isDead)
      findRedundancy(path)
      findExemptions(path)
      findScoreItems(path)
      findStaleTests(common, by: path)
      findStaleTests(path, by: path)
    }
    findTestsWithoutAgeLimit(stage)
  }

  // MARK: Bounds and notes

  /// Takes a step; false when there are none left.
  mutating func spend() -> Bool {
    if stepsLeft == 0 {
      isComplete = false
      return false
    }
    stepsLeft -= 1
    return true
  }

  /// Notes a finding; of several cohorts with the same one, the finding names all. Once the steps are
  /// used up, what was seen is not all there is, and nothing may be concluded from it.
  mutating func note(_ finding: ProtocolFinding) {
    guard isComplete else { return }
    for index in findings.indices {
      var known = findings[index]
      known.cohorts = finding.cohorts
      guard known == finding else { continue }
      if findings[index].cohorts.isEmpty { return }
      for cohort in finding.cohorts where !findings[index].cohorts.contains(cohort) {
        findings[index].cohorts.append(cohort)
      }
      return
    }
    findings.append(finding)
  }

  private func inOrder() -> [ProtocolFinding] {
    let kinds = ProtocolFinding.Kind.allCases
    let positions = Dictionary(
      zip(program.criteria.map(\.id), program.criteria.indices), uniquingKeysWith: { $1 })
    func key(_ finding: ProtocolFinding) -> (Int, Int, Int) {
      (
        kinds.firstIndex(of: finding.kind) ?? 0,
        finding.stages.first.flatMap { Stage.allCases.firstIndex(of: $0) } ?? 0,
        finding.criteria.first.flatMap { positions[$0] } ?? 0
      )
    }
    return findings.enumerated().sorted {
      let (first, second) = (key($0.element), key($1.element))
      return first == second ? $0.offset < $1.offset : first < second
    }.map(\.element)
  }

  // MARK: Paths

  /// What one stage needs through one cohort, or of everybody.
  struct Path {
    var stage: Stage
    /// nil = what is common to all cohorts.
    var cohort: Int?
    /// What the path itself asks for: the cohort's criteria, or the common ones.
    var own: PathNeeds
    /// What else every patient of the path needs.
    var common: PathNeeds?

    var stores: [ConstraintStore] { [own.store] + (common.map { [$0.store] } ?? []) }

    func needs(_ demand: Demand) -> Bool {
      own.demands.contains(demand) || common?.demands.contains(demand) ?? false
    }
  }

  /// Demands that hold for certain, and the choices that are left.
  struct PathNeeds {
    /// The demands that everything else comes from.
    var roots: [HeldDemand] = []
    var demands: Set<Demand> = []
    var constraints: [Constraint] = []
    var store = ConstraintStore()
    var choices: [HeldDemand] = []
  }

  /// The criteria that a verdict of the stage rests on directly.
  func top(_ stage: Stage, _ cohort: Int?) -> [Int] {
    program.criteria.indices.filter { index in
      let criterion = program.criteria[index]
      return (criterion.role == .inclusion || criterion.role == .exclusion)
        && criterion.parent == nil && criterion.cohort == cohort
        && criterion.stages.contains(stage)
    }
  }

  /// Inclusions must be true, exclusions false.
  func held(_ criteria: [Int]) -> [HeldDemand] {
    criteria.map { index in
      HeldDemand(
        demand: Demand(node: index, truth: program.criteria[index].role != .exclusion),
        owner: index)
    }
  }

  /// What some demands come down to for certain.
  mutating func needs(_ roots: [HeldDemand]) -> PathNeeds {
    var needs = PathNeeds()
    needs.roots = roots
    var queue = Array(roots.reversed())
    while let next = queue.popLast(), spend() {
      guard needs.demands.insert(next.demand).inserted else { continue }
      let held = heldByItself(next)
      switch logic.expand(next.demand) {
      case .nothing:
        needs.demands.remove(next.demand)
        continue
      case .leaf: needs.constraints.append(constraint(of: held))
      case .all(let demands):
        queue += demands.reversed().map(held.passing)
      case .choice: needs.choices.append(held)
      }
      needs.constraints += declared(by: held)
      needs.constraints.append(
        Constraint(
          subject: .node(next.demand.node), reach: .selected,
          values: .answers(next.demand.truth ? 1 : 2), demand: next.demand, owner: held.owner))
    }
    for constraint in needs.constraints { needs.store.add(constraint) }
    return needs
  }

  /// A reported criterion answers for itself.
  private func heldByItself(_ held: HeldDemand) -> HeldDemand {
    let criterion = program.criteria[held.demand.node]
    return HeldDemand(
      demand: held.demand, owner: criterion.isReported ? held.demand.node : held.owner,
      isVoidable: held.isVoidable || criterion.voidIf != nil, isCondition: held.isCondition)
  }

  /// Every leaf that some demands may come down to, whichever way choices go and whatever applies.
  mutating func mentioned(by roots: [HeldDemand]) -> [HeldDemand] {
    var found: [HeldDemand] = []
    var seen: Set<HeldDemand> = []
    var queue = Array(roots.reversed())
    while let next = queue.popLast(), spend() {
      let held = heldByItself(next)
      guard seen.insert(held).inserted else { continue }
      switch logic.expand(held.demand, assumingApplicable: true) {
      case .nothing: break
      case .leaf: found.append(held)
      case .all(let demands):
        queue += demands.reversed().map(held.passing)
      case .choice(let arms, _):
        for arm in arms.reversed() where !arm.isJoint {
          queue += arm.roots(held.owner).reversed()
        }
      }
    }
    return found
  }

  func id(_ node: Int) -> String { program.criteria[node].id }

  func cohortIDs(_ path: Path) -> [String] { path.cohort.map { [program.cohorts[$0].id] } ?? [] }

  /// The reported criteria behind some constraints, each once.
  func owners(_ nodes: [Int]) -> [String] {
    var found: [String] = []
    for node in nodes where !found.contains(id(node)) { found.append(id(node)) }
    return found
  }
}
