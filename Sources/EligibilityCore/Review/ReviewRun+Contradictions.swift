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
    var ledger = ArmLedger()
    let choices = path.own.choices + (path.common?.choices ?? [])
    let found = examine(choices, in: path.stores, path, &ledger, .certain)
    for (key, finding) in ledger.dead where ledger.alive.insert(key).inserted { note(finding) }
    return found != nil
  }

  /// Where choices stand.
  private enum Standing {
    /// The path needs them.
    case certain
    /// An arm needs them.
    case inArm
    /// Only part of what they stand for is certain, such as a condition that is needed both ways: what is
    /// impossible here is not noted.
    case aside
  }

  /// Arms by how they fare. One that is impossible in one place and possible in another is not dead.
  private struct ArmLedger {
    struct Key: Hashable {
      var choice: Demand
      var member: Int
    }

    var alive: Set<Key> = []
    var dead: [(key: Key, finding: ProtocolFinding)] = []
  }

  /// Looks at choices: an arm that contradicts what holds beside it is impossible.
  ///
  /// - Returns: what stands against the first impossible arm of a choice that cannot be met.
  private mutating func examine(
    _ choices: [HeldDemand], in stores: [ConstraintStore], _ path: Path, _ ledger: inout ArmLedger,
    _ standing: Standing
  ) -> Contradiction? {
    for choice in choices {
      guard case .choice(let arms, let needed) = logic.expand(choice.demand), spend() else {
        continue
      }
      func key(_ arm: DemandArm) -> ArmLedger.Key {
        ArmLedger.Key(choice: choice.demand, member: arm.member)
      }
      // Possible once is all that there is to know.
      if arms.allSatisfy({ $0.isJoint || ledger.alive.contains(key($0)) }) { continue }
      let outer = choice.isCondition ? .aside : standing
      let jointly = arms.first(where: \.isJoint)
      let joint = jointly.flatMap {
        obstacle(to: $0, choice.owner, in: stores, path, &ledger, .aside)
      }
      let mayBeJoint = jointly.map { joint == nil && !settles(stores, $0.member) } ?? false
      var alive = mayBeJoint ? 1 : 0
      var against: [Contradiction] = joint.map { [$0] } ?? []
      for arm in arms where !arm.isJoint {
        let isNoted = outer != .aside && !mayBeJoint
        let found = obstacle(
          to: arm, choice.owner, in: stores, path, &ledger, isNoted ? .inArm : .aside)
        if outer != .aside, mayBeJoint {
          // Both branches may hold while the condition is open: only what the branch itself asks speaks
          // against its members.
          let branch = DemandArm(member: arm.member, demands: arm.demands)
          _ = obstacle(to: branch, choice.owner, in: stores, path, &ledger, .inArm)
        }
        if let found {
          against.append(found)
          if isNoted { ledger.dead.append((key(arm), deadArm(arm, choice, found, path))) }
        } else {
          alive += 1
          ledger.alive.insert(key(arm))
        }
      }
      if alive < needed, let first = against.first {
        if outer == .certain { note(noArmLeft(choice, against, path)) }
        return first
      }
    }
    return nil
  }

  /// What makes an arm impossible; nil where nothing does.
  private mutating func obstacle(
    to arm: DemandArm, _ owner: Int, in stores: [ConstraintStore], _ path: Path,
    _ ledger: inout ArmLedger, _ standing: Standing
  ) -> Contradiction? {
    let needs = needs(arm.roots(owner))
    var store = ConstraintStore()
    for constraint in needs.constraints {
      if let found = contradiction(of: constraint, in: [store] + stores) { return found }
      store.add(constraint)
    }
    return examine(needs.choices, in: [store] + stores, path, &ledger, standing)
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
        "'\(id(arm.member))' in '\(id(choice.demand.node))' can never be "
        + "\(word(arm.demands.last?.truth ?? true)) beside what is needed with it: "
        + "\(sides(found)) exclude each other")
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
