extension ExactDecimal {
  /// Parses the bytes of a text in memory; nil for what is no decimal.
  package init?(bytes: Span<UInt8>) {
    // So many digits fit in a machine word.
    guard bytes.count <= 18 else {
      var copy: [UInt8] = []
      for index in bytes.indices { copy.append(bytes[index]) }
      guard let long = try? ExactDecimal(parsing: copy) else { return nil }
      self = long
      return
    }
    var position = 0
    let isNegative = bytes.count > 0 && bytes[0] == UInt8(ascii: "-")
    if isNegative { position = 1 }
    let first = position
    var point: Int?
    var value: Int64 = 0
    while position < bytes.count {
      let byte = bytes[position]
      let digit = byte &- UInt8(ascii: "0")
      if digit <= 9 {
        value = value &* 10 &+ Int64(digit)
      } else {
        guard byte == UInt8(ascii: "."), point == nil, position > first else { return nil }
        point = position
      }
      position += 1
    }
    let decimals = point.map { bytes.count - $0 - 1 }
    guard bytes.count > first, decimals != 0 else { return nil }
    significand = Int128(isNegative ? -value : value)
    scale = decimals ?? 0
  }
}
