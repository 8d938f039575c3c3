/// Base64 (RFC 4648) of binary metadata: written without padding, read with or without.
package enum Base64 {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  package static func encode(_ bytes: [UInt8]) -> String {
    var result: [UInt8] = []
    var position = 0
    while position < bytes.count {
      let rest = bytes.count - position
      let first = UInt32(bytes[position]) << 16
      let second = rest > 1 ? UInt32(bytes[position + 1]) << 8 : 0
      let third = rest > 2 ? UInt32(bytes[position + 2]) : 0
      let group = first | second | third
      for index in 0..<min(4, rest + 1) {
        result.append(alphabet[Int(group >> UInt32(18 - 6 * index)) & 63])
      }
      position += 3
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// nil for what is no base64.
  package static func decode(_ text: String) -> [UInt8]? {
    var bits: UInt32 = 0
    var count = 0
    var result: [UInt8] = []
    var padding = 0
    for byte in text.utf8 {
      if byte == UInt8(ascii: "=") {
        padding += 1
        continue
      }
      guard padding == 0, let value = alphabet.firstIndex(of: byte) else { return nil }
      bits = bits << 6 | UInt32(value)
      count += 6
      if count >= 8 {
        count -= 8
        result.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    guard padding <= 2, count != 6, bits & ((1 << UInt32(count)) - 1) == 0 else { return nil }
    return result
  }
}
