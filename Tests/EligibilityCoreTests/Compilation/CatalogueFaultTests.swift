import EligibilityCore
import Testing

/// What is wrong with a definition's identity, concepts, code sets and dose tables.
@Suite struct CatalogueFaultTests {
  static let identity: [DefinitionFault] = [
    .init("no trial", "trial REQUIRED") { $0.trial = "" },
    .init("no version", "version REQUIRED") { $0.version = "" },
    .init("no criteria", "criteria REQUIRED") { $0.criteria = [] },
    .init("no cohorts", "cohorts REQUIRED", "{A.1}.cohort COHORT_UNKNOWN") { $0.cohorts = [] },
    .init("too many criteria", "criteria TOO_MANY") {
      $0.criteria += (0..<5_000).map { .inclusion("more.\($0)", .says("said")) }
    },
    .init("too many concepts", "concepts TOO_MANY") {
      $0.concepts += (0..<10_000).map { ConceptDefinition("more.\($0)", .drug) }
    },
    .init("too many code sets", "code_sets TOO_MANY") {
      $0.codeSets += (0..<125).map { CodeSet("more.\($0)", concepts: ["drug"]) }
    },
  ]

  /// Index of the first concept that is added to the whole definition.
  static let next = ProtocolDefinition.whole.concepts.count

  private static func concept(
    _ name: String, _ errors: String..., kind: ConceptKind? = .drug,
    change: @escaping @Sendable (inout ConceptDefinition) -> Void
  ) -> DefinitionFault {
    let expected = errors.map { "concepts[\(next)]\($0)" }
    precondition(expected.count == 1)
    return DefinitionFault(name, expected[0]) {
      var concept = ConceptDefinition("added", kind)
      change(&concept)
      $0.concepts.append(concept)
    }
  }

  static let concepts: [DefinitionFault] = [
    concept("no id", ".id REQUIRED") { $0.id = "" },
    concept("an id twice", ".id DUPLICATE") { $0.id = "drug" },
    concept("no kind", ".kind REQUIRED") { $0.kind = nil },
    .init("no kind of what criteria use", "concepts[3].kind REQUIRED") {
      $0.concepts[3].kind = nil
      $0.concepts[3].implies = []
    },
    concept("a coding without a system", ".codings[0] REQUIRED") {
      $0.codings = [Coding(system: "", code: "1")]
    },
    concept("a coding without a code", ".codings[1] REQUIRED") {
      $0.codings = [Coding(system: "urn:a", code: "1"), Coding(system: "urn:a", code: "")]
    },
    concept("a coding twice", ".codings[1] CODING_AMBIGUOUS") {
      $0.codings = [Coding(system: "urn:a", code: "1"), Coding(system: "urn:a", code: "1")]
    },
    concept("a quantity without a unit", ".unit REQUIRED", kind: .quantity) { _ in },
    concept("a unit without a name", ".units[0].unit REQUIRED", kind: .quantity) {
      ($0.unit, $0.units) = ("g", [UnitDefinition("", "2")])
    },
    concept("a unit twice", ".units[1].unit DUPLICATE", kind: .quantity) {
      ($0.unit, $0.units) = ("g", [UnitDefinition("mg", "1/1000"), UnitDefinition("mg", "0.001")])
    },
    concept("the canonical unit again", ".units[0].unit DUPLICATE", kind: .quantity) {
      ($0.unit, $0.units) = ("g", [UnitDefinition("g", "2")])
    },
    concept("a unit with a blank", ".unit UNIT_MALFORMED", kind: .quantity) { $0.unit = "mg / dL" },
    concept("another unit that is not ASCII", ".units[0].unit UNIT_MALFORMED", kind: .quantity) {
      ($0.unit, $0.units) = ("g", [UnitDefinition("µg", "1/1000000")])
    },
    concept("a low end that is no decimal", ".plausible_low DECIMAL_MALFORMED") {
      $0.plausibleLow = "1e3"
    },
    concept("a high end that is no decimal", ".plausible_high DECIMAL_MALFORMED") {
      $0.plausibleHigh = "many"
    },
    concept("a low end above the high end", ".plausible_low RANGE_EMPTY") {
      ($0.plausibleLow, $0.plausibleHigh) = ("1.01", "1")
    },
    concept("a sex for what is no statement", " CONCEPT_KIND") { $0.notForSex = .male },
    concept("an implication of what is no statement", " CONCEPT_KIND") { $0.implies = ["said"] },
    concept("an implication of nothing", ".implies[0] CONCEPT_UNKNOWN", kind: .statement) {
      $0.implies = ["nothing"]
    },
    concept("an implication of a drug", ".implies[1] CONCEPT_KIND", kind: .statement) {
      $0.implies = ["said", "drug"]
    },
  ]

  static let factors: [DefinitionFault] = ["", "0", "-1", "0/1", "1/0", "x", "1/2/3", "1e3"].map {
    factor in
    concept("the factor '\(factor)'", ".units[0].factor FACTOR_MALFORMED", kind: .quantity) {
      ($0.unit, $0.units) = ("g", [UnitDefinition("mg", factor)])
    }
  }

  static let codeSets: [DefinitionFault] = [
    .init("a set without an id", "code_sets[4].id REQUIRED") {
      $0.codeSets.append(CodeSet("", concepts: ["drug"]))
    },
    .init("a set twice", "code_sets[4].id DUPLICATE") {
      $0.codeSets.append(CodeSet("drugs", concepts: ["drug"]))
    },
    .init("an empty set", "code_sets[4] EMPTY") { $0.codeSets.append(CodeSet("more")) },
    .init("members without a system", "code_sets[4].members[0].system REQUIRED") {
      $0.codeSets.append(CodeSet("more", "", codes: ["1"]))
    },
    .init("members without codes", "code_sets[4].members[0] EMPTY") {
      $0.codeSets.append(CodeSet("more", "urn:a", except: ["A"]))
    },
    .init("an unknown set included", "code_sets[4].includes[1] CODE_SET_UNKNOWN") {
      $0.codeSets.append(CodeSet("more", includes: ["drugs", "nothing"]))
    },
    .init("an unknown concept", "code_sets[4].concepts[1] CONCEPT_UNKNOWN") {
      $0.codeSets.append(CodeSet("more", concepts: ["drug", "nothing"]))
    },
    .init("an unknown concept left out", "code_sets[1].except_concepts[0] CONCEPT_UNKNOWN") {
      $0.codeSets[1].exceptConcepts = ["nothing"]
    },
  ]

  static let doseTables: [DefinitionFault] = [
    .init("a table without an id", "dose_tables[1].id REQUIRED") {
      $0.doseTables.append(DoseTable("", unit: "mg", drugSet: "drugs", [("drug", "1")]))
    },
    .init("a table twice", "dose_tables[1].id DUPLICATE") {
      $0.doseTables.append($0.doseTables[0])
    },
    .init("an unknown drug", "dose_tables[0].drugs[0].drug CONCEPT_UNKNOWN") {
      $0.doseTables[0].drugs[0].drug = "nothing"
    },
    .init("a drug that is none", "dose_tables[0].drugs[0].drug CONCEPT_KIND") {
      $0.doseTables[0].drugs[0].drug = "said"
    },
    .init("a factor that is none", "dose_tables[0].drugs[0].factor FACTOR_MALFORMED") {
      $0.doseTables[0].drugs[0].factor = "twenty"
    },
    .init("a unit's factor that is none", "dose_tables[0].units[0].factor FACTOR_MALFORMED") {
      $0.doseTables[0].units[0].factor = "0"
    },
    .init("a table without a unit", "dose_tables[0].unit REQUIRED") {
      $0.doseTables[0].unit = ""
    },
    .init("a unit of no name", "dose_tables[0].units[1].unit REQUIRED") {
      $0.doseTables[0].units.append(UnitDefinition("", "2"))
    },
    .init("the table's unit again", "dose_tables[0].units[0].unit DUPLICATE") {
      $0.doseTables[0].units[0].unit = "mg"
    },
    .init("a drug twice", "dose_tables[0].drugs[1].drug DUPLICATE") {
      $0.doseTables[0].drugs.append($0.doseTables[0].drugs[0])
    },
    .init("a fault of a table that nothing uses", "dose_tables[1].drugs[0].factor FACTOR_MALFORMED")
    { $0.doseTables.append(DoseTable("more", unit: "mg", drugSet: "drugs", [("drug", "0")])) },
    .init("a fault of a table used twice", "dose_tables[0].drugs[0].factor FACTOR_MALFORMED") {
      $0.doseTables[0].drugs[0].factor = "-1"
      $0.edit("ill") { $0.rule = ProtocolDefinition.whole.criterion("dosed").rule }
    },
    .init("an unknown class", "dose_tables[0].drug_set CODE_SET_UNKNOWN") {
      $0.doseTables[0].drugSet = "nothing"
    },
  ]

  static let all = identity + concepts + factors + codeSets + doseTables

  @Test(arguments: all) func isReported(_ fault: DefinitionFault) { fault.check() }
}
