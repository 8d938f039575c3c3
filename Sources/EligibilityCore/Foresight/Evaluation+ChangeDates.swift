/// When a node that looks at facts may say something else, with nothing new.
///
/// Between two of these dates its truth does not change. A date on which it does not change after all costs
/// one look at it; one that is left out would make a verdict seem to hold too long, so that what is
/// doubtful is listed.
extension Evaluation {
  /// Adds the dates after the index date on which a leaf may change, and the moments where hours matter.
  ///
  /// - Parameter facts: every fact of the snapshot, those after the index date included.
  func addChanges(of index: Int, _ facts: ResolvedFacts, to dates: inout UpcomingChanges) {
    dates.begin(leaf: index)
    switch program.criteria[index].rule {
    case .group, .conditional, .sameAs, .sex: break
    case .age(_, let years): addAge(years, to: &dates)
    case .result(let test):
      addResults(test.concepts, facts, to: &dates, window: test.window)
      addInvalidity(test.invalidAfter, facts, to: &dates)
    case .measured(let test):
      addResults(test.concepts + test.notBefore, facts, to: &dates)
      addInvalidity(test.invalidAfter, facts, to: &dates)
    case .finding(let test): addResults(test.concepts, facts, to: &dates, window: test.window)
    case .exposure(let test):
      if let anchor = test.anchorConcept { addResults([anchor], facts, to: &dates) }
      addExposures(facts, to: &dates, window: test.anchorConcept == nil ? test.window : nil) {
        membership($0, test.drugSet) != .false
          || (test.openSet.map($0.concept.sets.contains) ?? false)
      }
    case .condition(let test):
      addConditions(to: &dates, window: test.window)
      if let statement = test.statement { addAnswers(to: statement, facts, to: &dates) }
    case .allergy: break
    case .participation(let window, _):
      for fact in snapshot.trialParticipations where fact.status.counts {
        for time in [fact.start, fact.lastDose, fact.lastVisit] {
          dates.add(time.map(self.dates), window: window)
        }
      }
    case .consent: addConsents(to: &dates)
    case .statement(let test):
      addAnswers(to: test.concept, facts, to: &dates, window: test.window)
      if test.noWithoutCondition != nil { addConditions(to: &dates, window: nil) }
      for instrument in test.noWithoutConclusion { addAssessments(instrument, facts, to: &dates) }
    case .assessment(let test): addAssessments(test.instrument, facts, to: &dates)
    case .gradeCount(let instrument, _, _), .conclusion(let instrument, _):
      addAssessments(instrument, facts, to: &dates)
    case .dailyDose(let test):
      addDoses(test, facts, to: &dates)
      addMoments(of: test, to: &dates)
    case .clearance(let test):
      addResults(
        [test.creatinine, test.weight] + [test.height].compactMap { $0 }, facts, to: &dates)
      addAge(nil, to: &dates)
    case .duration(let test): addDuration(test, facts, to: &dates)
    case .sequence(let first, let second):
      for statement in [first, second] { addAnswers(to: statement, facts, to: &dates) }
    case .change(let test): addResults([test.concept], facts, to: &dates)
    case .persistence(let test): addResults(test.concepts, facts, to: &dates)
    case .enrolment:
      if let enrolled = parameters.enrolmentRecord?.enrolled { dates.add(DateRange(enrolled)) }
    }
  }

  private func addAge(_ years: Int?, to dates: inout UpcomingChanges) {
    guard let birth = snapshot.birthDate?.dates(in: zone) else { return }
    dates.add(birth)
    let leap = program.engine.leapBirthday
    for years in years.map({ [$0, $0 + 1] }) ?? [] {
      for day in [birth.earliest, birth.latest] {
        let birthday = day.birthday(completing: years, leap: leap)
        dates.add(birthday)
        dates.add(birthday?.adding(days: 1))
      }
    }
    if program.engine.ageReference == .consent { addConsents(to: &dates) }
  }

  private func addConsents(to dates: inout UpcomingChanges) {
    for fact in snapshot.consents where fact.status.counts {
      dates.add(fact.signed.map(self.dates))
      dates.add(fact.withdrawn.map(self.dates))
    }
  }

  private func addResults(
    _ concepts: [Int], _ facts: ResolvedFacts, to dates: inout UpcomingChanges,
    window: CalendarPeriod? = nil
  ) {
    let ages = concepts.compactMap { self.concept($0).maximumAge }
    // Only what ages, or leaves a window, changes after it has come.
    if window == nil, ages.isEmpty, facts.lastResultDay <= indexDate { return }
    for place in facts.places(of: concepts) {
      let days = facts.observations[Int(place)].dates
      dates.add(days, window: window)
      for age in ages {
        dates.add(days.earliest.adding(days: age + 1))
        dates.add(days.latest.adding(days: age + 1))
      }
    }
  }

  private func addInvalidity(
    _ rule: CompiledInvalidAfter?, _ facts: ResolvedFacts, to dates: inout UpcomingChanges
  ) {
    guard let rule else { return }
    addExposures(facts, to: &dates, window: nil) { membership($0, rule.drugSet) != .false }
  }

  private func addExposures(
    _ facts: ResolvedFacts, to dates: inout UpcomingChanges, window: CalendarPeriod?,
    where belongs: (ResolvedMedication) -> Bool
  ) {
    for exposure in facts.medications where belongs(exposure) {
      dates.add(exposure.start)
      dates.add(exposure.end, window: window)
    }
  }

  private func addConditions(to dates: inout UpcomingChanges, window: CalendarPeriod?) {
    if window == nil, lastConditionDay <= indexDate { return }
    for range in conditionDates { dates.add(range, window: window) }
  }

  private func addAnswers(
    to statement: Int, _ facts: ResolvedFacts, to dates: inout UpcomingChanges,
    window: CalendarPeriod? = nil
  ) {
    let definition = concept(statement)
    func add(_ related: Int) {
      for place in facts.attestationPlaces(of: related) {
        dates.add(facts.attestations[Int(place)].dates, window: window)
      }
    }
    add(statement)
    for related in definition.impliedBy { add(related) }
    for related in definition.implies { add(related) }
  }

  private func addAssessments(
    _ instrument: Int, _ facts: ResolvedFacts, to dates: inout UpcomingChanges
  ) {
    for assessment in facts.assessments where assessment.concept == instrument {
      dates.add(assessment.dates)
    }
  }

  private func addDuration(
    _ test: CompiledDurationTest, _ facts: ResolvedFacts, to dates: inout UpcomingChanges
  ) {
    for component in test.components {
      guard
        let exposed = program.criteria[component].rule.exposure(
          through: { program.criteria[$0].rule })
      else { continue }
      for exposure in facts.medications where membership(exposure, exposed.drugSet) != .false {
        dates.add(exposure.start)
        dates.add(exposure.end)
        for start in [exposure.start.earliest, exposure.start.latest] {
          let passes = test.period.after(start)
          dates.add(passes)
          dates.add(passes?.adding(days: 1))
        }
      }
    }
  }

  /// A day's sum may change where a record begins or ends, and again when that day leaves the window. A
  /// mean changes with every day, and so does what is given on some days only.
  private func addDoses(
    _ test: CompiledDailyDoseTest, _ facts: ResolvedFacts, to dates: inout UpcomingChanges
  ) {
    // A window of hours touches one day more than it has.
    let window =
      test.window.unit == .hours
      ? CalendarPeriod(count: test.window.count / 24 + 1, unit: .days) : test.window
    var pattern: Int?
    var days: Set<CalendarDate> = []
    var isOngoing = false
    for exposure in facts.medications where membership(exposure, test.drugSet) != .false {
      for range in [exposure.start, exposure.end].compactMap({ $0 }) {
        days.insert(range.earliest)
        days.insert(range.latest)
      }
      if exposure.end == nil { isOngoing = true }
      if let days = snapshot.medications[exposure.index].frequency?.daysBetween {
        pattern = lcm(pattern ?? 1, days)
      }
    }
    for day in days {
      for near in [day.adding(days: -1), day, day.adding(days: 1)] {
        dates.add(near.map(DateRange.init), window: window)
      }
    }
    var last = max(days.max() ?? indexDate, indexDate)
    guard pattern != nil || test.rule == .meanDaily else { return }
    if let pattern, isOngoing, pattern > window.longestDays {
      // The window holds such a dose at times, and at times none, for ever.
      last = .distantFuture
    }
    dates.addEveryDay(upTo: last, window: window)
  }
}

extension Evaluation {
  /// Adds the moments at which a dose enters or leaves a window of hours.
  private func addMoments(of test: CompiledDailyDoseTest, to changes: inout UpcomingChanges) {
    guard test.window.unit == .hours,
      let planned = parameters.plannedInfusionTime?.instants(in: zone).latest
    else { return }
    let times = snapshot.medications.filter(\.status.counts).flatMap { [$0.start, $0.end] }
      .compactMap { $0?.instants(in: zone) }.flatMap { [$0.earliest, $0.latest] }
    for time in times {
      for moment in [time, time.adding(seconds: Int64(test.window.count) * 3_600)] {
        guard let moment else { continue }
        for second in [moment.seconds, moment.seconds + 1] {
          let change = Instant(seconds: second)
          if change > planned { changes.add(change) }
        }
      }
    }
  }
}

extension CalendarPeriod {
  /// The most days that it can have.
  fileprivate var longestDays: Int {
    switch unit {
    case .hours: count / 24 + 1
    case .days: count
    case .weeks: count * 7
    case .months: count * 31
    case .years: count * 366
    }
  }
}

extension Frequency {
  /// Days from one administration to the next, where they are not given every day.
  var daysBetween: Int? {
    let days =
      switch unit {
      case .hour: 1
      case .day: period
      case .week: period * 7
      case .month: 31
      }
    return days > 1 && times == 1 ? days : nil
  }
}

/// The least common multiple of two periods, up to a hundred years of days.
private func lcm(_ first: Int, _ second: Int) -> Int {
  func gcd(_ first: Int, _ second: Int) -> Int {
    second == 0 ? first : gcd(second, first % second)
  }
  return min(first / gcd(first, second) * second, 36_525)
}
