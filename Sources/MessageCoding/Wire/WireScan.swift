internal import CProtobufC

/// One pass over the bytes of a message before libprotobuf-c unpacks it.
///
/// libprotobuf-c accepts invalid UTF-8 and NUL in texts, recurses without a limit, and merges duplicate
/// sub-messages in quadratic time. The scan refuses all that in time linear in the length. What a
/// message does not know is opaque: a length-delimited unknown field is skipped, never descended into;
/// groups are refused.
struct WireScan {
  /// Sub-messages, texts and packed elements in one message.
  static let maximumElements = 100_000
  /// Fields that the contract does not know, in one message.
  static let maximumUnknownFields = 64
  /// Levels of sub-messages.
  static let maximumDepth = 64

  private let bytes: UnsafeRawBufferPointer
  private var elements = 0
  private var unknownFields = 0
  /// Fields and elements looked at: what the cost is proportional to.
  private(set) var steps = 0

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  /// Scans the bytes as a message of a type.
  mutating func scan(as descriptor: UnsafePointer<ProtobufCMessageDescriptor>)
    throws(DecodingError)
  {
    try message(0..<bytes.count, descriptor, depth: 0)
  }

  /// The text of a field of a message that may be malformed further on; empty where there is none.
  static func text(ofField number: UInt64, in bytes: UnsafeRawBufferPointer) -> String {
    let scan = WireScan(bytes)
    var position = 0
    while position < bytes.count {
      guard let tag = try? scan.varint(&position, bytes.count),
        let body = try? scan.value(&position, bytes.count, wireType: UInt8(tag & 7))
      else { return "" }
      if tag == number << 3 | 2 {
        let text = UnsafeRawBufferPointer(rebasing: bytes[body])
        return UTF8Check.fault(in: text) == nil ? String(decoding: text, as: UTF8.self) : ""
      }
    }
    return ""
  }

  private mutating func message(
    _ range: Range<Int>, _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>, depth: Int
  ) throws(DecodingError) {
    if depth > Self.maximumDepth { throw DecodingError(.nestingTooDeep) }
    var position = range.lowerBound
    var seen = UInt128(0)
    while position < range.upperBound {
      steps += 1
      let tag = try varint(&position, range.upperBound)
      guard tag <= UInt64(UInt32.max), tag >> 3 != 0 else { throw DecodingError(.malformed) }
      let number = UInt32(tag >> 3)
      let start = position
      let body = try value(&position, range.upperBound, wireType: UInt8(tag & 7))
      guard let field = protobuf_c_message_descriptor_get_field(descriptor, number) else {
        unknownFields += 1
        if unknownFields > Self.maximumUnknownFields {
          throw DecodingError(.tooManyUnknownFields)
        }
        continue
      }
      do {
        try known(field, descriptor, UInt8(tag & 7), start, body, &seen, depth)
      } catch {
        throw error.within(name(of: field, in: range, upTo: start, descriptor))
      }
    }
  }

  private mutating func known(
    _ field: UnsafePointer<ProtobufCFieldDescriptor>,
    _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>, _ wireType: UInt8, _ start: Int,
    _ body: Range<Int>, _ seen: inout UInt128, _ depth: Int
  ) throws(DecodingError) {
    let isRepeated = field.pointee.label == PROTOBUF_C_LABEL_REPEATED
    switch field.pointee.type {
    case PROTOBUF_C_TYPE_MESSAGE:
      guard wireType == 2 else { throw DecodingError(.malformed) }
      if !isRepeated { try note(field, descriptor, &seen) }
      try count()
      let type = UnsafeRawPointer(field.pointee.descriptor)?
        .assumingMemoryBound(to: ProtobufCMessageDescriptor.self)
      guard let type else { throw DecodingError(.malformed) }
      try message(body, type, depth: depth + 1)
    case PROTOBUF_C_TYPE_STRING:
      guard wireType == 2 else { throw DecodingError(.malformed) }
      try count()
      switch UTF8Check.fault(in: UnsafeRawBufferPointer(rebasing: bytes[body])) {
      case .invalid: throw DecodingError(.invalidUTF8)
      case .embeddedNUL: throw DecodingError(.embeddedNUL)
      case nil: break
      }
    case PROTOBUF_C_TYPE_BYTES:
      guard wireType == 2 else { throw DecodingError(.malformed) }
      try count()
    case PROTOBUF_C_TYPE_FIXED32, PROTOBUF_C_TYPE_SFIXED32, PROTOBUF_C_TYPE_FLOAT:
      guard wireType == 5 else { throw DecodingError(.malformed) }
    case PROTOBUF_C_TYPE_FIXED64, PROTOBUF_C_TYPE_SFIXED64, PROTOBUF_C_TYPE_DOUBLE:
      guard wireType == 1 else { throw DecodingError(.malformed) }
    default:
      if wireType == 2, isRepeated {
        var position = body.lowerBound
        while position < body.upperBound {
          steps += 1
          _ = try varint(&position, body.upperBound)
          try count()
        }
      } else if wireType != 0 {
        throw DecodingError(.malformed)
      } else if isRepeated {
        try count()
      }
    }
  }

  private mutating func count() throws(DecodingError) {
    elements += 1
    if elements > Self.maximumElements { throw DecodingError(.tooManyElements) }
  }

  /// A single sub-message, and a oneof, may be set once.
  private func note(
    _ field: UnsafePointer<ProtobufCFieldDescriptor>,
    _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>, _ seen: inout UInt128
  ) throws(DecodingError) {
    guard let fields = descriptor.pointee.fields else { throw DecodingError(.malformed) }
    var index = field - fields
    if field.pointee.flags & UInt32(PROTOBUF_C_FIELD_FLAG_ONEOF.rawValue) != 0 {
      // Members of a oneof share the place of its case, so its first member stands for all.
      let place = field.pointee.quantifier_offset
      var first = 0
      while first < index,
        fields[first].quantifier_offset != place
          || fields[first].flags & UInt32(PROTOBUF_C_FIELD_FLAG_ONEOF.rawValue) == 0
      {
        first += 1
      }
      index = first
    }
    guard index < 128 else { throw DecodingError(.malformed) }
    let bit = UInt128(1) << UInt128(index)
    if seen & bit != 0 { throw DecodingError(.duplicateField) }
    seen |= bit
  }

  // MARK: Wire format

  private func varint(_ position: inout Int, _ end: Int) throws(DecodingError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < end {
      let byte = bytes[position]
      position += 1
      if shift == 63, byte > 1 { throw DecodingError(.malformed) }
      value |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return value }
      shift += 7
      if shift > 63 { throw DecodingError(.malformed) }
    }
    throw DecodingError(.malformed)
  }

  /// Skips a value; the range is that of a length-delimited one's content.
  private func value(_ position: inout Int, _ end: Int, wireType: UInt8)
    throws(DecodingError) -> Range<Int>
  {
    let start = position
    switch wireType {
    case 0: _ = try varint(&position, end)
    case 1, 5:
      let width = wireType == 1 ? 8 : 4
      guard end - position >= width else { throw DecodingError(.malformed) }
      position += width
    case 2:
      let length = try varint(&position, end)
      guard length <= UInt64(end - position) else { throw DecodingError(.malformed) }
      let content = position..<position + Int(length)
      position = content.upperBound
      return content
    default: throw DecodingError(.malformed)
    }
    return start..<position
  }

  /// The field's name, with its index where it is repeated: counted only when something is wrong.
  private func name(
    of field: UnsafePointer<ProtobufCFieldDescriptor>, in range: Range<Int>, upTo start: Int,
    _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>
  ) -> String {
    let name = field.pointee.name.map { String(cString: $0) } ?? "?"
    guard field.pointee.label == PROTOBUF_C_LABEL_REPEATED else { return name }
    var position = range.lowerBound
    var index = -1
    while position < start {
      guard let tag = try? varint(&position, range.upperBound) else { break }
      if UInt32(truncatingIfNeeded: tag >> 3) == field.pointee.id { index += 1 }
      if position >= start { break }
      guard (try? value(&position, range.upperBound, wireType: UInt8(tag & 7))) != nil else {
        break
      }
    }
    return "\(name)[\(max(0, index))]"
  }
}
