internal import EligibilityCore
internal import MessageCoding
internal import TrialGateServices

/// Titles for a verdict, from the built-in definition with the same digest.
struct TitleCatalogue {
  /// The definition, for the titles of what a verdict names by id.
  let definition: DefinitionIndex

  /// Finds the definition that a verdict was made with; nil where this build does not carry it.
  init?(digest: String) {
    let documents = EmbeddedResources.definitions.lazy.compactMap {
      try? DefinitionDocument($0.text)
    }
    guard let found = documents.first(where: { Digest.sha256($0.canonicalBytes) == digest }) else {
      return nil
    }
    definition = DefinitionIndex(found.definition)
  }

  /// Gives titles to what came without them.
  func complete(_ verdict: inout Verdict) {
    for index in verdict.results.indices where verdict.results[index].titles.isEmpty {
      let id = verdict.results[index].id
      verdict.results[index].titles = definition.criterion(id)?.titles ?? []
    }
    let cohorts = definition.definition.cohorts
    for index in verdict.cohorts.indices where verdict.cohorts[index].titles.isEmpty {
      let id = verdict.cohorts[index].cohort
      verdict.cohorts[index].titles = cohorts.first { $0.id == id }?.titles ?? []
    }
  }
}
