internal import CohortConfiguration
internal import EligibilityCore
internal import TrialGateServices

/// Titles for a verdict that came without them, from the built-in definition with the same digest.
enum TitleCatalogue {
  static func complete(_ verdict: inout Verdict) {
    guard let configuration = try? BuiltInConfiguration.load() else { return }
    let programs = configuration.trials.flatMap(\.versions)
    guard let program = programs.first(where: { $0.digest == verdict.protocolDigest }) else {
      return
    }
    for index in verdict.results.indices where verdict.results[index].titles.isEmpty {
      let id = verdict.results[index].id
      verdict.results[index].titles = program.summaries.first { $0.id == id }?.titles ?? []
    }
    for index in verdict.cohorts.indices where verdict.cohorts[index].titles.isEmpty {
      let id = verdict.cohorts[index].cohort
      verdict.cohorts[index].titles = program.cohorts.first { $0.id == id }?.titles ?? []
    }
  }
}
