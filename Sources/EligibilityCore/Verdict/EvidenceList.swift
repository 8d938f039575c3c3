/// The facts that decided a criterion. Those of a verdict are put into words when they are read, which an answer on
/// the wire never does as a whole. Until then the list keeps the patient's record.
public struct EvidenceList: Sendable {
  private let notes: [EvidenceNote]
  /// What the notes are about; nil = there are none.
  private let source: EvidenceSource?

  /// Evidence that was written by hand or read from a message.
  public init(_ evidence: some Sequence<Evidence>) {
    let written = Array(evidence)
    notes = written.indices.map { EvidenceNote(.written, $0) }
    source = written.isEmpty ? nil : EvidenceSource(written: written)
  }

  /// The notes of a run.
  ///
  /// - Parameter source: of that run; nil = there are no notes.
  init(_ notes: [EvidenceNote], _ source: EvidenceSource?) {
    self.notes = notes
    self.source = source
  }
}

extension EvidenceList: RandomAccessCollection, ExpressibleByArrayLiteral {
  /// Creates a list.
  public init(arrayLiteral elements: Evidence...) {
    self.init(elements)
  }

  /// Creates an empty list.
  public init() {
    notes = []
    source = nil
  }

  /// The place of the first one.
  public var startIndex: Int { 0 }

  /// The place behind the last one.
  public var endIndex: Int { notes.count }

  /// The evidence at a place.
  public subscript(position: Int) -> Evidence {
    let note = notes[position]
    return source?.evidence(note) ?? Evidence()
  }

  /// What the evidence at a place says, without a copy of what stands in the patient's record.
  package func words(at position: Int) -> EvidenceWords? { source?.words(of: notes[position]) }

  /// The bytes that texts of the patient's record are pieces of.
  package var recordBytes: [UInt8] { source?.recordBytes ?? [] }
}

extension EvidenceList: Hashable {
  /// Whether both say the same.
  public static func == (left: EvidenceList, right: EvidenceList) -> Bool {
    left.elementsEqual(right)
  }

  /// Hashes what it says.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    for evidence in self { hasher.combine(evidence) }
  }
}
