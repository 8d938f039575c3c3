/// A field whose form is wrong. It never carries the value.
public struct FieldViolation: Sendable, Hashable {
  /// Path in proto names: `snapshot.observations[3].quantity.value`.
  public var field: String
  /// Stable code: `DECIMAL_MALFORMED`.
  public var reason: String
  /// What to do about it.
  public var description: String

  /// Creates a violation.
  public init(field: String, reason: String, description: String) {
    self.field = field
    self.reason = reason
    self.description = description
  }
}

/// Every field whose form is wrong, at once; at most 100 are named.
public struct FormError: Error, Sendable, Hashable {
  /// At least one.
  public var violations: [FieldViolation]

  /// Creates an error.
  public init(violations: [FieldViolation]) {
    self.violations = violations
  }
}

/// Why a message was refused.
public enum MessageError: Error, Sendable, Hashable {
  /// The bytes are no message of the type.
  case bytes(DecodingError)
  /// Fields have a wrong form.
  case form(FormError)
}
