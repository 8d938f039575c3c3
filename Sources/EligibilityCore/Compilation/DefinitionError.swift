/// Something wrong with a protocol definition.
public struct DefinitionError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Path of the field in proto names: `criteria[12].result.concepts[0]`.
  public var path: String
  /// Stable code: `CONCEPT_UNKNOWN`.
  public var reason: String
  /// What is wrong and what to do.
  public var message: String

  /// `path: message (REASON)`.
  public var description: String { "\(path): \(message) (\(reason))" }

  init(_ path: String, _ reason: String, _ message: String) {
    self.path = path
    self.reason = reason
    self.message = message
  }
}

/// Every error of a definition, in the order of its fields.
public struct DefinitionErrors: Error, Sendable, CustomStringConvertible {
  /// At least one.
  public var errors: [DefinitionError]

  /// One error a line.
  public var description: String { errors.map(\.description).joined(separator: "\n") }
}
