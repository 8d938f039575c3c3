internal import CProtobufC
internal import EligibilityCore

/// Reads fields of decoded messages and collects every one whose form is wrong.
///
/// Violations are reported with the path below the message at hand; `within` completes it on the way
/// out, so that no path is built while all is well.
struct FormReader {
  static let maximumViolations = 100
  static let maximumIDLength = 256
  /// Facts of one snapshot.
  static let maximumFacts = 5_000

  /// How many violations are named.
  private let violationLimit: Int
  private(set) var violations: [FieldViolation] = []
  /// Whether a message that was read since the flag was last taken held fields unknown to this version.
  private var sawUnknownFields = false
  private var factIDs: Set<String> = []

  init(violationLimit: Int = Self.maximumViolations) {
    self.violationLimit = violationLimit
  }

  mutating func report(_ field: String, _ reason: String, _ description: String) {
    guard violations.count < violationLimit else { return }
    violations.append(FieldViolation(field: field, reason: reason, description: description))
  }

  mutating func within<Result>(
    _ field: String, _ index: Int? = nil, _ body: (inout FormReader) -> Result
  ) -> Result {
    let mark = violations.count
    let result = body(&self)
    if violations.count > mark {
      let prefix = index.map { "\(field)[\($0)]" } ?? field
      for position in mark..<violations.count {
        let own = violations[position].field
        violations[position].field = own.isEmpty ? prefix : "\(prefix).\(own)"
      }
    }
    return result
  }

  // MARK: Unknown fields

  mutating func note(_ base: ProtobufCMessage) {
    if base.n_unknown_fields > 0 { sawUnknownFields = true }
  }

  /// Takes the flag: whether something unknown was read since it was last taken.
  mutating func takeUnknownFields() -> Bool {
    defer { sawUnknownFields = false }
    return sawUnknownFields
  }

  // MARK: Lists

  typealias List<Message> = UnsafeMutablePointer<UnsafeMutablePointer<Message>?>

  /// Reads every element of a list, each under its own path.
  mutating func list<Message, Result>(
    _ list: List<Message>?, _ count: Int, _ field: String,
    _ body: (inout FormReader, Message) -> Result?
  ) -> [Result] {
    guard let list, count > 0 else { return [] }
    var results: [Result] = []
    results.reserveCapacity(count)
    for index in 0..<count {
      guard let element = list[index] else { continue }
      if let result = within(field, index, { body(&$0, element.pointee) }) {
        results.append(result)
      }
    }
    return results
  }

  // MARK: Texts

  func text(_ pointer: UnsafeMutablePointer<CChar>?) -> String {
    guard let pointer, pointer.pointee != 0 else { return "" }
    return String(cString: pointer)
  }

  func texts(
    _ pointer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, _ count: Int
  ) -> [String] {
    guard let pointer else { return [] }
    return (0..<count).map { text(pointer[$0]) }
  }

  /// The id of a fact: required, short and of this fact alone.
  mutating func factID(_ pointer: UnsafeMutablePointer<CChar>?) -> String {
    let id = text(pointer)
    if id.isEmpty {
      report("id", "REQUIRED", "give the fact an id; evidence cites it")
    } else if id.utf8.count > Self.maximumIDLength {
      report("id", "TOO_LONG", "use at most \(Self.maximumIDLength) bytes")
    } else if !factIDs.insert(id).inserted {
      report("id", "DUPLICATE_ID", "another fact of the snapshot has this id; ids are unique")
    }
    return id
  }

  // MARK: Numbers and times

  mutating func decimal(_ pointer: UnsafeMutablePointer<CChar>?, _ field: String) -> ExactDecimal? {
    do throws(ExactDecimal.ParseError) {
      return try ExactDecimal(parsing: text(pointer))
    } catch {
      switch error {
      case .empty: report(field, "DECIMAL_EMPTY", "give a decimal such as 1.5")
      case .malformed:
        report(field, "DECIMAL_MALFORMED", "write a decimal as -?digits[.digits], no exponent")
      case .tooManyDigits, .tooLong:
        report(field, "DECIMAL_TOO_LONG", "use at most 34 digits and 40 characters")
      }
      return nil
    }
  }

  /// A decimal that may be left out.
  mutating func optionalDecimal(_ pointer: UnsafeMutablePointer<CChar>?, _ field: String)
    -> ExactDecimal?
  {
    isEmpty(pointer) ? nil : decimal(pointer, field)
  }

  func isEmpty(_ pointer: UnsafeMutablePointer<CChar>?) -> Bool {
    pointer.map { $0.pointee == 0 } ?? true
  }

  mutating func time(_ pointer: UnsafeMutablePointer<CChar>?, _ field: String) -> ClinicalTime? {
    guard !isEmpty(pointer) else { return nil }
    do throws(ClinicalTime.ParseError) {
      return try ClinicalTime(parsing: text(pointer))
    } catch {
      switch error {
      case .outOfRange: report(field, "TIME_OUT_OF_RANGE", "there is no such date or time")
      case .empty, .malformed, .tooLong:
        report(
          field, "TIME_MALFORMED",
          "write YYYY, YYYY-MM, YYYY-MM-DD, or YYYY-MM-DDThh:mm:ss with Z or an offset")
      }
      return nil
    }
  }

  mutating func requiredTime(_ pointer: UnsafeMutablePointer<CChar>?, _ field: String)
    -> ClinicalTime?
  {
    if isEmpty(pointer) { report(field, "REQUIRED", "give a day or an instant") }
    guard let time = time(pointer, field) else { return nil }
    if time.precision == .year || time.precision == .month {
      report(field, "TIME_IMPRECISE", "give a whole day or an instant")
    }
    return time
  }

  /// A whole day that may be left out.
  mutating func date(_ pointer: UnsafeMutablePointer<CChar>?, _ field: String) -> CalendarDate? {
    guard !isEmpty(pointer) else { return nil }
    guard let date = CalendarDate(parsing: text(pointer)) else {
      report(field, "DATE_MALFORMED", "write a whole day as YYYY-MM-DD")
      return nil
    }
    return date
  }

  // MARK: Enums

  /// The value of an enum whose names stand in a table from 1 on; nil for "unspecified".
  mutating func value<Value>(_ raw: UInt32, _ table: [Value], _ field: String) -> Value? {
    if raw == 0 { return nil }
    let index = Int(raw) - 1
    guard index < table.count else {
      report(field, "ENUM_UNKNOWN", "use a value of this version of the contract")
      return nil
    }
    return table[index]
  }

  mutating func requiredValue<Value>(_ raw: UInt32, _ table: [Value], _ field: String) -> Value? {
    if raw == 0 { report(field, "REQUIRED", "must be set, not unspecified") }
    return value(raw, table, field)
  }
}
