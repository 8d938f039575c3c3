/// Protobuf's wire format by hand, so that messages can be built that no encoder writes.
enum WireBytes {
  static func varint(_ value: UInt64) -> [UInt8] {
    var rest = value
    var bytes: [UInt8] = []
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  static func tag(_ number: UInt64, _ wireType: UInt64) -> [UInt8] {
    varint(number << 3 | wireType)
  }

  static func number(_ field: UInt64, _ value: UInt64) -> [UInt8] {
    tag(field, 0) + varint(value)
  }

  static func fixed64(_ field: UInt64) -> [UInt8] { tag(field, 1) + [1, 2, 3, 4, 5, 6, 7, 8] }

  static func fixed32(_ field: UInt64) -> [UInt8] { tag(field, 5) + [1, 2, 3, 4] }

  static func message(_ field: UInt64, _ content: [UInt8]) -> [UInt8] {
    tag(field, 2) + varint(UInt64(content.count)) + content
  }

  static func text(_ field: UInt64, _ text: String) -> [UInt8] {
    message(field, Array(text.utf8))
  }

  /// So many copies in a row.
  static func times(_ count: Int, _ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(count * bytes.count)
    for _ in 0..<count { result += bytes }
    return result
  }

  /// A message within a message, so many levels deep, in one pass from the inside out.
  static func nested(_ field: UInt64, levels: Int, core: [UInt8] = []) -> [UInt8] {
    var reversed = Array(core.reversed())
    for _ in 0..<levels {
      reversed += (tag(field, 2) + varint(UInt64(reversed.count))).reversed()
    }
    return reversed.reversed()
  }
}

/// Numbers of the fields that these tests build by hand.
enum FieldNumber {
  static let snapshot: UInt64 = 1
  static let stage: UInt64 = 2
  static let indexDate: UInt64 = 3
  static let cohorts: UInt64 = 4
  static let requestRef: UInt64 = 15
  /// Of the snapshot.
  static let asOf: UInt64 = 1
  static let observations: UInt64 = 2
  static let reviewed: UInt64 = 7
  /// Not in the contract.
  static let unknown: UInt64 = 1_000
}
