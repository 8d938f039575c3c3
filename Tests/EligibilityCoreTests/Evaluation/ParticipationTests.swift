import EligibilityCore
import Testing

/// Participation in another interventional trial within three months before 2025-06-01: from 2025-03-01.
@Suite struct ParticipationTests {
  static func bench(_ facts: [TrialParticipation], end: ParticipationEnd = .lastVisit) -> Bench {
    var test = ParticipationTest()
    test.window = PeriodDefinition(3, .months)
    test.end = end
    return Bench([], .exclusion("T", .participation(test))).with {
      $0.snapshot.trialParticipations = facts
    }.reviewed(.trialParticipations)
  }

  static func participation(
    _ state: ParticipationState?, lastVisit: ClinicalTime? = nil, lastDose: ClinicalTime? = nil,
    start: ClinicalTime? = "2024-01-01", type: TrialType? = .interventional
  ) -> TrialParticipation {
    var fact = TrialParticipation(id: "p", status: .final)
    fact.state = state
    fact.start = start
    fact.lastVisit = lastVisit
    fact.lastDose = lastDose
    fact.type = type
    return fact
  }

  @Test(
    arguments: [
      (participation(.ended, lastVisit: "2025-03-01"), .triggered),
      (participation(.ended, lastVisit: "2025-02-28"), .notTriggered),
      (participation(.ended, lastVisit: "2025-03"), .triggered),
      (participation(.ended, lastVisit: "2025"), .unknown),
      (participation(.ended), .unknown), (participation(.ongoing), .triggered),
      (participation(nil), .unknown), (participation(nil, lastVisit: "2025-02-28"), .notTriggered),
      (participation(.ongoing, start: "2025-06-02"), .notTriggered),
      (participation(.ongoing, start: nil), .triggered),
      (participation(.ongoing, type: .observational), .notTriggered),
      (participation(.ongoing, type: nil), .unknown),
      (participation(.ended, lastVisit: "2025-02-28", type: nil), .notTriggered),
    ] as [(TrialParticipation, CriterionOutcome)])
  func participations(_ fact: TrialParticipation, _ outcome: CriterionOutcome) throws {
    #expect(try Self.bench([fact]).outcome() == outcome)
  }

  @Test(arguments: [
    (ParticipationEnd.lastVisit, CriterionOutcome.triggered), (.lastDose, .notTriggered),
  ])
  func whatEndsIt(_ end: ParticipationEnd, _ outcome: CriterionOutcome) throws {
    let fact = Self.participation(.ended, lastVisit: "2025-05-01", lastDose: "2025-01-01")
    #expect(try Self.bench([fact], end: end).outcome() == outcome)
  }

  /// Months clamp at their end: what ended on 2025-01-31 passes on 2025-05-01, and what ended on
  /// 2025-02-28 on 2025-06-01.
  @Test(
    arguments: [
      ("2025-01-31", "2025-04-30", "2025-05-01"), ("2025-02-28", "2025-05-31", "2025-06-01"),
    ] as [(ClinicalTime, CalendarDate, CalendarDate)])
  func passesOn(_ visit: ClinicalTime, _ before: CalendarDate, _ passing: CalendarDate) throws {
    let bench = Self.bench([Self.participation(.ended, lastVisit: visit)])
    #expect(try bench.on(before).outcome() == .triggered)
    #expect(try bench.on(before).result().passesOn == .on(passing))
    #expect(try bench.on(passing).outcome() == .notTriggered)
  }

  @Test func whatGoesOnHasNoDate() throws {
    let bench = Self.bench([Self.participation(.ongoing)])
    #expect(try bench.result().passesOn == .after("AFTER_PARTICIPATION_ENDS 3 mo"))
  }

  @Test func absenceIsNoOnlyWhereItWasReviewed() throws {
    #expect(try Self.bench([]).outcome() == .notTriggered)
    let open = Self.bench([]).with { $0.snapshot.reviewed = [] }
    #expect(try open.result().outcome == .unknown)
    #expect(try open.result().missing.map(\.section) == [.trialParticipations])
  }

  @Test func unknownFieldsMakeItUnusable() throws {
    var fact = Self.participation(.ongoing)
    fact.hasUnknownFields = true
    #expect(try Self.bench([fact]).result().reasons == ["UNKNOWN_FIELD"])
  }
}
