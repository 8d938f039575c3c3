/// A judgement or statement that a person made and stands for.
public struct Attestation: Sendable, Hashable {
  public var id: String
  public var status: RecordStatus
  public var concept: ConceptReference
  public var answer: Answer
  /// When it was made, or for a dated event when the event took place.
  public var effective: ClinicalTime?
  /// A role or a pseudonym.
  public var attestedBy = ""
  /// Whether the record held fields that this version does not know; it is then unusable.
  public var hasUnknownFields = false

  /// Creates an attestation.
  public init(id: String, status: RecordStatus, concept: ConceptReference, answer: Answer) {
    self.id = id
    self.status = status
    self.concept = concept
    self.answer = answer
  }
}

/// One item of a score.
public struct AssessmentItem: Sendable, Hashable {
  public var item: String
  public var value: ExactDecimal?
  public var answer: Answer?

  /// Creates an item.
  public init(item: String, value: ExactDecimal? = nil, answer: Answer? = nil) {
    self.item = item
    self.value = value
    self.answer = answer
  }
}

/// The grade of one organ system in a graded index.
public struct SystemGrade: Sendable, Hashable {
  public var system: String
  /// `A` to `E`.
  public var grade: String

  /// Creates a grade.
  public init(system: String, grade: String) {
    self.system = system
    self.grade = grade
  }
}

/// A score, a graded index or a set of classification criteria, as it was recorded.
public struct Assessment: Sendable, Hashable {
  public var id: String
  public var status: RecordStatus
  public var instrument: ConceptReference
  public var effective: ClinicalTime?
  public var total: ExactDecimal?
  public var grades: [SystemGrade] = []
  /// The recorded conclusion of classification criteria.
  public var conclusion: Answer?
  public var items: [AssessmentItem] = []
  /// The days before the assessment that the instrument looked back over; nil = not stated.
  public var windowDays: Int?
  /// Whether the record held fields that this version does not know; it is then unusable.
  public var hasUnknownFields = false

  /// Creates an assessment.
  public init(id: String, status: RecordStatus, instrument: ConceptReference) {
    self.id = id
    self.status = status
    self.instrument = instrument
  }
}
