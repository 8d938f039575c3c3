import EligibilityCore
import Testing

@testable import MessageCoding

@Suite struct ProtoJSONWriterTests {
  @Test func aMessageIsWrittenInTheOrderOfItsNumbers() throws {
    let bytes = try Documents.request(
      """
      {"requestRef": "r", "includeTexts": true, "cohorts": ["sle", "pss"], "stage": 2,
       "snapshot": {"medications": [{"frequency": {"times": 2}}, {}], "asOf": "d"},
       "enrolmentRecord": {}}
      """)
    #expect(
      try Documents.json(ofRequest: bytes) == """
        {
          "snapshot": {
            "asOf": "d",
            "medications": [
              {
                "frequency": {
                  "times": 2
                }
              },
              {}
            ]
          },
          "stage": "STAGE_INFUSION",
          "cohorts": [
            "sle",
            "pss"
          ],
          "enrolmentRecord": {},
          "includeTexts": true,
          "requestRef": "r"
        }

        """)
  }

  @Test func nothingIsAnEmptyObject() throws {
    #expect(try Documents.json(ofRequest: []) == "{}\n")
  }

  @Test func anUnknownEnumIsANumber() throws {
    let bytes = WireBytes.number(FieldNumber.stage, 99)
    #expect(try Documents.json(ofRequest: bytes) == "{\n  \"stage\": 99\n}\n")
  }

  /// Every character below U+0100 and some above: JSON that reads back as the same text.
  @Test func everyCharacterComesBack() throws {
    var text = "系统😀\u{2028}\u{2029}\u{FEFF}\u{10FFFF}"
    for value in UInt32(1)..<0x100 {
      if let scalar = Unicode.Scalar(value) { text.unicodeScalars.append(scalar) }
    }
    let bytes = WireBytes.text(FieldNumber.requestRef, text)
    let json = try Documents.json(ofRequest: bytes)
    #expect(json.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" })
    #expect(try Documents.request(json) == bytes)
  }

  static let requests = [
    "{}",
    Requests.snapshot("observations: [{id: o, quantity: {value: '1', comparator: 1}}]"),
    Requests.snapshot(
      "assessments: [{id: a, grades: [{system: s, grade: A}], windowDays: 4294967295}]"),
    Requests.snapshot("reviewed: [{}, {section: SECTION_PROCEDURES}]\nbirth_date: ''"),
  ]

  @Test(arguments: requests) func whatIsWrittenReadsAsTheSameMessage(_ document: String) throws {
    let bytes = try Documents.request(document)
    let json = try Documents.json(ofRequest: bytes)
    #expect(try Documents.request(json) == bytes)
    #expect(try Documents.json(ofRequest: Documents.request(json)) == json)
  }

  @Test func anAnswerIsWritten() throws {
    let bytes = EligibilityMessages.bytes(of: try AnswerCodingTests.full())
    let json = try EligibilityMessages.answerJSON(bytes)
    #expect(try Documents.encode(json, as: Descriptors.evaluateResponse) == bytes)
    #expect(json.contains("\"outcome\": \"OUTCOME_UNDETERMINED\""))
  }

  @Test func bytesThatAreNoAnswerAreRefused() {
    #expect(throws: MessageError.bytes(DecodingError(.malformed))) {
      try EligibilityMessages.answerJSON([0x80])
    }
  }
}
