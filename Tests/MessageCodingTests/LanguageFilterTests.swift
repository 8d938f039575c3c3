import EligibilityCore
import Testing

@testable import MessageCoding

/// Texts of one language, wherever in a definition they stand.
@Suite struct LanguageFilterTests {
  private static let text = """
    trial: t
    titles: [{language: en, text: Trial}, {language: zh, text: 试验}]
    concepts: [{id: c, titles: [{language: zh, text: 概念}, {language: en, text: Concept}]}]
    knobs:
      - id: k
        settings: [{value: v, descriptions: [{language: EN, text: Setting}, {language: fr, text: x}]}]
    criteria:
      - id: a
        titles: [{language: en-GB, text: Criterion}]
        paraphrases: [{language: en, text: one}, {language: en, text: two}]
        statement: {concept: c}
    """

  private static func definition(_ language: String) throws -> ProtocolDefinition {
    let document = try DefinitionDocument(text)
    return try DefinitionDocument(document.json(language: language)).definition
  }

  @Test func withoutALanguageNothingIsRemoved() throws {
    #expect(try Self.definition("") == DefinitionDocument(Self.text).definition)
  }

  /// Tags are compared whole, capitals and small letters alike.
  @Test(arguments: ["en", "EN"]) func textsOfOtherLanguagesAreRemoved(_ language: String) throws {
    let definition = try Self.definition(language)
    #expect(definition.titles.map(\.text) == ["Trial"])
    #expect(definition.concepts.map { $0.titles.map(\.text) } == [["Concept"]])
    #expect(definition.knobs[0].settings[0].descriptions.map(\.text) == ["Setting"])
    #expect(definition.criteria[0].titles.isEmpty)
    #expect(definition.criteria[0].paraphrases.map(\.text) == ["one", "two"])
    #expect(
      definition.criteria[0].rule == (try DefinitionDocument(Self.text).definition.criteria[0].rule)
    )
  }

  @Test func aLanguageThatNothingHasLeavesNoText() throws {
    let definition = try Self.definition("de")
    #expect(definition.titles.isEmpty && definition.criteria[0].paraphrases.isEmpty)
    #expect(definition.criteria.map(\.id) == ["a"])
  }

  @Test func theBuiltInDefinitionKeepsEverythingElse() throws {
    let document = try DefinitionDocument(try #require(EmbeddedResources.definitions.first).text)
    var english = document.definition
    func keep(_ texts: inout [Text]) { texts.removeAll { $0.language != "en" } }
    keep(&english.titles)
    for index in english.concepts.indices { keep(&english.concepts[index].titles) }
    for index in english.codeSets.indices { keep(&english.codeSets[index].titles) }
    for index in english.cohorts.indices { keep(&english.cohorts[index].titles) }
    for index in english.knobs.indices {
      keep(&english.knobs[index].descriptions)
      for setting in english.knobs[index].settings.indices {
        keep(&english.knobs[index].settings[setting].descriptions)
      }
    }
    for index in english.criteria.indices {
      keep(&english.criteria[index].titles)
      keep(&english.criteria[index].paraphrases)
      keep(&english.criteria[index].readingNotes)
    }
    #expect(try DefinitionDocument(document.json(language: "en")).definition == english)
  }
}

@Suite struct DescriptionMessagesTests {
  private static func request(_ document: String) throws -> DescriptionRequest {
    let bytes = try Documents.encode(document, as: Descriptors.describeRequest)
    return try DescriptionMessages.request(bytes.span)
  }

  private static func faults(_ document: String) throws -> [String] {
    do {
      _ = try request(document)
      return []
    } catch MessageError.form(let form) {
      return form.violations.map { "\($0.field) \($0.reason)" }
    }
  }

  @Test func aRequestIsRead() throws {
    let digest = String(repeating: "0123456789abcdef", count: 4)
    let request = try Self.request(
      """
      trial: t
      protocol_version: v
      protocol_digest: "\(digest)"
      site: s
      index_date: "2025-03-15"
      language: zh-Hans-CN
      """)
    var expected = DescriptionRequest()
    expected.trial = "t"
    expected.protocolVersion = "v"
    expected.protocolDigest = digest
    expected.site = "s"
    expected.indexDate = CalendarDate(parsing: "2025-03-15")
    expected.language = "zh-Hans-CN"
    #expect(request == expected)
    #expect(try Self.request("{}") == DescriptionRequest())
  }

  /// Every field at once.
  @Test func wrongFormIsNamed() throws {
    let long = String(repeating: "x", count: 257)
    #expect(
      try Self.faults(
        """
        trial: \(long)
        protocol_version: \(long)
        site: \(long)
        protocol_digest: ABC
        index_date: "2025-02-30"
        language: en_GB
        """) == [
          "trial TOO_LONG", "protocol_version TOO_LONG", "site TOO_LONG",
          "protocol_digest DIGEST_MALFORMED", "index_date DATE_MALFORMED",
          "language LANGUAGE_MALFORMED",
        ])
  }

  @Test(arguments: ["-", "en-", "abcdefghi", "en--GB", "en GB", "中文"])
  func aTagThatIsNone(_ tag: String) throws {
    #expect(try Self.faults("language: \"\(tag)\"") == ["language LANGUAGE_MALFORMED"])
  }

  @Test func bytesThatAreNoRequestAreRefused() {
    let bytes: [UInt8] = [0x0A, 0x05, 0x61]
    #expect(throws: MessageError.bytes(DecodingError(.malformed))) {
      try DescriptionMessages.request(bytes.span)
    }
  }

  /// The definition goes out as it was loaded.
  @Test(arguments: [0, 1, 127, 128, 16_384]) func anAnswerHoldsTheBytesAsTheyAre(_ length: Int) {
    let definition = [UInt8](repeating: 0x41, count: length)
    let answer = DescriptionMessages.bytes(
      of: definition, digest: "abc", language: "", headroom: 5)
    #expect(
      answer == [UInt8](repeating: 0, count: 5) + WireBytes.message(1, definition)
        + WireBytes.text(2, "abc"))
  }
}
