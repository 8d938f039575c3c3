internal import EligibilityCore
internal import TestSupport

/// Settle sets of the built-in trial: an eligible patient loses some facts, and gets them back.
package struct SettleProperties {
  /// How a check of some random patients went.
  package struct Report {
    package var patients = 0
    /// Patients whose verdict was open and whose sets were all named.
    package var open = 0
    package var cut = 0
    package var sets = 0
    package var differences: [String] = []
  }

  /// Something that was taken away, and how it comes back.
  private struct Loss {
    /// What a settle set calls it.
    var name: String
    var restore: @Sendable (inout PatientSnapshot) -> Void
  }

  private let trial: RealTrial

  /// - Parameter request: an eligible patient of the built-in trial as ProtoJSON.
  package init(request: String) throws {
    trial = try RealTrial(readings: [], request: request)
  }

  /// Checks so many patients, each with a seed of its own.
  package func check(patients: Int, seed: UInt64) -> Report {
    var report = Report()
    for round in 0..<patients {
      var generator = SeededGenerator(seed: seed &+ UInt64(round))
      check(&generator, seed &+ UInt64(round), &report)
    }
    return report
  }

  private func verdict(_ snapshot: PatientSnapshot, _ cohorts: [String]) -> Verdict {
    var parameters = EvaluationParameters(stage: .enrolment, indexDate: trial.indexDate)
    parameters.cohorts = cohorts
    return trial.program.evaluate(snapshot, parameters, site: trial.site)
  }

  private func name(_ fact: MissingFact) -> String { fact.section?.rawValue ?? fact.concept }

  private func sets(_ verdict: Verdict, _ direction: SettleDirection) -> [Set<String>] {
    verdict.settleSets.filter { $0.direction == direction }.map { Set($0.facts.map(name)) }
  }

  private func check(
    _ generator: inout SeededGenerator, _ seed: UInt64, _ report: inout Report
  ) {
    report.patients += 1
    var snapshot = trial.patient
    let losses = lose(from: &snapshot, &generator)
    let cohorts = generator.chance(oneIn: 3) ? ["sle", "pss"] : ["sle"]
    let before = verdict(snapshot, cohorts)
    guard before.outcome == .undetermined else { return }
    if before.warnings.contains(where: { $0.code == "SETTLE_SETS_LIMITED" }) {
      report.cut += 1
      return
    }
    report.open += 1
    report.sets += before.settleSets.count
    func fail(_ text: String) { report.differences.append("seed \(seed): \(text)") }
    func restored(_ names: Set<String>) -> Verdict {
      var known = snapshot
      for loss in losses where names.contains(loss.name) { loss.restore(&known) }
      return verdict(known, cohorts)
    }
    let lost = Set(losses.map(\.name))
    let toEligible = sets(before, .toEligible).filter { $0.isSubset(of: lost) }
    let settling = toEligible.filter { restored($0).outcome == .eligible }
    if settling.isEmpty {
      fail(
        "no set brings back the verdict: lost \(lost.sorted()), sets \(sets(before, .toEligible))")
    }
    for set in settling where set.count > 1 {
      let without = set.subtracting([generator.pick(set.sorted())])
      if restored(without).outcome == .eligible { fail("\(set.sorted()) is not minimal") }
    }
    // What is fixed is no longer asked for, and nothing new is asked for.
    guard let fixed = lost.sorted().first(where: { _ in generator.chance(oneIn: 2) }) else {
      return
    }
    let after = restored([fixed])
    for direction in [SettleDirection.toEligible, .toIneligible] {
      for new in sets(after, direction)
      where !sets(before, direction).contains(where: { $0.isSubset(of: new.union([fixed])) }) {
        fail("with \(fixed) known, \(direction) \(new.sorted()) covers no set of before")
      }
    }
  }

  // MARK: What is taken away

  private func lose(from snapshot: inout PatientSnapshot, _ generator: inout SeededGenerator)
    -> [Loss]
  {
    var losses: [Loss] = []
    let share = generator.pick([4, 8, 20, 60])
    for fact in snapshot.observations where generator.chance(oneIn: share) {
      snapshot.observations.removeAll { $0.concept == fact.concept }
      let all = trial.patient.observations.filter { $0.concept == fact.concept }
      if losses.contains(where: { $0.name == fact.concept.concept }) { continue }
      losses.append(Loss(name: fact.concept.concept) { $0.observations += all })
    }
    for fact in snapshot.attestations where generator.chance(oneIn: share) {
      snapshot.attestations.removeAll { $0.concept == fact.concept }
      let all = trial.patient.attestations.filter { $0.concept == fact.concept }
      if losses.contains(where: { $0.name == fact.concept.concept }) { continue }
      losses.append(Loss(name: fact.concept.concept) { $0.attestations += all })
    }
    for fact in snapshot.assessments where generator.chance(oneIn: share) {
      snapshot.assessments.removeAll { $0.instrument == fact.instrument }
      let all = trial.patient.assessments.filter { $0.instrument == fact.instrument }
      if losses.contains(where: { $0.name == fact.instrument.concept }) { continue }
      losses.append(Loss(name: fact.instrument.concept) { $0.assessments += all })
    }
    for section in [Section.conditions, .medications, .allergies, .trialParticipations]
    where generator.chance(oneIn: share) {
      snapshot.reviewed.removeAll { $0.section == section }
      let all = trial.patient.reviewed.filter { $0.section == section }
      losses.append(Loss(name: section.rawValue) { $0.reviewed += all })
    }
    if generator.chance(oneIn: share) {
      snapshot.consents = []
      losses.append(Loss(name: "consent") { [all = trial.patient.consents] in $0.consents = all })
    }
    if generator.chance(oneIn: share) {
      snapshot.sexAtBirth = nil
      losses.append(
        Loss(name: "sex_at_birth") { [sex = trial.patient.sexAtBirth] in $0.sexAtBirth = sex })
    }
    if generator.chance(oneIn: share) {
      snapshot.birthDate = nil
      losses.append(
        Loss(name: "birth_date") { [birth = trial.patient.birthDate] in $0.birthDate = birth })
    }
    return losses
  }
}
