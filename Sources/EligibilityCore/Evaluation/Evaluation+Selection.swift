/// A result that may be the one that counts.
struct Candidate {
  /// Its place among the resolved results.
  var place: Int
  var dates: DateRange
  /// Whether it certainly counts: it lies within the window for sure.
  var isCertain: Bool
  /// What it says, once it was looked at.
  var truth = Truth.unknown
}

/// What selecting a result leads to: candidates that must agree, and the day when it is one day.
struct Selection {
  var candidates: [Candidate] = []
  /// Whether all candidates lie on one day, so that the worst of them decides.
  var isOneDay = false
  /// Whether all results of the window count, not the latest alone.
  var takesAll = false
  /// Whether the best of them decides, not the worst.
  var takesBest = false

  var isEmpty: Bool { candidates.isEmpty }
}

extension Evaluation {
  /// The window of a test that looks back from the index date, or nil for any age.
  func window(_ period: CalendarPeriod?) -> ClosedDateWindow? {
    period?.window(endingOn: indexDate, bounds: program.engine.windowBounds)
  }

  /// Selects among the results of some concepts: the latest that counts by the index date. Results of
  /// one day stand together; a result whose day is not certain may be the latest too.
  ///
  /// - Parameters:
  ///   - validity: whether a result is valid, by its index in the snapshot.
  ///   - accepts: whether a result may count at all, by its index in the snapshot.
  func select(
    _ concepts: [Int], in window: ClosedDateWindow?, latestOnly: Bool = false,
    validity: ((Int) -> Truth)? = nil, where accepts: (Int) -> Bool
  ) -> Selection {
    let takesAll = program.engine.selection != .latest && !latestOnly
    var found: [Candidate] = []
    let oldest = concepts.first.flatMap { oldestDate($0) }
    let places = facts.places(of: concepts)
    found.reserveCapacity(places.count)
    for place in places {
      let place = Int(place)
      let index = facts.observations[place].index
      guard accepts(index) else { continue }
      let dates = facts.observations[place].dates
      var counts = dates.isOnOrBefore(indexDate)
      if let window { counts = counts.and(dates.isWithin(window)) }
      if let oldest { counts = counts.and(dates.isOnOrAfter(oldest)) }
      if let validity, counts != .false { counts = counts.and(validity(index)) }
      if counts == .false { continue }
      found.append(Candidate(place: place, dates: dates, isCertain: counts == .true))
    }
    if !takesAll, found.count > 1 {
      let latestCertain = found.lazy.filter(\.isCertain).map(\.dates.earliest).max()
      if let latestCertain { found.removeAll { $0.dates.latest < latestCertain } }
    }
    let day = found.first?.dates.day
    let isOneDay = day != nil && found.allSatisfy { $0.isCertain && $0.dates.day == day }
    return Selection(
      candidates: found, isOneDay: isOneDay, takesAll: takesAll,
      takesBest: program.engine.selection == .any)
  }

  /// The first day on which a result of a concept is not too old; nil = no limit.
  func oldestDate(_ concept: Int) -> CalendarDate? {
    self.concept(concept).maximumAge.flatMap { indexDate.adding(days: -$0) }
  }

  /// Folds what the candidates say into one: the worst for the patient on one day, agreement
  /// where it is not certain which of them is the latest.
  func fold(
    _ selection: Selection, _ polarity: Polarity, _ criterion: String
  ) -> (truth: Truth, reason: String?) {
    guard let first = selection.candidates.first?.truth else { return (.unknown, nil) }
    if hasConflict(selection) { return (.unknown, "CONFLICT") }
    if selection.takesAll { return (foldAll(selection, polarity), nil) }
    let agree = selection.candidates.allSatisfy { $0.truth == first }
    let isCertain = selection.candidates.contains { $0.isCertain }
    if agree {
      if isCertain || !first.isKnown { return (first, nil) }
      return (.unknown, "DATE_UNCERTAIN")
    }
    guard selection.isOneDay else { return (.unknown, "DATE_UNCERTAIN") }
    if let day = selection.candidates.first?.dates.day {
      warn("SAME_DAY_RESULTS_DISAGREE", ["\(day)"], criterion)
    }
    let truths = selection.candidates.lazy.map(\.truth)
    switch polarity {
    case .trueFavours: return (truths.min() ?? .unknown, nil)
    case .falseFavours: return (truths.max() ?? .unknown, nil)
    case .mixed: return (.unknown, "CONFLICT")
    }
  }

  /// The worst, or the best, of all results: unknown where it hangs on one that may not count.
  private func foldAll(_ selection: Selection, _ polarity: Polarity) -> Truth {
    func extreme(_ truths: [Truth]) -> Truth? {
      switch polarity {
      case .mixed: return Set(truths).count == 1 ? truths.first : truths.isEmpty ? nil : .unknown
      case .trueFavours: return selection.takesBest ? truths.max() : truths.min()
      case .falseFavours: return selection.takesBest ? truths.min() : truths.max()
      }
    }
    let certain = selection.candidates.filter(\.isCertain).map(\.truth)
    guard let whole = extreme(selection.candidates.map(\.truth)), let sure = extreme(certain) else {
      return .unknown
    }
    return whole == sure ? whole : .unknown
  }

  /// Two results of one concept at one instant with different values contradict each other.
  private func hasConflict(_ selection: Selection) -> Bool {
    if selection.candidates.count < 2 { return false }
    struct Moment: Hashable {
      var concept: Int
      var instant: Instant
    }
    var firstAt: [Moment: ResolvedObservation] = [:]
    var found = false
    for candidate in selection.candidates {
      let second = facts.observations[candidate.place]
      guard let instant = second.instant else { continue }
      let moment = Moment(concept: second.concept, instant: instant)
      guard let first = firstAt[moment] else {
        firstAt[moment] = second
        continue
      }
      let one = snapshot.observations[first.index]
      let other = snapshot.observations[second.index]
      guard first.value != second.value || one.finding != other.finding else { continue }
      report(one.id, "observations[\(first.index)]", "CONFLICT")
      report(other.id, "observations[\(second.index)]", "CONFLICT")
      found = true
    }
    return found
  }

  /// Evidence of a result.
  func evidence(_ observation: ResolvedObservation, limit: LimitText) -> EvidenceNote {
    EvidenceNote(
      .observation, observation.index, concept: observation.concept, limit: limit)
  }
}

extension String {
  /// Pieces one behind the other, with room for all of them from the start.
  init(
    joining first: String, _ second: String, _ third: String, _ fourth: String = "",
    _ fifth: String = ""
  ) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(
      first.utf8.count + second.utf8.count + third.utf8.count + fourth.utf8.count
        + fifth.utf8.count)
    bytes.append(contentsOf: first.utf8)
    bytes.append(contentsOf: second.utf8)
    bytes.append(contentsOf: third.utf8)
    bytes.append(contentsOf: fourth.utf8)
    bytes.append(contentsOf: fifth.utf8)
    self.init(decoding: bytes, as: UTF8.self)
  }
}

extension ExactRational {
  /// For reading: the exact decimal where it is short, else rounded to six places.
  var readableText: String {
    if let exact = exactDecimalText, exact.utf8.count <= 20 { return exact }
    return decimalText(fractionDigits: 6)
  }
}
