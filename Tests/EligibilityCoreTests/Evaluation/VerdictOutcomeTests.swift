import EligibilityCore
import Testing

/// The overall outcome: INELIGIBLE when one criterion fails, whatever is unknown; ELIGIBLE when all pass
/// or do not apply; else UNDETERMINED.
@Suite struct VerdictOutcomeTests {
  static let statements = (0..<4).map { ConceptDefinition("s\($0)", .statement) }

  /// Two inclusions and two exclusions, each a statement.
  static let bench = Bench(
    statements, .inclusion("I0", .says("s0")), .inclusion("I1", .says("s1")),
    .exclusion("X0", .says("s2")), .exclusion("X1", .says("s3")))

  @Test func everyCombination() throws {
    let program = try Self.bench.compiled()
    for truths in TruthTests.combinations(4) {
      var bench = Self.bench
      for (index, truth) in truths.enumerated() { bench.say("s\(index)", truth) }
      let verdict = try bench.verdict(by: program)
      let fails =
        truths[0] == .false || truths[1] == .false || truths[2] == .true || truths[3] == .true
      let expected: Outcome =
        fails ? .ineligible : truths.contains(.unknown) ? .undetermined : .eligible
      #expect(verdict.outcome == expected, "\(truths)")
      #expect(verdict.cohorts.map(\.outcome) == [expected])
      #expect(verdict.cohorts.map(\.ownOutcome) == [.eligible])
      let outcomes = verdict.results.filter { $0.id != "A.1" }.map(\.outcome)
      #expect(
        outcomes == truths.prefix(2).map { CriterionOutcome(inclusion: $0) }
          + truths.suffix(2).map { CriterionOutcome(exclusion: $0) })
    }
  }

  /// Criteria that do not apply neither help nor hinder.
  @Test func whatDoesNotApplyDoesNotCount() throws {
    let bench = Bench(
      Self.statements, .inclusion("I", .says("s0")).applying(if: "on"),
      .exclusion("X", .says("s1")).applying(if: "on"), .step("on", .says("s2")))
    for truths in TruthTests.combinations(2) {
      var bench = bench
      bench.say("s0", truths[0])
      bench.say("s1", truths[1])
      bench.say("s2", .no)
      let verdict = try bench.verdict()
      #expect(verdict.outcome == .eligible)
      #expect(verdict.results.filter { $0.id != "A.1" }.allSatisfy { $0.outcome == .notApplicable })
    }
  }

  /// Shared criteria and steps decide only through what refers to them.
  @Test func sharedCriteriaDecideNothingThemselves() throws {
    var bench = Bench(
      Self.statements, .shared("S", .says("s0")),
      .inclusion("T", .group(.any, ["step", "other"])), .step("step", .sameAs("S")),
      .step("other", .says("s1")))
    bench.say("s0", .no)
    bench.say("s1", .yes)
    let verdict = try bench.verdict()
    #expect(verdict.outcome == .eligible)
    #expect(verdict.results.map(\.id) == ["A.1", "S", "T"])
    #expect(verdict.results.map(\.outcome) == [.met, .notMet, .met])
  }

  /// Parts of a criterion decide through it alone.
  @Test func partsDecideThroughTheWhole() throws {
    var bench = Bench(
      Self.statements, .inclusion("T", .group(.any, ["T.a", "T.b"])),
      .inclusion("T.a", .says("s0")), .inclusion("T.b", .says("s1")))
    bench.say("s0", .no)
    bench.say("s1", .yes)
    let verdict = try bench.verdict()
    #expect(verdict.outcome == .eligible)
    let (part, whole) = try (bench.result("T.a"), bench.result("T"))
    #expect(part.outcome == .notMet && part.parentID == "T")
    #expect(whole.outcome == .met && whole.parentID.isEmpty)
  }

  /// The results that an outcome rests on are the failing ones, or the unknown ones, with their parts.
  @Test func decisiveResults() throws {
    let bench = Bench(
      Self.statements, .inclusion("T", .group(.all, ["T.a", "T.b"])),
      .inclusion("T.a", .says("s0")), .inclusion("T.b", .says("s1")),
      .exclusion("X", .says("s2")))
    func decisive(_ truths: [Truth]) throws -> [String] {
      var bench = bench
      for (index, truth) in truths.enumerated() { bench.say("s\(index)", truth) }
      return try bench.verdict().results.filter(\.isDecisive).map(\.id)
    }
    #expect(try decisive([.false, .true, .unknown]) == ["T", "T.a"])
    #expect(try decisive([.unknown, .true, .true]) == ["X"])
    #expect(try decisive([.unknown, .true, .unknown]) == ["T", "T.a", "X"])
    #expect(try decisive([.true, .unknown, .false]) == ["T", "T.b"])
  }

  /// The same however the criteria are listed: the whole after its parts.
  @Test func decisiveResultsListedBackwards() throws {
    var bench = Bench(
      Self.statements, .inclusion("T.a.1", .says("s0")),
      .inclusion("T.a", .group(.all, ["T.a.1", "T.a.2"])), .inclusion("T.a.2", .says("s1")),
      .inclusion("T", .group(.all, ["T.a", "T.b"])), .inclusion("T.b", .says("s2")))
    bench.say("s0", .no)
    bench.say("s1", .yes)
    bench.say("s2", .yes)
    let decisive = try bench.verdict().results.filter(\.isDecisive).map(\.id)
    #expect(decisive == ["T.a.1", "T.a", "T"])
  }

  /// Attestations that are outstanding are listed apart, once each.
  @Test func outstandingAttestations() throws {
    var definition = Self.bench.definition
    definition.criteria.append(.inclusion("I2", .says("s0")))
    var bench = Bench(definition)
    bench.say("s1", .yes)
    bench.say("s2", .no)
    let verdict = try bench.verdict()
    #expect(verdict.outcome == .undetermined)
    #expect(verdict.outstandingAttestations.map(\.concept) == ["s0", "s3"])
    #expect(verdict.outstandingAttestations.allSatisfy { $0.isAttestation })
    bench.say("s3", .yes)
    let settled = try bench.verdict()
    #expect(settled.outcome == .ineligible)
    #expect(settled.outstandingAttestations.isEmpty)
  }

  /// With less detail the outcomes are the same; only what decides is reported, without evidence.
  @Test func lessDetailChangesNoOutcome() throws {
    let program = try Self.bench.compiled()
    for truths in TruthTests.combinations(4) {
      var bench = Self.bench
      for (index, truth) in truths.enumerated() { bench.say("s\(index)", truth) }
      let full = try bench.verdict(by: program)
      bench.detail = .outcome
      let brief = try bench.verdict(by: program)
      #expect(brief.outcome == full.outcome)
      #expect(brief.cohorts == full.cohorts)
      #expect(brief.results.map(\.id) == full.results.filter(\.isDecisive).map(\.id))
      #expect(brief.results.allSatisfy { $0.evidence.isEmpty && $0.missing.isEmpty })
    }
  }

  @Test func aVerdictStatesWhatItRestsOn() throws {
    let verdict = try Self.bench.verdict()
    #expect(verdict.trial == "trial" && verdict.protocolVersion == "1")
    #expect(verdict.protocolDigest == "digest")
    #expect(verdict.site == "site" && verdict.siteRevision == "1")
    #expect(verdict.stage == .enrolment && verdict.indexDate == "2025-06-01")
  }
}
