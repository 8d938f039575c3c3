import EligibilityCore
import Testing

/// Creatinine clearance after Cockcroft and Gault, exactly, and related to body surface after Mosteller.
@Suite struct ClearanceTests {
  static let concepts = [
    ConceptDefinition("scr", .quantity, unit: "umol/L", units: [("mg/dL", "88.4")]),
    ConceptDefinition("weight", .quantity, unit: "kg"),
    ConceptDefinition("height", .quantity, unit: "cm"),
  ]

  static func rule(_ comparison: ComparisonOperator, normalised: Bool) -> Rule {
    var test = ClearanceTest()
    test.comparison = comparison
    test.limit = "30"
    test.creatinine = "scr"
    test.weight = "weight"
    test.height = "height"
    test.normalisation = normalised ? .mosteller : nil
    return .clearance(test)
  }

  /// `T`: at least 30 mL/min. `N`: more than 30 mL/min per 1.73 m2.
  static let bench = Bench(
    concepts, .inclusion("T", rule(.greaterOrEqual, normalised: false)),
    .inclusion("N", rule(.greater, normalised: true)))

  static func patient(
    _ sex: Sex?, _ age: Int, _ weight: ExactDecimal?, _ creatinine: ExactDecimal,
    _ unit: String = "mg/dL", height: ExactDecimal? = nil
  ) -> Bench {
    bench.with {
      $0.snapshot.sexAtBirth = sex
      $0.snapshot.birthDate = "\(2025 - age)-01-01".time
      $0.snapshot.observations = [Observation("s", "scr", creatinine, unit)]
      if let weight { $0.snapshot.observations.append(Observation("w", "weight", weight, "kg")) }
      if let height { $0.snapshot.observations.append(Observation("h", "height", height, "cm")) }
    }
  }

  struct Row: Sendable, CustomTestStringConvertible {
    var sex: Sex?
    var age: Int
    var weight: String
    var creatinine: String
    var unit = "mg/dL"
    var outcome: CriterionOutcome
    var testDescription: String { "\(age) y, \(weight) kg, \(creatinine) \(unit): \(outcome)" }
  }

  /// Exactly 30, where binary floating point says a little less, and the next value on either side.
  static let rows: [Row] = [
    Row(sex: .male, age: 50, weight: "72", creatinine: "3.0", outcome: .met),
    Row(sex: .male, age: 50, weight: "60", creatinine: "221", unit: "umol/L", outcome: .met),
    Row(sex: .female, age: 23, weight: "48", creatinine: "2.21", outcome: .met),
    Row(sex: .male, age: 23, weight: "48", creatinine: "2.60", outcome: .met),
    Row(sex: .male, age: 26, weight: "54", creatinine: "2.85", outcome: .met),
    Row(sex: .male, age: 28, weight: "81", creatinine: "4.2", outcome: .met),
    Row(sex: .male, age: 29, weight: "72", creatinine: "3.7", outcome: .met),
    Row(sex: .male, age: 50, weight: "60", creatinine: "2.51", outcome: .notMet),
    Row(sex: .male, age: 50, weight: "60", creatinine: "221.01", unit: "umol/L", outcome: .notMet),
    Row(sex: .female, age: 23, weight: "48", creatinine: "2.22", outcome: .notMet),
    Row(sex: .male, age: 24, weight: "48", creatinine: "2.60", outcome: .notMet),
    Row(sex: .female, age: 50, weight: "72", creatinine: "3.0", outcome: .notMet),
    Row(
      sex: .male, age: 50, weight: "60", creatinine: "2.500000000000000000000000000000001",
      outcome: .notMet),
    Row(
      sex: .male, age: 50, weight: "60.00000000000000000000000000000001", creatinine: "2.5",
      outcome: .met),
  ]

  @Test(arguments: rows) func atTheLimit(_ row: Row) throws {
    let bench = try Self.patient(
      row.sex, row.age, ExactDecimal(parsing: row.weight),
      ExactDecimal(parsing: row.creatinine), row.unit)
    #expect(try bench.outcome() == row.outcome)
  }

  @Test(arguments: ["0", "-1", "-0.0"] as [ExactDecimal])
  func noCreatinineIsNoClearance(_ value: ExactDecimal) throws {
    #expect(try Self.patient(.male, 50, "60", value).outcome() == .unknown)
    #expect(try Self.patient(.male, 50, value, "2.5").outcome() != .met)
  }

  // MARK: What is not known

  /// x for a man, 0.85 x for a woman: known where both decide alike.
  @Test(
    arguments: [("2.5", .unknown), ("2.51", .notMet), ("2.125", .met), ("2.13", .unknown)]
      as [(ExactDecimal, CriterionOutcome)])
  func unknownSex(_ creatinine: ExactDecimal, _ outcome: CriterionOutcome) throws {
    let result = try Self.patient(nil, 50, "60", creatinine).result()
    #expect(result.outcome == outcome)
    #expect(result.missing.map(\.concept) == (outcome == .unknown ? ["sex_at_birth"] : []))
  }

  @Test func missingInputs() throws {
    let weight = try Self.patient(.male, 50, nil, "2.5").result()
    #expect(weight.outcome == .unknown && weight.missing.map(\.concept) == ["weight"])
    let birth = try Self.patient(.male, 50, "60", "2.5").with { $0.snapshot.birthDate = nil }
      .result()
    #expect(birth.outcome == .unknown && birth.missing.map(\.concept) == ["birth_date"])
    let creatinine = try Self.bench.result()
    #expect(creatinine.outcome == .unknown && creatinine.missing.map(\.concept) == ["scr"])
  }

  /// Born in 1975: 49 or 50 on the day of the creatinine.
  @Test(
    arguments: [
      ("2.5", .met), ("2.52", .unknown), ("2.53", .notMet),
    ] as [(ExactDecimal, CriterionOutcome)])
  func partialBirthDates(_ creatinine: ExactDecimal, _ outcome: CriterionOutcome) throws {
    let bench = Self.patient(.male, 50, "60", creatinine).with {
      $0.snapshot.birthDate = "1975"
    }
    #expect(try bench.outcome() == outcome)
  }

  @Test(
    arguments: [
      (.lessThan, "2.5", .met), (.lessThan, "2.6", .unknown), (.greaterThan, "2.5", .notMet),
      (.greaterOrEqual, "2.5", .unknown), (.greaterThan, "2.4", .unknown),
    ] as [(ValueComparator, ExactDecimal, CriterionOutcome)])
  func censoredCreatinine(
    _ comparator: ValueComparator, _ creatinine: ExactDecimal, _ outcome: CriterionOutcome
  ) throws {
    let bench = Self.patient(.male, 50, "60", creatinine).with {
      $0.snapshot.observations[0].quantity?.comparator = comparator
    }
    #expect(try bench.outcome() == outcome)
  }

  // MARK: Which inputs

  /// Age is that on the day of the creatinine: 49 until the birthday.
  @Test(
    arguments: [("2025-05-19", .met), ("2025-05-20", .notMet)] as [(ClinicalTime, CriterionOutcome)]
  )
  func ageOnThatDay(_ day: ClinicalTime, _ outcome: CriterionOutcome) throws {
    let bench = Self.patient(.male, 50, "60", "2.52").with {
      $0.snapshot.birthDate = "1975-05-20"
      $0.snapshot.observations[0].effective = day
    }
    #expect(try bench.outcome() == outcome)
  }

  /// The weight nearest to the creatinine; two that are equally near must decide alike.
  @Test(
    arguments: [
      ([("2025-05-01", "60"), ("2025-05-18", "80")], .met),
      ([("2025-05-01", "80"), ("2025-05-21", "60")], .notMet),
      ([("2025-05-19", "60"), ("2025-05-21", "80")], .unknown),
      ([("2025-05-19", "80"), ("2025-05-21", "81")], .met),
      ([("2025-05-20", "80"), ("2025-05-20", "60")], .unknown),
    ] as [([(ClinicalTime, ExactDecimal)], CriterionOutcome)])
  func nearestWeight(_ weights: [(ClinicalTime, ExactDecimal)], _ outcome: CriterionOutcome) throws
  {
    let bench = Self.patient(.male, 50, nil, "2.51").with {
      $0.snapshot.observations[0].effective = "2025-05-20"
      $0.snapshot.observations += weights.enumerated().map { index, weight in
        Observation("w\(index)", "weight", weight.1, "kg", on: weight.0)
      }
    }
    #expect(try bench.outcome() == outcome)
  }

  @Test func theLatestCreatinineAndOfOneDayTheWorst() throws {
    let bench = Self.patient(.male, 50, "60", "2.5").with {
      $0.snapshot.observations.append(Observation("s2", "scr", "9", "mg/dL", on: "2025-05-01"))
    }
    #expect(try bench.outcome() == .met)
    let sameDay = bench.with { $0.snapshot.observations[2].effective = "2025-06-01" }
    #expect(try sameDay.outcome() == .notMet)
  }

  // MARK: Per 1.73 m2

  /// Height and weight for body surfaces of 1.73, 1.5 and 2.0 m2.
  @Test(
    arguments: [
      // 30 exactly: not more, although it is enough without the body surface.
      ("60", "2.5", "179.574", .met, .notMet), ("60", "2.5", "179.573", .met, .met),
      ("60", "2.5", "179.575", .met, .notMet),
      // 28 at 1.5 m2 is 32.3; 33 at 2.0 m2 is 28.5.
      ("50", "2.48", "162", .notMet, .met), ("90", "3.79", "160", .met, .notMet),
    ] as [(String, String, String, CriterionOutcome, CriterionOutcome)])
  func bodySurface(
    _ weight: String, _ creatinine: String, _ height: String, _ plain: CriterionOutcome,
    _ normalised: CriterionOutcome
  ) throws {
    let age = weight == "60" ? 50 : 40
    let bench = try Self.patient(
      .male, age, ExactDecimal(parsing: weight), ExactDecimal(parsing: creatinine),
      height: ExactDecimal(parsing: height))
    #expect(try bench.outcome("T") == plain)
    #expect(try bench.outcome("N") == normalised)
  }

  /// Without a height it is decided only where every body surface from 1.2 to 2.6 m2 decides alike. At 3.60
  /// mg/dL the clearance itself fails, so that no height is asked for.
  @Test(
    arguments: [
      ("1.66", .met, []), ("1.67", .unknown, ["height"]), ("3.60", .unknown, []),
      ("3.61", .notMet, []),
    ] as [(ExactDecimal, CriterionOutcome, [String])])
  func withoutHeight(
    _ creatinine: ExactDecimal, _ outcome: CriterionOutcome, _ missing: [String]
  ) throws {
    let result = try Self.patient(.male, 50, "60", creatinine).result("N")
    #expect(result.outcome == outcome)
    #expect(result.missing.map(\.concept) == missing)
  }

  /// 34 digits everywhere: 30 exactly, and the last digit of the height decides.
  @Test func longValues() throws {
    let exactly = Self.patient(
      .male, 50, "60.00000000000000000000000000000000", "2.500000000000000000000000000000000",
      height: "179.5740000000000000000000000000000")
    #expect(try exactly.outcome("T") == .met)
    #expect(try exactly.outcome("N") == .notMet)
    let shorter = exactly.with {
      $0.snapshot.observations[2].quantity?.value = "179.5739999999999999999999999999999"
    }
    #expect(try shorter.outcome("N") == .met)
  }
}
