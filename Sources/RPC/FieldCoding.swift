/// Reads the fields of an encoded protobuf message one by one. It serves the small messages of gRPC
/// itself (status details, health, reflection); TrialGate's own go through libprotobuf-c.
package struct FieldReader {
  /// The bytes are no protobuf message.
  package struct Malformed: Error {}

  /// A field's value as the wire has it.
  package enum Value {
    case varint(UInt64)
    case fixed64(UInt64)
    case fixed32(UInt32)
    /// The place of a length-delimited value.
    case bytes(Range<Int>)
  }

  private let bytes: [UInt8]
  private var position: Int
  private let end: Int

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
    position = 0
    end = bytes.count
  }

  package init(_ bytes: Span<UInt8>) {
    self.init(bytes.copy)
  }

  private init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  /// The next field; nil at the end.
  package mutating func next() throws(Malformed) -> (number: Int, value: Value)? {
    guard position < end else { return nil }
    let tag = try varint()
    guard tag <= UInt64(UInt32.max), tag >> 3 != 0 else { throw Malformed() }
    let number = Int(tag >> 3)
    switch tag & 7 {
    case 0: return (number, .varint(try varint()))
    case 1: return (number, .fixed64(try fixed(8)))
    case 5: return (number, .fixed32(UInt32(truncatingIfNeeded: try fixed(4))))
    case 2:
      let length = try varint()
      guard length <= UInt64(end - position) else { throw Malformed() }
      let start = position
      position += Int(length)
      return (number, .bytes(start..<position))
    default: throw Malformed()
    }
  }

  /// The bytes at a place.
  package func array(_ range: Range<Int>) -> [UInt8] { Array(bytes[range]) }

  /// The text at a place; malformed where it is no UTF-8.
  package func text(_ range: Range<Int>) throws(Malformed) -> String {
    guard let text = String(validating: bytes[range], as: UTF8.self) else { throw Malformed() }
    return text
  }

  /// A reader of the message at a place.
  package func message(_ range: Range<Int>) -> FieldReader { FieldReader(bytes, range) }

  private mutating func varint() throws(Malformed) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < end, shift < 64 {
      let byte = bytes[position]
      position += 1
      if shift == 63, byte > 1 { throw Malformed() }
      value |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return value }
      shift += 7
    }
    throw Malformed()
  }

  private mutating func fixed(_ width: Int) throws(Malformed) -> UInt64 {
    guard end - position >= width else { throw Malformed() }
    var value: UInt64 = 0
    for index in 0..<width { value |= UInt64(bytes[position + index]) << UInt64(8 * index) }
    position += width
    return value
  }
}

/// Writes the fields of a protobuf message. Values that proto3 takes for unset are left out.
package struct FieldWriter {
  package private(set) var bytes: [UInt8]

  /// - Parameter headroom: bytes to leave free in front of the message.
  package init(headroom: Int = 0) {
    bytes = [UInt8](repeating: 0, count: headroom)
  }

  /// An integer, a truth or an enumeration.
  package mutating func varint(_ number: Int, _ value: UInt64) {
    guard value != 0 else { return }
    tag(number, 0)
    append(value)
  }

  /// A zero that is told, as a member of a oneof is.
  package mutating func zero(_ number: Int) {
    tag(number, 0)
    append(0)
  }

  /// An `int32` or `int64`: negative ones take ten bytes.
  package mutating func integer(_ number: Int, _ value: Int) {
    varint(number, UInt64(bitPattern: Int64(value)))
  }

  /// Eight bytes as they are: a double, or a fixed integer.
  package mutating func fixed64(_ number: Int, _ bits: UInt64) {
    guard bits != 0 else { return }
    tag(number, 1)
    for index in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(8 * index))) }
  }

  package mutating func text(_ number: Int, _ text: String) {
    guard !text.isEmpty else { return }
    element(number, Array(text.utf8))
  }

  package mutating func data(_ number: Int, _ value: [UInt8]) {
    guard !value.isEmpty else { return }
    element(number, value)
  }

  /// An element of a list, or a sub-message, which stand even where they are empty.
  package mutating func element(_ number: Int, _ value: [UInt8]) {
    tag(number, 2)
    append(UInt64(value.count))
    bytes += value
  }

  /// A sub-message, or an element of a list of messages.
  package mutating func message(_ number: Int, _ fill: (inout FieldWriter) -> Void) {
    var writer = FieldWriter()
    fill(&writer)
    element(number, writer.bytes)
  }

  private mutating func tag(_ number: Int, _ wireType: UInt64) {
    append(UInt64(number) << 3 | wireType)
  }

  private mutating func append(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
