import EligibilityCore
import Testing

/// One way of making a whole definition wrong, and every error that it must be refused with.
struct DefinitionFault: Sendable, CustomTestStringConvertible {
  let testDescription: String
  private let change: @Sendable (inout ProtocolDefinition) -> Void
  /// `path REASON`, in the order of the fields.
  let expected: [String]

  /// - Parameter expected: each `path REASON`; a path may name a criterion, `{exposed}.exposure`.
  init(
    _ name: String, _ expected: String...,
    by change: @escaping @Sendable (inout ProtocolDefinition) -> Void
  ) {
    testDescription = name
    self.change = change
    self.expected = expected.map(Self.spelledOut)
  }

  /// `{exposed}.exposure` as `criteria[11].exposure`.
  private static func spelledOut(_ text: String) -> String {
    guard text.hasPrefix("{"), let end = text.firstIndex(of: "}") else { return text }
    let id = text[text.index(after: text.startIndex)..<end]
    guard let index = ProtocolDefinition.whole.criteria.firstIndex(where: { $0.id == id }) else {
      preconditionFailure("no criterion '\(id)'")
    }
    return "criteria[\(index)]\(text[text.index(after: end)...])"
  }

  /// The errors that compiling yields, `path REASON` each.
  static func errors(of definition: ProtocolDefinition) -> [DefinitionError] {
    do throws(DefinitionErrors) {
      _ = try CompiledProtocol(definition, digest: "")
      return []
    } catch {
      return error.errors
    }
  }

  /// Makes the definition wrong, and compares.
  func check() {
    var definition = ProtocolDefinition.whole
    change(&definition)
    let errors = Self.errors(of: definition)
    #expect(errors.map { "\($0.path) \($0.reason)" } == expected)
    #expect(errors.allSatisfy { !$0.message.isEmpty })
  }
}

/// How a kind of rule is taken out of a criterion and put back.
struct RuleKind<Test: Sendable>: Sendable {
  let get: @Sendable (Rule) -> Test?
  let make: @Sendable (Test) -> Rule
}

extension RuleKind {
  static var group: RuleKind<GroupRule> {
    RuleKind<GroupRule>(
      get: { if case .group(let test) = $0 { test } else { nil } }, make: Rule.group)
  }
  static var result: RuleKind<ResultTest> {
    RuleKind<ResultTest>(
      get: { if case .result(let test) = $0 { test } else { nil } }, make: Rule.result)
  }
  static var measured: RuleKind<MeasuredTest> {
    RuleKind<MeasuredTest>(
      get: { if case .measured(let test) = $0 { test } else { nil } }, make: Rule.measured)
  }
  static var finding: RuleKind<FindingTest> {
    RuleKind<FindingTest>(
      get: { if case .finding(let test) = $0 { test } else { nil } }, make: Rule.finding)
  }
  static var exposure: RuleKind<ExposureTest> {
    RuleKind<ExposureTest>(
      get: { if case .exposure(let test) = $0 { test } else { nil } }, make: Rule.exposure)
  }
  static var condition: RuleKind<ConditionTest> {
    RuleKind<ConditionTest>(
      get: { if case .condition(let test) = $0 { test } else { nil } }, make: Rule.condition)
  }
  static var participation: RuleKind<ParticipationTest> {
    RuleKind<ParticipationTest>(
      get: { if case .participation(let test) = $0 { test } else { nil } }, make: Rule.participation
    )
  }
  static var statement: RuleKind<StatementTest> {
    RuleKind<StatementTest>(
      get: { if case .statement(let test) = $0 { test } else { nil } }, make: Rule.statement)
  }
  static var assessment: RuleKind<AssessmentTest> {
    RuleKind<AssessmentTest>(
      get: { if case .assessment(let test) = $0 { test } else { nil } }, make: Rule.assessment)
  }
  static var gradeCount: RuleKind<GradeCountTest> {
    RuleKind<GradeCountTest>(
      get: { if case .gradeCount(let test) = $0 { test } else { nil } }, make: Rule.gradeCount)
  }
  static var conclusion: RuleKind<ConclusionTest> {
    RuleKind<ConclusionTest>(
      get: { if case .conclusion(let test) = $0 { test } else { nil } }, make: Rule.conclusion)
  }
  static var dailyDose: RuleKind<DailyDoseTest> {
    RuleKind<DailyDoseTest>(
      get: { if case .dailyDose(let test) = $0 { test } else { nil } }, make: Rule.dailyDose)
  }
  static var clearance: RuleKind<ClearanceTest> {
    RuleKind<ClearanceTest>(
      get: { if case .clearance(let test) = $0 { test } else { nil } }, make: Rule.clearance)
  }
  static var duration: RuleKind<DurationTest> {
    RuleKind<DurationTest>(
      get: { if case .duration(let test) = $0 { test } else { nil } }, make: Rule.duration)
  }
  static var change: RuleKind<ChangeTest> {
    RuleKind<ChangeTest>(
      get: { if case .change(let test) = $0 { test } else { nil } }, make: Rule.change)
  }
  static var persistence: RuleKind<PersistenceTest> {
    RuleKind<PersistenceTest>(
      get: { if case .persistence(let test) = $0 { test } else { nil } }, make: Rule.persistence)
  }
  static var age: RuleKind<AgeTest> {
    RuleKind<AgeTest>(get: { if case .age(let test) = $0 { test } else { nil } }, make: Rule.age)
  }
  static var choice: RuleKind<ReadingChoiceRule> {
    RuleKind<ReadingChoiceRule>(
      get: { if case .byReading(let rule) = $0 { rule } else { nil } }, make: Rule.byReading)
  }
  static var sequence: RuleKind<SequenceTest> {
    RuleKind<SequenceTest>(
      get: { if case .sequence(let test) = $0 { test } else { nil } }, make: Rule.sequence)
  }
}

extension ProtocolDefinition {
  /// A criterion, which must be there.
  func criterion(_ id: String) -> Criterion {
    guard let found = criteria.first(where: { $0.id == id }) else {
      preconditionFailure("no criterion '\(id)'")
    }
    return found
  }

  /// Changes a criterion.
  mutating func edit(_ id: String, _ change: (inout Criterion) -> Void) {
    guard let index = criteria.firstIndex(where: { $0.id == id }) else {
      preconditionFailure("no criterion '\(id)'")
    }
    change(&criteria[index])
  }

  /// Changes the rule of a criterion, which must be of the kind.
  mutating func edit<Test>(_ id: String, _ kind: RuleKind<Test>, _ change: (inout Test) -> Void) {
    edit(id) { criterion in
      guard let rule = criterion.rule, var test = kind.get(rule) else {
        preconditionFailure("'\(id)' has another rule")
      }
      change(&test)
      criterion.rule = kind.make(test)
    }
  }
}
