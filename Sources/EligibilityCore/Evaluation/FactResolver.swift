/// Resolves the facts of a snapshot.
struct FactResolver {
  let catalogue: ConceptCatalogue
  let snapshot: PatientSnapshot
  let zone: TimeZoneTable
  let indexDate: CalendarDate
  /// The moment after which no result counts; nil = the end of the index date.
  let lastMoment: Instant?
  /// Last day that the snapshot can speak of.
  let lastDay: CalendarDate
  private let firstDay: CalendarDate
  private var facts = ResolvedFacts()

  init(
    catalogue: ConceptCatalogue, snapshot: PatientSnapshot, zone: TimeZoneTable,
    indexDate: CalendarDate, lastMoment: Instant? = nil
  ) {
    self.lastMoment = lastMoment
    self.catalogue = catalogue
    self.snapshot = snapshot
    self.zone = zone
    self.indexDate = indexDate
    self.lastDay = snapshot.asOf.dates(in: zone).latest
    facts.lastDay = lastDay
    self.firstDay = snapshot.birthDate?.dates(in: zone).earliest ?? .distantPast
  }

  mutating func resolve() -> ResolvedFacts {
    for review in snapshot.reviewed {
      facts.reviews[review.section] = latest(facts.reviews[review.section], review.asOf)
    }
    for (index, fact) in snapshot.observations.enumerated() where fact.status.counts {
      resolve(fact, index)
    }
    for (index, fact) in snapshot.medications.enumerated() where fact.status.counts {
      resolve(fact, index)
    }
    for (index, fact) in snapshot.conditions.enumerated() where fact.verificationStatus.counts {
      resolve(fact, index)
    }
    for (index, fact) in snapshot.attestations.enumerated() where fact.status.counts {
      resolve(fact, index)
    }
    for (index, fact) in snapshot.assessments.enumerated() where fact.status.counts {
      resolve(fact, index)
    }
    reportUnknownFields()
    return facts
  }

  private func latest(_ first: ClinicalTime?, _ second: ClinicalTime) -> ClinicalTime {
    guard let first else { return second }
    return first.dates(in: zone).latest < second.dates(in: zone).latest ? second : first
  }

  private mutating func report(_ id: String, _ path: String, _ reason: String) {
    facts.issues.append(DataIssue(factID: id, path: path, reason: reason))
  }

  /// The days a time can mean, cut at the snapshot's own time; `nil` when it lies wholly after it.
  /// The days of a fact, cut at the snapshot. What lies after the snapshot cannot have happened: it is a
  /// problem of the fact.
  private mutating func dates(
    _ time: ClinicalTime?, of id: String, _ path: String, _ problem: inout String?
  ) -> DateRange {
    guard let time else {
      // A birth date that lies ahead says nothing about when a fact was.
      let earliest = firstDay <= indexDate ? firstDay : CalendarDate.distantPast
      return DateRange(earliest: min(earliest, lastDay), latest: lastDay) ?? DateRange(lastDay)
    }
    let whole = time.dates(in: zone)
    if let cut = whole.clamped(notAfter: lastDay) { return cut }
    report(id, path, "AFTER_SNAPSHOT")
    problem = problem ?? "AFTER_SNAPSHOT"
    return whole
  }

  /// Whether a fact lies after the index date, and so is left out.
  private mutating func isLater(
    _ dates: DateRange, of id: String, _ path: String, _ problem: String?
  ) -> Bool {
    guard dates.earliest > indexDate else { return false }
    if problem != "AFTER_SNAPSHOT" { report(id, path, "AFTER_INDEX_DATE") }
    facts.hasLaterFacts = true
    return true
  }

  private func instant(_ time: ClinicalTime?) -> Instant? {
    guard let time, time.precision == .instant else { return nil }
    return time.instants(in: zone).earliest
  }

  // MARK: Observations

  private mutating func resolve(_ fact: Observation, _ index: Int) {
    let path = "observations[\(index)]"
    let concept = catalogue.resolve(fact.concept)
    guard let conceptIndex = concept.concept else {
      report(fact.id, "\(path).concept", "CODE_UNKNOWN")
      return
    }
    var problem: String?
    if concept.isContradictory {
      problem = "CODE_CONFLICT"
      report(fact.id, "\(path).concept", "CODE_CONFLICT")
    }
    if fact.hasUnknownFields { problem = "UNKNOWN_FIELD" }
    let dates = dates(fact.effective, of: fact.id, "\(path).effective", &problem)
    if isLater(dates, of: fact.id, "\(path).effective", problem) { return }
    if let lastMoment, let moment = instant(fact.effective), moment > lastMoment {
      report(fact.id, "\(path).effective", "AFTER_INDEX_DATE")
      facts.hasLaterFacts = true
      return
    }
    var value: ExactInterval?
    if let quantity = fact.quantity {
      switch canonical(quantity, of: conceptIndex) {
      case .success(let interval): value = interval
      case .failure(let failure):
        // A finding stands by itself beside an amount that cannot be read.
        let stands = fact.finding != nil && failure.reason == "UNIT_UNKNOWN"
        if !stands { problem = problem ?? failure.reason }
        report(fact.id, "\(path).quantity\(failure.field)", failure.reason)
      }
    }
    facts.observations.append(
      ResolvedObservation(
        index: index, concept: conceptIndex, dates: dates, instant: instant(fact.effective),
        isDated: fact.effective != nil, value: value, problem: problem))
  }

  private struct QuantityProblem: Error {
    var field: String
    var reason: String
  }

  private func canonical(_ quantity: Quantity, of concept: Int)
    -> Result<ExactInterval, QuantityProblem>
  {
    let definition = catalogue.concepts[concept]
    guard let factor = definition.factor(of: quantity.unit) else {
      return .failure(QuantityProblem(field: ".unit", reason: "UNIT_UNKNOWN"))
    }
    let number = quantity.value.rational * factor
    if quantity.comparator == .exact {
      if let low = definition.plausibleLow, number < low {
        return .failure(QuantityProblem(field: ".value", reason: "IMPLAUSIBLE_VALUE"))
      }
      if let high = definition.plausibleHigh, number > high {
        return .failure(QuantityProblem(field: ".value", reason: "IMPLAUSIBLE_VALUE"))
      }
    }
    return .success(quantity.interval(number))
  }

  // MARK: Medications

  private mutating func resolve(_ fact: MedicationExposure, _ index: Int) {
    let path = "medications[\(index)]"
    let concept = catalogue.resolve(fact.drug)
    var problem: String?
    if concept.isContradictory {
      problem = "CODE_CONFLICT"
    } else if !concept.isUnderstood {
      problem = "CODE_UNKNOWN"
    }
    if let problem { report(fact.id, "\(path).drug", problem) }
    if fact.hasUnknownFields { problem = "UNKNOWN_FIELD" }
    let start = dates(fact.start, of: fact.id, "\(path).start", &problem)
    if isLater(start, of: fact.id, "\(path).start", problem) { return }
    var end: DateRange? = start
    var isEndOpen = false
    if let given = fact.end {
      let range = given.dates(in: zone)
      if range.latest < start.earliest {
        problem = problem ?? "CONFLICT"
        report(fact.id, "\(path).end", "END_BEFORE_START")
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
        index: index, concept: concept, start: start, startInstant: instant(fact.start), end: end,
        isEndOpen: isEndOpen, isDated: fact.start != nil, problem: problem))
  }

  // MARK: Conditions, attestations, assessments

  private mutating func resolve(_ fact: Condition, _ index: Int) {
    let path = "conditions[\(index)]"
    let concept = catalogue.resolve(fact.concept)
    var problem: String?
    if concept.isContradictory {
      problem = "CODE_CONFLICT"
    } else if !concept.isUnderstood {
      problem = "CODE_UNKNOWN"
    }
    if let problem { report(fact.id, "\(path).concept", problem) }
    if fact.hasUnknownFields { problem = "UNKNOWN_FIELD" }
    if let onset = fact.onset {
      let dates = dates(onset, of: fact.id, "\(path).onset", &problem)
      if problem != "AFTER_SNAPSHOT", isLater(dates, of: fact.id, "\(path).onset", problem) {
        return
      }
      if let abatement = fact.abatement, abatement.dates(in: zone).latest < dates.earliest {
        problem = problem ?? "CONFLICT"
        report(fact.id, "\(path).abatement", "END_BEFORE_START")
      }
    }
    facts.conditions.append(ResolvedCondition(index: index, concept: concept, problem: problem))
  }

  private mutating func resolve(_ fact: Attestation, _ index: Int) {
    let path = "attestations[\(index)]"
    let concept = catalogue.resolve(fact.concept)
    guard let conceptIndex = concept.concept else {
      report(fact.id, "\(path).concept", "CODE_UNKNOWN")
      return
    }
    var problem: String?
    if concept.isContradictory { problem = "CODE_CONFLICT" }
    if fact.hasUnknownFields { problem = "UNKNOWN_FIELD" }
    let dates = dates(fact.effective, of: fact.id, "\(path).effective", &problem)
    if isLater(dates, of: fact.id, "\(path).effective", problem) { return }
    facts.attestations.append(
      ResolvedAttestation(
        index: index, concept: conceptIndex, dates: dates, isDated: fact.effective != nil,
        problem: problem))
  }

  private mutating func resolve(_ fact: Assessment, _ index: Int) {
    let path = "assessments[\(index)]"
    let concept = catalogue.resolve(fact.instrument)
    guard let conceptIndex = concept.concept else {
      report(fact.id, "\(path).instrument", "CODE_UNKNOWN")
      return
    }
    var problem: String?
    let dates = dates(fact.effective, of: fact.id, "\(path).effective", &problem)
    if isLater(dates, of: fact.id, "\(path).effective", problem) { return }
    let definition = catalogue.concepts[conceptIndex]
    if let total = fact.total?.rational {
      let isBelow = definition.plausibleLow.map { total < $0 } ?? false
      let isAbove = definition.plausibleHigh.map { total > $0 } ?? false
      if isBelow || isAbove {
        problem = "IMPLAUSIBLE_VALUE"
        report(fact.id, "\(path).total", "IMPLAUSIBLE_VALUE")
      }
    }
    var seen: Set<String> = []
    for (position, grade) in fact.grades.enumerated() {
      let gradePath = "\(path).grades[\(position)]"
      if !definition.systems.contains(grade.system) {
        problem = problem ?? "SYSTEM_UNKNOWN"
        report(fact.id, "\(gradePath).system", "SYSTEM_UNKNOWN")
      } else if !seen.insert(grade.system).inserted {
        problem = problem ?? "CONFLICT"
        report(fact.id, "\(gradePath).system", "CONFLICT")
      }
      if !["A", "B", "C", "D", "E"].contains(grade.grade) {
        problem = problem ?? "GRADE_UNKNOWN"
        report(fact.id, "\(gradePath).grade", "GRADE_UNKNOWN")
      }
    }
    if concept.isContradictory { problem = "CODE_CONFLICT" }
    if fact.hasUnknownFields { problem = "UNKNOWN_FIELD" }
    facts.assessments.append(
      ResolvedAssessment(index: index, concept: conceptIndex, dates: dates, problem: problem))
  }

  private mutating func reportUnknownFields() {
    func mark(_ section: String, _ flags: [(id: String, hasUnknownFields: Bool)]) {
      for (index, fact) in flags.enumerated() where fact.hasUnknownFields {
        report(fact.id, "\(section)[\(index)]", "UNKNOWN_FIELD")
      }
    }
    mark("observations", snapshot.observations.map { ($0.id, $0.hasUnknownFields) })
    mark("medications", snapshot.medications.map { ($0.id, $0.hasUnknownFields) })
    mark("conditions", snapshot.conditions.map { ($0.id, $0.hasUnknownFields) })
    mark("attestations", snapshot.attestations.map { ($0.id, $0.hasUnknownFields) })
    mark("assessments", snapshot.assessments.map { ($0.id, $0.hasUnknownFields) })
    mark("allergies", snapshot.allergies.map { ($0.id, $0.hasUnknownFields) })
    mark(
      "trial_participations", snapshot.trialParticipations.map { ($0.id, $0.hasUnknownFields) })
    mark("consents", snapshot.consents.map { ($0.id, $0.hasUnknownFields) })
    mark("procedures", snapshot.procedures.map { ($0.id, $0.hasUnknownFields) })
    if snapshot.hasUnknownFields { report("", "snapshot", "UNKNOWN_FIELD") }
  }
}

extension Quantity {
  /// The set of values that the quantity stands for, given its number in another unit.
  func interval(_ number: ExactRational) -> ExactInterval {
    switch comparator {
    case .exact: ExactInterval(number)
    case .lessThan: ExactInterval.less(than: number)
    case .lessOrEqual: ExactInterval.atMost(number)
    case .greaterOrEqual: ExactInterval.atLeast(number)
    case .greaterThan: ExactInterval.greater(than: number)
    }
  }

  /// The number as it is printed: comparator and value.
  var text: String { comparator.symbol + value.description }
}

extension CalendarDate {
  /// 1 January of year 1.
  static let distantPast =
    CalendarDate(year: 1, month: 1, day: 1) ?? CalendarDate.epoch
  /// 31 December of year 9999.
  static let distantFuture =
    CalendarDate(year: 9_999, month: 12, day: 31) ?? CalendarDate.epoch
  /// 1 January 1970.
  static let epoch: CalendarDate = {
    guard let date = CalendarDate(dayNumber: 0) else { preconditionFailure("day 0 exists") }
    return date
  }()
}
