/// When failures have passed, and on which run that was seen.
struct Passing {
  var turning: Turning
  /// The run on the date or at the moment that it names.
  var run: Evaluation?
}

/// Runs on later dates. Each costs a look at every fact, so that they are shared and counted.
final class Probes {
  private var runs: [Instant: Evaluation] = [:]
  private var left = 200

  /// The run at a moment, made where there is none yet; nil when no more may be made.
  fileprivate func run(at moment: Instant, make: () -> Evaluation) -> Evaluation? {
    if let known = runs[moment] { return known }
    guard left > 0 else { return nil }
    left -= 1
    let made = make()
    runs[moment] = made
    return made
  }
}

extension Evaluation {
  /// Whether facts lie after the index date, or an exposure whose end is not known reaches up to it.
  static func hasLaterFacts(_ facts: ResolvedFacts, after date: CalendarDate) -> Bool {
    facts.hasLaterFacts || facts.lastDay > date
      || facts.medications.contains { exposure in
        exposure.isEndOpen || exposure.end.map { $0.latest > date } ?? false
      }
  }

  /// The same patient on a later date, from its first moment on where the infusion is planned for one.
  func probe(on date: CalendarDate) -> Evaluation? {
    let start = zone.instant(startOf: date)
    return parameters.plannedInfusionTime == nil ? probe(start, date, nil) : probe(at: start)
  }

  /// The same patient with the infusion planned for a later moment.
  func probe(at moment: Instant) -> Evaluation? {
    guard let date = zone.date(of: moment),
      let time = try? ClinicalTime(parsing: moment.description)
    else { return nil }
    return probe(moment, date, time)
  }

  private func probe(_ moment: Instant, _ date: CalendarDate, _ time: ClinicalTime?)
    -> Evaluation?
  {
    probes.run(at: moment) {
      var later = parameters
      later.indexDate = date
      if let time { later.plannedInfusionTime = time }
      return Evaluation(probeOf: self, later)
    }
  }

  /// A date on which a failed criterion turns, moved on while facts between the index date and then keep
  /// it failing: those come into force as the date moves forward.
  func confirmed(_ turning: Turning, _ index: Int) -> Turning? {
    guard case .on = turning, hasLaterFacts, !isProbe else { return turning }
    return passing([index], from: turning)?.turning
  }

  /// When every failure among the criteria has passed with nothing new; nil when one of them says nothing
  /// about time.
  func passing(_ criteria: [Int]) -> Passing? {
    switch failures(criteria) {
    case .none, .silent: nil
    case .until(let turning): passing(criteria, from: turning)
    }
  }

  /// Moves a date on while one of the criteria fails on it.
  private func passing(_ criteria: [Int], from turning: Turning) -> Passing? {
    var turning = turning
    for _ in 0..<Self.maximumSteps {
      let run: Evaluation?
      switch turning {
      case .on(let date): run = probe(on: date)
      case .at(let moment): run = moment.adding(seconds: 1).flatMap { probe(at: $0) }
      case .after, .never: return Passing(turning: turning)
      }
      guard let run else { return nil }
      switch run.failures(criteria) {
      case .none: return Passing(turning: turning, run: run)
      case .silent: return nil
      case .until(let next):
        guard next.isLater(than: turning) else { return nil }
        turning = next
      }
    }
    return nil
  }

  /// Dates that are tried one after the other.
  private static let maximumSteps = 32

  private enum Failures {
    case none
    /// One of them says nothing about time.
    case silent
    case until(Turning)
  }

  private func failures(_ criteria: [Int]) -> Failures {
    var whole: Turning?
    for index in criteria {
      guard outcome(of: index).isFailure else { continue }
      guard let turns = result(of: index).turns else { return .silent }
      whole = whole.map { $0.and(turns) } ?? turns
    }
    return whole.map { .until($0) } ?? .none
  }

  // MARK: What the verdict says of it

  /// Writes into a verdict when its failures have passed and what has to be repeated for it.
  ///
  /// - Parameter deciding: the top criteria that the outcome rests on.
  func describe(
    _ passing: Passing?, of deciding: [Int], in verdict: inout Verdict, _ detail: Detail
  ) {
    verdict.passesOn = passing?.turning.passesOn
    guard let passing, let passesOn = verdict.passesOn else { return }
    if let when = passesOn.date?.description ?? passesOn.instant?.description {
      warn("ASSUMES_NO_NEW_EXPOSURE", [when])
    }
    if detail == .full, let run = passing.run {
      verdict.toRepeat = expired(deciding, in: run)
    }
  }

  /// What is known now and is no longer on a later run: results that have grown too old by then.
  private func expired(_ deciding: [Int], in run: Evaluation) -> [MissingFact] {
    let later = Evaluation(another: run, withEvidence: true)
    func isOpen(_ index: Int) -> Bool {
      later.outcome(of: index) == .unknown
    }
    // Parts of what passes all the same need not be repeated.
    let open = Set(deciding.filter(isOpen))
    func isAsked(_ index: Int) -> Bool {
      if open.contains(index) { return true }
      guard let parent = program.criteria[index].parent else {
        return program.criteria[index].role == .shared && !open.isEmpty
      }
      return isOpen(index) && isAsked(parent)
    }
    var found: [MissingFact] = []
    for index in program.criteria.indices
    where program.criteria[index].isReported && results.state(of: index) != nil && isAsked(index) {
      let now = outcome(of: index)
      guard now != .unknown, isOpen(index) else { continue }
      for fact in later.result(of: index).missing
      where fact.reason == "NO_RESULT_IN_WINDOW" && !found.contains(where: { $0.asks(fact) }) {
        found.append(fact)
      }
    }
    return found
  }
}

extension MissingFact {
  /// Whether it asks for what another asks for.
  fileprivate func asks(_ other: MissingFact) -> Bool {
    concept == other.concept && notBefore == other.notBefore && notAfter == other.notAfter
  }
}
