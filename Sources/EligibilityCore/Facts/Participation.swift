/// The design of a trial.
public enum TrialType: String, Sendable, Hashable {
  case interventional = "INTERVENTIONAL"
  case observational = "OBSERVATIONAL"
}

/// Whether participation is going on.
public enum ParticipationState: String, Sendable, Hashable {
  case ongoing = "ONGOING"
  case ended = "ENDED"
}

/// Participation in another trial.
public struct TrialParticipation: Sendable, Hashable {
  public var id: String
  public var status: RecordStatus
  /// Reference of the other trial; never evaluated.
  public var trial = ""
  public var type: TrialType?
  public var start: ClinicalTime?
  public var lastDose: ClinicalTime?
  public var lastVisit: ClinicalTime?
  public var state: ParticipationState?
  /// Whether the record held fields that this version does not know; it is then unusable.
  public var hasUnknownFields = false

  /// Creates a participation.
  public init(id: String, status: RecordStatus) {
    self.id = id
    self.status = status
  }
}

/// An informed consent.
public struct Consent: Sendable, Hashable {
  public var id: String
  public var status: RecordStatus
  public var documentVersion = ""
  public var signed: ClinicalTime?
  public var withdrawn: ClinicalTime?
  /// Whether the record held fields that this version does not know; it is then unusable.
  public var hasUnknownFields = false

  /// Creates a consent.
  public init(id: String, status: RecordStatus) {
    self.id = id
    self.status = status
  }
}

/// A procedure.
public struct Procedure: Sendable, Hashable {
  public var id: String
  public var status: RecordStatus
  public var concept: ConceptReference
  public var start: ClinicalTime?
  public var end: ClinicalTime?
  /// Whether the record held fields that this version does not know; it is then unusable.
  public var hasUnknownFields = false

  /// Creates a procedure.
  public init(id: String, status: RecordStatus, concept: ConceptReference) {
    self.id = id
    self.status = status
    self.concept = concept
  }
}
