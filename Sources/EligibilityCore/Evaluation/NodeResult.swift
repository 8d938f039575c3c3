/// What evaluating one node of the logic yields.
struct NodeResult {
  /// Truth of the test; meaningless when the node does not apply.
  var truth: Truth
  /// Whether the criterion applies to the patient.
  var isApplicable = true
  /// Why it is so: one, or none where there is nothing to say. A list, since its copies share it until one is
  /// changed; most results are handed on as they are.
  private(set) var grounds: [Grounds] = []

  init(_ truth: Truth) {
    self.truth = truth
  }

  init(_ state: NodeState, _ grounds: [Grounds]) {
    truth = state.truth
    isApplicable = state.isApplicable
    self.grounds = grounds
  }

  /// What it comes to, without why.
  var state: NodeState { NodeState(truth: truth, isApplicable: isApplicable) }

  /// Reason codes, most important first, without repetition.
  var reasons: [String] {
    get { isBare ? [] : grounds[0].reasons }
    set {
      if isBare, newValue.isEmpty { return }
      begin()
      grounds[0].reasons = newValue
    }
    _modify {
      begin()
      yield &grounds[0].reasons
    }
  }

  var evidence: [Evidence] {
    get { isBare ? [] : grounds[0].evidence }
    set {
      if isBare, newValue.isEmpty { return }
      begin()
      grounds[0].evidence = newValue
    }
    _modify {
      begin()
      yield &grounds[0].evidence
    }
  }

  var missing: [MissingFact] {
    get { isBare ? [] : grounds[0].missing }
    set {
      if isBare, newValue.isEmpty { return }
      begin()
      grounds[0].missing = newValue
    }
    _modify {
      begin()
      yield &grounds[0].missing
    }
  }

  /// Whether there is more evidence, or more is missing, than is listed.
  var isCut: Bool {
    get { isBare ? false : grounds[0].isCut }
    set {
      if isCut == newValue { return }
      begin()
      grounds[0].isCut = newValue
    }
  }

  /// When a true exclusion or a false inclusion would have turned, if nothing new happens.
  var turns: Turning? {
    get { isBare ? nil : grounds[0].turns }
    set {
      if isBare, newValue == nil { return }
      begin()
      grounds[0].turns = newValue
    }
  }

  /// Makes room for grounds.
  private mutating func begin() {
    if isBare { grounds = [Grounds()] }
  }

  /// Keeps what is shown, and what is missing, to itself.
  mutating func withholdFacts() {
    guard let known = grounds.first, !(known.evidence.isEmpty && known.missing.isEmpty) else {
      return
    }
    grounds = [Grounds(reasons: known.reasons, isCut: known.isCut, turns: known.turns)]
  }

  /// Whether nothing is said about why.
  var isBare: Bool { grounds.isEmpty }

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
  var hasMissing: Bool { !isBare && !grounds[0].missing.isEmpty }

  /// Facts that one criterion shows at most; beyond them the first ones stand for all, and the verdict says
  /// so. A patient's record does not come near it.
  static let maximumEvidence = 200

  /// Takes over why another node has its outcome.
  mutating func adopt(_ other: NodeResult, withEvidence: Bool) {
    if other.isBare { return }
    if isBare, other.grounds[0].canBeShared(withEvidence: withEvidence) {
      grounds = other.grounds
      return
    }
    for reason in other.grounds[0].reasons { addReason(reason) }
    guard withEvidence else { return }
    begin()
    if other.isCut { grounds[0].isCut = true }
    if Self.add(other.grounds[0].evidence, to: &grounds[0].evidence) { grounds[0].isCut = true }
    if Self.add(other.grounds[0].missing, to: &grounds[0].missing) { grounds[0].isCut = true }
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
