import EligibilityCore
import ReportRendering
import Testing

/// When a failed verdict passes, and how long a verdict holds.
@Suite struct VerdictTimesTests {
  // MARK: A criterion

  @Test func aCriterionPasses() throws {
    let day = try date("2025-04-01")
    let rows: [(PassesOn, String)] = [
      (passes { $0.date = day }, "passes on 2025-04-01, assuming no new exposure"),
      (
        passes { $0.instant = Instant(seconds: 0) },
        "passes after 1970-01-01T00:00:00Z, assuming no new exposure"
      ),
      (passes { $0.never = true }, "does not pass with time"),
    ]
    for (passes, line) in rows {
      let verdict = try draft(.ineligible) {
        $0.results = [result("EX11", .triggered) { $0.passesOn = passes }]
      }
      #expect(lines(verdict).contains(line))
    }
  }

  /// Each condition that the core gives, in words.
  @Test(arguments: [
    ("AFTER_LAST_DOSE 15 d", "passes 15 days after the last dose"),
    ("AFTER_LAST_DOSE 1 d", "passes 1 day after the last dose"),
    ("AFTER_LAST_DOSE 2 wk", "passes 2 weeks after the last dose"),
    ("AFTER_LAST_DOSE_OVER_LIMIT 15 d", "passes 15 days after the last dose over the limit"),
    ("AFTER_LAST_DOSE_OVER_LIMIT 72 h", "passes 72 hours after the last dose over the limit"),
    (
      "AFTER_PARTICIPATION_ENDS 3 mo",
      "passes when the end of taking part in the other trial has left the window of 3 months"
    ),
    (
      "AFTER_LAST_ACTIVITY 5 a",
      "passes when the last activity or treatment has left the window of 5 years"
    ), ("AFTER_LAST_ACTIVITY 31 d", "passes 31 days after the last activity or treatment"),
    ("AFTER_LAST_DOSE", "passes after the last dose"),
    ("AFTER_RESOLUTION", "passes after the condition has resolved"),
    ("NEW_CONSENT_FROM 2025-06-01", "passes with a new consent signed on or after 2025-06-01"),
    ("NEW_SCREENING_FROM 2025-06-01", "passes with a new screening on or after 2025-06-01"),
    (
      "AFTER_RESOLUTION; AFTER_LAST_DOSE 15 d",
      "passes after the condition has resolved and 15 days after the last dose"
    ), ("AFTER_SOMETHING_NEWER 3 mo", "passes after something newer 3 mo"),
    ("AFTER_SOMETHING_NEWER", "passes after something newer"),
  ]) func conditions(_ condition: String, _ line: String) throws {
    let verdict = try draft(.ineligible) {
      $0.results = [
        result("EX12", .triggered) { $0.passesOn = passes { $0.condition = condition } }
      ]
    }
    #expect(lines(verdict).contains(line))
  }

  // MARK: The verdict

  @Test func theVerdictPasses() throws {
    let day = try date("2025-03-30")
    let rows: [(PassesOn, String)] = [
      (passes { $0.date = day }, "Passes on 2025-03-30, assuming no new exposure."),
      (
        passes { $0.instant = Instant(seconds: 0) },
        "Passes after 1970-01-01T00:00:00Z, assuming no new exposure."
      ), (passes { $0.condition = "AFTER_LAST_DOSE 15 d" }, "Passes 15 days after the last dose."),
      (passes { $0.never = true }, "Does not pass with time."),
    ]
    for (passes, line) in rows {
      #expect(lines(try draft(.ineligible) { $0.passesOn = passes })[1] == line)
    }
  }

  /// A cohort says when it passes where that is not when the verdict does.
  @Test func aCohortPasses() throws {
    let verdict = try draft(.ineligible) {
      $0.passesOn = passes { $0.condition = "AFTER_LAST_DOSE 15 d" }
      $0.cohorts = ["sle", "aav", "iim"].map {
        CohortVerdict(cohort: $0, outcome: .ineligible, ownOutcome: .eligible)
      }
      $0.cohorts[0].passesOn = $0.passesOn
      $0.cohorts[1].passesOn = passes { $0.never = true }
    }
    #expect(
      lines(verdict)[1...3] == [
        "cohort sle: INELIGIBLE", "cohort aav: INELIGIBLE, does not pass with time",
        "cohort iim: INELIGIBLE",
      ])
  }

  /// What was said in words is not said again by its code; what was not, is.
  @Test func warningsThatWereTold() throws {
    let codes = [
      "ASSUMES_NO_NEW_EXPOSURE", "VALID_AT_LEAST_UNTIL", "SETTLE_SETS_LIMITED",
      "CANNOT_BE_SETTLED",
    ]
    let day = try date("2025-03-30")
    let told = try draft(.undetermined) {
      $0.warnings = codes.map { Warning(code: $0) }
      $0.passesOn = passes { $0.date = day }
      $0.validUntil = "2025-03-29"
      $0.settleSets = [SettleSet(direction: .toEligible, facts: [missing("alt")])]
    }
    #expect(!report(told).contains("To know"))
    let untold = try draft(.ineligible) { $0.warnings = codes.map { Warning(code: $0) } }
    for code in codes { #expect(report(untold).contains("(\(code))")) }
    let placed = try draft(.ineligible) {
      $0.warnings = [Warning(code: "ASSUMES_NO_NEW_EXPOSURE", criterionID: "EX11")]
      $0.passesOn = passes { $0.date = day }
    }
    #expect(report(placed).contains("EX11: assumes no new exposure"))
  }

  @Test func whatMustBeRepeatedIsNamed() throws {
    let day = try date("2025-03-30")
    let first = try date("2025-03-23")
    let verdict = try draft(.ineligible) {
      $0.passesOn = passes { $0.date = day }
      $0.toRepeat = [missing("hcg") { $0.notBefore = first }, missing("alt")]
    }
    #expect(
      lines(verdict)[1]
        == "Passes on 2025-03-30 if hcg is repeated on or after 2025-03-23 and alt is repeated, "
        + "assuming no new exposure.")
    let definition = DefinitionIndex(try Definitions.with("  []\n"))
    let named = VerdictReport(
      verdict, definition: definition, style: TextStyle(isColoured: false)
    ).text
    #expect(named.contains("and \"ALT\" is repeated"))
  }

  @Test(
    arguments: [
      ("", nil, "No date is known on which this verdict would change by time alone."),
      ("2025-03-21", nil, "This verdict holds until 2025-03-21 if nothing new arrives."),
      (
        "2025-03-21", "VALID_AT_LEAST_UNTIL",
        "This verdict holds at least until 2025-03-21 if nothing new arrives."
      ),
      (
        "2025-04-10T02:00:00Z", "ASSUMES_NO_CHANGE_SINCE",
        "This verdict holds until 2025-04-10T02:00:00Z if nothing new arrives."
      ),
    ] as [(String, String?, String)])
  func howLongItHolds(_ end: String, _ warning: String?, _ line: String) throws {
    for outcome in [Outcome.eligible, .ineligible, .undetermined] {
      let verdict = try draft(outcome) {
        $0.validUntil = end
        if let warning { $0.warnings = [Warning(code: warning)] }
      }
      #expect(lines(verdict)[1] == line)
    }
  }
}
