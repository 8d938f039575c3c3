/// A fact that decided, noted while a run goes on. It holds no text: what it says is put into words when somebody
/// reads it. Within one run two notes say the same exactly when they are equal, given that every fact has an id of its
/// own: who reads requests refuses others, and of a snapshot made by hand facts with one id are each shown.
struct EvidenceNote: Equatable, BitwiseCopyable {
  /// What is noted of what.
  enum Kind: UInt8 {
    case observation
    case medication
    /// A medicine that goes on.
    case ongoingMedication
    case condition
    case attestation
    case score
    case grades
    case conclusion
    /// Something put into words at once.
    case written
  }

  let kind: Kind
  /// Place of the fact in its list of the record, or of what is written in the run's list.
  let place: Int32
  /// Index of the concept; -1 = the catalogue has none for it.
  let concept: Int32
  /// What it was held against.
  var limit: LimitText

  init(_ kind: Kind, _ place: Int, concept: Int? = nil, limit: LimitText = .none) {
    self.kind = kind
    self.place = Int32(truncatingIfNeeded: place)
    self.concept = Int32(truncatingIfNeeded: concept ?? -1)
    self.limit = limit
  }
}

/// A limit, as its number among the texts of a run. Within one run equal texts have equal numbers.
struct LimitText: Equatable, BitwiseCopyable {
  /// Limits that every run has, by their numbers.
  private enum Fixed: Int32, CaseIterable {
    case none, positive, negative, yes, no

    var text: String {
      switch self {
      case .none: ""
      case .positive: "POSITIVE"
      case .negative: "NEGATIVE"
      case .yes: "YES"
      case .no: "NO"
      }
    }

    /// Bytes that they have at most.
    static let longest = 8
    static let count = Self.allCases.count
  }

  static var none: LimitText { LimitText(.none) }
  static var positive: LimitText { LimitText(.positive) }
  static var negative: LimitText { LimitText(.negative) }
  static var yes: LimitText { LimitText(.yes) }
  static var no: LimitText { LimitText(.no) }

  private let number: Int32

  private init(_ fixed: Fixed) { number = fixed.rawValue }

  /// The limit that stands at a place of the run's list.
  fileprivate init(place: Int) {
    number = Int32(truncatingIfNeeded: place + Fixed.count)
  }

  /// One of the limits that every run has.
  fileprivate init?(fixed text: String) {
    guard text.utf8.count <= Fixed.longest,
      let fixed = Fixed.allCases.first(where: { $0.text == text })
    else { return nil }
    self.init(fixed)
  }

  /// The text, given the run's list.
  func text(_ texts: [String]) -> String {
    if let fixed = Fixed(rawValue: number) { return fixed.text }
    return texts[Int(number) - Fixed.count]
  }
}

/// The texts that the notes of a run refer to.
struct EvidenceTexts {
  private var limitTexts = DistinctItems<String>()
  private var writtenItems = DistinctItems<Evidence>()

  var limits: [String] { limitTexts.items }
  var written: [Evidence] { writtenItems.items }

  /// A limit, written down where it is new.
  mutating func limit(_ text: String) -> LimitText {
    LimitText(fixed: text) ?? LimitText(place: limitTexts.place(of: text))
  }

  /// Evidence in words, written down where it is new.
  mutating func note(_ evidence: Evidence) -> EvidenceNote {
    EvidenceNote(.written, writtenItems.place(of: evidence))
  }
}
