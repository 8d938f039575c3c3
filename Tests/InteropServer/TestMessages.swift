internal import RPC

/// What a test asks of an answer (`grpc.testing.SimpleRequest` and `StreamingOutputCallRequest`, which
/// share most of their fields).
struct TestRequest {
  /// One answer of a stream (`grpc.testing.ResponseParameters`).
  struct Parameters {
    var size = 0
    var intervalMicroseconds = 0
    var isCompressed: Bool?
    var fillsPeer = false
  }

  /// `PayloadType`; 0 is the only one there is.
  var payloadType = 0
  /// Size of the answer of a unary call.
  var size = 0
  /// The answers of a stream.
  var parameters: [Parameters] = []
  var isCompressed: Bool?
  var expectsCompressed = false
  /// The status to end with; 0 = none.
  var statusCode = 0
  var statusMessage = ""
  /// A load report to send with the call's trailers, or out of band.
  var loadReport: [UInt8]?

  /// The largest answer that is made.
  static let maximumSize = 64 << 20
  private static let maximumAnswers = 100_000

  static let malformed = RPCStatus(.invalidArgument, "the bytes are no message of the method")

  /// Reads a `SimpleRequest`.
  init(simple bytes: Span<UInt8>) throws(RPCStatus) {
    try read(bytes) {
      (request: inout TestRequest, number, value, reader)
        throws(FieldReader.Malformed) in
      switch (number, value) {
      case (1, .varint(let type)): request.payloadType = int32(type)
      case (2, .varint(let size)): request.size = int32(size)
      case (6, .bytes(let range)): request.isCompressed = try reader.truth(range)
      case (7, .bytes(let range)): try request.readStatus(reader.message(range))
      case (8, .bytes(let range)): request.expectsCompressed = try reader.truth(range)
      case (11, .bytes(let range)):
        request.loadReport = try LoadReports.report(reader.message(range))
      default: break
      }
    }
  }

  /// Reads a `StreamingOutputCallRequest`.
  init(streaming bytes: Span<UInt8>) throws(RPCStatus) {
    try read(bytes) {
      (request: inout TestRequest, number, value, reader)
        throws(FieldReader.Malformed) in
      switch (number, value) {
      case (1, .varint(let type)): request.payloadType = int32(type)
      case (2, .bytes(let range)):
        request.parameters.append(try Parameters(reader.message(range)))
      case (7, .bytes(let range)): try request.readStatus(reader.message(range))
      case (8, .bytes(let range)):
        request.loadReport = try LoadReports.report(reader.message(range))
      default: break
      }
    }
  }

  private mutating func read(
    _ bytes: Span<UInt8>,
    _ field: (
      inout TestRequest, Int, FieldReader.Value, FieldReader
    ) throws(FieldReader.Malformed) -> Void
  ) throws(RPCStatus) {
    var reader = FieldReader(bytes)
    do throws(FieldReader.Malformed) {
      while let (number, value) = try reader.next() { try field(&self, number, value, reader) }
    } catch {
      throw Self.malformed
    }
    guard payloadType == 0 else {
      throw RPCStatus(.invalidArgument, "the payload type is not supported; ask for COMPRESSABLE")
    }
    let sizes = 0...Self.maximumSize
    guard sizes.contains(size), parameters.allSatisfy({ sizes.contains($0.size) }),
      parameters.count <= Self.maximumAnswers
    else {
      throw RPCStatus(.invalidArgument, "ask for answers of 0 to \(Self.maximumSize) bytes")
    }
  }

  private mutating func readStatus(_ reader: FieldReader) throws(FieldReader.Malformed) {
    var reader = reader
    while let (number, value) = try reader.next() {
      switch (number, value) {
      case (1, .varint(let code)): statusCode = int32(code)
      case (2, .bytes(let range)): statusMessage = try reader.text(range)
      default: break
      }
    }
  }

  /// The status that the request wants to see; nil = none.
  var status: RPCStatus? {
    statusCode == 0
      ? nil : RPCStatus(StatusCode(rawValue: statusCode) ?? .unknown, statusMessage)
  }
}

extension TestRequest.Parameters {
  fileprivate init(_ reader: FieldReader) throws(FieldReader.Malformed) {
    var reader = reader
    while let (number, value) = try reader.next() {
      switch (number, value) {
      case (1, .varint(let count)): size = int32(count)
      case (2, .varint(let count)): intervalMicroseconds = int32(count)
      case (3, .bytes(let range)): isCompressed = try reader.truth(range)
      case (4, .bytes(let range)): fillsPeer = try reader.truth(range)
      default: break
      }
    }
  }
}

/// An `int32`, whose upper half on the wire says nothing.
private func int32(_ bits: UInt64) -> Int { Int(Int32(truncatingIfNeeded: bits)) }

extension FieldReader {
  /// A `BoolValue`.
  fileprivate func truth(_ range: Range<Int>) throws(Malformed) -> Bool {
    var reader = message(range)
    var truth = false
    while let (number, value) = try reader.next() {
      if number == 1, case .varint(let bit) = value { truth = bit != 0 }
    }
    return truth
  }
}

/// A `StreamingInputCallRequest`: how long its payload is.
struct TestInput {
  var length = 0
  var expectsCompressed = false

  init(_ bytes: Span<UInt8>) throws(RPCStatus) {
    var reader = FieldReader(bytes)
    do throws(FieldReader.Malformed) {
      while let (number, value) = try reader.next() {
        guard case .bytes(let range) = value else { continue }
        if number == 2 { expectsCompressed = try reader.truth(range) }
        guard number == 1 else { continue }
        var payload = reader.message(range)
        while let (number, value) = try payload.next() {
          if number == 2, case .bytes(let body) = value { length = body.count }
        }
      }
    } catch {
      throw TestRequest.malformed
    }
  }
}

/// The answers of the test services.
enum TestAnswer {
  /// A message whose payload is so many zeros: `SimpleResponse` or `StreamingOutputCallResponse`.
  static func payload(
    _ size: Int, isCompressed: Bool? = nil, peer: String = ""
  ) -> ResponseMessage {
    var writer = FieldWriter(headroom: ResponseMessage.prefixLength)
    writer.message(1) { $0.data(2, [UInt8](repeating: 0, count: size)) }
    writer.text(2, peer)
    return ResponseMessage(withPrefix: writer.bytes, isCompressed: isCompressed)
  }

  /// A `StreamingInputCallResponse`.
  static func total(_ count: Int) -> ResponseMessage {
    var writer = FieldWriter(headroom: ResponseMessage.prefixLength)
    writer.integer(1, count)
    return ResponseMessage(withPrefix: writer.bytes)
  }

  /// A message without fields.
  static var empty: ResponseMessage {
    ResponseMessage(withPrefix: FieldWriter(headroom: ResponseMessage.prefixLength).bytes)
  }
}
