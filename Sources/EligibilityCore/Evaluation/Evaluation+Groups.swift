extension Evaluation {
  /// A node as another one sees it: what a reported criterion shows stays with it.
  func reference(_ index: Int) -> NodeResult {
    var outcome = result(of: index)
    if withEvidence, program.criteria[index].isReported {
      outcome.withholdFacts()
    }
    return outcome
  }

  func evaluateGroup(_ kind: GroupKind, _ members: [Int], _ atLeast: Int) -> NodeResult {
    var counts = TruthCounts()
    for member in members {
      let outcome = state(of: member)
      if outcome.isApplicable { counts.add(outcome.truth) }
    }
    guard !counts.isEmpty else { return .notApplicable }
    let truth = counts.truth(kind, atLeast)
    switch kind {
    case .all: return combine(members, counts, truth, atLeast: counts.count)
    case .any, .anyKnown: return combine(members, counts, truth, atLeast: 1)
    case .atLeast: return combine(members, counts, truth, atLeast: atLeast)
    case .none:
      // A member that is true makes the group false: all of them must turn.
      return combine(members, truth, from: !truth) { truth == .false ? $0 : 1 }
    case .firstKnown:
      for member in members {
        let outcome = state(of: member)
        if outcome.isApplicable, outcome.truth.isKnown { return reference(member) }
      }
      return combine(members, counts, .unknown, atLeast: 1)
    }
  }

  /// The group turns to false when fewer than `atLeast` are true, to true when so many are.
  private func combine(
    _ members: [Int], _ counts: TruthCounts, _ truth: Truth, atLeast: Int
  ) -> NodeResult {
    combine(members, truth, from: truth) { deciding in
      truth == .true ? deciding - atLeast + 1 : atLeast - (counts.count - deciding)
    }
  }

  /// The group's result with the reasons of the members that brought it about.
  ///
  /// - Parameters:
  ///   - cause: the truth of those members.
  ///   - needed: how many of those members must turn for the group to turn.
  private func combine(
    _ members: [Int], _ truth: Truth, from cause: Truth, needed: (_ deciding: Int) -> Int
  ) -> NodeResult {
    var combined = NodeResult(truth)
    var deciding = 0
    var turns: [Turning] = []
    for member in members {
      let own = entry(of: member)
      guard own.state.isApplicable, own.state.truth == cause else { continue }
      deciding += 1
      // What a reported member shows stays with it.
      let withFacts = !(withEvidence && own.isReported)
      guard own.hasReasons || own.hasTurns || (own.hasFacts && withFacts),
        let grounds = results.grounds(of: own)
      else { continue }
      combined.adopt(grounds, withFacts: withFacts, withEvidence)
      if truth.isKnown, let turn = grounds.turns { turns.append(turn) }
    }
    if !turns.isEmpty { combined.turns = Turning.first(needed(deciding), of: turns) }
    return combined
  }

  func evaluateConditional(_ condition: Int, _ then: Int, _ otherwise: Int) -> NodeResult {
    let test = reference(condition)
    switch test.truth {
    case .true: return reference(then)
    case .false: return reference(otherwise)
    case .unknown:
      let first = reference(then)
      let second = reference(otherwise)
      let truth = Truth.choose(.unknown, then: first.truth, else: second.truth)
      var combined = NodeResult(truth)
      if truth == .unknown {
        combined.adopt(test, withEvidence: withEvidence)
        if first.truth == .unknown { combined.adopt(first, withEvidence: withEvidence) }
        if second.truth == .unknown { combined.adopt(second, withEvidence: withEvidence) }
      } else {
        combined.adopt(first, withEvidence: withEvidence)
        combined.adopt(second, withEvidence: withEvidence)
      }
      if first.truth.isKnown, second.truth.isKnown, withEvidence {
        for item in first.evidence + second.evidence where !combined.evidence.contains(item) {
          combined.evidence.append(item)
        }
      }
      return combined
    }
  }

  func evaluateSex(_ sex: Sex) -> NodeResult {
    guard let recorded = snapshot.sexAtBirth else {
      var outcome = NodeResult.unknown("NO_SEX")
      var fact = MissingFact()
      fact.concept = "sex_at_birth"
      fact.reason = "NO_SEX"
      outcome.missing = [fact]
      return outcome
    }
    return NodeResult(Truth(recorded == sex))
  }
}
