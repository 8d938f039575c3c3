import EligibilityCore
import Testing

@Suite struct StatementTests {
  static let concepts: [ConceptDefinition] = {
    var narrow = ConceptDefinition("narrow", .statement)
    narrow.implies = ["wide"]
    var womens = ConceptDefinition("womens", .statement)
    womens.notForSex = .male
    return [
      narrow, ConceptDefinition("wide", .statement), womens, ConceptDefinition("ill", .condition),
      ConceptDefinition("criteria", .instrument), ConceptDefinition("first", .statement),
      ConceptDefinition("second", .statement),
    ]
  }()

  static func bench(
    _ concept: String, _ expected: Answer = .yes, _ change: (inout StatementTest) -> Void = { _ in }
  ) -> Bench {
    var test = StatementTest()
    test.concept = concept
    test.expected = expected
    change(&test)
    return Bench(
      concepts, sets: [CodeSet("ills", concepts: ["ill"])], .inclusion("T", .statement(test)))
  }

  // MARK: Answers

  @Test(
    arguments: [
      (.yes, .met, .notMet), (.no, .notMet, .met), (.undetermined, .unknown, .unknown),
      (nil, .unknown, .unknown),
    ] as [(Answer?, CriterionOutcome, CriterionOutcome)])
  func answers(_ answer: Answer?, _ expectedYes: CriterionOutcome, _ expectedNo: CriterionOutcome)
    throws
  {
    for (expected, outcome) in [(Answer.yes, expectedYes), (.no, expectedNo)] {
      var bench = Self.bench("wide", expected)
      if let answer { bench.say("wide", answer) }
      let result = try bench.result()
      #expect(result.outcome == outcome)
      if outcome == .unknown {
        #expect(result.missing.map(\.concept) == ["wide"])
        #expect(result.missing.map(\.settlingValues) == [expected.rawValue])
        #expect(
          result.reasons == [answer == nil ? "NO_ATTESTATION" : "ANSWER_UNDETERMINED"])
      }
    }
  }

  /// The latest counts; of one day they must agree; one without a date gives way to one with.
  @Test(
    arguments: [
      ([("2025-05-01", .yes), ("2025-05-20", .no)], .notMet),
      ([("2025-05-20", .yes), ("2025-05-01", .no)], .met),
      ([("2025-05-20", .yes), ("2025-05-20", .no)], .unknown),
      ([("2025-05-20", .yes), ("2025-05-20", .yes)], .met),
      ([("2025-05", .yes), ("2025-05-20", .no)], .unknown),
      ([("2025-04", .yes), ("2025-05-20", .no)], .notMet),
      ([("2025-06-02", .yes), ("2025-05-20", .no)], .notMet),
      ([(nil, .yes), ("2025-05-20", .no)], .notMet), ([(nil, .yes), (nil, .no)], .unknown),
      ([(nil, .yes)], .met),
    ] as [([(ClinicalTime?, Answer)], CriterionOutcome)])
  func severalAnswers(_ answers: [(ClinicalTime?, Answer)], _ outcome: CriterionOutcome) throws {
    var bench = Self.bench("wide")
    bench.snapshot.asOf = "2025-07-01"
    for (time, answer) in answers { bench.say("wide", answer, on: time) }
    #expect(try bench.outcome() == outcome)
    bench.snapshot.attestations.reverse()
    #expect(try bench.outcome() == outcome)
  }

  @Test func contradictingAnswersAreListed() throws {
    var bench = Self.bench("wide")
    bench.say("wide", .yes, on: "2025-05-20")
    bench.say("wide", .no, on: "2025-05-20")
    #expect(try bench.result().reasons == ["CONFLICT"])
    #expect(try bench.issues() == ["attestations[0] CONFLICT", "attestations[1] CONFLICT"])
  }

  @Test(arguments: [
    (RecordStatus.final, true), (.amended, true), (.corrected, true), (.preliminary, false),
    (.cancelled, false), (.enteredInError, false),
  ])
  func recordsThatStand(_ status: RecordStatus, _ counts: Bool) throws {
    var bench = Self.bench("wide")
    bench.say("wide", .yes)
    bench.snapshot.attestations[0].status = status
    #expect(try bench.outcome() == (counts ? .met : .unknown))
  }

  @Test func unknownFieldsMakeItUnusable() throws {
    var bench = Self.bench("wide")
    bench.say("wide", .yes)
    bench.snapshot.attestations[0].hasUnknownFields = true
    #expect(try bench.result().reasons == ["UNKNOWN_FIELD"])
    #expect(try bench.issues() == ["attestations[0] UNKNOWN_FIELD"])
  }

  // MARK: What follows from other answers

  /// A narrow statement implies the wide one: its yes is a yes, and a no to the wide one is a no to it.
  @Test(
    arguments: [
      (.yes, nil, .met, .met), (.no, nil, .unknown, .notMet), (nil, .yes, .met, .unknown),
      (nil, .no, .notMet, .notMet), (.no, .yes, .met, .notMet), (nil, nil, .unknown, .unknown),
      (.yes, .yes, .met, .met), (.no, .no, .notMet, .notMet), (.yes, .no, .unknown, .unknown),
    ] as [(Answer?, Answer?, CriterionOutcome, CriterionOutcome)])
  func implications(
    _ narrow: Answer?, _ wide: Answer?, _ wideOutcome: CriterionOutcome,
    _ narrowOutcome: CriterionOutcome
  ) throws {
    for (concept, outcome) in [("wide", wideOutcome), ("narrow", narrowOutcome)] {
      var bench = Self.bench(concept)
      if let narrow { bench.say("narrow", narrow) }
      if let wide { bench.say("wide", wide) }
      #expect(try bench.outcome() == outcome, "\(concept)")
    }
  }

  /// What does not exist for a sex is a no for it, and a yes is a contradiction.
  @Test(
    arguments: [
      (.male, nil, .notMet), (.male, .no, .notMet), (.male, .yes, .unknown),
      (.female, nil, .unknown),
      (.female, .yes, .met), (nil, nil, .unknown), (nil, .yes, .met),
    ] as [(Sex?, Answer?, CriterionOutcome)])
  func otherSex(_ sex: Sex?, _ answer: Answer?, _ outcome: CriterionOutcome) throws {
    var bench = Self.bench("womens")
    bench.snapshot.sexAtBirth = sex
    if let answer { bench.say("womens", answer) }
    #expect(try bench.outcome() == outcome)
    if sex == .male, answer == .yes {
      #expect(try bench.issues() == ["attestations[0] CONFLICT"])
    }
  }

  // MARK: What a reviewed record answers

  /// Without an answer: conditions reviewed and none of the set recorded is a no.
  @Test(
    arguments: [
      (true, [], .notMet), (false, [], .unknown), (true, [Condition("c", "ill")], .unknown),
      (true, [Condition("c", "?")], .unknown),
      (true, [Condition("c", "ill", verified: .refuted)], .notMet),
    ] as [(Bool, [Condition], CriterionOutcome)])
  func withoutCondition(
    _ isReviewed: Bool, _ conditions: [Condition], _ outcome: CriterionOutcome
  ) throws {
    var bench = Self.bench("wide") { $0.noWithoutCondition = "ills" }
    bench.snapshot.conditions += conditions
    if isReviewed { bench = bench.reviewed(.conditions) }
    #expect(try bench.outcome() == outcome)
    bench.say("wide", .yes)
    #expect(try bench.outcome() == .met)
  }

  /// Classification criteria that are met, or that nobody could decide, keep it open.
  @Test(
    arguments: [
      (nil, .notMet), (.no, .notMet), (.yes, .unknown), (.undetermined, .unknown),
    ] as [(Answer?, CriterionOutcome)])
  func withoutConclusion(_ conclusion: Answer?, _ outcome: CriterionOutcome) throws {
    var bench = Self.bench("wide") {
      $0.noWithoutCondition = "ills"
      $0.noWithoutConclusion = ["criteria"]
    }.reviewed(.conditions)
    if let conclusion {
      bench.snapshot.assessments = [Assessment("a", "criteria", conclusion: conclusion)]
    }
    #expect(try bench.outcome() == outcome)
  }

  @Test(
    arguments: [
      (true, [], .notMet), (false, [], .unknown),
      (true, [Allergy(id: "a", verificationStatus: .confirmed)], .unknown),
      (true, [Allergy(id: "a", verificationStatus: .refuted)], .notMet),
    ] as [(Bool, [Allergy], CriterionOutcome)])
  func reviewedAndEmpty(_ isReviewed: Bool, _ allergies: [Allergy], _ outcome: CriterionOutcome)
    throws
  {
    var bench = Self.bench("wide") { $0.noWhenEmpty = .allergies }
    bench.snapshot.allergies = allergies
    if isReviewed { bench = bench.reviewed(.allergies) }
    #expect(try bench.outcome() == outcome)
  }

  // MARK: One event after another

  @Test(
    arguments: [
      ("2025-01-01", "2025-03-01", .met), ("2025-03-01", "2025-01-01", .unknown),
      ("2025-03-01", "2025-03-01", .unknown), ("2025-01", "2025-03-01", .met),
      ("2025-03", "2025-03-10", .unknown), (nil, "2025-03-01", .unknown),
      ("2025-01-01", nil, .unknown),
    ] as [(ClinicalTime?, ClinicalTime?, CriterionOutcome)])
  func sequences(_ first: ClinicalTime?, _ second: ClinicalTime?, _ outcome: CriterionOutcome)
    throws
  {
    var test = SequenceTest()
    test.first = "first"
    test.second = "second"
    var bench = Bench(Self.concepts, .inclusion("T", .sequence(test)))
    bench.say("first", .yes, on: first)
    bench.say("second", .yes, on: second)
    #expect(try bench.outcome() == outcome)
  }

  /// Both must have happened.
  @Test func sequencesOfWhatDidNotHappen() throws {
    var test = SequenceTest()
    test.first = "first"
    test.second = "second"
    let base = Bench(Self.concepts, .inclusion("T", .sequence(test)))
    for truths in TruthTests.combinations(2) where truths != [.true, .true] {
      var bench = base
      bench.say("first", truths[0])
      bench.say("second", truths[1])
      #expect(try bench.outcome() == .init(inclusion: truths[0].and(truths[1])), "\(truths)")
    }
  }
}
