public import EligibilityCore

/// What a client asks to change, in the words of the contract. Paths of faults are those of its requests.
public enum ConfigurationMutation: Sendable, Hashable {
  case createTrial(id: String, displayName: String)
  case updateTrial(name: String, displayName: String, mask: [String])
  case createVersion(VersionDraft)
  case updateVersion(name: String, definition: [UInt8]?, notes: String, mask: [String])
  case approveVersion(name: String)
  case supersedeVersion(name: String, by: String)
  case createSite(parent: String, id: String, displayName: String)
  case updateSite(name: String, state: OperationalState?, displayName: String, mask: [String])
  case createSiteRevision(parent: String, content: SiteRevision)
  case createActivation(ActivationDraft)
  case updateCohort(
    name: String, state: OperationalState?, enrolled: UInt32, cap: UInt32, mask: [String])

  /// A version that is to be created.
  public struct VersionDraft: Sendable, Hashable {
    /// Name of the trial.
    public var parent: String
    /// Id of the version; empty = the one that the definition has.
    public var id: String
    /// The encoded definition; nil = a copy of the base version.
    public var definition: [UInt8]?
    /// Id of the version that it is a copy of; empty = of none.
    public var baseVersion: String
    /// Anything its author says of it.
    public var notes: String

    /// Creates a draft.
    public init(
      parent: String, id: String, definition: [UInt8]?, baseVersion: String, notes: String
    ) {
      self.parent = parent
      self.id = id
      self.definition = definition
      self.baseVersion = baseVersion
      self.notes = notes
    }
  }

  /// An activation that is to be created.
  public struct ActivationDraft: Sendable, Hashable {
    /// Name of the trial.
    public var parent: String
    /// Id; empty = the store chooses one.
    public var id: String
    /// Id of the version.
    public var version: String
    /// Id of the site; empty = all sites.
    public var site: String
    /// The first index date; nil = from the beginning.
    public var effectiveFrom: CalendarDate?
    /// Id of the activation whose place it takes; empty = of none.
    public var replaces: String

    /// Creates a draft.
    public init(
      parent: String, id: String, version: String, site: String, effectiveFrom: CalendarDate?,
      replaces: String
    ) {
      self.parent = parent
      self.id = id
      self.version = version
      self.site = site
      self.effectiveFrom = effectiveFrom
      self.replaces = replaces
    }
  }
}

/// A resource as an answer shows it.
public enum ConfigurationResult: Sendable, Hashable {
  case trial(Held<TrialRecord>)
  case version(Held<VersionRecord>)
  case site(Held<SiteRecord>)
  case siteRevision(Held<SiteRevisionRecord>)
  /// With the id of the activation that took its place; empty where it stands.
  case activation(Held<ActivationRecord>, replacedBy: String)
  case cohort(Held<CohortRecord>)
}

extension ConfigurationResult {
  /// The resource's revision.
  public var revision: Int64 {
    switch self {
    case .trial(let held): held.revision
    case .version(let held): held.revision
    case .site(let held): held.revision
    case .siteRevision(let held): held.revision
    case .activation(let held, _): held.revision
    case .cohort(let held): held.revision
    }
  }
}

/// What the rules must know of definitions, which are opaque bytes to this room.
public protocol DefinitionReading: Sendable {
  /// The trial and the version that a definition names; nil for bytes that are no definition.
  func identity(of definition: [UInt8]) -> (trial: String, version: String)?
  /// The definition under the id of another version; nil for bytes that are no definition.
  func renamed(_ definition: [UInt8], version: String) -> [UInt8]?
  /// The definition with some of its fields, by their names in the contract, taken from another; nil for
  /// bytes that are no definition.
  func replacing(_ fields: [String], of definition: [UInt8], from other: [UInt8]) -> [UInt8]?
  /// Whether a definition has a field of a name.
  func hasField(_ name: String) -> Bool
  /// Compiles a definition.
  ///
  /// - Throws: `DEFINITION_INVALID` with every fault, at paths of the definition.
  func compile(
    _ definition: [UInt8], digest: String
  ) throws(ConfigurationRefusal) -> CompiledProtocol
}

extension ConfigurationChange {
  /// Does what a client asks for, as far as the rules allow.
  ///
  /// - Throws: every fault of the request at once, or the rule that forbids it.
  public mutating func apply(
    _ mutation: ConfigurationMutation, definitions: some DefinitionReading
  ) throws(ConfigurationRefusal) -> ConfigurationResult {
    switch mutation {
    case .createTrial(let id, let displayName):
      .trial(try createTrial(id, displayName))
    case .updateTrial(let name, let displayName, let mask):
      .trial(try updateTrial(name, displayName, mask))
    case .createVersion(let draft): .version(try createVersion(draft, definitions))
    case .updateVersion(let name, let definition, let notes, let mask):
      .version(try updateVersion(name, definition, notes, mask, definitions))
    case .approveVersion(let name): .version(try approveVersion(name, definitions))
    case .supersedeVersion(let name, let other): .version(try supersedeVersion(name, by: other))
    case .createSite(let parent, let id, let displayName):
      .site(try createSite(parent, id, displayName))
    case .updateSite(let name, let state, let displayName, let mask):
      .site(try updateSite(name, state, displayName, mask))
    case .createSiteRevision(let parent, let content):
      .siteRevision(try createSiteRevision(parent, content))
    case .createActivation(let draft): .activation(try createActivation(draft), replacedBy: "")
    case .updateCohort(let name, let state, let enrolled, let cap, let mask):
      .cohort(try updateCohort(name, state, enrolled, cap, mask))
    }
  }

  // MARK: Names and masks

  /// The fault of a name of another form.
  static func nameFaults(_ name: String, _ field: String, _ kind: ResourceKind) -> [FieldFault] {
    if ResourceName.ids(name, kind.collections) != nil { return [] }
    return [FieldFault(field, "NAME_MALFORMED", "write it as \(kind.pattern)")]
  }

  /// The id in a name of a trial; faults where it is none.
  static func trialID(_ parent: String, _ faults: inout [FieldFault]) -> String {
    faults += nameFaults(parent, "parent", .trial)
    return ResourceName.ids(parent, ["trials"])?.first ?? ""
  }

  /// The fields that are to change: those of the mask, or where there is none, those that are given.
  ///
  /// - Parameter fields: each field with whether it is given.
  static func selected(
    _ mask: [String], _ fields: [(name: String, isGiven: Bool)], _ faults: inout [FieldFault]
  ) -> Set<String> {
    if mask == ["*"] { return Set(fields.map(\.name)) }
    let known = fields.map(\.name)
    for (index, path) in mask.enumerated() where !known.contains(path) {
      faults.append(
        FieldFault(
          "update_mask[\(index)]", "FIELD_UNKNOWN",
          "name fields that can be changed: \(known.joined(separator: ", ")), or * alone"))
    }
    let selected = mask.isEmpty ? fields.filter(\.isGiven).map(\.name) : mask
    if selected.isEmpty {
      faults.append(
        FieldFault(
          "update_mask", "REQUIRED", "name what is to change: \(known.joined(separator: ", "))"))
    }
    return Set(selected)
  }
}
