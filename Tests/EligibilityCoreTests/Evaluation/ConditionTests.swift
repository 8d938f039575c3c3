import EligibilityCore
import Testing

@Suite struct ConditionTests {
  static func bench(
    _ scope: ConditionScope, _ conditions: [Condition],
    _ change: (inout ConditionTest) -> Void = { _ in }
  ) -> Bench {
    Bench(
      [
        ConceptDefinition("ill", .condition), ConceptDefinition("unclear", .condition),
        ConceptDefinition("carved", .condition), ConceptDefinition("says", .statement),
      ],
      sets: [
        CodeSet("ills", concepts: ["ill", "carved"]), CodeSet("unclears", concepts: ["unclear"]),
        CodeSet("carved", concepts: ["carved"]),
      ],
      .exclusion("T", .condition("ills", scope, change))
    ).with {
      $0.snapshot.conditions += conditions
      $0.snapshot.asOf = "2025-07-01"
    }.reviewed(.conditions, asOf: "2025-07-01")
  }

  // MARK: Scopes

  @Test(
    arguments: [
      (.active, .triggered, .triggered, .triggered),
      (.recurrence, .triggered, .triggered, .triggered),
      (.inactive, .notTriggered, .unknown, .triggered),
      (.remission, .notTriggered, .unknown, .triggered),
      (.resolved, .notTriggered, .unknown, .triggered), (nil, .unknown, .unknown, .triggered),
    ] as [(ClinicalStatus?, CriterionOutcome, CriterionOutcome, CriterionOutcome)])
  func presentPastAndEver(
    _ status: ClinicalStatus?, _ active: CriterionOutcome, _ pastUnknown: CriterionOutcome,
    _ ever: CriterionOutcome
  ) throws {
    let facts = [Condition("c", "ill", status)]
    #expect(try Self.bench(.active, facts).outcome() == active)
    #expect(try Self.bench(.activePastUnknown, facts).outcome() == pastUnknown)
    #expect(try Self.bench(.ever, facts).outcome() == ever)
  }

  /// An end by the index date makes a condition past; beside "active" it is a contradiction.
  @Test(
    arguments: [
      (nil, "2025-06-01", .notTriggered), (nil, "2025-06-02", .unknown),
      (.active, "2025-05-01", .unknown), (.active, "2025-06-15", .triggered),
      (.resolved, "2025-05-01", .notTriggered),
    ] as [(ClinicalStatus?, ClinicalTime, CriterionOutcome)])
  func ends(_ status: ClinicalStatus?, _ abatement: ClinicalTime, _ outcome: CriterionOutcome)
    throws
  {
    var fact = Condition("c", "ill", status)
    fact.abatement = abatement
    #expect(try Self.bench(.active, [fact]).outcome() == outcome)
  }

  /// Diagnosed, active or treated in the last five years: 2020-06-01 is in, the day before is not.
  @Test(
    arguments: [
      (.remission, "2020-06-01", nil, nil, .triggered),
      (.remission, "2020-05-31", nil, nil, .notTriggered),
      (.remission, "2010-01-01", "2020-06-01", nil, .triggered),
      (.remission, "2010-01-01", nil, "2020-06-01", .triggered),
      (.remission, "2010-01-01", "2020-05-31", "2020-05-31", .notTriggered),
      (.active, "2010-01-01", nil, nil, .triggered), (nil, "2010-01-01", nil, nil, .unknown),
      (nil, "2010-01-01", "2015-01-01", nil, .notTriggered), (.resolved, nil, nil, nil, .unknown),
      (.resolved, "2020", nil, nil, .unknown), (.inactive, "2019", nil, nil, .notTriggered),
    ] as [(ClinicalStatus?, ClinicalTime?, ClinicalTime?, ClinicalTime?, CriterionOutcome)])
  func activityInTheWindow(
    _ status: ClinicalStatus?, _ onset: ClinicalTime?, _ activity: ClinicalTime?,
    _ treatment: ClinicalTime?, _ outcome: CriterionOutcome
  ) throws {
    var fact = Condition("c", "ill", status, onset: onset)
    fact.lastActivity = activity
    fact.lastTreatment = treatment
    let bench = Self.bench(.activityInWindow, [fact]) { $0.window = PeriodDefinition(5, .years) }
    #expect(try bench.outcome() == outcome)
  }

  @Test(
    arguments: [
      ("2020-06-01", .triggered), ("2020-05-31", .notTriggered), ("2020", .unknown),
      (nil, .unknown),
    ] as [(ClinicalTime?, CriterionOutcome)])
  func diagnosisInTheWindow(_ onset: ClinicalTime?, _ outcome: CriterionOutcome) throws {
    let fact = Condition("c", "ill", .active, onset: onset)
    let bench = Self.bench(.diagnosisInWindow, [fact]) { $0.window = PeriodDefinition(5, .years) }
    #expect(try bench.outcome() == outcome)
  }

  /// A malignancy on 2020-03-15 passes on 2025-03-16.
  @Test func passesOn() throws {
    var fact = Condition("c", "ill", .resolved, onset: "2019-01-01")
    fact.lastTreatment = "2020-03-15"
    let bench = Self.bench(.activityInWindow, [fact]) {
      $0.window = PeriodDefinition(5, .years)
    }.on("2025-03-15")
    #expect(try bench.result().passesOn == .on("2025-03-16"))
    #expect(try bench.on("2025-03-16").outcome() == .notTriggered)
    let active = Self.bench(.activityInWindow, [Condition("c", "ill", .active)]) {
      $0.window = PeriodDefinition(14, .days)
    }
    #expect(try active.result().passesOn == .after("AFTER_LAST_ACTIVITY 15 d"))
    let ever = Self.bench(.ever, [Condition("c", "ill")])
    #expect(try ever.result().passesOn == .notWithTime)
    let present = Self.bench(.active, [Condition("c", "ill", .active)])
    #expect(try present.result().passesOn == .after("AFTER_RESOLUTION"))
  }

  // MARK: Which diagnosis

  @Test(
    arguments: [
      (.confirmed, .triggered, .triggered), (.suspected, .unknown, .triggered),
      (.refuted, .notTriggered, .notTriggered), (.enteredInError, .notTriggered, .notTriggered),
    ] as [(VerificationStatus, CriterionOutcome, CriterionOutcome)])
  func verification(
    _ status: VerificationStatus, _ outcome: CriterionOutcome, _ suspectedCounts: CriterionOutcome
  ) throws {
    let facts = [Condition("c", "ill", verified: status)]
    #expect(try Self.bench(.ever, facts).outcome() == outcome)
    let bench = Self.bench(.ever, facts) { $0.includeSuspected = true }
    #expect(try bench.outcome() == suspectedCounts)
  }

  @Test func undecidedAndCarvedOut() throws {
    let unclear = [Condition("c", "unclear")]
    #expect(try Self.bench(.ever, unclear).outcome() == .notTriggered)
    let undecided = Self.bench(.ever, unclear) { $0.undecidedSet = "unclears" }
    #expect(try undecided.result().reasons == ["UNDECIDED_DIAGNOSIS"])
    let carved = [Condition("c", "carved")]
    #expect(try Self.bench(.ever, carved).outcome() == .triggered)
    #expect(
      try Self.bench(.ever, carved) { $0.exceptSet = "carved" }.outcome() == .notTriggered)
  }

  @Test func aCodeThatNobodyUnderstandsMayBeIt() throws {
    var fact = Condition("c", "")
    fact.concept = .code("urn:unknown", "1")
    let bench = Self.bench(.ever, [fact])
    #expect(try bench.outcome() == .unknown)
    #expect(try bench.issues() == ["conditions[1].concept CODE_UNKNOWN"])
  }

  // MARK: Requirements

  /// Not under control, or treated or in need of it: one of the two suffices, and both must be known to
  /// be otherwise. Prophylaxis is treatment only where the reading says so.
  @Test(arguments: [ControlStatus.uncontrolled, .controlled, nil])
  func uncontrolledOrTreated(_ control: ControlStatus?) throws {
    let needs: [(need: TreatmentNeed?, truth: Truth, withProphylaxis: Truth)] = [
      (.required, .true, .true), (.prophylaxis, .false, .true),
      (TreatmentNeed.none, .false, .false),
      (nil, .unknown, .unknown),
    ]
    let isUncontrolled: Truth = control.map { Truth($0 == .uncontrolled) } ?? .unknown
    for row in needs {
      var fact = Condition("c", "ill", .active)
      fact.treatmentNeed = row.need
      fact.controlStatus = control
      let bench = Self.bench(.active, [fact]) { $0.requirement = .uncontrolledOrTreated }
      #expect(try bench.outcome() == .init(exclusion: isUncontrolled.or(row.truth)), "\(row)")
      let prophylaxis = Self.bench(.active, [fact]) {
        $0.requirement = .uncontrolledOrTreatedOrProphylaxis
      }
      let expected = isUncontrolled.or(row.withProphylaxis)
      #expect(try prophylaxis.outcome() == .init(exclusion: expected), "\(row)")
    }
  }

  @Test(
    arguments: [
      (.severe, .triggered), (.moderate, .notTriggered), (.mild, .notTriggered), (nil, .unknown),
    ] as [(Severity?, CriterionOutcome)])
  func severity(_ severity: Severity?, _ outcome: CriterionOutcome) throws {
    var fact = Condition("c", "ill", .active)
    fact.severity = severity
    #expect(try Self.bench(.active, [fact]) { $0.requirement = .severe }.outcome() == outcome)
  }

  // MARK: Absence and statements

  @Test func absenceIsNoOnlyWhereItWasReviewed() throws {
    let bench = Self.bench(.ever, [])
    #expect(try bench.outcome() == .notTriggered)
    let open = bench.with { $0.snapshot.reviewed = [] }
    #expect(try open.result().outcome == .unknown)
    #expect(try open.result().missing.map(\.section) == [.conditions])
  }

  @Test(
    arguments: [
      (true, Answer.yes, true, .triggered), (true, .no, true, .unknown),
      (false, .yes, false, .triggered), (false, .no, false, .notTriggered),
      (false, .undetermined, false, .unknown),
    ] as [(Bool, Answer, Bool, CriterionOutcome)])
  func aStatementAnswersToo(
    _ isRecorded: Bool, _ answer: Answer, _ isReviewed: Bool, _ outcome: CriterionOutcome
  ) throws {
    var bench = Self.bench(.ever, isRecorded ? [Condition("c", "ill")] : []) {
      $0.statement = "says"
    }
    if !isReviewed { bench.snapshot.reviewed = [] }
    bench.say("says", answer)
    #expect(try bench.outcome() == outcome)
    if isRecorded, answer == .no { #expect(try bench.result().reasons == ["CONFLICT"]) }
  }
}
