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

  @Test(arguments: ["de", "e", "eng", "en\0", "\0"])
  func aLanguageThatNothingHasLeavesNoText(_ language: String) throws {
    let definition = try Self.definition(language)
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
      keep(&english.criteria[index].placeTexts)
      if case .finding(var test)? = english.criteria[index].rule {
        keep(&test.methodTitles)
        keep(&test.specimenTitles)
        english.criteria[index].rule = .finding(test)
      }
      keep(&english.criteria[index].paraphrases)
      keep(&english.criteria[index].readingNotes)
    }
    #expect(try DefinitionDocument(document.json(language: "en")).definition == english)
  }
}
