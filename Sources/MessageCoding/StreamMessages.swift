internal import CProtobufC
internal import CTrialGateProto
public import EligibilityCore

/// One item of an `EvaluateStream`.
public struct StreamItem: Sendable {
  /// The caller's id, as far as the bytes give one; empty for one that is too long.
  public var id: String
  /// The request, or why it cannot be read. Paths begin at the item: `request.snapshot`.
  public var request: Result<EvaluationRequest, MessageError>

  init(id: String, request: Result<EvaluationRequest, MessageError>) {
    self.id = id.utf8.count <= FormReader.maximumIDLength ? id : ""
    self.request = request
  }
}

/// Why an item of a stream was not answered (`trialgate.v1.ItemError`).
public struct ItemError: Error, Sendable, Hashable {
  /// The gRPC status code.
  public var statusCode: Int
  /// Stable code: `VALIDATION_FAILED`.
  public var reason: String
  /// What is wrong and what to do.
  public var message: String
  /// The fields at fault.
  public var violations: [FieldViolation]

  /// Creates an error.
  public init(statusCode: Int, reason: String, message: String, violations: [FieldViolation]) {
    self.statusCode = statusCode
    self.reason = reason
    self.message = message
    self.violations = violations
  }
}

/// An answer of a stream.
public struct EvaluatedItem: Sendable {
  /// The id of the item.
  public var id: String
  /// The answer, or why there is none.
  public var result: Result<EvaluationAnswer, ItemError>

  /// Creates an answer.
  public init(id: String, result: Result<EvaluationAnswer, ItemError>) {
    self.id = id
    self.result = result
  }
}

/// The messages of `EvaluateStream`, between bytes and the core's values.
public enum StreamMessages {
  /// Reads an `EvaluateStreamRequest`. It never fails as a whole, since a bad item does not end a stream.
  public static func item(_ bytes: Span<UInt8>) -> StreamItem {
    straightLineItem(bytes) ?? unpackedItem(bytes)
  }

  /// Reads an `EvaluateStreamRequest` in one pass; nil where that is left to `unpackedItem`.
  package static func straightLineItem(_ bytes: Span<UInt8>) -> StreamItem? {
    bytes.withUnsafeBytes { buffer in
      StraightLineReader.item(buffer).map { StreamItem(id: $0.id, request: .success($0.request)) }
    }
  }

  /// Reads an `EvaluateStreamRequest` through the scan and libprotobuf-c, as `item` does.
  package static func unpackedItem(_ bytes: Span<UInt8>) -> StreamItem {
    bytes.withUnsafeBytes { buffer in
      do throws(DecodingFailure<FormError>) {
        return try WireMessage.decode(
          buffer, as: Descriptors.evaluateStreamRequest, Trialgate__V1__EvaluateStreamRequest.self
        ) { message throws(FormError) in item(message.pointee) }
      } catch {
        return StreamItem(
          id: WireScan.text(ofField: 1, in: buffer), request: .failure(error.message))
      }
    }
  }

  private static func item(_ message: Trialgate__V1__EvaluateStreamRequest) -> StreamItem {
    var id = ""
    do throws(FormError) {
      let request = try EligibilityMessages.finish { reader -> EvaluationRequest? in
        id = reader.text(message.item_id)
        return reader.streamed(message)
      }
      return StreamItem(id: id, request: .success(request))
    } catch {
      return StreamItem(id: id, request: .failure(.form(error)))
    }
  }

  /// The bytes of an `EvaluateStreamResponse` with an answer, behind some free space.
  public static func bytes(
    of answer: EvaluationAnswer, itemID: String, headroom: Int = 0
  ) -> [UInt8] {
    BackwardBuffer.bytes(of: answer, itemID: itemID, headroom: headroom)
  }

  /// The bytes of an `EvaluateStreamResponse` with an answer as libprotobuf-c packs it: the same as
  /// `bytes(of:itemID:)` gives.
  package static func packedBytes(
    of answer: EvaluationAnswer, itemID: String, headroom: Int = 0
  ) -> [UInt8] {
    encode(headroom) { $0.streamed(itemID, answer) }
  }

  /// The bytes of an `EvaluateStreamResponse` with an error, behind some free space.
  public static func bytes(of error: ItemError, itemID: String, headroom: Int = 0) -> [UInt8] {
    encode(headroom) { $0.streamed(itemID, error) }
  }

  /// The bytes of an `EvaluateStreamRequest`.
  public static func bytes(of request: EvaluationRequest, itemID: String) -> [UInt8] {
    let writer = MessageWriter(arena: Arena(limit: .max))
    let message = writer.make(
      Trialgate__V1__EvaluateStreamRequest.self, trialgate__v1__evaluate_stream_request__init
    ) {
      writer.set(&$0.item_id, itemID)
      $0.request = writer.request(request)
    }
    guard let message else { return [] }
    return withExtendedLifetime(writer.arena) { WireMessage.encode(UnsafeRawPointer(message)) }
  }

  /// Reads an `EvaluateStreamResponse`.
  public static func answer(_ bytes: [UInt8]) throws(MessageError) -> EvaluatedItem {
    do throws(DecodingFailure<FormError>) {
      return try bytes.span.withUnsafeBytes { buffer throws(DecodingFailure<FormError>) in
        let type = Descriptors.of(
          Trialgate__V1__EvaluateStreamResponse(), trialgate__v1__evaluate_stream_response__init
        ) { $0.base }
        return try WireMessage.decode(buffer, as: type, Trialgate__V1__EvaluateStreamResponse.self)
        {
          message throws(FormError) in
          try EligibilityMessages.finish { $0.evaluated(message.pointee) }
        }
      }
    } catch {
      throw error.message
    }
  }

  private static func encode(
    _ headroom: Int,
    _ write: (MessageWriter) -> UnsafeMutablePointer<Trialgate__V1__EvaluateStreamResponse>?
  ) -> [UInt8] {
    let writer = MessageWriter(arena: Arena(limit: .max))
    guard let message = write(writer) else { return [] }
    return withExtendedLifetime(writer.arena) {
      WireMessage.encode(UnsafeRawPointer(message), headroom: headroom)
    }
  }
}

extension FormReader {
  fileprivate mutating func evaluated(
    _ message: Trialgate__V1__EvaluateStreamResponse
  ) -> EvaluatedItem? {
    let id = text(message.item_id)
    switch message.result_case {
    case TRIALGATE__V1__EVALUATE_STREAM_RESPONSE__RESULT_RESPONSE:
      guard let given = message.response?.pointee, let answer = answer(given) else { return nil }
      return EvaluatedItem(id: id, result: .success(answer))
    case TRIALGATE__V1__EVALUATE_STREAM_RESPONSE__RESULT_ERROR:
      guard let given = message.error?.pointee else { return nil }
      return EvaluatedItem(id: id, result: .failure(itemError(given)))
    default:
      report("result", "REQUIRED", "an answer or an error is expected")
      return nil
    }
  }

  mutating func itemError(_ message: Trialgate__V1__ItemError) -> ItemError {
    ItemError(
      statusCode: Int(message.status_code), reason: text(message.reason),
      message: text(message.message),
      violations: list(
        message.field_violations, message.n_field_violations, "field_violations"
      ) { $0.violation($1) })
  }

  fileprivate mutating func streamed(
    _ message: Trialgate__V1__EvaluateStreamRequest
  ) -> EvaluationRequest? {
    note(message.base)
    if text(message.item_id).utf8.count > Self.maximumIDLength {
      report("item_id", "TOO_LONG", "use at most \(Self.maximumIDLength) bytes")
    }
    let itemHasUnknownFields = takeUnknownFields()
    guard let given = message.request?.pointee else {
      report("request", "REQUIRED", "give the item's request")
      return nil
    }
    var request = within("request") { $0.request(given) }
    if itemHasUnknownFields { request?.patient.hasUnknownFields = true }
    return request
  }
}

extension MessageWriter {
  fileprivate func streamed(
    _ itemID: String, _ answer: EvaluationAnswer
  ) -> UnsafeMutablePointer<Trialgate__V1__EvaluateStreamResponse>? {
    response(itemID) {
      $0.response = self.answer(answer)
      $0.result_case = TRIALGATE__V1__EVALUATE_STREAM_RESPONSE__RESULT_RESPONSE
    }
  }

  fileprivate func streamed(
    _ itemID: String, _ error: ItemError
  ) -> UnsafeMutablePointer<Trialgate__V1__EvaluateStreamResponse>? {
    response(itemID) {
      $0.result_case = TRIALGATE__V1__EVALUATE_STREAM_RESPONSE__RESULT_ERROR
      $0.error = itemError(error)
    }
  }

  func itemError(_ error: ItemError) -> UnsafeMutablePointer<Trialgate__V1__ItemError>? {
    make(Trialgate__V1__ItemError.self, trialgate__v1__item_error__init) {
      $0.status_code = Int32(clamping: error.statusCode)
      set(&$0.reason, error.reason)
      set(&$0.message, error.message)
      set(&$0.field_violations, &$0.n_field_violations, error.violations) { violation in
        make(Trialgate__V1__FieldViolation.self, trialgate__v1__field_violation__init) {
          set(&$0.field, violation.field)
          set(&$0.reason, violation.reason)
          set(&$0.description, violation.description)
        }
      }
    }
  }

  private func response(
    _ itemID: String, _ fill: (inout Trialgate__V1__EvaluateStreamResponse) -> Void
  ) -> UnsafeMutablePointer<Trialgate__V1__EvaluateStreamResponse>? {
    make(
      Trialgate__V1__EvaluateStreamResponse.self, trialgate__v1__evaluate_stream_response__init
    ) {
      set(&$0.item_id, itemID)
      fill(&$0)
    }
  }
}
