/// Finds the frames in what a peer sends (RFC 9113, 4.1), whatever becomes of them afterwards: nghttp2
/// passes over unknown, late and refused ones without a word, and they cost all the same.
///
/// A value without memory of its own: it keeps at most the head of one frame.
package struct FrameScanner: Sendable {
  /// The head of a frame.
  package struct Frame: Sendable, Hashable {
    package var type: UInt8
    package var flags: UInt8
    package var stream: Int32
    /// Bytes behind the head.
    package var length: Int
    /// Those of them that are no padding.
    package var content: Int

    package var endsStream: Bool {
      (type == Kind.data || type == Kind.headers) && flags & Flag.endStream != 0
    }
    package var isAcknowledgement: Bool {
      (type == Kind.settings || type == Kind.ping) && flags & Flag.acknowledgement != 0
    }
  }

  /// Types of frames (RFC 9113, 6).
  package enum Kind {
    package static let data: UInt8 = 0
    package static let headers: UInt8 = 1
    package static let resetStream: UInt8 = 3
    package static let settings: UInt8 = 4
    package static let ping: UInt8 = 6
    package static let goAway: UInt8 = 7
    package static let windowUpdate: UInt8 = 8
    package static let continuation: UInt8 = 9
  }

  /// Flags of frames (RFC 9113, 6).
  package enum Flag {
    package static let acknowledgement: UInt8 = 1
    package static let endStream: UInt8 = 1
    package static let endHeaders: UInt8 = 4
    package static let padded: UInt8 = 8
  }

  private static let headLength = 9
  /// Bytes of the client's connection preface (RFC 9113, 3.4).
  private static let prefaceLength = 24

  private var prefaceLeft: Int
  /// The head that is being read, the first byte highest, and how much of it is there.
  private var head: UInt64 = 0
  private var lastHeadByte: UInt8 = 0
  private var headCount = 0
  /// A padded frame whose length of padding is to come.
  private var padded: Frame?
  private var payloadLeft = 0
  private var holdsBody = false
  /// Whether a header block is to be continued (RFC 9113, 6.10).
  private var isInHeaderBlock = false
  /// When what is incomplete began; nil while nothing is, or the content of a DATA frame is under way,
  /// which may take its time.
  package private(set) var incompleteSince: MonotonicTime?

  /// - Parameter expectsPreface: whether a client's preface comes in front of the frames.
  package init(expectsPreface: Bool) {
    prefaceLeft = expectsPreface ? Self.prefaceLength : 0
  }

  /// Goes on to the next frame.
  ///
  /// - Parameters:
  ///   - bytes: what came in one read.
  ///   - offset: how much of it was looked at; moved on.
  /// - Returns: a frame whose head is complete; nil when the bytes are used up.
  package mutating func next(
    in bytes: UnsafeRawBufferPointer, from offset: inout Int, at now: MonotonicTime
  ) -> Frame? {
    while offset < bytes.count {
      if prefaceLeft > 0 {
        let skipped = min(prefaceLeft, bytes.count - offset)
        prefaceLeft -= skipped
        offset += skipped
      } else if let frame = padded {
        padded = nil
        return withPadding(Int(bytes[offset]), frame)
      } else if payloadLeft > 0 {
        let skipped = min(payloadLeft, bytes.count - offset)
        payloadLeft -= skipped
        offset += skipped
        if payloadLeft == 0 { completed() }
      } else if let frame = readHead(bytes, &offset, now) {
        return frame
      }
    }
    return nil
  }

  private mutating func readHead(
    _ bytes: UnsafeRawBufferPointer, _ offset: inout Int, _ now: MonotonicTime
  ) -> Frame? {
    if headCount == 0, incompleteSince == nil { incompleteSince = now }
    while headCount < Self.headLength, offset < bytes.count {
      if headCount < 8 {
        head = head << 8 | UInt64(bytes[offset])
      } else {
        lastHeadByte = bytes[offset]
      }
      headCount += 1
      offset += 1
    }
    guard headCount == Self.headLength else { return nil }
    headCount = 0
    let length = Int(truncatingIfNeeded: head >> 40)
    let stream = UInt32(truncatingIfNeeded: head << 8) | UInt32(lastHeadByte)
    let frame = Frame(
      type: UInt8(truncatingIfNeeded: head >> 32), flags: UInt8(truncatingIfNeeded: head >> 24),
      stream: Int32(stream & 0x7fff_ffff), length: length, content: length)
    head = 0
    return began(frame)
  }

  private mutating func began(_ frame: Frame) -> Frame? {
    payloadLeft = frame.length
    holdsBody = frame.type == Kind.data
    if frame.type == Kind.headers || frame.type == Kind.continuation {
      isInHeaderBlock = frame.flags & Flag.endHeaders == 0
    }
    if holdsBody, !isInHeaderBlock { incompleteSince = nil }
    if payloadLeft == 0 { completed() }
    if holdsBody, frame.flags & Flag.padded != 0, frame.length > 0 {
      padded = frame
      return nil
    }
    return frame
  }

  private func withPadding(_ padding: Int, _ frame: Frame) -> Frame {
    var frame = frame
    frame.content = max(0, frame.length - 1 - padding)
    return frame
  }

  private mutating func completed() {
    if !isInHeaderBlock { incompleteSince = nil }
  }
}
