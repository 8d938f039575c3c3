import CohortConfiguration
import EligibilityCore
import MessageCoding
import RPC
import Testing

@testable import TrialGateServices

/// The life of a protocol version, from the draft to the version that took its place.
@Suite(.timeLimit(.minutes(3))) struct VersionLifeTests {
  private static let v2 = "trials/small/versions/v2"

  @Test func theBundledVersionIsApprovedByAnotherThanItsAuthor() async throws {
    let scene = try ConfigurationScene()
    let version = try await scene.call(
      .getProtocolVersion, "{\"name\": \"trials/small/versions/v1\"}")
    #expect(version.member("state")?.text == "VERSION_STATE_APPROVED")
    #expect(version.member("authors")?.elements.compactMap(\.text) == ["system:bundle"])
    #expect(version.member("approver")?.text == "system:release")
    let document = try DefinitionDocument(ConfigurationScene.definition("v1"))
    #expect(version.member("protocolDigest")?.text == Digest.sha256(document.canonicalBytes))
    let entries = try await scene.call(.listAuditEntries, "{}").member("auditEntries")?.elements
    #expect(entries?.map { $0.member("action")?.text } == ["Bundle"])
  }

  @Test func whatTheBinaryDecidesAloneHasTheRevisionOfAServersFirstStart() throws {
    let service = try ConfigurationService(
      store: InMemoryCohortStore(hash: Digest.sha256), bundled: try BuiltInConfiguration.bundle()
    ) { 1 }
    #expect(service.current.value.revision == (try builtIn.get().revision))
  }

  @Test func aDraftCanNeitherBePinnedNorActivated() async throws {
    let scene = try ConfigurationScene()
    try await scene.draft("v2")
    #expect(throws: RPCStatus.self) { try scene.evaluation(version: "v2") }
    #expect(
      try await scene.refusal(
        .createActivation, ConfigurationScene.activation("v2", from: "2025-01-01"))?
        .reason == "VERSION_NOT_APPROVED")
  }

  @Test func aCopyOfAVersionDiffersInItsIdAlone() async throws {
    let scene = try ConfigurationScene()
    let copy = try await scene.call(
      .createProtocolVersion,
      """
      {"parent": "trials/small", "versionId": "v2", "version": {"baseVersion": "v1"}, "reason": "r"}
      """)
    let definition = try #require(copy.member("definition"))
    let expected = try DocumentParser.parse(
      try DefinitionDocument(ConfigurationScene.definition("v2")).json())
    #expect(DocumentDifference(from: definition, to: expected).lines == [])
    #expect(copy.member("baseVersion")?.text == "v1")
  }

  @Test func whoeverWroteTheDraftDoesNotApproveIt() async throws {
    let scene = try ConfigurationScene()
    try await scene.draft("v2", by: ConfigurationScene.ann)
    // Bob writes in it too, so that he is an author as well.
    try await scene.call(
      .updateProtocolVersion,
      """
      {"version": {"name": "\(Self.v2)", "etag": "\(try await scene.versionEtag("v2"))",
       "notes": "bob was here"}, "reason": "r"}
      """, as: ConfigurationScene.bob)
    let request = """
      {"name": "\(Self.v2)", "etag": "\(try await scene.versionEtag("v2"))", "reason": "r"}
      """
    for author in [ConfigurationScene.ann, ConfigurationScene.bob] {
      #expect(
        try await scene.refusal(.approveProtocolVersion, request, as: author)?.reason
          == "SELF_APPROVAL")
    }
    let eve = Principal(name: "eve", roles: [.approver])
    let approved = try await scene.call(.approveProtocolVersion, request, as: eve)
    #expect(approved.member("approver")?.text == "eve")
  }

  /// Two sexes at once: nobody passes. That refuses nothing, is said before and at the approval, and is kept.
  @Test func theApprovalReviewsTheDefinition() async throws {
    let scene = try ConfigurationScene()
    let criterion = """
      , {"id": "C2", "role": "CRITERION_ROLE_INCLUSION", "stages": ["STAGE_ENROLMENT"],
         "cohort": "a", "sex": {"sex": "SEX_MALE"}, "titles": [{"language": "en", "text": "Sex"}]}]}
      """
    let definition = ConfigurationScene.definition("v2").dropLast(2) + criterion
    try await scene.call(
      .createProtocolVersion,
      #"{"parent": "trials/small", "version": {"definition": \#(definition)}, "reason": "r"}"#)
    let request = """
      {"name": "\(Self.v2)", "etag": "\(try await scene.versionEtag("v2"))", "reason": "r"
      """
    func findings(_ answer: DocumentNode?) -> [String?] {
      (answer?.member("findings")?.elements ?? []).map { $0.member("kind")?.text }
    }
    let get = #"{"name": "\#(Self.v2)"}"#
    let rehearsed = try await scene.call(
      .approveProtocolVersion, request + #", "validateOnly": true}"#, as: ConfigurationScene.bob)
    #expect(findings(rehearsed) == ["EMPTY_INTERVAL"])
    #expect(findings(try await scene.call(.getProtocolVersion, get)) == [])
    let approved = try await scene.call(
      .approveProtocolVersion, request + "}", as: ConfigurationScene.bob)
    let finding = try #require(approved.member("findings")?.elements.first)
    #expect(finding.member("criteria")?.elements.map(\.text) == ["C1", "C2"])
    #expect(finding.member("message")?.text?.isEmpty == false)
    #expect(findings(try await scene.call(.getProtocolVersion, get)) == ["EMPTY_INTERVAL"])
    let list = try await scene.call(.listProtocolVersions, #"{"parent": "trials/small"}"#)
    let listed = list.member("versions")?.elements ?? []
    #expect(listed.count == 2 && listed.flatMap(findings) == [])
    // What a store keeps is what was said.
    let payload = try #require(scene.service.state.versions[Self.v2]?.resource)
    #expect(VersionRecord(payload: payload.payload) == payload && payload.findings.count == 1)
  }

  @Test func aPartOfTheDefinitionIsReplacedByItsPath() async throws {
    let scene = try ConfigurationScene()
    try await scene.draft("v2", sex: "SEX_FEMALE")
    // The trial and version of what is given are not looked at: only the criteria are chosen.
    let given = ConfigurationScene.definition("other", sex: "SEX_MALE", trial: "other")
    let changed = try await scene.call(
      .updateProtocolVersion,
      """
      {"version": {"name": "\(Self.v2)", "etag": "\(try await scene.versionEtag("v2"))",
       "definition": \(given), "notes": "not chosen"}, "updateMask": ["definition.criteria"],
       "reason": "r"}
      """)
    let expected = try DocumentParser.parse(
      try DefinitionDocument(ConfigurationScene.definition("v2", sex: "SEX_MALE")).json())
    let definition = try #require(changed.member("definition"))
    #expect(DocumentDifference(from: definition, to: expected).lines == [])
    #expect(changed.member("notes") == nil)
  }

  @Test func allFaultsAreToldAtOnceWithTheirPaths() async throws {
    let scene = try ConfigurationScene()
    let status = try await scene.refusal(
      .createProtocolVersion,
      """
      {"parent": "small", "versionId": "Version 2", "requestId": "no uuid", "version": {
       "baseVersion": "?", "definition": \(ConfigurationScene.definition("v2"))}}
      """)
    #expect(status?.code == .invalidArgument)
    #expect(
      status?.fields == [
        "parent": "NAME_MALFORMED", "version_id": "ID_MALFORMED", "request_id": "UUID_MALFORMED",
        "reason": "REQUIRED", "version.base_version": "ID_MALFORMED",
        "version.definition.trial": "NAME_DIFFERS", "version.definition.version": "NAME_DIFFERS",
      ])
  }

  @Test func faultsInsideADefinitionComeWithThoseOfItsRequest() async throws {
    let scene = try ConfigurationScene()
    let definition = ConfigurationScene.definition("v2").replacing(
      "\"CONCEPT_KIND_CONDITION\"", with: "99")
    let status = try await scene.refusal(
      .createProtocolVersion,
      "{\"parent\": \"trials/small\", \"version\": {\"definition\": \(definition)}}")
    #expect(
      status?.fields == [
        "version.definition.concepts[0].kind": "ENUM_UNKNOWN", "reason": "REQUIRED",
      ])
    let validation = try await scene.call(
      .validateProtocolVersion, "{\"definition\": \(definition)}")
    let told = validation.member("violations")?.elements.compactMap { $0.member("field")?.text }
    #expect(told == ["concepts[0].kind"])
  }

  @Test func anEmptyDefinitionIsNoDraft() async throws {
    let scene = try ConfigurationScene()
    for base in ["", ", \"baseVersion\": \"v1\""] {
      let status = try await scene.refusal(
        .createProtocolVersion,
        """
        {"parent": "trials/small", "reason": "r", "version": {"definition": {}\(base)}}
        """)
      #expect(
        status?.fields == [
          "version_id": "REQUIRED", "version.definition.trial": "NAME_DIFFERS",
        ])
    }
  }

  @Test func faultsOfFormAndOfRulesComeTogether() async throws {
    let scene = try ConfigurationScene()
    let status = try await scene.refusal(
      .createActivation,
      """
      {"parent": "trials/small", "activation": {"effectiveFrom": "2025-02-30", "site": "Ä"}}
      """)
    #expect(
      status?.fields == [
        "activation.effective_from": "DATE_MALFORMED", "activation.site": "ID_MALFORMED",
        "activation.version": "REQUIRED", "reason": "REQUIRED",
      ])
  }

  @Test func theFaultsOfADefinitionStandInItsApproval() async throws {
    let scene = try ConfigurationScene()
    try await scene.call(
      .createProtocolVersion,
      """
      {"parent": "trials/small", "reason": "r", "version": {"definition": {"trial": "small",
       "version": "v2", "criteria": [{"id": "C1"}, {"id": "C1"}]}}}
      """)
    let status = try await scene.refusal(
      .approveProtocolVersion,
      """
      {"name": "\(Self.v2)", "etag": "\(try await scene.versionEtag("v2"))", "reason": "r"}
      """, as: ConfigurationScene.bob)
    let fields = try #require(status?.fields)
    #expect(fields.count > 2 && fields.keys.allSatisfy { $0.hasPrefix("version.definition.") })
    // What rules stays.
    #expect(try scene.evaluation().verdict.protocolVersion == "v1")
    let validation = try await scene.call(
      .validateProtocolVersion, "{\"name\": \"\(Self.v2)\"}")
    let told =
      validation.member("violations")?.elements.compactMap { $0.member("field")?.text } ?? []
    #expect(Set(told.map { "version.definition.\($0)" }) == Set(fields.keys))
  }

  @Test func aSupersededVersionIsPinnedAndNoLongerActivated() async throws {
    let scene = try ConfigurationScene()
    try await scene.draft("v2")
    try await scene.approve("v2")
    try await scene.activate("v2", from: "2025-01-01")
    let superseded = try await scene.call(
      .supersedeProtocolVersion,
      """
      {"name": "trials/small/versions/v1", "etag": "\(try await scene.versionEtag("v1"))",
       "supersededBy": "v2", "reason": "r"}
      """)
    #expect(superseded.member("state")?.text == "VERSION_STATE_SUPERSEDED")
    #expect(try scene.evaluation(version: "v1").verdict.outcome != .ineligible)
    // It still rules the days before its successor.
    #expect(try scene.evaluation(on: "2024-12-31").verdict.protocolVersion == "v1")
    #expect(
      try await scene.refusal(
        .createActivation, ConfigurationScene.activation("v1", from: "2026-01-01"))?
        .reason == "VERSION_NOT_APPROVED")
  }

  @Test func aRequestWithFieldsOfALaterContractIsRefused() async throws {
    let scene = try ConfigurationScene()
    // Field 99 of the request, and of the definition in it.
    let inner = try DefinitionDocument(ConfigurationScene.definition("v2")).canonicalBytes
    for bytes in [
      [0x98, 0x06, 0x01],
      wrapped(3, wrapped(4, inner + [0x98, 0x06, 0x01])),
    ] as [[UInt8]] {
      let status = await #expect(throws: RPCStatus.self) {
        try await scene.service.call(
          ContractNames.path(.createProtocolVersion), bytes, as: ConfigurationScene.ann)
      }
      #expect(status?.fields[""] == "UNKNOWN_FIELDS")
    }
  }

  private func wrapped(_ field: UInt8, _ bytes: [UInt8]) -> [UInt8] {
    var result = [field << 3 | 2]
    var length = bytes.count
    while length >= 0x80 {
      result.append(UInt8(length & 0x7F) | 0x80)
      length >>= 7
    }
    return result + [UInt8(length)] + bytes
  }
}
