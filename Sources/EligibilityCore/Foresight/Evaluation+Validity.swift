/// How long a verdict holds by itself.
enum VerdictValidity: Equatable {
  /// No date is known on which time alone would change it.
  case withoutEnd
  /// The last date, or moment, on which it stands.
  case until(Horizon)
  /// It stands at least so long; what is after that was not looked at.
  case atLeastUntil(Horizon)

  /// A date, or a moment where hours matter.
  enum Horizon: Equatable {
    case date(CalendarDate)
    case moment(Instant)
  }
}

extension Evaluation {
  /// How long the outcome, and that of every cohort, stands if nothing new arrives.
  ///
  /// Each leaf names the dates on which it may change. On one after the other those leaves alone are looked
  /// at again, until an outcome differs.
  func validity(_ ruling: Ruling, _ outcomes: StageOutcomes) -> VerdictValidity {
    let allFacts = everyFact()
    var changes = UpcomingChanges(after: indexDate, bounds: program.engine.windowBounds)
    for leaf in leaves(below: ruling.criteria) { addChanges(of: leaf, allFacts, to: &changes) }
    return search(&changes, ruling, outcomes)
  }

  private func search(
    _ changes: inout UpcomingChanges, _ ruling: Ruling, _ outcomes: StageOutcomes
  ) -> VerdictValidity {
    var states = [NodeState?](repeating: nil, count: program.criteria.count)
    var logic = LogicState(program, known: { self.results.state(of: $0) }) { _, leaf in
      self.leafState(leaf)
    }
    var current = ruling
    var left = maximumChanges
    let end = changes.lastListed.map { zone.instant(startOf: $0) }
    while let moment = changes.next(in: zone) {
      if let end, moment > end { break }
      left -= 1
      let run = left >= 0 ? lookAhead(to: moment) : nil
      guard let run else { return .atLeastUntil(horizon(before: moment)) }
      var isChanged = false
      for leaf in changes.leaves {
        let leaf = Int(leaf)
        let now = run.leafState(leaf)
        if now != states[leaf] ?? leafState(leaf) {
          isChanged = true
          logic.change(leaf, to: now)
        }
        states[leaf] = now
      }
      if hasLaterFacts {
        let later = run.ruling()
        if later != current { isChanged = true }
        current = later
      }
      guard isChanged else { continue }
      if current.outcomes({ logic.outcome(of: $0) }) != outcomes {
        return .until(horizon(before: moment))
      }
    }
    guard let lastListed = changes.lastListed else { return .withoutEnd }
    return .atLeastUntil(.date(lastListed))
  }

  /// Dates that are looked at: fewer where each costs more.
  private var maximumChanges: Int {
    let facts = snapshot.observations.count + snapshot.medications.count + snapshot.conditions.count
    return max(4, min(64, 20_000 / (facts + 1)))
  }

  // MARK: Moments

  private func lookAhead(to moment: Instant) -> Evaluation? {
    if parameters.plannedInfusionTime != nil { return probe(at: moment) }
    return zone.date(of: moment).flatMap { probe(on: $0) }
  }

  /// The last date before the day of a moment, or the last second before the moment.
  private func horizon(before moment: Instant) -> VerdictValidity.Horizon {
    if parameters.plannedInfusionTime != nil, let last = moment.adding(seconds: -1) {
      return .moment(last)
    }
    return .date(zone.date(of: moment)?.adding(days: -1) ?? indexDate)
  }

  // MARK: Leaves

  /// Every fact of the snapshot, also those that are not in force on the index date.
  private func everyFact() -> ResolvedFacts { hasLaterFacts ? inputs.everyFact : facts }

  /// The nodes below some criteria that look at facts.
  func leaves(below criteria: [Int]) -> [Int] {
    var found = CriterionSet(count: program.criteria.count)
    for index in criteria { found.formUnion(program.leaves[index]) }
    return found.indices
  }

  /// What a leaf says by itself, before other criteria void it or make it inapplicable.
  func leafState(_ index: Int) -> NodeState {
    if let known = leafStates[index] { return known }
    let state = computedLeafState(index)
    leafStates[index] = state
    return state
  }

  private func computedLeafState(_ index: Int) -> NodeState {
    let criterion = program.criteria[index]
    if case .conclusion(let instrument, .some) = criterion.rule {
      return NodeState(truth: recordedConclusion(instrument).truth)
    }
    if criterion.appliesIf == nil, criterion.voidIf == nil { return state(of: index) }
    // Where nothing stands in its way, the result says what the test says.
    if let known = results.state(of: index), isFree(criterion) { return known }
    return test(criterion, index).state
  }

  /// Whether it is known already that no other criterion voids one or makes it inapplicable.
  private func isFree(_ criterion: CompiledCriterion) -> Bool {
    func isKnown(_ other: Int?, _ truth: Truth) -> Bool {
      guard let other else { return true }
      guard let state = results.state(of: other) else { return false }
      return state.isApplicable && state.truth == truth
    }
    func isOut(_ other: Int?) -> Bool {
      guard let other else { return true }
      return results.state(of: other).map { !$0.isApplicable || $0.truth != .true } ?? false
    }
    return isKnown(criterion.appliesIf, .true) && isOut(criterion.voidIf)
  }
}
