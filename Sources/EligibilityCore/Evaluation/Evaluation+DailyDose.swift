/// What a medicine may add to one day, in the table's reference unit.
typealias DoseRange = ExactInterval

/// A dated dose or regimen within a daily-dose test.
struct DoseSource {
  var exposure: ResolvedMedication
  var prescription: String
  /// The reference dose of one administration or one day; nil = not known.
  var dose: DoseRange?
  /// Whether it counts at all; unknown where its route or its class is.
  var counts: Truth
  var isRegimen: Bool

  /// Whether it goes on, or nobody knows that it ended.
  var mayGoOn: Bool { exposure.end == nil || (exposure.isEndOpen && isRegimen) }

  /// Whether it is one dose on a day that is not known.
  var isOnUnknownDay: Bool { !isRegimen && exposure.start.day == nil }
}

/// What a day amounts to.
struct DoseDay {
  var day: CalendarDate
  var dose: DoseRange
}

extension Evaluation {
  /// The equivalent daily dose of a class of medicines over a look-back window (exclusion 13).
  ///
  /// Every day's sum is an interval: what was certainly given to what may have been given. Records of
  /// one prescription count once; recorded administrations replace the regimen of the same
  /// prescription on their days.
  func evaluateDailyDose(_ test: CompiledDailyDoseTest) -> NodeResult {
    if test.window.unit == .hours { return evaluateInfusionDose(test) }
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
    let days = dailyDoses(sources, window, test)
    var value = combine(days, sources, window, test)
    if !isReviewed(.medications) {
      // Other medicines may have been taken: the sum is at least what was recorded.
      value.upper = nil
    }
    outcome.truth = value.compare(test)
    if withEvidence {
      outcome.evidence = sources.map { evidence($0.exposure) }
      outcome.evidence.append(note(doseEvidence(value, days, test, settling)))
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

  func doseMissing(
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
  func doseSources(
    _ test: CompiledDailyDoseTest, _ window: ClosedDateWindow, _ outcome: inout NodeResult
  ) -> [DoseSource] {
    var sources: [DoseSource] = []
    for exposure in facts.medications {
      var counts = membership(exposure, test.drugSet)
      guard counts != .false else { continue }
      let fact = snapshot.medications[exposure.index]
      guard fact.route?.isSystemic != .false else { continue }
      let touches = exposure.start.isOnOrBefore(window.end)
        .and(exposure.end?.isOnOrAfter(window.start) ?? .true)
      guard touches != .false else { continue }
      if counts == .unknown { outcome.addReason(exposure.problem?.rawValue ?? "CODE_UNKNOWN") }
      if fact.route?.isSystemic != .true {
        counts = .unknown
        outcome.addReason(fact.route == nil ? "ROUTE_NOT_RECORDED" : "ROUTE_UNDECIDED")
      }
      var dose: DoseRange?
      if exposure.problem == nil {
        switch referenceDose(fact, exposure, test) {
        case .success(let known): dose = known
        case .failure(let problem):
          outcome.addReason(problem.reason)
          if problem.isData {
            report(fact.id, "medications[\(exposure.index)].dose.\(problem.field)", problem.reason)
          }
        }
      } else if let problem = exposure.problem {
        outcome.addReason(problem.rawValue)
      }
      // A period without a frequency is no single administration on its first day.
      let isPeriod = fact.end != nil && exposure.end?.day.map { $0 == exposure.start.day } != true
      let isRegimen = fact.doseBasis == .perDay || fact.frequency != nil || isPeriod
      sources.append(
        DoseSource(
          exposure: exposure,
          prescription: fact.prescriptionID.isEmpty
            ? "\u{0}\(records.text(fact.id))" : records.text(fact.prescriptionID),
          dose: dose, counts: counts, isRegimen: isRegimen || exposure.end == nil))
    }
    return sources
  }

  private struct DoseProblem: Error {
    var reason: String
    /// The field of the dose that is at fault, where it is one.
    var field = ""
    var isData: Bool { !field.isEmpty }
  }

  private func referenceDose(
    _ fact: MedicationRecord, _ exposure: ResolvedMedication, _ test: CompiledDailyDoseTest
  ) -> Result<DoseRange, DoseProblem> {
    guard let dose = fact.dose else { return .failure(DoseProblem(reason: "NO_DOSE")) }
    guard fact.doseBasis != nil else { return .failure(DoseProblem(reason: "NO_DOSE_BASIS")) }
    guard let concept = exposure.concept.concept, let factor = test.factors[concept] else {
      return .failure(DoseProblem(reason: "NO_DOSE_EQUIVALENT"))
    }
    guard let unit = test.unitFactors[records.text(dose.unit)] else {
      return .failure(DoseProblem(reason: "UNIT_UNKNOWN", field: "unit"))
    }
    guard !dose.value.isNegative else {
      return .failure(DoseProblem(reason: "IMPLAUSIBLE_VALUE", field: "value"))
    }
    var range = dose.interval(dose.value.rational * unit * factor)
    if range.lower == nil { range.lower = .init(.zero, isIncluded: true) }
    return .success(range)
  }

  // MARK: Explanation

  func doseEvidence(
    _ value: DoseRange, _ days: [DoseDay], _ test: CompiledDailyDoseTest, _ settling: String
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

  /// When the last sum that may be over the limit has left the window. What goes on and is over the limit
  /// by itself has to be stopped or lowered first.
  private func turning(
    _ days: [DoseDay], _ sources: [DoseSource], _ test: CompiledDailyDoseTest
  ) -> Turning? {
    let bounds = program.engine.windowBounds
    let gap = test.window.passingGap(bounds)
    if test.rule == .meanDaily { return falling(sources, test, gap) }
    guard let last = days.last(where: { $0.dose.compare(test) != .false })?.day else { return nil }
    let lasting = sources.filter(\.mayGoOn)
    let ongoing = byPrescription(lasting)
    if days.contains(where: { total(on: $0.day, ongoing, test).compare(test) != .false }) {
      // What is given seldom leaves a gap that is longer than the window.
      let isSeldom = lasting.contains {
        snapshot.medications[$0.exposure.index].frequency?.daysBetween != nil
      }
      return isSeldom ? falling(sources, test, gap) : .after("AFTER_LAST_DOSE_OVER_LIMIT \(gap)")
    }
    return test.window.firstPassingDate(afterEvent: last, bounds: bounds).map { .on($0) }
  }

  /// When the window's sum has fallen to the limit, looked for day by day: a mean falls with every day after
  /// the last dose.
  private func falling(
    _ sources: [DoseSource], _ test: CompiledDailyDoseTest, _ gap: String
  ) -> Turning? {
    let last = sources.compactMap { $0.mayGoOn ? nil : $0.exposure.end?.latest }.max()
    let ahead = last.map { indexDate.days(until: $0) } ?? 0
    var day = indexDate
    for _ in 0..<max(0, min(ahead, Self.longestCourse)) + Self.longestFall {
      guard let next = day.adding(days: 1),
        let window = test.window.window(endingOn: next, bounds: program.engine.windowBounds)
      else { return nil }
      let inside = sources.filter { source in
        let (start, end) = (source.exposure.start, source.exposure.end)
        let reaches = source.mayGoOn ? nil : end?.isOnOrAfter(window.start)
        return start.isOnOrBefore(window.end).and(reaches ?? .true) != .false
      }
      let value = combine(dailyDoses(inside, window, test), inside, window, test)
      if value.compare(test) == .false { return .on(next) }
      day = next
    }
    return sources.contains(where: \.mayGoOn) ? .after("AFTER_LAST_DOSE_OVER_LIMIT \(gap)") : nil
  }

  /// Days on which a sum is followed after the last course has ended, and days that a course is followed.
  private static let longestFall = 62
  private static let longestCourse = 400
}

extension ExactInterval {
  func compare(_ test: CompiledDailyDoseTest) -> Truth {
    compare(test.comparison, test.limit)
  }
}
