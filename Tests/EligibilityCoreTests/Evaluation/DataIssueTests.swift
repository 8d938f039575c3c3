import EligibilityCore
import Testing

/// What is wrong with a fact is listed with its path and reason, and leaves all other criteria standing.
@Suite struct DataIssueTests {
  static let bench = Bench(
    [
      ConceptDefinition("amount", .quantity, unit: "g/L"), ConceptDefinition("said", .statement),
      ConceptDefinition("drug", .drug), ConceptDefinition("score", .instrument),
    ],
    sets: [CodeSet("drugs", concepts: ["drug"])],
    .inclusion("T", .says("said")), .inclusion("R", .result("amount", .less, "9", "g/L")),
    .exclusion("X", .exposure("drugs"))
  ).with {
    $0.snapshot.asOf = "2025-07-01"
    $0.say("said", .yes)
    $0.snapshot.observations = [Observation("good", "amount", "1", "g/L")]
  }.reviewed(.medications, asOf: "2025-07-01")

  struct Fault: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var issues: [String]
    var change: @Sendable (inout Bench) -> Void

    init(_ name: String, _ issues: String..., by change: @escaping @Sendable (inout Bench) -> Void)
    {
      testDescription = name
      self.issues = issues
      self.change = change
    }
  }

  static let faults: [Fault] = [
    Fault("an unknown concept", "observations[1].concept CODE_UNKNOWN") {
      $0.snapshot.observations.append(Observation("o", "nothing", "1", "g/L"))
    },
    Fault("an unknown unit", "observations[0].quantity.unit UNIT_UNKNOWN") {
      $0.snapshot.observations.insert(
        Observation("o", "amount", "1", "kg", on: "2025-01-01"), at: 0)
    },
    Fault("a result after the index date", "observations[1].effective AFTER_INDEX_DATE") {
      $0.snapshot.observations.append(Observation("o", "amount", "1", "g/L", on: "2025-06-02"))
    },
    Fault("a result after the snapshot", "observations[1].effective AFTER_SNAPSHOT") {
      $0.snapshot.observations.append(Observation("o", "amount", "1", "g/L", on: "2025-07-02"))
    },
    Fault("a statement after the snapshot", "attestations[1].effective AFTER_SNAPSHOT") {
      $0.say("said", .no, on: "2025-08-01")
    },
    Fault("a statement about nothing", "attestations[1].concept CODE_UNKNOWN") {
      $0.say("nothing", .no)
    },
    Fault("a medicine after the index date", "medications[0].start AFTER_INDEX_DATE") {
      $0.snapshot.medications = [MedicationExposure("m", "drug", from: "2025-06-02")]
    },
    Fault("a score of nothing", "assessments[0].instrument CODE_UNKNOWN") {
      $0.snapshot.assessments = [Assessment("a", "nothing", total: "1")]
    },
    Fault("an end before the beginning", "conditions[1].abatement END_BEFORE_START") {
      var fact = Condition("c", "disease", onset: "2025-05-01")
      fact.abatement = "2025-04-30"
      $0.snapshot.conditions.append(fact)
    },
    Fault("an unknown field of a consent", "consents[0] UNKNOWN_FIELD") {
      $0.snapshot.consents = [Consent(id: "c", status: .final)]
      $0.snapshot.consents[0].hasUnknownFields = true
    },
    Fault("an unknown field of a procedure", "procedures[0] UNKNOWN_FIELD") {
      $0.snapshot.procedures = [
        Procedure(id: "p", status: .final, concept: ConceptReference(concept: "x"))
      ]
      $0.snapshot.procedures[0].hasUnknownFields = true
    },
    Fault("an unknown field of the snapshot", "snapshot UNKNOWN_FIELD") {
      $0.snapshot.hasUnknownFields = true
    },
  ]

  @Test(arguments: faults) func isListed(_ fault: Fault) throws {
    var bench = Self.bench
    fault.change(&bench)
    #expect(try bench.issues() == fault.issues)
    let verdict = try bench.verdict()
    #expect(verdict.results.map(\.outcome) == [.met, .met, .met, .notTriggered])
    #expect(verdict.outcome == .eligible)
  }

  @Test func nothingIsWrongWithTheBench() throws {
    #expect(try Self.bench.issues() == [])
    #expect(try Self.bench.verdict().outcome == .eligible)
  }

  /// A fact names itself.
  @Test func issuesNameTheFact() throws {
    let bench = Self.bench.with {
      $0.snapshot.observations.append(Observation("lab-7", "nothing", "1", "g/L"))
    }
    #expect(try bench.verdict().dataIssues.map(\.factID) == ["lab-7"])
  }

  /// A medicine that began after the snapshot cannot have been taken, and cannot be told from one that
  /// was.
  @Test func aMedicineAfterTheSnapshotIsUnusable() throws {
    let bench = Self.bench.with {
      $0.snapshot.asOf = "2025-05-20"
      $0.snapshot.medications = [MedicationExposure("m", "drug", from: "2025-05-25")]
      $0.snapshot.observations = []
    }
    #expect(try bench.issues() == ["medications[0].start AFTER_SNAPSHOT"])
    #expect(try bench.outcome("X") == .unknown)
  }

  /// A birth date that lies ahead makes age unknown and nothing else: an undated medicine still counts.
  @Test(
    arguments: [
      ("2026-01-01", "2025-06-01", .triggered), ("2026-01-01", "2025-07-01", .unknown),
      ("2025-06-15", "2025-07-01", .unknown), ("2025-06-15", "2025-05-20", .triggered),
      ("1985-01-01", "2025-06-01", .triggered), ("1985-01-01", "2025-07-01", .unknown),
    ] as [(ClinicalTime, ClinicalTime, CriterionOutcome)])
  func aFutureBirthDateHidesNoFact(
    _ birth: ClinicalTime, _ asOf: ClinicalTime, _ outcome: CriterionOutcome
  ) throws {
    let bench = Self.bench.with {
      $0.snapshot.birthDate = birth
      $0.snapshot.asOf = asOf
      $0.snapshot.medications = [MedicationExposure("m", "drug", from: nil)]
      $0.snapshot.observations = []
    }
    #expect(try bench.outcome("X") == outcome)
    #expect(try bench.issues() == [])
  }
}
