import CohortConfiguration
import EligibilityCore
import MessageCoding
import RPC
import Synchronization
import Testing

@testable import TrialGateServices

/// What all mutations have in common: idempotency, rehearsal, the history, and a store that fails.
@Suite(.timeLimit(.minutes(3))) struct MutationTests {
  private static let id = ", \"requestId\": \"6F1C2A9E-0000-4000-8000-000000000001\""

  private func entries(_ scene: ConfigurationScene) async throws -> Int {
    try await scene.call(.listAuditEntries, "{}").member("auditEntries")?.elements.count ?? 0
  }

  // MARK: Idempotency

  @Test func aRepetitionGetsTheFirstAnswerAndChangesNothing() async throws {
    let scene = try ConfigurationScene()
    let request = ConfigurationScene.cohort(try await scene.cohortEtag(), more: Self.id)
    let first = try await scene.json(.updateCohort, request)
    scene.clock.advance(24 * 3_600 * 1_000)
    #expect(try await scene.json(.updateCohort, request) == first)
    #expect(try await entries(scene) == 2)
    // One millisecond later it is forgotten, and the etag is an old one.
    scene.clock.advance(1)
    #expect(try await scene.refusal(.updateCohort, request)?.reason == "ETAG_MISMATCH")
  }

  @Test func idsAreEachPrincipalsOwn() async throws {
    let scene = try ConfigurationScene()
    let request = ConfigurationScene.cohort(try await scene.cohortEtag(), more: Self.id)
    try await scene.call(.updateCohort, request)
    #expect(
      try await scene.refusal(.updateCohort, request, as: ConfigurationScene.bob)?.reason
        == "ETAG_MISMATCH")
  }

  @Test func anotherMethodWithTheSameIdIsRefused() async throws {
    let scene = try ConfigurationScene()
    try await scene.call(
      .updateCohort, ConfigurationScene.cohort(try await scene.cohortEtag(), more: Self.id))
    #expect(
      try await scene.refusal(
        .createTrial, "{\"trialId\": \"other\", \"reason\": \"r\"\(Self.id)}")?.reason
        == "REQUEST_ID_REUSED")
  }

  @Test func aRefusedRequestMayBeMendedUnderItsId() async throws {
    let scene = try ConfigurationScene()
    #expect(
      try await scene.refusal(.updateCohort, ConfigurationScene.cohort("x", more: Self.id))?.reason
        == "ETAG_MISMATCH")
    try await scene.call(
      .updateCohort, ConfigurationScene.cohort(try await scene.cohortEtag(), more: Self.id))
  }

  // MARK: Rehearsal

  @Test func aRehearsalAnswersAsTheDeedAndChangesNothing() async throws {
    let scene = try ConfigurationScene()
    let etag = try await scene.cohortEtag()
    let rehearsed = try await scene.json(
      .updateCohort,
      ConfigurationScene.cohort(etag, more: "\(Self.id), \"validateOnly\": true"))
    #expect(try await entries(scene) == 1)
    #expect(
      scene.service.current.value.revision
        == (try ConfigurationScene()).service.current.value.revision)
    #expect(try await scene.cohortEtag() == etag)
    let done = try await scene.json(.updateCohort, ConfigurationScene.cohort(etag, more: Self.id))
    #expect(rehearsed == done)
    for more in ["", ", \"validateOnly\": true"] {
      #expect(
        try await scene.refusal(.updateCohort, ConfigurationScene.cohort(etag, more: more))?.reason
          == "ETAG_MISMATCH")
    }
  }

  @Test func aReasonOfBlanksIsNone() async throws {
    let scene = try ConfigurationScene()
    for (reason, expected) in [
      ("", "REQUIRED"), (" \u{3000}", "REQUIRED"),
      (String(repeating: "r", count: 2_001), "TOO_LONG"),
      (String(repeating: "r", count: 2_000), nil),
    ] as [(String, String?)] {
      let status = try await scene.refusal(
        .createTrial, "{\"trialId\": \"t\(reason.count)\", \"reason\": \"\(reason)\"}")
      #expect(status?.fields["reason"] == expected)
    }
  }

  // MARK: The history

  @Test func theHistoryTellsWhoWhatWhenAndWhyAndIsWhole() async throws {
    let scene = try ConfigurationScene()
    try await scene.draft("v2")
    scene.clock.advance(1_500)
    try await scene.approve("v2")
    let page = try await scene.call(.listAuditEntries, "{\"filter\": \"action : Approve\"}")
    let entry = try #require(page.member("auditEntries")?.elements.first)
    #expect(entry.member("principal")?.text == "bob" && entry.member("reason")?.text == "reviewed")
    #expect(entry.member("time")?.text == "2025-06-15T15:06:41.500Z")
    let changes = entry.member("changes")?.elements ?? []
    #expect(changes.map { $0.member("name")?.text } == ["trials/small/versions/v2"])
    #expect(changes.first?.member("revision")?.text == "2")
    #expect(try AuditVerifier.verify(scene.store, hash: Digest.sha256).sequence == 3)
  }

  // MARK: Conflicts

  @Test func writersAtTheSameTimeLoseNothing() async throws {
    let scene = try ConfigurationScene()
    let writers = 8
    let rounds = 20
    let written = try await withThrowingTaskGroup(of: Int.self) { group in
      for writer in 0..<writers {
        group.addTask {
          var done = 0
          for round in 0..<rounds {
            let etag = try await scene.cohortEtag()
            let status = try await scene.refusal(
              .updateCohort,
              """
              {"cohort": {"name": "trials/small/cohorts/a", "etag": "\(etag)",
               "enrolled": \(writer * 1_000 + round + 1)}, "updateMask": ["enrolled"], "reason": "r"}
              """)
            if let status { #expect(status.code == .aborted) } else { done += 1 }
          }
          return done
        }
      }
      return try await group.reduce(0, +)
    }
    let cohort = try #require(scene.service.state.cohorts["trials/small/cohorts/a"])
    #expect(cohort.revision == Int64(written) + 1)
    #expect(scene.service.state.head.sequence == Int64(written) + 1)
    #expect(written >= rounds)
    _ = try AuditVerifier.verify(scene.store, hash: Digest.sha256)
  }

  @Test func whatAnotherServerWroteIsReadAfterTheConflict() async throws {
    let scene = try ConfigurationScene()
    let other = try ConfigurationService(store: scene.store, bundled: []) { 1_750_000_000_000 }
    let bytes = try ConfigurationDocuments.request(
      try DocumentParser.parse(ConfigurationScene.cohort(try await scene.cohortEtag())),
      of: .updateCohort)
    _ = try await other.call(
      ContractNames.path(.updateCohort), bytes, as: ConfigurationScene.bob)
    let request = "{\"trialId\": \"other\", \"reason\": \"r\"}"
    #expect(try await scene.refusal(.createTrial, request)?.reason == "STORE_CONFLICT")
    try await scene.call(.createTrial, request)
    #expect(try scene.evaluation().cohortAvailability.map(\.state) == ["PAUSED"])
    _ = try AuditVerifier.verify(scene.store, hash: Digest.sha256)
  }

  // MARK: A store that fails

  @Test(arguments: [
    StoreError.readOnly("disk full"), .unavailable("gone"), .uncertain("fsync"),
    .corrupt(place: "a row"),
  ])
  func theLastGoodConfigurationStaysAndWritingResumes(_ error: StoreError) async throws {
    let scene = try ConfigurationScene()
    let told = Mutex<[Bool]>([])
    scene.service.watchStore { failure in told.withLock { $0.append(failure == nil) } }
    let etag = try await scene.cohortEtag()
    let before = try scene.evaluation()
    scene.store.fail(with: error)
    for _ in 0..<2 {
      _ = try await scene.refusal(.updateCohort, ConfigurationScene.cohort(etag))
      #expect(try scene.evaluation() == before)
      // What is read comes from memory.
      #expect(try await scene.cohortEtag() == etag)
    }
    #expect(scene.service.failure == error)
    scene.store.fail(with: nil)
    try await scene.call(.updateCohort, ConfigurationScene.cohort(etag))
    #expect(try scene.evaluation().cohortAvailability.map(\.state) == ["PAUSED"])
    #expect(scene.service.failure == nil)
    #expect(told.withLock { $0 } == [false, true], "it is told of each change once")
  }

  @Test func aStoreThatWorksAgainIsFoundOutWithoutAWrite() async throws {
    let scene = try ConfigurationScene()
    let etag = try await scene.cohortEtag()
    scene.store.fail(with: .unavailable("gone"))
    _ = try await scene.refusal(.updateCohort, ConfigurationScene.cohort(etag))
    scene.store.fail(with: nil)
    for _ in 0..<100 where scene.service.failure != nil {
      try await Task.sleep(for: .milliseconds(100))
    }
    #expect(scene.service.failure == nil)
  }

  @Test func aStoreThatIsNotAsItWasWrittenIsNotOpened() throws {
    let scene = try ConfigurationScene()
    scene.store.fail(with: .corrupt(place: "version 'x'"))
    let error = #expect(throws: ConfigurationOpeningError.self) {
      try ConfigurationService(store: scene.store, bundled: []) { 0 }
    }
    #expect(error?.description.contains("version 'x'") == true)
  }
}
