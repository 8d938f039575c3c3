internal import CProtobufC

/// Decoding and encoding of whole messages through libprotobuf-c.
enum WireMessage {
  /// Decodes bytes and lends the message; it lives as long as the call.
  static func decode<Message, Result, Failure: Error>(
    _ bytes: UnsafeRawBufferPointer, as descriptor: UnsafePointer<ProtobufCMessageDescriptor>,
    _ type: Message.Type, _ body: (UnsafePointer<Message>) throws(Failure) -> Result
  ) throws(DecodingFailure<Failure>) -> Result {
    do {
      var scan = WireScan(bytes)
      try scan.scan(as: descriptor)
    } catch {
      throw .bytes(error)
    }
    let arena = Arena(limit: Arena.limit(forMessageOf: bytes.count))
    let message = arena.withAllocator { allocator in
      protobuf_c_message_unpack(
        descriptor, allocator, bytes.count,
        bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
    }
    guard let message else {
      throw .bytes(DecodingError(arena.isExhausted ? .budgetExceeded : .malformed))
    }
    defer { withExtendedLifetime(arena) {} }
    let typed = UnsafeRawPointer(message).assumingMemoryBound(to: Message.self)
    do {
      return try body(typed)
    } catch {
      throw .content(error)
    }
  }

  /// The bytes of a message behind some free space.
  static func encode(_ message: UnsafeRawPointer, headroom: Int = 0) -> [UInt8] {
    let base = message.assumingMemoryBound(to: ProtobufCMessage.self)
    let size = protobuf_c_message_get_packed_size(base)
    return [UInt8](unsafeUninitializedCapacity: headroom + size) { buffer, count in
      for index in 0..<headroom { buffer[index] = 0 }
      if let start = buffer.baseAddress, size > 0 {
        _ = protobuf_c_message_pack(base, start + headroom)
      }
      count = headroom + size
    }
  }
}

/// Why a message could not be read: its bytes, or what it says.
enum DecodingFailure<Content: Error>: Error {
  case bytes(DecodingError)
  case content(Content)
}
