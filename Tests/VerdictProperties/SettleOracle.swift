internal import EligibilityCore
internal import TestSupport

/// Settle sets by trying everything: every subset of what is missing, with every value, evaluated anew.
package enum SettleOracle {
  /// How a comparison on some random trials went.
  package struct Report {
    /// Trials whose verdict was open, so that there was something to compare.
    package var compared = 0
    /// Sets that both found.
    package var sets = 0
    /// Trials whose sets were cut at a bound.
    package var cut = 0
    package var differences: [String] = []
  }

  /// Compares the sets that verdicts name with those that trying finds.
  package static func compare(trials: Int, seed: UInt64) throws -> Report {
    var report = Report()
    for round in 0..<trials {
      var generator = SeededGenerator(seed: seed &+ UInt64(round))
      let trial = SmallTrial(&generator)
      let program = try CompiledProtocol(trial.definition, digest: "")
      let verdict = evaluate(trial.snapshot, trial, program, .full)
      if verdict.warnings.contains(where: { $0.code == "SETTLE_SETS_LIMITED" }) {
        report.cut += 1
        continue
      }
      if verdict.outcome == .undetermined { report.compared += 1 }
      for direction in [SettleDirection.toEligible, .toIneligible] {
        let named = Set(
          verdict.settleSets.filter { $0.direction == direction }
            .map { Set($0.facts.map { $0.section?.rawValue ?? $0.concept }) })
        let tried =
          verdict.outcome == .undetermined ? minimalSets(trial, program, direction) : []
        report.sets += tried.count
        checkCovering(trial, program, verdict, direction, named, &report)
        if named != tried {
          report.differences.append(
            "seed \(seed &+ UInt64(round)) \(direction): named \(text(named)), tried \(text(tried))"
          )
        }
      }
    }
    return report
  }

  /// The trial of a seed, for reading.
  package static func describe(seed: UInt64) -> String {
    var generator = SeededGenerator(seed: seed)
    let trial = SmallTrial(&generator)
    let criteria = trial.definition.criteria.map { criterion in
      let condition = criterion.appliesIf.isEmpty ? "" : " if \(criterion.appliesIf)"
      let rule = criterion.rule.map { "\($0)" } ?? ""
      return "\(criterion.id) \(criterion.role.map { "\($0)" } ?? "")\(condition): \(rule)"
    }
    let missing = trial.unknowns.map(\.name).joined(separator: ", ")
    return (criteria + ["missing: \(missing)"]).joined(separator: "\n")
  }

  private static func text(_ sets: Set<Set<String>>) -> String {
    "[" + sets.map { "{\($0.sorted().joined(separator: ", "))}" }.sorted().joined(separator: " ")
      + "]"
  }

  /// One thing that becomes known leaves, for each set of then, a set of before that it covers.
  private static func checkCovering(
    _ trial: SmallTrial, _ program: CompiledProtocol, _ verdict: Verdict,
    _ direction: SettleDirection, _ before: Set<Set<String>>, _ report: inout Report
  ) {
    guard verdict.outcome == .undetermined else { return }
    for unknown in trial.unknowns {
      for value in unknown.values {
        var known = trial.snapshot
        value(&known)
        let after = evaluate(known, trial, program, .full)
        for set in after.settleSets where set.direction == direction {
          let covered = Set(set.facts.map { $0.section?.rawValue ?? $0.concept })
            .union([unknown.name])
          if !before.contains(where: { $0.isSubset(of: covered) }) {
            report.differences.append(
              "\(direction): with \(unknown.name) known, \(covered) covers no set of before")
          }
        }
      }
    }
  }

  private static func minimalSets(
    _ trial: SmallTrial, _ program: CompiledProtocol, _ direction: SettleDirection
  ) -> Set<Set<String>> {
    let wanted = direction == .toEligible ? Outcome.eligible : .ineligible
    var found: [Int] = []
    let subsets = (1..<(1 << trial.unknowns.count)).sorted {
      $0.nonzeroBitCount < $1.nonzeroBitCount
    }
    for subset in subsets where !found.contains(where: { $0 & subset == $0 }) {
      let chosen = trial.unknowns.indices.filter { subset & (1 << $0) != 0 }
      if reaches(wanted, chosen[...], trial.snapshot, trial, program) { found.append(subset) }
    }
    return Set(
      found.map { subset in
        Set(
          trial.unknowns.indices.filter { subset & (1 << $0) != 0 }.map { trial.unknowns[$0].name })
      })
  }

  private static func reaches(
    _ wanted: Outcome, _ chosen: ArraySlice<Int>, _ snapshot: PatientSnapshot, _ trial: SmallTrial,
    _ program: CompiledProtocol
  ) -> Bool {
    guard let next = chosen.first else {
      return evaluate(snapshot, trial, program, .outcome).outcome == wanted
    }
    return trial.unknowns[next].values.contains { value in
      var known = snapshot
      value(&known)
      return reaches(wanted, chosen.dropFirst(), known, trial, program)
    }
  }

  private static func evaluate(
    _ snapshot: PatientSnapshot, _ trial: SmallTrial, _ program: CompiledProtocol, _ detail: Detail
  ) -> Verdict {
    guard let date = SmallTrial.day.dates(in: .shanghai).day else { preconditionFailure() }
    var parameters = EvaluationParameters(stage: .enrolment, indexDate: date)
    parameters.cohorts = trial.cohorts
    let site = SiteContext(
      site: "", revision: "", digest: "", timeZone: .shanghai, consentVersion: nil)
    return program.evaluate(snapshot, parameters, site: site, detail: detail)
  }
}
