internal import CProtobufC
internal import CTrialGateProto
public import EligibilityCore

/// The messages of `DescribeProtocol`, between bytes and the core's values.
public enum DescriptionMessages {
  /// Reads a `DescribeProtocolRequest`.
  ///
  /// - Throws: `MessageError.bytes` for what is no such message, `.form` with every field whose form is
  ///   wrong.
  public static func request(_ bytes: Span<UInt8>) throws(MessageError) -> DescriptionRequest {
    do throws(DecodingFailure<FormError>) {
      return try bytes.withUnsafeBytes { buffer throws(DecodingFailure<FormError>) in
        try WireMessage.decode(
          buffer, as: Descriptors.describeRequest,
          Trialgate__V1__DescribeProtocolRequest.self
        ) { message throws(FormError) in
          try EligibilityMessages.finish { $0.description(message.pointee) }
        }
      }
    } catch {
      throw error.message
    }
  }

  /// The bytes of a `DescribeProtocolResponse` behind some free space.
  ///
  /// The definition goes out as it was loaded, so that its bytes have the digest; only where one language
  /// is asked for is it decoded and written again.
  ///
  /// - Parameters:
  ///   - definition: a definition's canonical bytes.
  ///   - digest: its SHA-256, lower-case hex.
  ///   - language: leaves the texts of this language alone; empty = all texts.
  ///   - headroom: bytes to leave free in front.
  public static func bytes(
    of definition: [UInt8], digest: String, language: String, headroom: Int = 0
  ) -> [UInt8] {
    let definition = DefinitionDocument.bytes(definition, language: language)
    var bytes = [UInt8](repeating: 0, count: headroom)
    bytes.reserveCapacity(headroom + definition.count + digest.utf8.count + 24)
    append(definition, asField: 1, to: &bytes)
    append(Array(digest.utf8), asField: 2, to: &bytes)
    return bytes
  }

  /// A length-delimited field: a tag below 128, the length as a varint, the content.
  static func append(_ content: [UInt8], asField number: UInt8, to bytes: inout [UInt8]) {
    bytes.append(number << 3 | 2)
    var length = content.count
    while length >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: length) | 0x80)
      length >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: length))
    bytes += content
  }
}
