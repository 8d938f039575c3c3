import EligibilityCore

@testable import MessageCoding

/// Requests that these tests make, as the documents a caller would write.
enum Requests {
  /// What every request needs.
  static let envelope = """
    stage: STAGE_ENROLMENT
    index_date: "2025-03-15"
    """

  /// A request with a snapshot of these lines.
  static func snapshot(_ lines: String) -> String {
    let indented = lines.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
    return "\(envelope)\nsnapshot:\n  as_of: \"2025-03-15\"\n\(indented)\n"
  }

  /// The bytes of a request.
  static func encode(_ document: String) throws(DocumentError) -> [UInt8] {
    try RequestDocument(document).encoded
  }

  /// What a request reads as.
  static func read(_ document: String) throws -> EvaluationRequest {
    let bytes = try encode(document)
    return try read(bytes)
  }

  static func read(_ bytes: [UInt8]) throws(MessageError) -> EvaluationRequest {
    try EligibilityMessages.request(bytes.span)
  }

  /// Everything that is wrong with a request's form.
  static func violations(_ document: String) throws -> [FieldViolation] {
    let bytes = try encode(document)
    do throws(MessageError) {
      _ = try read(bytes)
      return []
    } catch {
      guard case .form(let form) = error else { throw error }
      return form.violations
    }
  }

  /// `path REASON` for everything that is wrong, in the order of the report.
  static func faults(_ document: String) throws -> [String] {
    try violations(document).map { "\($0.field) \($0.reason)" }
  }
}
