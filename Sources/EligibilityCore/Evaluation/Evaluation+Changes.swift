extension Evaluation {
  /// The change from an earlier result to the latest one (criterion 5 of systemic sclerosis).
  mutating func evaluateChange(_ test: CompiledChangeTest, _ criterion: CompiledCriterion)
    -> NodeResult
  {
    warn("PERIOD_IS_A_READING", ["\(test.period)"], criterion.id)
    let settling = limitText(test)
    let latest = select([test.concept], in: nil, latestOnly: true) { _ in true }
    guard let first = latest.candidates.first else {
      return noResult([test.concept], settling, nil)
    }
    guard latest.isOneDay, let day = first.observation.dates.day,
      let window = test.period.window(endingOn: day, bounds: program.engine.windowBounds),
      let before = day.adding(days: -1)
    else { return unsettled("DATE_UNCERTAIN", test, settling, nil) }
    let earlier = ClosedDateWindow(start: window.start, end: before)
    let found = facts.observations(of: test.concept).filter { $0.dates.isWithin(earlier) != .false }
    guard !found.isEmpty else {
      let isOlder = facts.observations(of: test.concept).contains { $0.dates.latest < window.start }
      let reason =
        isOlder
        ? "BASELINE_OUTSIDE_PERIOD" : latest.candidates.count > 1 ? "ONE_DAY_ONLY" : "NO_BASELINE"
      return unsettled(reason, test, settling, earlier)
    }
    guard found.allSatisfy({ $0.dates.isWithin(earlier) == .true && $0.dates.day != nil }) else {
      return unsettled("DATE_UNCERTAIN", test, settling, earlier)
    }
    var outcome = NodeResult(.unknown)
    var truths: Set<Truth> = []
    for baseline in baselines(found, test) {
      for candidate in latest.candidates {
        let single = change(from: baseline, to: candidate.observation, test)
        truths.insert(single.truth)
        outcome.adopt(single, withEvidence: withEvidence)
      }
    }
    outcome.truth = truths.count == 1 ? truths.first ?? .unknown : .unknown
    if truths.count > 1 { outcome.addReason("SAME_DAY_RESULTS_DISAGREE") }
    if outcome.truth == .unknown, withEvidence, outcome.missing.isEmpty {
      let reason = outcome.reasons.first ?? "CENSORED_VALUE"
      outcome.missing = [
        missing(test.concept, reason: reason, settling: settling, window: earlier)
      ]
    }
    return outcome
  }

  private func limitText(_ test: CompiledChangeTest) -> String {
    let sign = test.direction == .increase ? "+" : "-"
    let unit = test.isAbsolute ? concept(test.concept).unit : "% of the baseline"
    return "\(test.comparison.symbol) \(sign)\(test.amountText) \(unit) within \(test.period)"
  }

  private func unsettled(
    _ reason: String, _ test: CompiledChangeTest, _ settling: String, _ window: ClosedDateWindow?
  ) -> NodeResult {
    var outcome = NodeResult.unknown(reason)
    if withEvidence {
      outcome.missing = [missing(test.concept, reason: reason, settling: settling, window: window)]
    }
    return outcome
  }

  /// The results that the change is measured from: all of the chosen day.
  private func baselines(_ found: [ResolvedObservation], _ test: CompiledChangeTest)
    -> [ResolvedObservation]
  {
    switch test.baseline {
    case .earliestInPeriod:
      let day = found.map(\.dates.earliest).min()
      return found.filter { $0.dates.earliest == day }
    case .previous:
      let day = found.map(\.dates.earliest).max()
      return found.filter { $0.dates.earliest == day }
    case .best:
      // A value that is not exact may be the best one: all of them are looked at then.
      let values = found.compactMap { $0.problem == nil ? $0.value?.point : nil }
      guard values.count == found.count,
        let best = test.direction == .decrease ? values.max() : values.min()
      else { return found }
      return found.filter { $0.value?.point == best }
    }
  }

  private func change(
    from baseline: ResolvedObservation, to later: ResolvedObservation, _ test: CompiledChangeTest
  ) -> NodeResult {
    if let problem = baseline.problem ?? later.problem { return .unknown(problem) }
    guard let before = baseline.value, let after = later.value else { return .unknown("NO_VALUE") }
    guard test.isAbsolute || before.isPositive else { return .unknown("BASELINE_ZERO") }
    guard let hundredth = ExactRational(ratioText: "1/100") else { return .unknown("NO_VALUE") }
    // after - before >= amount, or after >= (1 + amount / 100) x before; and their mirror images.
    let share = test.amount * hundredth
    let isRise = test.direction == .increase
    let reference: ExactInterval
    if test.isAbsolute {
      reference = before.adding(ExactInterval(isRise ? test.amount : -test.amount))
    } else {
      let factor = isRise ? ExactRational.one + share : ExactRational.one - share
      reference = factor.signum > 0 ? before.scaled(by: factor) : ExactInterval(.zero)
    }
    let mirrored: ComparisonOperator =
      switch test.comparison {
      case .greaterOrEqual: isRise ? .greaterOrEqual : .lessOrEqual
      default: isRise ? .greater : .less
      }
    var outcome = NodeResult(after.compare(mirrored, reference))
    if withEvidence {
      outcome.evidence = [
        evidence(baseline, limit: "baseline"), evidence(later, limit: limitText(test)),
      ]
    }
    return outcome
  }
}
