/// A part of the record that can be declared complete.
public enum Section: String, Sendable, Hashable, CaseIterable {
  case conditions = "CONDITIONS"
  case medications = "MEDICATIONS"
  case allergies = "ALLERGIES"
  case trialParticipations = "TRIAL_PARTICIPATIONS"
  case laboratory = "LABORATORY"
  case procedures = "PROCEDURES"
}

/// A section that somebody reviewed and declared complete.
public struct ReviewedSection: Sendable, Hashable {
  /// The section.
  public var section: Section
  /// When it was reviewed; the absence of a record holds as of this time.
  public var asOf: ClinicalTime

  /// Creates a review.
  public init(section: Section, asOf: ClinicalTime) {
    self.section = section
    self.asOf = asOf
  }
}

/// The patient as the caller's records have it at one moment. It carries no names.
///
/// Lists stand in the order of the request; no outcome depends on that order.
public struct PatientSnapshot: Sendable {
  /// When the snapshot was taken; no fact may lie after it.
  public var asOf: ClinicalTime
  /// The caller's pseudonym.
  public var patientRef = ""
  /// Date of birth, perhaps partial.
  public var birthDate: ClinicalTime?
  /// Sex at birth.
  public var sexAtBirth: Sex?
  /// Whether the snapshot itself, outside its facts, held fields this version does not know.
  public var hasUnknownFields = false
  /// Results of laboratory tests, examinations and measurements.
  public var observations: [Observation] = []
  /// Medicines given or prescribed.
  public var medications: [MedicationExposure] = []
  /// Diagnoses and problems.
  public var conditions: [Condition] = []
  /// Judgements that a person has made and signed.
  public var attestations: [Attestation] = []
  /// Scores, graded indices and classification criteria.
  public var assessments: [Assessment] = []
  /// Sections that were reviewed and are complete. Only for these does a missing record mean "no".
  public var reviewed: [ReviewedSection] = []
  /// Allergies and intolerances.
  public var allergies: [Allergy] = []
  /// Participation in other trials.
  public var trialParticipations: [TrialParticipation] = []
  /// Informed consents.
  public var consents: [Consent] = []
  /// Procedures done.
  public var procedures: [Procedure] = []

  /// Creates a snapshot without facts.
  public init(asOf: ClinicalTime) {
    self.asOf = asOf
  }
}
