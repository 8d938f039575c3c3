extension ProtocolCompiler {
  /// A step or a shared criterion that no criterion's decision comes down to is a mistake: what it says
  /// would silently not count. Under another setting of a knob another option decides, so all of them
  /// are followed.
  ///
  /// Where a reference leads nowhere, or logic that refers to criteria is at fault, what it should have
  /// reached is not known, and nothing is called unreachable.
  mutating func checkReach() {
    guard withoutLogic.allSatisfy({ definition.criteria[$0].rule?.isAboutCriteria == false })
    else { return }
    var reached = [Bool](repeating: false, count: definition.criteria.count)
    var queue: [Int] = []
    for (index, criterion) in definition.criteria.enumerated() {
      guard criterion.references.allSatisfy({ criterionByID[$0] != nil }) else { return }
      switch criterion.role {
      case .inclusion, .exclusion, nil: queue.append(index)
      case .shared, .step: break
      }
    }
    for index in queue { reached[index] = true }
    while let next = queue.popLast() {
      for id in definition.criteria[next].references {
        guard let target = criterionByID[id], !reached[target] else { continue }
        reached[target] = true
        queue.append(target)
      }
    }
    for (index, criterion) in definition.criteria.enumerated()
    where !reached[index] && criterionByID[criterion.id] == index {
      let what = criterion.role == .shared ? "shared criterion" : "step"
      report(
        "criteria[\(index)]", "UNREACHABLE",
        "no inclusion or exclusion criterion comes down to the \(what) '\(criterion.id)'")
    }
  }

  /// A cohort that no criterion belongs to would let everybody pass.
  mutating func checkCohorts(_ criteria: [CriterionDraft]) {
    let isKnown = definition.criteria.allSatisfy {
      $0.cohort.isEmpty || cohortByID[$0.cohort] != nil
    }
    guard isKnown, !criteria.isEmpty else { return }
    for (index, cohort) in definition.cohorts.enumerated()
    where cohortByID[cohort.id] == index && !cohort.id.isEmpty
      && !criteria.contains(where: { $0.cohort == index })
    {
      report(
        "cohorts[\(index)]", "COHORT_WITHOUT_CRITERIA",
        "no criterion belongs to '\(cohort.id)': everybody would pass")
    }
  }
}
