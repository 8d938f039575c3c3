import Testing

@testable import MessageCoding

/// The ProtoJSON mapping, as far as the contract needs it.
@Suite struct ProtoJSONReaderTests {
  /// The same request, written in two ways.
  static let pairs: [(name: String, left: String, right: String)] = [
    (
      "names of both kinds", #"{"indexDate": "d", "requestRef": "r"}"#,
      #"{"index_date": "d", "request_ref": "r"}"#
    ),
    ("enums by name and number", #"{"stage": "STAGE_INFUSION"}"#, #"{"stage": 2}"#),
    ("order", #"{"stage": 1, "indexDate": "d"}"#, #"{"indexDate": "d", "stage": 1}"#),
    (
      "null is absent", #"{"stage": 1, "snapshot": null, "cohorts": null, "site": null}"#,
      #"{"stage": 1}"#
    ),
    (
      "defaults are absent", #"{"stage": 0, "site": "", "includeTexts": false, "cohorts": []}"#,
      "{}"
    ),
    (
      "digits in a name",
      #"{"snapshot": {"observations": [{"referenceRange": {"percentile99": {}}}]}}"#,
      #"{"snapshot": {"observations": [{"reference_range": {"percentile_99": {}}}]}}"#
    ),
    (
      "whole numbers as texts", #"{"snapshot": {"medications": [{"frequency": {"times": "2"}}]}}"#,
      #"{"snapshot": {"medications": [{"frequency": {"times": 2}}]}}"#
    ),
    ("escapes", #"{"site": "\u7CFB\uD83D\uDE00"}"#, #"{"site": "系😀"}"#),
  ]

  @Test(arguments: pairs.indices) func bothWaysAreTheSameMessage(_ index: Int) throws {
    let (name, left, right) = Self.pairs[index]
    #expect(try Documents.request(left) == Documents.request(right), "\(name)")
  }

  @Test func anEmptyMessageIsNotAnAbsentOne() throws {
    #expect(try Documents.request(#"{"snapshot": {}}"#) == [0x0A, 0])
    #expect(try Documents.request("{}") == [])
  }

  static let wrong: [(text: String, path: String, line: Int, says: String)] = [
    (#"{"nothing": 1}"#, "nothing", 1, "no such field"),
    (#"{"IndexDate": "d"}"#, "IndexDate", 1, "no such field"),
    (#"{"index-date": "d"}"#, "index-date", 1, "no such field"),
    (#"{"snapshot": {"as_of": "d", "asof": "d"}}"#, "snapshot.asof", 1, "no such field"),
    (
      "{\n \"snapshot\": {\n  \"observations\": [\n   {},\n   {\"idd\": 1}\n  ]\n }\n}",
      "snapshot.observations[1].idd", 5, "no such field"
    ),
    (#"{"indexDate": "a", "index_date": "b"}"#, "index_date", 1, "twice"),
    (#"{"site": 5}"#, "site", 1, "put it in quotes"),
    (#"{"site": true}"#, "site", 1, "a text is expected"),
    (#"{"site": ["x"]}"#, "site", 1, "a text is expected"),
    (#"{"site": {}}"#, "site", 1, "a text is expected"),
    (#"{"site": "a\u0000b"}"#, "site", 1, "NUL"),
    (#"{"cohorts": "sle"}"#, "cohorts", 1, "a list is expected"),
    (#"{"cohorts": {}}"#, "cohorts", 1, "a list is expected"),
    (#"{"cohorts": ["sle", 1]}"#, "cohorts[1]", 1, "a text is expected"),
    (#"{"cohorts": [null]}"#, "cohorts[0]", 1, "a text is expected"),
    (#"{"snapshot": "x"}"#, "snapshot", 1, "an object is expected"),
    (#"{"snapshot": []}"#, "snapshot", 1, "an object is expected"),
    (#"{"snapshot": {"observations": [null]}}"#, "snapshot.observations[0]", 1, "an object"),
    (#"{"stage": "ENROLMENT"}"#, "stage", 1, "STAGE_ENROLMENT"),
    (#"{"stage": "stage_enrolment"}"#, "stage", 1, "STAGE_INFUSION"),
    (#"{"stage": "STAGE_ENROLMENT\u0000"}"#, "stage", 1, "STAGE_ENROLMENT"),
    (#"{"stage": "1"}"#, "stage", 1, "STAGE_ENROLMENT"),
    (#"{"stage": 1.5}"#, "stage", 1, "STAGE_ENROLMENT"),
    (#"{"stage": 2147483648}"#, "stage", 1, "STAGE_ENROLMENT"),
    (#"{"stage": true}"#, "stage", 1, "STAGE_ENROLMENT"),
    (#"{"includeTexts": 1}"#, "include_texts", 1, "true or false"),
    (#"{"includeTexts": "true"}"#, "include_texts", 1, "true or false"),
    (
      #"{"snapshot": {"medications": [{"frequency": {"times": -1}}]}}"#,
      "snapshot.medications[0].frequency.times", 1, "0 to 4294967295"
    ),
    (
      #"{"snapshot": {"medications": [{"frequency": {"times": 4294967296}}]}}"#,
      "snapshot.medications[0].frequency.times", 1, "0 to 4294967295"
    ),
    (
      #"{"snapshot": {"medications": [{"frequency": {"times": "+2"}}]}}"#,
      "snapshot.medications[0].frequency.times", 1, "0 to 4294967295"
    ),
    (
      #"{"snapshot": {"medications": [{"frequency": {"times": "two"}}]}}"#,
      "snapshot.medications[0].frequency.times", 1, "a whole number"
    ),
  ]

  @Test(arguments: wrong.indices) func whatIsWrongIsNamedWithPathAndLine(_ index: Int) throws {
    let row = Self.wrong[index]
    let faults = Documents.faults(row.text)
    let fault = try #require(faults.first)
    #expect(faults.count == 1 && fault.path == row.path, "\(faults)")
    #expect(fault.line == row.line && fault.message.contains(row.says), "\(fault)")
  }

  @Test(arguments: ["[]", "\"x\"", "1", "null", "true"]) func aRequestIsAnObject(_ text: String)
    throws
  {
    let node = try JSONParser.parse(text)
    #expect(throws: DocumentError.self) {
      try ProtoJSONReader.read(node, as: Descriptors.evaluateRequest, in: Arena(limit: 1 << 20))
    }
  }

  @Test func everythingThatIsWrongIsNamedAtOnce() {
    let faults = Documents.faults(
      #"{"a": 1, "site": 1, "snapshot": {"b": 1, "observations": [{"c": 1}, 7]}, "stage": "x"}"#)
    #expect(
      faults.map(\.path) == [
        "a", "site", "snapshot.b", "snapshot.observations[0].c", "snapshot.observations[1]",
        "stage",
      ])
  }

  @Test func aHundredFaultsAreNamed() {
    let list = (0..<150).map { _ in "1" }.joined(separator: ",")
    #expect(Documents.faults(#"{"cohorts": [\#(list)]}"#).count == 100)
  }

  @Test func aChoiceHasOneMember() throws {
    let test = #"{"criteria": [{"result": {"ulnMultiple": "3", "value": {"value": "1"}}}]}"#
    let error = #expect(throws: DocumentError.self) { try Documents.definition(test) }
    #expect(error?.faults.map(\.path) == ["criteria[0].result.value"])
    let one = #"{"criteria": [{"result": {"ulnMultiple": "3", "value": null}}]}"#
    #expect(throws: Never.self) { try Documents.definition(one) }
  }

  @Test func aMessageBeyondTheArenaIsRefused() throws {
    let list = (0..<200).map { _ in #"{"id": "x"}"# }.joined(separator: ",")
    let node = try JSONParser.parse(#"{"snapshot": {"consents": [\#(list)]}}"#)
    func read(_ limit: Int) throws(DocumentError) {
      _ = try ProtoJSONReader.read(node, as: Descriptors.evaluateRequest, in: Arena(limit: limit))
    }
    for limit in stride(from: 0, to: 15_000, by: 500) {
      #expect(throws: DocumentError.self, "\(limit)") { try read(limit) }
    }
    #expect(throws: Never.self) { try read(100_000) }
  }
}
