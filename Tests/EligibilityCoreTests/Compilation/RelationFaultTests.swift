import EligibilityCore
import Testing

/// What is wrong with relations, each with the field that it is at.
@Suite struct RelationFaultTests {
  /// A relation of every kind, for the whole definition.
  private static let sound: [Relation] = [
    .implies("part", "amount", .greaterOrEqual, "2", "g/L"), .upperLimit("amount", "5000", "mg/L"),
    .item("score", "pain", "8", "ill"),
  ]

  private static func fault(
    _ name: String, _ expected: String, _ change: @escaping @Sendable (inout [Relation]) -> Void
  ) -> DefinitionFault {
    DefinitionFault(name, expected) {
      $0.relations = sound
      change(&$0.relations)
    }
  }

  private static func implied(
    _ name: String, _ expected: String, _ change: @escaping @Sendable (inout ImpliedResult) -> Void
  ) -> DefinitionFault {
    fault(name, "relations[0].implied_result.\(expected)") { relations in
      guard case .impliedResult(var relation) = relations[0].kind else { return }
      change(&relation)
      relations[0].kind = .impliedResult(relation)
    }
  }

  private static func bound(
    _ name: String, _ expected: String,
    _ change: @escaping @Sendable (inout UpperLimitBound) -> Void
  ) -> DefinitionFault {
    fault(name, "relations[1].upper_limit_bound.\(expected)") { relations in
      guard case .upperLimitBound(var relation) = relations[1].kind else { return }
      change(&relation)
      relations[1].kind = .upperLimitBound(relation)
    }
  }

  private static func item(
    _ name: String, _ expected: String, _ change: @escaping @Sendable (inout ScoreItem) -> Void
  ) -> DefinitionFault {
    fault(name, "relations[2].score_item.\(expected)") { relations in
      guard case .scoreItem(var relation) = relations[2].kind else { return }
      change(&relation)
      relations[2].kind = .scoreItem(relation)
    }
  }

  static let all: [DefinitionFault] = [
    fault("no source", "relations[1].source REQUIRED") { $0[1].source = "" },
    fault("nothing said", "relations[0] REQUIRED") { $0[0].kind = nil },
    implied("an unknown criterion", "criterion CRITERION_UNKNOWN") { $0.criterion = "nobody" },
    implied("an unknown concept", "concept CONCEPT_UNKNOWN") { $0.concept = "nothing" },
    implied("a statement for an amount", "concept CONCEPT_KIND") { $0.concept = "said" },
    implied("no comparison", "operator REQUIRED") { $0.comparison = nil },
    implied("no value", "value REQUIRED") { $0.value = nil },
    implied("a unit that the concept does not have", "value.unit UNIT_UNKNOWN") {
      $0.value = Quantity(value: "2", unit: "mmol/L")
    },
    implied("a limit with a comparator", "value.comparator NOT_APPLICABLE") {
      $0.value = Quantity(value: "2", unit: "g/L", comparator: .lessThan)
    },
    bound("an upper limit of an unknown concept", "concept CONCEPT_UNKNOWN") {
      $0.concept = "nothing"
    },
    bound("an upper limit of nothing", "at_most REQUIRED") { $0.atMost = nil },
    bound("an upper limit of 0", "at_most.value OUT_OF_RANGE") {
      $0.atMost = Quantity(value: "0", unit: "g/L")
    },
    fault("two upper limits", "relations[3].upper_limit_bound.concept DUPLICATE") {
      $0.append(.upperLimit("amount", "6", "g/L"))
    },
    item("an unknown instrument", "instrument CONCEPT_UNKNOWN") { $0.instrument = "nothing" },
    item("an amount for an instrument", "instrument CONCEPT_KIND") { $0.instrument = "amount" },
    item("an item without a name", "item REQUIRED") { $0.item = "" },
    item("points that are no decimal", "points DECIMAL_MALFORMED") { $0.points = "eight" },
    item("no points", "points OUT_OF_RANGE") { $0.points = "0" },
    item("an item of an unknown criterion", "criterion CRITERION_UNKNOWN") {
      $0.criterion = "nobody"
    },
    fault("an item twice", "relations[3].score_item DUPLICATE") {
      $0.append(.item("score", "pain", "8", "ill"))
    },
    fault("an item with two weights", "relations[3].score_item.points POINTS_DIFFER") {
      $0.append(.item("score", "pain", "4", "exposed"))
    },
    fault("too many", "relations TOO_MANY") { $0 = Array(repeating: $0[0], count: 1_001) },
  ]

  @Test(arguments: all) func isReported(_ fault: DefinitionFault) { fault.check() }

  /// An item may make several criteria true, and an upper limit may be given in any unit.
  @Test func whatIsAllowed() {
    var definition = ProtocolDefinition.whole
    definition.relations = Self.sound
    #expect(DefinitionFault.errors(of: definition).isEmpty)
    definition.relations.append(.item("score", "pain", "8.0", "exposed"))
    #expect(DefinitionFault.errors(of: definition).isEmpty)
  }
}
