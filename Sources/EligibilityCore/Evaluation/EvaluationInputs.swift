/// What every run over one patient rests on, whatever its date.
final class EvaluationInputs {
  let program: CompiledProtocol
  let snapshot: PatientRecord
  let site: SiteContext
  /// The places of the record's terminologies in the catalogue.
  let places: [Int]
  /// Every fact of the snapshot, also those that are not in force on the index date.
  private(set) lazy var everyFact: ResolvedFacts = {
    var resolver = FactResolver(self, indexDate: .distantFuture, listsIssues: false)
    return resolver.resolve()
  }()

  init(program: CompiledProtocol, snapshot: PatientRecord, site: SiteContext) {
    self.program = program
    self.snapshot = snapshot
    self.site = site
    places = program.catalogue.places(of: snapshot.records)
  }
}

extension EvaluationParameters {
  /// The moment after which no result counts; nil = the end of the index date.
  func lastMoment(in zone: TimeZoneTable) -> Instant? {
    stage == .infusion ? plannedInfusionTime?.instants(in: zone).latest : nil
  }
}

extension Evaluation {
  /// The facts that are in force at another time: the same ones where none comes into force later.
  func facts(for other: EvaluationParameters) -> ResolvedFacts {
    if !hasLaterFacts, facts.firstDay <= indexDate, other.indexDate >= indexDate { return facts }
    var resolver = FactResolver(
      inputs, indexDate: other.indexDate, lastMoment: other.lastMoment(in: zone),
      listsIssues: false)
    return resolver.inForce(of: inputs.everyFact)
  }
}
