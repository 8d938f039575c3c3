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
  /// The caller's id. Required; evidence cites it.
  public var id: String
  /// Whether the record counts. Required.
  public var status: RecordStatus
  /// Reference of the other trial; never evaluated.
  public var trial = ""
  /// The trial's design.
  public var type: TrialType?
  /// When it began.
  public var start: ClinicalTime?
  /// The last dose of the investigational product.
  public var lastDose: ClinicalTime?
  /// The last visit.
  public var lastVisit: ClinicalTime?
  /// Whether it is going on.
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
  /// The caller's id. Required; evidence cites it.
  public var id: String
  /// Whether the record counts. Required.
  public var status: RecordStatus
  /// Version of the consent document that was signed.
  public var documentVersion = ""
  /// When it was signed.
  public var signed: ClinicalTime?
  /// When it was withdrawn. Empty = it was not.
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
  /// The caller's id. Required; evidence cites it.
  public var id: String
  /// Whether the record counts. Required.
  public var status: RecordStatus
  /// What was done. Required.
  public var concept: ConceptReference
  /// When it was done, or began.
  public var start: ClinicalTime?
  /// When it ended.
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
