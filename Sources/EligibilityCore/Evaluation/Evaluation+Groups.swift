extension Evaluation {
  /// A node as another one sees it: what a reported criterion shows stays with it.
  mutating func reference(_ index: Int) -> NodeResult {
    var outcome = result(of: index)
    if program.criteria[index].isReported {
      outcome.evidence = []
      outcome.missing = []
    }
    return outcome
  }

  mutating func evaluateGroup(_ kind: GroupKind, _ members: [Int], _ atLeast: Int) -> NodeResult {
    var outcomes: [NodeResult] = []
    for member in members {
      let outcome = reference(member)
      if outcome.isApplicable { outcomes.append(outcome) }
    }
    guard !outcomes.isEmpty else { return .notApplicable }
    let truths = outcomes.map(\.truth)
    switch kind {
    case .all: return combine(outcomes, Truth.all(truths), decides: { $0 })
    case .any: return combine(outcomes, Truth.any(truths), decides: { $0 })
    case .atLeast:
      return combine(outcomes, Truth.atLeast(atLeast, of: truths), decides: { $0 })
    case .none:
      // A member that is true makes the group false.
      return combine(outcomes, !Truth.any(truths), decides: { !$0 })
    case .firstKnown:
      return outcomes.first { $0.truth.isKnown } ?? combine(outcomes, .unknown, decides: { $0 })
    case .anyKnown:
      let truth: Truth = truths.contains(.true) ? .true : truths.contains(.false) ? .false : .unknown
      return combine(outcomes, truth, decides: { $0 })
    }
  }

  /// The group's result with the reasons of the members that brought it about.
  private func combine(
    _ outcomes: [NodeResult], _ truth: Truth, decides: (Truth) -> Truth
  ) -> NodeResult {
    var combined = NodeResult(truth)
    for outcome in outcomes where decides(truth) == outcome.truth {
      combined.adopt(outcome, withEvidence: withEvidence)
    }
    combined.turns = turning(outcomes, truth, decides)
    return combined
  }

  /// A group turns when enough of the members that decided it have turned. Where one member suffices
  /// to decide, all of them must turn.
  private func turning(
    _ outcomes: [NodeResult], _ truth: Truth, _ decides: (Truth) -> Truth
  ) -> Turning? {
    guard truth.isKnown else { return nil }
    let deciding = outcomes.filter { $0.truth == decides(truth) }
    let turns = deciding.compactMap(\.turns)
    guard let first = turns.first, turns.count == deciding.count else { return nil }
    let allMustTurn = deciding.count < outcomes.count || outcomes.count == 1
    return turns.dropFirst().reduce(first) { allMustTurn ? $0.and($1) : $0.or($1) }
  }

  mutating func evaluateConditional(_ condition: Int, _ then: Int, _ otherwise: Int) -> NodeResult {
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

  mutating func evaluateSex(_ sex: Sex) -> NodeResult {
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
