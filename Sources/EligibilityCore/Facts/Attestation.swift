/// A judgement or statement that a person made and stands for.
public struct Attestation: Sendable, Hashable {
  /// The caller's id. Required; evidence cites it.
  public var id: String
  /// Whether the record counts. Required.
  public var status: RecordStatus
  /// What is stated: a concept of the catalogue. Required.
  public var concept: ConceptReference
  /// The answer. Required.
  public var answer: Answer
  /// When it was made, or for a dated event when the event took place.
  public var effective: ClinicalTime?
  /// A role or a pseudonym.
  public var attestedBy: String
  /// Whether the record held fields that this version does not know; it is then unusable.
  public var hasUnknownFields = false
}

extension Attestation {
  /// Creates an attestation.
  public init(
    id: String, status: RecordStatus, concept: ConceptReference, answer: Answer,
    effective: ClinicalTime? = nil, attestedBy: String = ""
  ) {
    self.init(
      id: id, status: status, concept: concept, answer: answer, effective: effective,
      attestedBy: attestedBy, hasUnknownFields: false)
  }
}

/// One item of a score.
public struct AssessmentItem: Sendable, Hashable {
  /// The item's id in the instrument: `seizure`.
  public var item: String
  /// Exact decimal text of the item's value. Empty when only an answer is recorded.
  public var value: ExactDecimal?
  /// Whether the item is present.
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
  /// The system's id in the instrument: `mucocutaneous`.
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
  /// The caller's id. Required; evidence cites it.
  public var id: String
  /// Whether the record counts. Required.
  public var status: RecordStatus
  /// The instrument: `sledai_2k`. Required.
  public var instrument: ConceptReference
  /// When it was done.
  public var effective: ClinicalTime?
  /// The recorded total as exact decimal text. Empty when none was recorded.
  public var total: ExactDecimal?
  /// The recorded grades, for a graded index.
  public var grades: [SystemGrade]
  /// The recorded conclusion of classification criteria.
  public var conclusion: Answer?
  /// The recorded items.
  public var items: [AssessmentItem]
  /// The days before the assessment that the instrument looked back over; nil = not stated.
  public var windowDays: Int?
  /// Whether the record held fields that this version does not know; it is then unusable.
  public var hasUnknownFields = false
}

extension Assessment {
  /// Creates an assessment.
  public init(
    id: String, status: RecordStatus, instrument: ConceptReference,
    effective: ClinicalTime? = nil, total: ExactDecimal? = nil, grades: [SystemGrade] = [],
    conclusion: Answer? = nil, items: [AssessmentItem] = [], windowDays: Int? = nil
  ) {
    self.init(
      id: id, status: status, instrument: instrument, effective: effective, total: total,
      grades: grades, conclusion: conclusion, items: items, windowDays: windowDays,
      hasUnknownFields: false)
  }
}
