/// Why a node is what it is. A reference, since most results are handed on as they are: who changes shared grounds
/// takes a copy first.
///
/// One thread uses them. They are not watched for overlapping accesses while the program runs: what reads or changes
/// them evaluates nothing meanwhile.
final class Grounds {
  @safe @exclusivity(unchecked) var reasons: [String]
  @safe @exclusivity(unchecked) var evidence: [EvidenceNote] = []
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
    if turns != nil || !reasons.isEmpty && hasEmptyOrRepeatedReason { return false }
    guard withEvidence else { return !hasFacts && !isCut }
    let most = NodeResult.maximumEvidence
    let (shown, lacking) = (evidence.count, missing.count)
    return shown <= most && lacking <= most && !(shown > 1 && hasRepetition(evidence))
      && !(lacking > 1 && hasRepetition(missing))
  }

  private var hasEmptyOrRepeatedReason: Bool {
    if reasons.count == 1 { return reasons[0].isEmpty }
    return reasons.contains("") || hasRepetition(reasons)
  }

  private func hasRepetition<Item: Equatable>(_ items: [Item]) -> Bool {
    items.indices.contains { items[..<$0].contains(items[$0]) }
  }
}
