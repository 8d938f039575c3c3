/// What evaluating one node of the logic yields.
struct NodeResult {
  /// Truth of the test; meaningless when the node does not apply.
  var truth: Truth
  /// Whether the criterion applies to the patient.
  var isApplicable = true
  /// Why it is so; nil where there is nothing to say. Copies share it until one is changed.
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
    set {
      if newValue.isEmpty, grounds?.reasons.isEmpty ?? true { return }
      own().reasons = newValue
    }
    _modify { yield &own().reasons }
  }

  var evidence: [EvidenceNote] {
    get { grounds?.evidence ?? [] }
    set {
      if newValue.isEmpty, grounds?.evidence.isEmpty ?? true { return }
      own().evidence = newValue
    }
    _modify { yield &own().evidence }
  }

  var missing: [MissingFact] {
    get { grounds?.missing ?? [] }
    set {
      if newValue.isEmpty, grounds?.missing.isEmpty ?? true { return }
      own().missing = newValue
    }
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
    set { if turns != newValue { own().turns = newValue } }
  }

  /// Grounds that no other result rests on.
  private mutating func own() -> Grounds {
    if isKnownUniquelyReferenced(&grounds), let grounds { return grounds }
    let own = grounds.map { Grounds(copying: $0) } ?? Grounds()
    grounds = own
    return own
  }

  /// Keeps what is shown, and what is missing, to itself.
  mutating func withholdFacts() {
    guard let known = grounds, known.hasFacts else { return }
    let rest = Grounds(reasons: known.reasons)
    rest.isCut = known.isCut
    rest.turns = known.turns
    grounds = rest
  }

  /// Whether it applies and is not known.
  var isOpen: Bool { isApplicable && truth == .unknown }

  /// Whether nothing is said about why.
  var isBare: Bool { grounds == nil }

  static var notApplicable: NodeResult {
    var result = NodeResult(.true)
    result.isApplicable = false
    return result
  }

  static func unknown(_ reason: String) -> NodeResult {
    NodeResult(NodeState(truth: .unknown), Grounds(reasons: [reason]))
  }

  mutating func addReason(_ reason: String) {
    if !reason.isEmpty, !(grounds?.reasons.contains(reason) ?? false) { reasons.append(reason) }
  }

  /// Lists one more fact that decided.
  mutating func show(_ item: EvidenceNote) {
    let own = own()
    if own.evidence.isEmpty {
      own.evidence = [item]
    } else {
      own.evidence.append(item)
    }
  }

  /// Makes a reason the most important one.
  mutating func putFirst(_ reason: String) {
    let others = reasons.filter { $0 != reason }
    reasons = [reason] + others
  }

  /// Whether anything is missing.
  var hasMissing: Bool { grounds.map { !$0.missing.isEmpty } ?? false }

  /// Facts that one criterion shows at most; beyond them the first ones stand for all, and the verdict says
  /// so. A patient's record does not come near it.
  static let maximumEvidence = 200

  /// Takes over why another node has its outcome.
  mutating func adopt(_ other: NodeResult, withEvidence: Bool) {
    if let grounds = other.grounds { adopt(grounds, withFacts: withEvidence, withEvidence) }
  }

  /// Takes over grounds.
  ///
  /// - Parameter withFacts: whether what they show, and what is missing, is taken over.
  mutating func adopt(_ other: Grounds, withFacts: Bool, _ withEvidence: Bool) {
    if isBare, withFacts || !other.hasFacts, other.canBeShared(withEvidence: withEvidence) {
      grounds = other
      return
    }
    for reason in other.reasons { addReason(reason) }
    guard withEvidence else { return }
    if other.isCut { isCut = true }
    guard withFacts, other.hasFacts else { return }
    let own = own()
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
