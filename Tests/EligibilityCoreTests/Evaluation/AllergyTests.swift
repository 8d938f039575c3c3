import EligibilityCore
import Testing

@Suite struct AllergyTests {
  static func bench(_ allergies: [Allergy]) -> Bench {
    Bench([], .exclusion("T", .allergy(.drug))).with { $0.snapshot.allergies = allergies }
      .reviewed(.allergies)
  }

  static func allergy(
    _ category: AllergyCategory? = .drug, _ severity: Severity? = nil,
    _ criticality: Criticality? = nil, _ status: VerificationStatus = .confirmed
  ) -> Allergy {
    var fact = Allergy(id: "a", verificationStatus: status)
    fact.category = category
    fact.reactionSeverity = severity
    fact.criticality = criticality
    return fact
  }

  /// Severe by its reaction or by its criticality; with neither recorded nobody knows.
  @Test(
    arguments: [
      (allergy(.drug, .severe), .triggered), (allergy(.drug, .moderate), .notTriggered),
      (allergy(.drug, .mild), .notTriggered), (allergy(.drug, nil, .high), .triggered),
      (allergy(.drug, nil, .low), .notTriggered), (allergy(.drug, .mild, .high), .triggered),
      (allergy(.drug, .severe, .low), .triggered), (allergy(.drug), .unknown),
      (allergy(.drug, nil, .unableToAssess), .unknown), (allergy(.food, .severe), .notTriggered),
      (allergy(nil, .severe), .unknown), (allergy(nil, .mild), .notTriggered),
      (allergy(.drug, .severe, nil, .suspected), .unknown),
      (allergy(.drug, .severe, nil, .refuted), .notTriggered),
      (allergy(.drug, .severe, nil, .enteredInError), .notTriggered),
    ] as [(Allergy, CriterionOutcome)])
  func severeOnes(_ fact: Allergy, _ outcome: CriterionOutcome) throws {
    #expect(try Self.bench([fact]).outcome() == outcome)
  }

  @Test func oneSuffices() throws {
    let bench = Self.bench([Self.allergy(), Self.allergy(.drug, .severe)])
    #expect(try bench.outcome() == .triggered)
    #expect(try bench.result().passesOn == .notWithTime)
  }

  @Test func unknownFieldsMakeItUnusable() throws {
    var fact = Self.allergy(.drug, .severe)
    fact.hasUnknownFields = true
    #expect(try Self.bench([fact]).result().reasons == ["UNKNOWN_FIELD"])
    #expect(try Self.bench([fact]).issues() == ["allergies[0] UNKNOWN_FIELD"])
  }

  @Test func absenceIsNoOnlyWhereItWasReviewed() throws {
    let bench = Self.bench([])
    #expect(try bench.outcome() == .notTriggered)
    let open = bench.with { $0.snapshot.reviewed = [] }
    #expect(try open.result().outcome == .unknown)
    #expect(try open.result().missing.map(\.section) == [.allergies])
  }
}
