/// The moments that the planned infusion may take place at: one where it is given, else any of its day.
private struct InfusionTime {
  var earliest: Instant
  var latest: Instant
}

extension Evaluation {
  /// The equivalent daily dose in the hours before the infusion (stage two, exclusion 2).
  ///
  /// Timed doses count by any 24 hours, dated ones by calendar day; timed doses of a day add to what is
  /// dated on it. A day that is only partly inside may or may not have given its dose inside.
  mutating func evaluateInfusionDose(_ test: CompiledDailyDoseTest) -> NodeResult {
    guard let infusion = infusionTime(),
      let begin = infusion.earliest.adding(seconds: -Int64(test.window.count) * 3_600),
      let first = zone.date(of: begin), let last = zone.date(of: infusion.latest)
    else { return .unknown("DATE_UNCERTAIN") }
    var outcome = NodeResult(.unknown)
    let window = ClosedDateWindow(start: first, end: last)
    let sources = doseSources(test, window, &outcome).compactMap {
      placed($0, infusion, test.window.count)
    }
    var largest = DoseRange(.zero)
    var lastOver: Instant?
    func take(_ dose: DoseRange, until end: Instant) {
      largest = larger(largest, dose)
      if dose.compare(test) != .false { lastOver = max(lastOver ?? end, end) }
    }
    let byPrescription = byPrescription(sources)
    let timed = self.byPrescription(sources.filter { $0.isTimed })
    var day = first
    while day <= last {
      var dose = total(on: day, byPrescription, test)
      if !isWhole(day, infusion, test.window.count) {
        dose.lower = total(on: day, timed, test).lower
      }
      let hasDated = sources.contains { !$0.isTimed && touches($0, day) != .false }
      take(dose, until: hasDated ? endOfDay(day) : lastTimed(sources, on: day) ?? endOfDay(day))
      guard let next = day.adding(days: 1) else { break }
      day = next
    }
    if test.rule == .rolling24Hours {
      for (end, dose) in rollingSums(sources) { take(dose, until: end) }
    }
    let isOpen = !isReviewed(.medications)
    if isOpen { largest.upper = nil }
    outcome.truth = largest.compare(test)
    explain(&outcome, sources, largest, test, window, isOpen: isOpen)
    if outcome.truth == .true {
      outcome.turns = infusionTurning(lastOver, sources, test)
    }
    return outcome
  }

  private func infusionTime() -> InfusionTime? {
    if let planned = parameters.plannedInfusionTime, planned.precision == .instant {
      let instant = planned.instants(in: zone).earliest
      return InfusionTime(earliest: instant, latest: instant)
    }
    return InfusionTime(earliest: zone.instant(startOf: indexDate), latest: endOfDay(indexDate))
  }

  private func endOfDay(_ day: CalendarDate) -> Instant {
    let next = day.adding(days: 1).map { zone.instant(startOf: $0).seconds }
    return Instant(seconds: (next ?? zone.instant(startOf: day).seconds + 86_400) - 1)
  }

  /// A source as it counts: a timed dose outside the hours does not, one that may be inside perhaps does.
  private func placed(_ source: DoseSource, _ infusion: InfusionTime, _ hours: Int) -> DoseSource? {
    guard source.isTimed, let time = source.exposure.startInstant,
      let sureStart = infusion.latest.adding(seconds: -Int64(hours) * 3_600),
      let mayStart = infusion.earliest.adding(seconds: -Int64(hours) * 3_600)
    else { return source }
    if time < mayStart || time > infusion.latest { return nil }
    var placed = source
    if time < sureStart || time > infusion.earliest { placed.counts = source.counts.and(.unknown) }
    return placed
  }

  /// Whether a whole day certainly lies inside the hours.
  private func isWhole(_ day: CalendarDate, _ infusion: InfusionTime, _ hours: Int) -> Bool {
    guard let start = infusion.latest.adding(seconds: -Int64(hours) * 3_600) else { return false }
    return zone.instant(startOf: day) >= start && endOfDay(day) <= infusion.earliest
  }

  private func lastTimed(_ sources: [DoseSource], on day: CalendarDate) -> Instant? {
    sources.filter { $0.isTimed && $0.exposure.start.day == day }
      .compactMap(\.exposure.startInstant).max()
  }

  /// The sum of the timed doses in the 24 hours up to each of them; one that was given exactly 24 hours
  /// before belongs to the day before.
  private func rollingSums(_ sources: [DoseSource]) -> [(end: Instant, dose: DoseRange)] {
    let events = sources.compactMap { source -> (time: Instant, dose: DoseRange)? in
      guard source.isTimed, let time = source.exposure.startInstant else { return nil }
      var dose = source.dose ?? DoseRange(lower: .init(.zero, isIncluded: true), upper: nil)
      if source.counts != .true { dose.lower = .init(.zero, isIncluded: true) }
      return (time, dose)
    }.sorted { $0.time < $1.time }
    var result: [(end: Instant, dose: DoseRange)] = []
    var first = 0
    for (index, event) in events.enumerated() {
      while let end = events[first].time.adding(seconds: 86_400), end <= event.time { first += 1 }
      let sum = events[first...index].reduce(DoseRange(.zero)) { $0.adding($1.dose) }
      result.append((event.time, sum))
    }
    return result
  }

  private func explain(
    _ outcome: inout NodeResult, _ sources: [DoseSource], _ value: DoseRange,
    _ test: CompiledDailyDoseTest, _ window: ClosedDateWindow, isOpen: Bool
  ) {
    let settling = "\(test.comparison.symbol) \(test.limitText) \(test.unit)/d"
    if withEvidence {
      outcome.evidence = sources.map { evidence($0.exposure) }
      outcome.evidence.append(doseEvidence(value, [], test, settling))
    }
    guard outcome.truth == .unknown else {
      outcome.reasons = []
      return
    }
    if outcome.reasons.isEmpty { outcome.addReason(isOpen ? "NOT_REVIEWED" : "TIME_UNCERTAIN") }
    if withEvidence { outcome.missing = [doseMissing(test, window, outcome.reasons[0])] }
  }

  private func infusionTurning(
    _ lastOver: Instant?, _ sources: [DoseSource], _ test: CompiledDailyDoseTest
  ) -> Turning? {
    let ongoing = byPrescription(sources.filter { $0.exposure.end == nil })
    if total(on: indexDate, ongoing, test).compare(test) != .false {
      return .after("AFTER_LAST_DOSE_OVER_LIMIT \(test.window)")
    }
    return lastOver?.adding(seconds: Int64(test.window.count) * 3_600).map { .at($0) }
  }
}

extension DoseSource {
  /// Whether it is one dose at a known time.
  fileprivate var isTimed: Bool { !isRegimen && exposure.startInstant != nil }
}
