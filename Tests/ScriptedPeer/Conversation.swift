/// What came from the other end, stream by stream.
package final class Conversation {
  /// What a stream has received.
  package struct Received: CustomStringConvertible {
    /// Header lists in their order: a head, perhaps trailers.
    package var headers: [[Script.Field]] = []
    package var data: [UInt8] = []
    package var isEnded = false
    /// The code of RST_STREAM.
    package var resetCode: UInt32?

    package var description: String {
      "\(headers.count) header lists, \(data.count) bytes, ended \(isEnded), reset "
        + (resetCode.map(String.init) ?? "no")
    }

    /// The whole messages of the data, without their prefixes (gRPC, Length-Prefixed-Message).
    package var messages: [[UInt8]] {
      var rest = data[...]
      var messages: [[UInt8]] = []
      while rest.count >= 5 {
        let length = rest.dropFirst().prefix(4).reduce(0) { $0 << 8 | Int($1) }
        messages.append(Array(rest.dropFirst(5).prefix(length)))
        rest = rest.dropFirst(5 + length)
      }
      return messages
    }

    /// A field of the last header list.
    package func field(_ name: String) -> String? {
      headers.last?.first { $0.name == name }?.value
    }

    /// `:status` of the head.
    package var status: String? { headers.first?.first { $0.name == ":status" }?.value }
  }

  package private(set) var frames: [Frame] = []
  package private(set) var streams: [Int32: Received] = [:]
  private var reader = FrameReader()
  private let decoder = HeaderDecoder()
  private var block: [UInt8] = []

  package init() {}

  /// Takes bytes from the other end; the frames that they complete.
  @discardableResult
  package func read(_ bytes: [UInt8]) -> [Frame] {
    let new = reader.read(bytes)
    for frame in new { note(frame) }
    frames += new
    return new
  }

  /// What a stream has received.
  package subscript(_ stream: Int32) -> Received { streams[stream] ?? Received() }

  /// The frames of a type.
  package func frames(_ type: UInt8) -> [Frame] { frames.filter { $0.type == type } }

  /// The code of the last GOAWAY.
  package var goAwayCode: UInt32? { frames(FrameType.goAway).last?.errorCode }

  private func note(_ frame: Frame) {
    switch frame.type {
    case FrameType.headers, FrameType.continuation:
      block += frame.payload
      guard frame.flags & FrameFlags.endHeaders != 0 else { return }
      if let fields = decoder.decode(block) {
        streams[frame.stream, default: Received()].headers.append(fields)
      }
      block = []
    case FrameType.data:
      streams[frame.stream, default: Received()].data += frame.payload
    case FrameType.resetStream:
      streams[frame.stream, default: Received()].resetCode = frame.errorCode
    default: break
    }
    if frame.endsStream { streams[frame.stream, default: Received()].isEnded = true }
  }
}
