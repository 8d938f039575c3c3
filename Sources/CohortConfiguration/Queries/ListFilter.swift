/// Which resources a list shows: comparisons joined by `AND`, a part of AIP-160. Parsing takes time in
/// proportion to the length.
public struct ListFilter: Sendable, Hashable {
  enum Operator: Sendable, Hashable {
    case equal
    case notEqual
    case less
    case lessOrEqual
    case greater
    case greaterOrEqual
    /// Contains the text.
    case has
  }

  struct Comparison: Sendable, Hashable {
    var field: String
    var comparison: Operator
    var value: String
  }

  let comparisons: [Comparison]

  /// How many bytes a filter has at most.
  public static let maximumLength = 1_000
  /// How many comparisons.
  public static let maximumComparisons = 20

  /// Parses a filter; an empty one shows everything.
  ///
  /// - Parameters:
  ///   - text: `state = "OPEN" AND id : "s"`.
  ///   - fields: the fields that there are.
  ///   - numbers: those of them that are numbers.
  /// - Throws: the fault of the field `filter`.
  public init(_ text: String, fields: [String], numbers: Set<String>) throws(ConfigurationRefusal) {
    func fault(_ reason: String, _ remedy: String) -> ConfigurationRefusal {
      ConfigurationRefusal([FieldFault("filter", reason, remedy)])
    }
    guard text.utf8.count <= Self.maximumLength else {
      throw fault("TOO_LONG", "use at most \(Self.maximumLength) bytes")
    }
    var reader = FilterReader(text)
    var comparisons: [Comparison] = []
    while !reader.isAtEnd {
      if !comparisons.isEmpty {
        guard reader.word() == "AND" else {
          throw fault("FILTER_MALFORMED", "join comparisons with AND")
        }
      }
      guard let field = reader.word(), let comparison = reader.comparison(),
        let value = reader.value()
      else {
        throw fault(
          "FILTER_MALFORMED",
          "write comparisons such as state = \"OPEN\", with =, !=, <, <=, >, >= or :")
      }
      guard fields.contains(field) else {
        throw fault("FIELD_UNKNOWN", "compare one of \(fields.joined(separator: ", "))")
      }
      if numbers.contains(field), comparison == .has || Int64(value) == nil {
        throw fault("NUMBER_MALFORMED", "compare this field with a whole number")
      }
      comparisons.append(Comparison(field: field, comparison: comparison, value: value))
      guard comparisons.count <= Self.maximumComparisons else {
        throw fault("TOO_MANY", "use at most \(Self.maximumComparisons) comparisons")
      }
    }
    self.comparisons = comparisons
  }

  /// Whether something is shown.
  ///
  /// - Parameter value: its value of a field.
  public func holds(_ value: (_ field: String) -> ListValue) -> Bool {
    comparisons.allSatisfy { comparison in
      switch value(comparison.field) {
      case .text(let text): comparison.holds(text)
      case .texts(let texts):
        comparison.comparison == .notEqual
          ? texts.allSatisfy { comparison.holds($0) } : texts.contains { comparison.holds($0) }
      case .number(let number): comparison.holds(number)
      }
    }
  }
}

extension ListFilter.Comparison {
  fileprivate func holds(_ text: String) -> Bool {
    let (given, limit) = (Array(text.utf8), Array(value.utf8))
    switch comparison {
    case .equal: return given == limit
    case .notEqual: return given != limit
    case .less: return given.lexicographicallyPrecedes(limit)
    case .lessOrEqual: return !limit.lexicographicallyPrecedes(given)
    case .greater: return limit.lexicographicallyPrecedes(given)
    case .greaterOrEqual: return !given.lexicographicallyPrecedes(limit)
    case .has: return contains(given, limit)
    }
  }

  fileprivate func holds(_ number: Int64) -> Bool {
    guard let limit = Int64(value) else { return false }
    switch comparison {
    case .equal, .has: return number == limit
    case .notEqual: return number != limit
    case .less: return number < limit
    case .lessOrEqual: return number <= limit
    case .greater: return number > limit
    case .greaterOrEqual: return number >= limit
    }
  }

  private func contains(_ text: [UInt8], _ part: [UInt8]) -> Bool {
    if part.isEmpty { return true }
    if part.count > text.count { return false }
    return (0...text.count - part.count).contains { text[$0...].starts(with: part) }
  }
}

/// Words, signs and values of a filter, one after the other.
private struct FilterReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
    skipBlanks()
  }

  var isAtEnd: Bool { position >= bytes.count }

  private mutating func skipBlanks() {
    while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x09 {
      position += 1
    }
  }

  /// Letters, digits and `_`.
  mutating func word() -> String? { run(Self.isWord) }

  mutating func comparison() -> ListFilter.Operator? {
    defer { skipBlanks() }
    func take(_ sign: String) -> Bool {
      guard bytes[position...].starts(with: sign.utf8) else { return false }
      position += sign.utf8.count
      return true
    }
    let signs: [(String, ListFilter.Operator)] = [
      ("!=", .notEqual), ("<=", .lessOrEqual), (">=", .greaterOrEqual), ("=", .equal), ("<", .less),
      (">", .greater), (":", .has),
    ]
    return signs.first { take($0.0) }?.1
  }

  /// A text in double quotes, in which a backslash stands before a quote or a backslash; or one without blanks.
  mutating func value() -> String? {
    guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
      return run { Self.isWord($0) || "-.:/@+".utf8.contains($0) }
    }
    position += 1
    var value: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\"") {
        skipBlanks()
        return String(decoding: value, as: UTF8.self)
      }
      if byte == UInt8(ascii: "\\") {
        guard position < bytes.count, "\"\\".utf8.contains(bytes[position]) else { return nil }
        value.append(bytes[position])
        position += 1
      } else {
        value.append(byte)
      }
    }
    return nil
  }

  private mutating func run(_ isPart: (UInt8) -> Bool) -> String? {
    let start = position
    while position < bytes.count, isPart(bytes[position]) { position += 1 }
    guard position > start else { return nil }
    defer { skipBlanks() }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
  }
}
