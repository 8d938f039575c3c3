import EligibilityCore
import Testing

@testable import ReportRendering

/// How groups, cases, choices and references are spelled out.
@Suite struct LogicOutlineTests {
  private static let yes = "the statement \"Said so\" (said) is answered yes"
  private static let no = "the statement \"Said so\" (said) is answered no"
  private static let steps = """
      - {id: a, role: CRITERION_ROLE_STEP, statement: {concept: said, expected: ANSWER_YES}}
      - {id: b, role: CRITERION_ROLE_STEP, statement: {concept: said, expected: ANSWER_NO}}
      - {id: both, role: CRITERION_ROLE_STEP, group: {kind: GROUP_KIND_ALL, members: [a, b]}}
      - {id: R, role: CRITERION_ROLE_INCLUSION, titles: [{language: en, text: Reported}], consent: {}}

    """

  static let groups: [(rule: String, lines: [String])] = [
    ("{kind: GROUP_KIND_ALL, members: [a, R]}", ["all of these:", "  \(yes)", "  R Reported"]),
    ("{kind: GROUP_KIND_ANY, members: [a, b]}", ["at least one of these:", "  \(yes)", "  \(no)"]),
    (
      "{kind: GROUP_KIND_AT_LEAST, members: [a, b, R], at_least: 2}",
      ["at least 2 of these 3:", "  \(yes)", "  \(no)", "  R Reported"]
    ),
    ("{kind: GROUP_KIND_NONE, members: [a, b]}", ["none of these:", "  \(yes)", "  \(no)"]),
    (
      "{kind: GROUP_KIND_FIRST_KNOWN, members: [a, b]}",
      ["the first of these that is known:", "  \(yes)", "  \(no)"]
    ),
    (
      "{kind: GROUP_KIND_ANY_KNOWN, members: [a, b]}",
      ["at least one of these, those that are unknown passed over:", "  \(yes)", "  \(no)"]
    ),
    ("{kind: GROUP_KIND_ANY, members: [R]}", ["R Reported"]),
    ("{kind: GROUP_KIND_NONE, members: [a]}", ["not: \(yes)"]),
    (
      "{kind: GROUP_KIND_NONE, members: [both]}",
      ["not: all of these:", "  \(yes)", "  \(no)"]
    ),
    ("{kind: GROUP_KIND_ALL, members: [nothing, a]}", ["all of these:", "  nothing", "  \(yes)"]),
  ]

  @Test(arguments: groups.indices) func groupsAreSpelledOut(_ index: Int) throws {
    let row = Self.groups[index]
    let outline = try Definitions.logic("group: \(row.rule)", steps: Self.steps)
    #expect(outline.lines == row.lines)
  }

  @Test func aCaseIsSpelledOut() throws {
    let outline = try Definitions.logic(
      "conditional: {if: a, then: both, else: R}", steps: Self.steps)
    #expect(
      outline.lines == [
        "the case that holds is true:", "  if: \(Self.yes)", "  then: all of these:",
        "    \(Self.yes)", "    \(Self.no)", "  otherwise: R Reported",
      ])
  }

  /// A case that turns on a limit names the part that is the other side of it.
  @Test(arguments: [
    ("LESS_THAN", "GREATER_OR_EQUAL", true), ("GREATER_OR_EQUAL", "LESS_THAN", true),
    ("GREATER_THAN", "LESS_OR_EQUAL", true), ("LESS_OR_EQUAL", "GREATER_THAN", true),
    ("LESS_THAN", "GREATER_THAN", false), ("LESS_THAN", "LESS_THAN", false),
  ])
  func theOtherSideOfACaseIsNamed(_ one: String, _ other: String, _ isNamed: Bool) throws {
    func test(_ comparison: String, _ value: Int) -> String {
      "result: {concepts: [alt], operator: COMPARISON_OPERATOR_\(comparison), value: {value: \"\(value)\", unit: U/L}}"
    }
    func steps(_ value: Int) -> String {
      """
        - {id: T.low, role: CRITERION_ROLE_INCLUSION, titles: [{language: en, text: Low}], \(test(one, 142))}
        - {id: T.high, role: CRITERION_ROLE_INCLUSION, part_of: T, titles: [{language: en, text: High}], \(test(other, value))}
        - {id: U.high, role: CRITERION_ROLE_INCLUSION, part_of: U, \(test(other, 142))}

      """ + Self.steps
    }
    let rule = "conditional: {if: T.low, then: a, else: R}"
    let named = try Definitions.logic(rule, steps: steps(142)).lines.last
    #expect(
      named == (isNamed ? "  otherwise (T.high High): R Reported" : "  otherwise: R Reported"))
    let chinese = try Definitions.logic(rule, steps: steps(142), language: .chinese).lines
    #expect(chinese.first == "按下列情况判定：")
    // Another limit is another question.
    let unlike = try Definitions.logic(rule, steps: steps(143)).lines.last
    #expect(unlike == "  otherwise: R Reported")
  }

  @Test func theReadingInForceIsSpelledOut() throws {
    let rule =
      "by_reading: {knob: choice, options: [{value: one, criterion: a}, {value: two, criterion: both}]}"
    let first = try Definitions.logic(rule, steps: Self.steps)
    #expect(first.lines == ["\(Self.yes) [reading choice = one]"])
    let second = try Definitions.logic(
      rule, steps: Self.steps, readings: [Reading(knob: "choice", value: "two")])
    #expect(second.lines.first == "all of these [reading choice = two]:")
    let chinese = try Definitions.logic(rule, steps: Self.steps, language: .chinese)
    #expect(chinese.text == "声明“已述”（said）的回答为“是”［解读 choice = one］")
  }

  @Test func aNumberHasItsOwnBranch() throws {
    let rule =
      "by_reading: {knob: months, options: [{value: none, criterion: a}], number: both}"
    let number = try Definitions.logic(rule, steps: Self.steps)
    #expect(number.lines.first == "all of these [reading months = 12]:")
    let none = try Definitions.logic(
      rule, steps: Self.steps, readings: [Reading(knob: "months", value: "none")])
    #expect(none.lines == ["\(Self.yes) [reading months = none]"])
  }

  @Test func theSameAsAnotherIsTheOther() throws {
    #expect(
      try Definitions.logic("same_as: {criterion: R}", steps: Self.steps).text == "R Reported")
    #expect(try Definitions.logic("same_as: {criterion: a}", steps: Self.steps).text == Self.yes)
  }

  @Test func aConclusionMayBeComputed() throws {
    let outline = try Definitions.logic(
      "conclusion: {instrument: score, computed_by: both}", steps: Self.steps)
    #expect(
      outline.lines == [
        "the conclusion Score (score) is recorded as met:", "  or, computed: all of these:",
        "    \(Self.yes)", "    \(Self.no)",
      ])
  }

  @Test func aStepMayApplyOnlyWhereAnotherIsTrue() throws {
    let steps = """
        - {id: c, role: CRITERION_ROLE_STEP, applies_if: a, consent: {}}
        - {id: a, role: CRITERION_ROLE_STEP, statement: {concept: said, expected: ANSWER_YES}}

      """
    let outline = try Definitions.logic("same_as: {criterion: c}", steps: steps)
    #expect(outline.lines.last == "  only where: \(Self.yes)")
  }

  @Test func whatIsSharedIsSpelledOutOnce() throws {
    let outline = try Definitions.logic(
      "group: {kind: GROUP_KIND_ANY, members: [both, other]}",
      steps: Self.steps
        + "  - {id: other, role: CRITERION_ROLE_STEP, group: {kind: GROUP_KIND_NONE, members: [both, R]}}\n"
    )
    #expect(
      outline.lines == [
        "at least one of these:", "  all of these (both):", "    \(Self.yes)", "    \(Self.no)",
        "  none of these:", "    both, as spelled out above", "    R Reported",
      ])
  }

  /// Steps that share steps, level upon level: as many paths as there are powers of two.
  @Test func theOutlineStaysAsSmallAsTheDefinition() throws {
    var steps = ""
    for level in 0..<60 {
      for side in ["l", "r"] {
        steps += "  - {id: \(side)\(level), role: CRITERION_ROLE_STEP, "
        steps += "group: {kind: GROUP_KIND_ALL, members: [l\(level + 1), r\(level + 1)]}}\n"
      }
    }
    steps += "  - {id: l60, role: CRITERION_ROLE_STEP, consent: {}}\n"
    steps += "  - {id: r60, role: CRITERION_ROLE_STEP, consent: {}}\n"
    let outline = try Definitions.logic(
      "group: {kind: GROUP_KIND_ANY, members: [l0, r0]}", steps: steps)
    #expect(outline.lines.count < 250)
  }
}
