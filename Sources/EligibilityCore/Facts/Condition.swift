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
  public var id: String
  public var verificationStatus: VerificationStatus
  public var concept: ConceptReference
  /// When it began or was diagnosed.
  public var onset: ClinicalTime?
  /// When it ended.
  public var abatement: ClinicalTime?
  public var lastActivity: ClinicalTime?
  public var lastTreatment: ClinicalTime?
  public var clinicalStatus: ClinicalStatus?
  public var treatmentNeed: TreatmentNeed?
  public var controlStatus: ControlStatus?
  public var severity: Severity?
  /// Whether the record held fields that this version does not know; it is then unusable.
  public var hasUnknownFields = false

  /// Creates a condition.
  public init(id: String, verificationStatus: VerificationStatus, concept: ConceptReference) {
    self.id = id
    self.verificationStatus = verificationStatus
    self.concept = concept
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
  public var id: String
  public var verificationStatus: VerificationStatus
  public var substance = ConceptReference()
  public var category: AllergyCategory?
  public var criticality: Criticality?
  /// The worst recorded reaction.
  public var reactionSeverity: Severity?
  public var onset: ClinicalTime?
  /// Whether the record held fields that this version does not know; it is then unusable.
  public var hasUnknownFields = false

  /// Creates an allergy.
  public init(id: String, verificationStatus: VerificationStatus) {
    self.id = id
    self.verificationStatus = verificationStatus
  }
}
