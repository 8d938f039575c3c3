import EligibilityCore
import TestSupport
import Testing

/// What holds for every patient: the order of facts decides nothing, and facts that no criterion asks for
/// change nothing but the list of issues.
@Suite struct VerdictPropertyTests {
  /// The whole definition, with a patient made by chance out of facts that it asks for.
  static func bench(_ generator: inout SeededGenerator) -> Bench {
    Bench(.whole).with { bench in
      let times: [ClinicalTime?] = [
        nil, "2025", "2025-05", "2025-05-20", "2025-05-20T08:00:00+08:00",
        "2025-05-20T00:00:00Z", "2025-05-31", "2025-06-01", "2025-06-20", "2020-01-01",
        "2030-01-01",
      ]
      bench.snapshot.asOf = generator.pick(["2025-06-01", "2025-05-01", "2025-07-01"])
      bench.snapshot.birthDate = generator.pick(["1985-01-01", "1985", "2008-02-29", nil, "2030"])
      bench.snapshot.sexAtBirth = generator.pick([.female, .male, nil])
      for index in 0..<generator.number(in: 0...6) {
        bench.snapshot.observations.append(observation(index, times, &generator))
      }
      for index in 0..<generator.number(in: 0...4) {
        bench.snapshot.medications.append(medication(index, times, &generator))
      }
      for index in 0..<generator.number(in: 0...3) {
        var fact = Condition("c\(index)", generator.pick(["disease", "nothing"]))
        fact.onset = generator.pick(times)
        fact.abatement = generator.pick(times)
        fact.clinicalStatus = generator.pick([.active, .resolved, nil])
        fact.verificationStatus = generator.pick([.confirmed, .suspected, .refuted])
        bench.snapshot.conditions.append(fact)
      }
      for _ in 0..<generator.number(in: 0...4) {
        bench.say(
          generator.pick(["said", "said.more"]), generator.pick([.yes, .no, .undetermined]),
          on: generator.pick(times))
      }
      for index in 0..<generator.number(in: 0...3) {
        var fact = Assessment("a\(index)", generator.pick(["score", "graded"]))
        fact.effective = generator.pick(times)
        fact.total = generator.pick([nil, "5", "9"])
        fact.conclusion = generator.pick([nil, .yes, .no])
        fact.grades = generator.pick([[], [SystemGrade(system: "skin", grade: "A")]])
        bench.snapshot.assessments.append(fact)
      }
      for index in 0..<generator.number(in: 0...3) {
        var fact = TrialParticipation(id: "p\(index)", status: .final)
        (fact.start, fact.lastVisit) = (generator.pick(times), generator.pick(times))
        (fact.type, fact.state) = (.interventional, generator.pick([.ended, .ongoing, nil]))
        bench.snapshot.trialParticipations.append(fact)
        var consent = Consent(id: "k\(index)", status: .final)
        (consent.signed, consent.withdrawn) = (
          generator.pick(times), generator.pick([nil, "2025-05-30"])
        )
        bench.snapshot.consents.append(consent)
        var allergy = Allergy(id: "l\(index)", verificationStatus: .confirmed)
        (allergy.category, allergy.criticality) = (.drug, generator.pick([.high, .low, nil]))
        bench.snapshot.allergies.append(allergy)
      }
      for section in Section.allCases where generator.chance(oneIn: 2) {
        bench = bench.reviewed(section, asOf: generator.pick(["2025-05-01", "2025-06-01"]))
      }
    }
  }

  private static func observation(
    _ index: Int, _ times: [ClinicalTime?], _ generator: inout SeededGenerator
  ) -> Observation {
    let concept = generator.pick(["amount", "creatinine", "weight", "height", "finding", "nothing"])
    let unit = ["amount": "g/L", "creatinine": "umol/L", "weight": "kg", "height": "cm"][concept]
    let value = generator.pick(["0", "1", "1.5", "80", "170", "250"] as [ExactDecimal])
    var fact = Observation(
      "o\(index)", concept, value, unit ?? "odd", on: generator.pick(times),
      comparator: generator.pick([.exact, .exact, .lessThan, .greaterOrEqual]),
      uln: generator.pick([nil, "0", "1", "100"]))
    if concept == "finding" { fact.quantity = nil }
    fact.finding = generator.pick([nil, .positive, .negative])
    fact.hasUnknownFields = generator.chance(oneIn: 10)
    return fact
  }

  private static func medication(
    _ index: Int, _ times: [ClinicalTime?], _ generator: inout SeededGenerator
  ) -> MedicationExposure {
    var fact = MedicationExposure(
      "m\(index)", generator.pick(["drug", "nothing"]), from: generator.pick(times),
      to: generator.pick(times), generator.pick([.active, .completed, .unknown, .stopped]))
    fact = fact.dosed(
      generator.pick(["1", "1.5", "20"]), generator.pick(["mg", "g", "odd"]),
      generator.pick([.perDay, .perAdministration, nil]),
      every: generator.pick([
        nil, Frequency(times: 1, period: 1, unit: .day),
        Frequency(times: 3, period: 2, unit: .week),
        Frequency(times: 1, period: 8, unit: .hour), Frequency(times: 2, period: 1, unit: .month),
      ]), prescription: generator.pick(["", "p"]))
    fact.route = generator.pick([.oral, .topical, .rectal, nil])
    return fact
  }

  /// What a verdict says, without the order in which it lists facts.
  private func essence(_ verdict: Verdict) -> [String] {
    var lines = ["\(verdict.outcome) \(String(describing: verdict.passesOn))"]
    for cohort in verdict.cohorts { lines.append("\(cohort)") }
    for result in verdict.results {
      lines.append(
        "\(result.id) \(result.outcome) \(result.reasons.sorted()) \(result.isDecisive) "
          + "\(String(describing: result.passesOn)) "
          + "\(result.evidence.map { "\($0)" }.sorted()) \(result.missing.map(\.concept).sorted())")
    }
    return lines
  }

  private func difference(_ first: Verdict, _ second: Verdict) -> [String] {
    zip(essence(first), essence(second)).filter { $0 != $1 }.map { "\($0) | \($1)" }
  }

  /// The facts in another order; a fact keeps its place in paths, so these are left out.
  private func shuffled(_ snapshot: PatientSnapshot, _ generator: inout SeededGenerator)
    -> PatientSnapshot
  {
    var other = snapshot
    other.observations.shuffle(using: &generator)
    other.medications.shuffle(using: &generator)
    other.conditions.shuffle(using: &generator)
    other.attestations.shuffle(using: &generator)
    other.assessments.shuffle(using: &generator)
    other.reviewed.shuffle(using: &generator)
    other.allergies.shuffle(using: &generator)
    other.trialParticipations.shuffle(using: &generator)
    other.consents.shuffle(using: &generator)
    return other
  }

  @Test func theOrderOfFactsDecidesNothing() throws {
    let program = try Bench(.whole).compiled()
    var generator = SeededGenerator(seed: 30)
    for round in 0..<150 {
      let bench = Self.bench(&generator)
      let verdict = try bench.verdict(by: program)
      let other = try bench.with { $0.snapshot = shuffled($0.snapshot, &generator) }
        .verdict(by: program)
      #expect(difference(verdict, other) == [], "round \(round)")
      #expect(
        verdict.dataIssues.map { "\($0.factID) \($0.reason)" }.sorted()
          == other.dataIssues.map { "\($0.factID) \($0.reason)" }.sorted(), "round \(round)")
      #expect(Set(verdict.warnings.map(\.code)) == Set(other.warnings.map(\.code)))
    }
  }

  /// Facts about what no criterion asks for.
  private func addUnused(_ snapshot: inout PatientSnapshot) {
    snapshot.observations.insert(Observation("u1", "idle", "1", "g/L", on: "2020-01-01"), at: 0)
    var coded = Observation("u2", "", "1", "g/L", on: "2020-01-01")
    coded.concept = .code("urn:unknown", "1")
    snapshot.observations.append(coded)
    snapshot.procedures.append(
      Procedure(id: "u3", status: .final, concept: .code("urn:unknown", "1")))
    snapshot.attestations.insert(
      Attestation(
        id: "u4", status: .final, concept: ConceptReference(concept: "idle.said"), answer: .yes),
      at: 0)
    snapshot.attestations[0].effective = "2020-01-01"
    snapshot.assessments.append(Assessment("u5", "idle.score", total: "1", on: "2020-01-01"))
  }

  @Test func unusedFactsChangeNothingButTheIssues() throws {
    var definition = ProtocolDefinition.whole
    definition.concepts += [
      ConceptDefinition("idle", .quantity, unit: "g/L"), ConceptDefinition("idle.said", .statement),
      ConceptDefinition("idle.score", .instrument),
    ]
    let program = try Bench(definition).compiled()
    var generator = SeededGenerator(seed: 31)
    for round in 0..<100 {
      let bench = Self.bench(&generator)
      let verdict = try bench.verdict(by: program)
      let other = try bench.with { addUnused(&$0.snapshot) }.verdict(by: program)
      #expect(difference(verdict, other) == [], "round \(round)")
      #expect(verdict.warnings == other.warnings)
      let added = Set(other.dataIssues.map { "\($0.factID) \($0.reason)" })
        .subtracting(verdict.dataIssues.map { "\($0.factID) \($0.reason)" })
      #expect(added == ["u2 CODE_UNKNOWN"], "round \(round)")
    }
  }

  /// The same patient gives the same verdict, and less detail the same outcomes.
  @Test func verdictsAreReproducible() throws {
    let program = try Bench(.whole).compiled()
    var generator = SeededGenerator(seed: 32)
    for _ in 0..<100 {
      var bench = Self.bench(&generator)
      let verdict = try bench.verdict(by: program)
      #expect(try bench.verdict(by: program) == verdict)
      bench.detail = .outcome
      let brief = try bench.verdict(by: program)
      #expect(brief.outcome == verdict.outcome && brief.cohorts == verdict.cohorts)
      #expect(brief.passesOn == verdict.passesOn)
      // What nobody looked at is not listed, and nothing else is missing.
      #expect(Set(brief.dataIssues).isSubset(of: verdict.dataIssues))
      #expect(brief.results.allSatisfy { $0.evidence.isEmpty && $0.missing.isEmpty })
      #expect(brief.results.map(\.id) == verdict.results.filter(\.isDecisive).map(\.id))
      #expect(brief.results.map(\.reasons) == verdict.results.filter(\.isDecisive).map(\.reasons))
    }
  }

  /// G2 once more, of whatever the criteria say: one failure at the top is INELIGIBLE, all passed is
  /// ELIGIBLE, anything else is UNDETERMINED.
  @Test func theOutcomeFollowsFromTheResults() throws {
    let program = try Bench(.whole).compiled()
    var generator = SeededGenerator(seed: 33)
    for _ in 0..<150 {
      let bench = Self.bench(&generator)
      let verdict = try bench.verdict(by: program)
      guard verdict.cohorts.contains(where: { $0.outcome != .notAssessed }) else { continue }
      let top = verdict.results.filter { $0.parentID.isEmpty && $0.id != "shared" }.map(\.outcome)
      let expected: Outcome =
        top.contains(where: \.isFailure)
        ? .ineligible : top.contains(.unknown) ? .undetermined : .eligible
      #expect(verdict.outcome == expected)
    }
  }
}
