internal import HTTP2
internal import MessageCompression

/// The head of a request as it arrives field by field.
struct RequestHead {
  enum ContentType {
    case none
    case grpc
    case other
  }

  var method: [UInt8] = []
  var path: [UInt8] = []
  var contentType = ContentType.none
  /// nil = none was sent.
  var timeoutNanoseconds: UInt64?
  var hasBadTimeout = false
  /// How messages that say they are compressed are.
  var encoding = Encoding.identity
  /// What of `grpc-accept-encoding` this server has, in the client's order.
  var accepted: [CompressionAlgorithm] = []
  var traceParent: TraceParent?
  var metadata = Metadata()
  private var hasTraceParent = false

  /// What `grpc-encoding` names.
  enum Encoding {
    case identity
    case algorithm(CompressionAlgorithm)
    case unknown
  }

  mutating func add(_ name: Span<UInt8>, _ value: Span<UInt8>) {
    if name.equals(":method") {
      method = value.copy
    } else if name.equals(":path") {
      path = value.copy
    } else if name.equals("content-type") {
      contentType = Self.isGRPC(value) ? .grpc : .other
    } else if name.equals("grpc-timeout") {
      timeoutNanoseconds = Timeout.nanoseconds(parsing: value)
      if timeoutNanoseconds == nil { hasBadTimeout = true }
    } else if name.equals("grpc-encoding") {
      encoding =
        value.equals("identity")
        ? .identity : CompressionAlgorithm(rawValue: value.text).map { .algorithm($0) } ?? .unknown
    } else if name.equals("grpc-accept-encoding") {
      accepted += value.text.split(separator: ",").compactMap {
        CompressionAlgorithm(rawValue: String($0).trimmed)
      }
    } else if name.count > 0, name[0] != UInt8(ascii: ":"), !Self.isReserved(name) {
      if name.equals("traceparent") { noteTraceParent(value.text) }
      metadata.append(name.text, value.text)
    }
  }

  /// One header names the caller's place; more than one names none (W3C Trace Context, 3.2).
  private mutating func noteTraceParent(_ text: String) {
    traceParent = hasTraceParent ? nil : TraceParent(parsing: text)
    hasTraceParent = true
  }

  /// `application/grpc`, with a `+format` or parameters.
  private static func isGRPC(_ value: Span<UInt8>) -> Bool {
    let prefix: StaticString = "application/grpc"
    let length = prefix.utf8CodeUnitCount
    guard value.starts(with: prefix) else { return false }
    if value.count == length { return true }
    let next = value[length]
    return next == UInt8(ascii: "+") || next == UInt8(ascii: ";") || next == UInt8(ascii: " ")
  }

  /// Fields of HTTP and of the protocol itself are no metadata.
  private static func isReserved(_ name: Span<UInt8>) -> Bool {
    name.equals("te") || name.equals("user-agent") || name.equals("accept-encoding")
      || name.starts(with: "grpc-")
  }
}

extension Span<UInt8> {
  /// Whether the bytes are those of a text.
  func equals(_ text: StaticString) -> Bool {
    count == text.utf8CodeUnitCount && starts(with: text)
  }

  /// Whether the bytes begin with those of a text.
  func starts(with text: StaticString) -> Bool {
    let length = text.utf8CodeUnitCount
    guard count >= length else { return false }
    return text.withUTF8Buffer { buffer in
      for index in 0..<length where unsafe self[index] != buffer[index] { return false }
      return true
    }
  }

  /// The bytes as an array.
  package var copy: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    for index in indices { bytes.append(self[index]) }
    return bytes
  }

  var text: String { String(decoding: copy, as: UTF8.self) }
}
