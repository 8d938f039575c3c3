import EligibilityCore
import Testing

/// What evidence says of each kind of fact, in words.
@Suite struct EvidenceTextTests {
  /// Fact, concept, given value and unit, value and unit of comparison, limit, time, role.
  private static func words(_ bench: Bench, _ id: String = "T") throws -> [[String]] {
    try bench.result(id).evidence.map {
      [
        $0.factID, $0.concept, $0.givenValue, $0.givenUnit, $0.normalisedValue, $0.normalisedUnit,
        $0.limit, $0.effective, $0.role,
      ]
    }
  }

  // MARK: Results

  @Test(
    arguments: [
      (Observation("o", "x", "6.10", "g/dL"), ["6.10", "g/dL", "61", "g/L"], "2025-06-01"),
      (
        Observation("o", "x", "70", "g/L", on: "2025-05", comparator: .lessThan),
        ["<70", "g/L", "<70", "g/L"], "2025-05"
      ),
      (
        Observation("o", "x", "60", "g/L", comparator: .greaterOrEqual),
        [">=60", "g/L", ">=60", "g/L"], "2025-06-01"
      ),
      (Observation("o", "x", "0.5", "third", on: nil), ["0.5", "third", "0.166667", "g/L"], ""),
    ] as [(Observation, [String], String)])
  func amounts(_ result: Observation, _ amounts: [String], _ time: String) throws {
    let bench = ResultLimitTests.bench(
      .result("x", .greaterOrEqual, "60", "g/L"), [result]
    ) { $0.units.append(UnitDefinition("third", "1/3")) }
    #expect(try Self.words(bench) == [["o", "x"] + amounts + [">= 60 g/L", time, "value"]])
  }

  @Test(
    arguments: [(nil, "<= 3 x ULN"), ("40", "<= 3 x ULN = 120 g/L")] as [(ExactDecimal?, String)])
  func upperLimits(_ limit: ExactDecimal?, _ text: String) throws {
    let bench = ResultLimitTests.bench(
      ResultLimitTests.multiple(.lessOrEqual, "3"), [Observation("o", "x", "50", "g/L", uln: limit)]
    )
    let expected = ["o", "x", "50", "g/L", "50", "g/L", text, "2025-06-01", "value"]
    #expect(try Self.words(bench) == [expected])
  }

  @Test(
    arguments: [
      (.positive, .positive, "POSITIVE", "POSITIVE"),
      (.positive, .notDetected, "NOT_DETECTED", "POSITIVE"),
      (.negative, .negative, "NEGATIVE", "NEGATIVE"),
      (.negative, .detected, "DETECTED", "NEGATIVE"),
    ] as [(Finding, Finding, String, String)])
  func findings(_ expected: Finding, _ found: Finding, _ given: String, _ limit: String) throws {
    let bench = FindingTests.bench(expected, [Observation("o", "f", found)])
    #expect(
      try Self.words(bench) == [["o", "f", given, "", "", "", limit, "2025-06-01", "value"]])
  }

  @Test func cutOffs() throws {
    let result = Observation("o", "f", "12.0", "mIU/mL", uln: "5.0")
    let bench = FindingTests.bench(.positive, [result]) { $0.cutOffFromRange = true }
    #expect(
      try Self.words(bench) == [
        [
          "o", "f", "12.0", "mIU/mL", "12", "mIU/mL", "cut-off 5.0 mIU/mL", "2025-06-01", "value",
        ]
      ])
  }

  // MARK: Medicines, conditions

  @Test(
    arguments: [
      (MedicationExposure("m", "drug", from: "2025-05-20"), "COMPLETED", "", "2025-05-20"),
      (
        MedicationExposure("m", "drug", from: "2025-05-20", to: "2025-05-20"), "COMPLETED", "",
        "2025-05-20"
      ),
      (
        MedicationExposure("m", "drug", from: "2025-05-20", to: "2025-05-25"), "COMPLETED", "",
        "2025-05-20 to 2025-05-25"
      ),
      (
        MedicationExposure("m", "drug", from: "2025-05-20", .active).dosed("2.50"), "2.50", "mg",
        "2025-05-20 to ongoing"
      ),
      (
        MedicationExposure("m", "drug", from: nil, to: "2025-05-25"), "COMPLETED", "",
        "? to 2025-05-25"
      ),
    ] as [(MedicationExposure, String, String, String)])
  func medicines(_ fact: MedicationExposure, _ value: String, _ unit: String, _ time: String) throws
  {
    let words = ["m", "drug", value, unit, "", ""]
    let bench = ExposureTests.bench([fact])
    #expect(try Self.words(bench) == [words + ["within 14 d", time, "exposure"]])
    let ever = ExposureTests.bench([fact], window: nil)
    #expect(try Self.words(ever) == [words + ["", time, "exposure"]])
  }

  /// A medicine that the catalogue has no concept for goes by its code.
  @Test func codedMedicines() throws {
    let bench = ExposureTests.bench([
      MedicationExposure("m", "drug", from: "2025-05-20")
    ]) { $0.drugSet = "tree" }.with {
      $0.snapshot.medications[0].drug = .code("urn:atc", "L04AX99")
    }
    #expect(
      try Self.words(bench) == [
        ["m", "L04AX99", "COMPLETED", "", "", "", "within 14 d", "2025-05-20", "exposure"]
      ])
  }

  @Test func conditions() throws {
    let none = Condition("c", "ill", .active)
    var all = Condition("c", "ill", onset: "2020")
    (all.lastActivity, all.lastTreatment, all.abatement) = ("2025-05-01", "2025-04", "2025-05-20")
    let cases: [(Condition, String, String)] = [
      (none, "ACTIVE", ""),
      (Condition("c", "ill", .remission, onset: "2021-03"), "REMISSION", "2021-03"),
      (all, "CONFIRMED", "2020, 2025-05-01, 2025-04, 2025-05-20"),
    ]
    for (fact, value, time) in cases {
      let bench = ConditionTests.bench(.ever, [fact])
      #expect(
        try Self.words(bench) == [["c", "ill", value, "", "", "", "", time, "condition"]])
    }
  }

  // MARK: Statements, assessments

  @Test(
    arguments: [
      (.yes, .yes, "YES", "YES"), (.yes, .no, "NO", "YES"), (.no, .no, "NO", "NO"),
      (.no, .yes, "YES", "NO"),
    ] as [(Answer, Answer, String, String)])
  func statements(_ expected: Answer, _ answer: Answer, _ given: String, _ limit: String) throws {
    let bench = StatementTests.bench("wide", expected).with {
      $0.say("wide", answer, on: "2025-05-30")
    }
    #expect(
      try Self.words(bench).map { Array($0.dropFirst()) } == [
        ["wide", given, "", "", "", limit, "2025-05-30", "attestation"]
      ])
  }

  @Test func scores() throws {
    let bench = AssessmentTests.score([Assessment("a", "score", total: "9.50")])
    #expect(
      try Self.words(bench) == [["a", "score", "9.50", "", "", "", ">= 8", "2025-06-01", "score"]])
  }

  @Test(
    arguments: [
      ([("skin", "A")], "skin A"),
      ([("skin", "A"), ("joints", "A"), ("kidney", "E")], "skin A, joints A, kidney E"),
    ] as [([(String, String)], String)])
  func grades(_ grades: [(String, String)], _ text: String) throws {
    let bench = AssessmentTests.graded(grades, atLeast: 1)
    #expect(
      try Self.words(bench) == [
        ["a", "graded", text, "", "", "", ">= 1 x A", "2025-06-01", "grades"]
      ])
  }

  @Test(arguments: [(.yes, "YES"), (.no, "NO")] as [(Answer, String)])
  func conclusions(_ answer: Answer, _ text: String) throws {
    var test = ConclusionTest()
    test.instrument = "criteria"
    let bench = Bench(AssessmentTests.concepts, .inclusion("T", .conclusion(test))).with {
      $0.snapshot.assessments = [Assessment("a", "criteria", conclusion: answer)]
    }
    #expect(
      try Self.words(bench) == [
        ["a", "criteria", text, "", "", "", "", "2025-06-01", "conclusion"]
      ])
  }
}
