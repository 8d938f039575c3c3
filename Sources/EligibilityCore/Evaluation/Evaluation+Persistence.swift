extension Evaluation {
  /// Findings that are positive again: antibodies whose persistence counts (Miyakis 2006).
  func evaluatePersistence(_ test: CompiledPersistenceTest) -> NodeResult {
    let settling = persistenceText(test)
    var outcome = NodeResult(.unknown)
    var truths: [Truth] = []
    for (position, concept) in test.concepts.enumerated() {
      let results = facts.observations(of: concept).filter {
        $0.dates.isOnOrBefore(indexDate) != .false
      }
      guard !results.isEmpty else { continue }
      let single = persists(results, position, test, settling)
      truths.append(single.truth)
      outcome.adopt(single, withEvidence: withEvidence)
    }
    guard !truths.isEmpty else { return noResult(test.concepts, settling, nil) }
    outcome.truth = Truth.any(truths)
    if outcome.truth == .false, !isReviewed(.laboratory) {
      outcome.truth = .unknown
      outcome.addReason("NOT_REVIEWED")
    }
    if outcome.truth.isKnown {
      outcome.reasons = []
      outcome.missing = []
    } else if withEvidence, outcome.missing.isEmpty {
      outcome.missing = test.concepts.prefix(1).map {
        var fact = missing($0, reason: outcome.reasons.first ?? "NO_RESULT", settling: settling)
        if outcome.reasons.contains("NOT_REVIEWED") { fact.section = .laboratory }
        return fact
      }
    }
    return outcome
  }

  /// The results that the test asks for, for reading.
  func persistenceText(_ test: CompiledPersistenceTest) -> String {
    let times = "\(test.count) x POSITIVE\(test.aboveText.isEmpty ? "" : " (\(test.aboveText))")"
    if let apart = test.apart { return "\(times), \(apart) apart" }
    return test.within.map { "\(times) within \($0)" } ?? times
  }

  private func persists(
    _ results: [ResolvedObservation], _ position: Int, _ test: CompiledPersistenceTest,
    _ settling: String
  ) -> NodeResult {
    var outcome = NodeResult(.unknown)
    var certain: [DateRange] = []
    var possible: [DateRange] = []
    for result in results {
      let (truth, reason) = isPositive(result, position, test)
      if truth == .true, result.dates.latest <= indexDate { certain.append(result.dates) }
      if truth != .false { possible.append(result.dates) }
      if truth == .unknown { outcome.addReason(reason) }
      if withEvidence { outcome.evidence.append(evidence(result, limit: limit(settling))) }
    }
    let sure = suffices(certain, test, isCertain: true)
    let maybe = suffices(possible, test, isCertain: false)
    outcome.truth = sure ? .true : maybe ? .unknown : .false
    if outcome.truth == .unknown, outcome.reasons.isEmpty { outcome.addReason("DATE_UNCERTAIN") }
    return outcome
  }

  /// Whether so many of the dates lie far enough apart, or close enough together.
  private func suffices(_ dates: [DateRange], _ test: CompiledPersistenceTest, isCertain: Bool)
    -> Bool
  {
    guard dates.count >= test.count else { return false }
    if let apart = test.apart {
      let first = dates.map { isCertain ? $0.latest : $0.earliest }.min()
      let last = dates.map { isCertain ? $0.earliest : $0.latest }.max()
      guard let first, let last, let needed = apart.after(first) else { return false }
      return needed <= last
    }
    guard let within = test.within else { return false }
    let starts = dates.map { isCertain ? $0.earliest : $0.latest }.sorted()
    let ends = dates.map { isCertain ? $0.latest : $0.earliest }.sorted()
    for index in 0...(dates.count - test.count) {
      guard let limit = within.after(starts[index]) else { continue }
      if ends[index + test.count - 1] <= limit { return true }
    }
    return false
  }

  private func isPositive(
    _ observation: ResolvedObservation, _ position: Int, _ test: CompiledPersistenceTest
  ) -> (Truth, String) {
    let fact = snapshot.observations[observation.index]
    if let problem = observation.problem { return (.unknown, problem.rawValue) }
    var byFinding = Truth.unknown
    switch fact.finding {
    case .positive, .detected: byFinding = .true
    case .negative, .notDetected: byFinding = .false
    case .indeterminate: return (.unknown, "INDETERMINATE")
    case nil: break
    }
    guard test.needsAmount else { return (byFinding, "NO_FINDING") }
    if byFinding == .false { return (.false, "") }
    guard let value = observation.value else { return (.unknown, "NO_TITRE") }
    var truths: [Truth] = []
    if let above = test.above { truths.append(value.compare(.greater, above[position])) }
    if test.abovePercentile99, let limit = records.referenceRange(of: fact)?.percentile99,
      let highest = concept(observation.concept).canonical(limit, in: records)
    {
      truths.append(value.compare(.greater, highest))
    }
    guard !truths.isEmpty else { return (.unknown, "NO_PERCENTILE") }
    return (Truth.any(truths), "CENSORED_VALUE")
  }
}
