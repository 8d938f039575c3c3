/// A definition with its parts by id and the readings in force, for whoever describes it.
///
/// It takes a definition as it is: an id that nothing has gives nil, and of two parts with one id the
/// first is found. Whether a definition is whole is for the compiler to say.
public struct DefinitionIndex: Sendable {
  /// The definition.
  public let definition: ProtocolDefinition
  private let criteria: [String: Int]
  private let concepts: [String: Int]
  private let codeSets: [String: Int]
  private let doseTables: [String: Int]
  private let settings: [String: String]

  /// Indexes a definition.
  public init(_ definition: ProtocolDefinition) {
    func index(_ ids: [String]) -> [String: Int] {
      Dictionary(zip(ids, ids.indices), uniquingKeysWith: { first, _ in first })
    }
    self.definition = definition
    criteria = index(definition.criteria.map(\.id))
    concepts = index(definition.concepts.map(\.id))
    codeSets = index(definition.codeSets.map(\.id))
    doseTables = index(definition.doseTables.map(\.id))
    var settings: [String: String] = [:]
    for knob in definition.knobs { settings[knob.id] = knob.defaultValue }
    for reading in definition.readings { settings[reading.knob] = reading.value }
    self.settings = settings
  }

  /// Position of a criterion in protocol order.
  public func position(ofCriterion id: String) -> Int? { criteria[id] }

  /// The criterion with an id.
  public func criterion(_ id: String) -> Criterion? { criteria[id].map { definition.criteria[$0] } }

  /// The concept with an id.
  public func concept(_ id: String) -> ConceptDefinition? {
    concepts[id].map { definition.concepts[$0] }
  }

  /// The code set with an id.
  public func codeSet(_ id: String) -> CodeSet? { codeSets[id].map { definition.codeSets[$0] } }

  /// The dose table with an id.
  public func doseTable(_ id: String) -> DoseTable? {
    doseTables[id].map { definition.doseTables[$0] }
  }

  /// The setting of a knob that is in force; nil for what is no knob.
  public func setting(of knob: String) -> String? { settings[knob] }

  /// Which ends of a look-back window belong to it, by the reading in force.
  public var windowBounds: WindowBounds {
    setting(of: "window.bounds") == "half_open" ? .halfOpen : .closed
  }

  /// Oldest age of a result in days, by the reading in force; nil = no limit.
  public var maximumResultAge: Int? { number(of: EngineReadings.maximumAge) }

  /// Oldest age of a concept's results in days, by the reading in force; nil = no limit.
  public func maximumAge(ofResultsOf concept: String) -> Int? {
    let knob = EngineReadings.ageByConcept + concept
    return setting(of: knob) == nil ? maximumResultAge : number(of: knob)
  }

  /// The whole number that a knob is set to; nil for any other setting and for what is no knob.
  public func number(of knob: String) -> Int? {
    let decimal = setting(of: knob).flatMap { try? ExactDecimal(parsing: $0) }
    return decimal.flatMap { Int(exactly: $0.rational) }
  }

  /// A period with the number that its knob gives; nil where the knob is set to no number.
  public func resolved(_ period: PeriodDefinition?) -> PeriodDefinition? {
    guard var period, !period.knob.isEmpty else { return period }
    guard let count = number(of: period.knob) else { return nil }
    period.count = count
    return period
  }

  /// Id of the criterion that a choice by a reading comes down to; nil where it has none for the reading in
  /// force.
  public func chosen(_ choice: ReadingChoiceRule) -> String? {
    let setting = setting(of: choice.knob)
    if let option = choice.options.first(where: { $0.value == setting }) { return option.criterion }
    return choice.number.isEmpty ? nil : choice.number
  }

  /// Criteria and steps that some criteria come down to, under every setting of the knobs; they
  /// themselves included.
  public func reach(from ids: [String]) -> Set<String> {
    var reached: Set<String> = []
    var queue = ids
    while let next = queue.popLast() {
      guard reached.insert(next).inserted, let criterion = criterion(next) else { continue }
      queue += criterion.references
    }
    return reached
  }

  /// A code set and every set that it includes, directly or through others, itself first.
  public func closure(ofCodeSet id: String) -> [CodeSet] {
    var found: [CodeSet] = []
    var seen: Set<String> = []
    var queue = [id]
    while !queue.isEmpty {
      let next = queue.removeFirst()
      guard seen.insert(next).inserted, let set = codeSet(next) else { continue }
      found.append(set)
      queue += set.includes
    }
    return found
  }
}
