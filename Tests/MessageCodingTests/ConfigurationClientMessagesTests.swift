import CProtobufC
import CTrialGateProto
import CohortConfiguration
import EligibilityCore
import Testing

@testable import MessageCoding

/// Requests of the configuration service as a client writes them, read as the server reads them; and answers that are
/// not of this version's form.
struct ConfigurationClientMessagesTests {
  private static let query = ListQuery(
    parent: "trials/t", pageSize: 7, pageToken: "next", filter: "id = \"a\"", orderBy: "id desc")

  private static func requests() throws -> [ConfigurationRequest] {
    let header = MutationHeader(
      etag: "\"7\"", reason: "because", requestID: "6f1c2a9e-0000-4000-8000-000000000001",
      validateOnly: true)
    let fresh = MutationHeader(reason: "because")
    var ownQuery = query
    ownQuery.parent = ""
    var audit = ownQuery
    audit.orderBy = ""
    let definition = try #require(EmbeddedResources.definitions.first).text
    let bytes = try DefinitionDocument(definition).canonicalBytes
    let zone = try #require(
      TimeZoneTable(
        initialOffsetSeconds: -3_600,
        transitions: [.init(at: Instant(seconds: 1_743_296_400), offsetSeconds: 64_800)]))
    let limit = Quantity(value: try ExactDecimal(parsing: "-0.05"), unit: "U/L")
    let content = SiteRevision(
      id: "r2", effectiveFrom: CalendarDate(parsing: "2024-02-29"), timeZone: zone,
      consentVersion: "3.0",
      upperLimits: [
        .init(concept: "alt", sex: .male, fromAge: 0, toAge: 150, limit: limit),
        .init(concept: "ast", sex: nil, fromAge: nil, toAge: nil, limit: limit),
      ])
    var all: [ConfigurationRequest] = ResourceKind.allCases.flatMap { kind in
      [.get(kind, name: "trials/t/x"), .list(kind, kind == .trial ? ownQuery : query)]
    }
    all += [
      .validateVersion(name: "trials/t/versions/v"), .validateDefinition(bytes),
      .listAudit(audit), .exportAudit(filter: "action : x"), .exportAudit(filter: ""),
      .compare(before: "trials/t/versions/v", after: "trials/t/versions/w"),
      .watch(resumeToken: "token", heartbeatSeconds: 120),
      .watch(resumeToken: "", heartbeatSeconds: 0),
    ]
    let drafts: [ConfigurationMutation] = [
      .createTrial(id: "t", displayName: "T"),
      .createVersion(
        .init(parent: "trials/t", id: "v", definition: bytes, baseVersion: "", notes: "n")),
      .createVersion(
        .init(parent: "trials/t", id: "w", definition: nil, baseVersion: "v", notes: "")),
      .createSite(parent: "trials/t", id: "s", displayName: "S"),
      .createSiteRevision(parent: "trials/t/sites/s", content: content),
      .createSiteRevision(
        parent: "trials/t/sites/s",
        content: SiteRevision(id: "r1", effectiveFrom: nil, timeZone: .utc, consentVersion: nil)),
      .createActivation(
        .init(
          parent: "trials/t", id: "a", version: "v", site: "s",
          effectiveFrom: CalendarDate(parsing: "2024-02-29"), replaces: "b")),
      .createActivation(
        .init(
          parent: "trials/t", id: "", version: "v", site: "", effectiveFrom: nil, replaces: "")),
    ]
    let changes: [ConfigurationMutation] = [
      .updateTrial(name: "trials/t", displayName: "T", mask: ["display_name"]),
      .updateVersion(
        name: "trials/t/versions/v", definition: bytes, notes: "n",
        mask: ["definition.criteria", "notes"]),
      .updateVersion(name: "trials/t/versions/v", definition: nil, notes: "", mask: ["*"]),
      .approveVersion(name: "trials/t/versions/v"),
      .supersedeVersion(name: "trials/t/versions/v", by: "w"),
      .updateSite(
        name: "trials/t/sites/s", state: .closed, displayName: "S", mask: ["state"]),
      .updateSite(name: "trials/t/sites/s", state: nil, displayName: "", mask: []),
      .updateCohort(
        name: "trials/t/cohorts/c", state: .paused, enrolled: .max, cap: 3, mask: ["cap"]),
      .updateCohort(name: "trials/t/cohorts/c", state: nil, enrolled: 0, cap: 0, mask: []),
    ]
    all += drafts.map { .mutation(fresh, $0) } + changes.map { .mutation(header, $0) }
    return all
  }

  @Test func whatAClientWritesIsWhatTheServerReads() throws {
    let requests = try Self.requests()
    for request in requests {
      let bytes = ConfigurationMessages.bytes(of: request)
      let reading = try ConfigurationMessages.request(bytes.span, of: request.method)
      #expect(reading.request == request)
      #expect(reading.violations.isEmpty, "\(request.method)")
      // Whoever writes it, one request has one form.
      #expect(reading.canonicalBytes.count == bytes.count)
    }
    // Every method but the one whose requests are a stream of another kind.
    #expect(
      Set(requests.map(\.method))
        == Set(ConfigurationMethod.allCases).subtracting([.simulateChange]))
  }

  @Test func aSimulationsRequestsAreReadAsTheyAreWritten() throws {
    guard
      case .plan("a", "b") = SimulationMessages.content(
        SimulationMessages.plan(before: "a", after: "b").span)
    else {
      Issue.record("no plan")
      return
    }
    var request = EvaluationRequest(
      stage: .enrolment, snapshot: PatientSnapshot(asOf: try ClinicalTime(parsing: "2025-01-01")))
    request.indexDate = CalendarDate(parsing: "2025-01-02")
    guard
      case .patient(let item) = SimulationMessages.content(
        SimulationMessages.patient(request, itemID: "p1").span)
    else {
      Issue.record("no patient")
      return
    }
    #expect(item.id == "p1")
    #expect(try item.request.get().indexDate == request.indexDate)
  }

  @Test func aDescriptionsRequestIsReadAsItIsWritten() throws {
    var request = DescriptionRequest()
    request.trial = "t"
    request.protocolVersion = "v"
    request.protocolDigest = String(repeating: "a", count: 64)
    request.site = "s"
    request.indexDate = CalendarDate(parsing: "2024-02-29")
    request.language = "zh-CN"
    #expect(try DescriptionMessages.request(DescriptionMessages.bytes(of: request).span) == request)
    #expect(DescriptionMessages.bytes(of: DescriptionRequest()).isEmpty)
  }

  @Test func aDescriptionIsReadAsItIsWritten() throws {
    let text = try #require(EmbeddedResources.definitions.first).text
    let document = try DefinitionDocument(text)
    let digest = String(repeating: "0", count: 64)
    let bytes = DescriptionMessages.bytes(
      of: document.canonicalBytes, digest: digest, language: "")
    let described = try DescriptionMessages.answer(bytes)
    #expect(described.digest == digest)
    #expect(described.document.definition == document.definition)
    #expect(described.document.canonicalBytes == document.canonicalBytes)
    let one = try DescriptionMessages.answer(
      DescriptionMessages.bytes(of: document.canonicalBytes, digest: digest, language: "en"))
    #expect(one.document.canonicalBytes.count < document.canonicalBytes.count)
  }

  /// What a later version may send, and what is no answer at all: it is said, and nothing is guessed.
  @Test func answersThatCannotBeReadSaySo() throws {
    func field(_ number: UInt8, _ text: String) -> [UInt8] {
      [number << 3 | 2, UInt8(text.utf8.count)] + Array(text.utf8)
    }
    func violations<Answer>(_ read: () throws(MessageError) -> Answer) -> [String] {
      do throws(MessageError) {
        _ = try read()
        return []
      } catch {
        if case .form(let form) = error { return form.violations.map(\.field) }
        return ["bytes"]
      }
    }
    let times =
      field(6, "2025-01-01T00:00:00.000Z") + field(7, "2025-01-01T00:00:00.000Z")
    let name = field(1, "trials/t/cohorts/c")
    let cohort = name + [3 << 3, 1] + times
    #expect(try ConfigurationAnswers.cohort(cohort).resource.state == .open)
    #expect(
      violations { () throws(MessageError) in try ConfigurationAnswers.cohort([0xFF]) } == ["bytes"]
    )
    #expect(
      violations { () throws(MessageError) in
        try ConfigurationAnswers.cohort(name + [3 << 3, 9] + times)
      } == ["state"])
    #expect(
      violations { () throws(MessageError) in try ConfigurationAnswers.cohort(name + times) }
        == ["state"])
    #expect(
      violations { () throws(MessageError) in
        try ConfigurationAnswers.cohort(field(1, "cohorts/c") + [3 << 3, 1] + times)
      } == ["name"])
    #expect(
      violations { () throws(MessageError) in
        try ConfigurationAnswers.cohort(name + [3 << 3, 1] + field(6, "yesterday"))
      } == ["create_time", "update_time"])
    // An event and a result that this version does not have.
    #expect(
      violations { () throws(MessageError) in try ConfigurationAnswers.watched([]) } == ["event"])
    #expect(
      violations { () throws(MessageError) in try ConfigurationAnswers.simulated(field(1, "p")) }
        == ["result"])
    #expect(
      violations { () throws(MessageError) in try DescriptionMessages.answer(field(2, "digest")) }
        == ["definition"])
    // A kind of difference that it does not know is another one.
    let difference = [UInt8(1 << 3), 99] + field(3, "criteria")
    let comparison = try ConfigurationAnswers.comparison(
      [1 << 3 | 2, UInt8(difference.count)] + difference)
    #expect(comparison.differences.map(\.kind) == [.other])
  }
}
