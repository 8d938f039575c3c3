extension Evaluation {
  /// Creatinine clearance after Cockcroft and Gault (Nephron 1976;16:31-41), exactly:
  /// (140 - age) x kg x (0.85 if female) / (72 x mg/dL), with 1 mg/dL = 88.4 umol/L. Age is that on the
  /// day of the creatinine, weight the one nearest to it; what is not known exactly is an interval.
  func evaluateClearance(
    _ test: CompiledClearanceTest, _ criterion: CompiledCriterion
  ) -> NodeResult {
    let unit = test.normalisation == nil ? "mL/min" : "mL/min/{1.73_m2}"
    let settling = withEvidence ? "\(test.comparison.symbol) \(test.limitText) \(unit)" : ""
    var selection = select([test.creatinine], in: nil) { _ in true }
    guard !selection.isEmpty else { return noResult([test.creatinine], settling, nil) }
    var outcome = NodeResult(.unknown)
    for position in selection.candidates.indices {
      let place = selection.candidates[position].place
      let single = clearance(facts.observations[place], test, settling, unit)
      selection.candidates[position].truth = single.truth
      outcome.adopt(single, withEvidence: withEvidence)
    }
    let (truth, reason) = fold(selection, criterion.polarity, criterion.reportedID)
    outcome.truth = truth
    if truth.isKnown {
      outcome.reasons = []
      outcome.missing = []
    } else if let reason {
      outcome.addReason(reason)
    }
    return outcome
  }

  private func clearance(
    _ creatinine: ResolvedObservation, _ test: CompiledClearanceTest, _ settling: String,
    _ unit: String
  ) -> NodeResult {
    if let problem = creatinine.problem { return .unknown(problem.rawValue) }
    guard let serum = creatinine.value, let inverse = nonNegative(serum).reciprocal() else {
      return .unknown("NO_VALUE")
    }
    var outcome = NodeResult(.unknown)
    if withEvidence { outcome.evidence = [evidence(creatinine, limit: .none)] }
    guard let age = age(on: creatinine.dates) else {
      let reason = snapshot.birthDate == nil ? "NO_BIRTH_DATE" : "BIRTH_DATE_UNUSABLE"
      outcome.addReason(reason)
      outcome.missing = [birthDateMissing(reason)]
      return outcome
    }
    guard let measured = nearest(test.weight, to: creatinine, &outcome),
      let weight = counting(measured, creatinine, test, &outcome)
    else { return outcome }
    let years = ExactInterval(
      from: ExactRational(140 - age.upperBound), to: ExactRational(140 - age.lowerBound))
    guard
      var value = years.multiplied(by: weight)?.multiplied(by: sexFactor)?
        .multiplied(by: inverse)?.scaled(by: Self.unitFactor)
    else {
      outcome.addReason("IMPLAUSIBLE_VALUE")
      return outcome
    }
    if test.normalisation != nil {
      // The surface is that of the body as it is, whichever weight the clearance is computed with.
      outcome.truth = normalised(value, measured, creatinine, test, &outcome)
    } else {
      outcome.truth = value.compare(test.comparison, test.limit)
    }
    if value.lower == nil { value.lower = .init(.zero, isIncluded: true) }
    if outcome.truth == .unknown {
      if snapshot.sexAtBirth == nil {
        outcome.addReason("NO_SEX")
        var fact = MissingFact()
        fact.concept = "sex_at_birth"
        fact.reason = "NO_SEX"
        outcome.missing.append(fact)
      }
      if age.lowerBound != age.upperBound {
        outcome.addReason("BIRTH_DATE_IMPRECISE")
        outcome.missing.append(birthDateMissing("BIRTH_DATE_IMPRECISE"))
      }
      if outcome.reasons.isEmpty { outcome.addReason("VALUE_UNCERTAIN") }
    }
    if withEvidence { outcome.evidence.append(note(derived(value, settling, unit))) }
    return outcome
  }

  /// 88.4 umol/L per mg/dL over the formula's 72.
  private static let unitFactor = ExactRational(ratioText: "88.4/72") ?? .one

  private static let femaleFactor = ExactRational(ratioText: "0.85") ?? .one

  /// 0.85 for women, 1 for men, anything between where sex is not recorded.
  private var sexFactor: ExactInterval {
    let female = Self.femaleFactor
    switch snapshot.sexAtBirth {
    case .female: return ExactInterval(female)
    case .male: return ExactInterval(.one)
    case nil: return ExactInterval(from: female, to: .one)
    }
  }

  /// A censored amount that cannot be negative.
  private func nonNegative(_ value: ExactInterval) -> ExactInterval {
    var value = value
    if value.lower == nil { value.lower = .init(.zero, isIncluded: false) }
    return value
  }

  func age(on dates: DateRange) -> ClosedRange<Int>? {
    guard let birth = usableBirthDates() else { return nil }
    let leap = program.engine.leapBirthday
    let youngest = birth.latest.completedYears(on: dates.earliest, leap: leap)
    let oldest = birth.earliest.completedYears(on: dates.latest, leap: leap)
    guard youngest >= 0, youngest <= oldest, oldest <= 139 else { return nil }
    return youngest...oldest
  }

  /// The value of a concept measured nearest to another result; records equally near stand together.
  private func nearest(
    _ wanted: Int, to other: ResolvedObservation, _ outcome: inout NodeResult
  ) -> ExactInterval? {
    if let assumed = assumedValues[wanted] { return assumed }
    let key = NearestValue.Key(concept: wanted, day: other.dates.latest)
    let found = nearestValues[key] ?? nearest(wanted, to: key.day)
    nearestValues[key] = found
    outcome.adopt(found.outcome, withEvidence: withEvidence)
    return found.value
  }

  private func nearest(_ wanted: Int, to day: CalendarDate) -> NearestValue {
    func distance(_ observation: ResolvedObservation) -> Int {
      abs(observation.dates.latest.days(until: day))
    }
    let found = facts.observations(of: wanted).filter { $0.dates.latest <= indexDate }
    guard let least = found.map(distance).min() else {
      return NearestValue(outcome: noResult([wanted], "", nil))
    }
    var nearest = NearestValue(outcome: NodeResult(.unknown))
    for observation in found where distance(observation) == least {
      if let problem = observation.problem {
        nearest.outcome.addReason(problem.rawValue)
        nearest.value = nil
        return nearest
      }
      guard let single = observation.value.map({ nonNegative($0) }) else {
        nearest.outcome.addReason("NO_VALUE")
        nearest.value = nil
        return nearest
      }
      nearest.value = nearest.value.map { $0.hull(single) } ?? single
      if withEvidence { nearest.outcome.evidence.append(evidence(observation, limit: .none)) }
    }
    return nearest
  }

  /// The weight that counts: the measured one, the ideal one (Devine 1974: 50 kg for men, 45.5 kg for
  /// women, and 2.3 kg for each inch above 60), or the ideal one and 0.4 of the excess.
  private func counting(
    _ measured: ExactInterval, _ creatinine: ResolvedObservation, _ test: CompiledClearanceTest,
    _ outcome: inout NodeResult
  ) -> ExactInterval? {
    guard let basis = test.weightBasis else { return measured }
    guard let heightConcept = test.height,
      let height = nearest(heightConcept, to: creatinine, &outcome)
    else { return nil }
    guard let sex = snapshot.sexAtBirth else {
      outcome.addReason("NO_SEX")
      var fact = MissingFact()
      fact.concept = "sex_at_birth"
      fact.reason = "NO_SEX"
      outcome.missing.append(fact)
      return nil
    }
    guard let base = ExactRational(ratioText: sex == .male ? "50" : "45.5"),
      let perCentimetre = ExactRational(ratioText: "2.3/2.54"),
      let sixtyInches = ExactRational(ratioText: "152.4"),
      let share = ExactRational(ratioText: "0.4"), let rest = ExactRational(ratioText: "0.6")
    else { return nil }
    let ideal = height.adding(ExactInterval(-sixtyInches)).scaled(by: perCentimetre)
      .adding(ExactInterval(base))
    if basis == .ideal { return ideal }
    return ideal.scaled(by: rest).adding(measured.scaled(by: share))
  }

  /// Per 1.73 m2 of body surface, compared through powers so that no root is taken. Mosteller (N Engl J
  /// Med 1987;317:1098): surface^2 = cm x kg / 3600. Du Bois (Arch Intern Med 1916;17:863): surface^40 =
  /// 0.007184^40 x kg^17 x cm^29.
  private func normalised(
    _ value: ExactInterval, _ weight: ExactInterval, _ creatinine: ResolvedObservation,
    _ test: CompiledClearanceTest, _ outcome: inout NodeResult
  ) -> Truth {
    guard let heightConcept = test.height, let reference = ExactRational(ratioText: "1.73"),
      let duBois = ExactRational(ratioText: "0.007184")
    else { return .unknown }
    let scaled = value.scaled(by: reference)
    guard let height = nearest(heightConcept, to: creatinine, &outcome) else {
      // Any plausible body surface, 1.2 to 2.6 m2.
      guard let low = ExactRational(ratioText: "1/2.6"),
        let high = ExactRational(ratioText: "1/1.2"),
        let bounded = scaled.multiplied(by: ExactInterval(from: low, to: high))
      else { return .unknown }
      return bounded.compare(test.comparison, test.limit)
    }
    let degree = test.normalisation == .duBois ? 40 : 2
    let surface: ExactInterval? =
      test.normalisation == .duBois
      ? weight.power(17).flatMap { kilograms in
        height.power(29).flatMap { kilograms.multiplied(by: $0) }
      }?.scaled(by: duBois.power(40))
      : height.multiplied(by: weight).flatMap { product in
        ExactRational(ratioText: "1/3600").map { product.scaled(by: $0) }
      }
    guard let inverse = surface?.reciprocal(),
      let compared = scaled.power(degree)?.multiplied(by: inverse)
    else { return .unknown }
    if withEvidence, let point = compared.point {
      outcome.evidence.append(note(normalisedEvidence(point, degree)))
    }
    return compared.compare(test.comparison, test.limit.power(degree))
  }

  private func normalisedEvidence(_ power: ExactRational, _ degree: Int) -> Evidence {
    var item = Evidence()
    item.concept = "creatinine_clearance_normalised"
    item.normalisedValue = power.rootText(degree: degree)
    item.normalisedUnit = "mL/min/{1.73_m2}"
    item.role = "derived"
    return item
  }

  private func derived(_ value: ExactInterval, _ settling: String, _ unit: String) -> Evidence {
    var item = Evidence()
    item.concept = "creatinine_clearance"
    item.normalisedUnit = "mL/min"
    item.limit = settling
    item.role = "derived"
    let low = value.lower?.value.readableText ?? "0"
    item.normalisedValue =
      value.point != nil ? low : "\(low) to \(value.upper?.value.readableText ?? "?")"
    return item
  }
}

/// The value measured nearest to a day, and what speaks for it or stands in its way.
struct NearestValue {
  /// What it is the value of.
  struct Key: Hashable {
    var concept: Int
    var day: CalendarDate
  }

  var value: ExactInterval?
  var outcome: NodeResult
}
