/// A protocol version of a trial as data. It mirrors the message of the same name; compiling it
/// (`CompiledProtocol`) resolves every name and reports every error at once.
public struct ProtocolDefinition: Sendable, Hashable {
  /// Id of the trial: `nct06373081`.
  public var trial = ""
  /// Id of the version.
  public var version = ""
  public var registryIDs: [String] = []
  public var titles: [Text] = []
  public var concepts: [ConceptDefinition] = []
  public var codeSets: [CodeSet] = []
  public var doseTables: [DoseTable] = []
  /// In protocol order.
  public var cohorts: [CohortDefinition] = []
  public var knobs: [KnobDefinition] = []
  /// Settings that differ from the knobs' defaults.
  public var readings: [Reading] = []
  /// In protocol order.
  public var criteria: [Criterion] = []

  /// Creates an empty definition.
  public init() {}
}

/// What kind of fact a concept is about.
public enum ConceptKind: String, Sendable, Hashable {
  case quantity = "QUANTITY"
  case finding = "FINDING"
  case statement = "STATEMENT"
  case condition = "CONDITION"
  case drug = "DRUG"
  case instrument = "INSTRUMENT"
}

/// A unit and its exact factor to a canonical one: a decimal (`88.4`) or a ratio (`1/1000`).
public struct UnitDefinition: Sendable, Hashable {
  public var unit = ""
  public var factor = ""

  /// Creates an empty definition.
  public init() {}
}

/// A concept of the catalogue.
public struct ConceptDefinition: Sendable, Hashable {
  public var id = ""
  /// nil = unspecified, an error.
  public var kind: ConceptKind?
  public var titles: [Text] = []
  public var codings: [Coding] = []
  /// Canonical UCUM unit.
  public var unit = ""
  public var units: [UnitDefinition] = []
  /// Decimal text in the canonical unit; empty = no limit.
  public var plausibleLow = ""
  /// Decimal text in the canonical unit; empty = no limit.
  public var plausibleHigh = ""
  /// For a statement: the sex for which it is always "no".
  public var notForSex: Sex?
  /// For a statement: statements that hold whenever this one does.
  public var implies: [String] = []
  /// For a graded index: its organ systems.
  public var systems: [String] = []

  /// Creates an empty definition.
  public init() {}
}

/// Codes of one terminology in a set.
public struct CodeSetMember: Sendable, Hashable {
  public var system = ""
  public var codes: [String] = []
  public var prefixes: [String] = []
  public var exceptPrefixes: [String] = []

  /// Creates an empty member.
  public init() {}
}

/// A drug class or a group of diagnoses.
public struct CodeSet: Sendable, Hashable {
  public var id = ""
  public var titles: [Text] = []
  public var concepts: [String] = []
  public var members: [CodeSetMember] = []
  /// Other sets that belong whole.
  public var includes: [String] = []
  /// Concepts that do not belong, whatever else says so.
  public var exceptConcepts: [String] = []

  /// Creates an empty set.
  public init() {}
}

/// How much of a drug equals one unit of the reference drug.
public struct DoseEquivalent: Sendable, Hashable {
  public var drug = ""
  /// Exact factor: `20/3`.
  public var factor = ""

  /// Creates an empty entry.
  public init() {}
}

/// A table of dose equivalents.
public struct DoseTable: Sendable, Hashable {
  public var id = ""
  public var unit = ""
  public var drugs: [DoseEquivalent] = []
  /// Drugs of the class: one without a factor makes the sum unknown.
  public var drugSet = ""
  public var units: [UnitDefinition] = []

  /// Creates an empty table.
  public init() {}
}

/// A cohort.
public struct CohortDefinition: Sendable, Hashable {
  public var id = ""
  public var titles: [Text] = []
  /// The diagnoses that put a patient into it when none is named.
  public var diseaseSet = ""

  /// Creates an empty definition.
  public init() {}
}

/// A setting of a knob.
public struct KnobSetting: Sendable, Hashable {
  public var value = ""
  public var descriptions: [Text] = []

  /// Creates an empty setting.
  public init() {}
}

/// A sentence with more than one meaning.
public struct KnobDefinition: Sendable, Hashable {
  public var id = ""
  /// Empty = a decimal number or `null`.
  public var settings: [KnobSetting] = []
  public var defaultValue = ""
  public var descriptions: [Text] = []

  /// Creates an empty definition.
  public init() {}
}
