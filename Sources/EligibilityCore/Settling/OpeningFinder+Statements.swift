extension OpeningFinder {
  mutating func statement(_ test: CompiledStatementTest, _ leaf: OpenLeaf) -> Opening {
    let definition = run.concept(test.concept)
    var opening = Opening()
    // A contradiction with the sex is no missing fact.
    if leaf.outcome.reasons.first == "CONFLICT", leaf.outcome.missing.isEmpty { return opening }
    let (trueIs, falseIs) = test.expectsYes ? ("YES", "NO") : ("NO", "YES")
    var asked = run.missing(test.concept, reason: leaf.reason)
    asked.factIDs = leaf.factIDs
    let window = run.window(test.window)
    (asked.notBefore, asked.notAfter) = (window?.start, window?.end)
    opening = words(definition.id, "answer", trueIs, falseIs, described(asked, leaf))
    guard leaf.outcome.reasons.first == "NO_ATTESTATION" else { return opening }
    let meansTrue = !test.expectsYes
    if let sex = definition.notForSex, run.snapshot.sexAtBirth == nil, !test.isAsRecorded {
      opening.add(meansTrue, [sexStep(sex, leaf)])
    }
    if let section = test.noWhenEmpty, !isReviewed(section), run.isEmpty(section) {
      var asked = MissingFact()
      asked.concept = section.rawValue.lowercased()
      asked.reason = "NOT_REVIEWED"
      opening.add(
        meansTrue, [review(section, "\(section) empty", "NONE", described(asked, leaf))])
    }
    if let set = test.noWithoutCondition, !isReviewed(.conditions),
      !run.mayHave(set, orConclusion: test.noWithoutConclusion)
    {
      let asked = run.missingReview(.conditions, run.catalogue.setIDs[set])
      opening.add(
        meansTrue,
        [review(.conditions, "\(set)/without", "NONE", described(asked, leaf))])
    }
    return opening
  }

  mutating func sequence(_ first: Int, _ second: Int, _ leaf: OpenLeaf) -> Opening {
    var opening = Opening()
    var steps: [Int?] = []
    for statement in [first, second] where !run.answer(to: statement).truth.isKnown {
      let id = run.concept(statement).id
      let fact = described(run.missing(statement, reason: "NO_ATTESTATION"), leaf)
      steps.append(step(id, "answer", .word(["YES"]), "YES", fact))
      opening.add(false, [step(id, "answer", .word(["NO"]), "NO", fact)])
    }
    if steps.isEmpty {
      // Both are affirmed; which came first is not known.
      let id = run.concept(second).id
      var fact = described(run.missing(second, reason: leaf.reason), leaf)
      fact.factIDs = leaf.factIDs
      steps.append(step(id, "answer", .word(["YES"]), "YES", fact))
      opening.add(false, [step(id, "answer", .word(["NO"]), "NO", fact)])
    }
    opening.add(true, steps)
    return opening
  }

  mutating func consent(_ leaf: OpenLeaf) -> Opening {
    let fact = described(leaf.asked ?? MissingFact(), leaf)
    let version = run.site.consentVersion
    let signed = version.map { "version \($0)" } ?? "signed"
    let refused = version.map { "withdrawn, or not version \($0)" } ?? "withdrawn"
    return words("consent", "consent", signed, refused, fact)
  }

  mutating func enrolment(_ leaf: OpenLeaf) -> Opening {
    var fact = leaf.asked ?? MissingFact()
    fact.concept = "enrolment_record"
    fact.reason = leaf.reason
    return words(
      "enrolment_record", "outcome", "ELIGIBLE, and enrolled", "not ELIGIBLE, or not enrolled",
      described(fact, leaf))
  }

  // MARK: The patient

  mutating func sexStep(_ sex: Sex, _ leaf: OpenLeaf) -> Int? {
    var fact = MissingFact()
    fact.concept = "sex_at_birth"
    fact.reason = "NO_SEX"
    return step(
      "sex_at_birth", "sex", .word([sex.rawValue]), sex.rawValue, described(fact, leaf))
  }

  mutating func sexOpening(_ sex: Sex, _ leaf: OpenLeaf) -> Opening {
    var opening = Opening()
    opening.add(true, [sexStep(sex, leaf)])
    opening.add(false, [sexStep(sex == .male ? .female : .male, leaf)])
    return opening
  }

  mutating func age(_ comparison: ComparisonOperator, _ years: Int?, _ leaf: OpenLeaf) -> Opening {
    guard let years, let asked = leaf.asked else { return Opening() }
    let fact = described(asked, leaf)
    return self.comparison(
      asked.concept, "age", comparison, ExactRational(years), "\(years) a", fact)
  }

  /// Which of the inputs of a clearance that are not known could decide it.
  ///
  /// Creatinine and weight can take the clearance to either side of any limit. Sex, height and an age that is
  /// not known exactly have few values: those are tried.
  mutating func clearance(_ test: CompiledClearanceTest, _ leaf: OpenLeaf) -> Opening {
    let inputs = run.openInputs(of: test)
    var opening = Opening()
    for way in run.decidingWays(of: test, inputs, leaf.criterion) {
      let text = clearanceText(test, way.truth)
      var steps: [Int?] = inputs.needed.map { concept in
        step(
          run.concept(concept).id, "clearance", .word([text]), text,
          described(run.missing(concept, reason: leaf.reason), leaf))
      }
      if let sex = way.sex { steps.append(sexStep(sex, leaf)) }
      if way.needsHeight, let height = test.height {
        steps.append(
          step(
            run.concept(height).id, "clearance", .word([text]), text,
            described(run.missing(height, reason: "NO_RESULT"), leaf)))
      }
      if way.needsBirthDate {
        let reason = run.snapshot.birthDate == nil ? "NO_BIRTH_DATE" : "BIRTH_DATE_IMPRECISE"
        steps.append(
          step(
            "birth_date", "clearance", .word([text]), text,
            described(run.birthDateMissing(reason), leaf))
        )
      }
      opening.add(way.truth == .true, steps)
    }
    return opening
  }

  private func clearanceText(_ test: CompiledClearanceTest, _ truth: Truth) -> String {
    let unit = test.normalisation == nil ? "mL/min" : "mL/min/{1.73_m2}"
    let limit = "clearance \(test.comparison.symbol) \(test.limitText) \(unit)"
    return truth == .true ? limit : "not \(limit)"
  }
}
