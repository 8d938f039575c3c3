internal import CProtobufC
internal import CTrialGateProto

/// Leaves the texts of one language in a message, wherever in it they stand.
enum LanguageFilter {
  /// Removes every `Text` of another language from a message that is all this process's own.
  ///
  /// Tags are compared whole, capitals and small letters alike (RFC 5646, section 2.1.1). The contract
  /// has no message that contains itself, so the depth is that of the contract.
  static func keep(
    _ language: Span<UInt8>, in message: UnsafeMutableRawPointer,
    _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>
  ) {
    guard let fields = descriptor.pointee.fields else { return }
    for index in 0..<Int(descriptor.pointee.n_fields) {
      let field = fields[index]
      guard field.type == PROTOBUF_C_TYPE_MESSAGE, let raw = field.descriptor else { continue }
      let type = raw.assumingMemoryBound(to: ProtobufCMessageDescriptor.self)
      let place = message + Int(field.offset)
      let quantifier = message + Int(field.quantifier_offset)
      if field.label == PROTOBUF_C_LABEL_REPEATED {
        list(language, place, quantifier, type)
      } else if field.flags & UInt32(PROTOBUF_C_FIELD_FLAG_ONEOF.rawValue) == 0
        || quantifier.load(as: UInt32.self) == field.id,
        let part = place.load(as: UnsafeMutableRawPointer?.self)
      {
        keep(language, in: part, type)
      }
    }
  }

  private static func list(
    _ language: Span<UInt8>, _ place: UnsafeMutableRawPointer,
    _ quantifier: UnsafeMutableRawPointer,
    _ type: UnsafePointer<ProtobufCMessageDescriptor>
  ) {
    let count = quantifier.load(as: Int.self)
    guard count > 0, let elements = place.load(as: UnsafeMutableRawPointer?.self) else { return }
    let list = elements.assumingMemoryBound(to: UnsafeMutableRawPointer?.self)
    guard type == Descriptors.text else {
      for index in 0..<count {
        if let element = list[index] { keep(language, in: element, type) }
      }
      return
    }
    var kept = 0
    for index in 0..<count {
      guard let element = list[index],
        isOf(language, element.assumingMemoryBound(to: Trialgate__V1__Text.self).pointee)
      else { continue }
      list[kept] = element
      kept += 1
    }
    quantifier.storeBytes(of: kept, as: Int.self)
  }

  private static func isOf(_ language: Span<UInt8>, _ text: Trialgate__V1__Text) -> Bool {
    guard let tag = text.language else { return false }
    for index in language.indices {
      let byte = UInt8(bitPattern: tag[index])
      // Nothing behind the end of a tag is read.
      guard byte != 0, lowered(byte) == lowered(language[index]) else { return false }
    }
    return tag[language.count] == 0
  }

  private static func lowered(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }
}

extension DefinitionDocument {
  /// The definition as ProtoJSON.
  ///
  /// - Parameter language: leaves the texts of this language alone (BCP 47); empty = all texts.
  public func json(language: String = "") -> String {
    Self.withMessage(canonicalBytes, language: language) {
      ProtoJSONWriter.write(UnsafeRawPointer($0), as: Descriptors.protocolDefinition)
    } ?? "{}\n"
  }

  /// The encoding of a definition with the texts of one language alone; an empty language changes
  /// nothing.
  ///
  /// - Parameter bytes: a definition's canonical bytes.
  static func bytes(_ bytes: [UInt8], language: String) -> [UInt8] {
    if language.isEmpty { return bytes }
    return withMessage(bytes, language: language) { WireMessage.encode(UnsafeRawPointer($0)) }
      ?? bytes
  }

  /// Lends the message that canonical bytes stand for. They are this process's own, and a definition may
  /// be larger than a message from outside, so they are neither scanned nor capped.
  private static func withMessage<Result>(
    _ bytes: [UInt8], language: String, _ body: (UnsafeMutableRawPointer) -> Result
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
    let pointer = UnsafeMutableRawPointer(message)
    if !language.isEmpty {
      LanguageFilter.keep(
        Array(language.utf8).span, in: pointer, Descriptors.protocolDefinition)
    }
    return body(pointer)
  }
}
