import Testing

@testable import MessageCoding

/// JSON by RFC 8259, strictly.
@Suite struct JSONParserTests {
  private static func fault(_ text: String) -> DocumentFault? {
    do throws(DocumentError) {
      _ = try JSONParser.parse(text)
      return nil
    } catch {
      return error.faults.first
    }
  }

  static let valid: [(text: String, outline: String)] = [
    ("{}", "{}"), ("[]", "[]"), (" [ ] ", "[]"), ("\t\r\n{\n}\n", "{}"), ("null", "null"),
    ("true", "true"), ("false", "false"), ("\"\"", "\"\""), ("\"a\"", "\"a\""),
    ("{\"a\":1,\"b\":[true,null,\"x\"]}", "{a:1,b:[true,null,\"x\"]}"),
    ("{\"a\":{\"a\":{}}}", "{a:{a:{}}}"), ("{\"\":0}", "{:0}"),
    ("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\"\\/\u{8}\u{C}\n\r\t\""),
    ("\"\\u0041\\u00e9\\u7CFB\"", "\"Aé系\""), ("\"\\uD83D\\uDE00\"", "\"😀\""),
    ("\"\\udbff\\udfff\"", "\"\u{10FFFF}\""), ("\"\\u0000\"", "\"\u{0}\""),
    ("\"系统😀\"", "\"系统😀\""), ("\"\u{7F}\"", "\"\u{7F}\""),
  ]

  @Test(arguments: valid.indices) func whatFollowsTheGrammarIsRead(_ index: Int) throws {
    #expect(try JSONParser.parse(Self.valid[index].text).outline == Self.valid[index].outline)
  }

  @Test(
    arguments: [
      "0", "-0", "1", "-1", "10", "123456789012345678901234567890", "0.5", "-0.5", "1.50", "1e5",
      "1E5", "1e+5", "1e-5", "1.5e10", "0e0", "-0.0E-0",
    ])
  func numbersAreKeptAsWritten(_ text: String) throws {
    #expect(try JSONParser.parse(text).outline == text)
  }

  @Test(
    arguments: [
      "", " ", "{", "}", "[", "]", "{]", "[}", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{\"a\"}",
      "{\"a\":}", "{\"a\":1,}", "{,}", "{a:1}", "{'a':1}", "{1:1}", "{\"a\" 1}",
      "{\"a\":1 \"b\":2}",
      "nul", "tru", "True", "NULL", "nan", "NaN", "Infinity", "-Infinity", "undefined",
      "+1", "01", "-01", "1.", ".5", "-", "-a", "1.e5", "1e", "1e+", "1.5.2", "0x10", "1_000", "１",
      "\"", "\"a", "\"\\\"", "\"\\x41\"", "\"\\u12\"", "\"\\u123g\"", "\"\\u 123\"",
      "\"\\uD83D\"", "\"\\uD83Dx\"", "\"\\uD83D\\n\"", "\"\\uD83D\\u0041\"", "\"\\uDE00\"",
      "\"\\uDE00\\uD83D\"", "\"\\uD83D\\uD83D\"", "\"a\nb\"", "\"a\tb\"", "\"\u{0}\"", "\"\u{1F}\"",
      "{} {}", "[] x", "1 2", "// x\n{}", "{/*x*/}", "{\"a\":1}]", "\u{FEFF}{}", "\u{A0}{}",
    ])
  func whatDoesNotIsRefused(_ text: String) {
    #expect(Self.fault(text) != nil)
  }

  @Test func namesAreGivenOnce() throws {
    let fault = try #require(Self.fault("{\n  \"a\": 1,\n  \"b\": {\"a\": 2},\n  \"a\": 3\n}"))
    #expect(fault.line == 4 && fault.message.contains("'a' occurs twice"))
    #expect(Self.fault("{\"a\":1,\"\\u0061\":2}") != nil, "an escaped name is the same name")
    #expect(Self.fault("{\"a\":1,\"A\":2}") == nil)
  }

  @Test(arguments: [(64, true), (65, false), (100_000, false)]) func nestingIsBounded(
    _ depth: Int, _ isTaken: Bool
  ) {
    let lists = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    let objects =
      String(repeating: "{\"a\":", count: depth) + "1" + String(repeating: "}", count: depth)
    #expect((Self.fault(objects) == nil) == isTaken)
    // An empty list has nothing inside it that would stand one deeper.
    #expect((Self.fault("[\(lists)]") == nil) == isTaken)
  }

  static let places: [(text: String, line: Int, column: Int)] = [
    ("x", 1, 1), ("{\n  x\n}", 2, 3), ("[1,\n2,\n\n x]", 4, 2), ("{\"a\": 01}", 1, 8),
    ("\n\n", 3, 1), ("{\"a\":\r\n\"b", 2, 3),
  ]

  @Test(arguments: places.indices) func faultsHaveAPlace(_ index: Int) throws {
    let row = Self.places[index]
    let fault = try #require(Self.fault(row.text))
    #expect(fault.line == row.line && fault.column == row.column, "\(fault)")
  }

  @Test func valuesHaveAPlace() throws {
    let root = try JSONParser.parse("{\n  \"a\": [1,\n    2]\n}")
    let list = try #require(root.member("a"))
    #expect(root.line == 1 && root.column == 1 && list.line == 2 && list.column == 8)
    #expect(list.elements.map(\.line) == [2, 3] && list.elements.map(\.column) == [9, 5])
  }

  @Test func aDocumentBeyondTheGreatestLengthIsNotRead() {
    let text = "\"" + String(repeating: "x", count: 16 << 20) + "\""
    #expect(Self.fault(text)?.message.contains("16 MiB") == true)
  }
}
