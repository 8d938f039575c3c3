extension OpeningFinder {
  mutating func result(_ test: CompiledResultTest, _ leaf: OpenLeaf) -> Opening {
    guard let concept = test.concepts.first else { return Opening() }
    if let rule = test.invalidAfter, leaf.asked?.section != nil {
      return validity(rule, leaf) { finder in
        let plain = CompiledResultTest(
          concepts: test.concepts, comparison: test.comparison, limit: test.limit,
          window: test.window, ever: test.ever, censoredIsWithin: test.censoredIsWithin,
          invalidAfter: nil)
        return finder.run.evaluateResult(plain, leaf.criterion).truth
      }
    }
    switch test.limit {
    case .none: return Opening()
    case .values(let limits, let text, let unit):
      return comparison(
        run.concept(concept).id, "value", test.comparison, limits[0], "\(text) \(unit)",
        resultFact(test.concepts, leaf))
    case .ulnMultiple(let multiple, let text):
      let asked = resultFact(test.concepts, leaf)
      // Where the upper limit alone is missing, what the result is a multiple of it is what is not known.
      return comparison(
        asked.concept, "x ULN", test.comparison, multiple, "\(text) x ULN", asked)
    }
  }

  /// The result that a leaf asks for, by the codes of every concept that will do.
  private func resultFact(_ concepts: [Int], _ leaf: OpenLeaf) -> MissingFact {
    var fact = fact(concepts.first ?? 0, leaf)
    guard leaf.reason != "NO_ULN" else { return fact }
    fact.codings = concepts.flatMap { run.concept($0).codings }
    return fact
  }

  mutating func measured(_ test: CompiledMeasuredTest, _ leaf: OpenLeaf) -> Opening {
    guard let concept = test.concepts.first else { return Opening() }
    if let rule = test.invalidAfter, leaf.asked?.section != nil {
      return validity(rule, leaf) { _ in .true }
    }
    var opening = Opening()
    opening.add(
      true,
      [step(run.concept(concept).id, "exists", .anything, "", resultFact(test.concepts, leaf))])
    return opening
  }

  /// A result that a medicine may have made invalid: it counts once none is found.
  private mutating func validity(
    _ rule: CompiledInvalidAfter, _ leaf: OpenLeaf, _ truth: (OpeningFinder) -> Truth
  ) -> Opening {
    var opening = Opening()
    let set = run.catalogue.setIDs[rule.drugSet]
    let truth = truth(self)
    let asked = described(leaf.asked ?? run.missingReview(.medications, set), leaf)
    let settled = records(
      .medications, "\(set)/\(rule.window)/validity", leaf, asked, found: "RECORDED", none: "NONE")
    guard truth.isKnown else { return opening }
    for way in settled.toFalse { opening.add(truth == .true, way) }
    return opening
  }

  mutating func finding(_ test: CompiledFindingTest, _ leaf: OpenLeaf) -> Opening {
    guard let concept = test.concepts.first else { return Opening() }
    return words(
      run.concept(concept).id, "finding", test.expectsPositive ? "POSITIVE" : "NEGATIVE",
      test.expectsPositive ? "NEGATIVE" : "POSITIVE", resultFact(test.concepts, leaf))
  }

  mutating func change(_ test: CompiledChangeTest, _ leaf: OpenLeaf) -> Opening {
    let variable = run.concept(test.concept).id
    let fact = fact(test.concept, leaf)
    let text = run.changeText(test)
    let scale = "change \(test.direction) \(test.isAbsolute)"
    var opening = Opening()
    let (reached, missed): (ExactInterval, ExactInterval) =
      test.comparison == .greaterOrEqual
      ? (.atLeast(test.amount), .less(than: test.amount))
      : (.greater(than: test.amount), .atMost(test.amount))
    opening.add(true, [step(variable, scale, .number(reached), text, fact)])
    opening.add(false, [step(variable, scale, .number(missed), "not \(text)", fact)])
    return opening
  }

  mutating func persistence(_ test: CompiledPersistenceTest, _ leaf: OpenLeaf) -> Opening {
    guard let concept = test.concepts.first else { return Opening() }
    let variable = run.concept(concept).id
    var fact = resultFact(test.concepts, leaf)
    fact.section = nil
    let text = run.persistenceText(test)
    var opening = Opening()
    opening.add(true, [step(variable, "persistence", .word(["YES"]), text, fact)])
    let hasResults = run.facts.hasObservations(of: test.concepts)
    var steps: [Int?] = []
    if !hasResults || leaf.outcome.reasons != ["NOT_REVIEWED"] {
      steps.append(step(variable, "persistence", .word(["NO"]), "not \(text)", fact))
    }
    if !isReviewed(.laboratory) {
      var unreviewed = fact
      unreviewed.reason = "NOT_REVIEWED"
      steps.append(review(.laboratory, "\(variable) persistence", "NONE", unreviewed))
    }
    opening.add(false, steps)
    return opening
  }

  // MARK: Scores

  mutating func assessment(_ test: CompiledAssessmentTest, _ leaf: OpenLeaf) -> Opening {
    comparison(
      run.concept(test.instrument).id, "total", test.comparison, test.limit, test.limitText,
      fact(test.instrument, leaf))
  }

  /// Grades of systems: of those that were not graded, so many as could bring the count to its limit or
  /// keep it below.
  mutating func gradeCount(_ instrument: Int, _ grade: String, _ atLeast: Int, _ leaf: OpenLeaf)
    -> Opening
  {
    let definition = run.concept(instrument)
    let ungraded = leaf.outcome.missing.filter { $0.concept != definition.id }
    guard !ungraded.isEmpty else {
      return words(
        definition.id, "grade \(grade)", ">= \(atLeast) x \(grade)", "< \(atLeast) x \(grade)",
        fact(instrument, leaf))
    }
    let others = ["A", "B", "C", "D", "E"].filter { $0 != grade }
    let certain = run.certainGrades(instrument, grade)
    let (asGrade, asOther): ([Int], [Int]) = (
      ungraded.compactMap {
        step($0.concept, "grade", .word([grade]), grade, described($0, leaf))
      },
      ungraded.compactMap {
        step(
          $0.concept, "grade", .word(others), others.joined(separator: " or "), described($0, leaf))
      }
    )
    var opening = Opening()
    opening.toTrue = choices(atLeast - certain, of: asGrade)
    opening.toFalse = choices(ungraded.count - (atLeast - certain) + 1, of: asOther)
    return opening
  }

  /// Ways to choose so many of some, up to a bound.
  private mutating func choices(_ count: Int, of steps: [Int]) -> [[Int]] {
    guard count > 0, count <= steps.count else { return [] }
    var found: [[Int]] = [[]]
    for (position, next) in steps.enumerated() {
      let left = steps.count - position - 1
      var longer: [[Int]] = []
      for way in found {
        if way.count < count { longer.append(way + [next]) }
        if way.count + left >= count { longer.append(way) }
      }
      found = Array(longer.prefix(Self.maximumChoices))
      if longer.count > found.count { isCut = true }
    }
    return found.filter { $0.count == count }
  }

  private static let maximumChoices = 128
}
