internal import CProtobufC
internal import CTrialGateProto
public import CohortConfiguration
public import EligibilityCore

/// Definitions as the configuration keeps them: encoded.
public struct DefinitionBytes: DefinitionReading {
  /// Creates the reader.
  public init() {}

  /// The trial and the version that a definition names.
  public func identity(of definition: [UInt8]) -> (trial: String, version: String)? {
    guard !definition.isEmpty else { return nil }
    return Self.withMessage(definition) { message in
      let reader = FormReader()
      return (reader.text(message.pointee.trial), reader.text(message.pointee.version))
    }
  }

  /// The definition under the id of another version.
  public func renamed(_ definition: [UInt8], version: String) -> [UInt8]? {
    Self.withMessage(definition) { message in
      let arena = Arena(limit: .max)
      return withExtendedLifetime(arena) {
        MessageWriter(arena: arena).set(&message.pointee.version, version)
        return WireMessage.encode(UnsafeRawPointer(message))
      }
    }
  }

  /// The definition with some of its fields taken from another.
  public func replacing(
    _ fields: [String], of definition: [UInt8], from other: [UInt8]
  ) -> [UInt8]? {
    let chosen = Set(fields.compactMap { Self.field($0)?.id })
    // A field that stands several times is a list: all of its elements are replaced.
    guard let kept = Self.fields(of: definition), let taken = Self.fields(of: other) else {
      return nil
    }
    let bytes =
      kept.filter { !chosen.contains($0.number) }.flatMap(\.bytes)
      + taken.filter { chosen.contains($0.number) }.flatMap(\.bytes)
    return Self.withMessage(bytes) { WireMessage.encode(UnsafeRawPointer($0)) }
  }

  /// Whether a definition has a field of a name.
  public func hasField(_ name: String) -> Bool { Self.field(name) != nil }

  /// Compiles a definition.
  public func compile(
    _ definition: [UInt8], digest: String
  ) throws(ConfigurationRefusal) -> CompiledProtocol {
    var reader = FormReader()
    let read = Self.withMessage(definition) { reader.definition($0.pointee) }
    var faults = reader.violations.map { FieldFault($0.field, $0.reason, $0.description) }
    if let read, faults.isEmpty {
      do throws(DefinitionErrors) {
        return try CompiledProtocol(read, digest: digest)
      } catch {
        faults = error.errors.map { FieldFault($0.path, $0.reason, $0.message) }
      }
    }
    throw ConfigurationRefusal(.definitionInvalid, "", faults: faults)
  }

  private static func field(_ name: String) -> ProtobufCFieldDescriptor? {
    let descriptor = Descriptors.protocolDefinition.pointee
    guard let fields = descriptor.fields else { return nil }
    return (0..<Int(descriptor.n_fields)).first {
      ProtoJSONReader.name(fields + $0) == name
    }.map { fields[$0] }
  }

  /// The fields at the top of an encoded message, each with its tag.
  private static func fields(of message: [UInt8]) -> [(number: UInt32, bytes: ArraySlice<UInt8>)]? {
    var fields: [(UInt32, ArraySlice<UInt8>)] = []
    var position = 0
    func varint() -> UInt64? {
      var value: UInt64 = 0
      for shift in stride(from: 0 as UInt64, to: 64, by: 7) {
        guard position < message.count else { return nil }
        let byte = message[position]
        position += 1
        value |= UInt64(byte & 0x7F) << shift
        if byte & 0x80 == 0 { return value }
      }
      return nil
    }
    while position < message.count {
      let start = position
      // A definition has texts and messages at its top, and nothing else.
      guard let tag = varint(), tag & 7 == 2, let number = UInt32(exactly: tag >> 3),
        let length = varint().flatMap({ Int(exactly: $0) }), length <= message.count - position
      else { return nil }
      position += length
      fields.append((number, message[start..<position]))
    }
    return fields
  }

  /// Lends the message that a definition's bytes stand for. They were scanned when they came in, and a
  /// definition may be larger than a message from outside, so that they are not capped.
  private static func withMessage<Result>(
    _ bytes: [UInt8],
    _ body: (UnsafeMutablePointer<Trialgate__V1__ProtocolDefinition>) -> Result
  ) -> Result? {
    let arena = Arena(limit: .max)
    defer { withExtendedLifetime(arena) {} }
    let message = bytes.withUnsafeBufferPointer { buffer in
      arena.withAllocator {
        protobuf_c_message_unpack(
          Descriptors.protocolDefinition, $0, buffer.count, buffer.baseAddress)
      }
    }
    guard let message else { return nil }
    return body(
      UnsafeMutableRawPointer(message).assumingMemoryBound(
        to: Trialgate__V1__ProtocolDefinition.self))
  }
}
