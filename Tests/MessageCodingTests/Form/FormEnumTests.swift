import Testing

@testable import MessageCoding

/// Enums of a request: a value that this version does not know is refused, wherever it stands.
@Suite struct FormEnumTests {
  /// A fact of each kind with room for one more field, and the path of that field's fact.
  private static func fact(_ family: String, _ field: String, _ value: String) -> String {
    let fields: [String: String] = [
      "observations": "status: 1, concept: {concept: x}, finding: 1",
      "medications": "status: 1, drug: {concept: x}",
      "conditions": "verificationStatus: 1, concept: {concept: x}",
      "attestations": "status: 1, concept: {concept: x}, answer: 1",
      "assessments": "status: 1, instrument: {concept: x}",
      "allergies": "verificationStatus: 1",
      "trialParticipations": "status: 1", "consents": "status: 1",
      "procedures": "status: 1, concept: {concept: x}",
    ]
    let kept = (fields[family] ?? "").split(separator: ", ").filter { !$0.hasPrefix("\(field):") }
    let own = ([#""id": "f""#] + kept.map(quoted) + [#""\#(field)": \#(value)"#])
      .joined(separator: ", ")
    return """
      {"stage": 1, "indexDate": "2025-03-15",
       "snapshot": {"asOf": "2025-03-15", "\(family)": [{\(own)}]}}
      """
  }

  /// `name: 1` or `name: {concept: x}` as JSON.
  private static func quoted(_ field: Substring) -> String {
    let parts = field.split(separator: ":", maxSplits: 1)
    let value = parts[1].contains("{") ? #"{"concept": "x"}"# : String(parts[1])
    return #""\#(parts[0])": \#(value)"#
  }

  static let enums: [(family: String, field: String, path: String, count: Int)] = [
    ("observations", "status", "status", 6), ("observations", "finding", "finding", 5),
    ("medications", "status", "status", 8), ("medications", "doseBasis", "dose_basis", 2),
    ("medications", "route", "route", 12), ("medications", "purpose", "purpose", 2),
    ("conditions", "verificationStatus", "verification_status", 4),
    ("conditions", "clinicalStatus", "clinical_status", 5),
    ("conditions", "treatmentNeed", "treatment_need", 3),
    ("conditions", "controlStatus", "control_status", 2), ("conditions", "severity", "severity", 3),
    ("attestations", "status", "status", 6), ("attestations", "answer", "answer", 3),
    ("assessments", "status", "status", 6), ("assessments", "conclusion", "conclusion", 3),
    ("allergies", "verificationStatus", "verification_status", 4),
    ("allergies", "category", "category", 4), ("allergies", "criticality", "criticality", 3),
    ("allergies", "reactionSeverity", "reaction_severity", 3),
    ("trialParticipations", "status", "status", 6), ("trialParticipations", "type", "type", 2),
    ("trialParticipations", "state", "state", 2), ("consents", "status", "status", 6),
    ("procedures", "status", "status", 6),
  ]

  @Test(arguments: enums.indices) func everyNumberOfTheContractIsTakenAndNoOther(
    _ index: Int
  ) throws {
    let row = Self.enums[index]
    for number in 1...row.count {
      #expect(try Requests.faults(Self.fact(row.family, row.field, "\(number)")) == [])
    }
    let family = row.family == "trialParticipations" ? "trial_participations" : row.family
    for number in [row.count + 1, 99, Int(Int32.max), -1, Int(Int32.min)] {
      #expect(
        try Requests.faults(Self.fact(row.family, row.field, "\(number)"))
          == ["snapshot.\(family)[0].\(row.path) ENUM_UNKNOWN"], "\(number)")
    }
  }

  static let others: [(document: String, fault: String)] = [
    (#"{"stage": 3, "indexDate": "2025-03-15", "snapshot": {"asOf": "2025-03-15"}}"#, "stage"),
    (
      #"{"stage": 1, "indexDate": "2025-03-15", "detail": 3, "snapshot": {"asOf": "2025-03-15"}}"#,
      "detail"
    ),
    (
      #"{"stage": 1, "indexDate": "2025-03-15", "snapshot": {"asOf": "2025-03-15", "sexAtBirth": 3}}"#,
      "snapshot.sex_at_birth"
    ),
    (
      #"{"stage": 1, "indexDate": "2025-03-15", "enrolmentRecord": {"outcome": 5}, "snapshot": {"asOf": "2025-03-15"}}"#,
      "enrolment_record.outcome"
    ),
    (
      #"{"stage": 1, "indexDate": "2025-03-15", "snapshot": {"asOf": "2025-03-15", "reviewed": [{"section": 7, "asOf": "2025-03-15"}]}}"#,
      "snapshot.reviewed[0].section"
    ),
    (
      #"{"stage": 1, "indexDate": "2025-03-15", "snapshot": {"asOf": "2025-03-15", "observations": [{"id": "f", "status": 1, "concept": {"concept": "x"}, "quantity": {"value": "1", "comparator": 5}}]}}"#,
      "snapshot.observations[0].quantity.comparator"
    ),
    (
      #"{"stage": 1, "indexDate": "2025-03-15", "snapshot": {"asOf": "2025-03-15", "medications": [{"id": "f", "status": 1, "drug": {"concept": "x"}, "frequency": {"times": 1, "period": 1, "unit": 5}}]}}"#,
      "snapshot.medications[0].frequency.unit"
    ),
    (
      #"{"stage": 1, "indexDate": "2025-03-15", "snapshot": {"asOf": "2025-03-15", "assessments": [{"id": "f", "status": 1, "instrument": {"concept": "x"}, "items": [{"item": "i", "answer": 4}]}]}}"#,
      "snapshot.assessments[0].items[0].answer"
    ),
  ]

  @Test(arguments: others.indices) func anUnknownValueIsRefusedElsewhereToo(_ index: Int) throws {
    #expect(
      try Requests.faults(Self.others[index].document) == [
        "\(Self.others[index].fault) ENUM_UNKNOWN"
      ])
  }
}
