import EligibilityCore
import ReportRendering
import Testing

// Verdicts as the evaluator makes them, by hand.

func date(_ text: String) throws -> CalendarDate {
  try #require(CalendarDate(parsing: text))
}

func draft(
  _ outcome: Outcome, stage: Stage = .enrolment, _ change: (inout Verdict) -> Void = { _ in }
) throws -> Verdict {
  var verdict = Verdict(outcome: outcome, stage: stage, indexDate: try date("2025-03-15"))
  (verdict.trial, verdict.protocolVersion) = ("nct06373081", "2024-04-17")
  verdict.protocolDigest = "0123456789abcdef0123456789abcdef"
  change(&verdict)
  return verdict
}

func result(
  _ id: String, _ outcome: CriterionOutcome, parent: String = "", decisive: Bool = true,
  _ change: (inout CriterionResult) -> Void = { _ in }
) -> CriterionResult {
  var result = CriterionResult(id: id, parentID: parent, outcome: outcome)
  result.isDecisive = decisive
  change(&result)
  return result
}

func missing(_ concept: String, _ change: (inout MissingFact) -> Void = { _ in }) -> MissingFact {
  var fact = MissingFact()
  fact.concept = concept
  change(&fact)
  return fact
}

func evidence(_ concept: String, _ change: (inout Evidence) -> Void = { _ in }) -> Evidence {
  var item = Evidence()
  item.concept = concept
  change(&item)
  return item
}

func passes(_ change: (inout PassesOn) -> Void) -> PassesOn {
  var passes = PassesOn()
  change(&passes)
  return passes
}

/// The report without colours.
func report(_ verdict: Verdict, language: String = "en") -> String {
  VerdictReport(verdict, language: language, style: TextStyle(isColoured: false)).text
}

/// The lines of a report, without indentation.
func lines(_ verdict: Verdict, language: String = "en") -> [String] {
  report(verdict, language: language).split(separator: "\n", omittingEmptySubsequences: false)
    .map { String($0.drop { $0 == " " }) }
}
