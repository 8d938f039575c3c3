import Foundation
import RPC
import Testing

@testable import CohortConfiguration
@testable import MessageCoding
@testable import TrialGateServices

/// Why a request is not answered, as a status and as the error of an item.
@Suite struct RequestFaultTests {
  private static let violation = FieldViolation(
    field: "stage", reason: "REQUIRED", description: "must be set")

  private static func form(_ violations: [FieldViolation]) -> RequestFault {
    RequestFault(MessageError.form(FormError(violations: violations)))
  }

  struct Row {
    var name: String
    var fault: RequestFault
    var code: StatusCode
    var reason: String
    var line: String
    /// Fields in `google.rpc.BadRequest`; nil where there is none.
    var badRequest: [String]?
    /// Fields in the error of an item.
    var fields: [String]
  }

  static let rows: [Row] = [
    Row(
      name: "as a whole", fault: RequestFault(.internal, reason: "BROKEN", "try another"),
      code: .internal, reason: "BROKEN", line: "try another", badRequest: nil, fields: []),
    Row(
      name: "as a whole, by the caller",
      fault: RequestFault(.invalidArgument, reason: "WRONG", "do it well"), code: .invalidArgument,
      reason: "WRONG", line: "do it well", badRequest: nil, fields: []),
    Row(
      name: "one field",
      fault: RequestFault(field: "index_date", reason: "REQUIRED", "give the index date"),
      code: .invalidArgument, reason: "VALIDATION_FAILED",
      line: "index_date: give the index date (REQUIRED)", badRequest: ["index_date"],
      fields: ["index_date"]),
    Row(
      name: "two fields",
      fault: form([
        violation, FieldViolation(field: "snapshot.as_of", reason: "X", description: "give one"),
      ]), code: .invalidArgument, reason: "VALIDATION_FAILED",
      line: "stage: must be set (REQUIRED); snapshot.as_of: give one (X)",
      badRequest: ["stage", "snapshot.as_of"], fields: ["stage", "snapshot.as_of"]),
    Row(
      name: "what was not found",
      fault: RequestFault(
        .notFound, ConfigurationError(subject: .trial, field: "trial", remedy: "name one")),
      code: .notFound, reason: "TRIAL_NOT_FOUND", line: "trial: name one (TRIAL_NOT_FOUND)",
      badRequest: nil, fields: ["trial"]),
    Row(
      name: "a stage that the version does not have",
      fault: RequestFault(
        .failedPrecondition, ConfigurationError(subject: .stage, field: "stage", remedy: "leave it")
      ), code: .failedPrecondition, reason: "STAGE_NOT_FOUND",
      line: "stage: leave it (STAGE_NOT_FOUND)", badRequest: nil, fields: ["stage"]),
  ]

  @Test(arguments: rows.indices) func aFaultHasItsStatusAndDetails(_ index: Int) {
    let row = Self.rows[index]
    let status = row.fault.status
    #expect(status.code == row.code && status.message == row.line, "\(row.name)")
    #expect(
      status.details.first == .errorInfo(reason: row.reason, domain: "trialgate"), "\(row.name)")
    var fields: [String]?
    if status.details.count == 2, case .badRequest(let violations) = status.details[1] {
      fields = violations.map(\.field)
    }
    #expect(fields == row.badRequest, "\(row.name)")
    #expect(status.details.count == (row.badRequest == nil ? 1 : 2), "\(row.name)")
  }

  @Test(arguments: rows.indices) func aFaultIsAnErrorOfAnItem(_ index: Int) {
    let row = Self.rows[index]
    let error = row.fault.itemError
    #expect(error.statusCode == row.code.rawValue && error.reason == row.reason, "\(row.name)")
    #expect(error.message == row.line, "\(row.name)")
    #expect(error.violations.map(\.field) == row.fields, "\(row.name)")
  }

  @Test func aViolationKeepsWhatItSays() {
    let fault = Self.form([Self.violation])
    #expect(fault.itemError.violations == [Self.violation])
    #expect(
      fault.status.details.last
        == .badRequest([
          StatusDetail.FieldViolation(
            field: "stage", description: "must be set", reason: "REQUIRED")
        ]))
  }

  // MARK: Bytes that are no message

  static let reasons: [(reason: DecodingError.Reason, code: StatusCode)] = [
    (.malformed, .invalidArgument), (.nestingTooDeep, .invalidArgument),
    (.tooManyElements, .resourceExhausted), (.tooManyUnknownFields, .invalidArgument),
    (.duplicateField, .invalidArgument), (.invalidUTF8, .invalidArgument),
    (.embeddedNUL, .invalidArgument), (.budgetExceeded, .resourceExhausted),
  ]

  @Test(arguments: reasons.indices, ["", "snapshot.as_of"])
  func bytesHaveTheirReason(_ index: Int, _ path: String) {
    let row = Self.reasons[index]
    let error = DecodingError(row.reason, path)
    let fault = RequestFault(MessageError.bytes(error))
    let status = fault.status
    let text = "\(error.remedy) (\(row.reason.rawValue))"
    #expect(status.code == row.code)
    #expect(status.message == (path.isEmpty ? text : "\(path): \(text)"))
    var details = [StatusDetail.errorInfo(reason: row.reason.rawValue, domain: "trialgate")]
    if !path.isEmpty, row.code == .invalidArgument {
      details.append(
        .badRequest([
          .init(field: path, description: error.remedy, reason: row.reason.rawValue)
        ]))
    }
    #expect(status.details == details)
    #expect(fault.itemError.violations.map(\.field) == (path.isEmpty ? [] : [path]))
  }

  // MARK: Within a message

  @Test func pathsBeginAtTheMessageThatHoldsTheRequest() {
    let fault = Self.form([
      Self.violation, FieldViolation(field: "snapshot.as_of", reason: "X", description: "d"),
    ]).within("request")
    #expect(fault.itemError.violations.map(\.field) == ["request.stage", "request.snapshot.as_of"])
    #expect(
      fault.line == "request.stage: must be set (REQUIRED); request.snapshot.as_of: d (X)")
    #expect(fault.code == .invalidArgument && fault.reason == "VALIDATION_FAILED")
    let whole = RequestFault(.internal, reason: "R", "m").within("request")
    #expect(whole.line == "m" && whole.violations.isEmpty)
  }

  // MARK: The line

  /// All violations are counted: those that are named, and those that are not.
  @Test(arguments: [1, 2, 10, 20, 21, 22, 50, 100, 1_000])
  func theLineIsBoundedAndSaysHowManyMore(_ count: Int) {
    let violations = (0..<count).map {
      FieldViolation(
        field: "snapshot.consents[\($0)].id", reason: "REQUIRED",
        description: "give the fact an id; evidence cites it")
    }
    let fault = Self.form(violations)
    let line = fault.line
    #expect(line.utf8.count < 1_300)
    let named = violations.prefix { line.contains("\($0.field): \($0.description)") }.count
    #expect(line.components(separatedBy: "(REQUIRED)").count - 1 == named)
    if named < count {
      #expect(line.hasSuffix("; and \(count - named) more"), "\(line)")
      #expect(line.utf8.count > 1_000, "as many are named as fit")
    } else {
      #expect(line.hasSuffix("(REQUIRED)"))
    }
    #expect(fault.itemError.violations.count == count)
  }

  /// The first fault is always named.
  @Test func aLongFaultIsNotLeftOut() {
    let long = FieldViolation(
      field: "f", reason: "R", description: String(repeating: "x", count: 3_000))
    #expect(Self.form([long, Self.violation]).line.hasPrefix("f: xxx"))
    #expect(Self.form([long, Self.violation]).line.hasSuffix("(R); and 1 more"))
    #expect(
      Self.form([Self.violation, long]).line == "stage: must be set (REQUIRED); and 1 more")
  }
}
