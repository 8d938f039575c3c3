import EligibilityCore
import MessageCoding

@testable import ReportRendering

/// Definitions of these tests, as the documents a data manager would write.
enum Definitions {
  /// Concepts, sets, tables and knobs that the criteria of these tests use.
  private static let frame = """
    trial: t
    version: "1"
    titles: [{language: en, text: Trial}, {language: zh, text: 试验}]
    concepts:
      - {id: alt, kind: CONCEPT_KIND_QUANTITY, unit: U/L, titles: [{language: en, text: ALT}, {language: zh, text: 转氨酶}], codings: [{system: "http://loinc.org", code: 1742-6}, {system: "http://loinc.org", code: 1743-4}], units: [{unit: ukat/L, factor: "60"}]}
      - {id: scr, kind: CONCEPT_KIND_QUANTITY, unit: umol/L, titles: [{language: en, text: Creatinine}]}
      - {id: weight, kind: CONCEPT_KIND_QUANTITY, unit: kg}
      - {id: height, kind: CONCEPT_KIND_QUANTITY, unit: cm}
      - {id: test, kind: CONCEPT_KIND_FINDING, unit: "[iU]/L", titles: [{language: en, text: Test}]}
      - {id: screen, kind: CONCEPT_KIND_FINDING}
      - {id: igg, kind: CONCEPT_KIND_FINDING, unit: "[GPL'U]"}
      - {id: igm, kind: CONCEPT_KIND_FINDING, unit: "[MPL'U]"}
      - {id: said, kind: CONCEPT_KIND_STATEMENT, titles: [{language: en, text: Said so}, {language: zh, text: 已述}]}
      - {id: then, kind: CONCEPT_KIND_STATEMENT}
      - {id: score, kind: CONCEPT_KIND_INSTRUMENT, titles: [{language: en, text: Score}]}
      - {id: index, kind: CONCEPT_KIND_INSTRUMENT, systems: [skin, joints, kidney]}
      - {id: drug, kind: CONCEPT_KIND_DRUG, titles: [{language: en, text: Drug}], codings: [{system: "http://www.whocc.no/atc", code: X01}]}
      - {id: ill, kind: CONCEPT_KIND_CONDITION}
    code_sets:
      - {id: ills, concepts: [ill], titles: [{language: en, text: Illness}, {language: zh, text: 疾病}]}
      - {id: drugs, concepts: [drug], titles: [{language: en, text: Drugs}, {language: zh, text: 药物}]}
      - id: coded
        members: [{system: "http://www.whocc.no/atc", prefixes: [L04], except_prefixes: [L04A]}, {system: "http://hl7.org/fhir/sid/icd-10", codes: [M32]}]
    dose_tables:
      - {id: reference, unit: mg, drug_set: drugs, drugs: [{drug: drug, factor: 20/3}]}
      - {id: prednisone_equivalent, unit: mg, drug_set: drugs, drugs: [{drug: drug, factor: "1"}]}
    cohorts:
      - {id: A, disease_set: ills, titles: [{language: en, text: Cohort of A}]}
    knobs:
      - {id: window.bounds, settings: [{value: closed, descriptions: [{language: en, text: Both ends.}, {language: zh, text: 首末均计入。}]}, {value: half_open, descriptions: [{language: en, text: The last end.}]}], default_value: closed, descriptions: [{language: en, text: Which ends count.}, {language: zh, text: 窗口两端。}]}
      - {id: observation.select, settings: [{value: latest}, {value: worst_in_window}, {value: any}], default_value: latest}
      - {id: lab.max_age_days, settings: [{value: "null"}], takes_number: true, default_value: "null", descriptions: [{language: en, text: How old.}]}
      - {id: age.reference, settings: [{value: index}, {value: icf}, {value: screening}], default_value: index}
      - {id: age.upper, settings: [{value: before_next_birthday}, {value: on_birthday}], default_value: before_next_birthday}
      - {id: uln.source, settings: [{value: result}, {value: result_then_site}], default_value: result}
      - {id: months, takes_number: true, settings: [{value: none}], default_value: "12"}
      - {id: days, settings: [{value: "30"}, {value: "10"}], default_value: "30"}
      - id: choice
        settings: [{value: one, descriptions: [{language: en, text: The first.}]}, {value: two}]
        default_value: one
        descriptions: [{language: en, text: "Which | of two."}]

    """

  /// The definition with these criteria.
  static func with(_ criteria: String, readings: [Reading] = []) throws -> ProtocolDefinition {
    try DefinitionDocument(frame + "criteria:\n" + criteria, readings: readings).definition
  }

  /// What a rule of the criterion `T` says; steps may follow it.
  static func logic(
    _ rule: String, steps: String = "", readings: [Reading] = [],
    language: ReportLanguage = .english
  ) throws -> Outline {
    let definition = try with("  - {id: T, \(rule)}\n\(steps)", readings: readings)
    var logic = LogicOutline(
      RuleWords(index: DefinitionIndex(definition), language: language))
    return logic.outline(of: definition.criteria[0])
  }
}

extension Outline {
  /// Every line, two blanks for a level.
  var lines: [String] { [text] + children.flatMap { $0.lines.map { "  \($0)" } } }
}
