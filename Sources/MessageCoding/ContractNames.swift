public import CohortConfiguration

/// Names of the contract's services and the paths of their methods, as gRPC calls them: `/{service}/{method}`.
public enum ContractNames {
  /// The service that decides.
  public static let eligibilityService = "trialgate.v1.EligibilityService"
  /// The service that holds trials, versions, sites, activations, cohorts and their history.
  public static let configurationService = "trialgate.v1.ConfigurationService"
  /// Path of `Evaluate`.
  public static let evaluate = "/\(eligibilityService)/Evaluate"
  /// Path of `EvaluateStream`.
  public static let evaluateStream = "/\(eligibilityService)/EvaluateStream"
  /// Path of `DescribeProtocol`.
  public static let describeProtocol = "/\(eligibilityService)/DescribeProtocol"

  /// Path of a method of the configuration service.
  public static func path(_ method: ConfigurationMethod) -> String {
    "/\(configurationService)/\(method.rawValue)"
  }
}
