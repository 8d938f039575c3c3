/// A `PatientSnapshot` as a run looks at it.
public struct PatientRecord: Sendable {
  /// When the snapshot was taken.
  package var asOf: ClinicalTime
  package var patientRef = ""
  package var birthDate: ClinicalTime?
  package var sexAtBirth: Sex?
  /// Whether the snapshot itself, outside its facts, held fields this version does not know.
  public var hasUnknownFields = false
  private let facts: FactRecords

  /// A record of facts.
  package init(asOf: ClinicalTime, facts: FactRecords) {
    self.asOf = asOf
    self.facts = facts
  }

  /// The record of a snapshot.
  public init(_ snapshot: PatientSnapshot) {
    asOf = snapshot.asOf
    patientRef = snapshot.patientRef
    birthDate = snapshot.birthDate
    sexAtBirth = snapshot.sexAtBirth
    hasUnknownFields = snapshot.hasUnknownFields
    facts = FactRecords(snapshot)
  }

  var records: FactRecords { facts }
  /// How many results there are.
  package var observationCount: Int { facts.observations.count }
  var observations: [ObservationRecord] { facts.observations }
  var medications: [MedicationRecord] { facts.medications }
  var conditions: [ConditionRecord] { facts.conditions }
  var attestations: [AttestationRecord] { facts.attestations }
  var assessments: [AssessmentRecord] { facts.assessments }
  var reviewed: [ReviewedSection] { facts.reviewed }
  var allergies: [Allergy] { facts.allergies }
  var trialParticipations: [TrialParticipation] { facts.trialParticipations }
  var consents: [Consent] { facts.consents }
  var procedures: [Procedure] { facts.procedures }

  func text(_ piece: TextPiece) -> String { facts.text(piece) }
  func text(_ code: CodeText) -> String { facts.text(code) }

  /// Path of the fact with an id, in proto names: `observations[3]`; nil when there is none.
  func path(ofFact id: String) -> String? {
    func isWanted(_ piece: TextPiece) -> Bool { facts.text(piece) == id }
    let sections: [(name: String, index: Int?)] = [
      ("observations", observations.firstIndex { isWanted($0.id) }),
      ("medications", medications.firstIndex { isWanted($0.id) }),
      ("conditions", conditions.firstIndex { isWanted($0.id) }),
      ("attestations", attestations.firstIndex { isWanted($0.id) }),
      ("assessments", assessments.firstIndex { isWanted($0.id) }),
      ("allergies", allergies.firstIndex { $0.id == id }),
      ("trial_participations", trialParticipations.firstIndex { $0.id == id }),
      ("consents", consents.firstIndex { $0.id == id }),
      ("procedures", procedures.firstIndex { $0.id == id }),
    ]
    for section in sections {
      if let index = section.index { return "\(section.name)[\(index)]" }
    }
    return nil
  }
}
