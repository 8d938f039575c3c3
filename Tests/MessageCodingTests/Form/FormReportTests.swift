import EligibilityCore
import Testing

@testable import MessageCoding

/// What a report of wrong fields says, and what it never says.
@Suite struct FormReportTests {
  private static let canary = "CANARY7391"

  /// Every text field of a request that may be wrong, wrong and filled with the canary.
  private static let everythingWrong = """
    stage: STAGE_ENROLMENT
    index_date: CANARY7391
    screening_date: CANARY7391
    planned_infusion_time: CANARY7391
    request_ref: \(String(repeating: canary, count: 30))
    enrolment_record: {index_date: CANARY7391, enrolled: CANARY7391, patient_ref: CANARY7391}
    snapshot:
      as_of: CANARY7391
      birth_date: CANARY7391
      patient_ref: \(String(repeating: canary, count: 30))
      reviewed: [{section: SECTION_CONDITIONS, as_of: CANARY7391}]
      observations:
        - {id: CANARY7391, status: RECORD_STATUS_FINAL, concept: {concept: CANARY7391}, effective: CANARY7391, quantity: {value: CANARY7391, unit: CANARY7391}}
        - {id: CANARY7391, concept: {codings: [{code: CANARY7391}]}, finding: FINDING_POSITIVE}
      medications:
        - {id: \(String(repeating: canary, count: 30)), status: MEDICATION_STATUS_ACTIVE, drug: {concept: CANARY7391}, start: CANARY7391, dose: {value: CANARY7391}}
      assessments:
        - {id: a, status: RECORD_STATUS_FINAL, instrument: {concept: CANARY7391}, total: CANARY7391, items: [{item: CANARY7391, value: CANARY7391}]}
      consents:
        - {id: c, status: RECORD_STATUS_FINAL, signed: CANARY7391, withdrawn: CANARY7391}
    """

  @Test func everythingThatIsWrongIsNamedAtOnce() throws {
    let faults = try Requests.faults(Self.everythingWrong)
    #expect(
      faults == [
        "index_date DATE_MALFORMED", "screening_date DATE_MALFORMED",
        "planned_infusion_time TIME_MALFORMED", "request_ref TOO_LONG",
        "enrolment_record.index_date DATE_MALFORMED", "enrolment_record.enrolled DATE_MALFORMED",
        "snapshot.as_of TIME_MALFORMED", "snapshot.birth_date TIME_MALFORMED",
        "snapshot.patient_ref TOO_LONG", "snapshot.reviewed[0].as_of TIME_MALFORMED",
        "snapshot.observations[0].effective TIME_MALFORMED",
        "snapshot.observations[0].quantity.value DECIMAL_MALFORMED",
        "snapshot.observations[1].id DUPLICATE_ID", "snapshot.observations[1].status REQUIRED",
        "snapshot.observations[1].concept.codings[0].system REQUIRED",
        "snapshot.medications[0].id TOO_LONG", "snapshot.medications[0].start TIME_MALFORMED",
        "snapshot.medications[0].dose.value DECIMAL_MALFORMED",
        "snapshot.assessments[0].total DECIMAL_MALFORMED",
        "snapshot.assessments[0].items[0].value DECIMAL_MALFORMED",
        "snapshot.consents[0].signed TIME_MALFORMED",
        "snapshot.consents[0].withdrawn TIME_MALFORMED",
      ])
  }

  @Test func noValueIsEverNamed() throws {
    for violation in try Requests.violations(Self.everythingWrong) {
      let text = "\(violation.field) \(violation.reason) \(violation.description)"
      #expect(!text.contains(Self.canary), "\(text)")
    }
  }

  @Test func everyViolationSaysWhatToDo() throws {
    for violation in try Requests.violations(Self.everythingWrong) {
      #expect(!violation.description.isEmpty && !violation.description.hasSuffix("."))
      #expect(violation.reason.allSatisfy { $0.isUppercase || $0 == "_" })
    }
  }

  @Test func aHundredAreNamed() throws {
    let list = (0..<150).map { _ in "{}" }.joined(separator: ", ")
    let violations = try Requests.violations(Requests.snapshot("consents: [\(list)]"))
    #expect(violations.count == 100)
    #expect(violations.last?.field == "snapshot.consents[49].status")
  }

  @Test(arguments: [(5_000, true), (5_001, false)]) func factsAreCounted(
    _ count: Int, _ isTaken: Bool
  ) throws {
    func fact(_ id: Int) -> [UInt8] { WireBytes.text(1, "f\(id)") + WireBytes.number(2, 1) }
    // Half of them consents, half of them participations.
    let facts = (0..<count).flatMap { WireBytes.message($0 % 2 == 0 ? 12 : 13, fact($0)) }
    let bytes =
      WireBytes.message(
        FieldNumber.snapshot, WireBytes.text(FieldNumber.asOf, "2025-03-15") + facts)
      + WireBytes.number(FieldNumber.stage, 1)
      + WireBytes.text(FieldNumber.indexDate, "2025-03-15")
    if isTaken {
      let snapshot = try Requests.read(bytes).snapshot
      #expect(snapshot.consents.count + snapshot.trialParticipations.count == count)
    } else {
      let error = #expect(throws: MessageError.self) { try Requests.read(bytes) }
      guard case .form(let form) = error else { return }
      #expect(form.violations.map { "\($0.field) \($0.reason)" } == ["snapshot TOO_MANY_FACTS"])
    }
  }
}
