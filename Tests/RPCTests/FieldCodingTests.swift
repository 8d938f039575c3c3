import TestSupport
import Testing

@testable import RPC

/// Fields of small messages (protobuf, Encoding).
@Suite struct FieldCodingTests {
  /// `number kind value` of every field, bytes as hexadecimal digits.
  private static func outline(_ bytes: [UInt8]) throws(FieldReader.Malformed) -> [String] {
    var reader = FieldReader(bytes)
    return try outline(&reader)
  }

  private static func outline(
    _ reader: inout FieldReader
  ) throws(FieldReader.Malformed) -> [String] {
    var fields: [String] = []
    while let (number, value) = try reader.next() {
      switch value {
      case .varint(let value): fields.append("\(number) varint \(value)")
      case .fixed64(let value): fields.append("\(number) fixed64 \(value)")
      case .fixed32(let value): fields.append("\(number) fixed32 \(value)")
      case .bytes(let range): fields.append("\(number) bytes \(digits(reader.array(range)))")
      }
    }
    return fields
  }

  // MARK: Vectors

  struct Vector {
    var digits: String
    var outline: [String]
    var write: @Sendable (inout FieldWriter) -> Void
  }

  /// `SerializeToString` of Python's protobuf 7.36, of the well-known types: Int64Value, UInt64Value,
  /// Int32Value, BoolValue, StringValue, BytesValue; the last two are
  /// `FileDescriptorProto(name="a.proto", message_type=[{name: "M", field: [{name: "x", number: 15},
  /// {name: "y", number: 16}]}])` and `FieldOptions(uninterpreted_option=[{identifier_value: "i"}])`.
  static let vectors: [Vector] = [
    Vector(digits: "0801", outline: ["1 varint 1"]) { $0.integer(1, 1) },
    Vector(digits: "087f", outline: ["1 varint 127"]) { $0.integer(1, 127) },
    Vector(digits: "088001", outline: ["1 varint 128"]) { $0.integer(1, 128) },
    Vector(digits: "08ac02", outline: ["1 varint 300"]) { $0.integer(1, 300) },
    Vector(digits: "08ff7f", outline: ["1 varint 16383"]) { $0.integer(1, 16_383) },
    Vector(digits: "08808001", outline: ["1 varint 16384"]) { $0.integer(1, 16_384) },
    Vector(digits: "08ffffffff07", outline: ["1 varint 2147483647"]) {
      $0.integer(1, 2_147_483_647)
    },
    Vector(digits: "08ffffffffffffffffff01", outline: ["1 varint 18446744073709551615"]) {
      $0.integer(1, -1)
    },
    Vector(digits: "0880808080808080808001", outline: ["1 varint 9223372036854775808"]) {
      $0.integer(1, .min)
    },
    Vector(digits: "08ffffffffffffffff7f", outline: ["1 varint 9223372036854775807"]) {
      $0.integer(1, .max)
    },
    Vector(digits: "0880808080f8ffffffff01", outline: ["1 varint 18446744071562067968"]) {
      $0.integer(1, -2_147_483_648)
    },
    Vector(digits: "088080808010", outline: ["1 varint 4294967296"]) { $0.varint(1, 1 << 32) },
    Vector(digits: "08ffffffffffffffffff01", outline: ["1 varint 18446744073709551615"]) {
      $0.varint(1, .max)
    },
    Vector(digits: "0801", outline: ["1 varint 1"]) { $0.varint(1, 1) },
    Vector(
      digits: "0a0ce585a5e7bb8420747269616c", outline: ["1 bytes e585a5e7bb8420747269616c"]
    ) { $0.text(1, "入组 trial") },
    Vector(digits: "0a0300ff80", outline: ["1 bytes 00ff80"]) { $0.data(1, [0, 255, 128]) },
    Vector(
      digits: "0a07612e70726f746f22110a014d12050a0178180f12050a01791810",
      outline: ["1 bytes 612e70726f746f", "4 bytes 0a014d12050a0178180f12050a01791810"]
    ) { file in
      file.text(1, "a.proto")
      file.message(4) { message in
        message.text(1, "M")
        for (name, number) in [("x", 15), ("y", 16)] {
          message.message(2) {
            $0.text(1, name)
            $0.integer(3, number)
          }
        }
      }
    },
    Vector(digits: "ba3e031a0169", outline: ["999 bytes 1a0169"]) { options in
      options.message(999) { $0.text(3, "i") }
    },
  ]

  @Test(arguments: vectors.indices) func vectorsAreWritten(_ index: Int) {
    let vector = Self.vectors[index]
    var writer = FieldWriter()
    vector.write(&writer)
    #expect(digits(writer.bytes) == vector.digits)
  }

  @Test(arguments: vectors.indices) func vectorsAreRead(_ index: Int) throws {
    let vector = Self.vectors[index]
    #expect(try Self.outline(hex(vector.digits)) == vector.outline)
  }

  /// What is only read: `DoubleValue(1.5)`, `FloatValue(1.5)`, `Struct(fields={"a": "b", "n": 2.0})` of
  /// Python's protobuf, and forms that a parser must accept though no encoder writes them.
  static let readable: [(digits: String, outline: [String])] = [
    ("", []),
    ("09000000000000f83f", ["1 fixed64 \((1.5).bitPattern)"]),
    ("0d0000c03f", ["1 fixed32 \(Float(1.5).bitPattern)"]),
    (
      "0a080a016112031a01620a0e0a016e1209110000000000000040",
      ["1 bytes 0a016112031a0162", "1 bytes 0a016e1209110000000000000040"]
    ),
    // Proto3's zero, and an empty text, where they are written all the same.
    ("0800", ["1 varint 0"]), ("0a00", ["1 bytes "]),
    // A number, and a length, in more bytes than they need.
    ("088100", ["1 varint 1"]), ("0a810041", ["1 bytes 41"]),
    ("0880808080808080808000", ["1 varint 0"]),
    // The same field twice, and fields out of order.
    ("080108020801", ["1 varint 1", "1 varint 2", "1 varint 1"]),
    ("120141080a", ["2 bytes 41", "1 varint 10"]),
    // The largest number of a field: 2^29 - 1.
    ("f8ffffff0f05", ["536870911 varint 5"]),
  ]

  @Test(arguments: readable.indices) func whatIsWellFormedIsRead(_ index: Int) throws {
    let row = Self.readable[index]
    #expect(try Self.outline(hex(row.digits)) == row.outline)
  }

  // MARK: Faults

  static let malformed: [(name: String, digits: String)] = [
    ("half a tag", "80"), ("a tag alone", "08"), ("half a number", "0880"),
    ("ten bytes that do not end", "08ffffffffffffffffffff"),
    ("eleven bytes", "088080808080808080808001"),
    ("more than 64 bits in ten bytes", "08ffffffffffffffffff02"),
    ("a tag of more than 32 bits", "888080801001"),
    ("field number 0", "0001"), ("field number 0 with a length", "0200"),
    ("field number 0 in more bytes", "800001"),
    ("the begin of a group", "0b"), ("a whole group", "0b0801 0c"), ("the end of a group", "0c"),
    ("wire type 6", "0e01"), ("wire type 7", "0f01"),
    ("three bytes of a fixed32", "0d010203"), ("seven bytes of a fixed64", "0901020304050607"),
    ("a length alone", "0a"), ("half a length", "0a80"), ("one byte too few", "0a034142"),
    ("a length of 2^31", "0a8080808008"), ("a length of 2^63", "0a80808080808080808001"),
    ("the largest length", "0affffffffffffffffff01"), ("good and then bad", "0801 10"),
  ]

  @Test(arguments: malformed.indices) func whatIsMalformedIsRefused(_ index: Int) {
    let row = Self.malformed[index]
    #expect(throws: FieldReader.Malformed.self, "\(row.name)") {
      try Self.outline(hex(row.digits))
    }
  }

  /// The fields in front of a fault are read; nothing is read behind it.
  @Test func aFaultComesAtItsPlace() throws {
    var reader = FieldReader(hex("0805 10"))
    let first = try reader.next()
    #expect(first?.number == 1)
    #expect(throws: FieldReader.Malformed.self) { try reader.next() }
  }

  /// Every message cut off within a field.
  @Test(arguments: vectors.indices) func whatIsCutOffIsMalformed(_ index: Int) {
    let bytes = hex(Self.vectors[index].digits)
    // The boundaries of fields, after which the rest may be missing.
    let ends: Set<Int> =
      bytes.starts(with: [0x0A, 0x07]) ? [0, 9, bytes.count] : [0, bytes.count]
    for length in 0...bytes.count where !ends.contains(length) {
      #expect(throws: FieldReader.Malformed.self, "\(length)") {
        try Self.outline(Array(bytes.prefix(length)))
      }
    }
  }

  // MARK: Nested messages

  /// A message that claims more than its own bytes, and the bytes behind it that would complete it.
  static let nested: [(name: String, child: String, behind: String)] = [
    ("a number beyond its end", "08", "05"),
    ("a number that goes on beyond its end", "0880", "01"),
    ("a length beyond its end", "0a02", "4142"), ("text beyond its end", "0a0241", "42"),
    ("a fixed32 beyond its end", "0d0102", "0304"),
    ("a fixed64 beyond its end", "0901", "02030405060708"), ("half a tag", "80", "0105"),
  ]

  @Test(arguments: nested.indices) func aChildEndsWithItsRange(_ index: Int) throws {
    let row = Self.nested[index]
    let child = hex(row.child)
    #expect(try Self.outline(child + hex(row.behind)).count == 1, "\(row.name)")
    var parent = FieldReader([0x0A, UInt8(child.count)] + child + hex(row.behind))
    guard let (_, value) = try parent.next(), case .bytes(let range) = value else {
      Issue.record("the child is a length-delimited field")
      return
    }
    #expect(parent.array(range) == child)
    var reader = parent.message(range)
    #expect(throws: FieldReader.Malformed.self, "\(row.name)") { try Self.outline(&reader) }
  }

  @Test func childrenAreReadOneByOne() throws {
    var list = FieldReader(hex("0a020801 1001 0a00 0a0408020803"))
    var children: [[String]] = []
    while let (_, value) = try list.next() {
      guard case .bytes(let range) = value else { continue }
      var child = list.message(range)
      children.append(try Self.outline(&child))
    }
    #expect(children == [["1 varint 1"], [], ["1 varint 2", "1 varint 3"]])
  }

  @Test(arguments: [("e585a5", "入"), ("", ""), ("00", "\0"), ("f09f9982", "🙂")])
  func textIsUTF8(_ digits: String, _ text: String) throws {
    let bytes = hex(digits)
    #expect(try FieldReader(bytes).text(0..<bytes.count) == text)
  }

  @Test(arguments: ["ff", "c080", "eda080", "e585", "f4908080", "80"])
  func otherBytesAreNoText(_ digits: String) {
    let bytes = hex(digits)
    #expect(throws: FieldReader.Malformed.self) { try FieldReader(bytes).text(0..<bytes.count) }
  }

  // MARK: Writing

  /// proto3 leaves out what has its default, but not elements of a list or sub-messages.
  @Test func whatIsUnsetIsLeftOut() {
    var writer = FieldWriter()
    writer.varint(1, 0)
    writer.integer(2, 0)
    writer.text(3, "")
    writer.data(4, [])
    #expect(writer.bytes.isEmpty)
    writer.element(5, [])
    writer.message(6) { _ in }
    #expect(digits(writer.bytes) == "2a003200")
  }

  @Test(arguments: [0, 1, 5, 100]) func theMessageStandsBehindFreeSpace(_ headroom: Int) {
    var writer = FieldWriter(headroom: headroom)
    writer.text(1, "a")
    #expect(writer.bytes == [UInt8](repeating: 0, count: headroom) + [0x0A, 1, 97])
  }

  // MARK: Properties

  private static func varint(_ value: UInt64) -> [UInt8] {
    value < 0x80
      ? [UInt8(value)] : [UInt8(truncatingIfNeeded: value) | 0x80] + varint(value >> 7)
  }

  /// Writes fields again, of every wire type.
  private static func rewritten(_ bytes: [UInt8]) throws(FieldReader.Malformed) -> [UInt8] {
    func fixed(_ value: UInt64, _ width: Int) -> [UInt8] {
      (0..<width).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    }
    var reader = FieldReader(bytes)
    var result: [UInt8] = []
    while let (number, value) = try reader.next() {
      let key = UInt64(number) << 3
      switch value {
      case .varint(let value): result += varint(key) + varint(value)
      case .fixed64(let value): result += varint(key | 1) + fixed(value, 8)
      case .fixed32(let value): result += varint(key | 5) + fixed(UInt64(value), 4)
      case .bytes(let range):
        result += varint(key | 2) + varint(UInt64(range.count)) + reader.array(range)
      }
    }
    return result
  }

  /// No bytes crash the reader, and what it takes says the same when it is written again.
  @Test(arguments: 0..<20) func randomBytesAreReadOrRefused(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var taken = 0
    for _ in 0..<2_000 {
      let bytes = (0..<Int(generator.next() % 24)).map { _ in
        // Small bytes are tags and lengths that fit more often.
        UInt8(truncatingIfNeeded: generator.next() >> (generator.next() % 2 == 0 ? 0 : 60))
      }
      guard let outline = try? Self.outline(bytes) else { continue }
      taken += 1
      let again = try Self.rewritten(bytes)
      #expect(try Self.outline(again) == outline)
      #expect(again.count <= bytes.count, "the shortest form")
    }
    #expect(taken > 100)
  }

  /// Fields that were written are read back, in their order.
  @Test(arguments: 0..<20) func whatIsWrittenIsReadBack(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      var writer = FieldWriter()
      var expected: [String] = []
      for _ in 0..<generator.next() % 10 {
        let number = 1 + Int(generator.next() % ((1 << (1 + generator.next() % 29)) - 1))
        let value = generator.next() >> (generator.next() % 64) | 1
        if generator.next() % 2 == 0 {
          writer.varint(number, value)
          expected.append("\(number) varint \(value)")
        } else {
          let content = (0..<Int(value % 300)).map { UInt8(truncatingIfNeeded: $0) }
          writer.element(number, content)
          expected.append("\(number) bytes \(digits(content))")
        }
      }
      #expect(try Self.outline(writer.bytes) == expected)
    }
  }
}
