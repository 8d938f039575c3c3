/// Writes the payload of a resource or an audit entry: a line that says what it is, then fields of a number,
/// a length and bytes, in the order in which they are written. Values that are empty are left out.
struct PayloadWriter {
  private(set) var bytes: [UInt8]

  /// - Parameter kind: what the payload is, with its format's number: `version 1`.
  init(_ kind: String) {
    bytes = Array("\(kind)\n".utf8)
  }

  mutating func data(_ field: UInt8, _ value: [UInt8]) {
    guard !value.isEmpty else { return }
    bytes.append(field)
    var length = value.count
    while length >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: length) | 0x80)
      length >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: length))
    bytes += value
  }

  mutating func text(_ field: UInt8, _ value: String) { data(field, Array(value.utf8)) }

  /// An integer as decimal text; nil is left out.
  mutating func integer(_ field: UInt8, _ value: Int64?) {
    if let value { text(field, String(value)) }
  }

  mutating func texts(_ field: UInt8, _ values: [String]) {
    for value in values { text(field, value) }
  }

  /// Nested fields without a line of their own; they stand even where they are empty.
  mutating func group(_ field: UInt8, _ fill: (inout PayloadWriter) -> Void) {
    var writer = PayloadWriter("group")
    fill(&writer)
    data(field, writer.bytes)
  }
}

/// The fields of a payload.
struct PayloadFields {
  private var fields: [(number: UInt8, bytes: ArraySlice<UInt8>)] = []

  /// Reads a payload; nil where it is not of the kind, or is cut off.
  init?(_ payload: some Sequence<UInt8>, _ kind: String) {
    let payload = Array(payload)
    let head = Array("\(kind)\n".utf8)
    guard payload.starts(with: head) else { return nil }
    var position = head.count
    while position < payload.count {
      let number = payload[position]
      position += 1
      var length = 0
      var shift = 0
      while true {
        guard position < payload.count, shift < 35 else { return nil }
        let byte = payload[position]
        position += 1
        length |= Int(byte & 0x7F) << shift
        shift += 7
        if byte & 0x80 == 0 { break }
      }
      guard length <= payload.count - position else { return nil }
      fields.append((number, payload[position..<position + length]))
      position += length
    }
  }

  func data(_ field: UInt8) -> [UInt8] {
    fields.last { $0.number == field }.map { Array($0.bytes) } ?? []
  }

  func text(_ field: UInt8) -> String { String(decoding: data(field), as: UTF8.self) }

  func texts(_ field: UInt8) -> [String] {
    fields.filter { $0.number == field }.map { String(decoding: $0.bytes, as: UTF8.self) }
  }

  func integer(_ field: UInt8) -> Int64? { Int64(text(field)) }

  func groups(_ field: UInt8) -> [PayloadFields] {
    fields.filter { $0.number == field }.compactMap { PayloadFields($0.bytes, "group") }
  }
}
