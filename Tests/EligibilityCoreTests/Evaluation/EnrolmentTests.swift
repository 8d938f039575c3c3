import EligibilityCore
import Testing

/// The recorded verdict of enrolment that the infusion stage rests on.
@Suite struct EnrolmentTests {
  static let definition: ProtocolDefinition = {
    var definition = ProtocolDefinition.draft(
      criteria: [.inclusion("T", .enrolment), .inclusion("E", .sex(.female))])
    definition.edit("T") { $0.stages = [.infusion] }
    return definition
  }()

  static func record(_ change: (inout EnrolmentRecord) -> Void = { _ in }) -> EnrolmentRecord {
    var record = EnrolmentRecord()
    (record.trial, record.patientRef, record.outcome) = ("trial", "p1", .eligible)
    (record.indexDate, record.enrolled) = ("2025-05-01", "2025-05-02")
    record.cohorts = ["A"]
    change(&record)
    return record
  }

  static func verdict(_ record: EnrolmentRecord?, patientRef: String = "p1") throws -> Verdict {
    var snapshot = PatientSnapshot(asOf: "2025-06-01")
    snapshot.patientRef = patientRef
    var parameters = EvaluationParameters(stage: .infusion, indexDate: "2025-06-01")
    parameters.enrolmentRecord = record
    let site = SiteContext(
      site: "", revision: "", digest: "", timeZone: .shanghai, consentVersion: nil)
    return try CompiledProtocol(definition, digest: "").evaluate(snapshot, parameters, site: site)
  }

  @Test(
    arguments: [
      (record(), .met, []), (nil, .unknown, ["NO_ENROLMENT_RECORD"]),
      (record { $0.trial = "another" }, .notMet, ["ENROLMENT_IN_ANOTHER_TRIAL"]),
      (record { $0.patientRef = "p2" }, .notMet, ["ENROLMENT_OF_ANOTHER_PATIENT"]),
      (record { $0.patientRef = "" }, .unknown, ["PATIENT_NOT_NAMED"]),
      (record { $0.outcome = .ineligible }, .notMet, ["ENROLMENT_NOT_ELIGIBLE"]),
      (record { $0.outcome = .undetermined }, .notMet, ["ENROLMENT_NOT_ELIGIBLE"]),
      (record { $0.outcome = nil }, .unknown, ["NO_ENROLMENT_OUTCOME"]),
      (record { $0.enrolled = nil }, .notMet, ["NOT_ENROLLED"]),
      (record { $0.enrolled = "2025-06-02" }, .unknown, ["ENROLLED_AFTER_INFUSION"]),
      (record { $0.enrolled = "2025-06-01" }, .met, []),
      // A verdict of an older version stays valid.
      (record { $0.protocolVersion = "0" }, .met, []),
    ] as [(EnrolmentRecord?, CriterionOutcome, [String])])
  func records(_ record: EnrolmentRecord?, _ outcome: CriterionOutcome, _ reasons: [String]) throws
  {
    let result = try #require(try Self.verdict(record).results.first)
    #expect(result.id == "T" && result.outcome == outcome)
    #expect(result.reasons == reasons)
  }

  /// The infusion stage asks only what is its own, and nothing of the cohorts here.
  @Test func onlyTheStageItself() throws {
    let verdict = try Self.verdict(Self.record())
    #expect(verdict.results.map(\.id) == ["T"])
    #expect(verdict.outcome == .eligible)
    #expect(try Self.verdict(nil).outcome == .undetermined)
    #expect(try Self.verdict(Self.record { $0.outcome = .ineligible }).outcome == .ineligible)
  }
}
