extension DataRequirements {
  /// Finds what data a definition asks for under the readings in force.
  ///
  /// A pure function over a definition that compiles; of one that does not, it tells what can be told.
  ///
  /// - Parameters:
  ///   - definition: the definition.
  ///   - stage: the stage; nil = every stage.
  ///   - cohorts: ids of the cohorts; empty = every cohort.
  public init(of definition: ProtocolDefinition, stage: Stage? = nil, cohorts: [String] = []) {
    var analysis = RequirementAnalysis(definition, stage: stage, cohorts: cohorts)
    self = analysis.run()
  }
}

/// Walks a definition's criteria and collects what they ask for.
struct RequirementAnalysis {
  /// Who asks: a reported criterion, and what for.
  struct Asker: Hashable {
    var criterion: String
    var cohort: String
    var purpose: DataPurpose
  }

  let index: DefinitionIndex
  private let stage: Stage?
  private let cohorts: Set<String>
  /// What is asked for, in the order of asking.
  private var items: [DataRequirement] = []
  private var itemByKey: [String: Int] = [:]
  private var sections: [SectionRequirement] = []
  /// Reported criteria that are walked, and those that still have to be.
  private var owners: Set<String> = []
  private var queue: [String] = []
  /// Steps that were walked, for each asker.
  private var walked: [Asker: Set<String>] = [:]

  init(_ definition: ProtocolDefinition, stage: Stage?, cohorts: [String]) {
    index = DefinitionIndex(definition)
    self.stage = stage
    self.cohorts = Set(cohorts)
  }

  mutating func run() -> DataRequirements {
    let definition = index.definition
    for cohort in definition.cohorts where includes(cohort.id) { select(cohort) }
    for criterion in definition.criteria
    where criterion.role == .inclusion || criterion.role == .exclusion {
      let isInScope = criterion.cohort.isEmpty || includes(criterion.cohort)
      if isInScope, stage.map({ criterion.stages.contains($0) }) ?? true { own(criterion.id) }
    }
    var position = 0
    while position < queue.count {
      walkOwner(queue[position])
      position += 1
    }
    var result = DataRequirements()
    result.trial = definition.trial
    result.version = definition.version
    result.stages = stage.map { [$0] } ?? stagesInUse()
    result.cohorts = definition.cohorts.map(\.id).filter(includes)
    result.windowBounds = index.windowBounds
    result.maximumResultAge = index.maximumResultAge
    result.items = DataKind.allCases.flatMap { kind in inProtocolOrder(items, of: kind) }
    result.sections = Section.allCases.compactMap { section in
      sections.first { $0.section == section }.map(inProtocolOrder)
    }
    return result
  }

  private func includes(_ cohort: String) -> Bool { cohorts.isEmpty || cohorts.contains(cohort) }

  private func stagesInUse() -> [Stage] {
    Stage.allCases.filter { stage in
      index.definition.criteria.contains { $0.stages.contains(stage) }
    }
  }

  // MARK: Order

  private func position(_ criterion: String) -> Int {
    index.position(ofCriterion: criterion) ?? -1
  }

  private func inProtocolOrder(_ items: [DataRequirement], of kind: DataKind) -> [DataRequirement] {
    let found = items.filter { $0.kind == kind }.map { item in
      var item = item
      // What decides a criterion does not only lead to its warnings.
      let deciding = Set(item.uses.filter { $0.purpose != .warns }.map(\.criterion))
      item.uses.removeAll { $0.purpose == .warns && deciding.contains($0.criterion) }
      item.uses = item.uses.enumerated().sorted {
        (position($0.element.criterion), $0.offset) < (position($1.element.criterion), $1.offset)
      }.map(\.element)
      return item
    }
    return found.enumerated().sorted {
      let first = $0.element.uses.first.map { position($0.criterion) } ?? 0
      let second = $1.element.uses.first.map { position($0.criterion) } ?? 0
      return (first, $0.offset) < (second, $1.offset)
    }.map(\.element)
  }

  private func inProtocolOrder(_ section: SectionRequirement) -> SectionRequirement {
    var section = section
    section.criteria.sort { position($0) < position($1) }
    section.alternatives.removeAll { section.criteria.contains($0) }
    section.alternatives.sort { position($0) < position($1) }
    return section
  }

  // MARK: Walking

  private mutating func own(_ id: String) {
    if owners.insert(id).inserted { queue.append(id) }
  }

  private mutating func walkOwner(_ id: String) {
    guard let criterion = index.criterion(id) else { return }
    func asker(_ purpose: DataPurpose) -> Asker {
      Asker(criterion: id, cohort: criterion.cohort, purpose: purpose)
    }
    conditions(of: criterion, asker(.decides))
    if let rule = criterion.rule { walk(rule, asker(.decides)) }
  }

  /// When a criterion applies or is void, and what it warns about.
  private mutating func conditions(of criterion: Criterion, _ asker: Asker) {
    var asker = asker
    asker.purpose = .applies
    for id in [criterion.appliesIf, criterion.voidIf] where !id.isEmpty { refer(to: id, asker) }
    asker.purpose = .warns
    for flag in criterion.flags { refer(to: flag.condition, asker) }
  }

  /// Goes on to a criterion that the logic refers to: a step is part of who asks, a reported criterion
  /// asks for itself.
  mutating func refer(to id: String, _ asker: Asker) {
    guard let criterion = index.criterion(id) else { return }
    guard criterion.role == .step else { return own(id) }
    guard walked[asker, default: []].insert(id).inserted else { return }
    conditions(of: criterion, asker)
    if let rule = criterion.rule { walk(rule, asker) }
  }

  /// The same asker, where something answers in place of something else.
  func alternative(_ asker: Asker) -> Asker {
    var asker = asker
    if asker.purpose == .decides { asker.purpose = .alternative }
    return asker
  }

  // MARK: Collecting

  /// Notes that somebody asks for something.
  mutating func ask(
    _ id: String, _ kind: DataKind, _ asker: Asker, window: PeriodDefinition? = nil,
    anchor: String = "", fields: [String] = [],
    describe: (inout DataRequirement) -> Void = { _ in }
  ) {
    let key = "\(kind.rawValue) \(id)"
    let position: Int
    if let known = itemByKey[key] {
      position = known
    } else {
      position = items.count
      itemByKey[key] = position
      items.append(DataRequirement(id: id, kind: kind))
    }
    describe(&items[position])
    for field in fields where !items[position].fields.contains(field) {
      items[position].fields.append(field)
    }
    var use = DataUse()
    use.criterion = asker.criterion
    use.cohort = asker.cohort
    use.purpose = asker.purpose
    use.window = index.resolved(window)
    use.anchor = anchor
    if !items[position].uses.contains(use) { items[position].uses.append(use) }
  }

  /// Notes that a section must be reviewed.
  mutating func review(_ section: Section, _ asker: Asker, isAlternative: Bool = false) {
    guard asker.purpose != .warns else { return }
    let position: Int
    if let known = sections.firstIndex(where: { $0.section == section }) {
      position = known
    } else {
      position = sections.count
      sections.append(SectionRequirement(section: section))
    }
    let id = asker.criterion
    if isAlternative {
      if !sections[position].alternatives.contains(id) {
        sections[position].alternatives.append(id)
      }
    } else if !sections[position].criteria.contains(id) {
      sections[position].criteria.append(id)
    }
  }

  private mutating func select(_ cohort: CohortDefinition) {
    let asker = Asker(criterion: "", cohort: cohort.id, purpose: .selectsCohort)
    askForSet(cohort.diseaseSet, .condition, asker, fields: ["verification_status"])
  }
}
