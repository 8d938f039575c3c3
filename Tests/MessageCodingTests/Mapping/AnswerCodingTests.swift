import EligibilityCore
import Testing

@testable import MessageCoding

/// An answer comes back from its bytes as it was.
@Suite struct AnswerCodingTests {
  static func missing(_ name: String) -> MissingFact {
    var fact = MissingFact()
    fact.concept = name
    fact.codings = [Coding(system: "http://loinc.org", code: "1742-6")]
    fact.unit = "U/L"
    fact.notBefore = CalendarDate(parsing: "2025-01-01")
    fact.notAfter = CalendarDate(parsing: "2025-03-15")
    fact.cohort = "sle"
    fact.settlingValues = "<= 3 x ULN"
    fact.isAttestation = true
    fact.reason = "NO_RESULT"
    fact.criterionID = "C3.1"
    fact.section = .laboratory
    return fact
  }

  /// An answer with every field set.
  static func full() throws -> EvaluationAnswer {
    let date = try #require(CalendarDate(parsing: "2025-03-15"))
    var verdict = Verdict(outcome: .undetermined, stage: .infusion, indexDate: date)
    var passes = PassesOn()
    passes.date = CalendarDate(parsing: "2025-06-01")
    var passesLater = PassesOn()
    passesLater.instant = Instant(seconds: 1_748_736_000)
    var never = PassesOn()
    never.condition = "a new sample"
    never.never = true
    var cohort = CohortVerdict(cohort: "sle", outcome: .ineligible, ownOutcome: .eligible)
    cohort.passesOn = passes
    cohort.titles = [Text(language: "zh-Hans", text: "系统性红斑狼疮")]
    verdict.cohorts = [
      cohort, CohortVerdict(cohort: "pss", outcome: .notAssessed, ownOutcome: .undetermined),
    ]
    var evidence = Evidence()
    evidence.factID = "f1"
    evidence.concept = "alt"
    evidence.givenValue = "<5"
    evidence.givenUnit = "U/L"
    evidence.normalisedValue = "0.083"
    evidence.normalisedUnit = "ukat/L"
    evidence.limit = "<= 3 x ULN = 120 U/L"
    evidence.effective = "2025-03-12"
    evidence.role = "value"
    verdict.results = EnumTables.criterionOutcomes.enumerated().map { index, outcome in
      var result = CriterionResult(id: "C\(index)", parentID: "C", outcome: outcome)
      result.reasons = ["R1", "R2"]
      result.evidence = [evidence, Evidence()]
      result.passesOn = passesLater
      result.missing = [missing("m\(index)")]
      result.cohort = "sle"
      result.isDecisive = index % 2 == 0
      result.titles = [Text(language: "en", text: "title")]
      return result
    }
    verdict.settleSets = [
      SettleSet(direction: .toEligible, facts: [missing("a"), missing("b")]),
      SettleSet(direction: .toIneligible, facts: []),
    ]
    verdict.outstandingAttestations = [missing("t")]
    verdict.passesOn = never
    verdict.toRepeat = [missing("r")]
    verdict.validUntil = "2025-03-20"
    verdict.readings = [Reading(knob: "k", value: "v")]
    verdict.dataIssues = [DataIssue(factID: "f1", path: "observations[0]", reason: "AFTER_AS_OF")]
    verdict.warnings = [Warning(code: "W", arguments: ["1", "2"], criterionID: "C1")]
    verdict.trial = "nct06373081"
    verdict.protocolVersion = "2024-04-17"
    verdict.protocolDigest = "d1"
    verdict.site = "changzheng"
    verdict.siteRevision = "1"
    verdict.siteDigest = "d2"
    verdict.verdictDigest = "d3"
    var answer = EvaluationAnswer(verdict: verdict)
    answer.activation = "built-in"
    answer.configurationRevision = "r1"
    answer.cohortAvailability = [CohortAvailability(cohort: "sle", state: "OPEN")]
    answer.requestRef = "ref"
    return answer
  }

  @Test func everyFieldComesBack() throws {
    let answer = try Self.full()
    #expect(try EligibilityMessages.answer(EligibilityMessages.bytes(of: answer)) == answer)
  }

  @Test func anEmptyAnswerComesBack() throws {
    let date = try #require(CalendarDate(parsing: "2025-03-15"))
    for outcome in EnumTables.outcomes {
      for stage in EnumTables.stages {
        let answer = EvaluationAnswer(
          verdict: Verdict(outcome: outcome, stage: stage, indexDate: date))
        #expect(try EligibilityMessages.answer(EligibilityMessages.bytes(of: answer)) == answer)
      }
    }
  }

  @Test(arguments: [0, 1, 5, 100]) func theMessageStandsBehindFreeSpace(_ headroom: Int) throws {
    let answer = try Self.full()
    let bytes = EligibilityMessages.bytes(of: answer, headroom: headroom)
    #expect(bytes.prefix(headroom).allSatisfy { $0 == 0 })
    #expect(Array(bytes.dropFirst(headroom)) == EligibilityMessages.bytes(of: answer))
  }

  /// A client of an older version meets a newer server: unknown outcomes are not decisions.
  @Test(arguments: [UInt64(0), 5, 99]) func anUnknownOutcomeReadsAsUndetermined(
    _ number: UInt64
  ) throws {
    let verdict =
      WireBytes.number(1, number)
      + WireBytes.message(2, WireBytes.text(1, "sle") + WireBytes.number(2, number))
      + WireBytes.message(3, WireBytes.text(1, "C1") + WireBytes.number(3, number + 7))
      + WireBytes.number(11, 1) + WireBytes.text(12, "2025-03-15")
    let read = try EligibilityMessages.answer(WireBytes.message(1, verdict)).verdict
    #expect(read.outcome == .undetermined && read.cohorts.first?.outcome == .undetermined)
    #expect(read.results.first?.outcome == .unknown)
  }

  static let faulty: [(name: String, bytes: [UInt8], faults: [String])] = [
    ("nothing", [], ["verdict REQUIRED"]),
    ("no date", WireBytes.message(1, []), ["verdict.index_date REQUIRED"]),
    (
      "no day", WireBytes.message(1, WireBytes.text(12, "2025")),
      ["verdict.index_date DATE_MALFORMED"]
    ),
  ]

  @Test(arguments: faulty.indices) func aFaultyAnswerIsRefused(_ index: Int) {
    let row = Self.faulty[index]
    let error = #expect(throws: MessageError.self) { try EligibilityMessages.answer(row.bytes) }
    guard case .form(let form) = error else { return }
    #expect(form.violations.map { "\($0.field) \($0.reason)" } == row.faults, "\(row.name)")
  }

  @Test func theSameAnswerAlwaysGivesTheSameBytes() throws {
    let answer = try Self.full()
    let first = EligibilityMessages.bytes(of: answer)
    for _ in 0..<5 { #expect(EligibilityMessages.bytes(of: answer) == first) }
  }
}
