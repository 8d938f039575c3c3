import Testing

@testable import RPC

/// Metadata of calls (gRPC, PROTOCOL-HTTP2, Custom-Metadata).
@Suite struct MetadataTests {
  private static func arrived(_ fields: [(String, String)]) -> Metadata {
    var metadata = Metadata()
    for (name, value) in fields { metadata.append(name, value) }
    return metadata
  }

  private static func outline(_ metadata: Metadata) -> [String] {
    metadata.fields.map { "\($0.name)=\($0.value)" }
  }

  // MARK: Binary values

  /// `Zg==` is `f`, `Zm8=` is `fo`, `Zm9v` is `foo` (RFC 4648, section 10).
  static let binary: [(name: String, fields: [String], values: [[UInt8]])] = [
    ("none", [], []),
    ("padded", ["Zg=="], [[102]]), ("unpadded", ["Zg"], [[102]]),
    ("needs no padding", ["Zm9v"], [[102, 111, 111]]),
    ("empty", [""], [[]]),
    ("joined with a comma", ["Zg==,Zm8="], [[102], [102, 111]]),
    ("joined without padding", ["Zg,Zm8,Zm9v"], [[102], [102, 111], [102, 111, 111]]),
    ("joined with blanks", ["Zg== , Zm8=", "\tZm9v "], [[102], [102, 111], [102, 111, 111]]),
    ("in fields of their own", ["Zm9v", "Zg", "Zm8="], [[102, 111, 111], [102], [102, 111]]),
    ("both", ["Zm8,Zg", "Zg"], [[102, 111], [102], [102]]),
    ("an empty one among others", ["Zg,,Zm8"], [[102], [], [102, 111]]),
    ("no base64", ["?"], []),
    ("no base64 among others", ["Zg,?,Zm8", "-_"], [[102], [102, 111]]),
    ("a blank within", ["Z g"], []),
    ("every byte", ["AP+A/w=="], [[0, 255, 128, 255]]),
  ]

  @Test(arguments: binary.indices) func binaryValuesAreRead(_ index: Int) {
    let row = Self.binary[index]
    let metadata = Self.arrived(
      [("a-bin", "AAAA")] + row.fields.map { ("x-bin", $0) } + [("x-bi", "Zg"), ("x-bin2", "Zg")])
    #expect(metadata.binaryValues(of: "x-bin") == row.values, "\(row.name)")
  }

  @Test(arguments: [[], [0], [255, 254], [1, 2, 3], [UInt8](0...255)] as [[UInt8]])
  func binaryValuesComeBack(_ value: [UInt8]) {
    var metadata = Metadata()
    metadata.add("x-bin", binary: value)
    #expect(metadata.binaryValues(of: "x-bin") == [value])
    #expect(metadata.fields.first?.value.contains("=") == false, "no padding is sent")
  }

  // MARK: What is carried

  static let names: [(name: String, isTaken: Bool)] = [
    ("a", true), ("x-trial.site_2", true), ("0", true), ("-", true), ("_", true),
    ("authorization", true), ("grpcx", true), ("tea", true), ("x-grpc-a", true),
    ("", false), ("A", false), ("x-Trial", false), ("x trial", false), ("x:trial", false),
    (":path", false), ("x\n", false), ("ä", false), ("x/y", false), ("x\0", false),
    // Names of the protocol itself.
    ("grpc-status", false), ("grpc-", false), ("grpc-anything", false),
    ("content-type", false), ("te", false),
    // Text under a binary name would not be read back.
    ("x-bin", false),
    // Fields of a connection, with which a message of HTTP/2 is malformed (RFC 9113, 8.2.2).
    ("connection", false), ("keep-alive", false), ("proxy-connection", false),
    ("transfer-encoding", false), ("upgrade", false),
  ]

  @Test(arguments: names.indices) func namesThatCannotBeCarriedAreLeftOut(_ index: Int) {
    let row = Self.names[index]
    var metadata = Metadata()
    metadata.add(row.name, "1")
    #expect(Self.outline(metadata) == (row.isTaken ? ["\(row.name)=1"] : []), "\(row.name)")
    #expect(metadata.isEmpty == !row.isTaken)
  }

  static let binaryNames: [(name: String, isTaken: Bool)] = [
    ("x-bin", true), ("a.b_c-bin", true), ("x", false), ("x-bin2", false), ("bin", false),
    ("x-Bin", false), ("X-bin", false), ("grpc-status-details-bin", false), ("", false),
  ]

  @Test(arguments: binaryNames.indices) func aBinaryNameEndsInBin(_ index: Int) {
    let row = Self.binaryNames[index]
    var metadata = Metadata()
    metadata.add(row.name, binary: [1, 2, 255])
    #expect(Self.outline(metadata) == (row.isTaken ? ["\(row.name)=AQL/"] : []), "\(row.name)")
  }

  static let values: [(value: String, carried: String?)] = [
    ("1", "1"), ("a b", "a b"), ("~ !\"%", "~ !\"%"), ("", ""),
    // Blanks at the ends are no part of a value.
    ("  a  ", "a"), (" ", ""), ("a,b", "a,b"),
    ("入组", nil), ("é", nil), ("a\nb", nil), ("a\r\nx: y", nil), ("a\0", nil), ("\u{7F}", nil),
    ("a\u{1F}", nil), ("a\tb", nil),
  ]

  @Test(arguments: values.indices) func valuesThatCannotBeCarriedAreLeftOut(_ index: Int) {
    let row = Self.values[index]
    var metadata = Metadata()
    metadata.add("x", row.value)
    #expect(Self.outline(metadata) == (row.carried.map { ["x=\($0)"] } ?? []))
  }

  @Test func theOrderIsKept() {
    var metadata = Metadata()
    metadata.add("b", "1")
    metadata.add("a", "2")
    metadata.add("B", "never")
    metadata.add("b", "3")
    metadata.add("a-bin", binary: [0])
    metadata.add("b", "1")
    #expect(Self.outline(metadata) == ["b=1", "a=2", "b=3", "a-bin=AA", "b=1"])
    #expect(metadata.value(of: "b") == "1" && metadata.value(of: "a") == "2")
    #expect(metadata.value(of: "c") == nil && metadata.binaryValues(of: "c").isEmpty)
  }

  @Test func whatArrivedIsKeptAsItIs() {
    let metadata = Self.arrived([("x", " 1 "), ("x", "入"), ("x-bin", "?")])
    #expect(Self.outline(metadata) == ["x= 1 ", "x=入", "x-bin=?"])
  }
}
