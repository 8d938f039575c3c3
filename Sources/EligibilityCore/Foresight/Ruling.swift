/// The criteria that a verdict rests on: what every patient must pass, and what each cohort asks beside it.
struct Ruling: Equatable {
  /// The cohorts that are decided.
  var assessed: Set<Int>
  /// The top criteria that belong to no cohort.
  var common: [Int]
  /// The top criteria of each cohort.
  var own: [[Int]]
  /// Whether a patient must satisfy exactly one cohort.
  var needsExactlyOne: Bool

  /// Whether the stage asks anything of a cohort.
  var asksCohorts: Bool { own.contains { !$0.isEmpty } }

  /// Every criterion that has a say, common ones first.
  var criteria: [Int] {
    common + own.indices.filter(assessed.contains).flatMap { own[$0] }
  }
}

/// What the criteria of a ruling come to.
struct StageOutcomes: Equatable {
  /// A cohort's outcome through the common criteria, and that of its own criteria alone.
  struct Cohort: Equatable {
    var outcome: Outcome
    var own: Outcome
  }

  var overall: Outcome
  /// Every cohort of the trial.
  var cohorts: [Cohort]
}

extension Ruling {
  /// Puts the outcomes of the top criteria together (G2 of the trial's reading: one failure suffices for
  /// INELIGIBLE, whatever is unknown beside it).
  func outcomes(_ outcome: (Int) -> CriterionOutcome) -> StageOutcomes {
    func combined(_ criteria: [Int]) -> Outcome {
      var isOpen = false
      for index in criteria {
        let single = outcome(index)
        if single.isFailure { return .ineligible }
        if single == .unknown { isOpen = true }
      }
      return isOpen ? .undetermined : .eligible
    }
    let shared = combined(common)
    let cohorts = own.indices.map { index in
      guard assessed.contains(index) else {
        return StageOutcomes.Cohort(outcome: .notAssessed, own: .notAssessed)
      }
      let alone = combined(own[index])
      return StageOutcomes.Cohort(outcome: min(shared, alone), own: alone)
    }
    var overall: Outcome
    if !assessed.isEmpty {
      overall = cohorts.map(\.outcome).max() ?? .undetermined
    } else if asksCohorts {
      overall = shared == .ineligible ? .ineligible : .undetermined
    } else {
      overall = shared
    }
    if needsExactlyOne {
      let satisfied = cohorts.count { $0.own == .eligible }
      let possible = cohorts.count { $0.own == .eligible || $0.own == .undetermined }
      if satisfied > 1 {
        overall = .ineligible
      } else if possible > 1, overall == .eligible {
        overall = .undetermined
      }
    }
    return StageOutcomes(overall: overall, cohorts: cohorts)
  }
}
