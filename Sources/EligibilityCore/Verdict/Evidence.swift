/// A fact that decided, as given and as understood.
public struct Evidence: Sendable, Hashable {
  /// The caller's id; empty for a field of the snapshot or a derived value.
  public var factID = ""
  /// The concept: `anc`.
  public var concept = ""
  /// As given: `1.2`, `<5`, `POSITIVE`, `YES`.
  public var givenValue = ""
  /// The unit as given.
  public var givenUnit = ""
  /// In the unit of comparison; rounded for reading where it has no finite decimal form.
  public var normalisedValue = ""
  /// The unit that it was compared in.
  public var normalisedUnit = ""
  /// The limit it was held against: `<= 3 x ULN = 120 U/L`.
  public var limit = ""
  /// Effective time or period as given.
  public var effective = ""
  /// `value`, `exposure`, `attestation`, `derived`...
  public var role = ""

  /// Creates empty evidence.
  public init() {}

  /// Creates evidence.
  public init(
    factID: String, concept: String, givenValue: String = "", givenUnit: String = "",
    normalisedValue: String = "", normalisedUnit: String = "", limit: String = "",
    effective: String = "", role: String
  ) {
    self.factID = factID
    self.concept = concept
    self.givenValue = givenValue
    self.givenUnit = givenUnit
    self.normalisedValue = normalisedValue
    self.normalisedUnit = normalisedUnit
    self.limit = limit
    self.effective = effective
    self.role = role
  }
}
