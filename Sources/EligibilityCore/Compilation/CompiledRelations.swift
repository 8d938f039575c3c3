/// The relations of a definition with every name resolved.
struct CompiledRelations: Sendable {
  struct ImpliedAmount: Sendable {
    var criterion: Int
    var concept: Int
    var comparison: ComparisonOperator
    /// In the concept's canonical unit.
    var limit: ExactRational
  }

  struct Item: Sendable {
    var instrument: Int
    var name: String
    var points: ExactRational
    var criterion: Int
  }

  var impliedAmounts: [ImpliedAmount] = []
  /// Highest upper limit of normal in the canonical unit, by concept.
  var upperLimits: [Int: ExactRational] = [:]
  var items: [Item] = []
}
