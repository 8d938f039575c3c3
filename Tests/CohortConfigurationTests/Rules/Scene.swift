import EligibilityCore
import Testing

@testable import CohortConfiguration

/// Definitions as these tests write them: `trial version cohort…` in words.
struct WordDefinitions: DefinitionReading {
  private func words(_ definition: [UInt8]) -> [String] {
    String(decoding: definition, as: UTF8.self).split(separator: " ").map(String.init)
  }

  func identity(of definition: [UInt8]) -> (trial: String, version: String)? {
    let words = words(definition)
    return words.count < 2 ? nil : (words[0], words[1])
  }

  func renamed(_ definition: [UInt8], version: String) -> [UInt8]? {
    var words = words(definition)
    words[1] = version
    return Array(words.joined(separator: " ").utf8)
  }

  func replacing(_ fields: [String], of definition: [UInt8], from other: [UInt8]) -> [UInt8]? {
    other
  }

  func hasField(_ name: String) -> Bool { name == "cohorts" }

  func compile(
    _ definition: [UInt8], digest: String
  ) throws(ConfigurationRefusal) -> CompiledProtocol {
    let words = words(definition)
    do {
      let cohort = words.count > 2 ? words[2] : "a"
      return try program(words[0], words[1], cohort: cohort, digest: digest)
    } catch {
      throw ConfigurationRefusal(.definitionInvalid, "\(error)")
    }
  }
}

/// A store with some history.
struct Scene {
  let store = InMemoryCohortStore(hash: testHash)
  private(set) var state = ConfigurationState()
  private var time: Int64 = 1_000

  init() throws {
    var change = ConfigurationChange.bundling(time: 1, hash: testHash)
    let revision = SiteRevision(
      id: "1", effectiveFrom: nil, timeZone: .shanghai, consentVersion: "2.0",
      upperLimits: [
        SiteContext.UpperLimit(
          concept: "alt", sex: .female, fromAge: nil, toAge: 0,
          limit: Quantity(value: try ExactDecimal(parsing: "-0.50"), unit: "U/L")),
        SiteContext.UpperLimit(
          concept: "alt", fromAge: 18, limit: Quantity(value: ExactDecimal(40), unit: "U/L")),
      ])
    try change.add(
      BundledTrial(
        trial: "t", version: "v1", definition: Array("t v1".utf8), displayName: "T",
        sites: [("north", "North", revision), ("", "Unnamed", revision)]),
      definitions: WordDefinitions())
    try commit(change)
  }

  private mutating func commit(_ change: ConfigurationChange) throws {
    let (transaction, after) = change.finished(request: nil)
    try store.commit(transaction)
    state = after
  }

  /// Applies a mutation and commits it.
  @discardableResult
  mutating func apply(
    _ mutation: ConfigurationMutation, as principal: String = "ann", etag: String = ""
  ) throws -> ConfigurationResult {
    time += 1
    var change = ConfigurationChange(
      of: state, action: "Test", principal: principal, time: time,
      header: MutationHeader(etag: etag, reason: "because"), hash: testHash)
    let result = try change.apply(mutation, definitions: WordDefinitions())
    try commit(change)
    return result
  }

  /// Some of everything: a second version, a cohort that is paused, an activation, a site with a zone.
  mutating func live() throws {
    try apply(
      .createVersion(
        .init(parent: "trials/t", id: "v2", definition: nil, baseVersion: "v1", notes: "é\n")))
    let draft = try #require(state.versions["trials/t/versions/v2"])
    try apply(.approveVersion(name: draft.resource.name), as: "bob", etag: draft.etag)
    let cohort = try #require(state.cohorts["trials/t/cohorts/a"])
    try apply(
      .updateCohort(
        name: cohort.resource.name, state: .paused, enrolled: .max, cap: 7, mask: ["*"]),
      etag: cohort.etag)
    try apply(
      .createActivation(
        .init(
          parent: "trials/t", id: "", version: "v2", site: "north",
          effectiveFrom: CalendarDate(year: 2025, month: 2, day: 28), replaces: "")))
    let zone = try #require(
      TimeZoneTable(
        initialOffsetSeconds: -3_600,
        transitions: [
          .init(at: Instant(seconds: -1, nanoseconds: 5), offsetSeconds: 0),
          .init(at: Instant(seconds: 7), offsetSeconds: 64_800),
        ]))
    try apply(
      .createSiteRevision(
        parent: "trials/t/sites/north",
        content: SiteRevision(
          id: "2", effectiveFrom: CalendarDate(year: 2025, month: 1, day: 1), timeZone: zone,
          consentVersion: nil)))
  }
}
