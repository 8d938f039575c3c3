import EligibilityCore
import Testing

/// A small definition, a patient and a day. The patient has the disease of the only cohort, so that the
/// verdict rests on the criteria that a test adds.
struct Bench: Sendable {
  var definition: ProtocolDefinition
  var snapshot = PatientSnapshot(asOf: "2025-06-01")
  var indexDate: CalendarDate = "2025-06-01"
  var zone = TimeZoneTable.shanghai
  var consentVersion: String?
  var upperLimits: [SiteContext.UpperLimit] = []
  var cohorts: [String] = []
  var screeningDate: CalendarDate?
  var detail = Detail.full

  init(_ definition: ProtocolDefinition) {
    self.definition = definition
    snapshot.birthDate = "1985-01-01"
    snapshot.sexAtBirth = .female
    snapshot.conditions = [Condition("disease", "disease")]
  }

  /// A bench for one criterion, `T`.
  init(
    _ concepts: [ConceptDefinition] = [], sets: [CodeSet] = [], doses: [DoseTable] = [],
    knobs: [KnobDefinition] = [], _ criteria: Criterion...
  ) {
    self.init(
      .draft(
        concepts: concepts, codeSets: sets, doseTables: doses, knobs: knobs, criteria: criteria))
  }

  // MARK: Changes

  /// The same bench with something changed.
  func with(_ change: (inout Bench) -> Void) -> Bench {
    var copy = self
    change(&copy)
    return copy
  }

  func on(_ indexDate: CalendarDate) -> Bench { with { $0.indexDate = indexDate } }

  func reading(_ knob: String, _ value: String) -> Bench {
    with { $0.definition.readings.append(Reading(knob: knob, value: value)) }
  }

  /// Declares sections complete.
  func reviewed(_ sections: Section..., asOf: ClinicalTime = "2025-06-01") -> Bench {
    with {
      $0.snapshot.reviewed += sections.map { ReviewedSection(section: $0, asOf: asOf) }
    }
  }

  /// Answers a statement.
  mutating func say(_ concept: String, _ answer: Answer, on time: ClinicalTime? = nil) {
    var fact = Attestation(
      id: "says.\(concept).\(snapshot.attestations.count)", status: .final,
      concept: ConceptReference(concept: concept), answer: answer)
    fact.effective = time
    snapshot.attestations.append(fact)
  }

  /// Answers a statement as a truth says; unknown = no answer.
  mutating func say(_ concept: String, _ truth: Truth) {
    switch truth {
    case .true: say(concept, .yes)
    case .false: say(concept, .no)
    case .unknown: break
    }
  }

  // MARK: Outcomes

  func compiled() throws -> CompiledProtocol {
    try CompiledProtocol(definition, digest: "digest")
  }

  func verdict(by program: CompiledProtocol? = nil) throws -> Verdict {
    var parameters = EvaluationParameters(stage: .enrolment, indexDate: indexDate)
    parameters.cohorts = cohorts
    parameters.screeningDate = screeningDate
    var site = SiteContext(
      site: "site", revision: "1", digest: "", timeZone: zone, consentVersion: consentVersion)
    site.upperLimits = upperLimits
    return try (program ?? compiled()).evaluate(snapshot, parameters, site: site, detail: detail)
  }

  /// What a criterion says.
  func result(
    _ id: String = "T", by program: CompiledProtocol? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> CriterionResult {
    let results = try verdict(by: program).results
    return try #require(
      results.first { $0.id == id }, "no result '\(id)'", sourceLocation: sourceLocation)
  }

  func outcome(_ id: String = "T", by program: CompiledProtocol? = nil) throws -> CriterionOutcome {
    try result(id, by: program).outcome
  }

  /// The data issues, `path REASON` each.
  func issues() throws -> [String] {
    try verdict().dataIssues.map { "\($0.path) \($0.reason)" }
  }

  /// The first day from the index date on which a criterion does not fail, by trying every one; nil where
  /// there is none within so many days.
  func firstDayWithoutFailure(_ id: String = "T", within days: Int) throws -> CalendarDate? {
    let program = try compiled()
    for offset in 0...days {
      let date = try #require(indexDate.adding(days: offset))
      if try !on(date).outcome(id, by: program).isFailure { return date }
    }
    return nil
  }
}
