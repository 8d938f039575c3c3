/// What a peer may use of one connection. Beyond a limit the stream is reset or the connection closed;
/// nothing a peer sends makes this process hold more.
package struct HTTP2Limits: Sendable, Hashable {
  /// Streams open at once (SETTINGS_MAX_CONCURRENT_STREAMS).
  package var concurrentStreams = 128
  /// Bytes of one header list: each name and value with 32 more (RFC 9113, 6.5.2).
  package var headerListBytes = 16 << 10
  /// Fields of one header list.
  package var headerFields = 64
  /// CONTINUATION frames after one HEADERS frame.
  package var continuationFrames = 8
  /// Receive window of a stream in bytes.
  package var streamWindow: Int32 = 1 << 20
  /// Receive window of the connection in bytes.
  package var connectionWindow: Int32 = 4 << 20
  /// RST_STREAM frames that a peer may send in a burst, and again in each second. Wide on purpose: a
  /// proxy in front of honest clients cancels by the thousand.
  package var resetBurst: UInt64 = 10_000
  package var resetsPerSecond: UInt64 = 1_000
  /// Seconds after which the counts of the four limits that follow begin again.
  package var budgetSeconds: UInt64 = 30
  /// PING, SETTINGS, PRIORITY, WINDOW_UPDATE and unknown frames that nothing sent by this side provoked.
  package var controlFrames = 200
  /// Streams that the peer resets in the read that begins them.
  package var earlyResets = 200
  /// Streams that this side must reset for an error of the peer.
  package var resetsSent = 100
  /// Empty or padding-only DATA frames of one stream that do not end it.
  package var emptyDataPerStream = 20
  /// Output held for a peer that does not read; above it the session stops producing more and the
  /// transport stops reading.
  package var outputHighWater = 1 << 20
  /// Frames that wait to be sent; above it the connection is closed.
  package var queuedFrames = 10_000

  package init() {}
}
