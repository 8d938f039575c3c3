import EligibilityCore
import Testing

@testable import MessageCoding

/// What the core gets of a request: every field of every fact, at its place.
@Suite struct RequestReadingTests {
  private static func read(_ lines: String) throws -> PatientSnapshot {
    try Requests.read(Requests.snapshot(lines)).snapshot
  }

  @Test func theEnvelopeIsRead() throws {
    let request = try Requests.read(
      """
      trial: nct06373081
      protocolVersion: "2024-04-17"
      stage: STAGE_INFUSION
      cohorts: [sle, pss]
      indexDate: "2025-03-15"
      screeningDate: "2025-03-01"
      plannedInfusionTime: "2025-04-01T09:00:00+08:00"
      site: changzheng
      siteRevision: "1"
      detail: DETAIL_OUTCOME
      language: zh-Hans
      includeTexts: true
      requestRef: ref
      enrolmentRecord:
        trial: nct06373081
        patientRef: p
        protocolVersion: "2024-04-17"
        protocolDigest: d1
        indexDate: "2025-03-10"
        outcome: OUTCOME_ELIGIBLE
        cohorts: [sle]
        verdictDigest: d2
        readings: [{knob: k, value: v}]
        enrolled: "2025-03-12"
      snapshot:
        asOf: "2025-03-15T08:00:00Z"
        patientRef: p
        birthDate: "1991-07"
        sexAtBirth: SEX_MALE
        reviewed: [{section: SECTION_LABORATORY, asOf: "2025-03-14"}]
      """)
    #expect(request.trial == "nct06373081" && request.protocolVersion == "2024-04-17")
    #expect(request.stage == .infusion && request.cohorts == ["sle", "pss"])
    #expect(request.indexDate == CalendarDate(parsing: "2025-03-15"))
    #expect(request.screeningDate == CalendarDate(parsing: "2025-03-01"))
    #expect(request.plannedInfusionTime?.text == "2025-04-01T09:00:00+08:00")
    #expect(request.site == "changzheng" && request.siteRevision == "1")
    #expect(request.detail == .outcome && request.language == "zh-Hans")
    #expect(request.includeTexts && request.requestRef == "ref")
    var record = EnrolmentRecord()
    record.trial = "nct06373081"
    record.patientRef = "p"
    record.protocolVersion = "2024-04-17"
    record.protocolDigest = "d1"
    record.indexDate = CalendarDate(parsing: "2025-03-10")
    record.outcome = .eligible
    record.cohorts = ["sle"]
    record.verdictDigest = "d2"
    record.readings = [Reading(knob: "k", value: "v")]
    record.enrolled = CalendarDate(parsing: "2025-03-12")
    #expect(request.enrolmentRecord == record)
    let snapshot = request.snapshot
    #expect(snapshot.asOf.text == "2025-03-15T08:00:00Z" && snapshot.patientRef == "p")
    #expect(snapshot.birthDate?.precision == .month && snapshot.sexAtBirth == .male)
    #expect(
      snapshot.reviewed == [
        ReviewedSection(section: .laboratory, asOf: try ClinicalTime(parsing: "2025-03-14"))
      ])
  }

  @Test func whatIsLeftOutHasItsDefault() throws {
    let request = try Requests.read(Requests.snapshot(""))
    #expect(request.detail == .full && !request.includeTexts && request.cohorts.isEmpty)
    #expect(request.enrolmentRecord == nil && request.plannedInfusionTime == nil)
    #expect(request.trial.isEmpty && request.requestRef.isEmpty)
    #expect(request.snapshot.sexAtBirth == nil && request.snapshot.birthDate == nil)
    #expect(request.snapshot.observations.isEmpty && !request.snapshot.hasUnknownFields)
  }

  @Test func theIndexDateOfAnInfusionMayBeLeftOut() throws {
    let request = try Requests.read(
      "stage: STAGE_INFUSION\nsnapshot: {as_of: \"2025-03-15\"}")
    #expect(request.indexDate == nil)
  }

  @Test func anObservationIsRead() throws {
    let snapshot = try Self.read(
      """
      observations:
        - id: o1
          status: RECORD_STATUS_AMENDED
          concept: {concept: alt, codings: [{system: "http://loinc.org", code: "1742-6", display: ALT}]}
          effective: "2025-03-12T08:30:00+08:00"
          quantity: {value: "31.50", unit: U/L, comparator: COMPARATOR_LESS_THAN}
          finding: FINDING_NEGATIVE
          referenceRange:
            low: {value: "7", unit: U/L}
            high: {value: "40", unit: U/L}
            percentile99: {value: "99", unit: U/L}
          specimen: {system: s1, code: c1}
          method: {system: s2, code: c2}
      """)
    var expected = Observation(
      id: "o1", status: .amended,
      concept: ConceptReference(
        concept: "alt", codings: [Coding(system: "http://loinc.org", code: "1742-6")]))
    expected.effective = try ClinicalTime(parsing: "2025-03-12T08:30:00+08:00")
    expected.quantity = Quantity(
      value: try ExactDecimal(parsing: "31.50"), unit: "U/L", comparator: .lessThan)
    expected.finding = .negative
    expected.referenceRange = ReferenceRange(
      low: Quantity(value: ExactDecimal(7), unit: "U/L"),
      high: Quantity(value: ExactDecimal(40), unit: "U/L"),
      percentile99: Quantity(value: ExactDecimal(99), unit: "U/L"))
    expected.specimen = Coding(system: "s1", code: "c1")
    expected.method = Coding(system: "s2", code: "c2")
    #expect(snapshot.observations == [expected])
    #expect(snapshot.observations.first?.quantity?.value.description == "31.50")
  }

  @Test func aMedicationIsRead() throws {
    let snapshot = try Self.read(
      """
      medications:
        - id: m1
          status: MEDICATION_STATUS_ON_HOLD
          drug: {concept: prednisone}
          start: "2025-01"
          end: "2025-02-01"
          dose: {value: "10", unit: mg}
          doseBasis: DOSE_BASIS_PER_DAY
          frequency: {times: 2, period: 1, unit: FREQUENCY_UNIT_WEEK}
          route: ROUTE_INTRA_ARTICULAR
          purpose: THERAPEUTIC_PURPOSE_TARGET_DISEASE
          indications: [{concept: sle}, {codings: [{system: s, code: c}]}]
          prescriptionId: rx
      """)
    var expected = MedicationExposure(
      id: "m1", status: .onHold, drug: ConceptReference(concept: "prednisone"))
    expected.start = try ClinicalTime(parsing: "2025-01")
    expected.end = try ClinicalTime(parsing: "2025-02-01")
    expected.dose = Quantity(value: ExactDecimal(10), unit: "mg")
    expected.doseBasis = .perDay
    expected.frequency = Frequency(times: 2, period: 1, unit: .week)
    expected.route = .intraArticular
    expected.purpose = .targetDisease
    expected.indications = [
      ConceptReference(concept: "sle"),
      ConceptReference(codings: [Coding(system: "s", code: "c")]),
    ]
    expected.prescriptionID = "rx"
    #expect(snapshot.medications == [expected])
  }

  @Test func aConditionAndAnAllergyAreRead() throws {
    let snapshot = try Self.read(
      """
      conditions:
        - {id: c1, verificationStatus: VERIFICATION_STATUS_SUSPECTED, concept: {concept: tb}, onset: "2020", abatement: "2021", lastActivity: "2021-02", lastTreatment: "2021-03-04", clinicalStatus: CLINICAL_STATUS_REMISSION, treatmentNeed: TREATMENT_NEED_PROPHYLAXIS, controlStatus: CONTROL_STATUS_UNCONTROLLED, severity: SEVERITY_SEVERE}
      allergies:
        - {id: a1, verificationStatus: VERIFICATION_STATUS_REFUTED, substance: {concept: penicillin}, category: ALLERGY_CATEGORY_DRUG, criticality: CRITICALITY_UNABLE_TO_ASSESS, reactionSeverity: SEVERITY_MILD, onset: "2019"}
        - {id: a2, verificationStatus: VERIFICATION_STATUS_CONFIRMED}
      """)
    var condition = Condition(
      id: "c1", verificationStatus: .suspected, concept: ConceptReference(concept: "tb"))
    condition.onset = try ClinicalTime(parsing: "2020")
    condition.abatement = try ClinicalTime(parsing: "2021")
    condition.lastActivity = try ClinicalTime(parsing: "2021-02")
    condition.lastTreatment = try ClinicalTime(parsing: "2021-03-04")
    condition.clinicalStatus = .remission
    condition.treatmentNeed = .prophylaxis
    condition.controlStatus = .uncontrolled
    condition.severity = .severe
    #expect(snapshot.conditions == [condition])
    var allergy = Allergy(id: "a1", verificationStatus: .refuted)
    allergy.substance = ConceptReference(concept: "penicillin")
    allergy.category = .drug
    allergy.criticality = .unableToAssess
    allergy.reactionSeverity = .mild
    allergy.onset = try ClinicalTime(parsing: "2019")
    #expect(snapshot.allergies == [allergy, Allergy(id: "a2", verificationStatus: .confirmed)])
  }

  @Test func anAttestationAndAnAssessmentAreRead() throws {
    let snapshot = try Self.read(
      """
      attestations:
        - {id: t1, status: RECORD_STATUS_FINAL, concept: {concept: life_expectancy}, answer: ANSWER_UNDETERMINED, effective: "2025-03-01", attestedBy: investigator}
      assessments:
        - {id: s1, status: RECORD_STATUS_CORRECTED, instrument: {concept: sledai}, effective: "2025-03-02", total: "12", grades: [{system: renal, grade: A}], conclusion: ANSWER_YES, items: [{item: i1, value: "4", answer: ANSWER_NO}, {item: i2}], windowDays: 10}
      """)
    var attestation = Attestation(
      id: "t1", status: .final, concept: ConceptReference(concept: "life_expectancy"),
      answer: .undetermined)
    attestation.effective = try ClinicalTime(parsing: "2025-03-01")
    attestation.attestedBy = "investigator"
    #expect(snapshot.attestations == [attestation])
    var assessment = Assessment(
      id: "s1", status: .corrected, instrument: ConceptReference(concept: "sledai"))
    assessment.effective = try ClinicalTime(parsing: "2025-03-02")
    assessment.total = ExactDecimal(12)
    assessment.grades = [SystemGrade(system: "renal", grade: "A")]
    assessment.conclusion = .yes
    assessment.items = [
      AssessmentItem(item: "i1", value: ExactDecimal(4), answer: .no), AssessmentItem(item: "i2"),
    ]
    assessment.windowDays = 10
    #expect(snapshot.assessments == [assessment])
  }

  @Test func participationsConsentsAndProceduresAreRead() throws {
    let snapshot = try Self.read(
      """
      trialParticipations:
        - {id: p1, status: RECORD_STATUS_FINAL, trial: other, type: TRIAL_TYPE_OBSERVATIONAL, start: "2024", lastDose: "2024-05", lastVisit: "2024-06-07", state: PARTICIPATION_STATE_ENDED}
      consents:
        - {id: n1, status: RECORD_STATUS_FINAL, documentVersion: "2.0", signed: "2025-03-01", withdrawn: "2025-03-02"}
      procedures:
        - {id: r1, status: RECORD_STATUS_PRELIMINARY, concept: {concept: transplant}, start: "2023", end: "2023-02"}
      """)
    var participation = TrialParticipation(id: "p1", status: .final)
    participation.trial = "other"
    participation.type = .observational
    participation.start = try ClinicalTime(parsing: "2024")
    participation.lastDose = try ClinicalTime(parsing: "2024-05")
    participation.lastVisit = try ClinicalTime(parsing: "2024-06-07")
    participation.state = .ended
    #expect(snapshot.trialParticipations == [participation])
    var consent = Consent(id: "n1", status: .final)
    consent.documentVersion = "2.0"
    consent.signed = try ClinicalTime(parsing: "2025-03-01")
    consent.withdrawn = try ClinicalTime(parsing: "2025-03-02")
    #expect(snapshot.consents == [consent])
    var procedure = Procedure(
      id: "r1", status: .preliminary, concept: ConceptReference(concept: "transplant"))
    procedure.start = try ClinicalTime(parsing: "2023")
    procedure.end = try ClinicalTime(parsing: "2023-02")
    #expect(snapshot.procedures == [procedure])
  }
}
