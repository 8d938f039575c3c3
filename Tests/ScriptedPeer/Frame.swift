/// The frame types of RFC 9113, section 6.
package enum FrameType {
  package static let data: UInt8 = 0
  package static let headers: UInt8 = 1
  package static let priority: UInt8 = 2
  package static let resetStream: UInt8 = 3
  package static let settings: UInt8 = 4
  package static let ping: UInt8 = 6
  package static let goAway: UInt8 = 7
  package static let windowUpdate: UInt8 = 8
  package static let continuation: UInt8 = 9
}

/// The flags of RFC 9113, section 6.
package enum FrameFlags {
  package static let none: UInt8 = 0
  package static let endStream: UInt8 = 1
  package static let acknowledge: UInt8 = 1
  package static let endHeaders: UInt8 = 4
}

/// One HTTP/2 frame, built and read by hand, so that no library stands on both ends of a test.
package struct Frame: Sendable, Hashable {
  package var type: UInt8
  package var flags: UInt8
  package var stream: Int32
  package var payload: [UInt8]

  package init(type: UInt8, flags: UInt8 = 0, stream: Int32 = 0, payload: [UInt8] = []) {
    self.type = type
    self.flags = flags
    self.stream = stream
    self.payload = payload
  }

  /// The frame on the wire.
  package var bytes: [UInt8] {
    [
      UInt8(truncatingIfNeeded: payload.count >> 16),
      UInt8(truncatingIfNeeded: payload.count >> 8), UInt8(truncatingIfNeeded: payload.count),
      type, flags,
    ] + bigEndian(UInt32(bitPattern: stream)) + payload
  }

  package var endsStream: Bool {
    (type == FrameType.headers || type == FrameType.data) && flags & FrameFlags.endStream != 0
  }

  /// The error code of RST_STREAM or GOAWAY.
  package var errorCode: UInt32? {
    switch type {
    case FrameType.resetStream: number(at: 0)
    case FrameType.goAway: number(at: 4)
    default: nil
    }
  }

  /// The last stream of GOAWAY.
  package var lastStream: Int32? {
    type == FrameType.goAway ? number(at: 0).map { Int32(bitPattern: $0 & 0x7FFF_FFFF) } : nil
  }

  /// The entries of SETTINGS.
  package var settings: [UInt16: UInt32] {
    var result: [UInt16: UInt32] = [:]
    guard type == FrameType.settings else { return result }
    for start in stride(from: 0, to: payload.count - 5, by: 6) {
      let id = UInt16(payload[start]) << 8 | UInt16(payload[start + 1])
      result[id] = number(at: start + 2)
    }
    return result
  }

  private func number(at offset: Int) -> UInt32? {
    guard payload.count >= offset + 4 else { return nil }
    return payload[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
  }
}

/// Four bytes, the most significant first.
package func bigEndian(_ value: UInt32) -> [UInt8] {
  (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * $0)) }
}

/// Takes frames out of a stream of bytes that may be cut anywhere.
package struct FrameReader: Sendable {
  private var rest: [UInt8] = []

  package init() {}

  /// The frames that the bytes complete.
  package mutating func read(_ bytes: [UInt8]) -> [Frame] {
    rest += bytes
    var frames: [Frame] = []
    var start = 0
    while rest.count - start >= 9 {
      let head = rest[start..<start + 9]
      let length = head.prefix(3).reduce(0) { $0 << 8 | Int($1) }
      guard rest.count - start >= 9 + length else { break }
      let stream = head.suffix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
      frames.append(
        Frame(
          type: rest[start + 3], flags: rest[start + 4], stream: Int32(stream),
          payload: Array(rest[start + 9..<start + 9 + length])))
      start += 9 + length
    }
    rest.removeFirst(start)
    return frames
  }
}
