/// Sums of doses by day: each is an interval, from what was certainly given to what may have been.
extension Evaluation {
  /// What each day of a window amounts to.
  func dailyDoses(
    _ sources: [DoseSource], _ window: ClosedDateWindow, _ test: CompiledDailyDoseTest
  ) -> [DoseDay] {
    // A mean takes a dose of an unknown day once, not on every day that it may belong to.
    let dated = test.rule == .meanDaily ? sources.filter { !$0.isOnUnknownDay } : sources
    let prescriptions = byPrescription(dated)
    // A day on which the same is given as on the day before amounts to the same.
    let areSteady = dated.allSatisfy { isSteady($0, test) }
    var given: [Truth] = []
    var days: [DoseDay] = []
    var day = window.start
    while day <= window.end {
      if areSteady, let last = days.last,
        dated.indices.allSatisfy({ touches(dated[$0], day) == given[$0] })
      {
        days.append(DoseDay(day: day, dose: last.dose))
      } else {
        if areSteady { given = dated.map { touches($0, day) } }
        days.append(DoseDay(day: day, dose: total(on: day, prescriptions, test)))
      }
      guard let next = day.adding(days: 1) else { break }
      day = next
    }
    return days
  }

  /// Whether a record amounts to the same on each day that it touches in the same way.
  private func isSteady(_ source: DoseSource, _ test: CompiledDailyDoseTest) -> Bool {
    let fact = snapshot.medications[source.exposure.index]
    if !source.isRegimen || fact.doseBasis == .perDay { return true }
    guard let frequency = fact.frequency else { return false }
    return test.rule == .meanDaily || frequency.daysBetween == nil
  }

  /// The records of each prescription, in the order of the snapshot.
  func byPrescription(_ sources: [DoseSource]) -> [[DoseSource]] {
    var position: [String: Int] = [:]
    var groups: [[DoseSource]] = []
    for source in sources {
      if let known = position[source.prescription] {
        groups[known].append(source)
      } else {
        position[source.prescription] = groups.count
        groups.append([source])
      }
    }
    return groups
  }

  /// What all prescriptions together amount to on a day. Recorded administrations of a prescription are
  /// summed and take the place of its regimen on their days; several regimens of one prescription are one
  /// regimen recorded again.
  func total(
    on day: CalendarDate, _ prescriptions: [[DoseSource]], _ test: CompiledDailyDoseTest
  ) -> DoseRange {
    var sum = DoseRange(.zero)
    for records in prescriptions {
      let administrations = records.filter { !$0.isRegimen && touches($0, day) != .false }
      let given = administrations.reduce(DoseRange(.zero)) { $0.adding(amount($1, on: day, test)) }
      let regimens = records.filter(\.isRegimen)
      if regimens.isEmpty || administrations.contains(where: { isCertain($0, on: day) }) {
        sum = sum.adding(given)
        continue
      }
      let prescribed = regimens.map { amount($0, on: day, test) }.reduce(DoseRange(.zero), larger)
      // It is not certain that an administration took the regimen's place.
      sum = sum.adding(administrations.isEmpty ? prescribed : prescribed.hull(given))
    }
    return sum
  }

  /// The larger of two doses, end by end.
  func larger(_ first: DoseRange, _ second: DoseRange) -> DoseRange {
    func end(_ one: DoseRange.End?, _ other: DoseRange.End?, ties: (Bool, Bool) -> Bool)
      -> DoseRange.End?
    {
      guard let one, let other else { return nil }
      if one.value == other.value {
        return DoseRange.End(one.value, isIncluded: ties(one.isIncluded, other.isIncluded))
      }
      return one.value < other.value ? other : one
    }
    return DoseRange(
      lower: end(first.lower, second.lower) { $0 && $1 },
      upper: end(first.upper, second.upper) { $0 || $1 })
  }

  func touches(_ source: DoseSource, _ day: CalendarDate) -> Truth {
    let exposure = source.exposure
    guard source.isRegimen else {
      return exposure.start.isWithin(ClosedDateWindow(start: day, end: day))
    }
    return exposure.start.isOnOrBefore(day).and(exposure.end?.isOnOrAfter(day) ?? .true)
  }

  private func isCertain(_ source: DoseSource, on day: CalendarDate) -> Bool {
    source.counts == .true && touches(source, day) == .true
  }

  /// What a record may add to a day.
  private func amount(
    _ source: DoseSource, on day: CalendarDate, _ test: CompiledDailyDoseTest
  ) -> DoseRange {
    guard touches(source, day) != .false else { return DoseRange(.zero) }
    let anything = DoseRange(lower: .init(.zero, isIncluded: true), upper: nil)
    let counts =
      source.isRegimen ? administrations(source, on: day, test) : ExactInterval(.one)
    guard let dose = source.dose, var amount = dose.multiplied(by: counts) else { return anything }
    if !isCertain(source, on: day) { amount.lower = .init(.zero, isIncluded: true) }
    return amount
  }

  /// How many doses a regimen gives on a day; on the average, where the mean of the window counts.
  private func administrations(
    _ source: DoseSource, on day: CalendarDate, _ test: CompiledDailyDoseTest
  ) -> ExactInterval {
    func between(_ low: Int, _ high: Int) -> ExactInterval {
      ExactInterval(from: ExactRational(low), to: ExactRational(high))
    }
    let fact = snapshot.medications[source.exposure.index]
    if fact.doseBasis == .perDay { return ExactInterval(.one) }
    guard let frequency = fact.frequency else {
      // The first and the last day are days on which it was given.
      let isGiven = [source.exposure.start.day, source.exposure.end?.day].contains(day)
      return between(isGiven ? 1 : 0, Self.mostAdministrations)
    }
    if test.rule == .meanDaily { return average(frequency) }
    switch frequency.unit {
    case .hour:
      let perDay = 24 * frequency.times
      let low = perDay / frequency.period
      return between(low, perDay % frequency.period == 0 ? low : low + 1)
    case .day, .week:
      let period = frequency.unit == .week ? frequency.period * 7 : frequency.period
      if period == 1 { return between(frequency.times, frequency.times) }
      if frequency.times == 1, let start = source.exposure.start.day {
        return ExactInterval(start.days(until: day) % period == 0 ? .one : .zero)
      }
      return between(0, frequency.times)
    case .month: return between(0, frequency.times)
    }
  }

  /// Administrations of a day that may be, where no frequency is recorded.
  private static let mostAdministrations = 48

  private func average(_ frequency: Frequency) -> ExactInterval {
    func share(_ daysOfPeriod: Int, _ times: Int) -> ExactRational {
      ExactRational(times).dividing(by: ExactRational(max(1, daysOfPeriod))) ?? .zero
    }
    let (times, period) = (frequency.times, frequency.period)
    switch frequency.unit {
    case .hour: return ExactInterval(share(period, 24 * times))
    case .day: return ExactInterval(share(period, times))
    case .week: return ExactInterval(share(period * 7, times))
    case .month:
      return ExactInterval(from: share(period * 31, times), to: share(period * 28, times))
    }
  }

  /// Puts the days of a window together: its largest one, or their mean.
  func combine(
    _ days: [DoseDay], _ sources: [DoseSource], _ window: ClosedDateWindow,
    _ test: CompiledDailyDoseTest
  ) -> DoseRange {
    guard let first = days.first else { return DoseRange(.zero) }
    let floating = sources.filter(\.isOnUnknownDay).map { source -> DoseRange in
      var dose = source.dose ?? DoseRange(lower: .init(.zero, isIncluded: true), upper: nil)
      let isWithin = source.exposure.start.isWithin(window)
      if source.counts != .true || isWithin != .true { dose.lower = .init(.zero, isIncluded: true) }
      return dose
    }
    switch test.rule {
    case .maxDaily, .rolling24Hours:
      var largest = days.dropFirst().reduce(first.dose) { larger($0, $1.dose) }
      // Whichever day it was, that day had at least this dose.
      for dose in floating { largest.lower = larger(largest, dose).lower }
      return largest
    case .meanDaily:
      // On its day it may have taken the place of a regimen that is in the sum already.
      let regimens = Set(sources.filter(\.isRegimen).map(\.prescription))
      let once = zip(sources.filter(\.isOnUnknownDay), floating).map { source, dose in
        regimens.contains(source.prescription)
          ? DoseRange(lower: .init(.zero, isIncluded: true), upper: dose.upper) : dose
      }
      let sum = (days.map(\.dose) + once).reduce(DoseRange(.zero)) { $0.adding($1) }
      return ExactRational.one.dividing(by: ExactRational(days.count)).map { sum.scaled(by: $0) }
        ?? sum
    }
  }
}
