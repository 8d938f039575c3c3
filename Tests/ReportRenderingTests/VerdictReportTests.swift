import EligibilityCore
import ReportRendering
import Testing

/// A study nurse reads the outcome first, then what decides it, then what is missing.
@Suite struct VerdictReportTests {
  // MARK: The outcome comes first

  @Test(
    arguments: [
      (.eligible, .enrolment, "ELIGIBLE for enrolment on 2025-03-15"),
      (.ineligible, .enrolment, "INELIGIBLE for enrolment on 2025-03-15"),
      (.undetermined, .infusion, "UNDETERMINED for infusion on 2025-03-15"),
    ] as [(Outcome, Stage, String)])
  func firstLine(_ outcome: Outcome, _ stage: Stage, _ line: String) throws {
    #expect(lines(try draft(outcome, stage: stage)).first == line)
  }

  @Test func cohortsFollow() throws {
    let verdict = try draft(.ineligible) {
      $0.cohorts = [
        CohortVerdict(cohort: "sle", outcome: .ineligible, ownOutcome: .eligible),
        CohortVerdict(cohort: "ssc", outcome: .notAssessed, ownOutcome: .notAssessed),
        CohortVerdict(cohort: "iim", outcome: .undetermined, ownOutcome: .undetermined),
      ]
    }
    #expect(
      lines(verdict).dropFirst().prefix(4)
        == [
          "cohort sle: INELIGIBLE", "cohort iim: UNDETERMINED",
          "No date is known on which this verdict would change by time alone.", "",
        ])
  }

  @Test func theReportEndsWithOneLineFeed() throws {
    let text = report(try draft(.eligible))
    #expect(text.hasSuffix("\n") && !text.hasSuffix("\n\n"))
  }

  // MARK: What decides

  /// Only what decides is shown, and of a group only the parts that explain it.
  @Test func onlyWhatDecides() throws {
    let verdict = try draft(.ineligible) {
      $0.results = [
        result("C1", .met, decisive: false), result("C3", .notMet),
        result("C3.1", .notMet, parent: "C3"), result("C3.2", .met, parent: "C3", decisive: false),
        result("EX11", .triggered), result("EX12", .unknown, decisive: false),
      ]
    }
    let found = lines(verdict)
    let start = try #require(found.firstIndex(of: "What decides"))
    #expect(Array(found[(start + 1)...].prefix(2)) == ["NOT_MET C3.1", "TRIGGERED EX11"])
    #expect(!found.contains { $0.contains("C3.2") || $0.contains("C1") || $0.contains("EX12") })
    #expect(!found.contains("What is missing"))
  }

  /// Nothing is asked for where the outcome is settled.
  @Test func aSettledOutcomeAsksForNothing() throws {
    let verdict = try draft(.ineligible) {
      $0.results = [
        result("C3.1", .notMet) { $0.missing = [missing("anc")] },
        result("C4.2", .unknown, decisive: false) { $0.missing = [missing("hcg")] },
      ]
    }
    #expect(!report(verdict).contains("needed"))
    #expect(!report(verdict).contains("hcg"))
  }

  @Test func reasonsAreReadAsWords() throws {
    let verdict = try draft(.ineligible) {
      $0.results = [
        result("C3.1", .notMet) { $0.reasons = ["ANC_BELOW_MINIMUM", "CSF_WITHIN_14D"] },
        result("C3.8", .notMet) { $0.reasons = ["INR_ABOVE_LIMIT"] },
      ]
    }
    #expect(
      lines(verdict).contains(
        "reason: ANC below minimum (ANC_BELOW_MINIMUM); csf within 14d (CSF_WITHIN_14D)"))
    #expect(lines(verdict).contains("reason: INR above limit (INR_ABOVE_LIMIT)"))
  }

  @Test(arguments: [
    ("given alone", "alt 130 U/L; limit <= 3 x ULN = 120 U/L [lab-7]"),
    ("converted", "hb 6.0 g/dL = 60 g/L, 2025-03-10"), ("the same twice", "alt 40 U/L"),
    ("derived", "creatinine_clearance = 29.9 mL/min"),
  ]) func evidenceIsOneLine(_ kind: String, _ line: String) throws {
    let item: Evidence =
      switch kind {
      case "given alone":
        evidence("alt") {
          ($0.givenValue, $0.givenUnit, $0.factID) = ("130", "U/L", "lab-7")
          $0.limit = "<= 3 x ULN = 120 U/L"
        }
      case "converted":
        evidence("hb") {
          ($0.givenValue, $0.givenUnit, $0.effective) = ("6.0", "g/dL", "2025-03-10")
          ($0.normalisedValue, $0.normalisedUnit) = ("60", "g/L")
        }
      case "the same twice":
        evidence("alt") {
          ($0.givenValue, $0.givenUnit) = ("40", "U/L")
          ($0.normalisedValue, $0.normalisedUnit) = ("40", "U/L")
        }
      default:
        evidence("creatinine_clearance") {
          ($0.normalisedValue, $0.normalisedUnit) = ("29.9", "mL/min")
        }
      }
    let verdict = try draft(.ineligible) {
      $0.results = [result("C1", .notMet) { $0.evidence = [item] }]
    }
    #expect(lines(verdict).contains(line))
  }

  @Test(
    arguments: [(6, nil), (7, "and 1 more facts"), (200, "and 194 more facts")] as [(Int, String?)])
  func muchEvidenceIsCounted(_ count: Int, _ line: String?) throws {
    let verdict = try draft(.ineligible) {
      $0.results = [
        result("EX11", .triggered) { result in
          result.evidence = EvidenceList((0..<count).map { evidence("fact-\($0)") })
        }
      ]
    }
    let found = lines(verdict)
    #expect(found.count { $0.hasPrefix("fact-") } == 6)
    #expect(found.filter { $0.hasPrefix("and ") } == (line.map { [$0] } ?? []))
  }

  // MARK: What is missing

  @Test func whatIsNeeded() throws {
    let first = try date("2025-03-08")
    let last = try date("2025-03-15")
    let rows: [(MissingFact, String)] = [
      (missing("hcg"), "needed: hcg"),
      (
        missing("hcg") {
          ($0.notBefore, $0.notAfter, $0.settlingValues) = (first, last, "NEGATIVE")
          $0.codings = [Coding(system: "http://loinc.org", code: "2118-8")]
          $0.unit = "mIU/mL"
        },
        "needed: hcg (LOINC 2118-8): negative, in mIU/mL, from 2025-03-08 to 2025-03-15"
      ),
      (missing("anc") { $0.notAfter = last }, "needed: anc, by 2025-03-15"),
      (missing("alt") { $0.notBefore = first }, "needed: alt, from 2025-03-08"),
      (
        missing("c3.10") { ($0.isAttestation, $0.settlingValues) = (true, "YES") },
        "needed: an attestation of c3.10: yes"
      ),
      (
        missing("biologics") { $0.section = .medications },
        "needed: biologics, or the review of medications"
      ),
    ]
    for (fact, line) in rows {
      let verdict = try draft(.undetermined) {
        $0.results = [result("C1", .unknown) { $0.missing = [fact] }]
      }
      let found = lines(verdict)
      let start = try #require(found.firstIndex(of: "What is missing"))
      #expect(found[start + 1] == "UNKNOWN C1")
      #expect(found.contains(line))
      #expect(!found.contains("What decides") && !found.contains("What would settle it"))
    }
  }

  @Test func anEligiblePatientNeedsNothing() throws {
    let verdict = try draft(.eligible) { $0.results = [result("C1", .met)] }
    let found = lines(verdict)
    #expect(found.contains("Every criterion is satisfied or does not apply."))
    #expect(!found.contains("What is missing") && !found.contains("What decides"))
  }
}
