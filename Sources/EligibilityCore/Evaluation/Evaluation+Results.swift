extension Evaluation {
  /// A measured amount against a limit.
  func evaluateResult(
    _ test: CompiledResultTest, _ criterion: CompiledCriterion
  ) -> NodeResult {
    let window = window(test.window)
    let settling = test.limitText
    if test.ever { return evaluateEver(test, settling, window) }
    let valid = validity(test.invalidAfter, test.concepts)
    var selection = select(test.concepts, in: window, validity: valid.of) { _ in true }
    guard !selection.isEmpty else {
      return noResult(test.concepts, settling, window)
    }
    var outcome = NodeResult(.unknown)
    if selection.candidates.contains(where: { !$0.isCertain }), let why = valid.unknown {
      outcome.adopt(why, withEvidence: withEvidence)
    }
    for position in selection.candidates.indices {
      let place = selection.candidates[position].place
      let single = compare(facts.observations[place], test)
      selection.candidates[position].truth = single.truth
      outcome.adopt(single, withEvidence: withEvidence)
    }
    let (truth, reason) = fold(selection, criterion.polarity, criterion.reportedID)
    outcome.truth = truth
    if truth.isKnown {
      outcome.reasons = []
      outcome.missing = []
    } else if let reason {
      outcome.addReason(reason)
    }
    if truth == .unknown, withEvidence, outcome.missing.isEmpty {
      outcome.missing = test.concepts.prefix(1).map {
        missing(
          $0, reason: outcome.reasons.first ?? "NO_RESULT", settling: settling, window: window)
      }
    }
    return outcome
  }

  /// Nothing usable was recorded.
  func noResult(_ concepts: [Int], _ settling: String, _ window: ClosedDateWindow?) -> NodeResult {
    let isOutside = facts.hasObservations(of: concepts)
    let reason = isOutside ? "NO_RESULT_IN_WINDOW" : "NO_RESULT"
    var outcome = NodeResult.unknown(reason)
    if withEvidence {
      outcome.missing = concepts.prefix(1).map { concept in
        let ages = oldestDate(concept).map { ClosedDateWindow(start: $0, end: indexDate) }
        return missing(concept, reason: reason, settling: settling, window: window ?? ages)
      }
    }
    return outcome
  }

  /// The most favourable of all results: one that passes suffices, results that all fail decide.
  private func evaluateEver(
    _ test: CompiledResultTest, _ settling: String, _ window: ClosedDateWindow?
  ) -> NodeResult {
    var outcome = NodeResult(.unknown)
    var truths: [Truth] = []
    for place in facts.places(of: test.concepts) {
      let observation = facts.observations[Int(place)]
      var counts = observation.dates.isOnOrBefore(indexDate)
      if let window { counts = counts.and(observation.dates.isWithin(window)) }
      if counts == .false { continue }
      var single = compare(observation, test)
      if counts == .unknown {
        single.truth = .unknown
        single.addReason(observation.isDated ? "DATE_UNCERTAIN" : "NO_DATE")
      }
      truths.append(single.truth)
      outcome.adopt(single, withEvidence: withEvidence)
    }
    guard !truths.isEmpty else { return noResult(test.concepts, settling, window) }
    outcome.truth = Truth.any(truths)
    if outcome.truth.isKnown {
      outcome.reasons = []
      outcome.missing = []
    }
    return outcome
  }

  /// One result against the limit.
  private func compare(
    _ observation: ResolvedObservation, _ test: CompiledResultTest
  ) -> NodeResult {
    if let problem = observation.problem { return .unknown(problem.rawValue) }
    var outcome: NodeResult
    switch test.limit {
    case .values(let limits, _, _):
      guard let value = observation.value else { return .unknown("NO_VALUE") }
      guard let position = test.concepts.firstIndex(of: observation.concept) else {
        return .unknown("NO_VALUE")
      }
      outcome = NodeResult(value.compare(test.comparison, limits[position]))
      if withEvidence {
        outcome.evidence = [evidence(observation, limit: limit(test.limitText))]
      }
    case .ulnMultiple(let multiple, _):
      outcome = compareWithUpperLimit(observation, multiple, test)
    case .none: return .unknown("NO_LIMIT_SET")
    }
    if outcome.truth == .unknown, outcome.reasons.isEmpty { outcome.addReason("CENSORED_VALUE") }
    return outcome
  }

  /// The upper limit of normal is the one that came with this very result, in the unit that it states.
  private func compareWithUpperLimit(
    _ observation: ResolvedObservation, _ multiple: ExactRational, _ test: CompiledResultTest
  ) -> NodeResult {
    let definition = concept(observation.concept)
    let index = observation.index
    var label = test.limitText
    var upper: ExactRational?
    if let high = records.referenceRange(of: records.observations[index])?.high {
      func refused(_ field: String, _ reason: String) -> NodeResult {
        report(
          snapshot.observations[index].id, "observations[\(index)].reference_range.high.\(field)",
          reason)
        return .unknown(reason)
      }
      guard let value = definition.canonical(high, in: records) else {
        return refused("unit", "UNIT_UNKNOWN")
      }
      guard value.signum > 0 else { return refused("value", "ULN_NOT_POSITIVE") }
      upper = value
    }
    if test.censoredIsWithin, isCensoredWithin(snapshot.observations[index], upper) {
      // Whatever it is, it lies as low as the test could ask for.
      var outcome = NodeResult(
        Truth(test.comparison == .less || test.comparison == .lessOrEqual))
      if withEvidence { outcome.evidence = [evidence(observation, limit: limit(label))] }
      return outcome
    }
    guard let value = observation.value else { return .unknown("NO_VALUE") }
    if upper == nil, program.engine.usesSiteLimits {
      upper = siteUpperLimit(definition, on: observation.dates)
      if upper != nil { label += " of the site" }
    }
    guard let upper else {
      var outcome = NodeResult.unknown("NO_ULN")
      if withEvidence {
        var fact = missing(observation.concept, reason: "NO_ULN", settling: label)
        fact.concept = "\(definition.id).upper_limit_of_normal"
        fact.codings = []
        outcome.missing = [fact]
        outcome.evidence = [evidence(observation, limit: limit(label))]
      }
      return outcome
    }
    let limit = multiple * upper
    var outcome = NodeResult(value.compare(test.comparison, limit))
    if withEvidence {
      outcome.evidence = [
        evidence(
          observation,
          limit: self.limit(
            String(joining: label, " = ", limit.readableText, " ", definition.unit)))
      ]
    }
    return outcome
  }

  /// "Not detected", and "below a number" where no upper limit was given, are within the limit.
  private func isCensoredWithin(_ fact: ObservationRecord, _ upper: ExactRational?) -> Bool {
    guard let quantity = fact.quantity else {
      return fact.finding == .notDetected || fact.finding == .negative
    }
    guard upper == nil else { return false }
    return quantity.comparator == .lessThan || quantity.comparator == .lessOrEqual
  }

  /// The upper limit of the site's table for the patient on a day: one number for every age and sex that
  /// the patient may have.
  private func siteUpperLimit(_ concept: CompiledConcept, on dates: DateRange)
    -> ExactRational?
  {
    let ages = age(on: dates)
    let rows = site.upperLimits.filter { row in
      guard row.concept == concept.id else { return false }
      if let sex = row.sex, let recorded = snapshot.sexAtBirth, sex != recorded { return false }
      if row.fromAge == nil, row.toAge == nil { return true }
      guard let ages else { return true }
      return (row.fromAge.map { $0 <= ages.upperBound } ?? true)
        && (row.toAge.map { ages.lowerBound <= $0 } ?? true)
    }
    let limits = rows.map { row in
      concept.factor(of: row.limit.unit).map { row.limit.value.rational * $0 }
    }
    guard let first = limits.first, limits.allSatisfy({ $0 == first }) else { return nil }
    return first
  }

  /// True when a usable result exists.
  func evaluateMeasured(_ test: CompiledMeasuredTest) -> NodeResult {
    var window: ClosedDateWindow?
    if !test.notBefore.isEmpty {
      let earlier = select(test.notBefore, in: nil, latestOnly: true) { _ in true }
      if let first = earlier.candidates.map(\.dates.earliest).max() {
        window = ClosedDateWindow(start: first, end: indexDate)
      }
    }
    let valid = validity(test.invalidAfter, test.concepts)
    let selection = select(test.concepts, in: window, latestOnly: true, validity: valid.of) { _ in
      true
    }
    if !selection.candidates.isEmpty, !selection.candidates.contains(where: \.isCertain),
      let why = valid.unknown
    {
      return why
    }
    guard !selection.isEmpty else {
      return test.noneIsFalse ? NodeResult(.false) : noResult(test.concepts, "", window)
    }
    for candidate in selection.candidates {
      if let problem = facts.observations[candidate.place].problem {
        return .unknown(problem.rawValue)
      }
    }
    let isUsable = selection.candidates.contains {
      facts.observations[$0.place].value != nil
        || snapshot.observations[facts.observations[$0.place].index].finding != nil
    }
    guard isUsable else { return .unknown("NO_VALUE") }
    let isCertain = selection.candidates.contains(where: \.isCertain)
    return isCertain ? NodeResult(.true) : .unknown("DATE_UNCERTAIN")
  }
}
