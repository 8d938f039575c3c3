import EligibilityCore
import TestSupport
import Testing

/// Findings against what every patient of a small world gets from the evaluator: a finding that one of
/// them disproves is a false alarm.
@Suite struct ReviewSoundnessTests {
  /// Every combination of two answers and some results, two of one day among them.
  private static let patients: [Bench] = {
    let results: [[ExactDecimal]] = [[], ["1"], ["2"], ["3"], ["4"], ["1", "3"], ["2", "4"]]
    var patients: [Bench] = []
    for amounts in results {
      for said in Truth.allCases {
        for more in Truth.allCases {
          var bench = Bench(ProtocolDefinition())
          bench.detail = .outcome
          bench.snapshot.observations = amounts.enumerated().map {
            Observation("o\($0.offset)", "amount", $0.element, "g/L")
          }
          bench.say("said", said)
          bench.say("more", more)
          patients.append(bench)
        }
      }
    }
    return patients
  }()

  private static func outcomes(_ definition: ProtocolDefinition) throws -> [Outcome] {
    let program = try CompiledProtocol(definition, digest: "")
    return try patients.map { try $0.verdict(by: program).outcome }
  }

  /// Grows a tree of steps; every step is used once.
  private struct Grower {
    var generator: SeededGenerator
    var steps: [Criterion] = []

    mutating func grow(_ depth: Int) -> String {
      let id = "s\(steps.count)"
      steps.append(.step(id, .says("said")))
      let rule = depth == 0 || generator.chance(oneIn: 3) ? leaf() : group(depth)
      let index = Int(id.dropFirst()) ?? 0
      steps[index].rule = rule
      if depth > 0, generator.chance(oneIn: 8) { steps[index].appliesIf = grow(0) }
      if depth > 0, generator.chance(oneIn: 10) { steps[index].voidIf = grow(0) }
      return id
    }

    private mutating func leaf() -> Rule {
      let comparisons = ComparisonOperator.allCases
      switch generator.number(in: 0...3) {
      case 0: return .says(generator.pick(["said", "more"]), generator.pick([.yes, .no]))
      default:
        let limit = generator.pick(["1", "2", "2.5", "3", "4"] as [ExactDecimal])
        let ever = generator.chance(oneIn: 6)
        return .result(generator.pick(comparisons), limit) { $0.ever = ever }
      }
    }

    private mutating func group(_ depth: Int) -> Rule {
      let members = (0..<generator.number(in: 2...3)).map { _ in grow(depth - 1) }
      switch generator.number(in: 0...7) {
      case 0...2: return .group(.any, members)
      case 3, 4: return .group(.all, members)
      case 5: return .group(.none, members)
      case 6: return .group(.atLeast, members, atLeast: 2)
      default: return .choose(members[0], members[1], members[members.count - 1])
      }
    }
  }

  private static func definition(_ seed: UInt64) -> ProtocolDefinition {
    var grower = Grower(generator: SeededGenerator(seed: seed))
    var tops: [Criterion] = []
    for position in 0..<3 {
      let root = grower.grow(2)
      tops.append(
        position == 2
          ? .exclusion("T\(position)", .sameAs(root)) : .inclusion("T\(position)", .sameAs(root)))
    }
    let selection = grower.generator.pick(["latest", "latest", "worst_in_window", "any"])
    return ReviewBench(
      tops + grower.steps,
      knobs: [
        KnobDefinition("observation.select", ["latest", "worst_in_window", "any"], selection)
      ]
    ).definition
  }

  /// The first name in quotes in a message.
  private static func named(_ finding: ProtocolFinding) -> String {
    let parts = finding.message.split(separator: "'", omittingEmptySubsequences: false)
    return parts.count > 1 ? String(parts[1]) : ""
  }

  /// The definition with a step that is always true, or false: the patients are women.
  private static func fixing(_ id: String, _ truth: Bool, in definition: ProtocolDefinition)
    -> ProtocolDefinition
  {
    var copy = definition
    for index in copy.criteria.indices where copy.criteria[index].id == id {
      copy.criteria[index].rule = .sex(truth ? .female : .male)
    }
    // Steps that nothing uses any more would be refused.
    var removed = true
    while removed {
      let used = Set(copy.criteria.flatMap(\.references))
      let count = copy.criteria.count
      copy.criteria.removeAll { $0.role == .step && !used.contains($0.id) }
      removed = copy.criteria.count < count
    }
    return copy
  }

  private static func eligible(_ outcomes: [Outcome]) -> [Bool] { outcomes.map { $0 == .eligible } }

  @Test(arguments: 0..<12) func noFalseAlarm(_ block: Int) throws {
    for seed in (block * 25)..<(block * 25 + 25) {
      let definition = Self.definition(UInt64(seed))
      let findings = try CompiledProtocol(definition, digest: "").review().findings
      guard findings.contains(where: { $0.kind != .noAgeLimit }) else { continue }
      let before = try Self.outcomes(definition)
      for finding in findings {
        let label: Comment = "seed \(seed): \(finding.message) (\(finding.witness))"
        let id = Self.named(finding)
        switch finding.kind {
        case .emptyInterval, .noArmLeft: #expect(!before.contains(.eligible), label)
        case .deadArm:
          let isFalse = finding.message.contains("can never be false")
          let after = try Self.outcomes(Self.fixing(id, isFalse, in: definition))
          #expect(Self.eligible(after) == Self.eligible(before), label)
        case .cannotMatter where finding.message.contains("can never matter beside"):
          let group = finding.message.split(separator: "'").last.map(String.init) ?? ""
          var reduced = definition
          for index in reduced.criteria.indices where reduced.criteria[index].id == group {
            guard case .group(var rule) = reduced.criteria[index].rule else { continue }
            rule.members.removeAll { $0 == id }
            reduced.criteria[index].rule = .group(rule)
          }
          let after = try Self.outcomes(Self.fixing("", true, in: reduced))
          #expect(after == before, label)
        case .cannotMatter where finding.message.contains("asks for it already"),
          .cannotMatter where finding.message.contains("leaves nothing to choose"):
          let isTrue = try [true, false].contains {
            try Self.outcomes(Self.fixing(id, $0, in: definition)) == before
          }
          #expect(isTrue, label)
        default: break
        }
      }
    }
  }

  /// The small worlds have findings of these kinds, or the test above would prove nothing.
  @Test func thereIsSomethingToDisprove() throws {
    var found: [ProtocolFinding.Kind: Int] = [:]
    for seed in 0..<300 {
      for finding in try CompiledProtocol(Self.definition(UInt64(seed)), digest: "").review()
        .findings
      {
        found[finding.kind, default: 0] += 1
      }
    }
    for kind in [ProtocolFinding.Kind.emptyInterval, .noArmLeft, .deadArm, .cannotMatter] {
      #expect(found[kind, default: 0] >= 10, "\(kind)")
    }
  }
}
