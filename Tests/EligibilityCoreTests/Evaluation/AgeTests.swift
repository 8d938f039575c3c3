import EligibilityCore
import Testing

/// Age in completed years on the reference date.
@Suite struct AgeTests {
  static let bench = Bench(
    .draft(
      knobs: [
        KnobDefinition("age.reference", ["index", "icf", "screening"], "index"),
        KnobDefinition(
          "age.upper", ["before_next_birthday", "on_birthday"], "before_next_birthday"),
        KnobDefinition("birthday.leap", ["1_march", "28_february"], "1_march"),
      ],
      criteria: [
        .inclusion("T", .age(.greaterOrEqual, 18)), .inclusion("U", .age(.lessOrEqual, 65)),
      ]))

  static func born(_ birth: ClinicalTime?) -> Bench { bench.with { $0.snapshot.birthDate = birth } }

  @Test(
    arguments: [
      ("2007-06-01", .met, .met), ("2007-06-02", .notMet, .met), ("1959-06-02", .met, .met),
      ("1959-06-01", .met, .notMet), ("2025-06-01", .notMet, .met),
      // A year: certain where both ages that it allows say the same.
      ("1960", .met, .met), ("1959", .met, .unknown), ("1958", .met, .notMet),
      ("2007", .unknown, .met), ("2006", .met, .met), ("2008", .notMet, .met),
      ("2007-06", .unknown, .met), ("2007-05", .met, .met), ("2007-07", .notMet, .met),
      // 120 years are plausible, 121 are not.
      ("1905-06-01", .met, .notMet), ("1904-06-01", .unknown, .unknown),
      ("2025-06-02", .unknown, .unknown), (nil, .unknown, .unknown),
    ] as [(ClinicalTime?, CriterionOutcome, CriterionOutcome)])
  func onTheIndexDate(
    _ birth: ClinicalTime?, _ adult: CriterionOutcome, _ notTooOld: CriterionOutcome
  ) throws {
    #expect(try Self.born(birth).outcome("T") == adult)
    #expect(try Self.born(birth).outcome("U") == notTooOld)
  }

  @Test(
    arguments: [
      ("2025-06-02", ["birth_date FUTURE_BIRTH_DATE"]),
      ("1904-06-01", ["birth_date IMPLAUSIBLE_VALUE"]),
      ("1905-06-01", []),
    ] as [(ClinicalTime, [String])])
  func unusableBirthDates(_ birth: ClinicalTime, _ issues: [String]) throws {
    #expect(try Self.born(birth).issues() == issues)
  }

  /// Born on 29 February 2008: 18 on 1 March 2026, or on 28 February where the reading says so.
  @Test(
    arguments: [
      ("2026-02-27", .notMet, .notMet), ("2026-02-28", .notMet, .met), ("2026-03-01", .met, .met),
    ] as [(CalendarDate, CriterionOutcome, CriterionOutcome)])
  func leapDays(_ date: CalendarDate, _ march1: CriterionOutcome, _ february28: CriterionOutcome)
    throws
  {
    let bench = Self.born("2008-02-29").on(date)
    #expect(try bench.outcome() == march1)
    #expect(try bench.reading("birthday.leap", "28_february").outcome() == february28)
  }

  /// "65 inclusive" up to the day before the 66th birthday, or up to the 65th birthday itself.
  @Test(
    arguments: [
      ("1960-06-01", .met, .met), ("1960-05-31", .met, .notMet), ("1959-06-02", .met, .notMet),
      ("1959-06-01", .notMet, .notMet), ("1960-06-02", .met, .met),
    ] as [(ClinicalTime, CriterionOutcome, CriterionOutcome)])
  func upperAge(
    _ birth: ClinicalTime, _ beforeNext: CriterionOutcome, _ onBirthday: CriterionOutcome
  ) throws {
    #expect(try Self.born(birth).outcome("U") == beforeNext)
    #expect(
      try Self.born(birth).reading("age.upper", "on_birthday").outcome("U") == onBirthday)
  }

  // MARK: Reference date

  @Test func onTheDayOfScreening() throws {
    let bench = Self.born("2007-05-20").reading("age.reference", "screening")
    #expect(try bench.result().reasons == ["NO_REFERENCE_DATE"])
    #expect(try bench.with { $0.screeningDate = "2025-05-20" }.outcome() == .met)
    let early = bench.with { $0.screeningDate = "2025-05-19" }
    #expect(try early.outcome() == .notMet)
    #expect(try early.result().passesOn == .after("NEW_SCREENING_FROM 2025-05-20"))
  }

  @Test(
    arguments: [
      ("2025-05-20", .met), ("2025-05-19", .notMet), ("2025-06-02", .unknown),
      ("2025-05", .unknown),
    ] as [(ClinicalTime, CriterionOutcome)])
  func onTheDayOfConsent(_ signed: ClinicalTime, _ outcome: CriterionOutcome) throws {
    let bench = Self.born("2007-05-20").reading("age.reference", "icf").with {
      $0.snapshot.consents = [ConsentTests.consent(signed)]
      $0.snapshot.asOf = "2025-07-01"
    }
    #expect(try bench.outcome() == outcome)
    if outcome == .notMet {
      #expect(try bench.result().passesOn == .after("NEW_CONSENT_FROM 2025-05-20"))
    }
  }

  @Test func aConsentSignedTooYoungIsFlagged() throws {
    func flags(_ signed: ClinicalTime) throws -> [[String]] {
      let bench = Self.born("2007-05-20").with {
        $0.snapshot.consents = [ConsentTests.consent(signed)]
      }
      return try bench.verdict().warnings.filter { $0.code == "CONSENT_BEFORE_18" }
        .map(\.arguments)
    }
    #expect(try flags("2025-05-19") == [["c"]])
    #expect(try flags("2025-05-20") == [])
  }

  // MARK: Time

  @Test func turningEighteen() throws {
    let bench = Self.born("2007-08-15")
    #expect(try bench.result().passesOn == .on("2025-08-15"))
    #expect(try bench.firstDayWithoutFailure(within: 100) == "2025-08-15")
    #expect(try Self.born("2008-02-29").on("2026-01-01").result().passesOn == .on("2026-03-01"))
  }

  @Test func beingTooOldDoesNotPass() throws {
    #expect(try Self.born("1950-01-01").result("U").passesOn == .notWithTime)
  }

  @Test(
    arguments: [
      (Sex.female, Sex.female, CriterionOutcome.met), (.male, .female, .notMet),
    ] as [(Sex, Sex, CriterionOutcome)])
  func sex(_ recorded: Sex, _ wanted: Sex, _ outcome: CriterionOutcome) throws {
    let bench = Bench([], .inclusion("T", .sex(wanted)))
    #expect(try bench.with { $0.snapshot.sexAtBirth = recorded }.outcome() == outcome)
    let unrecorded = bench.with { $0.snapshot.sexAtBirth = nil }
    #expect(try unrecorded.result().missing.map(\.concept) == ["sex_at_birth"])
  }
}
