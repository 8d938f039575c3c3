/// What evaluating one node of the logic yields.
struct NodeResult {
  /// Truth of the test; meaningless when the node does not apply.
  var truth: Truth
  /// Whether the criterion applies to the patient.
  var isApplicable = true
  /// Why it is so; nil = there is nothing to say. Most results are handed on as they are.
  private(set) var grounds: Grounds?

  init(_ truth: Truth) {
    self.truth = truth
  }

  init(_ state: NodeState, _ grounds: Grounds?) {
    truth = state.truth
    isApplicable = state.isApplicable
    self.grounds = grounds
  }

  /// What it comes to, without why.
  var state: NodeState { NodeState(truth: truth, isApplicable: isApplicable) }

  /// Reason codes, most important first, without repetition.
  var reasons: [String] {
    get { grounds?.reasons ?? [] }
    set { if grounds != nil || !newValue.isEmpty { own().reasons = newValue } }
    _modify { yield &own().reasons }
  }

  var evidence: [Evidence] {
    get { grounds?.evidence ?? [] }
    set { if grounds != nil || !newValue.isEmpty { own().evidence = newValue } }
    _modify { yield &own().evidence }
  }

  var missing: [MissingFact] {
    get { grounds?.missing ?? [] }
    set { if grounds != nil || !newValue.isEmpty { own().missing = newValue } }
    _modify { yield &own().missing }
  }

  /// Whether there is more evidence, or more is missing, than is listed.
  var isCut: Bool {
    get { grounds?.isCut ?? false }
    set { if isCut != newValue { own().isCut = newValue } }
  }

  /// When a true exclusion or a false inclusion would have turned, if nothing new happens.
  var turns: Turning? {
    get { grounds?.turns }
    set { if grounds != nil || newValue != nil { own().turns = newValue } }
  }

  /// The grounds of this result alone, to be changed.
  private mutating func own() -> Grounds {
    if isKnownUniquelyReferenced(&grounds), let grounds { return grounds }
    let copy = Grounds(grounds)
    grounds = copy
    return copy
  }

  /// Keeps what is shown, and what is missing, to itself.
  mutating func withholdFacts() {
    guard let known = grounds, !(known.evidence.isEmpty && known.missing.isEmpty) else { return }
    let rest = Grounds(nil)
    rest.reasons = known.reasons
    rest.isCut = known.isCut
    rest.turns = known.turns
    grounds = rest
  }

  /// Whether nothing is said about why.
  var isBare: Bool { grounds == nil }

  static var notApplicable: NodeResult {
    var result = NodeResult(.true)
    result.isApplicable = false
    return result
  }

  static func unknown(_ reason: String) -> NodeResult {
    var result = NodeResult(.unknown)
    result.reasons = [reason]
    return result
  }

  mutating func addReason(_ reason: String) {
    if !reason.isEmpty, !reasons.contains(reason) { reasons.append(reason) }
  }

  /// Makes a reason the most important one.
  mutating func putFirst(_ reason: String) {
    let others = reasons.filter { $0 != reason }
    reasons = [reason] + others
  }

  /// Whether anything is missing.
  var hasMissing: Bool { grounds?.missing.isEmpty == false }

  /// Facts that one criterion shows at most; beyond them the first ones stand for all, and the verdict says
  /// so. A patient's record does not come near it.
  static let maximumEvidence = 200

  /// Takes over why another node has its outcome.
  mutating func adopt(_ other: NodeResult, withEvidence: Bool) {
    guard let theirs = other.grounds else { return }
    if grounds == nil, theirs.canBeShared(withEvidence: withEvidence) {
      grounds = theirs
      return
    }
    for reason in other.reasons { addReason(reason) }
    guard withEvidence else { return }
    let own = own()
    own.isCut = own.isCut || other.isCut
    if Self.add(other.evidence, to: &own.evidence) { own.isCut = true }
    if Self.add(other.missing, to: &own.missing) { own.isCut = true }
  }

}

extension NodeResult {
  /// Adds what is not listed yet; whether some of it found no room.
  private static func add<Item: Equatable>(_ items: [Item], to list: inout [Item]) -> Bool {
    if list.isEmpty, items.count == 1 {
      list = items
      return false
    }
    for item in items where !list.contains(item) {
      guard list.count < maximumEvidence else {
        return true
      }
      list.append(item)
    }
    return false
  }
}
