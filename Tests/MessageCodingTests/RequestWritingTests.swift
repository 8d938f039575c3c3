import EligibilityCore
import Foundation
import Testing

@testable import MessageCoding

/// A request that was read, and written again, says the same.
@Suite struct RequestWritingTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func expectSame(_ text: String, _ name: String) throws {
    let bytes = try RequestDocument(text).encoded
    let first = try EligibilityMessages.request(bytes.span)
    let second = try EligibilityMessages.request(EligibilityMessages.bytes(of: first).span)
    // Everything that a request has, whatever its types can be compared by.
    #expect(
      StraightLineReaderTests.whole(first) == StraightLineReaderTests.whole(second), "\(name)")
  }

  @Test func everyExampleComesBack() throws {
    let folder = Self.root.appending(path: "deploy/examples")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".json") }
    #expect(names.count >= 3)
    for name in names {
      try Self.expectSame(
        try String(contentsOf: folder.appending(path: name), encoding: .utf8), name)
    }
  }

  @Test func aPatientWithManyFactsComesBack() throws {
    let file = Self.root.appending(path: "Tests/Benchmarks/Evaluation/patient-110-facts.json")
    try Self.expectSame(try String(contentsOf: file, encoding: .utf8), "110 facts")
  }

  /// Every field of every message, each with a value of its own.
  @Test func everyFieldComesBack() throws {
    let codings = #"[{"system": "s", "code": "1"}, {"system": "t", "code": "2"}]"#
    let concept = "{\"concept\": \"c\", \"codings\": \(codings)}"
    let quantity = #"{"value": "1.20", "unit": "u", "comparator": "COMPARATOR_LESS_OR_EQUAL"}"#
    try Self.expectSame(
      """
      {"stage": "STAGE_INFUSION", "index_date": "2025-03-14", "cohorts": ["a", "b"],
       "detail": "DETAIL_OUTCOME", "trial": "t", "protocol_version": "v", "site": "s",
       "site_revision": "r", "screening_date": "2025-03-01",
       "planned_infusion_time": "2025-03-14T08:00:00+08:00", "language": "en",
       "include_texts": true, "request_ref": "ref",
       "enrolment_record": {"trial": "t", "patient_ref": "p", "protocol_version": "v",
         "protocol_digest": "d", "index_date": "2025-03-02", "outcome": "OUTCOME_ELIGIBLE",
         "cohorts": ["a"], "verdict_digest": "e", "readings": [{"knob": "k", "value": "w"}],
         "enrolled": "2025-03-03"},
       "snapshot": {"as_of": "2025-03-14T07:00:00+08:00", "birth_date": "1990-05",
         "sex_at_birth": "SEX_MALE", "patient_ref": "p",
         "reviewed": [{"section": "SECTION_PROCEDURES", "as_of": "2025-03-14"}],
         "observations": [{"id": "o", "status": "RECORD_STATUS_CORRECTED", "concept": \(concept),
           "effective": "2025-03", "quantity": \(quantity), "finding": "FINDING_NOT_DETECTED",
           "reference_range": {"low": \(quantity), "high": \(quantity), "percentile_99": \(quantity)},
           "specimen": {"system": "s", "code": "3"}, "method": {"system": "s", "code": "4"}}],
         "medications": [{"id": "m", "status": "MEDICATION_STATUS_ON_HOLD", "drug": \(concept),
           "start": "2024", "end": "2025-01-01", "dose": \(quantity),
           "dose_basis": "DOSE_BASIS_PER_DAY",
           "frequency": {"times": 2, "period": 3, "unit": "FREQUENCY_UNIT_WEEK"},
           "route": "ROUTE_INTRATHECAL", "purpose": "THERAPEUTIC_PURPOSE_OTHER",
           "indications": [\(concept), \(concept)], "prescription_id": "rx"}],
         "conditions": [{"id": "c", "verification_status": "VERIFICATION_STATUS_SUSPECTED",
           "concept": \(concept), "onset": "2020", "abatement": "2021", "last_activity": "2022",
           "last_treatment": "2023", "clinical_status": "CLINICAL_STATUS_REMISSION",
           "treatment_need": "TREATMENT_NEED_PROPHYLAXIS",
           "control_status": "CONTROL_STATUS_UNCONTROLLED", "severity": "SEVERITY_SEVERE"}],
         "attestations": [{"id": "a", "status": "RECORD_STATUS_FINAL", "concept": \(concept),
           "answer": "ANSWER_UNDETERMINED", "effective": "2025-03-10", "attested_by": "dr"}],
         "assessments": [{"id": "s", "status": "RECORD_STATUS_FINAL", "instrument": \(concept),
           "effective": "2025-03-11", "total": "12.50",
           "grades": [{"system": "renal", "grade": "A"}], "conclusion": "ANSWER_YES",
           "items": [{"item": "i", "value": "1", "answer": "ANSWER_NO"}], "window_days": 10}],
         "allergies": [{"id": "l", "verification_status": "VERIFICATION_STATUS_CONFIRMED",
           "substance": \(concept), "category": "ALLERGY_CATEGORY_FOOD",
           "criticality": "CRITICALITY_HIGH", "reaction_severity": "SEVERITY_MILD",
           "onset": "2019"}],
         "trial_participations": [{"id": "t", "status": "RECORD_STATUS_FINAL", "trial": "other",
           "type": "TRIAL_TYPE_OBSERVATIONAL", "start": "2023", "last_dose": "2024",
           "last_visit": "2024-06", "state": "PARTICIPATION_STATE_ENDED"}],
         "consents": [{"id": "n", "status": "RECORD_STATUS_FINAL", "document_version": "2",
           "signed": "2025-03-01", "withdrawn": "2025-03-02"}],
         "procedures": [{"id": "x", "status": "RECORD_STATUS_FINAL", "concept": \(concept),
           "start": "2018", "end": "2018-02"}]}}
      """, "everything")
  }
}
