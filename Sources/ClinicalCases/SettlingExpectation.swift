internal import EligibilityCore
internal import MessageCoding

/// What a case expects of the settle sets and the times of a verdict; what is not said is not compared.
struct SettlingExpectation {
  /// `settle_to_eligible`, `settle_to_ineligible`: exactly these sets, in any order.
  var sets: [SettleDirection: [[ExpectedFact]]]
  /// `settle_to_eligible_includes`, `settle_to_ineligible_includes`: these among others.
  var included: [SettleDirection: [[ExpectedFact]]]
  /// `never_asked`: concepts that no set and no list of what is missing may hold.
  var neverAsked: [String]
  /// `outstanding`: exactly these outstanding attestations, in any order.
  var outstanding: [String]?
  /// `verdict_passes_on`: a date, an instant, `never`, a condition, or `none`.
  var passesOn: String?
  /// `to_repeat`: exactly these, each with its first day or without.
  var toRepeat: [ExpectedFact]?
  /// `valid_until`: a date or an instant; empty = none is known.
  var validUntil: String?

  /// The keys that it reads.
  static let keys: Set<String> = [
    "settle_to_eligible", "settle_to_ineligible", "settle_to_eligible_includes",
    "settle_to_ineligible_includes", "never_asked", "outstanding", "verdict_passes_on", "to_repeat",
    "valid_until",
  ]

  init(_ expect: DocumentNode) throws(CaseError) {
    sets = [:]
    included = [:]
    for (direction, name) in [
      (SettleDirection.toEligible, "settle_to_eligible"), (.toIneligible, "settle_to_ineligible"),
    ] {
      sets[direction] = try ExpectedFact.sets(expect.member(name))
      let some = expect.member("\(name)_includes")
      try CaseError.refuseEmpty(some)
      included[direction] = try ExpectedFact.sets(some)
    }
    try CaseError.refuseEmpty(expect.member("never_asked"))
    neverAsked = try CaseError.texts(of: expect.member("never_asked")) ?? []
    outstanding = try CaseError.texts(of: expect.member("outstanding"))
    passesOn = try CaseError.text(of: expect.member("verdict_passes_on"))
    toRepeat = try ExpectedFact.list(expect.member("to_repeat"))
    validUntil = try CaseError.text(of: expect.member("valid_until"))
  }

  /// What came out otherwise.
  func differences(_ verdict: Verdict) -> [String] {
    var differences: [String] = []
    for direction in [SettleDirection.toEligible, .toIneligible] {
      let found = verdict.settleSets.filter { $0.direction == direction }.map(\.facts)
      let name = direction == .toEligible ? "settle_to_eligible" : "settle_to_ineligible"
      if let expected = sets[direction], !Self.pair(expected, found, Self.isSet) {
        let lacking = expected.filter { set in !found.contains { Self.isSet(set, $0) } }
        let surplus = found.filter { set in !expected.contains { Self.isSet($0, set) } }
        differences.append(
          "\(name): expected \(expected.count) sets and got \(found.count); not found: "
            + "\(lacking); not expected: \(surplus.map { $0.map(Self.text) })")
      }
      for set in included[direction] ?? [] where !found.contains(where: { Self.isSet(set, $0) }) {
        differences.append(
          "\(name): expected \(set) among them, got \(found.map { $0.map(Self.text) })")
      }
    }
    return differences + asked(verdict) + times(verdict)
  }

  private func asked(_ verdict: Verdict) -> [String] {
    var differences: [String] = []
    let facts =
      verdict.settleSets.flatMap(\.facts) + verdict.results.flatMap(\.missing)
      + verdict.outstandingAttestations
    for concept in neverAsked where facts.contains(where: { $0.concept == concept }) {
      differences.append("\(concept) is asked for and must not be")
    }
    if let outstanding {
      let found = Set(verdict.outstandingAttestations.map(\.concept))
      if found != Set(outstanding) {
        differences.append("outstanding: expected \(outstanding), got \(found.sorted())")
      }
    }
    return differences
  }

  private func times(_ verdict: Verdict) -> [String] {
    var differences: [String] = []
    let passes = verdict.passesOn?.caseText ?? "none"
    if let expected = passesOn, expected != passes {
      differences.append("the verdict: expected to pass \(expected), got \(passes)")
    }
    if let toRepeat, !Self.pair(toRepeat, verdict.toRepeat, { $0.isRepeated($1) }) {
      let found = verdict.toRepeat.map { "\($0.concept) \($0.notBefore?.description ?? "")" }
      differences.append("to_repeat: expected \(toRepeat), got \(found)")
    }
    if let validUntil, validUntil != verdict.validUntil {
      differences.append("valid_until: expected '\(validUntil)', got '\(verdict.validUntil)'")
    }
    return differences
  }

  // MARK: Matching

  private static func text(_ fact: MissingFact) -> String {
    "\(fact.concept) \(fact.settlingValues)"
  }

  private static func isSet(_ expected: [ExpectedFact], _ found: [MissingFact]) -> Bool {
    pair(expected, found) { $0.isIn($1) }
  }

  /// Whether each of one list goes with another one of the other, and none is left over. What is expected
  /// without a detail goes with several, so a first choice may have to be taken back.
  private static func pair<Expected, Found>(
    _ expected: [Expected], _ found: [Found], _ matches: (Expected, Found) -> Bool
  ) -> Bool {
    guard expected.count == found.count else { return false }
    var partner = [Int?](repeating: nil, count: found.count)
    for index in expected.indices {
      var tried: Set<Int> = []
      guard place(index, expected, found, matches, &partner, &tried) else { return false }
    }
    return true
  }

  /// Finds a partner for one, moving those that have one already where need be.
  private static func place<Expected, Found>(
    _ index: Int, _ expected: [Expected], _ found: [Found], _ matches: (Expected, Found) -> Bool,
    _ partner: inout [Int?], _ tried: inout Set<Int>
  ) -> Bool {
    for candidate in found.indices where matches(expected[index], found[candidate]) {
      guard tried.insert(candidate).inserted else { continue }
      if let holder = partner[candidate],
        !place(holder, expected, found, matches, &partner, &tried)
      {
        continue
      }
      partner[candidate] = index
      return true
    }
    return false
  }
}

extension PassesOn {
  /// As a case names it: a date, an instant, `never`, or a condition.
  var caseText: String {
    date?.description ?? instant?.description ?? (never ? "never" : condition)
  }
}
