/// A fact that decided, as given and as understood.
public struct Evidence: Sendable, Hashable {
  /// What it says: on its way up the logic a fact is handed on many times, and copies share it.
  private var content: Content

  /// The caller's id; empty for a field of the snapshot or a derived value.
  public var factID: String {
    get { content.factID }
    set { own().factID = newValue }
  }
  /// The concept: `anc`.
  public var concept: String {
    get { content.concept }
    set { own().concept = newValue }
  }
  /// As given: `1.2`, `<5`, `POSITIVE`, `YES`.
  public var givenValue: String {
    get { content.givenValue }
    set { own().givenValue = newValue }
  }
  /// The unit as given.
  public var givenUnit: String {
    get { content.givenUnit }
    set { own().givenUnit = newValue }
  }
  /// In the unit of comparison; rounded for reading where it has no finite decimal form.
  public var normalisedValue: String {
    get { content.normalisedValue }
    set { own().normalisedValue = newValue }
  }
  /// The unit that it was compared in.
  public var normalisedUnit: String {
    get { content.normalisedUnit }
    set { own().normalisedUnit = newValue }
  }
  /// The limit it was held against: `<= 3 x ULN = 120 U/L`.
  public var limit: String {
    get { content.limit }
    set { own().limit = newValue }
  }
  /// Effective time or period as given.
  public var effective: String {
    get { content.effective }
    set { own().effective = newValue }
  }
  /// `value`, `exposure`, `attestation`, `derived`...
  public var role: String {
    get { content.role }
    set { own().role = newValue }
  }

  /// Creates empty evidence.
  public init() {
    content = Content()
  }

  /// The content of this evidence alone, to be changed.
  private mutating func own() -> Content {
    if !isKnownUniquelyReferenced(&content) { content = Content(content) }
    return content
  }

  /// Equality of what it says.
  public static func == (left: Evidence, right: Evidence) -> Bool {
    left.content === right.content || left.content.isSame(as: right.content)
  }

  /// Hashes what it says.
  public func hash(into hasher: inout Hasher) {
    content.hash(into: &hasher)
  }
}

extension Evidence {
  // Sendable because it is changed only by evidence that holds the one reference to it.
  private final class Content: @unchecked Sendable {
    var factID = ""
    var concept = ""
    var givenValue = ""
    var givenUnit = ""
    var normalisedValue = ""
    var normalisedUnit = ""
    var limit = ""
    var effective = ""
    var role = ""

    init() {}

    init(_ other: Content) {
      factID = other.factID
      concept = other.concept
      givenValue = other.givenValue
      givenUnit = other.givenUnit
      normalisedValue = other.normalisedValue
      normalisedUnit = other.normalisedUnit
      limit = other.limit
      effective = other.effective
      role = other.role
    }

    func isSame(as other: Content) -> Bool {
      factID == other.factID
        && concept == other.concept
        && givenValue == other.givenValue
        && givenUnit == other.givenUnit
        && normalisedValue == other.normalisedValue
        && normalisedUnit == other.normalisedUnit
        && limit == other.limit
        && effective == other.effective
        && role == other.role
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(factID)
      hasher.combine(concept)
      hasher.combine(givenValue)
      hasher.combine(givenUnit)
      hasher.combine(normalisedValue)
      hasher.combine(normalisedUnit)
      hasher.combine(limit)
      hasher.combine(effective)
      hasher.combine(role)
    }
  }
}
