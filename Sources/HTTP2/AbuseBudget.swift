/// Counts what a peer does that costs this side something and brings nobody anything, and says when it was
/// too much. nghttp2 lets all of this through.
///
/// A value; time is passed in. What belongs to honest work is free: two window updates for each request (a
/// client opens its windows for the answer that it awaits, even where none comes) and two for each DATA
/// frame or message that it is sent (of many messages in one frame, gRPC's C core opens the window with each
/// that its user takes), a ping for each frame of an answer, acknowledgements, resets of answers that it does
/// not want any more.
package struct AbuseBudget: Sendable {
  /// Why a connection is cut off. The text goes to the peer in GOAWAY.
  package enum Excess: String, Sendable, Hashable {
    /// Known to gRPC clients, which then ping half as often (gRFC A8).
    case pings = "too_many_pings"
    case controlFrames = "too_many_control_frames"
    case emptyData = "too_many_empty_data_frames"
    case earlyResets = "too_many_early_resets"
    case resetsSent = "too_many_stream_errors"
  }

  /// A count that begins again after a while.
  private struct Window {
    let limit: Int
    let nanoseconds: UInt64
    private var began: MonotonicTime?
    private var count = 0

    init(_ limit: Int, seconds: UInt64) {
      self.limit = limit
      let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
      nanoseconds = overflow ? .max : product
    }

    /// Counts one more; false when it is one too many.
    mutating func add(at now: MonotonicTime) -> Bool {
      if let began, now < began.advanced(byNanoseconds: nanoseconds) {
        count += 1
      } else {
        began = now
        count = 1
      }
      return count <= limit
    }
  }

  private let emptyDataPerStream: Int
  private var controlFrames: Window
  private var earlyResets: Window
  private var resetsSent: Window
  /// Window updates, and pings, that this side's frames have provoked.
  private var freeWindowUpdates = 0
  private var freePings = 0
  /// Refusals before the peer can know the limit on streams: they are this side's own doing.
  private var freeRefusals = Self.refusalsBeforeAcknowledgement
  /// Empty DATA frames of streams that have some.
  private var emptyData: [Int32: Int] = [:]
  /// The highest stream that was begun before the present read, and by now.
  private var highestBefore: Int32 = 0
  private var highest: Int32 = 0

  /// Streams that a client may begin above the limit while it does not know it.
  private static let refusalsBeforeAcknowledgement = 1_000
  /// Streams with empty DATA at once; no more can be open.
  private let streamsWithEmptyData: Int

  /// Nothing is used.
  package init(limits: HTTP2Limits) {
    emptyDataPerStream = limits.emptyDataPerStream
    streamsWithEmptyData = 2 * limits.concurrentStreams
    let seconds = limits.budgetSeconds
    controlFrames = Window(limits.controlFrames, seconds: seconds)
    earlyResets = Window(limits.earlyResets, seconds: seconds)
    resetsSent = Window(limits.resetsSent, seconds: seconds)
  }

  /// The bytes of another read come.
  package mutating func readBegan() { highestBefore = highest }

  /// A frame of the peer.
  ///
  /// - Returns: what was too much; nil while all is well.
  package mutating func received(_ frame: FrameScanner.Frame, at now: MonotonicTime) -> Excess? {
    switch frame.type {
    case FrameScanner.Kind.headers:
      if frame.stream > highest {
        highest = frame.stream
        freeWindowUpdates += 2
      }
      if frame.endsStream { closed(frame.stream) }
      return nil
    case FrameScanner.Kind.continuation, FrameScanner.Kind.goAway: return nil
    case FrameScanner.Kind.data: return receivedData(frame)
    case FrameScanner.Kind.resetStream:
      closed(frame.stream)
      // Begun and given up in one read: no byte of an answer can have left in between.
      guard frame.stream > highestBefore else { return nil }
      return earlyResets.add(at: now) ? nil : .earlyResets
    case FrameScanner.Kind.ping:
      if frame.isAcknowledgement || Self.take(&freePings) { return nil }
      return controlFrames.add(at: now) ? nil : .pings
    case FrameScanner.Kind.windowUpdate:
      if Self.take(&freeWindowUpdates) { return nil }
      return controlFrames.add(at: now) ? nil : .controlFrames
    case FrameScanner.Kind.settings:
      if frame.isAcknowledgement {
        freeRefusals = 0
        return nil
      }
      return controlFrames.add(at: now) ? nil : .controlFrames
    default: return controlFrames.add(at: now) ? nil : .controlFrames
    }
  }

  private mutating func receivedData(_ frame: FrameScanner.Frame) -> Excess? {
    if frame.endsStream {
      closed(frame.stream)
      return nil
    }
    guard frame.content == 0 else { return nil }
    let count = emptyData[frame.stream, default: 0] + 1
    guard count <= emptyDataPerStream else { return .emptyData }
    emptyData[frame.stream] = count
    return emptyData.count <= streamsWithEmptyData ? nil : .emptyData
  }

  /// A stream is closed, or its peer sends no more on it.
  package mutating func closed(_ stream: Int32) {
    if !emptyData.isEmpty { emptyData[stream] = nil }
  }

  /// A frame has left for the peer.
  package mutating func sent(type: UInt8) {
    switch type {
    case FrameScanner.Kind.data:
      freeWindowUpdates += 2
      freePings += 1
    case FrameScanner.Kind.headers: freePings += 1
    default: break
    }
  }

  /// Messages have left for the peer in a DATA frame that also ends or carries another one.
  package mutating func sentFurtherMessages(_ count: Int) { freeWindowUpdates += 2 * count }

  /// A stream was reset by this side. An answer that is complete (NO_ERROR) and a time that is over
  /// (CANCEL) are no fault of the peer.
  package mutating func sentReset(errorCode: UInt32, at now: MonotonicTime) -> Excess? {
    switch errorCode {
    case HTTP2ErrorCode.noError, HTTP2ErrorCode.cancel: return nil
    case HTTP2ErrorCode.refusedStream where Self.take(&freeRefusals): return nil
    default: return resetsSent.add(at: now) ? nil : .resetsSent
    }
  }

  private static func take(_ free: inout Int) -> Bool {
    guard free > 0 else { return false }
    free -= 1
    return true
  }
}
