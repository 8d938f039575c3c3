/// What would settle an undetermined verdict.
struct Settlement {
  var sets: [SettleSet] = []
  /// Directions of which not all sets are listed, with how many were found; nil = there may be more.
  var limited: [(direction: SettleDirection, found: Int?)] = []
  /// The top criteria that no missing fact can bring to pass, where that keeps the verdict open.
  var unsettled: [String] = []
  /// Everything that could have a say, as it is called and coded: members of sets, and what would matter
  /// beside them.
  var asked: Set<String> = []
}

extension Evaluation {
  /// Sets that are reported for one direction.
  static let maximumSettleSets = 40

  /// The minimal sets of missing facts with which the verdict could become ELIGIBLE, and those with which it
  /// could become INELIGIBLE.
  ///
  /// Every leaf that is not known names the facts that would settle it either way; the logic above them is
  /// then solved for the goal. Each set that is found is tried on the logic as it is, which drops what only
  /// seemed to settle it where members of a group speak for each other.
  func settlement(_ ruling: Ruling) -> Settlement {
    let logic = SharedLogic(LogicState(program) { _, leaf in self.leafState(leaf) })
    let finalLogic = SharedLogic(
      LogicState(program, isFinal: true) { _, leaf in self.leafState(leaf) })
    let cohorts =
      ruling.assessed.isEmpty ? Array(ruling.own.indices) : ruling.assessed.sorted()
    let criteria = ruling.common + cohorts.flatMap { ruling.own[$0] }
    var finder = OpeningFinder(self, owners: owners(below: criteria))
    var openings: [Int: Opening] = [:]
    for leaf in leaves(below: criteria) where leafState(leaf).truth == .unknown {
      openings[leaf] = finder.opening(of: leaf)
    }
    let goals = SettleGoals(
      ruling: ruling, cohorts: cohorts,
      planner:
        SettlePlanner(
          program: program, state: logic.state, finalState: finalLogic.state,
          leafState: leafState, openings: openings),
      diseases: ruling.assessed.isEmpty && ruling.asksCohorts
        ? cohorts.map { diseaseStep($0, &finder) } : [])
    var settlement = Settlement()
    for direction in [SettleDirection.toEligible, .toIneligible] {
      var search = SettleSearch(goals.planner, finder.universe)
      let found = search.supports(goals.plan(direction)).filter { support in
        goals.hold(
          direction,
          LogicState(program) { logic, leaf in
            self.state(of: leaf, under: support, search, &logic)
          }, support)
      }
      let sets = finder.universe.settleSets(found, direction)
      settlement.sets += sets.prefix(Self.maximumSettleSets)
      for step in search.relevantSteps(goals.plan(direction)) {
        let fact = finder.universe.steps[step].fact
        settlement.asked.insert(fact.concept)
        settlement.asked.formUnion(fact.codings.map(\.key))
      }
      if search.isCut || finder.isCut {
        settlement.limited.append((direction, nil))
      } else if sets.count > Self.maximumSettleSets {
        settlement.limited.append((direction, sets.count))
      }
      if direction == .toEligible, sets.isEmpty, !search.isCut, !finder.isCut {
        let open = criteria.filter { logic.outcome(of: $0) == .unknown }
        let alone = open.filter { search.supports(goals.planner.passing($0)).isEmpty }
        // Where each could pass by itself, it is all of them together that cannot.
        if !search.isCut {
          settlement.unsettled = (alone.isEmpty ? open : alone).map { program.criteria[$0].id }
        }
      }
    }
    return settlement
  }

  /// By node: the nearest reported criterion above it, of the first that comes down to it.
  private func owners(below criteria: [Int]) -> [Int: Int] {
    var owners: [Int: Int] = [:]
    var queue = criteria.map { (node: $0, owner: $0) }
    var position = 0
    while position < queue.count {
      let (node, above) = queue[position]
      position += 1
      guard owners[node] == nil else { continue }
      let owner = program.criteria[node].isReported ? node : above
      owners[node] = owner
      queue += program.criteria[node].dependencies.map { ($0, owner) }
    }
    return owners
  }

  /// The diagnosis that leads a patient without a target disease to a cohort.
  private func diseaseStep(_ cohort: Int, _ finder: inout OpeningFinder) -> Int? {
    var fact = MissingFact()
    fact.concept = catalogue.setIDs[program.diseaseSets[cohort]]
    fact.reason = "NO_TARGET_DISEASE_RECORDED"
    fact.cohort = program.cohorts[cohort].id
    fact.section = .conditions
    return finder.step(
      "disease \(fact.cohort)", "disease", .word(["RECORDED"]), "RECORDED", fact)
  }

  /// What a leaf says once everything of a support is known.
  private func state(
    of leaf: Int, under support: Support, _ search: SettleSearch, _ logic: inout LogicState
  ) -> NodeState {
    let now = leafState(leaf)
    if now.truth.isKnown || !now.isApplicable { return now }
    guard case .duration(let test) = program.criteria[leaf].rule else {
      return NodeState(truth: search.truth(of: leaf, under: support))
    }
    let given = Truth.all(test.components.map { logic.state(of: $0).truth })
    return NodeState(truth: given == .true ? search.truth(of: leaf, under: support) : given)
  }
}

extension Coding {
  /// System and code as one text.
  var key: String { "\(system)|\(code)" }
}

/// A logic that several ask, so that each node is looked at once. Its leaves ask nothing of it.
private final class SharedLogic {
  private var logic: LogicState

  init(_ logic: LogicState) {
    self.logic = logic
  }

  func state(of index: Int) -> NodeState { logic.state(of: index) }

  func outcome(of index: Int) -> CriterionOutcome { logic.outcome(of: index) }
}

/// What a settlement looks for.
struct SettleGoals {
  let ruling: Ruling
  /// The cohorts that come into question.
  let cohorts: [Int]
  let planner: SettlePlanner
  /// By position of a cohort: the step that records its disease, where none is recorded.
  let diseases: [Int?]

  func plan(_ direction: SettleDirection) -> SettlePlan {
    switch direction {
    case .toEligible: eligible
    case .toIneligible: ineligible
    }
  }

  private func passing(_ criteria: [Int]) -> SettlePlan { .all(criteria.map(planner.passing)) }

  private func failing(_ criteria: [Int]) -> SettlePlan { .any(criteria.map(planner.failing)) }

  private var eligible: SettlePlan {
    guard ruling.asksCohorts else { return passing(ruling.common) }
    let ways = cohorts.enumerated().map { position, cohort -> SettlePlan in
      var parts = [passing(ruling.own[cohort])]
      if !diseases.isEmpty {
        parts.append(diseases[position].map { .steps([[$0]]) } ?? .impossible)
      }
      if ruling.needsExactlyOne {
        parts += cohorts.filter { $0 != cohort }.map { failing(ruling.own[$0]) }
      }
      return .all(parts)
    }
    return .all([passing(ruling.common), .any(ways)])
  }

  private var ineligible: SettlePlan {
    var ways = [failing(ruling.common)]
    if ruling.asksCohorts, diseases.isEmpty {
      ways.append(.all(cohorts.map { failing(ruling.own[$0]) }))
      if ruling.needsExactlyOne {
        for (position, first) in cohorts.enumerated() {
          for second in cohorts.dropFirst(position + 1) {
            ways.append(.all([passing(ruling.own[first]), passing(ruling.own[second])]))
          }
        }
      }
    }
    return .any(ways)
  }

  /// Whether the goal is reached with what a support settles.
  func hold(_ direction: SettleDirection, _ logic: LogicState, _ support: Support) -> Bool {
    var logic = logic
    let wanted = direction == .toEligible ? Outcome.eligible : .ineligible
    guard !diseases.isEmpty, direction == .toEligible else {
      return ruling.outcomes({ logic.outcome(of: $0) }).overall == wanted
    }
    return cohorts.indices.contains { position in
      guard let step = diseases[position], support.steps.contains(step) else { return false }
      var known = ruling
      known.assessed = [cohorts[position]]
      return known.outcomes({ logic.outcome(of: $0) }).overall == wanted
    }
  }
}
