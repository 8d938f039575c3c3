/// Which roles may call which method. What is not in the table is nobody's to call.
public struct AccessMatrix: Sendable {
  /// One method.
  public struct Row: Sendable, Hashable {
    /// `/package.Service/Method`, or `/package.Service/*` for all of a service.
    public let method: String
    /// The roles that may call it, each for itself; nil = whoever calls, without any role.
    public let roles: Set<Role>?
  }

  /// All rows.
  public let rows: [Row]
  private let roles: [String: Set<Role>?]

  init(_ rows: [Row]) {
    self.rows = rows
    roles = Dictionary(rows.map { ($0.method, $0.roles) }) { first, _ in first }
  }

  /// Whether a method is open to whoever calls.
  public func isOpen(_ method: String) -> Bool {
    guard let roles = row(method) else { return false }
    return roles == nil
  }

  /// The roles of which a caller needs one, in the order of `Role`; none for a method that is nobody's.
  public func rolesNeeded(for method: String) -> [Role] {
    let roles = (row(method) ?? []) ?? []
    return Role.allCases.filter { roles.contains($0) }
  }

  /// Whether a principal may call a method.
  public func allows(_ principal: Principal, _ method: String) -> Bool {
    guard let roles = row(method) else { return false }
    guard let roles else { return true }
    return !roles.isDisjoint(with: principal.roles)
  }

  private func row(_ method: String) -> Set<Role>?? {
    if let found = roles[method] { return found }
    guard let slash = method.lastIndex(of: "/") else { return nil }
    return roles["\(method[...slash])*"]
  }

  /// TrialGate's own methods, and those of gRPC that stand beside them.
  public static let standard = AccessMatrix(
    eligibility + reading + editing + approving + administering + infrastructure)

  private static let readers: Set<Role> = [.viewer, .editor, .approver, .administrator]

  private static func rows(_ service: String, _ roles: Set<Role>?, _ methods: [String]) -> [Row] {
    methods.map { Row(method: "/\(service)/\($0)", roles: roles) }
  }

  private static let configuration = "trialgate.v1.ConfigurationService"
  private static let eligibility =
    rows("trialgate.v1.EligibilityService", [.evaluator], ["Evaluate", "EvaluateStream"])
    + rows(
      "trialgate.v1.EligibilityService", readers.union([.evaluator]), ["DescribeProtocol"])
  private static let reading = rows(
    configuration, readers,
    [
      "GetTrial", "ListTrials", "GetProtocolVersion", "ListProtocolVersions", "GetSite",
      "ListSites", "GetSiteRevision", "ListSiteRevisions", "GetActivation", "ListActivations",
      "GetCohort", "ListCohorts", "ListAuditEntries", "ExportAuditEntries",
      "WatchConfiguration", "CompareVersions",
    ])
  private static let editing =
    rows(configuration, [.editor], ["CreateProtocolVersion", "UpdateProtocolVersion"])
    + rows(configuration, [.editor, .approver], ["ValidateProtocolVersion", "SimulateChange"])
    + rows(configuration, [.editor, .administrator], ["UpdateCohort"])
  private static let approving = rows(
    configuration, [.approver],
    ["ApproveProtocolVersion", "SupersedeProtocolVersion", "CreateActivation"])
  private static let administering = rows(
    configuration, [.administrator],
    ["CreateTrial", "UpdateTrial", "CreateSite", "UpdateSite", "CreateSiteRevision"])
  private static let infrastructure =
    rows("grpc.health.v1.Health", nil, ["*"])
    + rows("grpc.reflection.v1.ServerReflection", Set(Role.allCases), ["*"])
    + rows("grpc.reflection.v1alpha.ServerReflection", Set(Role.allCases), ["*"])
}
