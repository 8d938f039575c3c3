import CohortConfiguration
import EligibilityCore
import MessageCoding
import RPC
import Testing

@testable import TrialGateServices

/// Which version decides where and when, and what stands beside the verdict.
@Suite(.timeLimit(.minutes(3))) struct ActivationTests {
  /// A scene with `v2` and `v3` approved beside `v1`, and a second site.
  private static func scene() async throws -> ConfigurationScene {
    let scene = try ConfigurationScene()
    for version in ["v2", "v3"] {
      try await scene.draft(version)
      try await scene.approve(version)
    }
    try await scene.call(
      .createSite, "{\"parent\": \"trials/small\", \"siteId\": \"south\", \"reason\": \"r\"}")
    try await scene.call(
      .createSiteRevision,
      """
      {"parent": "trials/small/sites/south", "revisionId": "1", "reason": "r", "siteRevision":
       {"timeZone": {"initialOffsetSeconds": 28800}}}
      """)
    return scene
  }

  @Test func theLatestFirstDayRulesAndTheSiteBeforeAll() async throws {
    let scene = try await Self.scene()
    try await scene.activate("v2", site: "north", from: "2025-02-01", id: "north-feb")
    try await scene.activate("v3", from: "2025-03-01", id: "all-mar")
    try await scene.activate("v1", site: "south", from: "2025-03-01", id: "south-mar")
    for (site, date, version, activation) in [
      ("north", "2025-01-31", "v1", "built-in"), ("north", "2025-02-01", "v2", "north-feb"),
      ("north", "2025-02-28", "v2", "north-feb"), ("north", "2025-03-01", "v3", "all-mar"),
      ("south", "2025-02-28", "v1", "built-in"), ("south", "2025-03-01", "v1", "south-mar"),
      ("", "2025-02-28", "v1", "built-in"), ("", "2025-03-01", "v3", "all-mar"),
    ] {
      let answer = try scene.evaluation(site: site, on: date)
      #expect(answer.verdict.protocolVersion == version, "\(site) on \(date)")
      #expect(answer.activation == activation, "\(site) on \(date)")
    }
  }

  @Test func oneRequestGetsTwoVerdictsAtTwoSites() async throws {
    let scene = try await Self.scene()
    try await scene.activate("v2", site: "north", from: "2025-02-01")
    let (north, south) = (
      try scene.evaluation(site: "north"), try scene.evaluation(site: "south")
    )
    #expect(north.verdict.outcome == .ineligible && south.verdict.outcome != .ineligible)
    #expect(north.verdict.protocolDigest != south.verdict.protocolDigest)
    // Whoever pins the version gets it at both, chosen by no activation.
    let pinned = try scene.evaluation(site: "south", version: "v2")
    #expect(pinned.verdict.protocolDigest == north.verdict.protocolDigest)
    #expect(pinned.activation.isEmpty)
  }

  @Test func goingBackIsAnActivationThatReplacesOne() async throws {
    let scene = try await Self.scene()
    try await scene.activate("v2", from: "2025-02-01", id: "wrong")
    let again = ConfigurationScene.activation("v1", from: "2025-02-01", id: "back")
    #expect(try await scene.refusal(.createActivation, again)?.reason == "ACTIVATION_AMBIGUOUS")
    try await scene.activate("v1", from: "2025-02-01", id: "back", replaces: "wrong")
    #expect(try scene.evaluation().activation == "back")
    // Nothing is replaced twice, and only what has the same site and day.
    for (site, from) in [("", "2025-02-01"), ("north", "2025-02-01"), ("", "2025-02-02")] {
      #expect(
        try await scene.refusal(
          .createActivation,
          ConfigurationScene.activation("v2", site: site, from: from, replaces: "wrong"))?.reason
          == "ACTIVATION_AMBIGUOUS")
    }
    let wrong = try await scene.call(
      .getActivation, "{\"name\": \"trials/small/activations/wrong\"}")
    #expect(wrong.member("replacedBy")?.text == "back")
  }

  @Test func anUnknownSiteIsNotFoundAndFallsBackOnNothing() async throws {
    let scene = try await Self.scene()
    let status = #expect(throws: RPCStatus.self) { try scene.evaluation(site: "west") }
    #expect(status?.code == .notFound && status?.reason == "SITE_NOT_FOUND")
  }

  @Test func aDayBeforeEveryActivationHasNoVersion() async throws {
    let scene = try await Self.scene()
    try await scene.call(
      .createTrial, "{\"trialId\": \"empty\", \"reason\": \"r\"}")
    let request = try RequestDocument(
      """
      {"trial": "empty", "stage": "STAGE_ENROLMENT", "indexDate": "2025-01-01",
       "snapshot": {"asOf": "2025-01-01"}}
      """)
    let service = EligibilityService(current: scene.service.current)
    let status = #expect(throws: RPCStatus.self) { try service.evaluate(request.encoded.span) }
    #expect(status?.reason == "SITE_NOT_FOUND")
    try await scene.call(
      .createSite, "{\"parent\": \"trials/empty\", \"siteId\": \"unnamed\", \"reason\": \"r\"}")
    let second = #expect(throws: RPCStatus.self) { try service.evaluate(request.encoded.span) }
    #expect(second?.reason == "ACTIVATION_NOT_FOUND" && second?.code == .notFound)
  }

  @Test func revisionsOfASiteFollowTheIndexDate() async throws {
    let scene = try await Self.scene()
    try await scene.call(
      .createSiteRevision,
      """
      {"parent": "trials/small/sites/north", "revisionId": "2", "reason": "r", "siteRevision":
       {"effectiveFrom": "2025-05-01", "consentVersion": "3.0", "timeZone": {
        "initialOffsetSeconds": 3600, "transitions": [
         {"at": "2025-03-30T01:00:00Z", "offsetSeconds": 7200}]}}}
      """)
    let (before, after) = (
      try scene.evaluation(on: "2025-04-30"), try scene.evaluation(on: "2025-05-01")
    )
    #expect(before.verdict.siteRevision == "1" && after.verdict.siteRevision == "2")
    let shown = try await scene.call(
      .getSiteRevision, "{\"name\": \"trials/small/sites/north/revisions/2\"}")
    #expect(shown.member("siteDigest")?.text == after.verdict.siteDigest)
    #expect(
      shown.member("timeZone")?.member("transitions")?.elements.first?.member("at")?.text
        == "2025-03-30T01:00:00Z")
  }

  @Test(arguments: [
    ("{}", "OPEN"), ("{\"cohort\": \"PAUSED\"}", "PAUSED"), ("{\"cohort\": \"CLOSED\"}", "CLOSED"),
    ("{\"enrolled\": 2, \"cap\": 3}", "OPEN"), ("{\"enrolled\": 3, \"cap\": 3}", "FULL"),
    ("{\"enrolled\": 4, \"cap\": 3}", "FULL"), ("{\"enrolled\": 4, \"cap\": 0}", "OPEN"),
    ("{\"cohort\": \"PAUSED\", \"enrolled\": 3, \"cap\": 3}", "PAUSED"),
    ("{\"site\": \"PAUSED\"}", "PAUSED"), ("{\"site\": \"CLOSED\"}", "CLOSED"),
    ("{\"site\": \"PAUSED\", \"cohort\": \"CLOSED\"}", "CLOSED"),
    ("{\"site\": \"CLOSED\", \"cohort\": \"PAUSED\"}", "CLOSED"),
  ])
  func whereACohortStandsIsBesideTheVerdict(_ given: String, _ expected: String) async throws {
    let scene = try ConfigurationScene()
    let before = try scene.evaluation().verdict
    let wanted = try DocumentParser.parse(given)
    let state = wanted.member("cohort")?.text ?? "OPEN"
    try await scene.call(
      .updateCohort,
      """
      {"cohort": {"name": "trials/small/cohorts/a", "etag": "\(try await scene.cohortEtag())",
       "state": "OPERATIONAL_STATE_\(state)", "enrolled": \(wanted.member("enrolled")?.text ?? "0"),
       "cap": \(wanted.member("cap")?.text ?? "0")}, "updateMask": ["*"], "reason": "r"}
      """)
    if let site = wanted.member("site")?.text {
      let name = "trials/small/sites/north"
      try await scene.call(
        .updateSite,
        """
        {"site": {"name": "\(name)", "etag": "\(try await scene.etag(.getSite, name))",
         "state": "OPERATIONAL_STATE_\(site)"}, "reason": "r"}
        """)
    }
    let answer = try scene.evaluation()
    #expect(answer.cohortAvailability == [CohortAvailability(cohort: "a", state: expected)])
    #expect(answer.verdict == before, "the verdict knows nothing of operations")
  }
}
