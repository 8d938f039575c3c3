internal import CZlib

/// The compressions of gRPC messages, by their names in `grpc-encoding`. Both are DEFLATE (RFC 1951);
/// `deflate` stands in the frame of zlib (RFC 1950), `gzip` in that of gzip (RFC 1952).
package enum CompressionAlgorithm: String, Sendable, Hashable, CaseIterable {
  case gzip
  case deflate

  /// zlib's parameter: the largest window, and the frame.
  fileprivate var windowBits: Int32 { self == .gzip ? 15 + 16 : 15 }
}

/// Compresses and decompresses single messages.
package enum MessageCompression {
  /// Why bytes cannot be decompressed.
  package enum Fault: Error, Sendable, Hashable {
    /// They are no data of the algorithm, or more or less than one message.
    case malformed
    /// The message is longer than the limit.
    case tooLarge
  }

  /// zlib's level: fast, and close to the default's ratio on messages.
  private static let level: Int32 = 3
  private static let firstPiece = 16 << 10

  /// Compresses bytes behind some free space; nil where memory runs out.
  package static func compress(
    _ bytes: Span<UInt8>, with algorithm: CompressionAlgorithm, headroom: Int = 0
  ) -> [UInt8]? {
    bytes.withUnsafeBufferPointer { input in
      var stream = z_stream()
      let size = Int32(MemoryLayout<z_stream>.size)
      guard
        deflateInit2_(
          &stream, level, Z_DEFLATED, algorithm.windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
          size) == Z_OK
      else { return nil }
      defer { deflateEnd(&stream) }
      stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
      stream.avail_in = UInt32(clamping: input.count)
      let bound = Int(deflateBound(&stream, UInt(input.count)))
      var isWhole = false
      let result = [UInt8](unsafeUninitializedCapacity: headroom + bound) { output, count in
        for index in 0..<headroom { output[index] = 0 }
        stream.next_out = output.baseAddress.map { $0 + headroom }
        stream.avail_out = UInt32(clamping: bound)
        isWhole = deflate(&stream, Z_FINISH) == Z_STREAM_END
        count = headroom + bound - Int(stream.avail_out)
      }
      return isWhole ? result : nil
    }
  }

  /// Decompresses one message. Memory grows with what comes out and never beyond the limit.
  ///
  /// - Parameter limit: bytes that the message may have.
  package static func decompress(
    _ bytes: Span<UInt8>, with algorithm: CompressionAlgorithm, limit: Int
  ) throws(Fault) -> [UInt8] {
    let result = bytes.withUnsafeBufferPointer { decompress($0, algorithm, limit) }
    return try result.get()
  }

  private static func decompress(
    _ input: UnsafeBufferPointer<UInt8>, _ algorithm: CompressionAlgorithm, _ limit: Int
  ) -> Result<[UInt8], Fault> {
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    guard inflateInit2_(&stream, algorithm.windowBits, ZLIB_VERSION, size) == Z_OK else {
      return .failure(.malformed)
    }
    defer { inflateEnd(&stream) }
    stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
    stream.avail_in = UInt32(clamping: input.count)
    var result: [UInt8] = []
    var piece = min(limit + 1, max(firstPiece, input.count * 4))
    while true {
      var status = Z_OK
      let more = [UInt8](unsafeUninitializedCapacity: piece) { output, count in
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(clamping: piece)
        status = inflate(&stream, Z_NO_FLUSH)
        count = piece - Int(stream.avail_out)
      }
      if result.isEmpty { result = more } else { result += more }
      if result.count > limit { return .failure(.tooLarge) }
      switch status {
      case Z_STREAM_END: return stream.avail_in == 0 ? .success(result) : .failure(.malformed)
      case Z_OK where stream.avail_out == 0: break
      // Neither an end nor room that is missing: the data stop too early, or are none.
      default: return .failure(.malformed)
      }
      piece = min(limit + 1 - result.count, max(firstPiece, result.count))
    }
  }
}
