extension Evaluation {
  /// A node as another one sees it: what a reported criterion shows stays with it.
  func reference(_ index: Int) -> NodeResult {
    var outcome = result(of: index)
    if program.criteria[index].isReported {
      outcome.evidence = []
      outcome.missing = []
    }
    return outcome
  }

  func evaluateGroup(_ kind: GroupKind, _ members: [Int], _ atLeast: Int) -> NodeResult {
    var outcomes: [NodeResult] = []
    for member in members {
      let outcome = reference(member)
      if outcome.isApplicable { outcomes.append(outcome) }
    }
    guard !outcomes.isEmpty else { return .notApplicable }
    let truths = outcomes.map(\.truth)
    func combine(_ truth: Truth, atLeast: Int) -> NodeResult {
      // The group turns to false when fewer than `atLeast` are true, to true when so many are.
      let whenTrue = { (deciding: Int) in deciding - atLeast + 1 }
      let whenFalse = { (deciding: Int) in atLeast - (outcomes.count - deciding) }
      return self.combine(
        outcomes, truth, needed: truth == .true ? whenTrue : whenFalse, decides: { $0 })
    }
    switch kind {
    case .all: return combine(Truth.all(truths), atLeast: outcomes.count)
    case .any: return combine(Truth.any(truths), atLeast: 1)
    case .atLeast: return combine(Truth.atLeast(atLeast, of: truths), atLeast: atLeast)
    case .none:
      // A member that is true makes the group false: all of them must turn.
      let truth = !Truth.any(truths)
      return self.combine(
        outcomes, truth, needed: { truth == .false ? $0 : 1 }, decides: { !$0 })
    case .firstKnown:
      return outcomes.first { $0.truth.isKnown } ?? combine(.unknown, atLeast: 1)
    case .anyKnown:
      let truth: Truth =
        truths.contains(.true) ? .true : truths.contains(.false) ? .false : .unknown
      return combine(truth, atLeast: 1)
    }
  }

  /// The group's result with the reasons of the members that brought it about.
  ///
  /// - Parameter needed: how many of those members must turn for the group to turn.
  private func combine(
    _ outcomes: [NodeResult], _ truth: Truth, needed: (_ deciding: Int) -> Int,
    decides: (Truth) -> Truth
  ) -> NodeResult {
    var combined = NodeResult(truth)
    for outcome in outcomes where decides(truth) == outcome.truth {
      combined.adopt(outcome, withEvidence: withEvidence)
    }
    guard truth.isKnown else { return combined }
    let deciding = outcomes.filter { $0.truth == decides(truth) }
    combined.turns = Turning.first(needed(deciding.count), of: deciding.map(\.turns))
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
