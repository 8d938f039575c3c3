/// A fact that decided, as given and as understood.
public struct Evidence: Sendable, Hashable {
  /// What it says, always one. A list, since its copies share it until one is changed: on its way up the logic
  /// a fact is handed on many times.
  private var content = [Content()]

  /// The caller's id; empty for a field of the snapshot or a derived value.
  public var factID: String {
    get { content[0].factID }
    set { content[0].factID = newValue }
  }
  /// The concept: `anc`.
  public var concept: String {
    get { content[0].concept }
    set { content[0].concept = newValue }
  }
  /// As given: `1.2`, `<5`, `POSITIVE`, `YES`.
  public var givenValue: String {
    get { content[0].givenValue }
    set { content[0].givenValue = newValue }
  }
  /// The unit as given.
  public var givenUnit: String {
    get { content[0].givenUnit }
    set { content[0].givenUnit = newValue }
  }
  /// In the unit of comparison; rounded for reading where it has no finite decimal form.
  public var normalisedValue: String {
    get { content[0].normalisedValue }
    set { content[0].normalisedValue = newValue }
  }
  /// The unit that it was compared in.
  public var normalisedUnit: String {
    get { content[0].normalisedUnit }
    set { content[0].normalisedUnit = newValue }
  }
  /// The limit it was held against: `<= 3 x ULN = 120 U/L`.
  public var limit: String {
    get { content[0].limit }
    set { content[0].limit = newValue }
  }
  /// Effective time or period as given.
  public var effective: String {
    get { content[0].effective }
    set { content[0].effective = newValue }
  }
  /// `value`, `exposure`, `attestation`, `derived`...
  public var role: String {
    get { content[0].role }
    set { content[0].role = newValue }
  }

  /// Creates empty evidence.
  public init() {}

  /// Creates evidence.
  public init(
    factID: String, concept: String, givenValue: String = "", givenUnit: String = "",
    normalisedValue: String = "", normalisedUnit: String = "", limit: String = "",
    effective: String = "", role: String
  ) {
    content = [
      Content(
        factID: factID, concept: concept, givenValue: givenValue, givenUnit: givenUnit,
        normalisedValue: normalisedValue, normalisedUnit: normalisedUnit, limit: limit,
        effective: effective, role: role)
    ]
  }
}

extension Evidence {
  private struct Content: Hashable {
    var factID = ""
    var concept = ""
    var givenValue = ""
    var givenUnit = ""
    var normalisedValue = ""
    var normalisedUnit = ""
    var limit = ""
    var effective = ""
    var role = ""
  }
}
