import EligibilityCore
import Testing

/// If-then-else, conditions of applying, and what makes a criterion void.
@Suite struct ConditionalTests {
  static let concepts = (0..<3).map { ConceptDefinition("s\($0)", .statement) }

  /// Every truth of condition and branches; the branches are settled each by itself.
  @Test func everyCombination() throws {
    let base = Bench(
      Self.concepts, .inclusion("T", .choose("if", "then", "else")), .step("if", .says("s0")),
      .step("then", .says("s1")), .step("else", .says("s2")))
    let program = try base.compiled()
    for truths in TruthTests.combinations(3) {
      var bench = base
      for (index, truth) in truths.enumerated() { bench.say("s\(index)", truth) }
      let expected: Truth =
        switch truths[0] {
        case .true: truths[1]
        case .false: truths[2]
        case .unknown: truths[1] == truths[2] ? truths[1] : .unknown
        }
      #expect(
        try bench.outcome(by: program) == CriterionOutcome(inclusion: expected), "\(truths)")
    }
  }

  /// Limits that depend on something unknown: below both it is met, above both not, between them the
  /// missing fact is what settles it, and nothing else is asked for.
  @Test(
    arguments: [
      ("1.5", .met, []), ("1.8", .met, []), ("1.81", .unknown, ["gilbert"]),
      ("3.6", .unknown, ["gilbert"]), ("3.61", .notMet, []),
    ] as [(ExactDecimal, CriterionOutcome, [String])])
  func theModelCase(_ value: ExactDecimal, _ outcome: CriterionOutcome, _ missing: [String]) throws
  {
    func limit(_ multiple: String) -> Rule {
      var test = ResultTest()
      test.concepts = ["bilirubin"]
      test.comparison = .lessOrEqual
      test.limit = .ulnMultiple(multiple)
      return .result(test)
    }
    var bench = Bench(
      [
        ConceptDefinition("bilirubin", .quantity, unit: "mg/dL"),
        ConceptDefinition("gilbert", .statement),
      ],
      .inclusion("T", .choose("gilbert", "three", "one")), .step("gilbert", .says("gilbert")),
      .step("three", limit("3.0")), .step("one", limit("1.5")))
    bench.snapshot.observations = [
      Observation("o", "bilirubin", value, "mg/dL", uln: "1.2")
    ]
    let result = try bench.result()
    #expect(result.outcome == outcome)
    #expect(result.missing.map(\.concept) == missing)
  }

  // MARK: Applying

  /// A criterion whose condition is false does not apply; with an unknown condition it passes where it
  /// would pass anyway, and is unknown otherwise.
  @Test func applying() throws {
    let base = Bench(
      Self.concepts, .inclusion("T", .says("s1")).applying(if: "on"),
      .exclusion("X", .says("s1")).applying(if: "on"), .step("on", .says("s0")))
    for truths in TruthTests.combinations(2) {
      var bench = base
      bench.say("s0", truths[0])
      bench.say("s1", truths[1])
      let (inclusion, exclusion): (CriterionOutcome, CriterionOutcome) =
        switch truths[0] {
        case .false: (.notApplicable, .notApplicable)
        case .true: (.init(inclusion: truths[1]), .init(exclusion: truths[1]))
        case .unknown:
          (truths[1] == .true ? .met : .unknown, truths[1] == .false ? .notTriggered : .unknown)
        }
      #expect(try bench.outcome("T") == inclusion, "\(truths)")
      #expect(try bench.outcome("X") == exclusion, "\(truths)")
    }
  }

  @Test func anUnknownConditionIsWhatIsMissing() throws {
    var bench = Bench(
      Self.concepts, .inclusion("T", .says("s1")).applying(if: "on"), .step("on", .says("s0")))
    bench.say("s1", .no)
    #expect(try bench.result().missing.map(\.concept) == ["s0"])
    bench.snapshot.attestations = []
    #expect(try bench.result().missing.map(\.concept) == ["s0", "s1"])
  }

  /// A condition that does not apply itself does not hold.
  @Test func aConditionThatDoesNotApply() throws {
    var bench = Bench(
      Self.concepts, .inclusion("T", .says("s1")).applying(if: "on"),
      .step("on", .says("s0")).applying(if: "on.on"), .step("on.on", .says("s2")))
    bench.say("s0", .yes)
    bench.say("s1", .no)
    bench.say("s2", .no)
    #expect(try bench.outcome() == .notApplicable)
  }

  // MARK: Void

  @Test func whatIsVoidIsUnknownWhateverItSays() throws {
    let base = Bench(
      Self.concepts, .inclusion("T", .says("s1")).void(if: "void", reason: "SECONDARY_DISEASE"),
      .exclusion("X", .says("s1")).void(if: "void"), .step("void", .says("s0")))
    for truths in TruthTests.combinations(2) {
      var bench = base
      bench.say("s0", truths[0])
      bench.say("s1", truths[1])
      let isVoid = truths[0] == .true
      let (inclusion, exclusion) = try (bench.result("T"), bench.result("X"))
      #expect(inclusion.outcome == (isVoid ? .unknown : .init(inclusion: truths[1])))
      #expect(exclusion.outcome == (isVoid ? .unknown : .init(exclusion: truths[1])))
      if isVoid {
        #expect(inclusion.reasons == ["SECONDARY_DISEASE"])
        #expect(exclusion.reasons == ["VOID"])
      }
    }
  }

  /// Facts that contradict each other are data issues, whether or not evidence is asked for.
  @Test(arguments: [Detail.full, .outcome]) func contradictionsAreDataIssues(_ detail: Detail)
    throws
  {
    var bench = Bench(
      Self.concepts, .inclusion("T", .says("s1")).void(if: "void", reason: "CONFLICT"),
      .step("void", .group(.all, ["a", "b"])), .step("a", .says("s0")), .step("b", .says("s2")))
    bench.detail = detail
    bench.say("s0", .yes)
    bench.say("s1", .yes)
    bench.say("s2", .yes)
    #expect(try bench.outcome() == .unknown)
    #expect(try bench.issues() == ["attestations[0] CONFLICT", "attestations[2] CONFLICT"])
  }
}
