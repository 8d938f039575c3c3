internal import EligibilityCore
internal import TestSupport

/// What a verdict says of later dates, against what comes out on those dates.
package struct DateProperties {
  /// How a comparison on some random patients went.
  package struct Report {
    package var patients = 0
    package var outcomes: [String: Int] = [:]
    /// Dates that were checked, by what names them.
    package var checked: [String: Int] = [:]
    package var differences: [String] = []
  }

  private let trials: [RealTrial]
  private var report = Report()
  private var generator = SeededGenerator(seed: 0)

  /// - Parameter request: an eligible patient of the built-in trial as ProtoJSON.
  package init(request: String) throws {
    trials = try RealTrial.settings.map { try RealTrial(readings: $0, request: request) }
  }

  /// Checks so many patients, each with a seed of its own.
  package mutating func check(patients: Int, seed: UInt64) -> Report {
    report = Report()
    for round in 0..<patients {
      check(seed &+ UInt64(round))
    }
    return report
  }

  /// What chance changed in the patient of a seed, and the verdict's dates, for reading.
  package mutating func describe(seed: UInt64) -> String {
    generator = SeededGenerator(seed: seed)
    let trial = generator.pick(trials)
    let patient = trial.randomPatient(&generator)
    let verdict = trial.verdict(patient, on: patient.indexDate)
    var lines = [
      "index \(patient.indexDate), as of \(patient.snapshot.asOf.text), cohorts \(patient.cohorts), "
        + "born \(patient.snapshot.birthDate?.text ?? "?")",
      "readings \(trial.program.readings.map { "\($0.knob)=\($0.value)" })",
      "\(verdict.outcome), until \(verdict.validUntil), passes \(String(describing: verdict.passesOn))",
    ]
    lines += patient.snapshot.medications.map {
      "\($0.id) \($0.drug.concept) \($0.status) \($0.start?.text ?? "?") to \($0.end?.text ?? "?") "
        + "\($0.dose.map { "\($0.value)" } ?? "") \(String(describing: $0.doseBasis)) "
        + "\(String(describing: $0.frequency))"
    }
    lines += verdict.results.filter { $0.outcome.isFailure || $0.outcome == .unknown }.map {
      "\($0.id) \($0.outcome) \($0.reasons) \(String(describing: $0.passesOn))"
    }
    if let last = CalendarDate(text: verdict.validUntil) {
      let then = trial.verdict(patient, on: last)
      for (now, later) in zip(verdict.results, then.results) where now.outcome != later.outcome {
        lines.append("\(now.id) is \(later.outcome) on \(last)")
      }
    }
    return lines.joined(separator: "\n")
  }

  private mutating func check(_ seed: UInt64) {
    generator = SeededGenerator(seed: seed)
    let trial = generator.pick(trials)
    let patient = trial.randomPatient(&generator)
    let verdict = trial.verdict(patient, on: patient.indexDate)
    report.patients += 1
    report.outcomes[verdict.outcome.rawValue, default: 0] += 1
    checkValidity(verdict, patient, trial, seed)
    checkPassing(verdict, patient, trial, seed)
  }

  private mutating func fail(_ seed: UInt64, _ text: String) {
    report.differences.append("seed \(seed): \(text)")
  }

  private mutating func count(_ what: String) { report.checked[what, default: 0] += 1 }

  private func outcomes(_ verdict: Verdict) -> [Outcome] {
    [verdict.outcome] + verdict.cohorts.flatMap { [$0.outcome, $0.ownOutcome] }
  }

  // MARK: How long a verdict holds

  private mutating func checkValidity(
    _ verdict: Verdict, _ patient: RandomPatient, _ trial: RealTrial, _ seed: UInt64
  ) {
    func holds(on date: CalendarDate) -> Bool {
      outcomes(trial.verdict(patient, on: date, detail: .outcome)) == outcomes(verdict)
    }
    let isCut = verdict.warnings.contains { $0.code == "VALID_AT_LEAST_UNTIL" }
    guard let last = CalendarDate(text: verdict.validUntil) else {
      count("without end")
      for _ in 0..<4 {
        guard
          let date = patient.indexDate.adding(days: generator.pick([1, 8, 40, 400, 4_000]))?
            .adding(days: generator.number(in: 0...40))
        else { continue }
        if !holds(on: date) { fail(seed, "it holds without end, but not on \(date)") }
      }
      return
    }
    count(isCut ? "valid at least until" : "valid until")
    if !holds(on: last) { fail(seed, "valid until \(last), but it is another then") }
    let days = patient.indexDate.days(until: last)
    if days > 1, let between = patient.indexDate.adding(days: generator.number(in: 1...days)),
      !holds(on: between)
    {
      fail(seed, "valid until \(last), but it is another on \(between)")
    }
    if !isCut, let after = last.adding(days: 1), holds(on: after) {
      fail(seed, "valid until \(last), but it is the same the day after")
    }
  }

  // MARK: When failures pass

  private mutating func checkPassing(
    _ verdict: Verdict, _ patient: RandomPatient, _ trial: RealTrial, _ seed: UInt64
  ) {
    for cohort in verdict.cohorts where cohort.outcome == .ineligible {
      let failing = verdict.results.filter {
        $0.parentID.isEmpty && $0.outcome.isFailure && ["", cohort.cohort].contains($0.cohort)
      }.map(\.id)
      check(
        cohort.passesOn, "cohort \(cohort.cohort)", failing, isCohort: true, patient, trial, seed
      ) { later in
        later.cohorts.contains { $0.cohort == cohort.cohort && $0.outcome == .ineligible }
      }
    }
    for result in verdict.results where result.passesOn != nil && generator.chance(oneIn: 2) {
      check(result.passesOn, result.id, [result.id], isCohort: false, patient, trial, seed) {
        later in
        later.results.contains { $0.id == result.id && $0.outcome.isFailure }
      }
    }
    guard let date = verdict.passesOn?.date else { return }
    let then = trial.verdict(patient, on: date)
    for fact in verdict.toRepeat {
      count("to repeat")
      let isOpen = then.results.contains { $0.id == fact.criterionID && $0.outcome == .unknown }
      if !isOpen { fail(seed, "\(fact.concept) is to be repeated, but it is known on \(date)") }
      let isKnown = verdict.results.contains {
        $0.id == fact.criterionID && $0.outcome != .unknown
      }
      if !isKnown {
        fail(
          seed, "\(fact.concept) of \(fact.criterionID) is to be repeated, but is not known today")
      }
    }
    let known = Set(verdict.results.filter { $0.outcome != .unknown }.map(\.id))
    let expired = then.results.filter {
      $0.isDecisive && $0.outcome == .unknown && known.contains($0.id)
        && $0.reasons.contains("NO_RESULT_IN_WINDOW")
    }
    if then.outcome == .undetermined, !expired.isEmpty, verdict.toRepeat.isEmpty,
      then.settleSets.contains(where: { $0.direction == .toEligible })
    {
      fail(seed, "\(expired.map(\.id)) have expired on \(date), and nothing is to be repeated")
    }
  }

  /// - Parameters:
  ///   - failing: the criteria whose failures are to pass.
  ///   - isCohort: whether facts that come into force may put other failures in their place.
  ///   - fails: whether a later verdict fails still.
  private mutating func check(
    _ passesOn: PassesOn?, _ what: String, _ failing: [String], isCohort: Bool,
    _ patient: RandomPatient, _ trial: RealTrial, _ seed: UInt64, _ fails: (Verdict) -> Bool
  ) {
    guard let passesOn else { return }
    let then = passesOn.date.map { trial.verdict(patient, on: $0) }
    let doubtful = Set(failing + (isCohort ? failures(patient, trial) : []))
    /// Whether every failure of today, and every one that takes its place, has certainly passed.
    func hasPassed(_ date: CalendarDate) -> Bool {
      let later = trial.verdict(patient, on: date)
      return !fails(later)
        && !later.results.contains { $0.outcome == .unknown && doubtful.contains($0.id) }
    }
    if let date = passesOn.date {
      count("passes on")
      if let then, fails(then) {
        fail(seed, "\(what) passes on \(date), but fails then")
      }
      var earlier = [date.adding(days: -1)]
      let days = patient.indexDate.days(until: date)
      if days > 2 {
        earlier.append(patient.indexDate.adding(days: generator.number(in: 1...days - 1)))
      }
      for day in earlier.compactMap({ $0 }) where day >= patient.indexDate && hasPassed(day) {
        fail(seed, "\(what) passes on \(date), but it has on \(day)")
      }
    } else {
      count(passesOn.never ? "never" : "condition")
      for _ in 0..<2 {
        guard let date = patient.indexDate.adding(days: generator.number(in: 1...3_000)) else {
          continue
        }
        if hasPassed(date) {
          fail(seed, "\(what) has no date (\(passesOn.condition)), but has passed on \(date)")
        }
      }
    }
  }

  /// The criteria that fail today, and those that fail on the date on which these would have passed, and so on.
  private func failures(_ patient: RandomPatient, _ trial: RealTrial) -> [String] {
    var found: [String] = []
    var date = patient.indexDate
    for _ in 0..<8 {
      let failing = trial.verdict(patient, on: date).results.filter {
        $0.parentID.isEmpty && $0.outcome.isFailure
      }
      found += failing.map(\.id)
      guard let next = failing.compactMap(\.passesOn?.date).max(), next > date else { break }
      date = next
    }
    return found
  }
}
