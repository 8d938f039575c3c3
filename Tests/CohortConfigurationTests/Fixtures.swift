import CohortConfiguration
import EligibilityCore
import Testing

// A small configuration: one trial with two versions and three sites, and a second trial.

func date(_ text: String) throws -> CalendarDate {
  try #require(CalendarDate(parsing: text))
}

/// A version with one cohort, decided in some stages.
func program(
  _ trial: String, _ version: String, cohort: String = "A", stages: [Stage] = [.enrolment],
  digest: String? = nil
) throws -> CompiledProtocol {
  var definition = ProtocolDefinition()
  (definition.trial, definition.version) = (trial, version)
  var disease = ConceptDefinition()
  (disease.id, disease.kind) = ("disease", .condition)
  definition.concepts = [disease]
  var set = CodeSet()
  (set.id, set.concepts) = ("diseases", ["disease"])
  definition.codeSets = [set]
  var group = CohortDefinition()
  (group.id, group.diseaseSet) = (cohort, "diseases")
  definition.cohorts = [group]
  var criterion = Criterion()
  (criterion.id, criterion.role, criterion.stages) = ("C1", .inclusion, stages)
  (criterion.cohort, criterion.rule) = (cohort, .sex(.female))
  criterion.titles = [Text(language: "en", text: "Women")]
  definition.criteria = [criterion]
  return try CompiledProtocol(definition, digest: digest ?? "digest of \(trial) \(version)")
}

/// Stands in for SHA-256: what it is computed over stays readable.
func digest(_ text: String) -> String {
  "digest(\(text.split(separator: "\n").joined(separator: "|")))"
}

func revision(
  _ id: String, from effective: String? = nil, hours: Int = 8, consent: String? = nil
) throws -> SiteRevision {
  SiteRevision(
    id: id, effectiveFrom: try effective.map(date),
    timeZone: try #require(TimeZoneTable(initialOffsetSeconds: hours * 3_600)),
    consentVersion: consent)
}

func configuration() throws -> PublishedConfiguration {
  let sites = [
    Site(
      id: "north",
      revisions: [
        try revision("r2", from: "2025-03-01", hours: 9, consent: "2.0"),
        try revision("r1", consent: "1.0"), try revision("r3", from: "2025-06-01", consent: "3.0"),
      ], digest: digest),
    Site(id: "late", revisions: [try revision("r1", from: "2025-03-01")], digest: digest),
    Site(id: "", revisions: [try revision("any")], digest: digest),
  ]
  let trial = PublishedTrial(
    id: "trial",
    versions: [
      try program("trial", "1", cohort: "A"),
      try program("trial", "2", cohort: "B", stages: [.enrolment, .infusion]),
    ], sites: sites)
  let other = PublishedTrial(
    id: "other", versions: [try program("other", "1")],
    sites: [Site(id: "north", revisions: [try revision("r1")], digest: digest)])
  return PublishedConfiguration(revision: "c1", trials: [trial, other])
}

/// A request for the first trial.
func request(_ change: (inout EvaluationRequest) -> Void = { _ in }) throws -> EvaluationRequest {
  var request = EvaluationRequest(
    stage: .enrolment, snapshot: PatientSnapshot(asOf: try ClinicalTime(parsing: "2025-05-01")))
  request.trial = "trial"
  change(&request)
  return request
}
