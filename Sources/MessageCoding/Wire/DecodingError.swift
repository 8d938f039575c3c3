/// Why bytes are no message of the contract. It names the field, never a value.
public struct DecodingError: Error, Sendable, Hashable {
  /// The kind of fault.
  public enum Reason: String, Sendable, Hashable {
    case malformed = "MALFORMED_MESSAGE"
    case nestingTooDeep = "NESTING_TOO_DEEP"
    case tooManyElements = "TOO_MANY_ELEMENTS"
    case tooManyUnknownFields = "TOO_MANY_UNKNOWN_FIELDS"
    case duplicateField = "DUPLICATE_FIELD"
    case invalidUTF8 = "INVALID_UTF8"
    case embeddedNUL = "EMBEDDED_NUL"
    case budgetExceeded = "DECODE_BUDGET_EXCEEDED"
  }

  /// The kind of fault.
  public var reason: Reason
  /// Path of the field in proto names; empty for the message as a whole.
  public var path: String

  init(_ reason: Reason, _ path: String = "") {
    self.reason = reason
    self.path = path
  }

  /// What to do about it.
  public var remedy: String {
    switch reason {
    case .malformed: "the bytes are no protobuf message of this type; encode it with its .proto"
    case .nestingTooDeep: "the message nests too deep"
    case .tooManyElements: "send at most \(WireScan.maximumElements) elements in one message"
    case .tooManyUnknownFields:
      "too many fields that this version does not know; use the contract of this version"
    case .duplicateField: "a single message field occurs twice; send it once"
    case .invalidUTF8: "the text is not valid UTF-8"
    case .embeddedNUL: "the text holds a NUL character"
    case .budgetExceeded: "the message needs too much memory; send fewer facts"
    }
  }

  /// The same fault seen from the message that holds the field.
  func within(_ field: String) -> DecodingError {
    DecodingError(reason, path.isEmpty ? field : "\(field).\(path)")
  }
}
