/// A `PatientSnapshot` as a run looks at it.
public struct PatientRecord: Sendable {
  /// When the snapshot was taken.
  package var asOf: ClinicalTime
  package var patientRef = ""
  package var birthDate: ClinicalTime?
  package var sexAtBirth: Sex?
  /// Whether the snapshot itself, outside its facts, held fields this version does not know.
  public var hasUnknownFields = false
  /// Its facts.
  let records: FactRecords

  /// A record of facts.
  package init(asOf: ClinicalTime, facts: FactRecords) {
    self.asOf = asOf
    records = facts
  }

  /// The record of a snapshot.
  public init(_ snapshot: PatientSnapshot) {
    asOf = snapshot.asOf
    patientRef = snapshot.patientRef
    birthDate = snapshot.birthDate
    sexAtBirth = snapshot.sexAtBirth
    hasUnknownFields = snapshot.hasUnknownFields
    records = FactRecords(snapshot)
  }

  var observations: [ObservationRecord] { records.observations }
  var medications: [MedicationRecord] { records.medications }
  var conditions: [ConditionRecord] { records.conditions }
  var attestations: [AttestationRecord] { records.attestations }
  var assessments: [AssessmentRecord] { records.assessments }
  var reviewed: [ReviewedSection] { records.reviewed }
  var allergies: [Allergy] { records.allergies }
  var trialParticipations: [TrialParticipation] { records.trialParticipations }
  var consents: [Consent] { records.consents }
  var procedures: [Procedure] { records.procedures }

  /// Path of the fact with an id, in proto names: `observations[3]`; nil when there is none.
  func path(ofFact id: String) -> String? {
    let wanted = IDSearch(id, in: records)
    func path(_ section: String, _ index: Int?) -> String? { index.map { "\(section)[\($0)]" } }
    return path("observations", observations.firstIndex { wanted.matches($0.id) })
      ?? path("medications", medications.firstIndex { wanted.matches($0.id) })
      ?? path("conditions", conditions.firstIndex { wanted.matches($0.id) })
      ?? path("attestations", attestations.firstIndex { wanted.matches($0.id) })
      ?? path("assessments", assessments.firstIndex { wanted.matches($0.id) })
      ?? path("allergies", allergies.firstIndex { $0.id == id })
      ?? path("trial_participations", trialParticipations.firstIndex { $0.id == id })
      ?? path("consents", consents.firstIndex { $0.id == id })
      ?? path("procedures", procedures.firstIndex { $0.id == id })
  }
}

/// An id that is looked for among those of records.
private struct IDSearch {
  private let id: String
  private let bytes: [UInt8]
  /// Whether it is plain: then texts of other lengths mean the same only where they are not plain themselves.
  private let isPlain: Bool
  private let records: FactRecords

  init(_ id: String, in records: FactRecords) {
    self.id = id
    bytes = Array(id.utf8)
    isPlain = bytes.allSatisfy(\.isPlain)
    self.records = records
  }

  func matches(_ piece: TextPiece) -> Bool {
    var hasOther = false
    var isSame = piece.count == bytes.count
    for (place, index) in piece.range.enumerated() {
      let byte = records.bytes[index]
      if !byte.isPlain { hasOther = true }
      if isSame, bytes[place] != byte { isSame = false }
      if !isSame, hasOther { break }
    }
    return isSame || (hasOther || !isPlain) && records.text(piece) == id
  }
}
