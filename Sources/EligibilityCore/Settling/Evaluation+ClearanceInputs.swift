/// What a clearance lacks.
struct ClearanceInputs {
  /// Results without which it cannot be computed, or that are not known exactly.
  var needed: [Int] = []
  /// Few values come into question for these.
  var isSexOpen = false
  var isHeightOpen = false
  var isBirthDateOpen = false
}

/// Inputs that together decide a clearance.
struct DecidingWay {
  var truth: Truth
  var sex: Sex?
  var needsHeight = false
  var needsBirthDate = false
}

extension Evaluation {
  func openInputs(of test: CompiledClearanceTest) -> ClearanceInputs {
    var inputs = ClearanceInputs()
    func isExact(_ concept: Int) -> Bool {
      let found = facts.observations(of: concept).filter { $0.dates.latest <= indexDate }
      return !found.isEmpty && found.allSatisfy { $0.problem == nil && $0.value?.point != nil }
    }
    inputs.needed = [test.creatinine, test.weight].filter { !isExact($0) }
    inputs.isSexOpen = snapshot.sexAtBirth == nil
    inputs.isHeightOpen = test.height.map { !isExact($0) } ?? false
    let birth = usableBirthDates()
    inputs.isBirthDateOpen = birth?.day == nil
    return inputs
  }

  /// The smallest ways in which inputs that are not known could decide a clearance.
  func decidingWays(
    of test: CompiledClearanceTest, _ inputs: ClearanceInputs, _ criterion: CompiledCriterion
  ) -> [DecidingWay] {
    let isHeightNeeded = inputs.isHeightOpen && test.weightBasis != nil
    if !inputs.needed.isEmpty {
      let sexes: [Sex?] =
        inputs.isSexOpen && test.weightBasis != nil ? [.female, .male] : [nil]
      return [Truth.true, .false].flatMap { truth in
        sexes.map { sex in
          DecidingWay(
            truth: truth, sex: sex, needsHeight: isHeightNeeded,
            needsBirthDate: usableBirthDates() == nil)
        }
      }
    }
    var ways: [DecidingWay] = []
    for choice in 0..<8 {
      let way = DecidingWay(
        truth: .unknown, sex: nil, needsHeight: choice & 2 != 0, needsBirthDate: choice & 4 != 0)
      let fixesSex = choice & 1 != 0
      if choice == 0 || (fixesSex && !inputs.isSexOpen)
        || (way.needsHeight && !inputs.isHeightOpen)
        || (way.needsBirthDate && !inputs.isBirthDateOpen)
      {
        continue
      }
      for sex in fixesSex ? [Sex.female, .male] : [nil] {
        // In a fixed order: a set has another one in every process.
        let reached = truths(test, criterion, sex, way)
        for truth in [Truth.true, .false] where reached.contains(truth) {
          var found = way
          (found.truth, found.sex) = (truth, sex)
          let isCovered = ways.contains { known in
            known.truth == truth && (known.sex == nil || known.sex == sex)
              && (!known.needsHeight || found.needsHeight)
              && (!known.needsBirthDate || found.needsBirthDate)
          }
          if !isCovered { ways.append(found) }
        }
      }
    }
    return ways
  }

  /// What the clearance comes to with some inputs known, at either end of what they can be.
  private func truths(
    _ test: CompiledClearanceTest, _ criterion: CompiledCriterion, _ sex: Sex?, _ way: DecidingWay
  ) -> Set<Truth> {
    var found: Set<Truth> = []
    let heights: [ExactRational?] = way.needsHeight ? plausibleHeights(test) : [nil]
    let births: [ClinicalTime?] = way.needsBirthDate ? plausibleBirthDates() : [nil]
    for height in heights {
      for birth in births {
        var known = snapshot
        if let sex { known.sexAtBirth = sex }
        if let birth { known.birthDate = birth }
        let run = Evaluation(
          program: program, snapshot: known, parameters: parameters, site: site,
          withEvidence: false)
        if let height, let concept = test.height {
          run.assumedValues[concept] = ExactInterval(height)
        }
        let truth = run.evaluateClearance(test, criterion).truth
        if truth.isKnown { found.insert(truth) }
      }
    }
    return found
  }

  /// The least and the largest height in cm: those that the catalogue takes for plausible.
  private func plausibleHeights(_ test: CompiledClearanceTest) -> [ExactRational?] {
    let height = test.height.map(concept)
    return [height?.plausibleLow ?? ExactRational(50), height?.plausibleHigh ?? ExactRational(250)]
  }

  /// The first and the last day of birth that are possible: those recorded, or those of the ages that the
  /// protocol admits.
  private func plausibleBirthDates() -> [ClinicalTime?] {
    var days: [CalendarDate?]
    if let birth = usableBirthDates() {
      days = [birth.earliest, birth.latest]
    } else {
      var (youngest, oldest) = (0, 120)
      for criterion in program.criteria where criterion.role == .inclusion {
        guard case .age(let comparison, let years?) = criterion.rule else { continue }
        switch comparison {
        case .greater, .greaterOrEqual: youngest = max(youngest, years)
        case .less, .lessOrEqual: oldest = min(oldest, years)
        case .equal: break
        }
      }
      days = [youngest, oldest].map { indexDate.adding(years: -$0) }
    }
    return days.map { day in day.flatMap { try? ClinicalTime(parsing: $0.description) } }
  }
}
