import Testing

@testable import MessageCoding

/// The kinds of differences between versions, each way.
@Suite struct DefinitionDifferenceTests {
  private static let base = """
    trial: small
    version: v1
    titles: [{language: en, text: "Small"}]
    concepts:
    - {id: hb, kind: CONCEPT_KIND_QUANTITY, unit: g/L, codings: [{system: s, code: a}], units: [{unit: g/dL, factor: "10"}]}
    code_sets: [{id: drugs, concepts: [one]}]
    cohorts: [{id: sle, disease_set: lupus}]
    knobs: [{id: k, settings: [{value: a}, {value: b}], default_value: a}]
    readings: [{knob: k, value: a}]
    criteria:
    - {id: C1, role: CRITERION_ROLE_INCLUSION, titles: [{language: en, text: "T"}], result: {concepts: [hb], operator: COMPARISON_OPERATOR_GREATER_OR_EQUAL, value: {value: "60", unit: g/L}, window: {count: 14, unit: PERIOD_UNIT_DAY}}}
    - {id: C2, role: CRITERION_ROLE_EXCLUSION, exposure: {drug_set: drugs, window: {count: 4, unit: PERIOD_UNIT_WEEK}}}
    - {id: C3, role: CRITERION_ROLE_INCLUSION, group: {kind: GROUP_KIND_ALL, members: [C1, C2]}}
    """

  private static func differences(
    _ one: String, _ other: String
  ) throws -> [DefinitionDifference] {
    func bytes(_ text: String) throws -> [UInt8] {
      let arena = Arena(limit: .max)
      let message = try ProtoJSONReader.read(
        DocumentParser.parse(text), as: Descriptors.protocolDefinition, in: arena)
      return withExtendedLifetime(arena) { WireMessage.encode(UnsafeRawPointer(message)) }
    }
    return try #require(
      DefinitionDifference.all(from: try bytes(one), to: try bytes(other)))
  }

  struct Row: Sendable {
    var old: String
    var new: String
    var kind: DefinitionDifference.Kind
    var criterion: String
    var path: String
  }

  static let rows: [Row] = [
    Row(
      old: #"value: "60""#, new: #"value: "90""#, kind: .threshold, criterion: "C1",
      path: "criteria[C1].result.value.value"),
    Row(
      old: "GREATER_OR_EQUAL", new: "GREATER_THAN", kind: .threshold, criterion: "C1",
      path: "criteria[C1].result.operator"),
    Row(
      old: #""60", unit: g/L"#, new: #""60", unit: mmol/L"#, kind: .unit, criterion: "C1",
      path: "criteria[C1].result.value.unit"),
    Row(
      old: #"factor: "10""#, new: #"factor: "11""#, kind: .unit, criterion: "",
      path: "concepts[hb].units[g/dL].factor"),
    Row(
      old: "count: 14", new: "count: 28", kind: .window, criterion: "C1",
      path: "criteria[C1].result.window.count"),
    Row(
      old: "unit: PERIOD_UNIT_WEEK", new: "unit: PERIOD_UNIT_MONTH", kind: .window,
      criterion: "C2", path: "criteria[C2].exposure.window.unit"),
    Row(
      old: "{knob: k, value: a}", new: "{knob: k, value: b}", kind: .reading, criterion: "",
      path: "readings[k].value"),
    Row(
      old: "default_value: a", new: "default_value: b", kind: .reading, criterion: "",
      path: "knobs[k].defaultValue"),
    Row(
      old: "concepts: [one]", new: "concepts: [one, two]", kind: .classMembership, criterion: "",
      path: "codeSets[drugs].concepts[two]"),
    Row(
      old: "drug_set: drugs", new: "drug_set: others", kind: .classMembership, criterion: "C2",
      path: "criteria[C2].exposure.drugSet"),
    Row(
      old: "code: a}", new: "code: b}", kind: .classMembership, criterion: "",
      path: "concepts[hb].codings[0].code"),
    Row(
      old: "GROUP_KIND_ALL", new: "GROUP_KIND_ANY", kind: .logic, criterion: "C3",
      path: "criteria[C3].group.kind"),
    Row(
      old: "members: [C1, C2]", new: "members: [C1]", kind: .logic, criterion: "C3",
      path: "criteria[C3].group.members[C2]"),
    Row(
      old: "C2, role: CRITERION_ROLE_EXCLUSION", new: "C2, role: CRITERION_ROLE_SHARED",
      kind: .logic, criterion: "C2", path: "criteria[C2].role"),
    Row(
      old: #"text: "T""#, new: #"text: "U""#, kind: .text, criterion: "C1",
      path: "criteria[C1].titles[en].text"),
    Row(
      old: "disease_set: lupus", new: "disease_set: sle", kind: .classMembership, criterion: "",
      path: "cohorts[sle].diseaseSet"),
    Row(
      old: "version: v1", new: "version: v2", kind: .other, criterion: "", path: "version"),
  ]

  @Test(arguments: rows.indices) func everyPlaceHasItsKindEachWay(_ index: Int) throws {
    let row = Self.rows[index]
    let changed = Self.base.replacing(row.old, with: row.new)
    #expect(changed != Self.base)
    for (one, other) in [(Self.base, changed), (changed, Self.base)] {
      let found = try Self.differences(one, other)
      #expect(found.map(\.kind) == [row.kind], "\(found)")
      #expect(found.map(\.criterion) == [row.criterion])
      #expect(found.map(\.path) == [row.path])
    }
  }

  @Test func aCriterionThatIsNewOrGone() throws {
    let line =
      "\n- {id: C2, role: CRITERION_ROLE_EXCLUSION, exposure: {drug_set: drugs, window: {count: 4, unit: PERIOD_UNIT_WEEK}}}"
    let less = Self.base.replacing(line, with: "")
    #expect(less != Self.base)
    let gone = try Self.differences(Self.base, less)
    #expect(gone.map(\.kind) == [.criterionRemoved] && gone[0].criterion == "C2")
    #expect(gone[0].after.isEmpty && !gone[0].before.isEmpty)
    let new = try Self.differences(less, Self.base)
    #expect(new.map(\.kind) == [.criterionAdded] && new[0].criterion == "C2")
    #expect(new[0].before.isEmpty && new[0].after == gone[0].before)
  }

  /// Another kind of rule is another logic, whatever stands in it.
  @Test func aRuleOfAnotherKindIsLogic() throws {
    let other = Self.base.replacing(
      "exposure: {drug_set: drugs, window: {count: 4, unit: PERIOD_UNIT_WEEK}}", with: "consent: {}"
    )
    let found = try Self.differences(Self.base, other)
    #expect(found.count == 2 && found.allSatisfy { $0.kind == .logic && $0.criterion == "C2" })
  }

  @Test func whatSaysTheSameHasNone() throws {
    #expect(try Self.differences(Self.base, Self.base).isEmpty)
    let text = try #require(EmbeddedResources.definitions.first).text
    #expect(try Self.differences(text, text).isEmpty)
  }

  @Test func bytesThatAreNoDefinitionHaveNoDifferences() {
    #expect(DefinitionDifference.all(from: [0xFF], to: []) == nil)
  }
}
