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
  func evaluateInfusionDose(_ test: CompiledDailyDoseTest) -> NodeResult {
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
    let byPrescription = byPrescription(sources)
    let timed = self.byPrescription(sources.filter { $0.isTimed })
    var day = first
    while day <= last {
      var dose = total(on: day, byPrescription, test)
      if !isWhole(day, infusion, test.window.count) {
        dose.lower = total(on: day, timed, test).lower
      }
      largest = larger(largest, dose)
      guard let next = day.adding(days: 1) else { break }
      day = next
    }
    if test.rule == .rolling24Hours {
      largest = rollingSums(sources).reduce(largest, larger)
    }
    let isOpen = !isReviewed(.medications)
    if isOpen { largest.upper = nil }
    outcome.truth = largest.compare(test)
    explain(&outcome, sources, largest, test, window, isOpen: isOpen)
    if outcome.truth == .true, !isDoseProbe {
      outcome.turns = infusionTurning(sources, test)
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
    let isClosed = program.engine.windowBounds == .closed
    func isBefore(_ start: Instant) -> Bool { isClosed ? time < start : time <= start }
    if isBefore(mayStart) || time > infusion.latest { return nil }
    var placed = source
    if isBefore(sureStart) || time > infusion.earliest {
      placed.counts = source.counts.and(.unknown)
    }
    return placed
  }

  /// Whether a whole day certainly lies inside the hours.
  private func isWhole(_ day: CalendarDate, _ infusion: InfusionTime, _ hours: Int) -> Bool {
    guard let start = infusion.latest.adding(seconds: -Int64(hours) * 3_600) else { return false }
    let first = zone.instant(startOf: day)
    let isInside = program.engine.windowBounds == .closed ? first >= start : first > start
    return isInside && endOfDay(day) <= infusion.earliest
  }

  /// The sum of the timed doses in the 24 hours up to each of them; one that was given exactly 24 hours
  /// before belongs to the day before.
  private func rollingSums(_ sources: [DoseSource]) -> [DoseRange] {
    let events = sources.compactMap { source -> (time: Instant, dose: DoseRange)? in
      guard source.isTimed, let time = source.exposure.startInstant else { return nil }
      var dose = source.dose ?? DoseRange(lower: .init(.zero, isIncluded: true), upper: nil)
      if source.counts != .true { dose.lower = .init(.zero, isIncluded: true) }
      return (time, dose)
    }.sorted { $0.time < $1.time }
    let sums = RunningSums(events.map(\.dose))
    var result: [DoseRange] = []
    var first = 0
    for (index, event) in events.enumerated() {
      while let end = events[first].time.adding(seconds: 86_400), end <= event.time { first += 1 }
      result.append(sums.sum(of: first...index))
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
      outcome.evidence.append(note(doseEvidence(value, [], test, settling)))
    }
    guard outcome.truth == .unknown else {
      outcome.reasons = []
      return
    }
    if outcome.reasons.isEmpty { outcome.addReason(isOpen ? "NOT_REVIEWED" : "TIME_UNCERTAIN") }
    if withEvidence { outcome.missing = [doseMissing(test, window, outcome.reasons[0])] }
  }

  /// The first moment after which the infusion would find no dose over the limit, with all that the
  /// snapshot knows: a moment at which one of the doses has left the hours.
  private func infusionTurning(_ sources: [DoseSource], _ test: CompiledDailyDoseTest) -> Turning? {
    let ongoing = byPrescription(sources.filter { $0.exposure.end == nil })
    if total(on: indexDate, ongoing, test).compare(test) != .false {
      return .after("AFTER_LAST_DOSE_OVER_LIMIT \(test.window)")
    }
    guard let now = infusionTime()?.earliest else { return nil }
    let times = snapshot.medications.filter(\.status.counts).flatMap { [$0.start, $0.end] }
    let moments = times.compactMap { time in
      time?.instants(in: zone).latest.adding(seconds: Int64(test.window.count) * 3_600)
    }
    let ahead = Set(moments.map(\.seconds)).filter { $0 >= now.seconds }
    for moment in ahead.sorted().prefix(Self.maximumMoments) {
      if passes(at: Instant(seconds: moment + 1), test) { return .at(Instant(seconds: moment)) }
    }
    return nil
  }

  /// Moments that are tried, in order.
  private static let maximumMoments = 32

  private func passes(at moment: Instant, _ test: CompiledDailyDoseTest) -> Bool {
    guard let day = zone.date(of: moment), let time = try? ClinicalTime(parsing: moment.description)
    else { return false }
    var later = parameters
    later.indexDate = day
    later.plannedInfusionTime = time
    let run = Evaluation(probeOf: self, later)
    run.isDoseProbe = true
    return run.evaluateInfusionDose(test).truth == .false
  }
}

extension DoseSource {
  /// Whether it is one dose at a known time.
  fileprivate var isTimed: Bool { !isRegimen && exposure.startInstant != nil }
}

/// Sums of doses from the first one on, so that the sum of any stretch is a difference.
private struct RunningSums {
  private var lowers: [ExactRational] = [.zero]
  private var uppers: [ExactRational] = [.zero]
  /// How many ends do not belong, and how many upper ends there are none of.
  private var openLowers = [0]
  private var openUppers = [0]
  private var unbounded = [0]

  init(_ doses: [DoseRange]) {
    func add(_ value: ExactRational, to sums: inout [ExactRational]) {
      sums.append((sums.last ?? .zero) + value)
    }
    func count(_ isCounted: Bool, in counts: inout [Int]) {
      counts.append((counts.last ?? 0) + (isCounted ? 1 : 0))
    }
    for dose in doses {
      add(dose.lower?.value ?? .zero, to: &lowers)
      add(dose.upper?.value ?? .zero, to: &uppers)
      count(dose.lower?.isIncluded == false, in: &openLowers)
      count(dose.upper?.isIncluded == false, in: &openUppers)
      count(dose.upper == nil, in: &unbounded)
    }
  }

  func sum(of stretch: ClosedRange<Int>) -> DoseRange {
    let (first, next) = (stretch.lowerBound, stretch.upperBound + 1)
    let upper = DoseRange.End(
      uppers[next] - uppers[first], isIncluded: openUppers[next] == openUppers[first])
    return DoseRange(
      lower: .init(
        lowers[next] - lowers[first], isIncluded: openLowers[next] == openLowers[first]),
      upper: unbounded[next] == unbounded[first] ? upper : nil)
  }
}
