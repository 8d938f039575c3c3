internal import CProtobufC
internal import CTrialGateProto

/// Fills a message from a document by its descriptor, as the ProtoJSON mapping has it: names in
/// lowerCamelCase or as in the .proto file, enums by name or number, null = absent. Unknown names and
/// wrong types are refused with their path, all at once.
struct ProtoJSONReader {
  static let maximumFaults = 100

  private let arena: Arena
  private let faultLimit: Int
  private var faults: [DocumentFault] = []

  /// The message, built in the arena.
  static func read(
    _ node: DocumentNode, as descriptor: UnsafePointer<ProtobufCMessageDescriptor>, in arena: Arena
  ) throws(DocumentError) -> UnsafeMutableRawPointer {
    let (message, faults) = examine(node, as: descriptor, in: arena, faultLimit: maximumFaults)
    guard let message, faults.isEmpty else { throw DocumentError(faults: faults) }
    return message
  }

  /// The message as far as the document can be read, and everything that is wrong with the rest: a field
  /// at fault is left out. There is a message or a fault.
  static func examine(
    _ node: DocumentNode, as descriptor: UnsafePointer<ProtobufCMessageDescriptor>,
    in arena: Arena, faultLimit: Int
  ) -> (message: UnsafeMutableRawPointer?, faults: [DocumentFault]) {
    var reader = ProtoJSONReader(arena: arena, faultLimit: faultLimit)
    let message = reader.message(node, descriptor, "")
    if message == nil || arena.isExhausted {
      reader.report(node, "", "the document is too large")
      return (nil, reader.faults)
    }
    return (message, reader.faults)
  }

  private init(arena: Arena, faultLimit: Int) {
    self.arena = arena
    self.faultLimit = faultLimit
  }

  private mutating func report(_ node: DocumentNode, _ path: String, _ message: String) {
    guard faults.count < faultLimit else { return }
    faults.append(
      DocumentFault(line: node.line, column: node.column, path: path, message: message))
  }

  private mutating func message(
    _ node: DocumentNode, _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>, _ path: String
  ) -> UnsafeMutableRawPointer? {
    let size = descriptor.pointee.sizeof_message
    guard let memory = arena.allocate(size) else { return nil }
    let base = memory.bindMemory(to: ProtobufCMessage.self, capacity: 1)
    descriptor.pointee.message_init(base)
    let members: [(key: String, node: DocumentNode)]
    switch node.value {
    case .object(let given): members = given
    case .plain(""), .plain("{}"): members = []
    default:
      report(node, path, "an object is expected here")
      return memory
    }
    var seen: Set<UInt32> = []
    for (key, value) in members {
      let own = path.isEmpty ? key : "\(path).\(key)"
      guard let field = Self.field(named: key, in: descriptor) else {
        report(value, own, "no such field")
        continue
      }
      guard seen.insert(field.pointee.id).inserted else {
        report(value, own, "the field is given twice")
        continue
      }
      if Self.isNull(value, field) { continue }
      set(
        field, of: memory, to: value,
        path.isEmpty ? Self.name(field) : "\(path).\(Self.name(field))")
    }
    return memory
  }

  private static func isNull(
    _ node: DocumentNode, _ field: UnsafePointer<ProtobufCFieldDescriptor>
  ) -> Bool {
    switch node.value {
    case .null: true
    case .plain("~"): true
    case .plain("null"):
      field.pointee.type != PROTOBUF_C_TYPE_STRING
        || field.pointee.label == PROTOBUF_C_LABEL_REPEATED
    default: false
    }
  }

  static func name(_ field: UnsafePointer<ProtobufCFieldDescriptor>) -> String {
    field.pointee.name.map { String(cString: $0) } ?? ""
  }

  /// The JSON name of a field: underscores go, the letter after one becomes a capital.
  static func jsonName(_ name: String) -> String {
    var result = ""
    var isRaised = false
    for character in name {
      if character == "_" {
        isRaised = true
      } else {
        result += isRaised ? character.uppercased() : String(character)
        isRaised = false
      }
    }
    return result
  }

  private static func field(
    named key: String, in descriptor: UnsafePointer<ProtobufCMessageDescriptor>
  ) -> UnsafePointer<ProtobufCFieldDescriptor>? {
    guard let fields = descriptor.pointee.fields else { return nil }
    for index in 0..<Int(descriptor.pointee.n_fields) {
      let name = name(fields + index)
      if name == key || jsonName(name) == key { return fields + index }
    }
    return nil
  }

  // MARK: Fields

  private mutating func set(
    _ field: UnsafePointer<ProtobufCFieldDescriptor>, of message: UnsafeMutableRawPointer,
    to node: DocumentNode, _ path: String
  ) {
    let place = message + Int(field.pointee.offset)
    let quantifier = message + Int(field.pointee.quantifier_offset)
    if field.pointee.label == PROTOBUF_C_LABEL_REPEATED {
      guard case .array(let elements) = node.value else {
        report(node, path, "a list is expected here")
        return
      }
      guard !elements.isEmpty else { return }
      let stride = Self.size(of: field.pointee.type)
      guard let memory = arena.allocate(elements.count * stride) else {
        report(node, path, "the list is too long")
        return
      }
      memory.initializeMemory(as: UInt8.self, repeating: 0, count: elements.count * stride)
      for (index, element) in elements.enumerated() {
        store(element, field, at: memory + index * stride, "\(path)[\(index)]")
      }
      place.storeBytes(of: memory, as: UnsafeMutableRawPointer.self)
      quantifier.storeBytes(of: elements.count, as: Int.self)
      return
    }
    if field.pointee.flags & UInt32(PROTOBUF_C_FIELD_FLAG_ONEOF.rawValue) != 0 {
      guard quantifier.load(as: UInt32.self) == 0 else {
        report(node, path, "another member of the same choice is given already")
        return
      }
      quantifier.storeBytes(of: field.pointee.id, as: UInt32.self)
    }
    store(node, field, at: place, path)
  }

  private static func size(of type: ProtobufCType) -> Int {
    switch type {
    case PROTOBUF_C_TYPE_INT64, PROTOBUF_C_TYPE_UINT64, PROTOBUF_C_TYPE_SINT64,
      PROTOBUF_C_TYPE_FIXED64, PROTOBUF_C_TYPE_SFIXED64, PROTOBUF_C_TYPE_STRING,
      PROTOBUF_C_TYPE_MESSAGE:
      8
    default: 4
    }
  }

  private mutating func store(
    _ node: DocumentNode, _ field: UnsafePointer<ProtobufCFieldDescriptor>,
    at place: UnsafeMutableRawPointer, _ path: String
  ) {
    switch field.pointee.type {
    case PROTOBUF_C_TYPE_MESSAGE:
      guard let raw = field.pointee.descriptor else { return }
      let type = raw.assumingMemoryBound(to: ProtobufCMessageDescriptor.self)
      if let message = message(node, type, path) {
        place.storeBytes(of: message, as: UnsafeMutableRawPointer.self)
      }
    case PROTOBUF_C_TYPE_STRING:
      guard let text = text(node) else {
        report(node, path, "a text is expected here; put it in quotes")
        return
      }
      if text.utf8.contains(0) {
        report(node, path, "the text holds a NUL character")
      } else if let copy = arena.copy(text) {
        place.storeBytes(of: copy, as: UnsafeMutablePointer<CChar>.self)
      }
    case PROTOBUF_C_TYPE_ENUM: storeEnum(node, field, at: place, path)
    case PROTOBUF_C_TYPE_BOOL:
      switch node.value {
      case .bool(let value): place.storeBytes(of: value ? 1 : 0, as: Int32.self)
      case .plain("true"): place.storeBytes(of: 1, as: Int32.self)
      case .plain("false"): place.storeBytes(of: 0, as: Int32.self)
      default: report(node, path, "true or false is expected here")
      }
    case PROTOBUF_C_TYPE_UINT32:
      guard let value = integer(node).flatMap({ UInt32($0) }) else {
        report(node, path, "a whole number from 0 to 4294967295 is expected here")
        return
      }
      place.storeBytes(of: value, as: UInt32.self)
    case PROTOBUF_C_TYPE_INT32:
      guard let value = integer(node).flatMap({ Int32($0) }) else {
        report(node, path, "a whole number of 32 bits is expected here")
        return
      }
      place.storeBytes(of: value, as: Int32.self)
    default: report(node, path, "fields of this type have no JSON form here")
    }
  }

  private func text(_ node: DocumentNode) -> String? {
    switch node.value {
    case .string(let text), .plain(let text): text
    default: nil
    }
  }

  private func integer(_ node: DocumentNode) -> String? {
    switch node.value {
    case .number(let text), .plain(let text), .string(let text): text.hasPrefix("+") ? nil : text
    default: nil
    }
  }

  private mutating func storeEnum(
    _ node: DocumentNode, _ field: UnsafePointer<ProtobufCFieldDescriptor>,
    at place: UnsafeMutableRawPointer, _ path: String
  ) {
    guard let raw = field.pointee.descriptor else { return }
    let descriptor = raw.assumingMemoryBound(to: ProtobufCEnumDescriptor.self)
    switch node.value {
    case .number(let text), .plain(let text):
      guard let number = Int32(text) else { break }
      place.storeBytes(of: number, as: Int32.self)
      return
    default: break
    }
    if let name = text(node), !name.utf8.contains(0),
      let value = protobuf_c_enum_descriptor_get_value_by_name(descriptor, name)
    {
      place.storeBytes(of: value.pointee.value, as: Int32.self)
      return
    }
    var names: [String] = []
    for index in 0..<Int(descriptor.pointee.n_values) {
      if let name = descriptor.pointee.values[index].name { names.append(String(cString: name)) }
    }
    report(node, path, "one of \(names.joined(separator: ", ")) is expected here")
  }
}
