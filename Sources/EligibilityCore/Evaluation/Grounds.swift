/// Why a node is what it is.
struct Grounds {
  var reasons: [String] = []
  var evidence: [Evidence] = []
  var missing: [MissingFact] = []
  var isCut = false
  var turns: Turning?

  /// Whether another result may rest on the same grounds: there is nothing in them that it would leave out.
  func canBeShared(withEvidence: Bool) -> Bool {
    if turns != nil || reasons.contains("") || hasRepetition(reasons) { return false }
    guard withEvidence else { return evidence.isEmpty && missing.isEmpty && !isCut }
    let most = NodeResult.maximumEvidence
    return evidence.count <= most && missing.count <= most && !hasRepetition(evidence)
      && !hasRepetition(missing)
  }

  private func hasRepetition<Item: Equatable>(_ items: [Item]) -> Bool {
    if items.count < 2 { return false }
    return items.indices.contains { items[..<$0].contains(items[$0]) }
  }
}
