extension Evaluation {
  /// Completed years of age on the reference date (protocol, common inclusion 1).
  func evaluateAge(
    _ comparison: ComparisonOperator, _ years: Int, _ criterion: CompiledCriterion
  ) -> NodeResult {
    guard let reference = ageReferenceDate() else {
      var outcome = NodeResult.unknown("NO_REFERENCE_DATE")
      var fact = MissingFact()
      fact.concept = program.engine.ageReference == .consent ? "consent" : "screening_date"
      fact.reason = "NO_REFERENCE_DATE"
      outcome.missing = [fact]
      return outcome
    }
    guard let birth = usableBirthDates() else {
      let reason = snapshot.birthDate == nil ? "NO_BIRTH_DATE" : "BIRTH_DATE_UNUSABLE"
      var outcome = NodeResult.unknown(reason)
      outcome.missing = [birthDateMissing(reason)]
      return outcome
    }
    let oldest = compareAge(birth.earliest, comparison, years, on: reference)
    let youngest = compareAge(birth.latest, comparison, years, on: reference)
    var outcome = NodeResult(oldest == youngest ? Truth(oldest) : .unknown)
    if outcome.truth == .unknown {
      outcome.addReason("BIRTH_DATE_IMPRECISE")
      outcome.missing = [birthDateMissing("BIRTH_DATE_IMPRECISE")]
    }
    if outcome.truth == .false {
      outcome.turns = ageTurning(birth, comparison, years)
    }
    flagConsentUnderAge(birth, years, criterion)
    if withEvidence { outcome.show(note(ageEvidence(birth, comparison, years, on: reference))) }
    return outcome
  }

  private func ageReferenceDate() -> CalendarDate? {
    switch program.engine.ageReference {
    case .indexDate: indexDate
    case .screening: parameters.screeningDate
    case .consent:
      snapshot.consents.filter { $0.status.counts && !$0.hasUnknownFields }
        .compactMap { $0.signed.map(dates)?.day }.filter { $0 <= indexDate }.max()
    }
  }

  func birthDateMissing(_ reason: String) -> MissingFact {
    var fact = MissingFact()
    fact.concept = "birth_date"
    fact.reason = reason
    return fact
  }

  /// The possible dates of birth; nil when there is none that can be used.
  func usableBirthDates() -> DateRange? {
    guard let birth = snapshot.birthDate?.dates(in: zone) else { return nil }
    if birth.earliest > indexDate {
      report("", "birth_date", "FUTURE_BIRTH_DATE")
      return nil
    }
    let oldestPlausible = 120
    if birth.latest.completedYears(on: indexDate, leap: program.engine.leapBirthday)
      > oldestPlausible
    {
      report("", "birth_date", "IMPLAUSIBLE_VALUE")
      return nil
    }
    return birth.clamped(notAfter: indexDate)
  }

  private func compareAge(
    _ birth: CalendarDate, _ comparison: ComparisonOperator, _ years: Int, on date: CalendarDate
  ) -> Bool {
    let engine = program.engine
    if comparison == .lessOrEqual, engine.upperAgeEndsOnBirthday {
      guard let last = birth.birthday(completing: years, leap: engine.leapBirthday) else {
        return true
      }
      return date <= last
    }
    let age = birth.completedYears(on: date, leap: engine.leapBirthday)
    switch comparison {
    case .less: return age < years
    case .lessOrEqual: return age <= years
    case .greater: return age > years
    case .greaterOrEqual: return age >= years
    case .equal: return age == years
    }
  }

  private func ageTurning(
    _ birth: DateRange, _ comparison: ComparisonOperator, _ years: Int
  ) -> Turning? {
    guard comparison == .greaterOrEqual || comparison == .greater else { return .never }
    let needed = comparison == .greaterOrEqual ? years : years + 1
    guard let day = birth.latest.birthday(completing: needed, leap: program.engine.leapBirthday)
    else { return nil }
    // Time alone does not move a date of signature or of screening: it has to be done again.
    switch program.engine.ageReference {
    case .indexDate: return .on(day)
    case .consent: return .after("NEW_CONSENT_FROM \(day)")
    case .screening: return .after("NEW_SCREENING_FROM \(day)")
    }
  }

  private func flagConsentUnderAge(
    _ birth: DateRange, _ years: Int, _ criterion: CompiledCriterion
  ) {
    guard case .age(.greaterOrEqual, _) = criterion.rule,
      let adult = birth.earliest.birthday(completing: years, leap: program.engine.leapBirthday)
    else { return }
    for consent in snapshot.consents where consent.status.counts {
      if let signed = consent.signed.map(dates)?.latest, signed < adult {
        warn("CONSENT_BEFORE_\(years)", [consent.id], criterion.reportedID)
      }
    }
  }

  private func ageEvidence(
    _ birth: DateRange, _ comparison: ComparisonOperator, _ years: Int, on date: CalendarDate
  ) -> Evidence {
    let leap = program.engine.leapBirthday
    let youngest = birth.latest.completedYears(on: date, leap: leap)
    let oldest = birth.earliest.completedYears(on: date, leap: leap)
    var evidence = Evidence()
    evidence.concept = "birth_date"
    evidence.givenValue = snapshot.birthDate?.text ?? ""
    evidence.normalisedValue = youngest == oldest ? "\(oldest)" : "\(youngest) to \(oldest)"
    evidence.normalisedUnit = "a"
    evidence.limit = "\(comparison.symbol) \(years) a on \(date)"
    evidence.role = "value"
    return evidence
  }
}
