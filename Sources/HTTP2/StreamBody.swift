/// What is still to be sent on a stream. It lives from the submission until the stream is closed.
final class StreamBody {
  var bytes: [UInt8]
  var offset = 0
  var trailers: HeaderBlock?

  init(bytes: [UInt8], trailers: HeaderBlock?) {
    self.bytes = bytes
    self.trailers = trailers
  }

  var left: Int { bytes.count - offset }
}
