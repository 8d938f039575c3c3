/// The encoding of `grpc-message`: printable ASCII but `%` as it is, every other byte as `%XX`.
package enum PercentEncoding {
  package static func encode(_ text: String) -> String {
    let bytes = Array(text.utf8)
    // A field's value neither begins nor ends with a space (RFC 9113, 8.2.1).
    let first = bytes.firstIndex { $0 != UInt8(ascii: " ") } ?? bytes.count
    let last = bytes.lastIndex { $0 != UInt8(ascii: " ") } ?? 0
    var result = ""
    for (index, byte) in bytes.enumerated() {
      if (0x20...0x7E).contains(byte), byte != UInt8(ascii: "%"), index >= first, index <= last {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        result += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return result
  }

  /// Decodes; what is no escape stays as it is, as the protocol asks.
  package static func decode(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var position = 0
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "%"), position + 2 < bytes.count,
        let high = Character(Unicode.Scalar(bytes[position + 1])).hexDigitValue,
        let low = Character(Unicode.Scalar(bytes[position + 2])).hexDigitValue
      {
        result.append(UInt8(high * 16 + low))
        position += 3
      } else {
        result.append(bytes[position])
        position += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
