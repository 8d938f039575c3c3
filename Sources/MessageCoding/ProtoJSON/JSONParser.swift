/// Parses JSON strictly by RFC 8259. Duplicate names and nesting beyond 64 are refused.
struct JSONParser {
  static let maximumLength = 16 << 20
  static let maximumDepth = 64

  private let bytes: [UInt8]
  private var position = 0
  private var line = 1
  private var lineStart = 0

  static func parse(_ text: String) throws(DocumentError) -> DocumentNode {
    var parser = JSONParser(bytes: Array(text.utf8))
    guard parser.bytes.count <= maximumLength else {
      throw parser.fault("the document is longer than 16 MiB")
    }
    let node = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.position == parser.bytes.count else {
      throw parser.fault("something follows the document")
    }
    return node
  }

  private init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  private func fault(_ message: String) -> DocumentError {
    DocumentError(faults: [
      DocumentFault(line: line, column: position - lineStart + 1, path: "", message: message)
    ])
  }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\n"):
        position += 1
        line += 1
        lineStart = position
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): position += 1
      default: return
      }
    }
  }

  private mutating func value(depth: Int) throws(DocumentError) -> DocumentNode {
    guard depth <= Self.maximumDepth else { throw fault("the document nests deeper than 64") }
    skipSpace()
    let line = line
    let column = position - lineStart + 1
    guard let byte = current else { throw fault("the document ends where a value should be") }
    let value: DocumentNode.Value
    switch byte {
    case UInt8(ascii: "{"): value = try object(depth: depth)
    case UInt8(ascii: "["): value = try array(depth: depth)
    case UInt8(ascii: "\""): value = .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): value = .number(try number())
    default:
      if take("true") {
        value = .bool(true)
      } else if take("false") {
        value = .bool(false)
      } else if take("null") {
        value = .null
      } else {
        throw fault("this is no JSON value")
      }
    }
    return DocumentNode(value: value, line: line, column: column)
  }

  private mutating func take(_ word: StaticString) -> Bool {
    let length = word.utf8CodeUnitCount
    guard position + length <= bytes.count else { return false }
    for index in 0..<length where bytes[position + index] != word.utf8Start[index] { return false }
    position += length
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(DocumentError) {
    skipSpace()
    guard let byte = current, UInt32(byte) == character.value else {
      throw fault("'\(character)' is missing here")
    }
    position += 1
  }

  private mutating func object(depth: Int) throws(DocumentError) -> DocumentNode.Value {
    position += 1
    var members: [(key: String, node: DocumentNode)] = []
    var names: Set<String> = []
    skipSpace()
    if current == UInt8(ascii: "}") {
      position += 1
      return .object([])
    }
    while true {
      skipSpace()
      guard current == UInt8(ascii: "\"") else { throw fault("a name in quotes is missing here") }
      let name = try string()
      guard names.insert(name).inserted else { throw fault("the name '\(name)' occurs twice") }
      try expect(":")
      members.append((name, try value(depth: depth + 1)))
      skipSpace()
      if current == UInt8(ascii: ",") {
        position += 1
        continue
      }
      try expect("}")
      return .object(members)
    }
  }

  private mutating func array(depth: Int) throws(DocumentError) -> DocumentNode.Value {
    position += 1
    var elements: [DocumentNode] = []
    skipSpace()
    if current == UInt8(ascii: "]") {
      position += 1
      return .array([])
    }
    while true {
      elements.append(try value(depth: depth + 1))
      skipSpace()
      if current == UInt8(ascii: ",") {
        position += 1
        continue
      }
      try expect("]")
      return .array(elements)
    }
  }

  private mutating func number() throws(DocumentError) -> String {
    let start = position
    func isDigit(_ byte: UInt8?) -> Bool {
      byte.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
    }
    if current == UInt8(ascii: "-") { position += 1 }
    guard isDigit(current) else { throw fault("this is no JSON number") }
    if current == UInt8(ascii: "0") {
      position += 1
      if isDigit(current) { throw fault("a JSON number has no leading zero") }
    }
    while isDigit(current) { position += 1 }
    if current == UInt8(ascii: ".") {
      position += 1
      guard isDigit(current) else { throw fault("digits are missing after the point") }
      while isDigit(current) { position += 1 }
    }
    if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
      position += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
      guard isDigit(current) else { throw fault("digits are missing in the exponent") }
      while isDigit(current) { position += 1 }
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func string() throws(DocumentError) -> String {
    position += 1
    var content: [UInt8] = []
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return String(decoding: content, as: UTF8.self)
      case UInt8(ascii: "\\"):
        position += 1
        content += try escape()
      case 0..<0x20: throw fault("a control character must be escaped")
      default:
        content.append(byte)
        position += 1
      }
    }
    throw fault("the text is not closed")
  }

  private mutating func escape() throws(DocumentError) -> [UInt8] {
    guard let byte = current else { throw fault("the text is not closed") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"):
      let first = try unit()
      var code = UInt32(first)
      if (0xD800...0xDBFF).contains(first) {
        guard take("\\u") else { throw fault("the second half of a surrogate pair is missing") }
        let second = try unit()
        guard (0xDC00...0xDFFF).contains(second) else {
          throw fault("the second half of a surrogate pair is missing")
        }
        code = 0x10000 + ((code - 0xD800) << 10) + (UInt32(second) - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw fault("a lone surrogate is no text") }
      return Array(String(Character(scalar)).utf8)
    default: throw fault("this is no escape sequence")
    }
  }

  private mutating func unit() throws(DocumentError) -> UInt16 {
    var value: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw fault("four hexadecimal digits are missing here")
      }
      value = value << 4 | UInt16(digit)
      position += 1
    }
    return value
  }
}
