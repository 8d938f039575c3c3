/// More about a failure than its code and message, in the shape of `google.rpc` (AIP-193).
public enum StatusDetail: Sendable, Hashable {
  /// A fault of the request. The description says what is wrong and what to do, never a value.
  public struct FieldViolation: Sendable, Hashable {
    /// Path of the field in proto names.
    public var field: String
    /// What is wrong and what to do.
    public var description: String
    /// Stable code: `DECIMAL_FORM`.
    public var reason: String

    /// Creates a violation.
    public init(field: String, description: String, reason: String) {
      self.field = field
      self.description = description
      self.reason = reason
    }
  }

  /// Why it failed, for programs: a stable code within a domain (`google.rpc.ErrorInfo`).
  case errorInfo(reason: String, domain: String)
  /// The fields at fault (`google.rpc.BadRequest`).
  case badRequest([FieldViolation])
  /// How long to wait before another attempt (`google.rpc.RetryInfo`), in milliseconds.
  case retryInfo(milliseconds: UInt64)
  /// Any other detail, by the URL of its type.
  case other(typeURL: String, value: [UInt8])

  private static let prefix = "type.googleapis.com/google.rpc."

  private var typeURL: String {
    switch self {
    case .errorInfo: Self.prefix + "ErrorInfo"
    case .badRequest: Self.prefix + "BadRequest"
    case .retryInfo: Self.prefix + "RetryInfo"
    case .other(let typeURL, _): typeURL
    }
  }

  private var value: [UInt8] {
    var writer = FieldWriter()
    switch self {
    case .errorInfo(let reason, let domain):
      writer.text(1, reason)
      writer.text(2, domain)
    case .badRequest(let violations):
      for violation in violations {
        writer.message(1) {
          $0.text(1, violation.field)
          $0.text(2, violation.description)
          $0.text(3, violation.reason)
        }
      }
    case .retryInfo(let milliseconds):
      writer.message(1) {
        $0.varint(1, milliseconds / 1_000)
        $0.varint(2, milliseconds % 1_000 * 1_000_000)
      }
    case .other(_, let value): return value
    }
    return writer.bytes
  }

  /// The encoded `google.rpc.Status` of a failure, at most so long: what does not fit is left out, fields
  /// at fault from the last one on.
  static func encoded(_ status: RPCStatus, message: String, limit: Int) -> [UInt8] {
    var kept = status.details
    while true {
      var writer = FieldWriter()
      writer.integer(1, status.code.rawValue)
      writer.text(2, message)
      for detail in kept {
        writer.message(3) {
          $0.text(1, detail.typeURL)
          $0.data(2, detail.value)
        }
      }
      if writer.bytes.count <= limit || kept.isEmpty { return writer.bytes }
      if let index = kept.lastIndex(where: { if case .badRequest = $0 { true } else { false } }),
        case .badRequest(let violations) = kept[index], violations.count > 1
      {
        kept[index] = .badRequest(Array(violations.dropLast((violations.count + 3) / 4)))
      } else {
        kept.removeLast()
      }
    }
  }

  /// The details of an encoded `google.rpc.Status`; none where it is malformed.
  package static func details(ofStatus bytes: [UInt8]) -> [StatusDetail] {
    (try? decoded(bytes)) ?? []
  }

  private static func decoded(_ bytes: [UInt8]) throws(FieldReader.Malformed) -> [StatusDetail] {
    var reader = FieldReader(bytes)
    var details: [StatusDetail] = []
    while let (number, value) = try reader.next() {
      guard number == 3, case .bytes(let range) = value else { continue }
      var any = reader.message(range)
      var typeURL = ""
      var content: [UInt8] = []
      while let (number, value) = try any.next() {
        guard case .bytes(let range) = value else { continue }
        if number == 1 { typeURL = try any.text(range) }
        if number == 2 { content = any.array(range) }
      }
      details.append(try detail(typeURL, content))
    }
    return details
  }

  private static func detail(
    _ typeURL: String, _ content: [UInt8]
  ) throws(FieldReader.Malformed) -> StatusDetail {
    var reader = FieldReader(content)
    switch typeURL {
    case prefix + "ErrorInfo":
      let texts = try texts(&reader)
      return .errorInfo(reason: texts[1] ?? "", domain: texts[2] ?? "")
    case prefix + "BadRequest":
      var violations: [FieldViolation] = []
      while let (number, value) = try reader.next() {
        guard number == 1, case .bytes(let range) = value else { continue }
        var nested = reader.message(range)
        let texts = try texts(&nested)
        violations.append(
          FieldViolation(
            field: texts[1] ?? "", description: texts[2] ?? "", reason: texts[3] ?? ""))
      }
      return .badRequest(violations)
    case prefix + "RetryInfo":
      var milliseconds: UInt64 = 0
      while let (number, value) = try reader.next() {
        guard number == 1, case .bytes(let range) = value else { continue }
        var duration = reader.message(range)
        while let (number, value) = try duration.next() {
          guard case .varint(let count) = value, count < 1 << 40 else { continue }
          milliseconds += number == 1 ? count * 1_000 : number == 2 ? count / 1_000_000 : 0
        }
      }
      return .retryInfo(milliseconds: milliseconds)
    default: return .other(typeURL: typeURL, value: content)
    }
  }

  private static func texts(
    _ reader: inout FieldReader
  ) throws(FieldReader.Malformed) -> [Int: String] {
    var texts: [Int: String] = [:]
    while let (number, value) = try reader.next() {
      if case .bytes(let range) = value, number <= 3 { texts[number] = try reader.text(range) }
    }
    return texts
  }
}
