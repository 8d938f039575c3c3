import Testing

@testable import MessageCoding

/// YAML stands for what the same JSON stands for; what YAML has beyond JSON costs no more.
@Suite struct YAMLReaderTests {
  static let pairs: [(name: String, yaml: String, json: String)] = [
    (
      "block and flow", "stage: STAGE_ENROLMENT\ncohorts: [sle, pss]\nsnapshot:\n  as_of: d\n",
      #"{"stage": "STAGE_ENROLMENT", "cohorts": ["sle", "pss"], "snapshot": {"asOf": "d"}}"#
    ),
    ("dates stay texts", "index_date: 2025-03-15", #"{"indexDate": "2025-03-15"}"#),
    (
      "decimals stay texts", "snapshot: {observations: [{quantity: {value: 1.50}}]}",
      #"{"snapshot": {"observations": [{"quantity": {"value": "1.50"}}]}}"#
    ),
    ("enums by number", "stage: 2", #"{"stage": 2}"#),
    ("an unknown number of an enum", "stage: 99", #"{"stage": 99}"#),
    ("truths", "include_texts: true", #"{"includeTexts": true}"#),
    ("truths that are texts", "site: true", #"{"site": "true"}"#),
    ("no and off are texts", "site: no\ntrial: off", #"{"site": "no", "trial": "off"}"#),
    (
      "whole numbers", "snapshot: {medications: [{frequency: {times: 2}}]}",
      #"{"snapshot": {"medications": [{"frequency": {"times": 2}}]}}"#
    ),
    ("numbers that are texts", "site: 007", #"{"site": "007"}"#),
    ("tilde is absent", "site: ~\nsnapshot: ~\ncohorts: ~", "{}"),
    ("null is absent for what is no text", "snapshot: null\ncohorts: null\nstage: null", "{}"),
    ("null is a text for a text", "site: null", #"{"site": "null"}"#),
    ("nothing is an empty message", "snapshot:", #"{"snapshot": {}}"#),
    ("quotes", "site: 'it''s'\ntrial: \"a\\u7CFB\\n\"", #"{"site": "it's", "trial": "a系\n"}"#),
    ("folded text", "site: >-\n  a\n  b\n", #"{"site": "a b"}"#),
    ("comments", "# x\nsite: a # b\n", #"{"site": "a"}"#),
    (
      "signs within a text", "site: a & b*c\ntrial: 10*9/L",
      #"{"site": "a & b*c", "trial": "10*9/L"}"#
    ),
    ("byte order mark", "\u{FEFF}site: a", #"{"site": "a"}"#),
    ("explicit document", "---\nsite: a\n...\n", #"{"site": "a"}"#),
  ]

  @Test(arguments: pairs.indices) func yamlIsTheSameAsJSON(_ index: Int) throws {
    let (name, yaml, json) = Self.pairs[index]
    #expect(try Documents.request(yaml) == Documents.request(json), "\(name)")
  }

  static let wrong: [(name: String, text: String, line: Int?)] = [
    ("nothing", "", nil),
    ("a comment alone", "# x\n", nil),
    ("two documents", "site: a\n---\nsite: b\n", nil),
    ("a name twice", "site: a\ntrial: b\nsite: c\n", nil),
    ("a name twice, deep", "snapshot:\n  as_of: a\n  as_of: b\n", nil),
    ("tabs as indentation", "snapshot:\n\tas_of: a\n", nil),
    ("an open quote", "site: \"a", nil),
    ("an open list", "cohorts: [a", nil),
    ("an unknown alias", "site: *x", nil),
    ("a list as a name", "? [a, b]\n: c\n", 1),
    ("an unknown field", "site: a\nnothing: b\n", 2),
    ("a truth where a list is", "stage: 1\ncohorts: true\n", 2),
    ("yes is no truth", "site: x\ninclude_texts: yes\n", 2),
    ("merge keys", "snapshot: &s {as_of: a}\nenrolment_record:\n  <<: *s\n", nil),
  ]

  @Test(arguments: wrong.indices) func whatIsWrongIsRefused(_ index: Int) throws {
    let row = Self.wrong[index]
    let fault = try #require(Documents.faults(row.text).first, "\(row.name)")
    if let line = row.line { #expect(fault.line == line, "\(fault)") }
    #expect(!fault.message.isEmpty)
  }

  /// A few aliases stand for any number of values, as values and as names: none is taken, wherever it
  /// seems to hide.
  @Test(arguments: [
    "a: &a [x, x]\nb: [*a, *a]\n", "site: &x sle\ntrial: *x", "a: &a {k: v}\n? *a\n: 1\n",
    "a: \"\\\\\"\nb: &b x", "a: 'x # '\nb: [&b x]", "a: x\n  'y\nb: &b z\n", "-&a x", "? &a x\n: y",
    "[&b x]", "a: !!str &b x",
  ])
  func anchorsAndAliasesAreRefused(_ text: String) throws {
    let fault = try #require(Documents.faults(text).first)
    #expect(fault.message.contains("aliases"))
  }

  @Test(arguments: [(65, true), (66, false), (900, false), (5_000, false)])
  func nestingIsBounded(_ depth: Int, _ isTaken: Bool) {
    let lists = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    #expect(((try? YAMLReader.parse(lists)) != nil) == isTaken)
  }

  @Test func aDocumentBeyondTheGreatestLengthIsNotRead() {
    let text = "site: " + String(repeating: "x", count: 16 << 20)
    #expect(Documents.faults(text).first?.message.contains("16 MiB") == true)
  }

  @Test func valuesHaveAPlace() throws {
    let root = try YAMLReader.parse("a: 1\nb:\n  - c\n  - {d: e}\n")
    let list = try #require(root.member("b")?.elements)
    #expect(list.map(\.line) == [3, 4])
    #expect(root.outline == "{a:'1',b:['c',{d:'e'}]}")
  }
}
