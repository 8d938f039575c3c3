/// What a peer sends, as bytes.
package enum Script {
  package typealias Field = (name: String, value: String)

  /// The connection preface of a client (RFC 9113, 3.4).
  package static let magic = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

  /// The preface with the SETTINGS that must follow it.
  package static func preface(_ entries: [(id: UInt16, value: UInt32)] = []) -> [UInt8] {
    magic + settings(entries)
  }

  package static func settings(_ entries: [(id: UInt16, value: UInt32)] = []) -> [UInt8] {
    let payload = entries.flatMap { entry in
      [UInt8(truncatingIfNeeded: entry.id >> 8), UInt8(truncatingIfNeeded: entry.id)]
        + bigEndian(entry.value)
    }
    return Frame(type: FrameType.settings, payload: payload).bytes
  }

  package static let settingsAcknowledgement = Frame(
    type: FrameType.settings, flags: FrameFlags.acknowledge
  ).bytes

  /// HEADERS in one frame.
  package static func headers(
    _ stream: Int32, _ fields: [Field], endStream: Bool = false, endHeaders: Bool = true
  ) -> [UInt8] {
    let flags =
      (endStream ? FrameFlags.endStream : 0) | (endHeaders ? FrameFlags.endHeaders : 0)
    return Frame(
      type: FrameType.headers, flags: flags, stream: stream, payload: HeaderEncoder.encode(fields)
    ).bytes
  }

  package static func continuation(
    _ stream: Int32, _ fields: [Field], endHeaders: Bool = false
  ) -> [UInt8] {
    Frame(
      type: FrameType.continuation, flags: endHeaders ? FrameFlags.endHeaders : 0, stream: stream,
      payload: HeaderEncoder.encode(fields)
    ).bytes
  }

  package static func data(_ stream: Int32, _ bytes: [UInt8], endStream: Bool = false) -> [UInt8] {
    Frame(
      type: FrameType.data, flags: endStream ? FrameFlags.endStream : 0, stream: stream,
      payload: bytes
    ).bytes
  }

  package static func reset(_ stream: Int32, _ errorCode: UInt32 = 8) -> [UInt8] {
    Frame(type: FrameType.resetStream, stream: stream, payload: bigEndian(errorCode)).bytes
  }

  package static func goAway(
    last: Int32, _ errorCode: UInt32 = 0, _ reason: String = ""
  ) -> [UInt8] {
    Frame(
      type: FrameType.goAway,
      payload: bigEndian(UInt32(bitPattern: last)) + bigEndian(errorCode) + Array(reason.utf8)
    ).bytes
  }

  package static func windowUpdate(_ stream: Int32, _ increment: UInt32) -> [UInt8] {
    Frame(type: FrameType.windowUpdate, stream: stream, payload: bigEndian(increment)).bytes
  }

  package static func ping(_ payload: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]) -> [UInt8] {
    Frame(type: FrameType.ping, payload: payload).bytes
  }

  /// The head of a gRPC call.
  package static func call(_ path: String, _ more: [Field] = []) -> [Field] {
    [
      (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "test"),
      ("te", "trailers"), ("content-type", "application/grpc"),
    ] + more
  }

  /// A message behind its flag and length.
  package static func message(_ bytes: [UInt8], flag: UInt8 = 0) -> [UInt8] {
    [flag] + bigEndian(UInt32(bytes.count)) + bytes
  }
}
