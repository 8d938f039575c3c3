import EligibilityCore
import ReportRendering
import Testing

/// What would settle an undetermined verdict, in words.
@Suite struct VerdictSettlingTests {
  private func set(_ direction: SettleDirection, _ facts: MissingFact...) -> SettleSet {
    SettleSet(direction: direction, facts: facts)
  }

  private func values(_ concept: String, _ values: String) -> MissingFact {
    missing(concept) { $0.settlingValues = values }
  }

  /// The lines under the heading, up to the next empty one, without indentation.
  private func settling(
    _ verdict: Verdict, definition: DefinitionIndex? = nil, language: String = "en"
  ) -> [String] {
    let report = VerdictReport(
      verdict, definition: definition, language: language, style: TextStyle(isColoured: false))
    let found = report.text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { String($0.drop { $0 == " " }) }
    guard let start = found.firstIndex(of: "What would settle it") else { return [] }
    return Array(found[(start + 1)...].prefix { !$0.isEmpty })
  }

  // MARK: To become eligible

  @Test func oneLineForEachFactAndOneBlockForEachSet() throws {
    let verdict = try draft(.undetermined) {
      $0.settleSets = [
        set(.toEligible, values("childbearing_potential", "NO")),
        set(.toEligible, values("hcg_ql_serum", "NEGATIVE"), values("lactating", "NO")),
      ]
    }
    #expect(
      settling(verdict) == [
        "To become eligible: obtain childbearing_potential: no",
        "or: obtain hcg_ql_serum: negative", "and lactating: no",
      ])
  }

  @Test(arguments: [
    ("<= 3 x ULN", "alt: <= 3 x ULN, in U/L"), ("POSITIVE", "alt: positive, in U/L"),
    (">= 6 and < 8", "alt: >= 6 and < 8, in U/L"), (">= 60 U/L", "alt: >= 60 U/L"),
    ("", "alt, in U/L"), ("NEGATIVE or <= 1 x ULN", "alt: negative or <= 1 x ULN, in U/L"),
  ]) func valuesAndUnit(_ values: String, _ text: String) throws {
    let verdict = try draft(.undetermined) {
      $0.settleSets = [
        set(
          .toEligible,
          missing("alt") {
            $0.settlingValues = values
            $0.unit = "U/L"
          })
      ]
    }
    #expect(settling(verdict) == ["To become eligible: obtain \(text)"])
  }

  @Test(arguments: [
    ("YES", "yes"), ("NO", "no"), ("MALE", "male"), ("FEMALE", "female"), ("A", "grade A"),
    ("A or B", "grade A or grade B"), ("RECORDED", "a record that counts"),
    ("NONE", "no record that counts"), (">= 18 a", ">= 18 years"), ("ELIGIBLE", "ELIGIBLE"),
  ]) func wordsForValues(_ values: String, _ text: String) throws {
    let verdict = try draft(.undetermined) {
      $0.settleSets = [set(.toEligible, self.values("fact", values))]
    }
    #expect(settling(verdict) == ["To become eligible: obtain fact: \(text)"])
  }

  /// A score has no unit to send.
  @Test func aUnitWithoutAWordIsLeftOut() throws {
    let verdict = try draft(.undetermined) {
      $0.settleSets = [
        set(
          .toEligible,
          missing("sledai_2k") {
            $0.settlingValues = ">= 8"
            $0.unit = "{score}"
          })
      ]
    }
    #expect(settling(verdict) == ["To become eligible: obtain sledai_2k: >= 8"])
  }

  @Test func codeWindowAndCohort() throws {
    let first = try date("2025-03-08")
    let last = try date("2025-03-15")
    let verdict = try draft(.undetermined) {
      $0.settleSets = [
        set(
          .toEligible,
          missing("hcg_ql_serum") {
            $0.settlingValues = "NEGATIVE"
            ($0.notBefore, $0.notAfter, $0.cohort) = (first, last, "sle")
            $0.codings = [
              Coding(system: "http://loinc.org", code: "2118-8"),
              Coding(system: "http://loinc.org", code: "19080-1"),
            ]
          })
      ]
    }
    #expect(
      settling(verdict) == [
        "To become eligible: obtain hcg_ql_serum (LOINC 2118-8): negative, from 2025-03-08 to "
          + "2025-03-15, for cohort sle"
      ])
  }

  @Test func attestationsAreSaidAsSuch() throws {
    let verdict = try draft(.undetermined) {
      $0.settleSets = [
        set(
          .toEligible,
          missing("gilbert_syndrome") {
            ($0.isAttestation, $0.settlingValues, $0.section) = (true, "YES", .conditions)
          }, missing("good_compliance") { ($0.isAttestation, $0.settlingValues) = (true, "YES") })
      ]
    }
    #expect(
      settling(verdict) == [
        "To become eligible: obtain an attestation of gilbert_syndrome: yes, or the review of "
          + "conditions", "and an attestation of good_compliance: yes",
      ])
  }

  /// The review of a section is one thing to do, whatever it is to show.
  @Test func theReviewOfASectionIsOneThing() throws {
    let verdict = try draft(.undetermined) {
      $0.settleSets = [
        set(
          .toEligible,
          missing("biologics") { ($0.settlingValues, $0.section) = ("NONE", .medications) },
          values("alt", "<= 3 x ULN"),
          missing("immunosuppressants") {
            ($0.settlingValues, $0.section) = ("NONE", .medications)
          },
          missing("trial_participations") {
            ($0.settlingValues, $0.section) = ("NONE", .trialParticipations)
          })
      ]
    }
    #expect(
      settling(verdict) == [
        "To become eligible: obtain a review of medications that shows biologics: no record that "
          + "counts and immunosuppressants: no record that counts",
        "and alt: <= 3 x ULN",
        "and a review of trial participations that shows Participation in other trials "
          + "(trial_participations): no record that counts",
      ])
  }

  @Test(arguments: [
    ("sex_at_birth", "Sex at birth"), ("birth_date", "Date of birth"),
    ("consent", "Informed consent"), ("enrolment_record", "Record of the enrolment"),
    ("screening_date", "Date of screening"), ("allergies", "Allergies"),
  ]) func whatNoDefinitionNames(_ id: String, _ name: String) throws {
    let verdict = try draft(.undetermined) {
      $0.settleSets = [set(.toEligible, missing(id))]
    }
    #expect(settling(verdict) == ["To become eligible: obtain \(name) (\(id))"])
  }

  // MARK: Titles

  @Test(arguments: [
    ("alt", "en", "ALT (alt)"), ("alt", "zh", "转氨酶 (alt)"), ("drugs", "en", "Drugs (drugs)"),
    ("alt.upper_limit_of_normal", "en", "ALT, upper limit of normal (alt.upper_limit_of_normal)"),
    ("score", "zh", "Score (score)"), ("weight", "en", "weight"), ("unknown", "en", "unknown"),
    ("index.skin", "en", "index.skin"),
  ]) func titlesOfConcepts(_ id: String, _ language: String, _ name: String) throws {
    let definition = DefinitionIndex(try Definitions.with("  []\n"))
    let verdict = try draft(.undetermined) {
      $0.settleSets = [set(.toEligible, missing(id)), set(.toIneligible, missing(id))]
    }
    let found = settling(verdict, definition: definition, language: language)
    #expect(found.first == "To become eligible: obtain \(name)")
    let short = name.replacing(" (\(id))", with: "")
    #expect(found.last == "Could still become ineligible: \(short)")
  }

  @Test func anAttestationHasItsTitleInQuotationMarks() throws {
    let definition = DefinitionIndex(try Definitions.with("  []\n"))
    let verdict = try draft(.undetermined) {
      $0.settleSets = [
        set(.toEligible, missing("said") { ($0.isAttestation, $0.settlingValues) = (true, "NO") })
      ]
    }
    #expect(
      settling(verdict, definition: definition) == [
        "To become eligible: obtain an attestation of \"Said so\" (said): no"
      ])
  }

  // MARK: What could still go wrong

  @Test func dangersAreShort() throws {
    let verdict = try draft(.undetermined) {
      $0.settleSets = [
        set(
          .toIneligible,
          missing("hbv_dna") {
            $0.settlingValues = "> 1 x ULN"
            $0.codings = [Coding(system: "http://loinc.org", code: "42595-9")]
          }), set(.toIneligible, values("phga", "< 2"), values("ptga", "< 2")),
      ]
    }
    #expect(
      settling(verdict) == [
        "Could still become ineligible: hbv_dna: > 1 x ULN; phga: < 2 and ptga: < 2"
      ])
  }

  @Test func manyDangersAreWrapped() throws {
    let verdict = try draft(.undetermined) { verdict in
      verdict.settleSets = (1...12).map { number in
        set(.toIneligible, values("a_concept_\(number)", "POSITIVE"))
      }
    }
    let found = settling(verdict)
    #expect(found.count > 1 && found.allSatisfy { $0.count <= 100 })
    let words = found.joined(separator: " ")
    for number in 1...12 { #expect(words.contains("a_concept_\(number): positive")) }
    #expect(words.filter { $0 == ";" }.count == 11)
  }

  // MARK: Notes

  @Test func whatNoFactCanSettleIsSaid() throws {
    let verdict = try draft(.undetermined) {
      $0.warnings = [Warning(code: "CANNOT_BE_SETTLED", arguments: ["C3.2", "EX4"])]
    }
    #expect(
      settling(verdict) == [
        "No missing fact can make this verdict eligible: C3.2 and EX4 would stay open."
      ])
  }

  @Test func aListThatWasCutIsSaidToBe() throws {
    let verdict = try draft(.undetermined) {
      $0.settleSets = [set(.toEligible, missing("alt"))]
      $0.warnings = [Warning(code: "SETTLE_SETS_LIMITED")]
    }
    #expect(settling(verdict).last == "There are more such sets than are listed.")
  }

  @Test(arguments: [Outcome.eligible, .ineligible, .undetermined])
  func withoutSetsThereIsNoHeading(_ outcome: Outcome) throws {
    #expect(!report(try draft(outcome)).contains("What would settle it"))
  }

  /// What a set says in full, a criterion only names.
  @Test func whatASetAsksForIsNotRepeated() throws {
    let first = try date("2025-03-08")
    let asked = missing("hcg") { ($0.notBefore, $0.settlingValues) = (first, "NEGATIVE") }
    let other = values("hcg", "NEGATIVE")
    let verdict = try draft(.undetermined) {
      $0.settleSets = [set(.toEligible, asked)]
      $0.results = [
        result("C4.2", .unknown) { $0.missing = [asked] },
        result("EX14", .unknown) { $0.missing = [other] },
      ]
    }
    let found = lines(verdict)
    #expect(found.contains("needed: hcg"))
    #expect(found.contains("needed: hcg: negative"))
    #expect(found.count { $0.contains("2025-03-08") } == 1)
  }

  /// Whoever sent the definition or the verdict does not steer the terminal.
  @Test func whatWouldSteerATerminalIsReplaced() throws {
    let verdict = try draft(.undetermined) {
      $0.settleSets = [
        set(.toEligible, values("a\u{1B}[2J", "b\u{7}")),
        set(.toIneligible, values("c\u{202E}", "d")),
      ]
      $0.warnings = [Warning(code: "CANNOT_BE_SETTLED", arguments: ["e\u{1B}"])]
      $0.validUntil = "f\u{1B}"
    }
    let text = report(verdict)
    #expect(!text.contains("\u{1B}") && !text.contains("\u{7}") && !text.contains("\u{202E}"))
  }
}
