import EligibilityCore
import Testing

@Suite struct ConsentTests {
  static func bench(_ consents: [Consent], version: String? = "2.0") -> Bench {
    Bench([], .inclusion("T", .consent)).with {
      $0.snapshot.consents = consents
      $0.snapshot.asOf = "2025-07-01"
      $0.consentVersion = version
    }
  }

  static func consent(
    _ signed: ClinicalTime?, _ version: String = "2.0", withdrawn: ClinicalTime? = nil,
    id: String = "c"
  ) -> Consent {
    var fact = Consent(id: id, status: .final)
    fact.signed = signed
    fact.documentVersion = version
    fact.withdrawn = withdrawn
    return fact
  }

  @Test(
    arguments: [
      (consent("2025-06-01"), .met, []), (consent("2025-01-01"), .met, []),
      (consent("2025-06-02"), .notMet, ["CONSENT_AFTER_INDEX_DATE"]),
      (consent("2025-06"), .unknown, ["DATE_UNCERTAIN"]), (consent(nil), .unknown, ["NO_DATE"]),
      (consent("2025-01-01", "1.0"), .notMet, ["CONSENT_VERSION_NOT_IN_FORCE"]),
      (consent("2025-01-01", ""), .unknown, ["CONSENT_VERSION_NOT_RECORDED"]),
      (consent("2025-01-01", withdrawn: "2025-06-01"), .notMet, ["CONSENT_WITHDRAWN"]),
      (consent("2025-01-01", withdrawn: "2025-06-02"), .met, []),
      (consent("2025-01-01", withdrawn: "2025-06"), .unknown, ["DATE_UNCERTAIN"]),
    ] as [(Consent, CriterionOutcome, [String])])
  func consents(_ fact: Consent, _ outcome: CriterionOutcome, _ reasons: [String]) throws {
    let result = try Self.bench([fact]).result()
    #expect(result.outcome == outcome)
    #expect(result.reasons == reasons)
  }

  @Test func noneIsUnknown() throws {
    let result = try Self.bench([]).result()
    #expect(result.outcome == .unknown && result.reasons == ["NO_CONSENT"])
    #expect(result.missing.map(\.settlingValues) == ["version 2.0"])
  }

  @Test func anyVersionWhereNoneIsPrescribed() throws {
    #expect(try Self.bench([Self.consent("2025-01-01", "")], version: nil).outcome() == .met)
    #expect(try Self.bench([Self.consent("2025-01-01", "1.0")], version: nil).outcome() == .met)
  }

  @Test func oneThatIsValidSuffices() throws {
    let bench = Self.bench([
      Self.consent("2024-01-01", "1.0", id: "a"), Self.consent(nil, id: "b"),
      Self.consent("2025-01-01", id: "c"), Self.consent("2025-06-02", id: "d"),
    ])
    let result = try bench.result()
    #expect(result.outcome == .met)
    #expect(result.evidence.map(\.factID) == ["c"])
  }

  /// One that may be valid leaves it open whatever the others are.
  @Test func oneThatMayBeValidLeavesItOpen() throws {
    let bench = Self.bench([
      Self.consent("2024-01-01", "1.0", id: "a"), Self.consent(nil, id: "b"),
    ])
    #expect(try bench.outcome() == .unknown)
  }

  /// Signed after the index date: it passes on the day of the first of them, in whatever order they stand.
  @Test func passesOn() throws {
    let facts = [
      Self.consent("2025-06-20", id: "a"), Self.consent("2025-06-10", id: "b"),
      Self.consent("2025-06-15", id: "c"),
    ]
    for consents in [facts, facts.reversed(), [facts[1], facts[0], facts[2]]] {
      let bench = Self.bench(consents)
      #expect(try bench.result().passesOn == .on("2025-06-10"))
      #expect(try bench.firstDayWithoutFailure(within: 30) == "2025-06-10")
    }
  }

  @Test func unknownFieldsMakeItUnusable() throws {
    var fact = Self.consent("2025-01-01")
    fact.hasUnknownFields = true
    #expect(try Self.bench([fact]).result().reasons == ["UNKNOWN_FIELD"])
  }
}
