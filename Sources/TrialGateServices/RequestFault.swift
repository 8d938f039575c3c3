internal import CohortConfiguration
internal import MessageCoding
internal import RPC

/// Why a request is not answered. It names fields and remedies, never values.
struct RequestFault: Error {
  /// The domain of the reasons (`google.rpc.ErrorInfo`).
  static let domain = "trialgate"
  /// Bytes of a message that lists faults; common clients take header lists of 8 KiB in all.
  private static let maximumLength = 1_200

  var code: StatusCode
  /// Stable code of the failure as a whole: `VALIDATION_FAILED`.
  var reason: String
  /// What is wrong where no field is at fault.
  var message: String
  /// The fields at fault.
  var violations: [FieldViolation] = []
  /// How long to wait before another attempt, in milliseconds; nil = another attempt is of no use.
  var retryMilliseconds: UInt64?
  /// Whether the fields are listed for programs though the request itself is well formed.
  var listsFields = false

  init(_ code: StatusCode, reason: String, _ message: String) {
    self.code = code
    self.reason = reason
    self.message = message
  }

  /// One field whose value is wrong.
  init(field: String, reason: String, _ description: String) {
    self.init(.invalidArgument, reason: "VALIDATION_FAILED", "")
    violations = [FieldViolation(field: field, reason: reason, description: description)]
  }

  /// What was not found.
  init(_ code: StatusCode, _ error: ConfigurationError) {
    self.init(code, reason: error.subject.rawValue, "")
    violations = [
      FieldViolation(
        field: error.field, reason: error.subject.rawValue, description: error.remedy)
    ]
  }

  /// A message that was refused.
  init(_ error: MessageError) {
    switch error {
    case .bytes(let fault):
      let code: StatusCode =
        fault.reason == .budgetExceeded || fault.reason == .tooManyElements
        ? .resourceExhausted : .invalidArgument
      self.init(code, reason: fault.reason.rawValue, "\(fault.remedy) (\(fault.reason.rawValue))")
      if !fault.path.isEmpty {
        violations = [
          FieldViolation(
            field: fault.path, reason: fault.reason.rawValue, description: fault.remedy)
        ]
      }
    case .form(let form):
      self.init(.invalidArgument, reason: "VALIDATION_FAILED", "")
      violations = form.violations
    }
  }

  /// The fault of a message that holds the request in a field.
  func within(_ field: String) -> RequestFault {
    var fault = self
    for index in fault.violations.indices {
      fault.violations[index].field = "\(field).\(fault.violations[index].field)"
    }
    return fault
  }

  /// All that is wrong in one line, as far as it fits.
  var line: String {
    guard !violations.isEmpty else { return message }
    var text = ""
    for (index, violation) in violations.enumerated() {
      let line = "\(violation.field): \(violation.description) (\(violation.reason))"
      if !text.isEmpty, text.utf8.count + line.utf8.count > Self.maximumLength {
        return "\(text); and \(violations.count - index) more"
      }
      text += text.isEmpty ? line : "; \(line)"
    }
    return text
  }

  /// The status of the call that it ends.
  var status: RPCStatus {
    var details = [StatusDetail.errorInfo(reason: reason, domain: Self.domain)]
    if let retryMilliseconds { details.append(.retryInfo(milliseconds: retryMilliseconds)) }
    if !violations.isEmpty, code == .invalidArgument || listsFields {
      details.append(
        .badRequest(
          violations.map {
            StatusDetail.FieldViolation(
              field: $0.field, description: $0.description, reason: $0.reason)
          }))
    }
    return RPCStatus(code, line, details: details)
  }

  /// The error of the stream's item that it ends.
  var itemError: ItemError {
    ItemError(
      statusCode: code.rawValue, reason: reason, message: line, violations: violations)
  }
}
