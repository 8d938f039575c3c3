/// Why a node is what it is. A reference, since most results are handed on as they are: who changes shared grounds
/// takes a copy first.
///
/// One thread uses them. They are not watched for overlapping accesses while the program runs: what reads or changes
/// them evaluates nothing meanwhile.
final class Grounds {
  @safe @exclusivity(unchecked) var reasons: [String]
  @safe @exclusivity(unchecked) var evidence: [Evidence] = []
  @safe @exclusivity(unchecked) var missing: [MissingFact] = []
  @safe @exclusivity(unchecked) var isCut = false
  @safe @exclusivity(unchecked) var turns: Turning?

  init(reasons: [String] = []) {
    self.reasons = reasons
  }

  /// The same grounds once more.
  init(copying other: Grounds) {
    reasons = other.reasons
    evidence = other.evidence
    missing = other.missing
    isCut = other.isCut
    turns = other.turns
  }

  /// Whether anything is shown, or is missing.
  var hasFacts: Bool { !evidence.isEmpty || !missing.isEmpty }

  /// Whether another result may rest on the same grounds: there is nothing in them that it would leave out.
  func canBeShared(withEvidence: Bool) -> Bool {
    if turns != nil || reasons.contains("") || hasRepetition(reasons) { return false }
    guard withEvidence else { return !hasFacts && !isCut }
    let most = NodeResult.maximumEvidence
    return evidence.count <= most && missing.count <= most && !hasRepetition(evidence)
      && !hasRepetition(missing)
  }

  private func hasRepetition<Item: Equatable>(_ items: [Item]) -> Bool {
    if items.count < 2 { return false }
    return items.indices.contains { items[..<$0].contains(items[$0]) }
  }
}
