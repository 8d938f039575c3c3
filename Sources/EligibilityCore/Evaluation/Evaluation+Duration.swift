extension Evaluation {
  /// How long a treatment of several components has lasted (shared definition of relapsed or
  /// refractory): from the day on which all, or the first, of them had been started to the index date
  /// or the last day on which one of them was given.
  func evaluateDuration(_ test: CompiledDurationTest) -> NodeResult {
    let (components, period, isStrict) = (test.components, test.period, test.isStrict)
    var courses: [[ResolvedMedication]] = []
    var starts: [DateRange] = []
    var ends: [DateRange?] = []
    var outcome = NodeResult(.unknown)
    for component in components {
      let exposed = reference(component)
      if exposed.truth == .false { return NodeResult(.false) }
      guard exposed.truth == .true, let test = exposure(of: component) else {
        outcome.adopt(result(of: component), withEvidence: withEvidence)
        continue
      }
      let given = facts.medications.filter {
        membership($0, test.drugSet) == .true
          && counts($0, test, DateRange(indexDate), nil).0 == .true
      }
      guard let earliest = given.map(\.start.earliest).min(),
        let latest = given.map(\.start.latest).min(),
        let range = DateRange(earliest: earliest, latest: latest)
      else { continue }
      starts.append(range)
      courses.append(given)
      ends += given.map { $0.end?.clamped(notAfter: indexDate) ?? DateRange(indexDate) }
      if withEvidence { for exposure in given { outcome.show(evidence(exposure)) } }
    }
    guard starts.count == components.count, let began = beginning(starts, test.start),
      let lastEarliest = ends.compactMap({ $0?.earliest }).max(),
      let lastLatest = ends.compactMap({ $0?.latest }).max()
    else { return outcome }
    if test.isConcurrent {
      outcome.truth = lastsTogether(courses, test)
    } else {
      let shortest = lasts(from: began.latest, to: min(lastEarliest, indexDate), period, isStrict)
      let longest = lasts(from: began.earliest, to: min(lastLatest, indexDate), period, isStrict)
      outcome.truth = shortest ? .true : longest ? .unknown : .false
    }
    outcome.reasons = outcome.truth == .unknown ? ["DATE_UNCERTAIN"] : []
    outcome.missing = []
    if outcome.truth == .false, !isReviewed(.medications) {
      // An earlier course may not have been recorded.
      outcome.truth = .unknown
      outcome.reasons = ["NOT_REVIEWED"]
      if withEvidence {
        let sets = components.compactMap { exposure(of: $0) }
        outcome.missing = sets.map { missingReview(.medications, catalogue.setIDs[$0.drugSet]) }
      }
    }
    if withEvidence {
      var item = Evidence()
      item.givenValue = "\(began.latest) to \(min(lastLatest, indexDate))"
      item.limit = "\(isStrict ? ">" : ">=") \(period)"
      item.role = "derived"
      outcome.evidence.insert(note(item), at: 0)
    }
    if outcome.truth == .false, !test.isConcurrent,
      ends.contains(where: { $0?.latest == indexDate }),
      let passes = period.after(began.latest)
    {
      outcome.turns = (isStrict ? passes.adding(days: 1) : passes).map { .on($0) }
    }
    return outcome
  }

  /// The exposure test that a criterion comes down to.
  private func exposure(of index: Int) -> CompiledExposureTest? {
    program.criteria[index].rule.exposure(through: { program.criteria[$0].rule })
  }

  private func beginning(_ starts: [DateRange], _ start: DurationStart) -> DateRange? {
    let earliest = starts.map(\.earliest)
    let latest = starts.map(\.latest)
    switch start {
    case .allComponents:
      guard let first = earliest.max(), let last = latest.max() else { return nil }
      return DateRange(earliest: first, latest: last)
    case .firstComponent:
      guard let first = earliest.min(), let last = latest.min() else { return nil }
      return DateRange(earliest: first, latest: last)
    }
  }

  private func lasts(
    from start: CalendarDate, to end: CalendarDate, _ period: CalendarPeriod, _ isStrict: Bool
  ) -> Bool {
    guard let needed = period.after(start) else { return false }
    return isStrict ? needed < end : needed <= end
  }

  // MARK: Together

  /// Whether the longest stretch in which every component was given is long enough.
  private func lastsTogether(_ courses: [[ResolvedMedication]], _ test: CompiledDurationTest)
    -> Truth
  {
    func together(certain: Bool) -> [ClosedDateWindow] {
      var common: [ClosedDateWindow]?
      for course in courses {
        let given = merged(course.compactMap { days(of: $0, certain: certain) })
        common = common.map { intersections($0, given) } ?? given
      }
      return common ?? []
    }
    func isLongEnough(_ stretches: [ClosedDateWindow]) -> Bool {
      stretches.contains { lasts(from: $0.start, to: $0.end, test.period, test.isStrict) }
    }
    if isLongEnough(together(certain: true)) { return .true }
    return isLongEnough(together(certain: false)) ? .unknown : .false
  }

  /// The days on which a medicine was certainly, or perhaps, given.
  private func days(of exposure: ResolvedMedication, certain: Bool) -> ClosedDateWindow? {
    let start = certain ? exposure.start.latest : exposure.start.earliest
    let end = exposure.end.map { certain ? $0.earliest : $0.latest } ?? indexDate
    let last = min(end, indexDate)
    return start <= last ? ClosedDateWindow(start: start, end: last) : nil
  }

  /// The same days in stretches that neither overlap nor follow each other.
  private func merged(_ stretches: [ClosedDateWindow]) -> [ClosedDateWindow] {
    var result: [ClosedDateWindow] = []
    for stretch in stretches.sorted(by: { $0.start < $1.start }) {
      if let last = result.last, let next = last.end.adding(days: 1), stretch.start <= next {
        result[result.count - 1].end = max(last.end, stretch.end)
      } else {
        result.append(stretch)
      }
    }
    return result
  }

  /// The days that are in both.
  private func intersections(_ first: [ClosedDateWindow], _ second: [ClosedDateWindow])
    -> [ClosedDateWindow]
  {
    var result: [ClosedDateWindow] = []
    var (left, right) = (0, 0)
    while left < first.count, right < second.count {
      let start = max(first[left].start, second[right].start)
      let end = min(first[left].end, second[right].end)
      if start <= end { result.append(ClosedDateWindow(start: start, end: end)) }
      if first[left].end < second[right].end { left += 1 } else { right += 1 }
    }
    return result
  }
}
