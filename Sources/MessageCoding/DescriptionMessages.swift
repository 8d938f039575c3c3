internal import CProtobufC
internal import CTrialGateProto
public import EligibilityCore

/// A protocol version as `DescribeProtocol` shows it.
public struct DescribedProtocol: Sendable {
  /// What it says. Where one language was asked for, its bytes are not those that the digest is of.
  public let document: DefinitionDocument
  /// SHA-256 of the version's canonical bytes, lower-case hex: the digest that verdicts name.
  public let digest: String
}

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

  /// The bytes of a `DescribeProtocolRequest`.
  public static func bytes(of request: DescriptionRequest) -> [UInt8] {
    let writer = MessageWriter(arena: Arena(limit: .max))
    let message = writer.make(
      Trialgate__V1__DescribeProtocolRequest.self, trialgate__v1__describe_protocol_request__init
    ) {
      writer.set(&$0.trial, request.trial)
      writer.set(&$0.protocol_version, request.protocolVersion)
      writer.set(&$0.protocol_digest, request.protocolDigest)
      writer.set(&$0.site, request.site)
      writer.set(&$0.index_date, request.indexDate)
      writer.set(&$0.language, request.language)
    }
    return ConfigurationMessages.encode(UnsafeMutableRawPointer(message), writer, 0)
  }

  /// Reads a `DescribeProtocolResponse`.
  ///
  /// - Throws: `MessageError`: `.bytes` for what is no such message, `.form` where the definition is not of this
  ///   version's form.
  public static func answer(_ bytes: [UInt8]) throws(MessageError) -> DescribedProtocol {
    try ConfigurationAnswers.decode(
      bytes, Trialgate__V1__DescribeProtocolResponse(),
      trialgate__v1__describe_protocol_response__init, { $0.base }
    ) { reader, message in
      reader.part(message.definition, "definition") { $0.document($1) }
        .map { DescribedProtocol(document: $0, digest: reader.text(message.protocol_digest)) }
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
