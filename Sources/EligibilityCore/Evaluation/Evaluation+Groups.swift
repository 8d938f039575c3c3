extension Evaluation {
  /// A node as another one sees it: what a reported criterion shows stays with it.
  func reference(_ index: Int) -> NodeResult {
    var outcome = result(of: index)
    if withEvidence, program.criteria[index].isReported {
      outcome.evidence = []
      outcome.missing = []
    }
    return outcome
  }

  func evaluateGroup(_ kind: GroupKind, _ members: [Int], _ atLeast: Int) -> NodeResult {
    var outcomes: [NodeResult] = []
    outcomes.reserveCapacity(members.count)
    var counts = TruthCounts()
    for member in members {
      let outcome = reference(member)
      guard outcome.isApplicable else { continue }
      outcomes.append(outcome)
      counts.add(outcome.truth)
    }
    guard !outcomes.isEmpty else { return .notApplicable }
    let truth = counts.truth(kind, atLeast)
    switch kind {
    case .all: return combine(outcomes, truth, atLeast: outcomes.count)
    case .any, .anyKnown: return combine(outcomes, truth, atLeast: 1)
    case .atLeast: return combine(outcomes, truth, atLeast: atLeast)
    case .none:
      // A member that is true makes the group false: all of them must turn.
      return combine(outcomes, truth, from: !truth) { truth == .false ? $0 : 1 }
    case .firstKnown:
      return outcomes.first { $0.truth.isKnown } ?? combine(outcomes, .unknown, atLeast: 1)
    }
  }

  /// The group turns to false when fewer than `atLeast` are true, to true when so many are.
  private func combine(_ outcomes: [NodeResult], _ truth: Truth, atLeast: Int) -> NodeResult {
    combine(outcomes, truth, from: truth) { deciding in
      truth == .true ? deciding - atLeast + 1 : atLeast - (outcomes.count - deciding)
    }
  }

  /// The group's result with the reasons of the members that brought it about.
  ///
  /// - Parameters:
  ///   - cause: the truth of those members.
  ///   - needed: how many of those members must turn for the group to turn.
  private func combine(
    _ outcomes: [NodeResult], _ truth: Truth, from cause: Truth, needed: (_ deciding: Int) -> Int
  ) -> NodeResult {
    var combined = NodeResult(truth)
    var deciding = 0
    var turns: [Turning] = []
    for outcome in outcomes where outcome.truth == cause {
      combined.adopt(outcome, withEvidence: withEvidence)
      deciding += 1
      if truth.isKnown, let turn = outcome.turns { turns.append(turn) }
    }
    if truth.isKnown { combined.turns = Turning.first(needed(deciding), of: turns) }
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
