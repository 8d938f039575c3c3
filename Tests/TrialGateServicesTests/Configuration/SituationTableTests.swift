import CohortConfiguration
import MessageCoding
import Testing

@testable import RPC
@testable import TrialGateServices

/// One situation, how it is brought about, and how the call must end.
struct SituationRow: Sendable, CustomStringConvertible {
  var situation: ConfigurationRefusal.Situation
  var code: StatusCode
  /// Whether the client is told when to try again.
  var isRetried = false
  var cause: String
  /// Brings the situation about, and gives back the status that a call ended with.
  var call: @Sendable (ConfigurationScene) async throws -> RPCStatus?

  var description: String { "\(cause): \(code.name) \(situation.rawValue)" }
}

/// Every situation in which the configuration service refuses, with its status code and reason.
@Suite(.timeLimit(.minutes(3))) struct SituationTableTests {
  static let rows =
    requestRows + missingRows + existingRows + ruleRows + storeRows + callerRows
    + watchRows

  @Test(arguments: rows)
  func situation(_ row: SituationRow) async throws {
    let scene = try ConfigurationScene()
    let status = try #require(try await row.call(scene), "the call was answered")
    #expect(status.code == row.code)
    #expect(status.reason == row.situation.rawValue)
    #expect((status.retryMilliseconds != nil) == row.isRetried)
  }

  @Test func everySituationHasARow() {
    let told = Set(Self.rows.map(\.situation))
    #expect(Set(ConfigurationRefusal.Situation.allCases).subtracting(told) == [])
  }

  // MARK: Rows

  static let requestRows: [SituationRow] = [
    SituationRow(
      situation: .validationFailed, code: .invalidArgument, cause: "nothing is given"
    ) { try await $0.refusal(.createSite, "{}") },
    SituationRow(
      situation: .requestIDReused, code: .invalidArgument,
      cause: "an id of a request comes with another request"
    ) { scene in
      let id = ", \"requestId\": \"6f1c2a9e-0000-4000-8000-000000000001\""
      let etag = try await scene.cohortEtag()
      try await scene.call(.updateCohort, ConfigurationScene.cohort(etag, more: id))
      return try await scene.refusal(
        .updateCohort,
        ConfigurationScene.cohort(etag, state: "OPERATIONAL_STATE_CLOSED", more: id))
    },
  ]

  static let missingRows: [SituationRow] = [
    (.trialNotFound, .getTrial, "trials/none"),
    (.versionNotFound, .getProtocolVersion, "trials/small/versions/none"),
    (.siteNotFound, .getSite, "trials/small/sites/none"),
    (.siteRevisionNotFound, .getSiteRevision, "trials/small/sites/north/revisions/none"),
    (.activationNotFound, .getActivation, "trials/small/activations/none"),
    (.cohortNotFound, .getCohort, "trials/small/cohorts/none"),
  ].map { situation, method, name in
    SituationRow(situation: situation, code: .notFound, cause: "there is no \(name)") {
      try await $0.refusal(method, "{\"name\": \"\(name)\"}")
    }
  }

  static let existingRows: [SituationRow] = [
    SituationRow(situation: .trialExists, code: .alreadyExists, cause: "the trial is there") {
      try await $0.refusal(.createTrial, "{\"trialId\": \"small\", \"reason\": \"r\"}")
    },
    SituationRow(situation: .versionExists, code: .alreadyExists, cause: "the version is there") {
      try await $0.refusal(
        .createProtocolVersion,
        """
        {"parent": "trials/small", "reason": "r",
         "version": {"definition": \(ConfigurationScene.definition("v1"))}}
        """)
    },
    SituationRow(situation: .siteExists, code: .alreadyExists, cause: "the site is there") {
      try await $0.refusal(
        .createSite, "{\"parent\": \"trials/small\", \"siteId\": \"north\", \"reason\": \"r\"}")
    },
    SituationRow(
      situation: .siteRevisionExists, code: .alreadyExists, cause: "the revision is there"
    ) { try await $0.refusal(.createSiteRevision, siteRevision("1", from: "2025-01-01")) },
    SituationRow(
      situation: .activationExists, code: .alreadyExists, cause: "the activation is there"
    ) {
      try await $0.refusal(
        .createActivation,
        ConfigurationScene.activation("v1", from: "2025-01-01", id: "built-in"))
    },
  ]

  static let ruleRows: [SituationRow] = [
    SituationRow(situation: .etagMismatch, code: .aborted, cause: "the etag is an older one") {
      scene in
      let etag = try await scene.cohortEtag()
      try await scene.call(.updateCohort, ConfigurationScene.cohort(etag))
      return try await scene.refusal(.updateCohort, ConfigurationScene.cohort(etag))
    },
    SituationRow(
      situation: .versionNotDraft, code: .failedPrecondition, cause: "an approved version is edited"
    ) { scene in
      try await scene.refusal(
        .updateProtocolVersion,
        """
        {"version": {"name": "trials/small/versions/v1", "notes": "n",
         "etag": "\(try await scene.versionEtag("v1"))"}, "reason": "r"}
        """)
    },
    SituationRow(
      situation: .versionNotApproved, code: .failedPrecondition, cause: "a draft is activated"
    ) { scene in
      try await scene.draft("v2")
      return try await scene.refusal(
        .createActivation, ConfigurationScene.activation("v2", from: "2025-01-01"))
    },
    SituationRow(
      situation: .definitionInvalid, code: .failedPrecondition,
      cause: "what does not compile is approved"
    ) { scene in
      try await scene.call(
        .createProtocolVersion,
        """
        {"parent": "trials/small", "reason": "r", "version": {"definition":
         {"trial": "small", "version": "v2"}}}
        """)
      return try await scene.refusal(
        .approveProtocolVersion,
        """
        {"name": "trials/small/versions/v2", "etag": "\(try await scene.versionEtag("v2"))",
         "reason": "r"}
        """, as: ConfigurationScene.bob)
    },
    SituationRow(
      situation: .selfApproval, code: .permissionDenied, cause: "an author approves"
    ) { scene in
      try await scene.draft("v2")
      return try await scene.refusal(
        .approveProtocolVersion,
        """
        {"name": "trials/small/versions/v2", "etag": "\(try await scene.versionEtag("v2"))",
         "reason": "r"}
        """)
    },
    SituationRow(
      situation: .activationAmbiguous, code: .failedPrecondition,
      cause: "two activations have one site and day"
    ) { try await $0.refusal(.createActivation, ConfigurationScene.activation("v1")) },
    SituationRow(
      situation: .siteRevisionAmbiguous, code: .failedPrecondition,
      cause: "two revisions have one day"
    ) { try await $0.refusal(.createSiteRevision, siteRevision("2", from: "")) },
    SituationRow(
      situation: .versionInForce, code: .failedPrecondition,
      cause: "a version that rules is superseded"
    ) { scene in
      try await scene.draft("v2")
      try await scene.approve("v2")
      return try await scene.refusal(
        .supersedeProtocolVersion,
        """
        {"name": "trials/small/versions/v1", "etag": "\(try await scene.versionEtag("v1"))",
         "supersededBy": "v2", "reason": "r"}
        """)
    },
  ]

  static let storeRows: [SituationRow] = [
    (StoreError.conflict, .storeConflict, StatusCode.aborted, false),
    (.readOnly("disk full"), .storeReadOnly, .unavailable, true),
    (.unavailable("gone"), .storeUnavailable, .unavailable, true),
    (.uncertain("fsync"), .storeUnavailable, .unavailable, true),
    (.corrupt(place: "a row"), .storeCorrupt, .dataLoss, false),
  ].map { error, situation, code, isRetried in
    SituationRow(
      situation: situation, code: code, isRetried: isRetried, cause: "the store fails: \(error)"
    ) { scene in
      let etag = try await scene.cohortEtag()
      scene.store.fail(with: error)
      return try await scene.refusal(.updateCohort, ConfigurationScene.cohort(etag))
    }
  }

  static let callerRows: [SituationRow] = [
    SituationRow(situation: .roleRequired, code: .permissionDenied, cause: "a role is missing") {
      try await $0.refusal(
        .createTrial, "{}", as: Principal(name: "vic", roles: [.viewer, .evaluator]))
    },
    SituationRow(
      situation: .credentialsRequired, code: .unauthenticated, cause: "nobody says who calls"
    ) { _ in directoryRefusal([]) },
    SituationRow(
      situation: .credentialsInvalid, code: .unauthenticated, cause: "nobody has the token"
    ) { _ in directoryRefusal(["Bearer other"]) },
    SituationRow(
      situation: .overloaded, code: .unavailable, isRetried: true,
      cause: "too many requests wait"
    ) { scene in await scene.overload() },
  ]

  /// What a part of the service refuses; nil = nothing.
  private static func refusal(
    _ body: () throws(ConfigurationRefusal) -> Void
  ) -> RPCStatus? {
    do throws(ConfigurationRefusal) {
      try body()
      return nil
    } catch {
      return RequestFault(error).status
    }
  }

  static let watchRows: [SituationRow] = [
    SituationRow(
      situation: .resumeTokenUnknown, code: .failedPrecondition,
      cause: "a token is of another history"
    ) { scene in
      let token = scene.service.resumeToken(AuditHead(sequence: 1, hash: "other"))
      return refusal { () throws(ConfigurationRefusal) in
        _ = try scene.service.place(ofResumeToken: token)
      }
    },
    SituationRow(
      situation: .resumeTokenUnknown, code: .failedPrecondition, cause: "a token is of the future"
    ) { scene in
      let token = scene.service.resumeToken(AuditHead(sequence: 99, hash: ""))
      return refusal { () throws(ConfigurationRefusal) in
        _ = try scene.service.place(ofResumeToken: token)
      }
    },
    SituationRow(
      situation: .tooManyWatchers, code: .resourceExhausted, cause: "a thousand watch already"
    ) { scene in
      refusal { () throws(ConfigurationRefusal) in
        let handle = ServerCallHandle(hop: nil, stream: 1)
        for _ in 0..<1_000 { _ = try scene.service.changes.watch(handle) }
        #expect(scene.service.changes.watcherCount == 1_000)
        _ = try scene.service.changes.watch(handle)
      }
    },
    SituationRow(
      situation: .versionsUnrelated, code: .invalidArgument, cause: "versions are of two trials"
    ) { scene in
      try await scene.call(.createTrial, "{\"trialId\": \"other\", \"reason\": \"r\"}")
      let definition = ConfigurationScene.definition("v1", trial: "other")
      try await scene.call(
        .createProtocolVersion,
        "{\"parent\": \"trials/other\", \"reason\": \"r\", \"version\": {\"definition\": \(definition)}}"
      )
      return try await scene.refusal(
        .compareVersions,
        "{\"before\": \"trials/small/versions/v1\", \"after\": \"trials/other/versions/v1\"}")
    },
  ]

  static func siteRevision(_ id: String, from: String) -> String {
    """
    {"parent": "trials/small/sites/north", "revisionId": "\(id)", "reason": "r", "siteRevision":
     {"effectiveFrom": "\(from)", "timeZone": {"initialOffsetSeconds": 28800}}}
    """
  }

  private static func directoryRefusal(_ authorization: [String]) -> RPCStatus? {
    do throws(PrincipalFileError) {
      let directory = try PrincipalDirectory(
        tokens: "ann viewer \(Digest.sha256("secret"))", subjects: nil)
      do throws(ConfigurationRefusal) {
        _ = try directory.principal(authorization: authorization, peerSubject: nil)
        return nil
      } catch {
        return RequestFault(error).status
      }
    } catch {
      return nil
    }
  }
}

extension ConfigurationScene {
  /// Holds the writer's thread and lets more requests wait than may.
  func overload() async -> RPCStatus? {
    let gate = DispatchGate()
    service.later(.writer, { (_: Result<Bool, RequestFault>) in }) { _ in
      gate.wait()
      return true
    }
    for _ in 1..<ConfigurationService.maximumWaiting {
      service.later(.writer, { (_: Result<Bool, RequestFault>) in }) { _ in true }
    }
    let refusal = try? await refusal(.updateCohort, Self.cohort("\\\"1\\\""))
    gate.open()
    return refusal
  }
}
