/// What is still to be sent on a stream, message by message. It lives from the submission until the
/// stream is closed.
final class StreamBody {
  private var chunks: [[UInt8]]
  /// The first chunk that is not wholly sent, and how much of it is.
  private var first = 0
  private var offset = 0
  /// Bytes that are not sent.
  private(set) var left: Int
  /// Bytes that a frame which nghttp2 has begun will ask for.
  var promised = 0
  /// Whether no more bytes come.
  var isEnded: Bool
  /// What ends the stream behind the last byte; nil = the last byte ends it.
  var trailers: HeaderBlock?
  /// Whether nghttp2 waits to be told that there are bytes again.
  var isDeferred = false

  /// A body that comes whole.
  init(bytes: [UInt8], trailers: HeaderBlock?) {
    chunks = [bytes]
    left = bytes.count
    isEnded = true
    self.trailers = trailers
  }

  /// A body that comes in pieces.
  init() {
    chunks = []
    left = 0
    isEnded = false
  }

  func append(_ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    chunks.append(bytes)
    left += bytes.count
  }

  /// Lends the next `count` bytes piece by piece and takes them off.
  ///
  /// - Returns: messages of which this was the last that was left.
  @discardableResult
  func take(_ count: Int, _ body: (UnsafeRawPointer, Int) -> Void) -> Int {
    var finished = 0
    var wanted = min(count, left)
    left -= wanted
    while wanted > 0 {
      let length = chunks[first].count
      let piece = min(wanted, length - offset)
      chunks[first].withUnsafeBytes { bytes in
        if let start = bytes.baseAddress { body(start + offset, piece) }
      }
      wanted -= piece
      offset += piece
      if offset == length {
        chunks[first] = []
        first += 1
        finished += 1
        offset = 0
      }
    }
    if first == chunks.count {
      chunks.removeAll(keepingCapacity: true)
      first = 0
    } else if first > 64, first * 2 > chunks.count {
      chunks.removeSubrange(0..<first)
      first = 0
    }
    return finished
  }

  /// Forgets the chunks of which no byte is sent or promised.
  func dropUnsent() {
    var kept = first
    var covered = offset > 0 ? chunks[first].count - offset : 0
    if offset > 0 { kept += 1 }
    while covered < promised, kept < chunks.count {
      covered += chunks[kept].count
      kept += 1
    }
    chunks.removeSubrange(kept...)
    left = covered
  }
}
