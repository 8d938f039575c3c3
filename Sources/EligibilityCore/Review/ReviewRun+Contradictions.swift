extension ReviewRun {
  /// Finds what of a path excludes each other.
  ///
  /// - Returns: whether nobody passes what the path itself asks for.
  @discardableResult
  mutating func examine(_ path: Path, commonIsDead: Bool = false) -> Bool {
    var store = ConstraintStore()
    var isDead = false
    var reported: Set<[Int]> = []
    let common = path.common.map { [$0.store] } ?? []
    for constraint in path.own.constraints {
      if let found = contradiction(of: constraint, in: [store] + common) {
        isDead = true
        // What a criterion and its parts say of each other is one contradiction.
        let pair = [found.second.owner, found.first.owner].sorted()
        if reported.insert(pair).inserted { note(emptyInterval(found, path)) }
      }
      store.add(constraint)
    }
    // Where nobody passes, every choice is vain.
    if isDead || commonIsDead { return true }
    var seen: Set<Demand> = []
    let choices = path.own.choices + (path.common?.choices ?? [])
    return examine(choices, in: path.stores, path, &seen, .certain) != nil
  }

  /// Where choices stand.
  private enum Standing {
    /// The path needs them.
    case certain
    /// An arm needs them.
    case inArm
    /// Two branches need them together, which no member stands for: nothing is noted.
    case joint
  }

  /// Looks at choices, each once: an arm that contradicts what holds beside it is dead.
  ///
  /// - Returns: what stands against the first dead arm of a choice that cannot be met.
  private mutating func examine(
    _ choices: [HeldDemand], in stores: [ConstraintStore], _ path: Path, _ seen: inout Set<Demand>,
    _ standing: Standing
  ) -> Contradiction? {
    for choice in choices {
      guard seen.insert(choice.demand).inserted,
        case .choice(let arms, let needed) = logic.expand(choice.demand)
      else { continue }
      let outer = choice.isCondition ? .joint : standing
      let jointly = arms.first(where: \.isJoint)
      let joint = jointly.flatMap { arm in
        quietly(seen) { $0.obstacle(to: arm, choice.owner, in: stores, path, &$1, .joint) }
      }
      let mayBeJoint = jointly.map { joint == nil && !settles(stores, $0.member) } ?? false
      var alive = mayBeJoint ? 1 : 0
      var against: [Contradiction] = joint.map { [$0] } ?? []
      for arm in arms where !arm.isJoint {
        let isQuiet = outer == .joint || mayBeJoint
        let found =
          isQuiet
          ? quietly(seen) { $0.obstacle(to: arm, choice.owner, in: stores, path, &$1, .joint) }
          : obstacle(to: arm, choice.owner, in: stores, path, &seen, .inArm)
        if outer != .joint, mayBeJoint {
          // Both branches may hold while the condition is open: only what the branch itself asks speaks
          // against its members.
          let branch = DemandArm(member: arm.member, demands: arm.demands)
          _ = obstacle(to: branch, choice.owner, in: stores, path, &seen, .inArm)
        }
        guard let found else {
          alive += 1
          continue
        }
        against.append(found)
        if !isQuiet { note(deadArm(arm, choice, found, path)) }
      }
      if alive < needed, let first = against.first {
        if outer == .certain { note(noArmLeft(choice, against, path)) }
        return first
      }
    }
    return nil
  }

  /// Looks at something that may be looked at again.
  private mutating func quietly(
    _ seen: Set<Demand>, _ look: (inout ReviewRun, inout Set<Demand>) -> Contradiction?
  ) -> Contradiction? {
    var seen = seen
    return look(&self, &seen)
  }

  /// What makes an arm impossible; nil where nothing does.
  private mutating func obstacle(
    to arm: DemandArm, _ owner: Int, in stores: [ConstraintStore], _ path: Path,
    _ seen: inout Set<Demand>, _ standing: Standing
  ) -> Contradiction? {
    let needs = needs(arm.roots(owner))
    var store = ConstraintStore()
    for constraint in needs.constraints {
      if let found = contradiction(of: constraint, in: [store] + stores) { return found }
      store.add(constraint)
    }
    return examine(needs.choices, in: [store] + stores, path, &seen, standing)
  }

  // MARK: Words

  private func emptyInterval(_ found: Contradiction, _ path: Path) -> ProtocolFinding {
    let whom =
      path.cohort.map { "nobody can be eligible through the cohort \(program.cohorts[$0].id)" }
      ?? "nobody can be eligible"
    return ProtocolFinding(
      kind: .emptyInterval, stages: [path.stage], cohorts: cohortIDs(path),
      criteria: owners([found.second.owner, found.first.owner]),
      subject: subjectID(found.first.subject), witness: witness(found),
      message: "\(sides(found)) exclude each other: \(whom)")
  }

  private func deadArm(
    _ arm: DemandArm, _ choice: HeldDemand, _ found: Contradiction, _ path: Path
  ) -> ProtocolFinding {
    let reported = program.criteria[arm.member].isReported ? arm.member : choice.owner
    return ProtocolFinding(
      kind: .deadArm, stages: [path.stage], cohorts: cohortIDs(path),
      criteria: owners([reported, found.first.owner, found.second.owner]),
      subject: subjectID(found.first.subject), witness: witness(found),
      message:
        "'\(id(arm.member))' can never be \(word(arm.demands.last?.truth ?? true)) "
        + "beside what is needed with it: \(sides(found)) exclude each other")
  }

  private func noArmLeft(_ choice: HeldDemand, _ against: [Contradiction], _ path: Path)
    -> ProtocolFinding
  {
    let whom = path.cohort.map { " through the cohort \(program.cohorts[$0].id)" } ?? ""
    return ProtocolFinding(
      kind: .noArmLeft, stages: [path.stage], cohorts: cohortIDs(path),
      criteria: owners([choice.owner] + against.flatMap { [$0.first.owner, $0.second.owner] }),
      subject: "", witness: against.map(witness).joined(separator: "; "),
      message:
        "too few members of '\(id(choice.demand.node))' can be \(word(choice.demand.truth)): "
        + "nobody can be eligible\(whom)")
  }

  private func word(_ truth: Bool) -> String { truth ? "true" : "false" }
}
