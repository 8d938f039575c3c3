/// How a leaf that is not known could be settled: alternatives, each a list of steps that are all needed.
struct Opening {
  var toTrue: [[Int]] = []
  var toFalse: [[Int]] = []

  /// Adds a way to a truth; one that could not be listed is left out.
  mutating func add(_ truth: Bool, _ steps: [Int?]) {
    let whole = steps.compactMap { $0 }
    guard whole.count == steps.count else { return }
    if truth { toTrue.append(whole) } else { toFalse.append(whole) }
  }
}

/// Finds out how the leaves of a run could be settled.
struct OpeningFinder {
  let run: Evaluation
  var universe = SettleUniverse()
  /// Whether a leaf has more ways than are listed.
  var isCut = false
  /// By leaf: the reported criterion that asks for it first.
  private let owners: [Int: Int]

  init(_ run: Evaluation, owners: [Int: Int]) {
    self.run = run
    self.owners = owners
  }

  /// The opening of a leaf that the run does not know.
  mutating func opening(of index: Int) -> Opening {
    let criterion = run.program.criteria[index]
    let outcome: NodeResult
    if case .conclusion(let instrument, .some) = criterion.rule {
      outcome = run.recordedConclusion(instrument)
    } else {
      outcome = run.test(criterion, index)
    }
    let leaf = OpenLeaf(index: index, criterion: criterion, outcome: outcome, run: run)
    switch criterion.rule {
    case .group, .conditional, .sameAs: return Opening()
    case .age(let comparison, let years): return age(comparison, years, leaf)
    case .sex(let sex): return sexOpening(sex, leaf)
    case .result(let test): return result(test, leaf)
    case .measured(let test): return measured(test, leaf)
    case .finding(let test): return finding(test, leaf)
    case .exposure(let test): return exposure(test, leaf)
    case .condition(let test): return condition(test, leaf)
    case .allergy: return records(.allergies, "allergies", leaf)
    case .participation: return records(.trialParticipations, "trial_participations", leaf)
    case .consent: return consent(leaf)
    case .statement(let test): return statement(test, leaf)
    case .assessment(let test): return assessment(test, leaf)
    case .gradeCount(let instrument, let grade, let atLeast):
      return gradeCount(instrument, grade, atLeast, leaf)
    case .conclusion(let instrument, _):
      return answer(instrument, scale: "conclusion", trueIs: "YES", falseIs: "NO", leaf)
    case .dailyDose(let test): return dailyDose(test, leaf)
    case .clearance(let test): return clearance(test, leaf)
    case .duration(let test): return duration(test, leaf)
    case .sequence(let first, let second): return sequence(first, second, leaf)
    case .change(let test): return change(test, leaf)
    case .persistence(let test): return persistence(test, leaf)
    case .enrolment: return enrolment(leaf)
    }
  }

  // MARK: Facts

  /// The fact that the leaf itself asks for, or one about a concept.
  func fact(_ concept: Int, _ leaf: OpenLeaf) -> MissingFact {
    var fact = leaf.asked ?? run.missing(concept, reason: leaf.reason)
    if fact.concept.isEmpty { fact.concept = run.concept(concept).id }
    return described(fact, leaf)
  }

  /// A fact with where it is needed.
  func described(_ fact: MissingFact, _ leaf: OpenLeaf) -> MissingFact {
    var fact = fact
    let owner = run.program.criteria[owners[leaf.index] ?? leaf.index]
    fact.criterionID = owner.id
    fact.cohort = owner.cohort.map { run.program.cohorts[$0].id } ?? ""
    return fact
  }

  /// A step that settles with a text for a reader.
  mutating func step(
    _ variable: String, _ scale: String, _ value: SettlingValue, _ text: String, _ fact: MissingFact
  ) -> Int? {
    var fact = fact
    fact.settlingValues = text
    return universe.step(variable, on: scale, value, fact)
  }

  /// A thing that one word settles each way.
  mutating func answer(
    _ concept: Int, scale: String, trueIs: String, falseIs: String, _ leaf: OpenLeaf
  ) -> Opening {
    words(run.concept(concept).id, scale, trueIs, falseIs, fact(concept, leaf))
  }

  mutating func words(
    _ variable: String, _ scale: String, _ trueIs: String, _ falseIs: String, _ fact: MissingFact
  ) -> Opening {
    var opening = Opening()
    opening.add(true, [step(variable, scale, .word([trueIs]), trueIs, fact)])
    opening.add(false, [step(variable, scale, .word([falseIs]), falseIs, fact)])
    return opening
  }

  /// A number that is held against a limit.
  mutating func comparison(
    _ variable: String, _ scale: String, _ comparison: ComparisonOperator, _ limit: ExactRational,
    _ text: String, _ fact: MissingFact
  ) -> Opening {
    var opening = Opening()
    let at = ExactInterval(limit)
    let below = ExactInterval.less(than: limit)
    let above = ExactInterval.greater(than: limit)
    let ways: [(truth: Bool, symbol: String, interval: ExactInterval)] =
      switch comparison {
      case .less: [(true, "<", below), (false, ">=", .atLeast(limit))]
      case .lessOrEqual: [(true, "<=", .atMost(limit)), (false, ">", above)]
      case .greater: [(true, ">", above), (false, "<=", .atMost(limit))]
      case .greaterOrEqual: [(true, ">=", .atLeast(limit)), (false, "<", below)]
      case .equal: [(true, "=", at), (false, ">", above), (false, "<", below)]
      }
    for way in ways {
      opening.add(
        way.truth, [step(variable, scale, .number(way.interval), "\(way.symbol) \(text)", fact)])
    }
    return opening
  }

  // MARK: Sections

  /// Whether the absence of records in a section says "no" already.
  func isReviewed(_ section: Section) -> Bool { run.facts.reviews[section] != nil }

  /// What the review of a section must find; nothing needs to be done where it is reviewed.
  mutating func review(_ section: Section, _ scale: String, _ word: String, _ fact: MissingFact)
    -> Int?
  {
    var fact = fact
    fact.section = section
    fact.isAttestation = false
    fact.codings = []
    return step(section.rawValue, scale, .word([word]), word, fact)
  }

  /// Records of a section: those that lack something settle it, else the section's review.
  mutating func records(_ section: Section, _ concept: String, _ leaf: OpenLeaf) -> Opening {
    var asked = described(leaf.asked ?? run.missingReview(section, concept), leaf)
    asked.concept = concept
    asked.section = section
    asked.reason = leaf.reason
    return records(section, concept, leaf, asked, found: "RECORDED", none: "NONE")
  }

  mutating func records(
    _ section: Section, _ scale: String, _ leaf: OpenLeaf, _ asked: MissingFact, found: String,
    none: String
  ) -> Opening {
    var opening = Opening()
    let isOnlyUnreviewed = leaf.outcome.reasons.allSatisfy { $0 == "NOT_REVIEWED" }
    if isOnlyUnreviewed {
      opening.add(true, [review(section, scale, found, asked)])
      opening.add(false, [review(section, scale, none, asked)])
      return opening
    }
    var record = asked
    record.factIDs = leaf.factIDs
    let variable = "\(section.rawValue)/\(leaf.reason)/\(leaf.factIDs.joined(separator: ","))"
    opening.add(true, [step(variable, scale, .word([found]), found, record)])
    if leaf.outcome.reasons.contains("OPEN_LIST") { return opening }
    var steps = [step(variable, scale, .word([none]), none, record)]
    if !isReviewed(section) {
      var unreviewed = asked
      unreviewed.reason = "NOT_REVIEWED"
      steps.append(review(section, scale, none, unreviewed))
    }
    opening.add(false, steps)
    return opening
  }
}

/// A leaf that a run does not know.
struct OpenLeaf {
  var index: Int
  var criterion: CompiledCriterion
  var outcome: NodeResult

  /// The fact that it asks for first.
  var asked: MissingFact? { outcome.missing.first }
  var reason: String { outcome.reasons.first ?? "NOT_KNOWN" }
  /// The run that did not know it.
  var run: Evaluation
  /// The recorded facts that leave it open.
  var factIDs: [String] { run.factIDs(of: outcome.evidence).filter { !$0.isEmpty } }
}
