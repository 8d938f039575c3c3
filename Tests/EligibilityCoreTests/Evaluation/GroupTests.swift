import EligibilityCore
import Testing

/// Groups over every combination of members that are true, false, unknown or do not apply. What does not
/// apply is the identity: the group is that of the others, and NOT_APPLICABLE when there are none.
@Suite struct GroupTests {
  /// A member: its truth, or nil when it does not apply.
  typealias Member = Truth?

  static let members: [Member] = [.true, .false, .unknown, nil]

  static func combinations(_ count: Int) -> [[Member]] {
    count == 0 ? [[]] : combinations(count - 1).flatMap { rest in members.map { rest + [$0] } }
  }

  /// What a group must be, from its definition.
  static func truth(_ kind: GroupKind, _ truths: [Truth], _ atLeast: Int) -> Truth {
    switch kind {
    case .all: truths.contains(.false) ? .false : truths.contains(.unknown) ? .unknown : .true
    case .any: truths.contains(.true) ? .true : truths.contains(.unknown) ? .unknown : .false
    case .none: truths.contains(.true) ? .false : truths.contains(.unknown) ? .unknown : .true
    case .atLeast:
      truths.count { $0 == .true } >= atLeast
        ? .true : truths.count { $0 != .false } >= atLeast ? .unknown : .false
    case .firstKnown: truths.first { $0 != .unknown } ?? .unknown
    case .anyKnown:
      truths.contains(.true) ? .true : truths.contains(.false) ? .false : .unknown
    }
  }

  static func bench(_ kind: GroupKind, _ count: Int, _ atLeast: Int) -> Bench {
    let ids = (0..<count).map(String.init)
    let concepts = ids.flatMap { id in
      [ConceptDefinition("s\(id)", .statement), ConceptDefinition("on\(id)", .statement)]
    }
    let steps: [Criterion] = ids.flatMap { id -> [Criterion] in
      [
        .step("m\(id)", .says("s\(id)")).applying(if: "on\(id)"),
        .step("on\(id)", .says("on\(id)")),
      ]
    }
    let rule = Rule.group(kind, ids.map { "m\($0)" }, atLeast: atLeast)
    return Bench(
      .draft(
        concepts: concepts, criteria: [.inclusion("T", rule), .exclusion("X", rule)] + steps))
  }

  @Test(arguments: [
    (GroupKind.all, 0), (.any, 0), (.none, 0), (.firstKnown, 0), (.anyKnown, 0), (.atLeast, 1),
    (.atLeast, 2), (.atLeast, 3),
  ])
  func everyCombination(_ kind: GroupKind, _ atLeast: Int) throws {
    let base = Self.bench(kind, 3, atLeast)
    let program = try base.compiled()
    for members in Self.combinations(3) {
      var bench = base
      for (index, member) in members.enumerated() {
        bench.say("on\(index)", member == nil ? .no : .yes)
        if let member { bench.say("s\(index)", member) }
      }
      let truths = members.compactMap { $0 }
      let truth = Self.truth(kind, truths, atLeast)
      let inclusion = truths.isEmpty ? .notApplicable : CriterionOutcome(inclusion: truth)
      let exclusion = truths.isEmpty ? .notApplicable : CriterionOutcome(exclusion: truth)
      #expect(try bench.outcome("T", by: program) == inclusion, "\(members)")
      #expect(try bench.outcome("X", by: program) == exclusion, "\(members)")
    }
  }

  /// A group of groups of what does not apply does not apply.
  @Test func notApplicableIsPassedUp() throws {
    var bench = Bench(
      [ConceptDefinition("s", .statement), ConceptDefinition("on", .statement)],
      .inclusion("T", .group(.all, ["inner", "same"])), .step("inner", .group(.any, ["leaf"])),
      .step("same", .sameAs("leaf")), .step("leaf", .says("s")).applying(if: "on"),
      .step("on", .says("on")))
    bench.say("on", .no)
    bench.say("s", .no)
    #expect(try bench.outcome() == .notApplicable)
    #expect(try bench.verdict().outcome == .eligible)
  }

  /// A group says why: the reasons of the members that made it what it is, no others.
  @Test func reasonsAreThoseOfTheMembersThatDecide() throws {
    let concepts = (0..<3).map { ConceptDefinition("s\($0)", .statement) }
    var bench = Bench(
      concepts, .inclusion("T", .group(.all, ["a", "b", "c"])),
      .step("a", .says("s0")).failing(with: "FIRST"),
      .step("b", .says("s1")).failing(with: "SECOND"),
      .step("c", .says("s2")).failing(with: "THIRD"))
    bench.say("s0", .no)
    bench.say("s1", .yes)
    #expect(try bench.result().reasons == ["FIRST"])
    #expect(try bench.result().missing.isEmpty)
    bench.say("s2", .no)
    #expect(try bench.result().reasons == ["FIRST", "THIRD"])
  }

  @Test func anUnknownGroupAsksForWhatIsMissing() throws {
    let concepts = (0..<3).map { ConceptDefinition("s\($0)", .statement) }
    var bench = Bench(
      concepts, .inclusion("T", .group(.all, ["a", "b", "c"])), .step("a", .says("s0")),
      .step("b", .says("s1")), .step("c", .says("s2")))
    bench.say("s0", .yes)
    let result = try bench.result()
    #expect(result.missing.map(\.concept) == ["s1", "s2"])
    #expect(result.missing.allSatisfy { $0.criterionID == "T" && $0.settlingValues == "YES" })
  }
}
