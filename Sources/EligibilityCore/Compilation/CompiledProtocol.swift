/// A protocol version that was validated and compiled: every name resolved, every limit parsed, every
/// reading chosen. Immutable; evaluation only reads it. A reference, since every evaluation hands it on.
public final class CompiledProtocol: Sendable {
  /// What a reader may ask of a criterion.
  public struct CriterionSummary: Sendable, Hashable {
    /// Id of the criterion: `C3.1`.
    public var id: String
    /// Its part.
    public var role: CriterionRole
    /// Id of the criterion that it is a part of; empty at the top.
    public var parentID: String
    /// Id of its cohort; empty for common criteria and exclusions.
    public var cohort: String
    /// Titles.
    public var titles: [Text]
    /// Place in the protocol.
    public var place: String
    /// The place in other languages.
    public var placeTexts: [Text]
  }

  /// Id of the trial.
  public let trial: String
  /// Id of the version.
  public let version: String
  /// SHA-256 of the definition, lower-case hex; computed outside the core.
  public let digest: String
  /// Titles of the trial.
  public let titles: [Text]
  /// The cohorts, in protocol order.
  public let cohorts: [CohortDefinition]
  /// Every knob with its setting, in the definition's order.
  public let readings: [Reading]
  /// The stages that have criteria. A stage without any must not be decided: nothing would be asked.
  public let stages: Set<Stage>
  /// The reported criteria, in protocol order.
  public let summaries: [CriterionSummary]

  let catalogue: ConceptCatalogue
  let criteria: [CompiledCriterion]
  /// By criterion: the nodes below it, and itself, that look at facts.
  let leaves: [CriterionSet]
  /// By criterion: itself, and the nodes that rest on it.
  let dependents: [CriterionSet]
  /// The criteria that are parts of others, in order.
  let parts: [CriterionPart]
  /// The criteria at the top, by stage.
  let topCriteria: [Stage: TopCriteria]
  /// Disease set of each cohort.
  let diseaseSets: [Int]
  let engine: EngineReadings
  let relations: CompiledRelations

  /// Validates and compiles a definition.
  ///
  /// - Parameters:
  ///   - definition: the definition.
  ///   - digest: its SHA-256, lower-case hex.
  /// - Throws: `DefinitionErrors` with every error at once.
  public init(_ definition: ProtocolDefinition, digest: String) throws(DefinitionErrors) {
    var compiler = ProtocolCompiler(definition)
    let program = try compiler.compile()
    self.trial = definition.trial
    self.version = definition.version
    self.digest = digest
    self.titles = definition.titles
    self.cohorts = definition.cohorts
    self.readings = program.readings
    self.catalogue = ConceptCatalogue(program.catalogue, program.engine)
    self.criteria = program.criteria.map(CompiledCriterion.init)
    self.leaves = CriterionSet.leaves(of: criteria)
    self.dependents = CriterionSet.dependents(of: criteria)
    self.parts = CriterionPart.all(of: criteria)
    self.topCriteria = TopCriteria.byStage(criteria, cohortCount: cohorts.count)
    self.diseaseSets = program.diseaseSets
    self.engine = program.engine
    self.relations = program.relations
    self.stages = Set(program.criteria.filter { $0.role != .shared }.flatMap(\.stages))
    self.summaries = zip(program.criteria, definition.criteria).compactMap { compiled, source in
      guard compiled.isReported else { return nil }
      return CriterionSummary(
        id: compiled.id, role: compiled.role,
        parentID: compiled.parent.map { program.criteria[$0].id } ?? "",
        cohort: compiled.cohort.map { definition.cohorts[$0].id } ?? "", titles: compiled.titles,
        place: source.place, placeTexts: source.placeTexts)
    }
  }
}
