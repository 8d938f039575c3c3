/// A fact that decided, as given and as understood.
public struct Evidence: Sendable, Hashable {
  /// The caller's id; empty for a field of the snapshot or a derived value.
  public var factID: String
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
}

extension Evidence {
  /// Creates empty evidence.
  public init() {
    self.init(factID: "")
  }
}
