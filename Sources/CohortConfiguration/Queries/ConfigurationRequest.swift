/// A method of the configuration service.
public enum ConfigurationMethod: String, Sendable, Hashable, CaseIterable {
  case getTrial = "GetTrial"
  case listTrials = "ListTrials"
  case createTrial = "CreateTrial"
  case updateTrial = "UpdateTrial"
  case getProtocolVersion = "GetProtocolVersion"
  case listProtocolVersions = "ListProtocolVersions"
  case createProtocolVersion = "CreateProtocolVersion"
  case updateProtocolVersion = "UpdateProtocolVersion"
  case validateProtocolVersion = "ValidateProtocolVersion"
  case approveProtocolVersion = "ApproveProtocolVersion"
  case supersedeProtocolVersion = "SupersedeProtocolVersion"
  case getSite = "GetSite"
  case listSites = "ListSites"
  case createSite = "CreateSite"
  case updateSite = "UpdateSite"
  case getSiteRevision = "GetSiteRevision"
  case listSiteRevisions = "ListSiteRevisions"
  case createSiteRevision = "CreateSiteRevision"
  case getActivation = "GetActivation"
  case listActivations = "ListActivations"
  case createActivation = "CreateActivation"
  case getCohort = "GetCohort"
  case listCohorts = "ListCohorts"
  case updateCohort = "UpdateCohort"
  case listAuditEntries = "ListAuditEntries"
  case exportAuditEntries = "ExportAuditEntries"
  case watchConfiguration = "WatchConfiguration"
  case compareVersions = "CompareVersions"
  case simulateChange = "SimulateChange"

  /// Whether it has one request and one answer.
  public var isUnary: Bool {
    self != .exportAuditEntries && self != .watchConfiguration && self != .simulateChange
  }
}

/// What a client asks for a page of.
public struct ListQuery: Sendable, Hashable {
  /// Name of what holds the resources; empty for trials and audit entries.
  public var parent: String
  /// How many; 0 = the default.
  public var pageSize: Int
  /// Where the page begins; empty = at the beginning.
  public var pageToken: String
  /// Which.
  public var filter: String
  /// In which order.
  public var orderBy: String

  /// Creates a query.
  public init(
    parent: String = "", pageSize: Int = 0, pageToken: String = "", filter: String = "",
    orderBy: String = ""
  ) {
    self.parent = parent
    self.pageSize = pageSize
    self.pageToken = pageToken
    self.filter = filter
    self.orderBy = orderBy
  }
}

/// What a client asks of the configuration service.
public enum ConfigurationRequest: Sendable, Hashable {
  case get(ResourceKind, name: String)
  case list(ResourceKind, ListQuery)
  case mutation(MutationHeader, ConfigurationMutation)
  case validateVersion(name: String)
  case validateDefinition([UInt8])
  case listAudit(ListQuery)
  case exportAudit(filter: String)
  /// Both are names of versions.
  case compare(before: String, after: String)
  /// An empty token = the state first; 0 seconds = the default.
  case watch(resumeToken: String, heartbeatSeconds: Int)
}

extension ConfigurationRequest {
  /// The method that it is a request of.
  public var method: ConfigurationMethod {
    switch self {
    case .get(let kind, _):
      switch kind {
      case .trial: .getTrial
      case .version: .getProtocolVersion
      case .site: .getSite
      case .siteRevision: .getSiteRevision
      case .activation: .getActivation
      case .cohort: .getCohort
      }
    case .list(let kind, _):
      switch kind {
      case .trial: .listTrials
      case .version: .listProtocolVersions
      case .site: .listSites
      case .siteRevision: .listSiteRevisions
      case .activation: .listActivations
      case .cohort: .listCohorts
      }
    case .mutation(_, let mutation): mutation.method
    case .validateVersion, .validateDefinition: .validateProtocolVersion
    case .listAudit: .listAuditEntries
    case .exportAudit: .exportAuditEntries
    case .compare: .compareVersions
    case .watch: .watchConfiguration
    }
  }
}

extension ConfigurationMutation {
  /// The method that does it.
  public var method: ConfigurationMethod {
    switch self {
    case .createTrial: .createTrial
    case .updateTrial: .updateTrial
    case .createVersion: .createProtocolVersion
    case .updateVersion: .updateProtocolVersion
    case .approveVersion: .approveProtocolVersion
    case .supersedeVersion: .supersedeProtocolVersion
    case .createSite: .createSite
    case .updateSite: .updateSite
    case .createSiteRevision: .createSiteRevision
    case .createActivation: .createActivation
    case .updateCohort: .updateCohort
    }
  }
}
