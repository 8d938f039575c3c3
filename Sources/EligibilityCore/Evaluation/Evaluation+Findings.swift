extension Evaluation {
  /// A qualitative finding.
  func evaluateFinding(
    _ test: CompiledFindingTest, _ criterion: CompiledCriterion
  ) -> NodeResult {
    let window = window(test.window)
    let settling = test.expectsPositive ? "POSITIVE" : "NEGATIVE"
    if test.ever { return evaluateEverFinding(test, settling, window) }
    var selection = select(test.concepts, in: window, latestOnly: test.latestOnly) {
      accepts($0, test)
    }
    var unaccepted: String?
    if selection.isEmpty, !test.methods.isEmpty || !test.specimens.isEmpty {
      let others = select(test.concepts, in: window, latestOnly: test.latestOnly) { _ in true }
      unaccepted = others.candidates.first.map { refusal(facts.observations[$0.place], test) }
      if unaccepted == nil { selection = others }
    }
    if let unaccepted {
      var outcome = NodeResult.unknown(unaccepted)
      if withEvidence {
        outcome.missing = test.concepts.prefix(1).map {
          missing($0, reason: unaccepted, settling: settling, window: window)
        }
      }
      return outcome
    }
    guard !selection.isEmpty else { return noResult(test.concepts, settling, window) }
    var outcome = NodeResult(.unknown)
    for position in selection.candidates.indices {
      let place = selection.candidates[position].place
      let single = read(facts.observations[place], test)
      selection.candidates[position].truth = single.truth
      outcome.adopt(single, withEvidence: withEvidence)
    }
    // A qualitative test has its own rule for one day: the worst decides, whichever way it is used.
    let worst: Polarity = criterion.polarity == .mixed ? worstIsPositive(test) : criterion.polarity
    let (truth, reason) = fold(selection, worst, criterion.reportedID)
    outcome.truth = truth
    if truth.isKnown {
      outcome.reasons = []
      outcome.missing = []
    } else if let reason {
      outcome.addReason(reason)
    }
    if truth == .unknown, withEvidence, outcome.missing.isEmpty {
      let why = outcome.reasons.first ?? "NO_RESULT"
      outcome.missing = test.concepts.prefix(1).map {
        missing($0, reason: why, settling: settling, window: window)
      }
    }
    if truth.isKnown { flagStale(selection, test, criterion) }
    return outcome
  }

  private func worstIsPositive(_ test: CompiledFindingTest) -> Polarity {
    test.expectsPositive ? .falseFavours : .trueFavours
  }

  private func evaluateEverFinding(
    _ test: CompiledFindingTest, _ settling: String, _ window: ClosedDateWindow?
  ) -> NodeResult {
    var truths: [Truth] = []
    var outcome = NodeResult(.unknown)
    for place in facts.places(of: test.concepts) {
      let observation = facts.observations[Int(place)]
      guard accepts(observation.index, test) else { continue }
      var counts = observation.dates.isOnOrBefore(indexDate)
      if let window { counts = counts.and(observation.dates.isWithin(window)) }
      if counts == .false { continue }
      var single = read(observation, test)
      if counts == .unknown {
        single.truth = .unknown
        single.addReason(observation.isDated ? "DATE_UNCERTAIN" : "NO_DATE")
      }
      truths.append(single.truth)
      outcome.adopt(single, withEvidence: withEvidence)
    }
    guard !truths.isEmpty else { return noResult(test.concepts, settling, window) }
    outcome.truth = test.expectsPositive ? Truth.any(truths) : Truth.all(truths)
    if outcome.truth.isKnown { outcome.reasons = [] }
    return outcome
  }

  /// - Parameter index: of the result in the snapshot.
  private func accepts(_ index: Int, _ test: CompiledFindingTest) -> Bool {
    func isAmong(_ codes: [Coding], _ coding: Coding?) -> Bool {
      coding.map { codes.contains($0) } ?? false
    }
    let result = records.observations[index]
    return (test.methods.isEmpty || isAmong(test.methods, records.method(of: result)))
      && (test.specimens.isEmpty || isAmong(test.specimens, records.specimen(of: result)))
  }

  private func refusal(_ observation: ResolvedObservation, _ test: CompiledFindingTest) -> String {
    let fact = snapshot.observations[observation.index]
    if !test.methods.isEmpty, !(records.method(of: fact).map { test.methods.contains($0) } ?? false)
    {
      return fact.method == nil ? "METHOD_NOT_RECORDED" : "METHOD_NOT_ACCEPTED"
    }
    return fact.specimen == nil ? "SPECIMEN_NOT_RECORDED" : "SPECIMEN_NOT_ACCEPTED"
  }

  /// What one result says.
  private func read(
    _ observation: ResolvedObservation, _ test: CompiledFindingTest
  ) -> NodeResult {
    if let problem = observation.problem { return .unknown(problem.rawValue) }
    var isPositive: Truth?
    switch snapshot.observations[observation.index].finding {
    case .positive, .detected: isPositive = .true
    case .negative, .notDetected: isPositive = .false
    case .indeterminate: return .unknown("INDETERMINATE")
    case nil: break
    }
    var limit = test.expectsPositive ? LimitText.positive : .negative
    if test.cutOffFromRange, let value = observation.value {
      let fact = snapshot.observations[observation.index]
      let byAmount = againstCutOff(value, fact, observation, &limit)
      if let known = isPositive {
        if byAmount.isKnown, byAmount != known {
          report(fact.id, "observations[\(observation.index)]", "CONFLICT")
          return .unknown("CONFLICT")
        }
      } else {
        isPositive = byAmount
        if byAmount == .unknown {
          return .unknown(
            records.referenceRange(of: fact)?.high == nil ? "NO_CUT_OFF" : "CENSORED_VALUE")
        }
      }
    }
    guard let isPositive else { return .unknown("NO_FINDING") }
    var outcome = NodeResult(test.expectsPositive ? isPositive : !isPositive)
    if withEvidence { outcome.evidence = [evidence(observation, limit: limit)] }
    return outcome
  }

  /// The laboratory's upper limit is the first positive value.
  private func againstCutOff(
    _ value: ExactInterval, _ fact: ObservationRecord, _ observation: ResolvedObservation,
    _ limit: inout LimitText
  ) -> Truth {
    guard let high = records.referenceRange(of: fact)?.high else { return .unknown }
    guard let cutOff = concept(observation.concept).canonical(high, in: records) else {
      report(
        fact.id, "observations[\(observation.index)].reference_range.high.unit", "UNIT_UNKNOWN")
      return .unknown
    }
    if withEvidence {
      limit = self.limit("cut-off \(high.text) \(records.text(high.unit))")
    }
    return value.compare(.greaterOrEqual, cutOff)
  }

  private func flagStale(
    _ selection: Selection, _ test: CompiledFindingTest, _ criterion: CompiledCriterion
  ) {
    guard let set = test.staleAfter,
      let tested = selection.candidates.map(\.dates.latest).max()
    else { return }
    for exposure in facts.medications where exposure.concept.sets.contains(set) {
      let last = exposure.end?.latest ?? indexDate
      if last >= tested {
        warn(
          "RESULT_BEFORE_LAST_DOSE",
          [records.text(snapshot.medications[exposure.index].id), "\(tested)"],
          criterion.reportedID)
      }
    }
  }
}
