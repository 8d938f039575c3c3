import EligibilityCore
import Testing

/// Which cohorts are decided, and what the verdict makes of several.
@Suite struct CohortTests {
  /// Two cohorts, each with a criterion of its own, and one criterion that all share.
  static let bench: Bench = {
    var definition = ProtocolDefinition.draft(
      concepts: [
        ConceptDefinition("other", .condition), ConceptDefinition("all", .statement),
        ConceptDefinition("a", .statement), ConceptDefinition("b", .statement),
      ],
      codeSets: [CodeSet("others", concepts: ["other"])])
    definition.cohorts.append(CohortDefinition("B", "others"))
    definition.criteria = [
      .inclusion("I", .says("all")), .inclusion("A.1", .says("a"), cohort: "A"),
      .inclusion("B.1", .says("b"), cohort: "B"),
    ]
    return Bench(definition)
  }()

  static func both(_ all: Truth, _ a: Truth, _ b: Truth) -> Bench {
    bench.with {
      $0.snapshot.conditions = [Condition("1", "disease"), Condition("2", "other")]
      $0.say("all", all)
      $0.say("a", a)
      $0.say("b", b)
    }
  }

  static func outcome(_ truth: Truth) -> Outcome {
    [.true: .eligible, .unknown: .undetermined, .false: .ineligible][truth] ?? .notAssessed
  }

  /// The common criteria and (A's or B's), over all combinations.
  @Test func oneCohortSuffices() throws {
    for truths in TruthTests.combinations(3) {
      let verdict = try Self.both(truths[0], truths[1], truths[2]).verdict()
      let expected = truths[0].and(truths[1].or(truths[2]))
      #expect(verdict.outcome == Self.outcome(expected), "\(truths)")
      #expect(verdict.cohorts.map(\.cohort) == ["A", "B"])
      #expect(
        verdict.cohorts.map(\.outcome)
          == [Self.outcome(truths[0].and(truths[1])), Self.outcome(truths[0].and(truths[2]))])
      #expect(
        verdict.cohorts.map(\.ownOutcome) == [Self.outcome(truths[1]), Self.outcome(truths[2])])
    }
  }

  /// Cohorts that are neither named nor recorded stay out of it.
  @Test(
    arguments: [
      (["disease"], [], ["A"]), (["other"], [], ["B"]), (["disease", "other"], [], ["A", "B"]),
      ([], ["B"], ["B"]), (["disease"], ["B"], ["B"]), (["disease"], ["A", "B"], ["A", "B"]),
      ([], [], []),
    ] as [([String], [String], [String])])
  func whichCohorts(_ recorded: [String], _ named: [String], _ assessed: [String]) throws {
    var bench = Self.bench.with {
      $0.snapshot.conditions = recorded.map { Condition($0, $0) }
      $0.cohorts = named
    }
    bench.say("all", .yes)
    bench.say("a", .no)
    bench.say("b", .no)
    let verdict = try bench.verdict()
    #expect(verdict.cohorts.filter { $0.outcome != .notAssessed }.map(\.cohort) == assessed)
    #expect(verdict.results.map(\.id) == ["I"] + assessed.map { "\($0).1" })
    #expect(verdict.outcome == (assessed.isEmpty ? .undetermined : .ineligible))
  }

  /// Without a recorded disease nothing is decided, except that a common criterion fails.
  @Test(arguments: [
    (Truth.true, Outcome.undetermined), (.unknown, .undetermined), (.false, .ineligible),
  ])
  func noTargetDisease(_ all: Truth, _ outcome: Outcome) throws {
    var bench = Self.bench.with { $0.snapshot.conditions = [] }
    bench.say("all", all)
    let verdict = try bench.verdict()
    #expect(verdict.outcome == outcome)
    #expect(verdict.warnings.contains { $0.code == "NO_TARGET_DISEASE_RECORDED" })
  }

  @Test(arguments: [
    (VerificationStatus.confirmed, true), (.suspected, false), (.refuted, false),
    (.enteredInError, false),
  ])
  func onlyConfirmedDiseasesAssignACohort(_ status: VerificationStatus, _ assigns: Bool) throws {
    let bench = Self.bench.with {
      $0.snapshot.conditions = [Condition("1", "disease", verified: status)]
    }
    #expect(try bench.verdict().cohorts.contains { $0.outcome != .notAssessed } == assigns)
  }

  // MARK: Time

  /// The verdict passes with the cohort that passes first, whatever order they stand in.
  @Test(
    arguments: [("2025-05-25", "2025-05-20"), ("2025-05-20", "2025-05-25")]
      as [(ClinicalTime, ClinicalTime)])
  func passesWithTheFirstCohort(_ lastOfA: ClinicalTime, _ lastOfB: ClinicalTime) throws {
    var definition = Self.bench.definition
    definition.concepts += [ConceptDefinition("x", .drug), ConceptDefinition("y", .drug)]
    definition.codeSets += [CodeSet("xs", concepts: ["x"]), CodeSet("ys", concepts: ["y"])]
    definition.criteria = [
      .inclusion("A.1", .group(.none, ["x"]), cohort: "A"),
      .step("x", .exposure("xs", PeriodDefinition(14, .days))),
      .inclusion("B.1", .group(.none, ["y"]), cohort: "B"),
      .step("y", .exposure("ys", PeriodDefinition(14, .days))),
    ]
    let bench = Bench(definition).with {
      $0.snapshot.conditions = [Condition("1", "disease"), Condition("2", "other")]
      $0.snapshot.medications = [
        MedicationExposure("x", "x", from: lastOfA), MedicationExposure("y", "y", from: lastOfB),
      ]
    }.reviewed(.medications)
    let verdict = try bench.verdict()
    #expect(verdict.outcome == .ineligible)
    #expect(verdict.cohorts.compactMap(\.passesOn?.date).sorted() == ["2025-06-04", "2025-06-09"])
    #expect(verdict.passesOn == .on("2025-06-04"))
    #expect(try bench.on("2025-06-03").verdict().outcome == .ineligible)
    #expect(try bench.on("2025-06-04").verdict().outcome == .eligible)
  }

  /// All that fail must pass: the last of them counts, and one that never does leaves no date.
  @Test func passesWhenEverythingHasPassed() throws {
    var definition = ProtocolDefinition.draft(
      concepts: [ConceptDefinition("x", .drug), ConceptDefinition("y", .drug)],
      codeSets: [CodeSet("xs", concepts: ["x"]), CodeSet("ys", concepts: ["y"])])
    definition.criteria += [
      .exclusion("X", .exposure("xs", PeriodDefinition(14, .days))),
      .exclusion("Y", .exposure("ys", PeriodDefinition(28, .days))),
      .inclusion("O", .age(.lessOrEqual, 65)),
    ]
    let bench = Bench(definition).with {
      $0.snapshot.medications = [
        MedicationExposure("x", "x", from: "2025-05-25"),
        MedicationExposure("y", "y", from: "2025-05-20"),
      ]
    }.reviewed(.medications)
    #expect(try bench.verdict().passesOn == .on("2025-06-18"))
    #expect(try bench.on("2025-06-17").verdict().outcome == .ineligible)
    #expect(try bench.on("2025-06-18").verdict().outcome == .eligible)
    let old = bench.with { $0.snapshot.birthDate = "1950-01-01" }
    #expect(try old.verdict().passesOn == .notWithTime)
    let ongoing = bench.with { ($0.snapshot.medications[0].status) = .active }
    #expect(try ongoing.verdict().passesOn == .after("AFTER_LAST_DOSE 15 d"))
  }
}
