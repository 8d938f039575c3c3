import EligibilityCore
import Testing

/// Scores, grades of organ systems and classification criteria.
@Suite struct AssessmentTests {
  static let concepts: [ConceptDefinition] = {
    var score = ConceptDefinition("score", .instrument)
    (score.plausibleLow, score.plausibleHigh) = ("0", "105")
    var graded = ConceptDefinition("graded", .instrument)
    graded.systems = ["skin", "joints", "kidney"]
    return [score, graded, ConceptDefinition("criteria", .instrument)]
  }()

  static func score(_ assessments: [Assessment]) -> Bench {
    var test = AssessmentTest()
    test.instrument = "score"
    test.comparison = .greaterOrEqual
    test.limit = "8"
    test.windowKnob = "days"
    return Bench(
      concepts, knobs: [KnobDefinition("days", [], "30")], .inclusion("T", .assessment(test)),
      .exclusion("X", .assessment(test))
    ).with { $0.snapshot.assessments = assessments }
  }

  @Test(
    arguments: [
      (["8"], .met), (["7.999"], .notMet), (["0"], .notMet), (["105"], .met), ([], .unknown),
      (["106"], .unknown), (["-1"], .unknown),
    ] as [([ExactDecimal], CriterionOutcome)])
  func totals(_ totals: [ExactDecimal], _ outcome: CriterionOutcome) throws {
    let bench = Self.score(totals.map { Assessment("a", "score", total: $0) })
    #expect(try bench.outcome() == outcome)
  }

  /// The latest total; of one day the worst.
  @Test(
    arguments: [
      ([("2025-05-01", "10"), ("2025-05-20", "4")], .notMet, .notTriggered),
      ([("2025-05-01", "4"), ("2025-05-20", "10")], .met, .triggered),
      ([("2025-05-20", "4"), ("2025-05-20", "10")], .notMet, .triggered),
      ([("2025-05", "4"), ("2025-05-20", "10")], .unknown, .unknown),
      ([("2025-05-01", "10"), ("2025-06-02", "4")], .met, .triggered),
    ] as [([(ClinicalTime, ExactDecimal)], CriterionOutcome, CriterionOutcome)])
  func severalTotals(
    _ totals: [(ClinicalTime, ExactDecimal)], _ inclusion: CriterionOutcome,
    _ exclusion: CriterionOutcome
  ) throws {
    let bench = Self.score(
      totals.enumerated().map { index, total in
        Assessment("a\(index)", "score", total: total.1, on: total.0)
      }
    ).with { $0.snapshot.asOf = "2025-07-01" }
    #expect(try bench.outcome("T") == inclusion)
    #expect(try bench.outcome("X") == exclusion)
  }

  @Test(arguments: [(30, false), (10, true), (nil, false)] as [(Int?, Bool)])
  func anotherWindowIsFlagged(_ days: Int?, _ isFlagged: Bool) throws {
    var fact = Assessment("a", "score", total: "9")
    fact.windowDays = days
    let verdict = try Self.score([fact]).verdict()
    #expect(
      verdict.warnings.contains { $0.code == "INSTRUMENT_WINDOW_DIFFERS" } == isFlagged)
  }

  // MARK: Grades

  /// At least two systems graded A: the ungraded ones may have any grade.
  @Test(
    arguments: [
      ([("skin", "A"), ("joints", "A")], .met, []),
      ([("skin", "A"), ("joints", "A"), ("kidney", "B")], .met, []),
      ([("skin", "A"), ("joints", "B")], .unknown, ["graded.kidney"]),
      ([("skin", "A"), ("joints", "B"), ("kidney", "E")], .notMet, []),
      ([("skin", "B"), ("joints", "B")], .notMet, []),
      ([("skin", "B")], .unknown, ["graded.joints", "graded.kidney"]),
      ([], .unknown, ["graded"]),
      ([("skin", "A"), ("nose", "A")], .unknown, ["graded"]),
      ([("skin", "A"), ("joints", "F")], .unknown, ["graded"]),
      ([("skin", "A"), ("skin", "A")], .unknown, ["graded"]),
    ] as [([(String, String)], CriterionOutcome, [String])])
  func grades(_ grades: [(String, String)], _ outcome: CriterionOutcome, _ missing: [String]) throws
  {
    let result = try Self.graded(grades, atLeast: 2).result()
    #expect(result.outcome == outcome)
    #expect(result.missing.map(\.concept) == missing)
  }

  /// So many systems with grade A.
  static func graded(_ grades: [(String, String)], atLeast: Int) -> Bench {
    var test = GradeCountTest()
    test.instrument = "graded"
    test.grade = "A"
    test.atLeast = atLeast
    return Bench(concepts, .inclusion("T", .gradeCount(test))).with {
      $0.snapshot.assessments = [Assessment("a", "graded", grades: grades)]
    }
  }

  // MARK: Conclusions

  /// Recorded, computed from scores, or both: then they must not contradict each other.
  @Test(
    arguments: [
      (.yes, .true, .met), (.yes, .unknown, .met), (.yes, .false, .unknown), (.no, .false, .notMet),
      (.no, .unknown, .notMet), (.no, .true, .unknown), (nil, .true, .met), (nil, .false, .notMet),
      (nil, .unknown, .unknown), (.undetermined, .unknown, .unknown),
    ] as [(Answer?, Truth, CriterionOutcome)])
  func conclusions(_ recorded: Answer?, _ computed: Truth, _ outcome: CriterionOutcome) throws {
    var test = ConclusionTest()
    test.instrument = "criteria"
    test.computedBy = "computed"
    var bench = Bench(
      Self.concepts + [ConceptDefinition("says", .statement)],
      .inclusion("T", .conclusion(test)), .step("computed", .says("says")))
    if let recorded {
      bench.snapshot.assessments = [Assessment("a", "criteria", conclusion: recorded)]
    }
    bench.say("says", computed)
    #expect(try bench.outcome() == outcome)
    if recorded == .yes, computed == .false {
      #expect(try bench.result().reasons == ["CONFLICT"])
      #expect(try bench.issues() == ["assessments[0] CONFLICT"])
    }
  }
}
