extension Evaluation {
  /// The change from an earlier result to the latest one (criterion 5 of systemic sclerosis).
  func evaluateChange(_ test: CompiledChangeTest, _ criterion: CompiledCriterion)
    -> NodeResult
  {
    warn("PERIOD_IS_A_READING", ["\(test.period)"], criterion.reportedID)
    let settling = withEvidence ? changeText(test) : ""
    let latest = select([test.concept], in: nil, latestOnly: true) { _ in true }
    guard let first = latest.candidates.first else {
      return noResult([test.concept], settling, nil)
    }
    guard latest.isOneDay, let day = first.dates.day,
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
    guard found.allSatisfy({ $0.dates.isWithin(earlier) == .true }), areInOrder(found, test) else {
      return unsettled("DATE_UNCERTAIN", test, settling, earlier)
    }
    let later = latest.candidates.map { facts.observations[$0.place] }
    var outcome = change(from: baselines(found, test), to: later, test)
    if outcome.truth == .unknown, outcome.reasons == ["SAME_DAY_RESULTS_DISAGREE"],
      criterion.polarity != .mixed
    {
      // Exact results of one day: the worst for the patient counts.
      warn("SAME_DAY_RESULTS_DISAGREE", ["\(day)"], criterion.reportedID)
      outcome.truth = criterion.polarity == .falseFavours ? .true : .false
      outcome.reasons = []
    }
    if outcome.truth == .unknown, withEvidence, outcome.missing.isEmpty {
      let reason = outcome.reasons.first ?? "CENSORED_VALUE"
      outcome.missing = [
        missing(test.concept, reason: reason, settling: settling, window: earlier)
      ]
    }
    return outcome
  }

  /// The change that the test asks for, for reading.
  func changeText(_ test: CompiledChangeTest) -> String {
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

  /// Whether it is certain which of the results comes first, where the baseline is chosen by its day.
  private func areInOrder(_ found: [ResolvedObservation], _ test: CompiledChangeTest) -> Bool {
    if test.baseline == .best || found.count == 1 { return true }
    let ordered = found.map(\.dates).sorted { $0.earliest < $1.earliest }
    return zip(ordered, ordered.dropFirst()).allSatisfy { first, second in
      first == second ? first.day != nil : first.latest < second.earliest
    }
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

  /// The change between any of the baselines and any of the later results: known where all agree.
  private func change(
    from baselines: [ResolvedObservation], to later: [ResolvedObservation],
    _ test: CompiledChangeTest
  ) -> NodeResult {
    let all = baselines + later
    if let problem = all.lazy.compactMap(\.problem).first { return .unknown(problem.rawValue) }
    // A change grows with the one and falls with the other, so the outermost values decide for all.
    func hull(_ results: [ResolvedObservation]) -> ExactInterval? {
      results.dropFirst().reduce(results.first?.value) { whole, next in
        next.value.flatMap { whole?.hull($0) }
      }
    }
    guard let before = hull(baselines), let after = hull(later) else { return .unknown("NO_VALUE") }
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
    if outcome.truth == .unknown {
      let isExact = all.allSatisfy { $0.value?.point != nil }
      outcome.addReason(isExact ? "SAME_DAY_RESULTS_DISAGREE" : "CENSORED_VALUE")
    }
    if withEvidence {
      for (results, limit) in [(baselines, "baseline"), (later, changeText(test))] {
        if results.count > NodeResult.maximumEvidence / 2 { outcome.isCut = true }
        outcome.evidence += results.prefix(NodeResult.maximumEvidence / 2).map {
          evidence($0, limit: self.limit(limit))
        }
      }
    }
    return outcome
  }
}
