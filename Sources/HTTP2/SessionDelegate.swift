/// What happens on a session, told in the order of the frames. Calls come from inside `receive`; a
/// delegate may submit frames, but neither receives nor drains.
package protocol SessionDelegate: AnyObject {
  /// A header list begins: a request on a server, an answer or its trailers on a client.
  func session(_ session: Session, beganHeadersOn stream: Int32)
  /// A field of it. Names are in lower case.
  func session(
    _ session: Session, received name: Span<UInt8>, _ value: Span<UInt8>, on stream: Int32)
  /// The header list is complete; `endsStream` where the peer sends nothing behind it.
  func session(_ session: Session, endedHeadersOn stream: Int32, endsStream: Bool)
  /// Bytes of the body. Whoever has dealt with them says so with `Session.consume`.
  func session(_ session: Session, received bytes: Span<UInt8>, on stream: Int32)
  /// The peer sends no more on the stream.
  func session(_ session: Session, peerEnded stream: Int32)
  /// The stream is closed; nothing more comes of it. 0 is no error (RFC 9113, 7).
  func session(_ session: Session, closed stream: Int32, errorCode: UInt32)
  /// The peer goes away: streams above the last one were not processed. It may say why.
  func session(
    _ session: Session, goesAwayAfter lastStream: Int32, errorCode: UInt32, reason: Span<UInt8>)
}
