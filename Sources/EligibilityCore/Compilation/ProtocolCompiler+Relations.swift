extension ProtocolCompiler {
  /// More relations than that are refused, so that a review stays bounded.
  static let maximumRelations = 1_000

  /// Resolves what may be taken for granted.
  mutating func compileRelations() -> CompiledRelations {
    var relations = CompiledRelations()
    guard definition.relations.count <= Self.maximumRelations else {
      report("relations", "TOO_MANY", "at most \(Self.maximumRelations) relations")
      return relations
    }
    for (index, relation) in definition.relations.enumerated() {
      let path = "relations[\(index)]"
      if relation.source.isEmpty {
        report("\(path).source", "REQUIRED", "say why it may be taken for granted")
      }
      switch relation.kind {
      case .impliedResult(let implied):
        compile(implied, "\(path).implied_result", into: &relations)
      case .upperLimitBound(let bound):
        compile(bound, "\(path).upper_limit_bound", into: &relations)
      case .scoreItem(let item): compile(item, "\(path).score_item", into: &relations)
      case nil: report(path, "REQUIRED", "say what holds")
      }
    }
    return relations
  }

  private mutating func compile(
    _ implied: ImpliedResult, _ path: String, into relations: inout CompiledRelations
  ) {
    let criterion = self.criterion(implied.criterion, "\(path).criterion")
    let concept = self.concept(implied.concept, "\(path).concept", kinds: [.quantity, .finding])
    let comparison = required(implied.comparison, "\(path).operator")
    let limit = amount(implied.value, of: concept, "\(path).value")
    guard let criterion, let concept, let comparison, let limit else { return }
    relations.impliedAmounts.append(
      CompiledRelations.ImpliedAmount(
        criterion: criterion, concept: concept, comparison: comparison, limit: limit))
  }

  private mutating func compile(
    _ bound: UpperLimitBound, _ path: String, into relations: inout CompiledRelations
  ) {
    let concept = self.concept(bound.concept, "\(path).concept", kinds: [.quantity, .finding])
    let limit = amount(bound.atMost, of: concept, "\(path).at_most")
    guard let concept, let limit else { return }
    if limit.signum <= 0 {
      report("\(path).at_most.value", "OUT_OF_RANGE", "give an upper limit above 0")
    }
    if relations.upperLimits.updateValue(limit, forKey: concept) != nil {
      report("\(path).concept", "DUPLICATE", "'\(bound.concept)' has a bound already")
    }
  }

  private mutating func compile(
    _ item: ScoreItem, _ path: String, into relations: inout CompiledRelations
  ) {
    let instrument = concept(item.instrument, "\(path).instrument", kinds: [.instrument])
    let criterion = self.criterion(item.criterion, "\(path).criterion")
    if item.item.isEmpty { report("\(path).item", "REQUIRED", "give the item's name") }
    let points = decimal(item.points, "\(path).points")
    if let points, points.signum <= 0 {
      report("\(path).points", "OUT_OF_RANGE", "give points above 0")
    }
    guard let instrument, let criterion, let points, !item.item.isEmpty else { return }
    for known in relations.items where known.instrument == instrument && known.name == item.item {
      if known.criterion == criterion {
        report(path, "DUPLICATE", "'\(item.item)' implies '\(item.criterion)' already")
      }
      if known.points != points {
        report("\(path).points", "POINTS_DIFFER", "'\(item.item)' has other points already")
        return
      }
    }
    relations.items.append(
      CompiledRelations.Item(
        instrument: instrument, name: item.item, points: points, criterion: criterion))
  }

  /// An amount in the canonical unit of a concept; nil where the concept is at fault, too.
  private mutating func amount(_ quantity: Quantity?, of concept: Int?, _ path: String)
    -> ExactRational?
  {
    guard let quantity = required(quantity, path) else { return nil }
    if quantity.comparator != .exact {
      report("\(path).comparator", "NOT_APPLICABLE", "a limit has no comparator")
    }
    guard let concept else { return nil }
    guard let factor = catalogue.concepts[concept].factors[quantity.unit] else {
      report(
        "\(path).unit", "UNIT_UNKNOWN",
        "'\(quantity.unit)' is no unit of '\(catalogue.concepts[concept].id)'")
      return nil
    }
    return quantity.value.rational * factor
  }
}
