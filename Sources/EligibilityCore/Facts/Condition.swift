/// How sure a diagnosis is.
public enum VerificationStatus: String, Sendable, Hashable {
  case confirmed = "CONFIRMED"
  case suspected = "SUSPECTED"
  case refuted = "REFUTED"
  case enteredInError = "ENTERED_IN_ERROR"

  /// Refuted and mistaken records do not count.
  public var counts: Bool { self == .confirmed || self == .suspected }
}

/// Whether a condition is present.
public enum ClinicalStatus: String, Sendable, Hashable {
  case active = "ACTIVE"
  case recurrence = "RECURRENCE"
  case inactive = "INACTIVE"
  case remission = "REMISSION"
  case resolved = "RESOLVED"
}

/// How a condition is treated.
public enum TreatmentNeed: String, Sendable, Hashable {
  case none = "NONE"
  case prophylaxis = "PROPHYLAXIS"
  case required = "REQUIRED"
}

/// Whether a condition is under control.
public enum ControlStatus: String, Sendable, Hashable {
  case controlled = "CONTROLLED"
  case uncontrolled = "UNCONTROLLED"
}

/// How severe something is.
public enum Severity: String, Sendable, Hashable {
  case mild = "MILD"
  case moderate = "MODERATE"
  case severe = "SEVERE"
}

/// A diagnosis or problem.
public struct Condition: Sendable, Hashable {
  /// The caller's id. Required; evidence cites it.
  public var id: String
  /// The record's status: how sure the diagnosis is. Required.
  public var verificationStatus: VerificationStatus
  /// The diagnosis. Required.
  public var concept: ConceptReference
  /// When it began or was diagnosed.
  public var onset: ClinicalTime?
  /// When it ended.
  public var abatement: ClinicalTime?
  /// When it was last active.
  public var lastActivity: ClinicalTime?
  /// When it was last treated.
  public var lastTreatment: ClinicalTime?
  /// Whether it is present.
  public var clinicalStatus: ClinicalStatus?
  /// How it is treated.
  public var treatmentNeed: TreatmentNeed?
  /// Whether it is under control.
  public var controlStatus: ControlStatus?
  /// How severe it is.
  public var severity: Severity?
  /// Whether the record held fields that this version does not know; it is then unusable.
  public var hasUnknownFields = false
}

extension Condition {
  /// Creates a condition.
  public init(
    id: String, verificationStatus: VerificationStatus, concept: ConceptReference,
    onset: ClinicalTime? = nil, abatement: ClinicalTime? = nil,
    lastActivity: ClinicalTime? = nil, lastTreatment: ClinicalTime? = nil,
    clinicalStatus: ClinicalStatus? = nil, treatmentNeed: TreatmentNeed? = nil,
    controlStatus: ControlStatus? = nil, severity: Severity? = nil
  ) {
    self.init(
      id: id, verificationStatus: verificationStatus, concept: concept, onset: onset,
      abatement: abatement, lastActivity: lastActivity, lastTreatment: lastTreatment,
      clinicalStatus: clinicalStatus, treatmentNeed: treatmentNeed, controlStatus: controlStatus,
      severity: severity, hasUnknownFields: false)
  }
}

/// The kind of substance an allergy is to.
public enum AllergyCategory: String, Sendable, Hashable {
  case drug = "DRUG"
  case food = "FOOD"
  case environment = "ENVIRONMENT"
  case other = "OTHER"
}

/// How dangerous the next exposure may be.
public enum Criticality: String, Sendable, Hashable {
  case low = "LOW"
  case high = "HIGH"
  case unableToAssess = "UNABLE_TO_ASSESS"
}

/// An allergy or intolerance.
public struct Allergy: Sendable, Hashable {
  /// The caller's id. Required; evidence cites it.
  public var id: String
  /// The record's status: how sure the allergy is. Required.
  public var verificationStatus: VerificationStatus
  /// The substance.
  public var substance = ConceptReference()
  /// The kind of substance.
  public var category: AllergyCategory?
  /// How dangerous the next exposure may be.
  public var criticality: Criticality?
  /// The worst recorded reaction.
  public var reactionSeverity: Severity?
  /// When it was first seen.
  public var onset: ClinicalTime?
  /// Whether the record held fields that this version does not know; it is then unusable.
  public var hasUnknownFields = false

  /// Creates an allergy.
  public init(id: String, verificationStatus: VerificationStatus) {
    self.id = id
    self.verificationStatus = verificationStatus
  }
}
