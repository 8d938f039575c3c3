extension OpeningFinder {
  mutating func exposure(_ test: CompiledExposureTest, _ leaf: OpenLeaf) -> Opening {
    let set = run.catalogue.setIDs[test.drugSet]
    if let anchor = test.anchorConcept, leaf.asked?.section == nil {
      return anchored(test, set, anchor, leaf)
    }
    let asked = described(leaf.asked ?? run.missingReview(.medications, set), leaf)
    return records(
      .medications, scale(test, set), leaf, asked, found: "RECORDED", none: "NONE")
  }

  private func scale(_ test: CompiledExposureTest, _ set: String) -> String {
    let window = test.window.map { "\($0)" } ?? "ever"
    return "\(set)/\(window)/\(test.systemicOnly)/\(test.targetPurposeOnly)/\(test.openSet ?? -1)"
  }

  /// Whether a medicine was given before a result that is not there: the result is needed first.
  private mutating func anchored(
    _ test: CompiledExposureTest, _ set: String, _ anchor: Int, _ leaf: OpenLeaf
  ) -> Opening {
    let result = step(
      run.concept(anchor).id, "exists", .anything, "", fact(anchor, leaf))
    let isRecorded = run.facts.medications.contains { run.membership($0, test.drugSet) != .false }
    var review: Int?
    var none: Int?
    if !isReviewed(.medications) {
      let asked = described(run.missingReview(.medications, set), leaf)
      review = self.review(.medications, scale(test, set), "RECORDED", asked)
      none = self.review(.medications, scale(test, set), "NONE", asked)
    }
    var opening = Opening()
    if isRecorded {
      opening.add(true, [result])
    } else if let review {
      opening.add(true, [result, review])
    }
    opening.add(false, [result] + (none.map { [$0] } ?? []))
    return opening
  }

  /// A diagnosis, which a statement answers, too, where the test names one.
  mutating func condition(_ test: CompiledConditionTest, _ leaf: OpenLeaf) -> Opening {
    let set = run.catalogue.setIDs[test.conditionSet]
    var opening = Opening()
    // What contradicts itself has to be corrected; nothing is missing.
    if leaf.outcome.reasons.first == "CONFLICT" { return opening }
    let isUnreviewed = leaf.outcome.reasons.contains("NOT_REVIEWED")
    if let statement = test.statement {
      var asked = run.missing(statement, reason: leaf.reason)
      asked = described(asked, leaf)
      asked.factIDs = leaf.factIDs
      opening = words(run.concept(statement).id, "answer", "YES", "NO", asked)
      // Records that do not decide are what the statement is for.
      if !isUnreviewed { return opening }
    }
    let asked = described(
      leaf.outcome.missing.first { $0.section == .conditions }
        ?? run.missingReview(.conditions, set), leaf)
    var own = leaf
    own.outcome.reasons.removeAll { $0 == "NO_ATTESTATION" }
    let recorded = records(
      .conditions, "\(set)/\(test.scope)/\(test.requirement.map { "\($0)" } ?? "")", own, asked,
      found: "RECORDED", none: "NONE")
    opening.toTrue += recorded.toTrue
    opening.toFalse += recorded.toFalse
    return opening
  }

  mutating func dailyDose(_ test: CompiledDailyDoseTest, _ leaf: OpenLeaf) -> Opening {
    let set = run.catalogue.setIDs[test.drugSet]
    let asked = described(leaf.asked ?? run.missingReview(.medications, set), leaf)
    let limit = "\(test.limitText) \(test.unit)/d"
    let (found, none): (String, String) =
      switch test.comparison {
      case .greater: ("> \(limit)", "<= \(limit)")
      case .greaterOrEqual: (">= \(limit)", "< \(limit)")
      case .less: ("< \(limit)", ">= \(limit)")
      case .lessOrEqual: ("<= \(limit)", "> \(limit)")
      case .equal: ("= \(limit)", "not \(limit)")
      }
    return records(
      .medications, "dose \(set)/\(test.window)/\(test.rule)/\(limit)", leaf, asked, found: found,
      none: none)
  }

  /// How long a treatment lasted, beside whether it was given.
  mutating func duration(_ test: CompiledDurationTest, _ leaf: OpenLeaf) -> Opening {
    let period = "\(test.isStrict ? ">" : ">=") \(test.period)"
    let scale = "duration \(test.components) \(period) \(test.start) \(test.isConcurrent)"
    var opening = Opening()
    // What is missing is the dates of records, or the review that could find earlier ones.
    let asked = leaf.outcome.missing.filter { $0.section == .medications }
    let isOpen = test.components.contains { run.reference($0).truth == .unknown }
    var base = leaf.asked ?? run.missingReview(.medications, "")
    if base.concept.isEmpty { base.concept = "treatment" }
    base.reason = leaf.reason
    let fact = described(base, leaf)
    if isOpen {
      // The records that show the components show how long they were given.
      opening.toTrue.append([])
      return opening
    }
    if leaf.outcome.reasons == ["NOT_REVIEWED"] || !asked.isEmpty {
      opening.add(true, [review(.medications, scale, "lasts \(period)", fact)])
      opening.add(false, [review(.medications, scale, "does not last \(period)", fact)])
      return opening
    }
    var record = fact
    record.section = .medications
    record.factIDs = leaf.factIDs
    let variable = "MEDICATIONS/\(leaf.reason)/\(leaf.factIDs.joined(separator: ","))"
    opening.add(
      true, [step(variable, scale, .word(["YES"]), "lasts \(period)", record)])
    var steps = [step(variable, scale, .word(["NO"]), "does not last \(period)", record)]
    if !isReviewed(.medications) {
      steps.append(review(.medications, scale, "does not last \(period)", fact))
    }
    opening.add(false, steps)
    return opening
  }
}
