/// What a constraint is about.
enum ReviewSubject: Hashable {
  /// The truth of a node.
  case node(Int)
  /// The truth of a test, with the polarity where that changes what it says.
  case rule(CompiledRule, Polarity?)
  case age
  case sex
  case statement(Int)
  case result([Int])
  case finding(CompiledFindingTest)
  case total(Int)
  case grades(Int, String)
  case clearance(CompiledClearanceTest)
  case exposure
}

/// Which of the results that a test looks at satisfy a constraint.
enum ReviewReach {
  /// At least one.
  case some
  /// All that are selected, and there is one.
  case selected
  /// All that there are, and there is one.
  case every
}

/// What a constraint leaves.
enum ReviewValues {
  case amount(ExactInterval)
  /// The amount over the upper limit of normal of the result.
  case ratio(ExactInterval)
  /// A bit for each answer that is left.
  case answers(UInt8)
  case exposure(CompiledExposureTest, isGiven: Bool)
}

/// What a demanded leaf, or a relation, says about one thing.
struct Constraint {
  /// Results that two tests must share to be about the same ones.
  struct Scope: Hashable {
    var window: CalendarPeriod?
    var invalidAfter: CompiledInvalidAfter?
  }

  var subject: ReviewSubject
  var reach: ReviewReach
  var values: ReviewValues
  /// nil = any results of the concept: a relation.
  var scope: Scope? = Scope()
  /// The demanded node.
  var demand: Demand
  /// The reported criterion that demands it.
  var owner: Int
  var isDeclared = false
  /// Whether the worst of a day decides, as the demand needs.
  var isFavoured = true
  /// Whether it says no less than the demand.
  var isExact = true
  /// Whether the criterion may be void whatever the test says.
  var isVoidable = false
}

extension ReviewRun {
  /// What a demanded leaf says: one constraint, equal to the demand.
  func constraint(of held: HeldDemand) -> Constraint {
    let criterion = program.criteria[held.demand.node]
    let truth = held.demand.truth
    var constraint =
      specialConstraint(of: held)
      ?? Constraint(
        subject: .rule(criterion.rule, criterion.rule.dependsOnPolarity ? criterion.polarity : nil),
        reach: .selected, values: .answers(truth ? 1 : 2), demand: held.demand, owner: held.owner)
    constraint.isVoidable = held.isVoidable
    return constraint
  }

  private func specialConstraint(of held: HeldDemand) -> Constraint? {
    let criterion = program.criteria[held.demand.node]
    let truth = held.demand.truth
    func make(
      _ subject: ReviewSubject, _ reach: ReviewReach, _ values: ReviewValues,
      scope: Constraint.Scope = Constraint.Scope()
    ) -> Constraint {
      Constraint(
        subject: subject, reach: reach, values: values, scope: scope, demand: held.demand,
        owner: held.owner,
        isFavoured: criterion.polarity == (truth ? .trueFavours : .falseFavours))
    }
    // All selected results must agree, unless the polarity is the other one or the best of them counts.
    let reach = selectedReach(criterion.polarity, truth)
    let best = program.engine.selection == .any ? ReviewReach.some : reach
    switch criterion.rule {
    case .age(let comparison, let years?):
      return interval(years: years, comparison, truth).map { interval in
        var constraint = make(.age, .selected, .amount(interval))
        constraint.isExact = comparison != .lessOrEqual || !program.engine.upperAgeEndsOnBirthday
        return constraint
      }
    case .sex(let sex):
      let bit: UInt8 = sex == .female ? 1 : 2
      return make(.sex, .selected, .answers(truth ? bit : 3 & ~bit))
    case .statement(let test):
      // A "yes" outside its window is a "no", too: then nothing follows.
      if test.window != nil, test.expectsYes != truth { return nil }
      return make(
        .statement(test.concept), .selected, .answers(test.expectsYes == truth ? 1 : 2))
    case .result(let test):
      guard let values = values(of: test, truth) else { return nil }
      return make(
        .result(test.concepts), test.ever ? (truth ? .some : .every) : best, values,
        scope: Constraint.Scope(window: test.window, invalidAfter: test.invalidAfter))
    case .finding(let test):
      let isPositive = test.expectsPositive == truth
      let given = criterion.polarity == .mixed ? test.mixedPolarity : criterion.polarity
      let single = selectedReach(given, truth)
      let reach: ReviewReach =
        test.ever
        ? (isPositive ? .some : .every)
        : test.latestOnly || program.engine.selection != .any ? single : .some
      let asked = CompiledFindingTest(
        concepts: test.concepts, expectsPositive: true, window: test.window, ever: false,
        methods: test.methods, specimens: test.specimens, cutOffFromRange: test.cutOffFromRange,
        staleAfter: nil, latestOnly: false)
      return make(.finding(asked), reach, .answers(isPositive ? 1 : 2))
    case .assessment(let test):
      guard let limit = ExactInterval(test.comparison, test.limit, truth) else { return nil }
      let concept = program.catalogue.concepts[test.instrument]
      let plausible = ExactInterval(
        lower: concept.plausibleLow.map { .init($0, isIncluded: true) },
        upper: concept.plausibleHigh.map { .init($0, isIncluded: true) })
      return make(.total(test.instrument), reach, .amount(limit.intersection(plausible)))
    case .gradeCount(let instrument, let grade, let atLeast):
      let systems = program.catalogue.concepts[instrument].systems.count
      let count =
        truth
        ? ExactInterval(from: ExactRational(atLeast), to: ExactRational(systems))
        : ExactInterval(from: .zero, to: ExactRational(atLeast - 1))
      return make(.grades(instrument, grade), reach, .amount(count))
    case .clearance(var test):
      guard let limit = ExactInterval(test.comparison, test.limit, truth) else { return nil }
      test.comparison = .equal
      test.limit = .zero
      test.limitText = ""
      return make(.clearance(test), best, .amount(limit))
    case .exposure(let test):
      return make(.exposure, .selected, .exposure(test, isGiven: truth))
    default: return nil
    }
  }

  private func selectedReach(_ polarity: Polarity, _ truth: Bool) -> ReviewReach {
    switch polarity {
    case .mixed: .selected
    case .trueFavours: truth ? .selected : .some
    case .falseFavours: truth ? .some : .selected
    }
  }

  private func values(of test: CompiledResultTest, _ truth: Bool) -> ReviewValues? {
    // A result below what can be measured counts as within although it has no amount.
    if test.censoredIsWithin { return nil }
    switch test.limit {
    case .values(let limits, _, _):
      guard let limit = limits.first, limits.allSatisfy({ $0 == limit }) else { return nil }
      return ExactInterval(test.comparison, limit, truth).map { .amount($0) }
    case .ulnMultiple(let multiple, _):
      return ExactInterval(test.comparison, multiple, truth).map { .ratio($0) }
    case .none: return nil
    }
  }

  /// Completed years are whole: every interval of them has its ends in it.
  private func interval(years: Int, _ comparison: ComparisonOperator, _ truth: Bool)
    -> ExactInterval?
  {
    let endsOnBirthday = program.engine.upperAgeEndsOnBirthday
    func atMost(_ years: Int) -> ExactInterval { .atMost(ExactRational(years)) }
    func atLeast(_ years: Int) -> ExactInterval { .atLeast(ExactRational(years)) }
    switch (comparison, truth) {
    case (.less, true), (.greaterOrEqual, false): return atMost(years - 1)
    case (.lessOrEqual, true), (.greater, false): return atMost(years)
    case (.greater, true): return atLeast(years + 1)
    // After the birthday itself the age is still that one.
    case (.lessOrEqual, false): return atLeast(endsOnBirthday ? years : years + 1)
    case (.greaterOrEqual, true), (.less, false): return atLeast(years)
    case (.equal, true): return ExactInterval(ExactRational(years))
    case (.equal, false): return nil
    }
  }

  /// What the relations say while a node is true.
  func declared(by held: HeldDemand) -> [Constraint] {
    guard held.demand.truth else { return [] }
    return impliedAmounts[held.demand.node, default: []].compactMap { implied in
      ExactInterval(implied.comparison, implied.limit, true).map {
        Constraint(
          subject: .result([implied.concept]), reach: .selected, values: .amount($0), scope: nil,
          demand: held.demand, owner: held.owner, isDeclared: true)
      }
    }
  }
}

extension CompiledRule {
  /// Whether the side that a criterion stands on changes what the test says of several results.
  var dependsOnPolarity: Bool {
    switch self {
    case .result, .finding, .assessment, .gradeCount, .clearance, .change: true
    default: false
    }
  }
}

extension CompiledRule {
  /// Whether one result at any time suffices.
  var looksAtAllResults: Bool {
    switch self {
    case .result(let test): test.ever
    case .finding(let test): test.ever
    default: false
    }
  }
}

extension CompiledFindingTest {
  /// A finding that is used both ways: the positive one decides.
  var mixedPolarity: Polarity { expectsPositive ? .falseFavours : .trueFavours }
}

extension ExactInterval {
  /// The values that compare so with a limit, or do not; nil where they are no interval.
  init?(_ comparison: ComparisonOperator, _ limit: ExactRational, _ truth: Bool) {
    switch (comparison, truth) {
    case (.less, true), (.greaterOrEqual, false): self = .less(than: limit)
    case (.lessOrEqual, true), (.greater, false): self = .atMost(limit)
    case (.greater, true), (.lessOrEqual, false): self = .greater(than: limit)
    case (.greaterOrEqual, true), (.less, false): self = .atLeast(limit)
    case (.equal, true): self.init(limit)
    case (.equal, false): return nil
    }
  }

  /// The values that belong to both.
  func intersection(_ other: ExactInterval) -> ExactInterval {
    func inner(
      _ first: End?, _ second: End?, _ isInner: (ExactRational, ExactRational) -> Bool
    ) -> End? {
      guard let first, let second else { return first ?? second }
      if first.value == second.value {
        return End(first.value, isIncluded: first.isIncluded && second.isIncluded)
      }
      return isInner(first.value, second.value) ? first : second
    }
    return ExactInterval(
      lower: inner(lower, other.lower, >), upper: inner(upper, other.upper, <))
  }

  /// Whether every value belongs to another interval.
  func isWithin(_ other: ExactInterval) -> Bool { intersection(other) == self }
}
