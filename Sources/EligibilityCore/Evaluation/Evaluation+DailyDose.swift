/// What a medicine may add to one day, in the table's reference unit.
private typealias DoseRange = ExactInterval

/// A dated dose or regimen within a daily-dose test.
private struct DoseSource {
  var exposure: ResolvedMedication
  var prescription: String
  /// The reference dose of one administration or one day; nil = not known.
  var dose: ExactRational?
  var isRegimen: Bool
}

extension Evaluation {
  /// The equivalent daily dose of a class of medicines over a look-back window (exclusion 13).
  ///
  /// Every day's sum is an interval: what was certainly given to what may have been given. Records of
  /// one prescription count once; recorded administrations replace the regimen of the same
  /// prescription on their days.
  mutating func evaluateDailyDose(_ test: CompiledDailyDoseTest) -> NodeResult {
    guard let window = window(test.window) else { return .unknown("DATE_UNCERTAIN") }
    var outcome = NodeResult(.unknown)
    let sources = doseSources(test, window, &outcome)
    let settling = "\(test.comparison.symbol) \(test.limitText) \(test.unit)/d"
    guard !sources.isEmpty else {
      if isReviewed(.medications) { return NodeResult(ExactInterval(.zero).compare(test)) }
      var unknown = NodeResult.unknown("NOT_REVIEWED")
      if withEvidence { unknown.missing = [doseMissing(test, window, "NOT_REVIEWED")] }
      return unknown
    }
    let prescriptions = byPrescription(sources)
    var days: [(day: CalendarDate, dose: DoseRange)] = []
    var day = window.start
    while day <= window.end {
      days.append((day, total(on: day, prescriptions, test)))
      guard let next = day.adding(days: 1) else { break }
      day = next
    }
    var value = combine(days.map(\.dose), test)
    if !isReviewed(.medications) {
      // Other medicines may have been taken: the sum is at least what was recorded.
      value.upper = nil
    }
    outcome.truth = value.compare(test)
    if withEvidence {
      outcome.evidence = sources.map { evidence($0.exposure) }
      outcome.evidence.append(doseEvidence(value, days, test, settling))
    }
    if outcome.truth == .unknown {
      if outcome.reasons.isEmpty {
        outcome.addReason(value.upper == nil ? "NOT_REVIEWED" : "DATE_UNCERTAIN")
      }
      if withEvidence { outcome.missing = [doseMissing(test, window, outcome.reasons[0])] }
    } else {
      outcome.reasons = []
    }
    if outcome.truth == .true { outcome.turns = turning(days, sources, test) }
    return outcome
  }

  private func doseMissing(
    _ test: CompiledDailyDoseTest, _ window: ClosedDateWindow, _ reason: String
  ) -> MissingFact {
    var fact = missingReview(.medications, catalogue.setIDs[test.drugSet])
    fact.reason = reason
    fact.unit = test.unit
    fact.notBefore = window.start
    fact.notAfter = window.end
    return fact
  }

  /// The medicines of the class that may touch the window, with their doses.
  private mutating func doseSources(
    _ test: CompiledDailyDoseTest, _ window: ClosedDateWindow, _ outcome: inout NodeResult
  ) -> [DoseSource] {
    var sources: [DoseSource] = []
    for exposure in facts.medications {
      let fact = snapshot.medications[exposure.index]
      let belongs = membership(exposure, test.drugSet)
      guard belongs != .false, fact.route?.isSystemic != .false else { continue }
      let touches = exposure.start.isOnOrBefore(window.end)
        .and(exposure.end?.isOnOrAfter(window.start) ?? .true)
      guard touches != .false else { continue }
      var dose: ExactRational?
      if belongs == .unknown {
        outcome.addReason(exposure.problem ?? "CODE_UNKNOWN")
      } else if fact.route == nil || fact.route?.isSystemic == .unknown {
        outcome.addReason(fact.route == nil ? "ROUTE_NOT_RECORDED" : "ROUTE_UNDECIDED")
      } else if let problem = exposure.problem {
        outcome.addReason(problem)
      } else {
        switch referenceDose(fact, exposure, test) {
        case .success(let known): dose = known
        case .failure(let problem):
          outcome.addReason(problem.reason)
          if problem.isData {
            report(fact.id, "medications[\(exposure.index)].dose.unit", problem.reason)
          }
        }
      }
      let isRegimen = fact.doseBasis == .perDay || fact.frequency != nil
      sources.append(
        DoseSource(
          exposure: exposure,
          prescription: fact.prescriptionID.isEmpty ? "\u{0}\(fact.id)" : fact.prescriptionID,
          dose: dose, isRegimen: isRegimen || exposure.end == nil))
    }
    return sources
  }

  private struct DoseProblem: Error {
    var reason: String
    var isData = false
  }

  private func referenceDose(
    _ fact: MedicationExposure, _ exposure: ResolvedMedication, _ test: CompiledDailyDoseTest
  ) -> Result<ExactRational, DoseProblem> {
    guard let dose = fact.dose else { return .failure(DoseProblem(reason: "NO_DOSE")) }
    guard fact.doseBasis != nil else { return .failure(DoseProblem(reason: "NO_DOSE_BASIS")) }
    guard dose.comparator == .exact else {
      return .failure(DoseProblem(reason: "CENSORED_VALUE"))
    }
    guard let concept = exposure.concept.concept, let factor = test.factors[concept] else {
      return .failure(DoseProblem(reason: "NO_DOSE_EQUIVALENT"))
    }
    guard let unit = test.unitFactors[dose.unit] else {
      return .failure(DoseProblem(reason: "UNIT_UNKNOWN", isData: true))
    }
    guard !dose.value.isNegative else {
      return .failure(DoseProblem(reason: "IMPLAUSIBLE_VALUE", isData: true))
    }
    return .success(dose.value.rational * unit * factor)
  }

  // MARK: Sums

  /// The records of each prescription, in the order of the snapshot.
  private func byPrescription(_ sources: [DoseSource]) -> [[DoseSource]] {
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

  /// What all prescriptions together amount to on a day. Recorded administrations of a prescription take
  /// the place of its regimen on their days.
  private func total(
    on day: CalendarDate, _ prescriptions: [[DoseSource]], _ test: CompiledDailyDoseTest
  ) -> DoseRange {
    var sum = DoseRange(.zero)
    for records in prescriptions {
      let given = records.filter { !$0.isRegimen }.map { amount($0, on: day, test) }
      let administered = given.filter { $0 != DoseRange(.zero) }
      if !administered.isEmpty {
        sum = administered.reduce(sum) { $0.adding($1) }
        continue
      }
      let regimens = records.filter(\.isRegimen).map { amount($0, on: day, test) }
      guard let first = regimens.first else { continue }
      sum = sum.adding(regimens.dropFirst().reduce(first, larger))
    }
    return sum
  }

  /// The larger of two doses, end by end.
  private func larger(_ first: DoseRange, _ second: DoseRange) -> DoseRange {
    func end(_ one: DoseRange.End?, _ other: DoseRange.End?) -> DoseRange.End? {
      guard let one, let other else { return nil }
      return one.value < other.value ? other : one
    }
    return DoseRange(
      lower: end(first.lower, second.lower), upper: end(first.upper, second.upper))
  }

  private func amount(
    _ source: DoseSource, on day: CalendarDate, _ test: CompiledDailyDoseTest
  ) -> DoseRange {
    let exposure = source.exposure
    let single = ClosedDateWindow(start: day, end: day)
    let touches: Truth =
      source.isRegimen
      ? exposure.start.isOnOrBefore(day).and(exposure.end?.isOnOrAfter(day) ?? .true)
      : exposure.start.isWithin(single)
    guard touches != .false else { return DoseRange(.zero) }
    guard let dose = source.dose else {
      return DoseRange(lower: .init(.zero, isIncluded: true), upper: nil)
    }
    let counts = source.isRegimen ? administrations(source, on: day, test) : (1...1)
    guard let low = factor(counts.lowerBound, dose), let high = factor(counts.upperBound, dose)
    else { return DoseRange(lower: .init(.zero, isIncluded: true), upper: nil) }
    return DoseRange(from: touches == .true ? low : .zero, to: high)
  }

  private func factor(_ count: ExactRational, _ dose: ExactRational) -> ExactRational? {
    count.signum < 0 ? nil : count * dose
  }

  private func factor(_ count: Int, _ dose: ExactRational) -> ExactRational? {
    factor(ExactRational(count), dose)
  }

  /// How many doses a regimen gives on a day.
  private func administrations(
    _ source: DoseSource, on day: CalendarDate, _ test: CompiledDailyDoseTest
  ) -> ClosedRange<Int> {
    let fact = snapshot.medications[source.exposure.index]
    if fact.doseBasis == .perDay { return 1...1 }
    guard let frequency = fact.frequency else { return 0...48 }
    switch frequency.unit {
    case .hour:
      let perDay = 24 * frequency.times
      let low = perDay / frequency.period
      return low...(perDay % frequency.period == 0 ? low : low + 1)
    case .day, .week:
      let period = frequency.unit == .week ? frequency.period * 7 : frequency.period
      if period == 1 { return frequency.times...frequency.times }
      if frequency.times == 1, let start = source.exposure.start.day {
        let isDue = start.days(until: day) % period == 0
        return isDue ? 1...1 : 0...0
      }
      return 0...frequency.times
    case .month: return 0...frequency.times
    }
  }

  /// Puts the days together.
  private func combine(_ days: [DoseRange], _ test: CompiledDailyDoseTest) -> DoseRange {
    guard let first = days.first else { return DoseRange(.zero) }
    switch test.rule {
    case .maxDaily: return days.dropFirst().reduce(first, larger)
    case .meanDaily:
      let sum = days.dropFirst().reduce(first) { $0.adding($1) }
      guard let share = ExactRational.one.dividing(by: ExactRational(days.count)) else {
        return sum
      }
      return sum.scaled(by: share)
    }
  }

  // MARK: Explanation

  private func doseEvidence(
    _ value: DoseRange, _ days: [(day: CalendarDate, dose: DoseRange)],
    _ test: CompiledDailyDoseTest, _ settling: String
  ) -> Evidence {
    var item = Evidence()
    item.role = "derived"
    item.concept = catalogue.setIDs[test.drugSet]
    item.normalisedUnit = "\(test.unit)/d"
    item.limit = settling
    let low = value.lower?.value.readableText ?? "0"
    item.normalisedValue =
      value.point != nil ? low : "\(low) to \(value.upper?.value.readableText ?? "?")"
    if test.rule == .maxDaily,
      let worst = days.last(where: { $0.dose.lower?.value == value.lower?.value })
    {
      item.effective = "\(worst.day)"
    }
    return item
  }

  /// The day on which the last sum over the limit has left the window.
  private func turning(
    _ days: [(day: CalendarDate, dose: DoseRange)], _ sources: [DoseSource],
    _ test: CompiledDailyDoseTest
  ) -> Turning? {
    let gap = test.window.passingGap(program.engine.windowBounds)
    guard test.rule == .maxDaily else { return .after("AFTER_LAST_DOSE \(gap)") }
    guard let last = days.last(where: { $0.dose.compare(test) == .true }) else { return nil }
    if last.day == indexDate, sources.contains(where: { $0.exposure.end == nil }) {
      return .after("AFTER_LAST_DOSE_OVER_LIMIT \(gap)")
    }
    return test.window.firstPassingDate(
      afterEvent: last.day, bounds: program.engine.windowBounds
    ).map { .on($0) }
  }
}

extension ExactInterval {
  fileprivate func compare(_ test: CompiledDailyDoseTest) -> Truth {
    compare(test.comparison, test.limit)
  }
}
