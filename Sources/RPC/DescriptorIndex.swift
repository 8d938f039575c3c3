/// The files of a descriptor set (`google.protobuf.FileDescriptorSet`) by their names and by the full names
/// of what they declare.
struct DescriptorIndex: Sendable {
  struct File: Sendable {
    var name: String
    var dependencies: [String]
    /// The encoded `FileDescriptorProto`.
    var bytes: [UInt8]
  }

  private(set) var files: [String: File] = [:]
  /// Files by symbol: packages' messages, enumerations and their values, fields, services, methods.
  private var fileOfSymbol: [String: String] = [:]
  /// Full names of messages.
  private(set) var messages: Set<String> = []

  init(descriptorSet bytes: [UInt8]) throws(FieldReader.Malformed) {
    var reader = FieldReader(bytes)
    while let (number, value) = try reader.next() {
      if number == 1, case .bytes(let range) = value {
        try add(reader.message(range), reader.array(range))
      }
    }
  }

  func file(declaring symbol: String) -> File? {
    fileOfSymbol[symbol].flatMap { files[$0] }
  }

  /// A file and what it imports, directly or not, the file first.
  func closure(_ file: File) -> [File] {
    var found = [file]
    var seen: Set<String> = [file.name]
    var position = 0
    while position < found.count {
      for name in found[position].dependencies where seen.insert(name).inserted {
        if let dependency = files[name] { found.append(dependency) }
      }
      position += 1
    }
    return found
  }

  // MARK: Reading

  private mutating func add(
    _ reader: FieldReader, _ bytes: [UInt8]
  ) throws(FieldReader.Malformed) {
    var reader = reader
    var file = File(name: "", dependencies: [], bytes: bytes)
    var package = ""
    var messages: [FieldReader] = []
    var enumerations: [FieldReader] = []
    var services: [FieldReader] = []
    var extensions: [FieldReader] = []
    while let (number, value) = try reader.next() {
      guard case .bytes(let range) = value else { continue }
      switch number {
      case 1: file.name = try reader.text(range)
      case 2: package = try reader.text(range)
      case 3: file.dependencies.append(try reader.text(range))
      case 4: messages.append(reader.message(range))
      case 5: enumerations.append(reader.message(range))
      case 6: services.append(reader.message(range))
      case 7: extensions.append(reader.message(range))
      default: break
      }
    }
    files[file.name] = file
    let prefix = package.isEmpty ? "" : package + "."
    for message in messages { try add(message: message, prefix, file.name) }
    for enumeration in enumerations { try add(enumeration: enumeration, prefix, file.name) }
    for service in services { try add(named: service, members: [2], prefix, file.name) }
    for field in extensions { try add(named: field, members: [], prefix, file.name) }
  }

  /// A message (`DescriptorProto`) with its fields, nested types and enumerations.
  private mutating func add(
    message: FieldReader, _ prefix: String, _ file: String
  ) throws(FieldReader.Malformed) {
    var reader = message
    var nested: [FieldReader] = []
    var enumerations: [FieldReader] = []
    while let (number, value) = try reader.next() {
      guard case .bytes(let range) = value else { continue }
      if number == 3 { nested.append(reader.message(range)) }
      if number == 4 { enumerations.append(reader.message(range)) }
    }
    // Fields, extensions and oneofs are its members.
    let name = try add(named: message, members: [2, 6, 8], prefix, file)
    messages.insert(name)
    for type in nested { try add(message: type, name + ".", file) }
    for enumeration in enumerations { try add(enumeration: enumeration, name + ".", file) }
  }

  /// An enumeration (`EnumDescriptorProto`), whose values are siblings of its own name.
  private mutating func add(
    enumeration: FieldReader, _ prefix: String, _ file: String
  ) throws(FieldReader.Malformed) {
    try add(named: enumeration, members: [], prefix, file)
    var reader = enumeration
    while let (number, value) = try reader.next() {
      if number == 2, case .bytes(let range) = value {
        try add(named: reader.message(range), members: [], prefix, file)
      }
    }
  }

  /// A declaration whose name is its field 1, and its members, whose names are theirs.
  @discardableResult
  private mutating func add(
    named declaration: FieldReader, members: Set<Int>, _ prefix: String, _ file: String
  ) throws(FieldReader.Malformed) -> String {
    var reader = declaration
    var name = prefix
    var parts: [FieldReader] = []
    while let (number, value) = try reader.next() {
      guard case .bytes(let range) = value else { continue }
      if number == 1 { name = prefix + (try reader.text(range)) }
      if members.contains(number) { parts.append(reader.message(range)) }
    }
    fileOfSymbol[name] = file
    for part in parts { try add(named: part, members: [], name + ".", file) }
    return name
  }
}
