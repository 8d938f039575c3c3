/// The facts of a patient in lists of fixed-size records, over the bytes of their texts. Immutable once made.
package final class FactRecords: Sendable {
  /// The bytes of the texts, with whatever stands between them.
  let bytes: [UInt8]
  package let observations: [ObservationRecord]
  package let medications: [MedicationRecord]
  package let conditions: [ConditionRecord]
  package let attestations: [AttestationRecord]
  package let assessments: [AssessmentRecord]
  // Of these a patient has few.
  package let reviewed: [ReviewedSection]
  package let allergies: [Allergy]
  package let trialParticipations: [TrialParticipation]
  package let consents: [Consent]
  package let procedures: [Procedure]
  /// The terminologies of codings; one may stand there more than once.
  let systems: [TextPiece]
  private let concepts: [ConceptRecord]
  private let codings: [CodingRecord]
  private let ranges: [ReferenceRangeRecord]
  private let grades: [SystemGrade]
  private let items: [AssessmentItem]

  /// Takes over what was collected.
  ///
  /// - Parameter bytes: what the pieces of the draft are pieces of: UTF-8 in each of them.
  package init(_ draft: consuming FactRecordsDraft, bytes: [UInt8]) {
    self.bytes = bytes
    observations = draft.observations
    medications = draft.medications
    conditions = draft.conditions
    attestations = draft.attestations
    assessments = draft.assessments
    reviewed = draft.reviewed
    allergies = draft.allergies
    trialParticipations = draft.trialParticipations
    consents = draft.consents
    procedures = draft.procedures
    systems = draft.systems
    concepts = draft.concepts
    codings = draft.codings
    ranges = draft.ranges
    grades = draft.grades
    items = draft.items
  }

  /// No facts.
  static let none = FactRecords(FactRecordsDraft(), bytes: [])

  // MARK: Texts

  /// A text.
  func text(_ piece: TextPiece) -> String {
    if piece.isEmpty { return "" }
    let bytes = bytes
    let span = bytes.span
    return String(utf8: span.extracting(piece.range))
  }

  /// Whether two texts have the same bytes.
  func isSame(_ first: TextPiece, _ second: TextPiece) -> Bool {
    if first.start == second.start, first.count == second.count { return true }
    return first.count == second.count
      && zip(first.range, second.range).allSatisfy { bytes[$0] == bytes[$1] }
  }

  /// A text that is looked up.
  func text(_ code: CodeText) -> String { text(code.piece) }

  /// Whether a text is printable ASCII alone. Among such texts equality is that of their bytes.
  func isPlain(_ text: CodeText) -> Bool {
    let count = Int(text.piece.count)
    guard text.head.isPlain(count: count) else { return false }
    if text.isShort { return true }
    let start = Int(text.piece.start)
    for index in start + TextHead.maximumCount..<start + count where !bytes[index].isPlain {
      return false
    }
    return true
  }

  // MARK: Lists

  func coding(_ record: CodingRecord) -> Coding {
    Coding(system: text(systems[Int(record.system)]), code: text(record.code))
  }

  func otherCodings(of concept: ConceptRecord) -> ArraySlice<CodingRecord> {
    codings[concept.otherCodings.range]
  }

  func referenceRange(of result: ObservationRecord) -> ReferenceRangeRecord? {
    result.referenceRange.map { ranges[Int($0)] }
  }

  func specimen(of result: ObservationRecord) -> Coding? {
    result.specimen.map { coding(codings[Int($0)]) }
  }

  func method(of result: ObservationRecord) -> Coding? {
    result.method.map { coding(codings[Int($0)]) }
  }

  func indications(of medication: MedicationRecord) -> ArraySlice<ConceptRecord> {
    concepts[medication.indications.range]
  }

  func grades(of assessment: AssessmentRecord) -> ArraySlice<SystemGrade> {
    grades[assessment.grades.range]
  }

  func items(of assessment: AssessmentRecord) -> ArraySlice<AssessmentItem> {
    items[assessment.items.range]
  }
}

/// The facts of a patient while they are collected.
package struct FactRecordsDraft {
  package var observations: [ObservationRecord] = []
  package var medications: [MedicationRecord] = []
  package var conditions: [ConditionRecord] = []
  package var attestations: [AttestationRecord] = []
  package var assessments: [AssessmentRecord] = []
  package var reviewed: [ReviewedSection] = []
  package var allergies: [Allergy] = []
  package var trialParticipations: [TrialParticipation] = []
  package var consents: [Consent] = []
  package var procedures: [Procedure] = []
  /// The terminologies of codings.
  package var systems: [TextPiece] = []
  /// What medicines are given for.
  package var concepts: [ConceptRecord] = []
  /// Codings that do not stand in a record itself.
  package var codings: [CodingRecord] = []
  package var ranges: [ReferenceRangeRecord] = []
  package var grades: [SystemGrade] = []
  package var items: [AssessmentItem] = []

  /// Creates an empty draft.
  package init() {}
}

extension UInt8 {
  /// Whether it is a printable ASCII character.
  var isPlain: Bool { self >= 0x20 && self < 0x7F }
}

extension String {
  /// A text of bytes that are UTF-8.
  fileprivate init(utf8 bytes: Span<UInt8>) {
    do {
      self.init(copying: try UTF8Span(validating: bytes))
    } catch {
      self = ""
    }
  }
}
