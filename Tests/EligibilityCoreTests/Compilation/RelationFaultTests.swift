import EligibilityCore
import Testing

/// What is wrong with relations, each with the field that it is at.
@Suite struct RelationFaultTests {
  private static func implied(_ change: @escaping @Sendable (inout ImpliedResult) -> Void)
    -> @Sendable (inout ProtocolDefinition) -> Void
  {
    { definition in
      guard case .impliedResult(var relation) = definition.relations[0].kind else { return }
      change(&relation)
      definition.relations[0].kind = .impliedResult(relation)
    }
  }

  private static func bound(_ change: @escaping @Sendable (inout UpperLimitBound) -> Void)
    -> @Sendable (inout ProtocolDefinition) -> Void
  {
    { definition in
      guard case .upperLimitBound(var relation) = definition.relations[1].kind else { return }
      change(&relation)
      definition.relations[1].kind = .upperLimitBound(relation)
    }
  }

  private static func item(_ change: @escaping @Sendable (inout ScoreItem) -> Void)
    -> @Sendable (inout ProtocolDefinition) -> Void
  {
    { definition in
      guard case .scoreItem(var relation) = definition.relations[2].kind else { return }
      change(&relation)
      definition.relations[2].kind = .scoreItem(relation)
    }
  }

  static let faults: [DefinitionFault] = [
    DefinitionFault("no source", "relations[1].source REQUIRED") { $0.relations[1].source = "" },
    DefinitionFault("nothing said", "relations[0] REQUIRED") { $0.relations[0].kind = nil },
    DefinitionFault(
      "an unknown criterion", "relations[0].implied_result.criterion CRITERION_UNKNOWN",
      by: implied { $0.criterion = "nobody" }),
    DefinitionFault(
      "an unknown concept", "relations[0].implied_result.concept CONCEPT_UNKNOWN",
      by: implied { $0.concept = "nothing" }),
    DefinitionFault(
      "a statement for an amount", "relations[0].implied_result.concept CONCEPT_KIND",
      by: implied { $0.concept = "said" }),
    DefinitionFault(
      "no comparison", "relations[0].implied_result.operator REQUIRED",
      by: implied { $0.comparison = nil }),
    DefinitionFault(
      "no value", "relations[0].implied_result.value REQUIRED", by: implied { $0.value = nil }),
    DefinitionFault(
      "a unit that the concept does not have",
      "relations[0].implied_result.value.unit UNIT_UNKNOWN",
      by: implied { $0.value = Quantity(value: "2", unit: "mmol/L") }),
    DefinitionFault(
      "a limit with a comparator", "relations[0].implied_result.value.comparator NOT_APPLICABLE",
      by: implied { $0.value = Quantity(value: "2", unit: "g/L", comparator: .lessThan) }),
    DefinitionFault(
      "an upper limit of an unknown concept",
      "relations[1].upper_limit_bound.concept CONCEPT_UNKNOWN", by: bound { $0.concept = "nothing" }
    ),
    DefinitionFault(
      "an upper limit of nothing", "relations[1].upper_limit_bound.at_most REQUIRED",
      by: bound { $0.atMost = nil }),
    DefinitionFault(
      "an upper limit of 0", "relations[1].upper_limit_bound.at_most.value OUT_OF_RANGE",
      by: bound { $0.atMost = Quantity(value: "0", unit: "g/L") }),
    DefinitionFault("two upper limits", "relations[3].upper_limit_bound.concept DUPLICATE") {
      $0.relations.append(.upperLimit("amount", "6", "g/L"))
    },
    DefinitionFault(
      "an unknown instrument", "relations[2].score_item.instrument CONCEPT_UNKNOWN",
      by: item { $0.instrument = "nothing" }),
    DefinitionFault(
      "an amount for an instrument", "relations[2].score_item.instrument CONCEPT_KIND",
      by: item { $0.instrument = "amount" }),
    DefinitionFault(
      "an item without a name", "relations[2].score_item.item REQUIRED", by: item { $0.item = "" }),
    DefinitionFault(
      "points that are no decimal", "relations[2].score_item.points DECIMAL_MALFORMED",
      by: item { $0.points = "eight" }),
    DefinitionFault(
      "no points", "relations[2].score_item.points OUT_OF_RANGE", by: item { $0.points = "0" }),
    DefinitionFault(
      "an item of an unknown criterion", "relations[2].score_item.criterion CRITERION_UNKNOWN",
      by: item { $0.criterion = "nobody" }),
    DefinitionFault("an item twice", "relations[3].score_item DUPLICATE") {
      $0.relations.append(.item("score", "pain", "8", "ill"))
    },
    DefinitionFault("an item with two weights", "relations[3].score_item.points POINTS_DIFFER") {
      $0.relations.append(.item("score", "pain", "4", "exposed"))
    },
    DefinitionFault("too many", "relations TOO_MANY") {
      $0.relations = Array(repeating: $0.relations[0], count: 1_001)
    },
  ]

  @Test(arguments: faults) func whatIsWrongIsNamed(_ fault: DefinitionFault) { fault.check() }

  @Test func theWholeDefinitionIsSound() {
    #expect(DefinitionFault.errors(of: .whole).isEmpty)
  }

  /// An item may make several criteria true, and an upper limit may be given in any unit.
  @Test func whatIsAllowed() {
    var definition = ProtocolDefinition.whole
    definition.relations.append(.item("score", "pain", "8.0", "exposed"))
    #expect(DefinitionFault.errors(of: definition).isEmpty)
  }
}
