/// A protocol version of a trial as data. It mirrors the message of the same name; compiling it
/// (`CompiledProtocol`) resolves every name and reports every error at once.
public struct ProtocolDefinition: Sendable, Hashable {
  /// Id of the trial: `nct06373081`.
  public var trial = ""
  /// Id of the version.
  public var version = ""
  /// Ids in public registries: `NCT06373081`.
  public var registryIDs: [String] = []
  /// Titles of the trial.
  public var titles: [Text] = []
  /// The concepts that facts may be about.
  public var concepts: [ConceptDefinition] = []
  /// Sets of codes: drug classes and groups of diagnoses.
  public var codeSets: [CodeSet] = []
  /// Tables of dose equivalents.
  public var doseTables: [DoseTable] = []
  /// In protocol order.
  public var cohorts: [CohortDefinition] = []
  /// The knobs: sentences with more than one meaning, and the settings that choose among them.
  public var knobs: [KnobDefinition] = []
  /// Settings that differ from the knobs' defaults.
  public var readings: [Reading] = []
  /// In protocol order.
  public var criteria: [Criterion] = []
  /// What may be taken for granted. Only the review of a definition uses it; no evaluation does.
  public var relations: [Relation] = []

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
  /// UCUM unit.
  public var unit = ""
  /// Exact factor to the canonical unit: a decimal (`88.4`) or a ratio (`1/1000`).
  public var factor = ""

  /// Creates an empty definition.
  public init() {}
}

/// A concept of the catalogue.
public struct ConceptDefinition: Sendable, Hashable {
  /// Id: `anc`.
  public var id = ""
  /// nil = unspecified, an error.
  public var kind: ConceptKind?
  /// Names.
  public var titles: [Text] = []
  /// Codings that mean this concept. No coding belongs to two concepts.
  public var codings: [Coding] = []
  /// Canonical UCUM unit.
  public var unit = ""
  /// Other units that are understood.
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
  /// The terminology's URI.
  public var system = ""
  /// Codes that belong, compared exactly.
  public var codes: [String] = []
  /// Codes that belong with everything that begins with them: `L04A`.
  public var prefixes: [String] = []
  /// Codes that do not belong with everything that begins with them, although a prefix holds them.
  public var exceptPrefixes: [String] = []

  /// Creates an empty member.
  public init() {}
}

/// A drug class or a group of diagnoses.
public struct CodeSet: Sendable, Hashable {
  /// Id: `biologics`.
  public var id = ""
  /// Names.
  public var titles: [Text] = []
  /// Concepts that belong.
  public var concepts: [String] = []
  /// Codes that belong.
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
  /// The drug's concept.
  public var drug = ""
  /// Exact factor: `20/3`.
  public var factor = ""

  /// Creates an empty entry.
  public init() {}
}

/// A table of dose equivalents.
public struct DoseTable: Sendable, Hashable {
  /// Id: `prednisone_equivalent`.
  public var id = ""
  /// UCUM unit of doses, before and after.
  public var unit = ""
  /// The drugs with a factor.
  public var drugs: [DoseEquivalent] = []
  /// Drugs of the class: one without a factor makes the sum unknown.
  public var drugSet = ""
  /// Units of doses that are understood besides the table's.
  public var units: [UnitDefinition] = []

  /// Creates an empty table.
  public init() {}
}

/// A cohort.
public struct CohortDefinition: Sendable, Hashable {
  /// Id: `sle`.
  public var id = ""
  /// Names.
  public var titles: [Text] = []
  /// The diagnoses that put a patient into it when none is named.
  public var diseaseSet = ""

  /// Creates an empty definition.
  public init() {}
}

/// A setting of a knob.
public struct KnobSetting: Sendable, Hashable {
  /// The value: `closed`.
  public var value = ""
  /// What it means.
  public var descriptions: [Text] = []

  /// Creates an empty setting.
  public init() {}
}

/// A sentence with more than one meaning.
public struct KnobDefinition: Sendable, Hashable {
  /// Id: `window.bounds`.
  public var id = ""
  /// Empty = a decimal number or `null`.
  public var settings: [KnobSetting] = []
  /// The setting that holds when none is given.
  public var defaultValue = ""
  /// Whether a decimal number is a setting, too.
  public var takesNumber = false
  /// What the protocol leaves open.
  public var descriptions: [Text] = []

  /// Creates an empty definition.
  public init() {}
}
