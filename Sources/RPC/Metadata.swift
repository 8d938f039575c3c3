/// The metadata of a call: names in lower case with their values, in order; a name may occur more than
/// once. Names that end in `-bin` have binary values, which travel as base64.
public struct Metadata: Sendable {
  /// Names and values as they travel.
  public private(set) var fields: [(name: String, value: String)] = []

  /// No metadata.
  public init() {}

  /// Whether there is none.
  public var isEmpty: Bool { fields.isEmpty }

  /// The first value of a name.
  public func value(of name: String) -> String? {
    fields.first { $0.name == name }?.value
  }

  /// The binary values of a name that ends in `-bin`, each padded or not, joined with commas or in fields
  /// of their own. What is no base64 is passed over.
  public func binaryValues(of name: String) -> [[UInt8]] {
    fields.lazy.filter { $0.name == name }.flatMap { field in
      field.value.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        .compactMap { Base64.decode(String(Substring($0)).trimmed) }
    }
  }

  /// Adds a field. One that HTTP/2 or the protocol cannot carry is left out: a name that is not lower-case
  /// letters, digits, `_`, `-` and `.`, is a protocol's own, begins with `grpc-` or ends in `-bin`; a value
  /// that is not printable ASCII.
  public mutating func add(_ name: String, _ value: String) {
    guard Self.isName(name), !name.hasSuffix("-bin"),
      value.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
    else { return }
    fields.append((name, value.trimmed))
  }

  /// Adds a binary field, whose name must end in `-bin`.
  public mutating func add(_ name: String, binary value: [UInt8]) {
    guard Self.isName(name), name.hasSuffix("-bin") else { return }
    fields.append((name, Base64.encode(value)))
  }

  /// Adds a field as it arrived.
  package mutating func append(_ name: String, _ value: String) {
    fields.append((name, value))
  }

  /// Fields of gRPC, and those of a connection, with which a message is malformed (RFC 9113, 8.2.2).
  private static let reserved: Set<String> = [
    "te", "content-type", "connection", "keep-alive", "proxy-connection", "transfer-encoding",
    "upgrade", "content-length", "host", "trailer",
  ]

  private static func isName(_ name: String) -> Bool {
    !name.isEmpty && !name.hasPrefix("grpc-") && !reserved.contains(name)
      && name.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
      }
  }
}

extension String {
  /// Without spaces and tabs at either end (RFC 9110, 5.5).
  var trimmed: String {
    let blank: Set<UInt8> = [UInt8(ascii: " "), UInt8(ascii: "\t")]
    guard let first = utf8.firstIndex(where: { !blank.contains($0) }),
      let last = utf8.lastIndex(where: { !blank.contains($0) })
    else { return "" }
    return String(self[first...last])
  }
}
