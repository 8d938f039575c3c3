import EligibilityCore
import Testing

/// The settle sets of small definitions, each worked out by hand.
@Suite struct SettleSetTests {
  static func statements(_ ids: String...) -> [ConceptDefinition] {
    ids.map { ConceptDefinition($0, .statement) }
  }

  private func sets(_ verdict: Verdict, _ direction: SettleDirection) -> [[String]] {
    verdict.settleSets.filter { $0.direction == direction }.map { set in
      set.facts.map { fact in
        fact.settlingValues.isEmpty ? fact.concept : "\(fact.concept) \(fact.settlingValues)"
      }
    }
  }

  @Test func alternativesAndConjunctions() throws {
    let bench = Bench(
      Self.statements("a", "b", "c"),
      .inclusion("T", .group(.any, ["T.a", "T.bc"])), .step("T.a", .says("a")),
      .step("T.bc", .group(.all, ["T.b", "T.c"])), .step("T.b", .says("b")),
      .step("T.c", .says("c", .no)))
    let verdict = try bench.verdict()
    #expect(sets(verdict, .toEligible) == [["a YES"], ["b YES", "c NO"]])
    #expect(sets(verdict, .toIneligible) == [["a NO", "b NO"], ["a NO", "c YES"]])
    #expect(verdict.outstandingAttestations.map(\.concept) == ["a", "b", "c"])
    #expect(verdict.settleSets.flatMap(\.facts).allSatisfy { $0.isAttestation })
    #expect(verdict.settleSets[0].facts[0].criterionID == "T")
  }

  @Test func limitsOfOneResultStandTogether() throws {
    let bench = Bench(
      [ConceptDefinition("alt", .quantity, unit: "U/L")],
      .inclusion("T", .result("alt", .greaterOrEqual, "10", "U/L")),
      .inclusion("U", .result("alt", .less, "40", "U/L")),
      .exclusion("X", .result("alt", .equal, "20", "U/L")))
    let verdict = try bench.verdict()
    // X is not triggered below 20 or above it: either way the other limits bind, too.
    #expect(
      sets(verdict, .toEligible) == [
        ["alt < 40 U/L and > 20 U/L or >= 10 U/L and < 20 U/L"]
      ])
    #expect(sets(verdict, .toIneligible) == [["alt < 10 U/L or >= 40 U/L or = 20 U/L"]])
    let fact = try #require(verdict.settleSets.first?.facts.first)
    #expect(fact.unit == "U/L" && fact.reason == "NO_RESULT")
  }

  /// What cannot be fulfilled together is in no set.
  @Test func whatContradictsItselfSettlesNothing() throws {
    let bench = Bench(
      [ConceptDefinition("alt", .quantity, unit: "U/L")],
      .inclusion("T", .result("alt", .greater, "40", "U/L")),
      .inclusion("U", .result("alt", .less, "40", "U/L")))
    let verdict = try bench.verdict()
    #expect(verdict.outcome == .undetermined)
    #expect(sets(verdict, .toEligible).isEmpty)
    #expect(sets(verdict, .toIneligible) == [["alt <= 40 U/L or >= 40 U/L"]])
    #expect(verdict.warnings.contains(Warning(code: "CANNOT_BE_SETTLED", arguments: ["T", "U"])))
  }

  @Test func recordsThatLackSomethingAreNamed() throws {
    var bench = Bench(
      [ConceptDefinition("drug", .drug)], sets: [CodeSet("drugs", concepts: ["drug"])],
      .exclusion("X", .exposure("drugs") { $0.systemicOnly = true })
    ).reviewed(.medications)
    var medicine = MedicationExposure("m", "drug", from: "2025-05-01")
    medicine.route = nil
    bench.snapshot.medications = [medicine]
    let verdict = try bench.verdict()
    #expect(sets(verdict, .toEligible) == [["drugs NONE"]])
    #expect(sets(verdict, .toIneligible) == [["drugs RECORDED"]])
    let fact = try #require(verdict.settleSets.first?.facts.first)
    #expect(fact.factIDs == ["m"] && fact.section == .medications)
    #expect(fact.reason == "ROUTE_NOT_RECORDED")
  }

  /// A review answers for every class, and is one thing to obtain.
  @Test func oneReviewForSeveralClasses() throws {
    let bench = Bench(
      [ConceptDefinition("a", .drug), ConceptDefinition("b", .drug)],
      sets: [CodeSet("as", concepts: ["a"]), CodeSet("bs", concepts: ["b"])],
      .exclusion("X", .exposure("as")), .exclusion("Y", .exposure("bs")))
    let verdict = try bench.verdict()
    #expect(sets(verdict, .toEligible) == [["as NONE", "bs NONE"]])
    #expect(sets(verdict, .toIneligible) == [["as RECORDED"], ["bs RECORDED"]])
    #expect(verdict.settleSets.flatMap(\.facts).allSatisfy { $0.section == .medications })
  }

  /// What is known first decides, and what could become known first is asked for, too.
  @Test func whatWouldBeKnownFirst() throws {
    var bench = Bench(
      Self.statements("a", "b"), .exclusion("X", .group(.anyKnown, ["X.a", "X.b"])),
      .step("X.a", .says("a")), .step("X.b", .says("b")),
      .inclusion("open", .says("c")))
    bench.definition.concepts += Self.statements("c")
    bench.say("a", .no)
    let verdict = try bench.verdict()
    #expect(sets(verdict, .toEligible) == [["c YES"]])
    #expect(sets(verdict, .toIneligible) == [["b YES"], ["c NO"]])
  }

  @Test func decidedVerdictsAskForNothing() throws {
    var bench = Bench(
      Self.statements("a", "b"), .inclusion("T", .says("a")), .inclusion("U", .says("b")))
    bench.say("a", .no)
    let verdict = try bench.verdict()
    #expect(verdict.outcome == .ineligible)
    #expect(verdict.settleSets.isEmpty && verdict.outstandingAttestations.isEmpty)
    #expect(verdict.results.flatMap(\.missing).isEmpty)
    #expect(try bench.result("U").reasons == ["NO_ATTESTATION"])
    bench.detail = .outcome
    #expect(try bench.verdict().settleSets.isEmpty)
  }

  /// Exactly one cohort: the other one has to fail, and with both of them nobody is eligible. The other way
  /// round is the same set of facts.
  @Test func exactlyOneCohort() throws {
    let bench = CohortTests.both(.true, .unknown, .unknown)
    let verdict = try bench.with {
      $0.definition.knobs = [
        KnobDefinition("d0.cohorts", ["at_least_one", "exactly_one"], "exactly_one")
      ]
    }.verdict()
    #expect(sets(verdict, .toEligible) == [["a YES", "b NO"]])
    #expect(sets(verdict, .toIneligible) == [["a YES", "b YES"]])
    let other = try bench.verdict()
    #expect(sets(other, .toEligible) == [["a YES"], ["b YES"]])
    #expect(sets(other, .toIneligible) == [["a NO", "b NO"]])
  }
}
