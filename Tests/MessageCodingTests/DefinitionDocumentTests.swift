import EligibilityCore
import Foundation
import Testing

@testable import MessageCoding

@Suite struct EmbeddedResourcesTests {
  private static let sources = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// What the binary carries is what stands in the repository.
  @Test func theDefinitionsAreThoseOfTheirFiles() throws {
    let folder = Self.sources.appending(path: "Sources/CTrialGateResources/definitions")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".yaml") }.sorted()
    let embedded = EmbeddedResources.definitions.sorted { $0.name < $1.name }
    #expect(embedded.map { "\($0.name).yaml" } == files && !files.isEmpty)
    for (definition, file) in zip(embedded, files) {
      let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
      #expect([definition.text] == [text], "\(file)")
    }
  }

  @Test func theDescriptorSetIsThatOfTheContract() throws {
    let file = Self.sources.appending(path: "proto/descriptor.binpb")
    let set = EmbeddedResources.descriptorSet
    #expect(!set.isEmpty)
    // The file keeps the comments; the binary does not: every name is in both.
    let text = String(decoding: set, as: UTF8.self)
    for name in ["trialgate/v1/eligibility.proto", "EligibilityService", "PatientSnapshot"] {
      #expect(text.contains(name))
      #expect(String(decoding: try Data(contentsOf: file), as: UTF8.self).contains(name))
    }
  }
}

@Suite struct DefinitionDocumentTests {
  private static func builtIn() throws -> String {
    try #require(EmbeddedResources.definitions.first).text
  }

  @Test func theBuiltInDefinitionIsRead() throws {
    let document = try DefinitionDocument(try Self.builtIn())
    #expect(document.definition.trial == "nct06373081")
    #expect(document.definition.cohorts.contains { $0.id == "sle" })
    #expect(document.definition.criteria.allSatisfy { $0.rule != nil && $0.role != nil })
  }

  /// The digest of a version must not depend on how its document is laid out.
  @Test func theCanonicalBytesAreThoseOfTheContent() throws {
    let yaml = "trial: t\nversion: '1'\nknobs: [{id: k, default_value: a}]\n"
    let json = #"{"knobs": [{"defaultValue": "a", "id": "k"}], "version": "1", "trial": "t"}"#
    #expect(try DefinitionDocument(yaml).canonicalBytes == DefinitionDocument(json).canonicalBytes)
    let other = try DefinitionDocument(json.replacing("\"a\"", with: "\"b\"")).canonicalBytes
    #expect(try other != DefinitionDocument(yaml).canonicalBytes)
    let text = try Self.builtIn()
    #expect(try DefinitionDocument(text).canonicalBytes == DefinitionDocument(text).canonicalBytes)
  }

  @Test func readingsTakeThePlaceOfTheDocumentsOwn() throws {
    let text = "trial: t\nreadings: [{knob: a, value: '1'}, {knob: b, value: '2'}]\n"
    let document = try DefinitionDocument(
      text, readings: [Reading(knob: "b", value: "3"), Reading(knob: "c", value: "4")])
    #expect(
      document.definition.readings == [
        Reading(knob: "a", value: "1"), Reading(knob: "b", value: "3"),
        Reading(knob: "c", value: "4"),
      ])
    let written = try DefinitionDocument(
      "trial: t\nreadings: [{knob: a, value: '1'}, {knob: b, value: '3'}, {knob: c, value: '4'}]\n")
    #expect(document.canonicalBytes == written.canonicalBytes)
  }

  @Test func placesAndNamesAreReadInEveryLanguage() throws {
    let text = """
      trial: t
      criteria:
        - id: a
          place: "Step 1, 1"
          place_texts: [{language: zh, text: "步骤1，1"}, {language: de, text: "Schritt 1, 1"}]
          finding:
            methods: [{system: s, code: "1"}]
            method_titles: [{language: en, text: method}, {language: zh, text: 方法}]
            specimens: [{system: s, code: "2"}]
            specimen_titles: [{language: en, text: specimen}]
        - {id: b, place: "Step 1, 2"}
      """
    let document = try DefinitionDocument(text)
    let criteria = document.definition.criteria
    #expect(criteria[0].place == "Step 1, 1" && criteria[1].placeTexts.isEmpty)
    #expect(
      criteria[0].placeTexts == [
        Text(language: "zh", text: "步骤1，1"), Text(language: "de", text: "Schritt 1, 1"),
      ])
    guard case .finding(let test)? = criteria[0].rule else {
      Issue.record("the rule is a finding")
      return
    }
    #expect(test.methodTitles.map(\.text) == ["method", "方法"])
    #expect(test.specimenTitles == [Text(language: "en", text: "specimen")])
    // Out as ProtoJSON and in again.
    #expect(try DefinitionDocument(document.json()).definition == document.definition)
    let chinese = try DefinitionDocument(document.json(language: "zh")).definition.criteria[0]
    #expect(chinese.place == "Step 1, 1" && chinese.placeTexts.map(\.language) == ["zh"])
  }

  @Test func everyReportedCriterionHasAPlaceInChinese() throws {
    let definition = try DefinitionDocument(try Self.builtIn()).definition
    for criterion in definition.criteria {
      let isReported = criterion.role != .step
      #expect(criterion.place.isEmpty == !isReported, "\(criterion.id)")
      #expect(criterion.placeTexts.map(\.language) == (isReported ? ["zh"] : []), "\(criterion.id)")
      // The step and every number are those of the English place.
      let chinese = criterion.placeTexts.first?.text ?? ""
      let numbers = { (text: String) in text.filter { $0.isNumber || $0 == "." } }
      #expect(numbers(chinese) == numbers(criterion.place), "\(criterion.id)")
    }
  }

  @Test func readingsMayBeAddedWhereThereAreNone() throws {
    let document = try DefinitionDocument("trial: t", readings: [Reading(knob: "a", value: "1")])
    #expect(document.definition.readings == [Reading(knob: "a", value: "1")])
  }

  static let faulty: [(name: String, text: String, paths: [String])] = [
    ("an unknown field", "trial: t\ncriterion: []\n", ["criterion"]),
    ("a wrong type", "trial: [t]\n", ["trial"]),
    ("an unknown enum", "concepts: [{kind: 99}]\n", ["concepts[0].kind"]),
    (
      "a stage that is none", "criteria: [{stages: [STAGE_UNSPECIFIED]}]\n",
      ["criteria[0].stages[0]"]
    ),
    (
      "an unknown stage", "criteria: [{}, {stages: [STAGE_ENROLMENT, 9]}]\n",
      ["criteria[1].stages[1]"]
    ),
    (
      "a test with an unknown operator", "criteria: [{age: {operator: 9, years: 18}}]\n",
      ["criteria[0].age.operator"]
    ),
    (
      "a limit that is no number",
      "criteria: [{result: {value: {value: 1e5, unit: g}, operator: 1}}]\n",
      ["criteria[0].result.value.value"]
    ),
  ]

  @Test(arguments: faulty.indices) func whatIsWrongIsNamed(_ index: Int) {
    let row = Self.faulty[index]
    let error = #expect(throws: DocumentError.self, "\(row.name)") {
      try DefinitionDocument(row.text)
    }
    #expect(error?.faults.map(\.path) == row.paths, "\(row.name)")
    #expect(error?.description.hasPrefix("line ") == true)
  }
}
