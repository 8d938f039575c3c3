internal import CNGHTTP2

/// Writes header blocks as literals without indexing and without Huffman codes (RFC 7541, 6.2.2):
/// legal, and simple enough to be seen to be right.
package enum HeaderEncoder {
  package static func encode(_ fields: [Script.Field]) -> [UInt8] {
    fields.flatMap { field in [0] + text(field.name) + text(field.value) }
  }

  private static func text(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    return length(bytes.count) + bytes
  }

  /// An integer with a prefix of seven bits (RFC 7541, 5.1).
  private static func length(_ value: Int) -> [UInt8] {
    if value < 127 { return [UInt8(value)] }
    var rest = value - 127
    var result: [UInt8] = [127]
    while rest >= 128 {
      result.append(UInt8(rest & 127) | 128)
      rest >>= 7
    }
    return result + [UInt8(rest)]
  }
}

/// Reads the header blocks of one direction of a connection, in their order.
package final class HeaderDecoder {
  private var inflater: OpaquePointer?

  package init() {
    guard nghttp2_hd_inflate_new(&inflater) == 0 else {
      preconditionFailure("no memory for a decoder")
    }
  }

  deinit {
    nghttp2_hd_inflate_del(inflater)
  }

  /// The fields of a whole block; nil for a malformed one.
  package func decode(_ block: [UInt8]) -> [Script.Field]? {
    var fields: [Script.Field] = []
    let isWhole = block.withUnsafeBufferPointer { buffer -> Bool in
      guard let start = buffer.baseAddress else { return true }
      var position = 0
      while true {
        var field = nghttp2_nv()
        var flags: Int32 = 0
        let taken = nghttp2_hd_inflate_hd2(
          inflater, &field, &flags, start + position, buffer.count - position, 1)
        guard taken >= 0 else { return false }
        position += taken
        if flags & Int32(NGHTTP2_HD_INFLATE_EMIT.rawValue) != 0 {
          fields.append(
            (text(field.name, field.namelen), text(field.value, field.valuelen)))
        }
        if flags & Int32(NGHTTP2_HD_INFLATE_FINAL.rawValue) != 0 {
          nghttp2_hd_inflate_end_headers(inflater)
          return true
        }
        if taken == 0 { return false }
      }
    }
    return isWhole ? fields : nil
  }

  private func text(_ start: UnsafePointer<UInt8>?, _ length: Int) -> String {
    String(decoding: UnsafeBufferPointer(start: start, count: length), as: UTF8.self)
  }
}
