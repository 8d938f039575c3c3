import EligibilityCore
import Testing

@testable import CohortConfiguration

/// Which protocol version a request for a description finds.
@Suite struct DescriptionSelectionTests {
  private static func version(_ trial: String, _ version: String) throws -> CompiledProtocol {
    var disease = ConceptDefinition()
    disease.id = "disease"
    disease.kind = .condition
    var set = CodeSet()
    set.id = "diseases"
    set.concepts = ["disease"]
    var cohort = CohortDefinition()
    cohort.id = "A"
    cohort.diseaseSet = "diseases"
    var criterion = Criterion()
    criterion.id = "A.1"
    criterion.role = .inclusion
    criterion.stages = [.enrolment]
    criterion.cohort = "A"
    criterion.titles = [Text(language: "en", text: "A.1")]
    criterion.rule = .consent
    var definition = ProtocolDefinition()
    definition.trial = trial
    definition.version = version
    definition.concepts = [disease]
    definition.codeSets = [set]
    definition.cohorts = [cohort]
    definition.criteria = [criterion]
    return try CompiledProtocol(definition, digest: "\(trial)/\(version)")
  }

  private static func site(_ id: String, from date: CalendarDate? = nil) -> Site {
    Site(
      id: id,
      revisions: [
        SiteRevision(id: "1", effectiveFrom: date, timeZone: .shanghai, consentVersion: nil)
      ], digest: { $0 })
  }

  private static func configuration(_ trials: String...) throws -> PublishedConfiguration {
    PublishedConfiguration(
      revision: "1",
      trials: try trials.map {
        PublishedTrial(
          id: $0, versions: [try version($0, "1"), try version($0, "2")],
          sites: [
            site(""), site("late", from: CalendarDate(parsing: "2025-01-01")),
          ])
      })
  }

  private static func found(
    _ trials: [String], _ change: (inout DescriptionRequest) -> Void
  ) throws -> String {
    var request = DescriptionRequest()
    change(&request)
    let configuration =
      trials.count == 1
      ? try configuration(trials[0]) : try configuration(trials[0], trials[1])
    do throws(ConfigurationError) {
      return try configuration.select(request).digest
    } catch {
      return "\(error.field) \(error.subject.rawValue)"
    }
  }

  @Test func withoutAWordTheNewestVersionOfTheOnlyTrialIsFound() throws {
    #expect(try Self.found(["t"]) { _ in } == "t/2")
    #expect(try Self.found(["t", "u"]) { _ in } == "trial TRIAL_NOT_FOUND")
    #expect(try Self.found(["t", "u"]) { $0.trial = "u" } == "u/2")
    #expect(try Self.found(["t"]) { $0.trial = "x" } == "trial TRIAL_NOT_FOUND")
  }

  @Test func aVersionIsFoundByItsID() throws {
    #expect(try Self.found(["t"]) { $0.protocolVersion = "1" } == "t/1")
    #expect(
      try Self.found(["t"]) { $0.protocolVersion = "3" }
        == "protocol_version PROTOCOL_VERSION_NOT_FOUND")
  }

  /// A digest finds the trial, too; what else is named must belong to it.
  @Test func aVersionIsFoundByItsDigest() throws {
    let both = ["t", "u"]
    #expect(try Self.found(both) { $0.protocolDigest = "u/1" } == "u/1")
    #expect(
      try Self.found(both) { $0.protocolDigest = "x" }
        == "protocol_digest PROTOCOL_DIGEST_NOT_FOUND")
    #expect(
      try Self.found(both) { ($0.protocolDigest, $0.trial) = ("u/1", "t") }
        == "protocol_digest PROTOCOL_DIGEST_NOT_FOUND")
    #expect(
      try Self.found(both) { ($0.protocolDigest, $0.trial) = ("u/1", "x") }
        == "trial TRIAL_NOT_FOUND")
    #expect(
      try Self.found(both) { ($0.protocolDigest, $0.protocolVersion) = ("u/1", "1") } == "u/1")
    #expect(
      try Self.found(both) { ($0.protocolDigest, $0.protocolVersion) = ("u/1", "2") }
        == "protocol_version PROTOCOL_VERSION_NOT_FOUND")
    #expect(
      try Self.found(both) { ($0.protocolDigest, $0.site) = ("u/1", "x") } == "site SITE_NOT_FOUND")
  }

  @Test func aSiteMustBeThereOnTheDate() throws {
    #expect(try Self.found(["t"]) { $0.site = "late" } == "t/2")
    #expect(try Self.found(["t"]) { $0.site = "x" } == "site SITE_NOT_FOUND")
    let early = CalendarDate(parsing: "2024-12-31")
    let first = CalendarDate(parsing: "2025-01-01")
    #expect(
      try Self.found(["t"]) { ($0.site, $0.indexDate) = ("late", early) }
        == "index_date SITE_REVISION_NOT_FOUND")
    #expect(try Self.found(["t"]) { ($0.site, $0.indexDate) = ("late", first) } == "t/2")
    #expect(try Self.found(["t"]) { $0.indexDate = early } == "t/2")
  }
}
