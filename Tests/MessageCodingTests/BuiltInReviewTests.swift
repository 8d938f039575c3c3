import EligibilityCore
import Testing

@testable import MessageCoding

/// What the review finds in the built-in trial, whole, and in copies of it with a contradiction planted.
@Suite struct BuiltInReviewTests {
  /// `KIND criteria (stages) [cohorts]` of every finding, in order.
  static let expected = [
    "DEAD_ARM APS.3a C3.8 (ENROLMENT) [aps]",
    "CANNOT_MATTER IIM.3g (ENROLMENT) [iim]",
    "CANNOT_MATTER AAV.2a (ENROLMENT) [aav]",
    "CANNOT_MATTER AAV.2b (ENROLMENT) [aav]",
    "STAGES_DIFFER C3.4 I2.2 (ENROLMENT INFUSION) []",
    "STAGES_DIFFER C3.5 I2.3 (ENROLMENT INFUSION) []",
    "STAGES_DIFFER C3.7 I2.1 (ENROLMENT INFUSION) []",
    "SCORE_ITEM_EXCLUDES SLE.2a EX3 (ENROLMENT) [sle]",
    "SCORE_ITEM_EXCLUDES SLE.2d EX3 (ENROLMENT) [sle]",
    "EXEMPTION_WITHOUT_LIMIT C3.4 (ENROLMENT) []",
    "EXEMPTION_WITHOUT_LIMIT C3.5 (ENROLMENT) []",
    "EXEMPTION_WITHOUT_LIMIT C3.7 (ENROLMENT) []",
    "EXEMPTION_WITHOUT_LIMIT I2.1 (INFUSION) []",
    "EXEMPTION_WITHOUT_LIMIT I2.2 (INFUSION) []",
    "EXEMPTION_WITHOUT_LIMIT I2.3 (INFUSION) []",
    "NO_AGE_LIMIT C2.1 C3.1 C3.3 C3.4 C3.5 C3.6 C3.7 C3.8 C3.9 SSC.3b IIM.3a IIM.3b IIM.3c IIM.3d "
      + "IIM.3e IIM.3f IIM.3h APS.4a APS.4b EX8a.1 EX8a.2 EX8a.3 EX8b.1 EX8b.2 EX8c EX8d (ENROLMENT) []",
    "NO_AGE_LIMIT I2.1 I2.2 I2.3 I2.4 (INFUSION) []",
    "TREATMENT_MAKES_STALE C2.1 RR.3 (ENROLMENT) [sle pss ssc iim aav]",
  ]

  private static func line(_ finding: ProtocolFinding) -> String {
    let stages = finding.stages.map(\.rawValue).joined(separator: " ")
    return "\(finding.kind.rawValue) \(finding.criteria.joined(separator: " ")) (\(stages)) "
      + "[\(finding.cohorts.joined(separator: " "))]"
  }

  private static func builtIn() throws -> String {
    try #require(EmbeddedResources.definitions.first).text
  }

  private static func findings(_ text: String) throws -> [ProtocolFinding] {
    let review = DefinitionReview(text) { "\($0.count) bytes" }
    #expect(review.faults.isEmpty)
    let findings = try #require(review.accepted).findings
    #expect(findings.isComplete)
    return findings.findings
  }

  @Test func everyFinding() throws {
    #expect(try Self.findings(Self.builtIn()).map(Self.line) == Self.expected)
  }

  /// What the findings say of the contradictions that the text of the trial is known for.
  @Test func theirWitnesses() throws {
    let findings = try Self.findings(Self.builtIn())
    func witness(_ line: String) -> String? {
      findings.first { Self.line($0).hasPrefix(line) }?.witness
    }
    #expect(
      witness("DEAD_ARM APS.3a C3.8") == "inr 2 {INR} at the highest upper limit of normal, "
        + "1.3 {INR}, of which 1.5 times are 1.95 {INR}")
    #expect(
      witness("STAGES_DIFFER C3.7 I2.1")
        == "30 mL/min at a body surface of 1.73 m2 passes the first and fails the second")
    #expect(
      witness("STAGES_DIFFER C3.4 I2.2")
        == "outside the limit, with alt_due_to_inflammatory_disease "
        + "yes and alt_due_to_inflammatory_myopathy no: fails the first and passes the second")
    #expect(witness("SCORE_ITEM_EXCLUDES SLE.2d") == "8 points from seizure")
    #expect(witness("TREATMENT_MAKES_STALE") == "rituximab")
  }

  private static func reading(_ knob: String, _ value: String, in text: String) -> String {
    text.replacing(
      "\ncriteria:\n", with: "\nreadings: [{knob: \(knob), value: \"\(value)\"}]\ncriteria:\n")
  }

  /// Other readings have other findings.
  @Test func readings() throws {
    let text = try Self.builtIn()
    let notExempt = try Self.findings(Self.reading("attribution.reading", "not_exempt", in: text))
    #expect(!notExempt.contains { $0.kind == .exemptionWithoutLimit })
    #expect(notExempt.filter { $0.kind == .stagesDiffer }.map(\.criteria) == [["C3.7", "I2.1"]])
    let plain = try Self.findings(Self.reading("crcl.bsa", "none", in: text))
    #expect(
      plain.first { $0.criteria == ["C3.7", "I2.1"] }?.witness
        == "30 mL/min passes the first and fails the second")
    let limited = try Self.findings(Self.reading("lab.max_age_days", "30", in: text))
    #expect(!limited.contains { $0.kind == .noAgeLimit })
    let optional = try Self.findings(Self.reading("rr.cyc_mandatory", "false", in: text))
    #expect(optional.contains { $0.kind == .cannotMatter && $0.criteria == ["RR.2"] })
  }

  // MARK: Planted contradictions

  @Test func aCommonCriterionThatNobodyMeets() throws {
    let text = try Self.builtIn()
    let planted = text.replacing(
      "operator: COMPARISON_OPERATOR_LESS_OR_EQUAL, years: 65",
      with: "operator: COMPARISON_OPERATOR_LESS_THAN, years: 18")
    #expect(planted != text)
    let empty = try Self.findings(planted).filter { $0.kind == .emptyInterval }
    #expect(empty.map(Self.line) == ["EMPTY_INTERVAL C1.1 C1.2 (ENROLMENT) []"])
    #expect(empty.map(\.witness) == ["age >= 18 a against age <= 17 a"])
    #expect(empty.first?.message.hasSuffix("nobody can be eligible") == true)
  }

  /// AAV.3 asks for 15 or more; planted beside it: below 15. 15 or less would leave 15.
  @Test(arguments: [("LESS_THAN", 1), ("LESS_OR_EQUAL", 0)])
  func aCohortThatIsDead(_ comparison: String, _ count: Int) throws {
    let planted = """

      criteria:
        - id: AAV.9
          role: CRITERION_ROLE_INCLUSION
          stages: [STAGE_ENROLMENT]
          cohort: aav
          titles: [{language: en, text: "Planted"}]
          assessment: {instrument: bvas, operator: COMPARISON_OPERATOR_\(comparison), limit: "15"}

      """
    let empty = try Self.findings(Self.builtIn().replacing("\ncriteria:\n", with: planted))
      .filter { $0.kind == .emptyInterval }
    #expect(empty.count == count)
    for finding in empty {
      #expect(Self.line(finding) == "EMPTY_INTERVAL AAV.9 AAV.3 (ENROLMENT) [aav]")
      #expect(finding.witness == "bvas >= 0 and < 15 against bvas >= 15 and <= 63")
      #expect(finding.message.hasSuffix("nobody can be eligible through the cohort aav"))
    }
  }

  /// Without its relations the trial has the same verdicts and fewer findings; its digest differs.
  @Test func relationsAreForTheReviewAlone() throws {
    let text = try Self.builtIn()
    let start = try #require(text.firstRange(of: "\nrelations:\n")).lowerBound
    let without = String(text[..<start]) + "\n"
    let kinds: Set<ProtocolFinding.Kind> = [.deadArm, .scoreItemExcludes]
    #expect(!(try Self.findings(without).contains { kinds.contains($0.kind) }))
    func digest(_ text: String) -> String? {
      DefinitionReview(text) { "\($0.hashValue)" }.accepted?.program.digest
    }
    #expect(digest(text) != digest(without))
  }

  @Test func relationsOfADocument() throws {
    let document = try #require(
      DefinitionReview(Self.builtIn()) { _ in "" }.accepted?.document.definition.relations)
    #expect(document.count == 6 && document.allSatisfy { !$0.source.isEmpty })
    guard case .impliedResult(let implied) = document[0].kind,
      case .upperLimitBound(let bound) = document[1].kind,
      case .scoreItem(let item) = document[2].kind
    else {
      Issue.record("the relations are of other kinds")
      return
    }
    #expect(implied.criterion == "APS.3a" && implied.concept == "inr")
    #expect(implied.comparison == .greaterOrEqual && implied.value?.value.description == "2")
    #expect(bound.concept == "inr" && bound.atMost?.value.description == "1.3")
    #expect(item.instrument == "sledai_2k" && item.item == "seizure")
    #expect(item.points == "8" && item.criterion == "EX3")
  }

  /// Faults of relations stand at their line.
  @Test(
    arguments: [
      (
        "criterion: APS.3a, concept: inr", "criterion: APS.3z, concept: inr",
        "relations[0].implied_result.criterion"
      ),
      ("concept: inr, at_most", "concept: inz, at_most", "relations[1].upper_limit_bound.concept"),
      (
        "item: \"seizure\", points: \"8\"", "item: \"seizure\", points: \"-8\"",
        "relations[2].score_item.points"
      ),
      (
        "operator: COMPARISON_OPERATOR_GREATER_OR_EQUAL, value: {value: \"2\", unit: \"{INR}\"}",
        "operator: AT_LEAST, value: {value: \"2\", unit: \"{INR}\"}",
        "relations[0].implied_result.operator"
      ),
    ])
  func faults(_ from: String, _ to: String, _ path: String) throws {
    let text = try Self.builtIn()
    let wrong = text.replacing(from, with: to)
    #expect(wrong != text)
    let faults = DefinitionReview(wrong) { _ in "" }.faults
    #expect(faults.map(\.path) == [path])
    let lines = wrong.split(separator: "\n", omittingEmptySubsequences: false)
    let line = try #require(faults.first).line
    #expect(lines.indices.contains(line - 1) && lines[line - 1].contains(to))
  }
}
