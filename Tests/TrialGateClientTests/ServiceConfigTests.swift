import Foundation
import Testing

@testable import TrialGateClient

/// gRPC service configs, after grpc/service_config/service_config.proto and gRFC A6.
struct ServiceConfigTests {
  private static let evaluate = "/trialgate.v1.EligibilityService/Evaluate"

  @Test func theExampleOfTheDeploymentIsTakenOver() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "deploy/service-config.json")
    var configuration = TrialGateClient.defaults
    try configuration.apply(serviceConfig: String(contentsOf: file, encoding: .utf8))
    let policy = try #require(configuration.services.method(Self.evaluate).retry)
    #expect(policy.retryableCodes == [.unavailable])
    #expect(configuration.healthService != nil)
  }

  @Test func methodsServicesAndAllOthers() throws {
    var configuration = TrialGateClient.defaults
    try configuration.apply(
      serviceConfig: """
        {"methodConfig": [
          {"name": [{}], "timeout": "9s"},
          {"name": [{"service": "trialgate.v1.ConfigurationService"}], "waitForReady": true},
          {"name": [{"service": "a.B", "method": "C"}, {"service": "a.B", "method": "D"}],
           "timeout": "1.25s",
           "retryPolicy": {"maxAttempts": 9, "initialBackoff": "0.1s", "maxBackoff": "2s",
             "backoffMultiplier": 1.5, "retryableStatusCodes": ["UNAVAILABLE", 8, "aborted"]}}],
         "retryThrottling": {"maxTokens": 10, "tokenRatio": 0.1239}, "somethingNew": 1}
        """)
    let services = configuration.services
    #expect(services.method("/x.Y/Z") == MethodConfiguration(timeoutMilliseconds: 9_000))
    #expect(
      services.method("/trialgate.v1.ConfigurationService/GetTrial")
        == MethodConfiguration(waitsForReady: true))
    #expect(services.method("/a.B/C").timeoutMilliseconds == 1_250)
    #expect(services.method("/a.B/C") == services.method("/a.B/D"))
    #expect(services.method("/a.B/E").timeoutMilliseconds == 9_000)
    let retry = try #require(services.method("/a.B/C").retry)
    #expect(retry.maximumAttempts == 5 && retry.backoffMultiplier == 1.5)
    #expect(retry.initialBackoffMilliseconds == 100 && retry.maximumBackoffMilliseconds == 2_000)
    #expect(retry.retryableCodes == [.unavailable, .resourceExhausted, .aborted])
    #expect(services.maximumRetryTokens == 10 && services.retryTokenRatio == 0.123)
    // What was not named stays as it was.
    #expect(
      services.method(Self.evaluate) == TrialGateClient.defaults.services.method(Self.evaluate))
  }

  @Test(arguments: [
    (#"{"methodConfig": [{}]}"#, "methodConfig[0].name"),
    (#"{"methodConfig": [{"name": [{"method": "C"}]}]}"#, "methodConfig[0].name[0].method"),
    (
      #"{"methodConfig": [{"name": [{"service": "a"}]}, {"name": [{"service": "a"}]}]}"#,
      "methodConfig[1].name[0]"
    ),
    (#"{"methodConfig": [{"name": [{}], "timeout": "1"}]}"#, "methodConfig[0].timeout"),
    (#"{"methodConfig": [{"name": [{}], "timeout": "-1s"}]}"#, "methodConfig[0].timeout"),
    (#"{"methodConfig": [{"name": [{}], "timeout": "nans"}]}"#, "methodConfig[0].timeout"),
    (#"{"methodConfig": [{"name": [{}], "hedgingPolicy": {}}]}"#, "methodConfig[0].hedgingPolicy"),
    (#"{"retryThrottling": {"maxTokens": 0, "tokenRatio": 1}}"#, "retryThrottling.maxTokens"),
    (#"{"retryThrottling": {"maxTokens": 1001, "tokenRatio": 1}}"#, "retryThrottling.maxTokens"),
    (#"{"retryThrottling": {"maxTokens": 1, "tokenRatio": 0}}"#, "retryThrottling.tokenRatio"),
    (#"{"loadBalancingConfig": [{"pick_first": {}}]}"#, "loadBalancingConfig"),
    (#"[1]"#, ""),
  ]) func faultsNameTheirPlace(text: String, path: String) {
    var configuration = ClientConfiguration()
    let error = #expect(throws: DocumentError.self) {
      try configuration.apply(serviceConfig: text)
    }
    #expect(error?.faults.map(\.path) == [path])
  }

  /// Every member of a retry policy is required, and each fault is named.
  @Test func aRetryPolicyIsWhole() {
    var configuration = ClientConfiguration()
    let error = #expect(throws: DocumentError.self) {
      try configuration.apply(
        serviceConfig: """
          {"methodConfig": [{"name": [{}], "retryPolicy": {"maxAttempts": 1, "initialBackoff": "0s",
            "backoffMultiplier": 0, "retryableStatusCodes": ["OK", "NOTHING"]}}]}
          """)
    }
    let place = "methodConfig[0].retryPolicy"
    #expect(
      Set(error?.faults.map(\.path) ?? []) == [
        "\(place).maxAttempts", "\(place).initialBackoff", "\(place).maxBackoff",
        "\(place).backoffMultiplier", "\(place).retryableStatusCodes[0]",
        "\(place).retryableStatusCodes[1]",
      ])
    #expect(configuration.services == ServiceConfiguration())
  }
}
