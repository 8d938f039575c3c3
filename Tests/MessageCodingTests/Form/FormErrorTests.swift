import Testing

@testable import MessageCoding

/// Every reason for which the form of a request is refused, with its path.
@Suite struct FormErrorTests {
  private static func observation(_ fields: String) -> String {
    Requests.snapshot(
      "observations: [{id: o, status: RECORD_STATUS_FINAL, concept: {concept: alt}, \(fields)}]")
  }

  private static func medication(_ fields: String) -> String {
    Requests.snapshot(
      """
      medications: [{id: m, status: MEDICATION_STATUS_ACTIVE, drug: {concept: prednisone}, \(fields)}]
      """)
  }

  static let decimals: [(text: String, reason: String)] = [
    ("", "DECIMAL_EMPTY"),
    ("NaN", "DECIMAL_MALFORMED"), ("Infinity", "DECIMAL_MALFORMED"),
    ("-Infinity", "DECIMAL_MALFORMED"), ("1e5", "DECIMAL_MALFORMED"),
    ("1E5", "DECIMAL_MALFORMED"), ("+1", "DECIMAL_MALFORMED"), ("1.", "DECIMAL_MALFORMED"),
    (".5", "DECIMAL_MALFORMED"), ("-", "DECIMAL_MALFORMED"), (".", "DECIMAL_MALFORMED"),
    ("1,5", "DECIMAL_MALFORMED"), ("1.5.2", "DECIMAL_MALFORMED"), ("--1", "DECIMAL_MALFORMED"),
    ("1 ", "DECIMAL_MALFORMED"), (" 1", "DECIMAL_MALFORMED"), ("0x10", "DECIMAL_MALFORMED"),
    ("<5", "DECIMAL_MALFORMED"), ("１", "DECIMAL_MALFORMED"), ("1_000", "DECIMAL_MALFORMED"),
    (String(repeating: "9", count: 35), "DECIMAL_TOO_LONG"),
    ("0." + String(repeating: "1", count: 34), "DECIMAL_TOO_LONG"),
    (String(repeating: "-", count: 41), "DECIMAL_MALFORMED"),
  ]

  @Test(arguments: decimals.indices) func decimalsAreChecked(_ index: Int) throws {
    let row = Self.decimals[index]
    let faults = try Requests.faults(
      Self.observation("quantity: {value: \"\(row.text)\", unit: U/L}"))
    #expect(faults == ["snapshot.observations[0].quantity.value \(row.reason)"], "\(row.text)")
  }

  @Test(
    arguments: [
      "0", "-0", "-0.0", "5", "-5", "1.50", String(repeating: "9", count: 34),
      "0." + String(repeating: "1", count: 33), "-" + String(repeating: "9", count: 34),
    ])
  func decimalsOfTheContractAreTaken(_ text: String) throws {
    #expect(try Requests.faults(Self.observation("quantity: {value: \"\(text)\"}")) == [])
  }

  static let times: [(text: String, reason: String)] = [
    ("25", "TIME_MALFORMED"), ("2025-3", "TIME_MALFORMED"), ("2025-03-5", "TIME_MALFORMED"),
    ("2025/03/05", "TIME_MALFORMED"), ("20250305", "TIME_MALFORMED"),
    ("2025-03-05T08:00", "TIME_MALFORMED"), ("2025-03-05T08:00:00", "TIME_MALFORMED"),
    ("2025-03-05 08:00:00Z", "TIME_MALFORMED"), ("2025-03-05T08:00:00z", "TIME_MALFORMED"),
    ("yesterday", "TIME_MALFORMED"), ("2025-03-05T08:00:00+8", "TIME_MALFORMED"),
    (String(repeating: "2", count: 41), "TIME_MALFORMED"),
    ("2025-13", "TIME_OUT_OF_RANGE"), ("2025-00", "TIME_OUT_OF_RANGE"),
    ("2025-02-29", "TIME_OUT_OF_RANGE"), ("2025-04-31", "TIME_OUT_OF_RANGE"),
    ("0000", "TIME_OUT_OF_RANGE"), ("2025-03-05T24:00:00Z", "TIME_OUT_OF_RANGE"),
    ("2025-03-05T08:60:00Z", "TIME_OUT_OF_RANGE"),
    ("2025-03-05T08:00:60Z", "TIME_OUT_OF_RANGE"),
    ("2025-03-05T08:00:00+15:00", "TIME_OUT_OF_RANGE"),
  ]

  @Test(arguments: times.indices) func timesAreChecked(_ index: Int) throws {
    let row = Self.times[index]
    let faults = try Requests.faults(
      Self.observation("finding: FINDING_NEGATIVE, effective: \"\(row.text)\""))
    #expect(faults == ["snapshot.observations[0].effective \(row.reason)"], "\(row.text)")
  }

  static let rows: [(document: String, faults: [String])] = [
    ("stage: STAGE_ENROLMENT\nindex_date: \"2025-03-15\"", ["snapshot REQUIRED"]),
    ("index_date: \"2025-03-15\"\nsnapshot: {as_of: \"2025-03-15\"}", ["stage REQUIRED"]),
    ("stage: STAGE_ENROLMENT\nsnapshot: {as_of: \"2025-03-15\"}", ["index_date REQUIRED"]),
    ("\(Requests.envelope)\nsnapshot: {}", ["snapshot.as_of REQUIRED"]),
    ("\(Requests.envelope)\nsnapshot: {as_of: \"2025-03\"}", ["snapshot.as_of TIME_IMPRECISE"]),
    ("\(Requests.envelope)\nsnapshot: {as_of: \"2025\"}", ["snapshot.as_of TIME_IMPRECISE"]),
    (Requests.snapshot("birth_date: \"1991-13\""), ["snapshot.birth_date TIME_OUT_OF_RANGE"]),
    (
      "stage: STAGE_ENROLMENT\nindex_date: \"2025-3-15\"\nsnapshot: {as_of: \"2025-03-15\"}",
      ["index_date DATE_MALFORMED"]
    ),
    (
      "\(Requests.envelope)\nscreening_date: \"2025-03\"\nsnapshot: {as_of: \"2025-03-15\"}",
      ["screening_date DATE_MALFORMED"]
    ),
    (
      "\(Requests.envelope)\nplanned_infusion_time: \"2025-04-01\"\n"
        + "snapshot: {as_of: \"2025-03-15\"}",
      ["planned_infusion_time TIME_IMPRECISE"]
    ),
    (
      "\(Requests.envelope)\nrequest_ref: \(long)\ntrial: \(long)\nsite: \(long)\n"
        + "protocol_version: \(long)\nsite_revision: \(long)\nsnapshot: {as_of: \"2025-03-15\"}",
      [
        "request_ref TOO_LONG", "trial TOO_LONG", "site TOO_LONG", "protocol_version TOO_LONG",
        "site_revision TOO_LONG",
      ]
    ),
    (Requests.snapshot("patient_ref: \(long)"), ["snapshot.patient_ref TOO_LONG"]),
    (
      "\(Requests.envelope)\nenrolment_record: {index_date: x, enrolled: \"2025\"}\n"
        + "snapshot: {as_of: \"2025-03-15\"}",
      [
        "enrolment_record.index_date DATE_MALFORMED", "enrolment_record.enrolled DATE_MALFORMED",
      ]
    ),
    (
      Requests.snapshot("reviewed: [{section: SECTION_CONDITIONS}, {as_of: \"2025-03-15\"}]"),
      ["snapshot.reviewed[0].as_of REQUIRED", "snapshot.reviewed[1].section REQUIRED"]
    ),
    (
      Requests.snapshot("observations: [{}]"),
      [
        "snapshot.observations[0].id REQUIRED", "snapshot.observations[0].status REQUIRED",
        "snapshot.observations[0].concept REQUIRED", "snapshot.observations[0].quantity REQUIRED",
      ]
    ),
    (
      observation("finding: FINDING_NEGATIVE, specimen: {}, method: {system: s}"),
      [
        "snapshot.observations[0].specimen.system REQUIRED",
        "snapshot.observations[0].specimen.code REQUIRED",
        "snapshot.observations[0].method.code REQUIRED",
      ]
    ),
    (
      observation(
        "finding: FINDING_NEGATIVE, reference_range: {low: {value: a}, high: {value: b}, "
          + "percentile_99: {value: c}}"),
      [
        "snapshot.observations[0].reference_range.low.value DECIMAL_MALFORMED",
        "snapshot.observations[0].reference_range.high.value DECIMAL_MALFORMED",
        "snapshot.observations[0].reference_range.percentile_99.value DECIMAL_MALFORMED",
      ]
    ),
    (
      Requests.snapshot(
        "observations: [{id: o, status: RECORD_STATUS_FINAL, concept: {}, "
          + "finding: FINDING_NEGATIVE}, {id: \(long), status: RECORD_STATUS_FINAL, "
          + "concept: {codings: [{system: s, code: c}, {system: s}]}, finding: FINDING_NEGATIVE}]"),
      [
        "snapshot.observations[0].concept REQUIRED", "snapshot.observations[1].id TOO_LONG",
        "snapshot.observations[1].concept.codings[1].code REQUIRED",
      ]
    ),
    (
      medication("frequency: {times: 0, period: 0}"),
      [
        "snapshot.medications[0].frequency.unit REQUIRED",
        "snapshot.medications[0].frequency.times OUT_OF_RANGE",
        "snapshot.medications[0].frequency.period OUT_OF_RANGE",
      ]
    ),
    (
      medication("frequency: {times: 49, period: 367, unit: FREQUENCY_UNIT_DAY}"),
      [
        "snapshot.medications[0].frequency.times OUT_OF_RANGE",
        "snapshot.medications[0].frequency.period OUT_OF_RANGE",
      ]
    ),
    (medication("frequency: {times: 48, period: 366, unit: FREQUENCY_UNIT_DAY}"), []),
    (
      medication("dose: {value: NaN}, indications: [{concept: sle}, {}]"),
      [
        "snapshot.medications[0].dose.value DECIMAL_MALFORMED",
        "snapshot.medications[0].indications[1] REQUIRED",
      ]
    ),
    (
      Requests.snapshot(
        "medications: [{}]\nconditions: [{}]\nattestations: [{}]\nassessments: [{}]\n"
          + "allergies: [{}]\ntrial_participations: [{}]\nconsents: [{}]\nprocedures: [{}]"),
      [
        "medications[0].id", "medications[0].status", "medications[0].drug", "conditions[0].id",
        "conditions[0].verification_status", "conditions[0].concept", "attestations[0].id",
        "attestations[0].status", "attestations[0].concept", "attestations[0].answer",
        "assessments[0].id", "assessments[0].status", "assessments[0].instrument",
        "allergies[0].id", "allergies[0].verification_status", "trial_participations[0].id",
        "trial_participations[0].status", "consents[0].id", "consents[0].status",
        "procedures[0].id", "procedures[0].status", "procedures[0].concept",
      ].map { "snapshot.\($0) REQUIRED" }
    ),
    (
      Requests.snapshot(
        "assessments: [{id: a, status: RECORD_STATUS_FINAL, instrument: {concept: sledai}, "
          + "total: 1e5, items: [{item: x, value: ''}, {item: y, value: '1.'}]}]"),
      [
        "snapshot.assessments[0].total DECIMAL_MALFORMED",
        "snapshot.assessments[0].items[1].value DECIMAL_MALFORMED",
      ]
    ),
    (
      Requests.snapshot(
        "consents: [{id: same, status: RECORD_STATUS_FINAL}, {id: other, "
          + "status: RECORD_STATUS_FINAL}, {id: same, status: RECORD_STATUS_FINAL}]\n"
          + "procedures: [{id: other, status: RECORD_STATUS_FINAL, concept: {concept: x}}]"),
      ["snapshot.consents[2].id DUPLICATE_ID", "snapshot.procedures[0].id DUPLICATE_ID"]
    ),
  ]

  private static let long = String(repeating: "x", count: 257)

  @Test(arguments: rows.indices) func everyPathThatIsWrongIsNamed(_ index: Int) throws {
    let row = Self.rows[index]
    #expect(try Requests.faults(row.document) == row.faults)
  }

  @Test func aTextOfTheGreatestLengthIsTaken() throws {
    let text = String(repeating: "x", count: 256)
    #expect(try Requests.faults(Requests.snapshot("patient_ref: \(text)")) == [])
  }
}
