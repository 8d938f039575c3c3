extension ReviewRun {
  // MARK: Scores

  /// Finds totals that items alone reach which make an exclusion of the same path true.
  mutating func findScoreItems(_ path: Path) {
    let items = program.relations.items.filter {
      path.needs(Demand(node: $0.criterion, truth: false))
    }
    if items.isEmpty { return }
    var seen: Set<[Int]> = []
    for held in mentioned(by: path.own.roots) where held.demand.truth {
      guard case .assessment(let test) = program.criteria[held.demand.node].rule,
        test.comparison == .greaterOrEqual || test.comparison == .greater
      else { continue }
      for criterion in criteria(of: items, test.instrument)
      where seen.insert([held.owner, held.demand.node, criterion]).inserted {
        let own = items.filter { $0.instrument == test.instrument && $0.criterion == criterion }
        guard spend(), let reaching = reaching(own, test) else { continue }
        let total = reaching.map(\.points).reduce(.zero, +).readableText
        let names = reaching.map(\.name).joined(separator: " and ")
        note(
          ProtocolFinding(
            kind: .scoreItemExcludes, stages: [path.stage], cohorts: cohortIDs(path),
            criteria: owners([held.owner, criterion]),
            subject: program.catalogue.concepts[test.instrument].id,
            witness: "\(total) points from \(names)",
            message:
              "'\(id(held.owner))' (\(test.comparison.symbol) \(test.limitText)) is reached by items "
              + "that make '\(id(criterion))' true: \(own.map(\.name).joined(separator: ", "))"))
      }
    }
  }

  /// The criteria that items of an instrument make true, in the order of the items.
  private func criteria(of items: [CompiledRelations.Item], _ instrument: Int) -> [Int] {
    var found: [Int] = []
    for item in items where item.instrument == instrument && !found.contains(item.criterion) {
      found.append(item.criterion)
    }
    return found
  }

  /// The fewest items that reach the limit together, the heaviest first; nil where all do not.
  private func reaching(_ items: [CompiledRelations.Item], _ test: CompiledAssessmentTest)
    -> [CompiledRelations.Item]?
  {
    var total = PartialTotal<ExactRational>()
    var taken: [CompiledRelations.Item] = []
    let heaviest = items.enumerated().sorted {
      $0.element.points == $1.element.points
        ? $0.offset < $1.offset : $0.element.points > $1.element.points
    }
    for (_, item) in heaviest {
      total.add(item.points)
      taken.append(item)
      if total.compare(test.comparison, test.limit) == .true { return taken }
    }
    return nil
  }

  // MARK: Age of results

  /// Finds tests that results of any age decide: without a window, and without a limit on their age.
  mutating func findTestsWithoutAgeLimit(_ stage: Stage) {
    let roots = held(top(stage, nil)) + program.cohorts.indices.flatMap { held(top(stage, $0)) }
    var criteria: [Int] = []
    for held in mentioned(by: roots)
    where isWithoutAgeLimit(program.criteria[held.demand.node].rule) {
      if !criteria.contains(held.owner) { criteria.append(held.owner) }
    }
    if criteria.isEmpty { return }
    note(
      ProtocolFinding(
        kind: .noAgeLimit, stages: [stage], cohorts: [], criteria: owners(criteria.sorted()),
        subject: "", witness: "a result of any age decides",
        message: "results that these criteria test may be of any age"))
  }

  private func isWithoutAgeLimit(_ rule: CompiledRule) -> Bool {
    switch rule {
    case .result(let test): !test.ever && test.window == nil && isUnlimited(test.concepts)
    case .finding(let test): !test.ever && test.window == nil && isUnlimited(test.concepts)
    case .clearance(let test): isUnlimited([test.creatinine])
    default: false
    }
  }

  private func isUnlimited(_ concepts: [Int]) -> Bool {
    guard let first = concepts.first else { return false }
    let engine = program.engine
    let known = engine.maximumAgeByConcept[program.catalogue.concepts[first].id]
    return (known ?? engine.maximumResultAge) == nil
  }

  // MARK: Treatment that makes a test stale

  /// Finds tests of one path that a medicine which another asks for makes stale.
  mutating func findStaleTests(_ tested: Path, by treated: Path) {
    let tests = tested.own.demands.isEmpty ? [] : mentioned(by: tested.own.roots)
    for test in tests {
      guard case .finding(let finding) = program.criteria[test.demand.node].rule,
        let stale = finding.staleAfter
      else { continue }
      for held in mentioned(by: treated.own.roots) where held.demand.truth {
        guard case .exposure(let exposure) = program.criteria[held.demand.node].rule else {
          continue
        }
        guard spend() else { return }
        let shared = program.catalogue.concepts.filter {
          $0.sets.contains(stale) && $0.sets.contains(exposure.drugSet)
        }
        if shared.isEmpty { continue }
        note(
          ProtocolFinding(
            kind: .treatmentMakesStale, stages: [treated.stage], cohorts: cohortIDs(treated),
            criteria: owners([test.owner, held.owner]),
            subject: finding.concepts.map { program.catalogue.concepts[$0].id }
              .joined(separator: ", "),
            witness: shared.map(\.id).joined(separator: ", "),
            message:
              "a medicine that '\(id(held.owner))' counts makes an earlier result that "
              + "'\(id(test.owner))' asks for stale"))
      }
    }
  }
}
