/// Resolves the facts of a snapshot.
struct FactResolver {
  let catalogue: ConceptCatalogue
  let snapshot: PatientRecord
  let records: FactRecords
  /// The places of the record's terminologies in the catalogue.
  private let places: [Int]
  let zone: TimeZoneTable
  let indexDate: CalendarDate
  /// The moment after which no result counts; nil = the end of the index date.
  let lastMoment: Instant?
  /// Last day that the snapshot can speak of.
  let lastDay: CalendarDate
  /// Whether what is wrong is listed.
  private let listsIssues: Bool
  /// The days that a fact without a date can lie on.
  private let undated: DateRange
  var facts = ResolvedFactsDraft()
  /// The time that was looked at last, by where it begins, and its days.
  private var lastTime: (start: UInt32, days: DateRange)?

  /// - Parameter inputs: of the run; the places of the terminologies are theirs.
  init(
    _ inputs: EvaluationInputs, indexDate: CalendarDate, lastMoment: Instant? = nil,
    listsIssues: Bool = true
  ) {
    self.lastMoment = lastMoment
    catalogue = inputs.program.catalogue
    let snapshot = inputs.snapshot
    self.snapshot = snapshot
    records = snapshot.records
    places = inputs.places
    let zone = inputs.site.timeZone
    self.zone = zone
    self.indexDate = indexDate
    self.listsIssues = listsIssues
    lastDay = snapshot.asOf.dates(in: zone).latest
    let firstDay = snapshot.birthDate?.dates(in: zone).earliest ?? .distantPast
    // A birth date that lies ahead says nothing about when a fact was.
    let earliest = firstDay <= indexDate ? firstDay : CalendarDate.distantPast
    undated = DateRange(earliest: min(earliest, lastDay), latest: lastDay) ?? DateRange(lastDay)
    facts.lastDay = lastDay
    facts.firstDay = firstDay
  }

  mutating func resolve() -> ResolvedFacts {
    for review in snapshot.reviewed {
      facts.reviews[review.section] = latest(facts.reviews[review.section], review.asOf)
    }
    let (observations, medications) = (records.observations, records.medications)
    facts.observations.reserveCapacity(observations.count)
    facts.medications.reserveCapacity(medications.count)
    let results = observations.span
    for index in results.indices where results[index].status.counts {
      resolve(results[index], index)
    }
    for index in medications.indices where medications[index].status.counts {
      resolve(medications[index], index)
    }
    for (index, fact) in records.conditions.enumerated() where fact.verificationStatus.counts {
      resolve(fact, index)
    }
    let attestations = records.attestations
    facts.attestations.reserveCapacity(attestations.count)
    for index in attestations.indices where attestations[index].status.counts {
      resolve(attestations[index], index)
    }
    let assessments = records.assessments
    facts.assessments.reserveCapacity(assessments.count)
    for index in assessments.indices where assessments[index].status.counts {
      resolve(assessments[index], index)
    }
    if listsIssues { reportUnknownFields() }
    return ResolvedFacts(facts, conceptCount: catalogue.concepts.count)
  }

  /// The facts that are in force on this index date, of all that were resolved for a later one.
  mutating func inForce(of every: ResolvedFacts) -> ResolvedFacts {
    facts.reviews = every.reviews
    for var fact in every.observations {
      if !fact.isDated { fact.dates = undated }
      let isLater = fact.dates.earliest > indexDate || isAfterLastMoment(fact.instant)
      if !isLater { facts.observations.append(fact) }
    }
    for fact in every.medications {
      if !fact.isDated || fact.isEndOpen {
        resolve(records.medications[fact.index], fact.index)
      } else if fact.start.earliest <= indexDate {
        facts.medications.append(fact)
      }
    }
    for fact in every.conditions {
      let isLater = fact.onset.map { $0.earliest > indexDate } ?? false
      if !isLater || fact.problem == .afterSnapshot { facts.conditions.append(fact) }
    }
    for var fact in every.attestations {
      if !fact.isDated { fact.dates = undated }
      if fact.dates.earliest <= indexDate { facts.attestations.append(fact) }
    }
    for var fact in every.assessments {
      if !fact.isDated { fact.dates = undated }
      if fact.dates.earliest <= indexDate { facts.assessments.append(fact) }
    }
    return ResolvedFacts(facts, conceptCount: catalogue.concepts.count)
  }

  private func latest(_ first: ClinicalTime?, _ second: ClinicalTime) -> ClinicalTime {
    guard let first else { return second }
    return first.dates(in: zone).latest < second.dates(in: zone).latest ? second : first
  }

  private mutating func report(
    _ id: TextPiece, _ path: @autoclosure () -> String, _ reason: FactProblem
  ) {
    report(id, path(), reason.rawValue)
  }

  private mutating func report(
    _ id: TextPiece, _ path: @autoclosure () -> String, _ reason: String
  ) {
    guard listsIssues else { return }
    facts.issues.append(DataIssue(factID: records.text(id), path: path(), reason: reason))
  }

  /// The days of a fact, cut at the snapshot. What lies after the snapshot cannot have happened: it is a
  /// problem of the fact.
  private mutating func dates(
    _ time: RecordedTime?, of id: TextPiece, _ path: @autoclosure () -> String,
    _ problem: inout FactProblem?
  ) -> DateRange {
    guard let time else { return undated }
    let whole = days(of: time)
    if let cut = whole.clamped(notAfter: lastDay) { return cut }
    report(id, path(), .afterSnapshot)
    problem = problem ?? .afterSnapshot
    return whole
  }

  /// The local dates that a time can mean. Many facts have the same.
  private mutating func days(of time: RecordedTime) -> DateRange {
    if let lastTime, lastTime.start == time.text.start { return lastTime.days }
    let days = time.dates(in: zone)
    lastTime = (time.text.start, days)
    return days
  }

  /// Whether a fact lies after the index date, and so is left out.
  private mutating func isLater(
    _ dates: DateRange, of id: TextPiece, _ path: @autoclosure () -> String,
    _ problem: FactProblem?
  ) -> Bool {
    guard dates.earliest > indexDate else { return false }
    if problem != .afterSnapshot { report(id, path(), "AFTER_INDEX_DATE") }
    facts.hasLaterFacts = true
    return true
  }

  private func isAfterLastMoment(_ moment: Instant?) -> Bool {
    guard let lastMoment, let moment else { return false }
    return moment > lastMoment
  }

  private func instant(_ time: RecordedTime?) -> Instant? {
    time?.precision == .instant ? time?.instants(in: zone).earliest : nil
  }

  // MARK: Observations

  private mutating func resolve(_ fact: borrowing ObservationRecord, _ index: Int) {
    let path = "observations"
    let concept = catalogue.resolve(fact.concept, in: records, places)
    guard let conceptIndex = concept.concept else {
      report(fact.id, "\(path)[\(index)].concept", .codeUnknown)
      return
    }
    var problem: FactProblem?
    if concept.isContradictory {
      problem = .codeConflict
      report(fact.id, "\(path)[\(index)].concept", .codeConflict)
    }
    if fact.hasUnknownFields { problem = .unknownField }
    let dates = dates(
      fact.effective, of: fact.id, "\(path)[\(index)].effective", &problem)
    if isLater(dates, of: fact.id, "\(path)[\(index)].effective", problem) { return }
    let moment = instant(fact.effective)
    if isAfterLastMoment(moment) {
      report(fact.id, "\(path)[\(index)].effective", "AFTER_INDEX_DATE")
      facts.hasLaterFacts = true
      return
    }
    var value: ExactInterval?
    if let quantity = fact.quantity {
      switch canonical(quantity, of: conceptIndex) {
      case .success(let interval): value = interval
      case .failure(let failure):
        // A finding stands by itself beside an amount that cannot be read.
        let stands = fact.finding != nil && failure.reason == .unitUnknown
        if !stands { problem = problem ?? failure.reason }
        report(fact.id, "\(path)[\(index)].quantity\(failure.field)", failure.reason)
      }
    }
    facts.observations.append(
      ResolvedObservation(
        index: index, concept: conceptIndex, dates: dates, instant: moment,
        isDated: fact.effective != nil, value: value, problem: problem))
  }

  private struct QuantityProblem: Error {
    var field: String
    var reason: FactProblem
  }

  private func canonical(_ quantity: QuantityRecord, of concept: Int)
    -> Result<ExactInterval, QuantityProblem>
  {
    let definition = catalogue.concepts[concept]
    guard let number = definition.canonical(quantity, in: records) else {
      return .failure(QuantityProblem(field: ".unit", reason: .unitUnknown))
    }
    if quantity.comparator == .exact {
      if let low = definition.plausibleLow, number < low {
        return .failure(QuantityProblem(field: ".value", reason: .implausibleValue))
      }
      if let high = definition.plausibleHigh, number > high {
        return .failure(QuantityProblem(field: ".value", reason: .implausibleValue))
      }
    }
    return .success(quantity.interval(number))
  }

  // MARK: Medications

  private mutating func resolve(_ fact: MedicationRecord, _ index: Int) {
    let path = "medications"
    let concept = catalogue.resolve(fact.drug, in: records, places)
    var problem: FactProblem?
    if concept.isContradictory {
      problem = .codeConflict
    } else if !concept.isUnderstood {
      problem = .codeUnknown
    }
    if let problem { report(fact.id, "\(path)[\(index)].drug", problem) }
    if fact.hasUnknownFields { problem = .unknownField }
    let start = dates(fact.start, of: fact.id, "\(path)[\(index)].start", &problem)
    if isLater(start, of: fact.id, "\(path)[\(index)].start", problem) { return }
    var end: DateRange? = start
    var isEndOpen = false
    if let given = fact.end {
      let range = given.dates(in: zone)
      if range.latest < start.earliest {
        problem = problem ?? .conflict
        report(fact.id, "\(path)[\(index)].end", "END_BEFORE_START")
      }
      end = DateRange(earliest: max(range.earliest, start.earliest), latest: range.latest) ?? range
    } else {
      switch fact.status {
      case .active: end = nil
      case .unknown, .onHold:
        end = DateRange(earliest: start.earliest, latest: max(lastDay, indexDate))
        isEndOpen = true
      case .completed, .stopped:
        if fact.frequency != nil || fact.doseBasis == .perDay {
          end = DateRange(earliest: start.earliest, latest: lastDay)
        }
      case .intended, .notTaken, .enteredInError: break
      }
    }
    facts.medications.append(
      ResolvedMedication(
        index: index, concept: concept, start: start, startInstant: instant(fact.start),
        end: end, isEndOpen: isEndOpen, isDated: fact.start != nil, problem: problem))
  }

  // MARK: Conditions, attestations, assessments

  private mutating func resolve(_ fact: ConditionRecord, _ index: Int) {
    let path = "conditions"
    let concept = catalogue.resolve(fact.concept, in: records, places)
    var problem: FactProblem?
    if concept.isContradictory {
      problem = .codeConflict
    } else if !concept.isUnderstood {
      problem = .codeUnknown
    }
    if let problem { report(fact.id, "\(path)[\(index)].concept", problem) }
    if fact.hasUnknownFields { problem = .unknownField }
    var began: DateRange?
    if let onset = fact.onset {
      let dates = dates(onset, of: fact.id, "\(path)[\(index)].onset", &problem)
      if problem != .afterSnapshot, isLater(dates, of: fact.id, "\(path)[\(index)].onset", problem)
      {
        return
      }
      began = dates
      if let abatement = fact.abatement, abatement.dates(in: zone).latest < dates.earliest {
        problem = problem ?? .conflict
        report(fact.id, "\(path)[\(index)].abatement", "END_BEFORE_START")
      }
    }
    facts.conditions.append(
      ResolvedCondition(index: index, concept: concept, onset: began, problem: problem))
  }

  private mutating func resolve(_ fact: AttestationRecord, _ index: Int) {
    let path = "attestations"
    let concept = catalogue.resolve(fact.concept, in: records, places)
    guard let conceptIndex = concept.concept else {
      report(fact.id, "\(path)[\(index)].concept", .codeUnknown)
      return
    }
    var problem: FactProblem?
    if concept.isContradictory { problem = .codeConflict }
    if fact.hasUnknownFields { problem = .unknownField }
    let dates = dates(
      fact.effective, of: fact.id, "\(path)[\(index)].effective", &problem)
    if isLater(dates, of: fact.id, "\(path)[\(index)].effective", problem) { return }
    facts.attestations.append(
      ResolvedAttestation(
        index: index, concept: conceptIndex, dates: dates, isDated: fact.effective != nil,
        problem: problem))
  }

  private mutating func resolve(_ fact: AssessmentRecord, _ index: Int) {
    let path = "assessments"
    let concept = catalogue.resolve(fact.instrument, in: records, places)
    guard let conceptIndex = concept.concept else {
      report(fact.id, "\(path)[\(index)].instrument", .codeUnknown)
      return
    }
    var problem: FactProblem?
    let effective = fact.effective
    let dates = dates(effective, of: fact.id, "\(path)[\(index)].effective", &problem)
    if isLater(dates, of: fact.id, "\(path)[\(index)].effective", problem) { return }
    let definition = catalogue.concepts[conceptIndex]
    if let total = fact.total?.rational {
      let isBelow = definition.plausibleLow.map { total < $0 } ?? false
      let isAbove = definition.plausibleHigh.map { total > $0 } ?? false
      if isBelow || isAbove {
        problem = .implausibleValue
        report(fact.id, "\(path)[\(index)].total", .implausibleValue)
      }
    }
    check(records.grades(of: fact), of: definition, fact.id, "\(path)[\(index)]", &problem)
    if concept.isContradictory { problem = .codeConflict }
    if fact.hasUnknownFields { problem = .unknownField }
    facts.assessments.append(
      ResolvedAssessment(
        index: index, concept: conceptIndex, dates: dates, isDated: effective != nil,
        problem: problem))
  }

  /// Grades must be of systems of the instrument, one of each.
  private mutating func check(
    _ recorded: ArraySlice<SystemGrade>, of instrument: CompiledConcept, _ id: TextPiece,
    _ path: @autoclosure () -> String, _ problem: inout FactProblem?
  ) {
    if recorded.isEmpty { return }
    let grades = Array(recorded)
    let systems = instrument.systems
    var isGraded = [Bool](repeating: false, count: systems.count)
    for position in grades.indices {
      if let system = systems.firstIndex(of: grades[position].system) {
        if isGraded[system] {
          problem = problem ?? .conflict
          report(id, "\(path()).grades[\(position)].system", .conflict)
        }
        isGraded[system] = true
      } else {
        problem = problem ?? .systemUnknown
        report(id, "\(path()).grades[\(position)].system", .systemUnknown)
      }
      if !grades[position].grade.isGrade {
        problem = problem ?? .gradeUnknown
        report(id, "\(path()).grades[\(position)].grade", .gradeUnknown)
      }
    }
  }
}

extension String {
  /// Whether it is a letter from A to E. No other letter means the same as one of these in Unicode.
  fileprivate var isGrade: Bool {
    utf8.count == 1 && utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "E")).contains($0) }
  }
}
