internal import CProtobufC
internal import CTrialGateProto

/// Writes a message as ProtoJSON by its descriptor: lowerCamelCase names in the order of the fields'
/// numbers, enums by name, default values left out. The same message always gives the same text.
struct ProtoJSONWriter {
  private var text = ""

  /// The text, indented by two spaces.
  static func write(
    _ message: UnsafeRawPointer, as descriptor: UnsafePointer<ProtobufCMessageDescriptor>
  ) -> String {
    var writer = ProtoJSONWriter()
    writer.message(message, descriptor, "")
    writer.text += "\n"
    return writer.text
  }

  private mutating func message(
    _ message: UnsafeRawPointer, _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>,
    _ indent: String
  ) {
    let inner = indent + "  "
    var isFirst = true
    text += "{"
    guard let fields = descriptor.pointee.fields else {
      text += "}"
      return
    }
    for index in 0..<Int(descriptor.pointee.n_fields) {
      let field = fields + index
      guard isSet(field, in: message) else { continue }
      text += isFirst ? "\n\(inner)" : ",\n\(inner)"
      isFirst = false
      let name = ProtoJSONReader.jsonName(ProtoJSONReader.name(field))
      text += "\"\(name)\": "
      let place = message + Int(field.pointee.offset)
      if field.pointee.label == PROTOBUF_C_LABEL_REPEATED {
        list(place, message + Int(field.pointee.quantifier_offset), field, inner)
      } else {
        value(place, field, inner)
      }
    }
    text += isFirst ? "}" : "\n\(indent)}"
  }

  private func isSet(
    _ field: UnsafePointer<ProtobufCFieldDescriptor>, in message: UnsafeRawPointer
  ) -> Bool {
    let place = message + Int(field.pointee.offset)
    let quantifier = message + Int(field.pointee.quantifier_offset)
    if field.pointee.label == PROTOBUF_C_LABEL_REPEATED { return quantifier.load(as: Int.self) > 0 }
    if field.pointee.flags & UInt32(PROTOBUF_C_FIELD_FLAG_ONEOF.rawValue) != 0 {
      return quantifier.load(as: UInt32.self) == field.pointee.id
    }
    switch field.pointee.type {
    case PROTOBUF_C_TYPE_MESSAGE: return place.load(as: UnsafeRawPointer?.self) != nil
    case PROTOBUF_C_TYPE_STRING:
      return place.load(as: UnsafePointer<CChar>?.self).map { $0.pointee != 0 } ?? false
    default: return place.load(as: UInt32.self) != 0
    }
  }

  private mutating func list(
    _ place: UnsafeRawPointer, _ quantifier: UnsafeRawPointer,
    _ field: UnsafePointer<ProtobufCFieldDescriptor>, _ indent: String
  ) {
    let count = quantifier.load(as: Int.self)
    guard let elements = place.load(as: UnsafeRawPointer?.self) else {
      text += "[]"
      return
    }
    let isPointer =
      field.pointee.type == PROTOBUF_C_TYPE_MESSAGE || field.pointee.type == PROTOBUF_C_TYPE_STRING
    let inner = indent + "  "
    text += "["
    for index in 0..<count {
      text += index == 0 ? "\n\(inner)" : ",\n\(inner)"
      value(elements + index * (isPointer ? 8 : 4), field, inner)
    }
    text += "\n\(indent)]"
  }

  private mutating func value(
    _ place: UnsafeRawPointer, _ field: UnsafePointer<ProtobufCFieldDescriptor>, _ indent: String
  ) {
    switch field.pointee.type {
    case PROTOBUF_C_TYPE_MESSAGE:
      guard let nested = place.load(as: UnsafeRawPointer?.self), let raw = field.pointee.descriptor
      else {
        text += "{}"
        return
      }
      message(nested, raw.assumingMemoryBound(to: ProtobufCMessageDescriptor.self), indent)
    case PROTOBUF_C_TYPE_STRING:
      string(place.load(as: UnsafePointer<CChar>?.self).map { String(cString: $0) } ?? "")
    case PROTOBUF_C_TYPE_BOOL: text += place.load(as: Int32.self) != 0 ? "true" : "false"
    case PROTOBUF_C_TYPE_ENUM: enumeration(place.load(as: Int32.self), field)
    case PROTOBUF_C_TYPE_UINT32: text += "\(place.load(as: UInt32.self))"
    default: text += "\(place.load(as: Int32.self))"
    }
  }

  private mutating func enumeration(
    _ number: Int32, _ field: UnsafePointer<ProtobufCFieldDescriptor>
  ) {
    let descriptor = field.pointee.descriptor?
      .assumingMemoryBound(to: ProtobufCEnumDescriptor.self)
    if let descriptor, let value = protobuf_c_enum_descriptor_get_value(descriptor, number),
      let name = value.pointee.name
    {
      string(String(cString: name))
    } else {
      text += "\(number)"
    }
  }

  private mutating func string(_ content: String) {
    text += "\""
    for scalar in content.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{0}"..<"\u{20}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
