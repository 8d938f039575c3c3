import EligibilityCore
import Testing

@testable import MessageCoding

/// Everything that is wrong with a definition document, at once and in its place.
@Suite struct DefinitionReviewTests {
  /// A small definition with nothing wrong.
  static let sound = """
    trial: t
    version: "1"
    concepts:
      - {id: disease, kind: CONCEPT_KIND_CONDITION}
      - {id: anc, kind: CONCEPT_KIND_QUANTITY, unit: "10*9/L"}
      - {id: said, kind: CONCEPT_KIND_STATEMENT}
    code_sets:
      - {id: diseases, concepts: [disease]}
    cohorts:
      - {id: A, disease_set: diseases}
    knobs:
      - {id: choice, settings: [{value: one}, {value: two}], default_value: one}
    criteria:
      - id: A.1
        role: CRITERION_ROLE_INCLUSION
        stages: [STAGE_ENROLMENT]
        cohort: A
        titles: [{language: en, text: A}]
        by_reading: {knob: choice, options: [{value: one, criterion: s}, {value: two, criterion: r}]}
      - id: s
        role: CRITERION_ROLE_STEP
        statement: {concept: said, expected: ANSWER_YES}
      - id: r
        role: CRITERION_ROLE_STEP
        result: {concepts: [anc], operator: COMPARISON_OPERATOR_LESS_THAN, value: {value: "1", unit: "10*9/L"}}

    """

  private static func review(_ text: String) -> DefinitionReview {
    DefinitionReview(text) { "\($0.count) bytes" }
  }

  /// `line path` of every fault.
  private static func faults(_ text: String) -> [String] {
    review(text).faults.map { "\($0.line) \($0.path)" }
  }

  @Test func whatIsSoundIsAccepted() throws {
    let review = Self.review(Self.sound)
    #expect(review.faults.isEmpty)
    let accepted = try #require(review.accepted)
    #expect(accepted.program.trial == "t" && accepted.program.version == "1")
    #expect(accepted.program.digest == "\(accepted.document.canonicalBytes.count) bytes")
    #expect(accepted.document.definition.criteria.count == 3)
  }

  @Test func theBuiltInDefinitionIsSound() throws {
    let text = try #require(EmbeddedResources.definitions.first).text
    #expect(Self.review(text).faults.isEmpty)
  }

  static let changes: [(name: String, from: String, to: String, faults: [String])] = [
    ("a wrong type", "version: \"1\"", "version: [1]", ["2 version"]),
    ("an unknown field", "version:", "vresion:", ["1 version", "2 vresion"]),
    ("an unknown role", "ROLE_INCLUSION", "ROLE_INCLUDED", ["15 criteria[0].role"]),
    ("no YAML", "unit: \"10*9/L\"}\n  -", "unit: 5\n  -", ["6 "]),
    ("a kind that is none", "CONCEPT_KIND_STATEMENT", "STATEMENT", ["6 concepts[2].kind"]),
    ("an unknown concept", "concept: said", "concept: sayd", ["22 criteria[1].statement.concept"]),
    (
      "a unit that the concept does not have", "unit: \"10*9/L\"}}", "unit: \"g/L\"}}",
      ["25 criteria[2].result.value.unit"]
    ),
    (
      "a decimal with an exponent", "value: \"1\", unit", "value: \"1e1\", unit",
      ["25 criteria[2].result.value.value"]
    ),
    (
      "a setting that the knob does not have", "{value: two, criterion: r}",
      "{value: three, criterion: r}",
      ["19 criteria[0].by_reading", "19 criteria[0].by_reading.options[1].value"]
    ),
    (
      "an empty group", "statement: {concept: said, expected: ANSWER_YES}",
      "group: {kind: GROUP_KIND_ALL}", ["22 criteria[1].group.members"]
    ),
    (
      "more than the group has", "statement: {concept: said, expected: ANSWER_YES}",
      "group: {kind: GROUP_KIND_AT_LEAST, members: [r], at_least: 2}",
      ["22 criteria[1].group.at_least"]
    ),
    (
      "a window of nothing", "operator: COMPARISON_OPERATOR_LESS_THAN,",
      "operator: COMPARISON_OPERATOR_LESS_THAN, window: {count: 0, unit: PERIOD_UNIT_DAY},",
      ["25 criteria[2].result.window"]
    ),
    (
      "a step that nothing uses", "  - id: r\n",
      "  - {id: idle, role: CRITERION_ROLE_STEP, statement: {concept: said, expected: ANSWER_NO}}\n"
        + "  - id: r\n",
      ["23 criteria[2]"]
    ),
    ("a field that is missing", "    cohort: A\n", "    cohort: B\n", ["17 criteria[0].cohort"]),
    ("no text", sound, "", ["1 "]),
    ("no object", sound, "- 1\n", ["1 "]),
  ]

  @Test(arguments: changes.indices) func whatIsWrongIsNamedInItsPlace(_ index: Int) {
    let row = Self.changes[index]
    let text = Self.sound.replacing(row.from, with: row.to)
    #expect(text != Self.sound)
    let review = Self.review(text)
    #expect(review.accepted == nil, "\(row.name)")
    #expect(review.faults.map { "\($0.line) \($0.path)" } == row.faults, "\(row.name)")
    #expect(review.faults.allSatisfy { !$0.message.isEmpty }, "\(row.name)")
  }

  /// Faults of form do not hide what the definition says, nor the other way round.
  @Test func faultsOfFormAndOfContentComeTogetherInOrder() {
    let text = Self.sound.replacing("kind: CONCEPT_KIND_STATEMENT", with: "kind: SAID")
      .replacing("disease_set: diseases", with: "disease_set: ills")
      .replacing("default_value: one", with: "default_value: three")
      .replacing("  - id: s\n", with: "  - id: s\n    colour: blue\n")
      .replacing("concepts: [anc]", with: "concepts: [hb]")
      .replacing("concept: said", with: "concept: sayd")
    let faults = Self.faults(text)
    #expect(
      faults == [
        "6 concepts[2].kind", "10 cohorts[0].disease_set", "12 knobs[0].default_value",
        "21 criteria[1].colour", "23 criteria[1].statement.concept",
        "26 criteria[2].result.concepts[0]",
      ])
  }

  /// Not a hundred: a definition has thousands of fields.
  @Test func manyFaultsAreAllNamed() {
    let criteria = (0..<300).map { "  - {id: x\($0), colour: blue, titles: 1}\n" }.joined()
    let faults = Self.review(Self.sound + criteria).faults
    #expect(faults.count { $0.path.hasSuffix(".colour") } == 300)
    #expect(faults.count { $0.path.hasSuffix(".titles") } == 300)
    #expect(faults.count { $0.path.hasSuffix(".role") } == 300)
  }

  @Test func placesAreFoundByEitherSpelling() {
    let json = """
      {
        "trial": "t", "version": "1",
        "codeSets": [
          {"id": "diseases",
           "exceptConcepts": ["nothing"]}
        ]
      }
      """
    let faults = Self.review(json).faults
    #expect(
      faults.contains { $0.path == "code_sets[0].except_concepts[0]" && $0.line == 5 })
  }
}
