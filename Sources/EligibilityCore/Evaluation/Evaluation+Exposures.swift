extension Evaluation {
  /// Exposure to a medicine of a set.
  func evaluateExposure(_ test: CompiledExposureTest) -> NodeResult {
    var anchor = DateRange(indexDate)
    var anchorInstant: Instant?
    if let concept = test.anchorConcept {
      let selection = select([concept], in: nil) { _ in true }
      guard let first = selection.candidates.first else {
        return noResult([concept], "", nil)
      }
      let dates = selection.candidates.map(\.dates)
      anchor =
        DateRange(
          earliest: dates.map(\.earliest).min() ?? first.dates.earliest,
          latest: dates.map(\.latest).max() ?? first.dates.latest)
        ?? first.dates
      if selection.candidates.count == 1 {
        anchorInstant = facts.observations[first.place].instant
      }
    }
    return exposed(test, anchor, anchorInstant)
  }

  private func exposed(
    _ test: CompiledExposureTest, _ anchor: DateRange, _ anchorInstant: Instant?
  ) -> NodeResult {
    var outcome = NodeResult(.false)
    var unknown = NodeResult(.unknown)
    var open: NodeResult?
    var turns: [Turning] = []
    var hasUnknown = false
    for exposure in facts.medications {
      let belongs = membership(exposure, test.drugSet)
      let isOpen = test.openSet.map { exposure.concept.sets.contains($0) } ?? false
      guard belongs != .false || isOpen else { continue }
      var (truth, reason) = counts(exposure, test, anchor, anchorInstant)
      guard truth != .false else { continue }
      if belongs == .false, isOpen {
        truth = .unknown
        if reason.isEmpty { reason = "OPEN_LIST" }
      } else if belongs == .unknown {
        truth = .unknown
        reason = exposure.problem?.rawValue ?? "CODE_UNKNOWN"
      }
      if truth == .true {
        outcome.truth = .true
        if withEvidence { outcome.show(evidence(exposure, test)) }
        turns.append(turning(exposure, test))
      } else {
        hasUnknown = true
        if reason == "OPEN_LIST" {
          open = open ?? NodeResult.unknown("OPEN_LIST")
          if withEvidence { open?.show(evidence(exposure, test)) }
        } else {
          unknown.addReason(reason.isEmpty ? "DATE_UNCERTAIN" : reason)
          if withEvidence { unknown.show(evidence(exposure, test)) }
        }
      }
    }
    if outcome.truth == .true {
      outcome.turns = turns.dropFirst().reduce(turns.first) { $0?.and($1) }
      return outcome
    }
    if hasUnknown {
      if let open { unknown.adopt(open, withEvidence: withEvidence) }
      if withEvidence, unknown.missing.isEmpty {
        unknown.missing = [exposureMissing(test, unknown.reasons.first ?? "", anchor)]
      }
      return unknown
    }
    return absent(test, anchor)
  }

  /// No record: "no" only where the medicines were reviewed.
  private func absent(_ test: CompiledExposureTest, _ anchor: DateRange) -> NodeResult {
    if isReviewed(.medications) { return NodeResult(.false) }
    var outcome = NodeResult.unknown("NOT_REVIEWED")
    if withEvidence { outcome.missing = [exposureMissing(test, "NOT_REVIEWED", anchor)] }
    return outcome
  }

  private func exposureMissing(
    _ test: CompiledExposureTest, _ reason: String, _ anchor: DateRange
  ) -> MissingFact {
    var fact = missingReview(.medications, catalogue.setIDs[test.drugSet])
    fact.reason = reason
    let window = test.window?.window(
      endingOn: anchor.latest, bounds: program.engine.windowBounds)
    fact.notBefore = window?.start
    fact.notAfter = window?.end
    return fact
  }

  /// Whether a medicine belongs to a set.
  func membership(_ exposure: ResolvedMedication, _ set: Int) -> Truth {
    if exposure.problem == .codeConflict { return .unknown }
    if exposure.concept.sets.contains(set) {
      return exposure.problem == nil ? .true : .unknown
    }
    return exposure.concept.isUnderstood ? .false : .unknown
  }

  /// Whether an exposure counts, and where it is not known, why.
  func counts(
    _ exposure: ResolvedMedication, _ test: CompiledExposureTest, _ anchor: DateRange,
    _ anchorInstant: Instant?
  ) -> (Truth, String) {
    let time = isInTime(exposure, test, anchor, anchorInstant)
    if time == .false { return (.false, "") }
    var truth = time
    var reason = time == .unknown ? (exposure.isDated ? "DATE_UNCERTAIN" : "NO_DATE") : ""
    if test.systemicOnly {
      let route = snapshot.medications[exposure.index].route
      let systemic = route?.isSystemic ?? .unknown
      if systemic == .false { return (.false, "") }
      if systemic == .unknown {
        truth = .unknown
        reason = route == nil ? "ROUTE_NOT_RECORDED" : "ROUTE_UNDECIDED"
      }
    }
    if test.targetPurposeOnly {
      let (purpose, why) = isForTarget(snapshot.medications[exposure.index], test)
      if purpose == .false { return (.false, "") }
      if purpose == .unknown {
        truth = .unknown
        reason = why
      }
    }
    return (truth, reason)
  }

  private func isInTime(
    _ exposure: ResolvedMedication, _ test: CompiledExposureTest, _ anchor: DateRange,
    _ anchorInstant: Instant?
  ) -> Truth {
    if let anchorInstant, let start = exposure.startInstant, start > anchorInstant {
      return .false
    }
    var truth = exposure.start.isOnOrBefore(anchor)
    guard let window = test.window else { return truth }
    guard
      let first = window.window(endingOn: anchor.earliest, bounds: program.engine.windowBounds),
      let last = window.window(endingOn: anchor.latest, bounds: program.engine.windowBounds),
      let starts = DateRange(earliest: first.start, latest: last.start)
    else { return .unknown }
    if let end = exposure.end { truth = truth.and(starts.isOnOrBefore(end)) }
    return truth
  }

  /// Whether a medicine is given for the target disease, by its purpose or by its indications. A purpose
  /// that is another one contradicts an indication that is the disease.
  private func isForTarget(_ fact: MedicationRecord, _ test: CompiledExposureTest)
    -> (Truth, String)
  {
    if fact.purpose == .targetDisease { return (.true, "") }
    let unrecorded: (Truth, String) =
      fact.purpose == .other ? (.false, "") : (.unknown, "PURPOSE_NOT_RECORDED")
    guard let set = test.targetDiseases, !fact.indications.isEmpty else { return unrecorded }
    let indications = records.indications(of: fact).map {
      catalogue.resolve($0, in: records, inputs.places)
    }
    if indications.contains(where: { $0.sets.contains(set) }) {
      return fact.purpose == .other ? (.unknown, "CONFLICT") : (.true, "")
    }
    return indications.allSatisfy(\.isUnderstood) ? (.false, "") : unrecorded
  }

  /// When the exposure leaves the window.
  private func turning(_ exposure: ResolvedMedication, _ test: CompiledExposureTest) -> Turning {
    guard let window = test.window else { return .never }
    guard let last = exposure.end?.latest, !exposure.isEndOpen else {
      return .after("AFTER_LAST_DOSE \(window.passingGap(program.engine.windowBounds))")
    }
    return window.firstPassingDate(afterEvent: last, bounds: program.engine.windowBounds)
      .map { .on($0) } ?? .never
  }

  func evidence(_ exposure: ResolvedMedication, _ test: CompiledExposureTest) -> EvidenceNote {
    evidence(exposure, limit: test.limitText.isEmpty ? .none : limit(test.limitText))
  }

  /// Evidence of a medicine.
  func evidence(_ exposure: ResolvedMedication, limit: LimitText = .none) -> EvidenceNote {
    EvidenceNote(
      exposure.end == nil ? .ongoingMedication : .medication, exposure.index,
      concept: exposure.concept.concept, limit: limit)
  }

  // MARK: Results that a medicine makes invalid

  /// Whether results are valid, and why where that is not known.
  struct Validity {
    /// By the result's index in the snapshot.
    var of: ((Int) -> Truth)?
    var unknown: NodeResult?
  }

  /// Judges the results of some concepts by a medicine given before them.
  func validity(_ rule: CompiledInvalidAfter?, _ concepts: [Int]) -> Validity {
    guard let rule else { return Validity() }
    let test = CompiledExposureTest(
      drugSet: rule.drugSet, window: rule.window, anchorConcept: concepts.first,
      systemicOnly: false, targetPurposeOnly: false, targetDiseases: nil, openSet: nil)
    var byIndex: [Int: Truth] = [:]
    var unknown: NodeResult?
    for place in facts.places(of: concepts) {
      let observation = facts.observations[Int(place)]
      let outcome = exposed(test, observation.dates, observation.instant)
      byIndex[observation.index] = !outcome.truth
      if outcome.truth == .unknown { unknown = outcome }
    }
    return Validity(of: { byIndex[$0] ?? .true }, unknown: unknown)
  }
}

extension CalendarPeriod {
  /// How long after the last event the window is left, for reading.
  func passingGap(_ bounds: WindowBounds) -> String {
    switch unit {
    case .days where bounds == .closed: "\(count + 1) d"
    case .weeks: bounds == .closed ? "\(count * 7 + 1) d" : "\(count * 7) d"
    default: description
    }
  }
}
