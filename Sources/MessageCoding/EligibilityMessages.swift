internal import CProtobufC
internal import CTrialGateProto
public import EligibilityCore

/// The messages of the eligibility service, between bytes and the core's values.
public enum EligibilityMessages {
  /// Reads an `EvaluateRequest`.
  ///
  /// - Throws: `MessageError.bytes` for what is no such message, `.form` with every field whose form is
  ///   wrong.
  public static func request(_ bytes: Span<UInt8>) throws(MessageError) -> EvaluationRequest {
    if let request = straightLineRequest(bytes) { return request }
    return try unpackedRequest(bytes)
  }

  /// Reads an `EvaluateRequest` in one pass; nil where that is left to `unpackedRequest`.
  package static func straightLineRequest(_ bytes: Span<UInt8>) -> EvaluationRequest? {
    bytes.withUnsafeBytes { StraightLineReader.request($0) }
  }

  /// Reads an `EvaluateRequest` through the scan and libprotobuf-c, as `request` does.
  package static func unpackedRequest(
    _ bytes: Span<UInt8>
  ) throws(MessageError) -> EvaluationRequest {
    do throws(DecodingFailure<FormError>) {
      return try bytes.withUnsafeBytes { buffer throws(DecodingFailure<FormError>) in
        try WireMessage.decode(
          buffer, as: Descriptors.evaluateRequest,
          Trialgate__V1__EvaluateRequest.self
        ) { message throws(FormError) in
          try finish { $0.request(message.pointee) }
        }
      }
    } catch {
      throw error.message
    }
  }

  /// The bytes of an `EvaluateRequest`. What a snapshot held that this version does not know is not in it.
  public static func bytes(of request: EvaluationRequest) -> [UInt8] {
    let writer = MessageWriter(arena: Arena(limit: .max))
    guard let message = writer.request(request) else { return [] }
    return withExtendedLifetime(writer.arena) { WireMessage.encode(UnsafeRawPointer(message)) }
  }

  /// The bytes of an `EvaluateResponse` behind some free space.
  public static func bytes(of answer: EvaluationAnswer, headroom: Int = 0) -> [UInt8] {
    BackwardBuffer.bytes(of: answer, headroom: headroom)
  }

  /// The bytes of an `EvaluateResponse` as libprotobuf-c packs it: the same as `bytes(of:)` gives.
  package static func packedBytes(of answer: EvaluationAnswer, headroom: Int = 0) -> [UInt8] {
    let writer = MessageWriter(arena: Arena(limit: .max))
    guard let message = writer.answer(answer) else { return [] }
    return withExtendedLifetime(writer.arena) {
      WireMessage.encode(UnsafeRawPointer(message), headroom: headroom)
    }
  }

  /// Reads an `EvaluateResponse`.
  public static func answer(_ bytes: [UInt8]) throws(MessageError) -> EvaluationAnswer {
    do throws(DecodingFailure<FormError>) {
      return try bytes.span.withUnsafeBytes { buffer throws(DecodingFailure<FormError>) in
        try WireMessage.decode(
          buffer, as: Descriptors.evaluateResponse,
          Trialgate__V1__EvaluateResponse.self
        ) { message throws(FormError) in
          try finish { $0.answer(message.pointee) }
        }
      }
    } catch {
      throw error.message
    }
  }

  /// The ProtoJSON of an encoded `EvaluateResponse`.
  public static func answerJSON(_ bytes: [UInt8]) throws(MessageError) -> String {
    do throws(DecodingFailure<FormError>) {
      return try bytes.span.withUnsafeBytes { buffer throws(DecodingFailure<FormError>) in
        let type = Descriptors.evaluateResponse
        return try WireMessage.decode(buffer, as: type, Trialgate__V1__EvaluateResponse.self) {
          message throws(FormError) in
          ProtoJSONWriter.write(UnsafeRawPointer(message), as: type)
        }
      }
    } catch {
      throw error.message
    }
  }

  static func finish<Value>(_ read: (inout FormReader) -> Value?) throws(FormError) -> Value {
    var reader = FormReader()
    let value = read(&reader)
    guard let value, reader.violations.isEmpty else {
      throw FormError(violations: reader.violations)
    }
    return value
  }
}

extension DecodingFailure<FormError> {
  var message: MessageError {
    switch self {
    case .bytes(let error): .bytes(error)
    case .content(let error): .form(error)
    }
  }
}
