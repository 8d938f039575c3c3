extension ReviewRun {
  // MARK: No path refers to it

  /// Finds reported criteria that no decision comes down to: they are shown, and decide nothing.
  mutating func findUnused() {
    var reached = [Bool](repeating: false, count: program.criteria.count)
    var queue = Stage.allCases.flatMap { stage in
      top(stage, nil) + program.cohorts.indices.flatMap { top(stage, $0) }
    }
    while let next = queue.popLast() {
      if reached[next] { continue }
      reached[next] = true
      let criterion = program.criteria[next]
      queue += criterion.rule.references
      queue += [criterion.appliesIf, criterion.voidIf].compactMap { $0 }
    }
    for (index, criterion) in program.criteria.enumerated()
    where criterion.isReported && !reached[index] {
      note(
        ProtocolFinding(
          kind: .cannotMatter, stages: criterion.stages,
          cohorts: criterion.cohort.map { [program.cohorts[$0].id] } ?? [],
          criteria: [criterion.id], subject: "", witness: "",
          message: "'\(criterion.id)' is reported, but nothing that decides refers to it"))
    }
  }

  // MARK: Members that siblings make idle

  /// Finds members of a group whose truth another member contains.
  mutating func findRedundantMembers() {
    for (index, criterion) in program.criteria.enumerated() {
      guard case .group(let kind, let members, _) = criterion.rule else { continue }
      // In an ALL group the weaker member is idle, in the others the stronger one.
      let weakerIsIdle = kind == .all
      guard weakerIsIdle || kind == .any || kind == .none else { continue }
      let needs = members.map { plainNeeds($0) }
      var idle: Set<Int> = []
      for (weak, conclusions) in zip(members, needs) {
        for (strong, premises) in zip(members, needs) where strong != weak {
          let (removed, kept) = weakerIsIdle ? (weak, strong) : (strong, weak)
          guard !idle.contains(removed), !idle.contains(kept), let premises, let conclusions,
            conclusions.choices.isEmpty,
            let proof = proof(of: tests(conclusions), from: [premises.store])
          else { continue }
          idle.insert(removed)
          noteIdle(removed, kept, of: index, proof)
        }
      }
    }
  }

  /// What a node's truth comes down to through conjunctions; nil where something may not apply or be
  /// void.
  private mutating func plainNeeds(_ node: Int, _ truth: Bool = true) -> PathNeeds? {
    let root = Demand(node: node, truth: truth)
    let needs = needs([HeldDemand(demand: root, owner: node)])
    return needs.demands.contains(root) && isPlain(needs) ? needs : nil
  }

  /// Whether nothing below may not apply or be void.
  private func isPlain(_ needs: PathNeeds) -> Bool {
    needs.demands.allSatisfy { demand in
      let criterion = program.criteria[demand.node]
      guard criterion.appliesIf == nil, criterion.voidIf == nil else { return false }
      guard case .all(let below) = logic.expand(demand) else { return true }
      return below.allSatisfy { needs.demands.contains($0) }
    }
  }

  private func tests(_ needs: PathNeeds) -> [Constraint] {
    needs.constraints.filter {
      if case .node = $0.subject { return false }
      return !$0.isDeclared
    }
  }

  /// A step of a proof: the first constraint implies the second.
  private typealias Implication = (Constraint, Constraint)

  /// Proves every one of some constraints; nil where that cannot be done, or there are none.
  private mutating func proof(of conclusions: [Constraint], from stores: [ConstraintStore])
    -> [Implication]?
  {
    var proof: [Implication] = []
    for conclusion in conclusions {
      var found: Constraint?
      for premise in stores.flatMap({ $0.about(conclusion.subject) }) where found == nil {
        guard spend() else { return nil }
        if implies(premise, conclusion) { found = premise }
      }
      guard let found else { return nil }
      proof.append((found, conclusion))
    }
    return proof.isEmpty ? nil : proof
  }

  /// Whether what holds settles a condition, so that it is not open.
  mutating func settles(_ stores: [ConstraintStore], _ condition: Int) -> Bool {
    for truth in [true, false] {
      guard let needs = plainNeeds(condition, truth), needs.choices.isEmpty else { continue }
      if proof(of: tests(needs), from: stores) != nil { return true }
    }
    return false
  }

  private mutating func noteIdle(
    _ removed: Int, _ kept: Int, of group: Int, _ proof: [Implication]
  ) {
    func reported(_ node: Int) -> Int {
      let criterion = program.criteria[node]
      return criterion.isReported
        ? node : program.criteria.firstIndex { $0.id == criterion.reportedID } ?? node
    }
    let home = program.criteria[reported(group)]
    note(
      ProtocolFinding(
        kind: .cannotMatter, stages: home.stages,
        cohorts: home.cohort.map { [program.cohorts[$0].id] } ?? [],
        criteria: owners([reported(removed), reported(kept)]),
        subject: proof.first.map { subjectID($0.0.subject) } ?? "",
        witness: words(proof),
        message:
          "'\(id(removed))' can never matter beside '\(id(kept))' in '\(id(group))'"))
  }

  // MARK: What the path implies

  /// Finds tests of a path that its other criteria imply, and choices that they settle.
  mutating func findRedundancy(_ path: Path) {
    var idle: Set<Demand> = []
    for weak in tests(path.own) {
      for strong in path.stores.flatMap({ $0.about(weak.subject) })
      where outermost(strong.owner) != outermost(weak.owner) {
        guard spend() else { return }
        guard !idle.contains(weak.demand), !idle.contains(strong.demand), implies(strong, weak)
        else { continue }
        idle.insert(weak.demand)
        note(
          ProtocolFinding(
            kind: .cannotMatter, stages: [path.stage], cohorts: cohortIDs(path),
            criteria: owners([weak.owner, strong.owner]), subject: subjectID(weak.subject),
            witness: words([(strong, weak)]),
            message:
              "'\(id(weak.demand.node))' can never matter: '\(id(strong.owner))' asks for it already"
          ))
      }
    }
    for choice in path.own.choices { findSettled(choice, path) }
  }

  /// The criterion at the top that a reported one is a part of.
  private func outermost(_ node: Int) -> Int {
    var node = node
    while let parent = program.criteria[node].parent { node = parent }
    return node
  }

  /// A choice one arm of which the path needs anyway leaves nothing to choose.
  private mutating func findSettled(_ choice: HeldDemand, _ path: Path) {
    let criterion = program.criteria[choice.demand.node]
    guard case .choice(let arms, atLeast: 1) = logic.expand(choice.demand),
      case .group(let kind, _, _) = criterion.rule, kind == .any || kind == .all || kind == .none,
      criterion.voidIf == nil
    else { return }
    for arm in arms {
      let needs = needs(arm.roots(choice.owner))
      guard needs.choices.isEmpty, needs.demands.isSuperset(of: arm.demands), isPlain(needs),
        let proof = proof(of: tests(needs), from: path.stores), let first = proof.first
      else { continue }
      note(
        ProtocolFinding(
          kind: .cannotMatter, stages: [path.stage], cohorts: cohortIDs(path),
          criteria: owners([choice.owner] + proof.map(\.0.owner)),
          subject: subjectID(first.0.subject), witness: words(proof),
          message:
            "'\(id(choice.demand.node))' leaves nothing to choose: "
            + "the path needs '\(id(arm.member))' anyway"))
      return
    }
  }

  private func words(_ proof: [Implication]) -> String {
    proof.map { "\(words($0.0)) implies \(words($0.1))" }.joined(separator: "; ")
  }
}

extension CompiledRule {
  /// The criteria that its outcome rests on.
  var references: [Int] {
    switch self {
    case .group(_, let members, _): members
    case .conditional(let condition, let then, let otherwise): [condition, then, otherwise]
    case .sameAs(let target): [target]
    case .conclusion(_, let computedBy): computedBy.map { [$0] } ?? []
    case .duration(let test): test.components
    default: []
    }
  }
}
