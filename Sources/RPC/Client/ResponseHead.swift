internal import HTTP2
internal import MessageCompression

/// The header lists of an answer as they arrive field by field: the head, and the trailers.
struct ResponseHead {
  private(set) var httpStatus = ""
  private(set) var isGRPC = true
  private(set) var encoding: CompressionAlgorithm?
  private(set) var encodingIsUnknown = false
  private(set) var grpcStatus: Int?
  private(set) var message = ""
  private(set) var details: [StatusDetail] = []
  /// Milliseconds after which the server wants another attempt; negative = it wants none.
  private(set) var pushbackMilliseconds: Int64?
  private(set) var initialMetadata = Metadata()
  private(set) var trailingMetadata = Metadata()
  /// Whether the head is complete, and what comes is trailers.
  private(set) var isComplete = false
  /// Fields of the list that is arriving.
  private var current = Metadata()
  /// Whether that list is of an answer that is only on its way (1xx).
  private var isInformational = false

  mutating func listBegan() {
    current = Metadata()
    isInformational = false
  }

  mutating func add(_ name: Span<UInt8>, _ value: Span<UInt8>) {
    if name.equals(":status") {
      isInformational = value.count == 3 && value[0] == UInt8(ascii: "1")
      if !isInformational { httpStatus = value.text }
    } else if isInformational {
      return
    } else if name.equals("content-type") {
      isGRPC = value.starts(with: "application/grpc")
    } else if name.equals("grpc-encoding") {
      encoding = CompressionAlgorithm(rawValue: value.text)
      encodingIsUnknown = encoding == nil && !value.equals("identity")
    } else if name.equals("grpc-status") {
      grpcStatus = Int(value.text) ?? StatusCode.unknown.rawValue
    } else if name.equals("grpc-message") {
      message = PercentEncoding.decode(value.text)
    } else if name.equals("grpc-status-details-bin") {
      details = StatusDetail.details(ofStatus: Base64.decode(value.text) ?? [])
    } else if name.equals("grpc-retry-pushback-ms") {
      // What is no number says, by gRFC A6, that no attempt is wanted.
      pushbackMilliseconds = Int64(value.text) ?? -1
    } else if !name.starts(with: "grpc-") {
      current.append(name.text, value.text)
    }
  }

  /// The list is complete.
  ///
  /// - Parameter endsStream: whether the answer ends with it: a head that does is trailers, too.
  /// - Returns: whether it was the head of an answer that goes on.
  mutating func listEnded(endsStream: Bool) -> Bool {
    if isInformational { return false }
    if isComplete || endsStream {
      trailingMetadata = current
      isComplete = true
      return false
    }
    initialMetadata = current
    isComplete = true
    return true
  }

  /// How the call ended, when its stream has; nil where a message may tell more.
  var failure: RPCStatus? {
    guard let number = grpcStatus else {
      return isGRPC || httpStatus != "200"
        ? .ofHTTP(httpStatus)
        : RPCStatus(.unknown, "the server answered with another content-type than application/grpc")
    }
    if number == 0 { return nil }
    return RPCStatus(StatusCode(rawValue: number) ?? .unknown, message, details: details)
  }
}

extension RPCStatus {
  /// The code of an answer without `grpc-status` (gRPC, http-grpc-status-mapping).
  static func ofHTTP(_ status: String) -> RPCStatus {
    let code: StatusCode =
      switch status {
      case "400": .internal
      case "401": .unauthenticated
      case "403": .permissionDenied
      case "404": .unimplemented
      case "429", "502", "503", "504": .unavailable
      default: .unknown
      }
    return RPCStatus(code, "the server answered with HTTP status \(status) and no gRPC status")
  }

  /// The code of a reset stream (gRPC, PROTOCOL-HTTP2, Errors).
  static func ofReset(_ errorCode: UInt32) -> RPCStatus {
    let code: StatusCode =
      switch errorCode {
      case HTTP2ErrorCode.refusedStream: .unavailable
      case HTTP2ErrorCode.cancel: .cancelled
      case HTTP2ErrorCode.enhanceYourCalm: .resourceExhausted
      case HTTP2ErrorCode.inadequateSecurity: .permissionDenied
      default: .internal
      }
    return RPCStatus(code, "the server reset the stream with HTTP/2 error \(errorCode)")
  }
}
