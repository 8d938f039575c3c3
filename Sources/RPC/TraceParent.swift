/// The place of a call in a trace: the `traceparent` header of W3C Trace Context, level 1.
public struct TraceParent: Sendable, Hashable {
  /// 32 lower-case hexadecimal digits, not all zero.
  public var traceID: String
  /// The caller's span: 16 lower-case hexadecimal digits, not all zero.
  public var parentID: String
  /// Whether the caller records the trace.
  public var isSampled: Bool

  /// Reads a header; nil for what does not follow the grammar. Versions after 00 may have more fields,
  /// which are passed over.
  package init?(parsing text: String) {
    let bytes = Array(text.utf8)
    func isHex(_ range: Range<Int>) -> Bool {
      bytes[range].allSatisfy {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
      }
    }
    func isZero(_ range: Range<Int>) -> Bool {
      bytes[range].allSatisfy { $0 == UInt8(ascii: "0") }
    }
    let dash = UInt8(ascii: "-")
    guard bytes.count >= 55, bytes[2] == dash, bytes[35] == dash, bytes[52] == dash,
      isHex(0..<2), isHex(3..<35), isHex(36..<52), isHex(53..<55),
      !isZero(3..<35), !isZero(36..<52)
    else { return nil }
    let version = String(decoding: bytes[0..<2], as: UTF8.self)
    guard version != "ff", bytes.count == 55 || (version != "00" && bytes[55] == dash) else {
      return nil
    }
    traceID = String(decoding: bytes[3..<35], as: UTF8.self)
    parentID = String(decoding: bytes[36..<52], as: UTF8.self)
    isSampled = (Character(Unicode.Scalar(bytes[54])).hexDigitValue ?? 0) & 1 == 1
  }
}
