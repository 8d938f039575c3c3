extension Evaluation {
  /// Writes into a verdict what no fact says by itself: how long it holds, and what would settle it.
  func foresee(_ verdict: inout Verdict, _ ruling: Ruling, _ outcomes: StageOutcomes) {
    switch validity(ruling, outcomes) {
    case .withoutEnd: break
    case .until(let horizon): verdict.validUntil = horizon.text
    case .atLeastUntil(let horizon):
      verdict.validUntil = horizon.text
      warn("VALID_AT_LEAST_UNTIL", [horizon.text])
    }
    var asked: Set<String> = []
    if verdict.outcome == .undetermined {
      let settlement = settlement(ruling)
      for (direction, found) in settlement.limited {
        let listed = settlement.sets.count { $0.direction == direction }
        warn(
          "SETTLE_SETS_LIMITED",
          [direction.rawValue, "\(listed)", found.map { "\($0)" } ?? "MORE_THAN_LOOKED_FOR"])
      }
      if !settlement.unsettled.isEmpty { warn("CANNOT_BE_SETTLED", settlement.unsettled) }
      verdict.settleSets = settlement.sets
      var attested: Set<String> = []
      for fact in settlement.sets.flatMap(\.facts) where fact.isAttestation {
        if attested.insert(fact.concept).inserted { verdict.outstandingAttestations.append(fact) }
      }
      if settlement.limited.contains(where: { $0.found == nil }) { return }
      asked = settlement.asked
    }
    // Nothing is asked for that could not change the verdict.
    let asking = verdict.results.indices.filter {
      !verdict.results.span[$0].missing.isEmpty
    }
    for position in asking {
      verdict.results[position].missing.removeAll { fact in
        !asked.contains(fact.concept) && !fact.codings.contains { asked.contains($0.key) }
      }
    }
  }
}

extension VerdictValidity.Horizon {
  var text: String {
    switch self {
    case .date(let date): date.description
    case .moment(let moment): moment.description
    }
  }
}
