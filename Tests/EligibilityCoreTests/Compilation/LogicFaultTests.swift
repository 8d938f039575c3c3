import EligibilityCore
import Testing

/// What is wrong with groups, conditionals and choices, and with the graph that criteria form.
@Suite struct LogicFaultTests {
  static let groups: [DefinitionFault] = [
    .init("no members", "{step.no}.group.members EMPTY") {
      $0.edit("step.no", .group) { $0.members = [] }
    },
    .init("an unknown member", "{step.no}.group.members[1] CRITERION_UNKNOWN") {
      $0.edit("step.no", .group) { $0.members.append("nothing") }
    },
    .init("a member twice", "{step.no}.group.members[1] DUPLICATE") {
      $0.edit("step.no", .group) { $0.members.append("step.said") }
    },
    .init("no kind", "{step.no}.group.kind REQUIRED") {
      $0.edit("step.no", .group) { $0.kind = nil }
    },
    .init("at least none", "{step.any}.group.at_least COUNT_IMPOSSIBLE") {
      $0.edit("step.any", .group) { $0.atLeast = 0 }
    },
    .init("at least three of two", "{step.any}.group.at_least COUNT_IMPOSSIBLE") {
      $0.edit("step.any", .group) { $0.atLeast = 3 }
    },
    .init("a number where there is none", "{step.no}.group.at_least NOT_APPLICABLE") {
      $0.edit("step.no", .group) { $0.atLeast = 1 }
    },
  ]

  static let choices: [DefinitionFault] = [
    .init(
      "a conditional of nothing", "{part2}.conditional.if CRITERION_UNKNOWN",
      "{part2}.conditional.then CRITERION_UNKNOWN", "{part2}.conditional.else CRITERION_UNKNOWN"
    ) { $0.edit("part2") { $0.rule = .choose("x", "y", "z") } },
    .init("the same as nothing", "{step.same}.same_as.criterion CRITERION_UNKNOWN") {
      $0.edit("step.same") { $0.rule = .sameAs("nothing") }
    },
    .init("a choice by no knob", "{step.reading}.by_reading.knob KNOB_UNKNOWN") {
      $0.edit("step.reading") { $0.rule = .reading("nothing", [("one", "step.same")]) }
    },
    .init("a setting left out", "{step.reading}.by_reading SETTING_MISSING") {
      $0.edit("step.reading") { $0.rule = .reading("choice", [("one", "step.same")]) }
    },
    .init("a setting that is none", "{step.reading}.by_reading.options[2].value SETTING_UNKNOWN") {
      $0.edit("step.reading") {
        $0.rule = .reading(
          "choice", [("one", "step.same"), ("two", "step.sex"), ("three", "step.sex")])
      }
    },
    .init("a setting twice", "{step.reading}.by_reading.options[2].value DUPLICATE") {
      $0.edit("step.reading") {
        $0.rule = .reading(
          "choice", [("one", "step.same"), ("two", "step.sex"), ("one", "step.sex")])
      }
    },
    .init(
      "a choice of nothing", "{step.reading}.by_reading.options[1].criterion CRITERION_UNKNOWN"
    ) {
      $0.edit("step.reading") {
        $0.rule = .reading("choice", [("one", "step.same"), ("two", "nothing")])
      }
    },
    .init("a choice by a number", "{step.reading}.by_reading SETTING_MISSING") {
      $0.edit("step.reading") { $0.rule = .reading("days", []) }
    },
  ]

  /// Index of the first criterion that is added to the whole definition.
  static let next = ProtocolDefinition.whole.criteria.count

  static let graph: [DefinitionFault] = [
    .init("a criterion that rests on itself", "{step.said} CIRCULAR") {
      $0.edit("step.said") { $0.rule = .sameAs("step.said") }
    },
    .init("a circle through a condition", "{step.said} CIRCULAR") {
      $0.edit("step.said") { $0.appliesIf = "step.no" }
    },
    .init("a circle through a ground for being void", "{step.said} CIRCULAR") {
      $0.edit("step.said") { $0.voidIf = "step.no" }
    },
    .init("a part of another role", "{part}.role ROLE_MISMATCH") {
      $0.edit("part") { $0.role = .exclusion }
    },
    .init("a part of two", "{part} PARENT_AMBIGUOUS") {
      $0.criteria.append(.inclusion("other", .sameAs("part")))
    },
    .init("a part of another cohort", "{part}.cohort COHORT_MISMATCH") {
      $0.edit("part") { $0.cohort = "A" }
    },
    .init("a step that nothing uses", "{step.said} UNREACHABLE") {
      $0.edit("part2") { $0.rule = .choose("step.reading", "step.reading", "step.reading") }
      $0.criteria.removeAll { ["step.no", "step.any"].contains($0.id) }
    },
    .init("a shared criterion that nothing refers to", "{shared} UNREACHABLE") {
      $0.edit("step.same") { $0.rule = .says("said") }
    },
    .init(
      "steps that only an unused step uses", "criteria[\(next)] UNREACHABLE",
      "criteria[\(next + 1)] UNREACHABLE", "criteria[\(next + 2)] UNREACHABLE"
    ) {
      $0.criteria += [
        .step("idle", .group(.all, ["idle.1", "idle.2"])), .step("idle.1", .says("said")),
        .step("idle.2", .sex(.male)),
      ]
    },
    .init(
      "an unused step beside a fault of another kind", "{amount}.result.value.unit UNIT_UNKNOWN",
      "criteria[\(next)] UNREACHABLE"
    ) {
      $0.edit("amount", .result) { $0.limit = .value(Quantity(value: "1", unit: "kg")) }
      $0.criteria.append(.step("idle", .says("said")))
    },
    .init("two circles", "{step.said} CIRCULAR", "{component} CIRCULAR") {
      $0.edit("step.said") { $0.rule = .sameAs("step.said") }
      $0.edit("component") { $0.voidIf = "component" }
    },
    .init("a duration of what is no exposure", "{treated}.duration.components[1] NOT_AN_EXPOSURE") {
      $0.edit("treated", .duration) { $0.components.append("step.said") }
    },
  ]

  static let all = groups + choices + graph

  @Test(arguments: all) func isReported(_ fault: DefinitionFault) { fault.check() }

  /// A name that leads nowhere is one fault: what it was meant to reach is not called unreachable.
  @Test func aMisspeltMemberIsOneFault() {
    var definition = ProtocolDefinition.whole
    definition.edit("part2") { $0.rule = .choose("step.said", "step.no", "step.ayn") }
    let found = DefinitionFault.errors(of: definition).map { "\($0.path) \($0.reason)" }
    #expect(found == ["criteria[3].conditional.else CRITERION_UNKNOWN"])
  }

  // MARK: Depth

  /// So many steps, each the same as the next; in the order of the list or against it.
  private func chain(_ count: Int, reversed: Bool) -> ProtocolDefinition {
    var steps: [Criterion] = (0..<count).map { .step("s\($0)", .sameAs("s\($0 + 1)")) }
    steps.append(.step("s\(count)", .says("said")))
    if reversed { steps.reverse() }
    return .draft(
      concepts: [ConceptDefinition("said", .statement)],
      criteria: [.inclusion("top", .sameAs("s0"))] + steps)
  }

  @Test(arguments: [false, true]) func sixtyFourLevelsAreTaken(_ reversed: Bool) {
    #expect(DefinitionFault.errors(of: chain(63, reversed: reversed)).isEmpty)
  }

  /// Whatever order the criteria stand in: evaluation follows the chain, not the list.
  @Test(arguments: [64, 65, 500, 4_900], [false, true])
  func deeperOnesAreRefused(_ count: Int, _ reversed: Bool) {
    var definition = chain(count, reversed: reversed)
    if reversed { definition.criteria.append(definition.criteria.remove(at: 1)) }
    let reasons = DefinitionFault.errors(of: definition).map(\.reason)
    #expect(reasons == ["NESTING_TOO_DEEP"])
  }
}
