import CohortConfiguration
import Testing
import TrialGateServices

@testable import TrialGateClient

/// The configuration service as another service calls it, over real sockets: each method once with what it is for, and
/// what it is refused with.
@Suite(.timeLimit(.minutes(3))) struct ConfigurationCallsTests {
  private static let trial = "trials/small"

  /// A server with one small trial, whose version `v1` takes women.
  private struct Scene {
    let server: GRPCServer
    let service: ConfigurationService
    let ann: ConfigurationCalls
    let bob: ConfigurationCalls

    init(at address: String = "127.0.0.1:0", service known: ConfigurationService? = nil)
      async throws
    {
      let service = try known ?? Self.service()
      let directory = try PrincipalDirectory(
        tokens: ["ann", "bob"].map {
          "\($0) viewer,evaluator,editor,approver,administrator \(Digest.sha256(Array($0.utf8)))"
        }.joined(separator: "\n"), subjects: nil)
      var router = ServiceRouter()
      service.register(with: &router)
      EligibilityService(current: service.current).register(with: &router)
      router.intercept(AccessControl(directory))
      server = try await GRPCServer.start(
        at: address, router: router, configuration: ServerConfiguration())
      self.service = service
      ann = try TrialGateClient(to: [server.address], token: { "ann" }).configuration
      bob = try TrialGateClient(to: [server.address], token: { "bob" }).configuration
    }

    private static func service() throws -> ConfigurationService {
      let revision = SiteRevision(
        id: "1", effectiveFrom: nil, timeZone: .utc, consentVersion: nil)
      let definition = try DefinitionDocument(ConfigurationCallsTests.definition("v1"))
      return try ConfigurationService(
        store: InMemoryCohortStore(hash: Digest.sha256),
        bundled: [
          BundledTrial(
            trial: "small", version: "v1", definition: definition.canonicalBytes,
            displayName: "Small trial", sites: [("north", "North", revision)])
        ]
      ) { 1_750_000_000_123 }
    }
  }

  private static func definition(_ version: String, sex: String = "SEX_FEMALE") -> String {
    """
    {"trial": "small", "version": "\(version)",
     "concepts": [{"id": "disease", "kind": "CONCEPT_KIND_CONDITION"}],
     "codeSets": [{"id": "diseases", "concepts": ["disease"]}],
     "cohorts": [{"id": "a", "diseaseSet": "diseases"}],
     "criteria": [{"id": "C1", "role": "CRITERION_ROLE_INCLUSION", "stages": ["STAGE_ENROLMENT"],
       "cohort": "a", "sex": {"sex": "\(sex)"}, "titles": [{"language": "en", "text": "Sex"}]}]}
    """
  }

  private static func why(_ etag: String = "", validateOnly: Bool = false) -> MutationHeader {
    MutationHeader(etag: etag, reason: "for a test", validateOnly: validateOnly)
  }

  @Test func trialsAreCreatedReadListedAndRenamed() async throws {
    let scene = try await Scene()
    let made = try await scene.ann.createTrial(id: "other", displayName: "Other", Self.why())
    #expect(made.resource.id == "other" && made.resource.createTime == 1_750_000_000_123)
    let renamed = try await scene.bob.updateTrial(
      named: "trials/other", displayName: "Another", Self.why(made.etag))
    #expect(renamed.resource.displayName == "Another" && renamed.etag != made.etag)
    #expect(try await scene.ann.trial(named: "trials/other") == renamed)
    let first = try await scene.ann.trials(ListQuery(pageSize: 1, orderBy: "id"))
    #expect(first.elements.map(\.resource.id) == ["other"] && !first.nextPageToken.isEmpty)
    let rest = try await scene.ann.trials(
      ListQuery(pageSize: 1, pageToken: first.nextPageToken, orderBy: "id"))
    #expect(rest.elements.map(\.resource.id) == ["small"] && rest.nextPageToken.isEmpty)
    await scene.server.drain()
  }

  @Test func aVersionIsDraftedValidatedApprovedActivatedAndSuperseded() async throws {
    let scene = try await Scene()
    let document = try DefinitionDocument(Self.definition("v2", sex: "SEX_MALE"))
    let draft = try await scene.ann.createProtocolVersion(
      in: Self.trial, definition: document, notes: "first", Self.why())
    #expect(draft.resource.id == "v2" && draft.resource.state == .draft)
    #expect(draft.resource.authors == ["ann"] && draft.resource.approveTime == nil)
    let copy = try await scene.ann.createProtocolVersion(
      in: Self.trial, id: "v3", baseVersion: "v1", Self.why(validateOnly: true))
    #expect(copy.resource.baseVersion == "v1")
    let noted = try await scene.ann.updateProtocolVersion(
      named: draft.resource.name, notes: "second", Self.why(draft.etag))
    #expect(noted.resource.notes == "second")
    #expect(noted.resource.definition == document.canonicalBytes)
    let validation = try await scene.ann.validation(ofVersion: noted.resource.name)
    #expect(validation.violations.isEmpty && validation.digest.utf8.count == 64)
    #expect(try await scene.ann.validation(of: document) == validation)

    // Nobody approves a version of their own.
    let own = await #expect(throws: RPCStatus.self) {
      try await scene.ann.approveProtocolVersion(
        named: noted.resource.name, Self.why(noted.etag))
    }
    #expect(own?.code == .permissionDenied)
    let approved = try await scene.bob.approveProtocolVersion(
      named: noted.resource.name, Self.why(noted.etag))
    #expect(approved.resource.state == .approved && approved.resource.approver == "bob")
    #expect(approved.resource.definitionDigest == validation.digest)
    #expect(approved.resource.approveTime == 1_750_000_000_123)
    let read = try await scene.ann.protocolVersion(named: approved.resource.name)
    #expect(read == approved)
    #expect(
      try DefinitionDocument(encoded: read.resource.definition).definition == document.definition)
    let listed = try await scene.ann.protocolVersions(
      ListQuery(parent: Self.trial, filter: "state = APPROVED", orderBy: "id"))
    #expect(listed.elements.map(\.resource.id) == ["v1", "v2"])
    #expect(listed.elements.allSatisfy { $0.resource.definition.isEmpty })

    let comparison = try await scene.ann.comparison(
      of: "\(Self.trial)/versions/v1", with: "\(Self.trial)/versions/v2")
    #expect(comparison.digestAfter == validation.digest)
    let sex = comparison.differences.filter { $0.criterion == "C1" }
    #expect(sex.map(\.kind) == [.threshold] && sex.map(\.before) == ["\"SEX_FEMALE\""])
    #expect(sex.map(\.after) == ["\"SEX_MALE\""])

    let activation = try await scene.ann.createActivation(
      ConfigurationMutation.ActivationDraft(
        parent: Self.trial, id: "second", version: "v2", site: "north",
        effectiveFrom: CalendarDate(parsing: "2025-07-01"), replaces: ""), Self.why())
    #expect(activation.resource.site == "north" && activation.replacedBy.isEmpty)
    #expect(activation.resource.effectiveFrom?.description == "2025-07-01")
    let after = try await scene.ann.createActivation(
      ConfigurationMutation.ActivationDraft(
        parent: Self.trial, id: "third", version: "v1", site: "north",
        effectiveFrom: CalendarDate(parsing: "2025-07-01"), replaces: "second"), Self.why())
    #expect(after.resource.replaces == "second")
    let replaced = try await scene.ann.activation(named: activation.resource.name)
    #expect(replaced.replacedBy == "third")
    let activations = try await scene.ann.activations(
      ListQuery(parent: Self.trial, filter: "site = north", orderBy: "id"))
    #expect(activations.elements.map(\.resource.id) == ["second", "third"])

    let gone = try await scene.ann.supersedeProtocolVersion(
      named: approved.resource.name, by: "v1", Self.why(approved.etag))
    #expect(gone.resource.state == .superseded && gone.resource.supersededBy == "v1")
    await scene.server.drain()
  }

  @Test func faultsOfADefinitionAreItsValidation() async throws {
    let scene = try await Scene()
    let text = Self.definition("v2").replacing(
      "\"diseaseSet\": \"diseases\"", with: "\"diseaseSet\": \"x\"")
    let validation = try await scene.ann.validation(of: try DefinitionDocument(text))
    #expect(
      validation.violations.contains {
        $0.field.hasPrefix("definition.cohorts") || $0.field.hasPrefix("cohorts")
      })
    await scene.server.drain()
  }

  @Test func sitesRevisionsAndCohortsChange() async throws {
    let scene = try await Scene()
    let site = try await scene.ann.createSite(
      in: Self.trial, id: "south", displayName: "South", Self.why())
    #expect(site.resource.state == .open)
    let paused = try await scene.ann.updateSite(
      named: site.resource.name, state: .paused, Self.why(site.etag))
    #expect(paused.resource.state == .paused && paused.resource.displayName == "South")
    #expect(try await scene.bob.site(named: site.resource.name) == paused)
    let sites = try await scene.ann.sites(ListQuery(parent: Self.trial, orderBy: "id"))
    #expect(sites.elements.map(\.resource.id) == ["north", "south"])

    let zone = try #require(
      TimeZoneTable(
        initialOffsetSeconds: 3_600,
        transitions: [.init(at: Instant(seconds: 1_743_296_400), offsetSeconds: 7_200)]))
    let content = SiteRevision(
      id: "summer", effectiveFrom: CalendarDate(parsing: "2025-03-30"), timeZone: zone,
      consentVersion: "3.0",
      upperLimits: [
        SiteContext.UpperLimit(
          concept: "disease", sex: .female, fromAge: 18, toAge: 65,
          limit: Quantity(value: try ExactDecimal(parsing: "40.5"), unit: "U/L"))
      ])
    let revision = try await scene.ann.createSiteRevision(
      of: site.resource.name, content, Self.why())
    #expect(revision.resource.content == content && revision.resource.creator == "ann")
    #expect(revision.resource.contentDigest.utf8.count == 64)
    #expect(try await scene.ann.siteRevision(named: revision.resource.name) == revision)
    let revisions = try await scene.ann.siteRevisions(ListQuery(parent: site.resource.name))
    #expect(revisions.elements == [revision])

    let cohort = try await scene.ann.cohort(named: "\(Self.trial)/cohorts/a")
    #expect(cohort.resource.state == .open && cohort.resource.cap == 0)
    let counted = try await scene.ann.updateCohort(
      named: cohort.resource.name, enrolled: 7, cap: 12, Self.why(cohort.etag))
    #expect(counted.resource.enrolled == 7 && counted.resource.cap == 12)
    #expect(counted.resource.state == .open)
    let reopened = try await scene.ann.updateCohort(
      named: cohort.resource.name, state: .closed, enrolled: 0, Self.why(counted.etag))
    #expect(reopened.resource.enrolled == 0 && reopened.resource.cap == 12)
    #expect(reopened.resource.state == .closed)
    let cohorts = try await scene.ann.cohorts(ListQuery(parent: Self.trial))
    #expect(cohorts.elements == [reopened])
    // Who changes what somebody else changed meanwhile is told so.
    let stale = await #expect(throws: RPCStatus.self) {
      try await scene.bob.updateCohort(
        named: cohort.resource.name, cap: 1, Self.why(cohort.etag))
    }
    #expect(stale?.code == .aborted)
    await scene.server.drain()
  }

  /// A change that is made again with the same id happens once; each call has an id of its own.
  @Test func changesHaveIDs() async throws {
    let ids = (0..<1_000).map { _ in ConfigurationCalls.newRequestID() }
    #expect(Set(ids).count == 1_000)
    for id in ids {
      let parts = id.split(separator: "-")
      #expect(parts.map(\.utf8.count) == [8, 4, 4, 4, 12])
      #expect(parts[2].first == "4" && "89ab".contains(parts[3].first ?? " "))
    }
    let scene = try await Scene()
    var header = Self.why()
    header.requestID = ids[0]
    let once = try await scene.ann.createTrial(id: "other", displayName: "Other", header)
    let again = try await scene.ann.createTrial(id: "other", displayName: "Other", header)
    #expect(once == again)
    let site = try await scene.ann.createSite(
      in: Self.trial, id: "south", displayName: "", Self.why())
    #expect(site.resource.id == "south")
    let history = try await scene.ann.auditEntries(ListQuery(filter: "action : Create"))
    #expect(history.elements.map(\.entry.action) == ["CreateTrial", "CreateSite"])
    #expect(history.elements[0].entry.requestID == ids[0])
    #expect(history.elements[1].entry.requestID.utf8.count == 36)
    await scene.server.drain()
  }

  @Test func theHistoryIsReadAndExported() async throws {
    let scene = try await Scene()
    for number in 0..<30 {
      let cohort = try await scene.ann.cohort(named: "\(Self.trial)/cohorts/a")
      _ = try await scene.ann.updateCohort(
        named: cohort.resource.name, enrolled: UInt32(number + 1), Self.why(cohort.etag))
    }
    let page = try await scene.ann.auditEntries(ListQuery(pageSize: 10))
    #expect(page.elements.map(\.entry.sequence) == Array(1...10) && !page.nextPageToken.isEmpty)
    var all: [FetchedAuditEntry] = []
    for try await some in try await scene.ann.auditExport() { all += some.elements }
    #expect(all.map(\.entry.sequence) == Array(1...31))
    for (one, next) in zip(all, all.dropFirst()) { #expect(next.entry.previousHash == one.hash) }
    #expect(all[1].entry.stored(Digest.sha256).hash == all[1].hash)
    #expect(all[1].entry.principal == "ann" && all[1].entry.reason == "for a test")
    #expect(all[1].entry.changes.map(\.key.name) == ["\(Self.trial)/cohorts/a"])
    let fault = await #expect(throws: RPCStatus.self) {
      for try await _ in try await scene.ann.auditExport(filter: "nonsense") {}
    }
    #expect(fault?.code == .invalidArgument)
    await scene.server.drain()
  }

  /// A watch shows what is, then each change, and goes on when the server comes back.
  @Test func aWatchGoesOnBehindARestart() async throws {
    let first = try await Scene()
    let client = first.ann
    let events = Task {
      var state: [FetchedResource] = []
      var sequences: [Int64] = []
      var enrolled: UInt32 = 0
      var stateEnd: Int64?
      for try await event in client.changes(heartbeatSeconds: 1) {
        switch event.content {
        case .resource(let resource): state.append(resource)
        case .stateEnd(let sequence): stateEnd = sequence
        case .change(let entry, let resources):
          #expect(entry.entry.action == "UpdateCohort")
          sequences.append(entry.entry.sequence)
          // A resource that has changed again since comes with its last change.
          for case .cohort(let cohort) in resources { enrolled = cohort.resource.enrolled }
        case .heartbeat: break
        }
        if enrolled == 20 { break }
      }
      return (state, sequences, stateEnd)
    }
    try await Task.sleep(for: .milliseconds(300))
    func count(_ numbers: ClosedRange<UInt32>, _ calls: ConfigurationCalls) async throws {
      for number in numbers {
        let cohort = try await calls.cohort(named: "\(Self.trial)/cohorts/a")
        _ = try await calls.updateCohort(
          named: cohort.resource.name, enrolled: number, Self.why(cohort.etag))
        try await Task.sleep(for: .milliseconds(20))
      }
    }
    try await count(1...10, client)
    let address = first.server.address
    await first.server.drain()
    let second = try await Scene(at: address, service: first.service)
    try await count(11...20, client)
    let (state, sequences, stateEnd) = try await events.value
    #expect(sequences == Array(2...21))
    #expect(stateEnd == 1)
    var kinds: [String] = []
    for resource in state {
      switch resource {
      case .trial: kinds.append("trial")
      case .version(let version):
        kinds.append("version")
        #expect(version.resource.definition.isEmpty)
      case .site: kinds.append("site")
      case .siteRevision: kinds.append("revision")
      case .activation: kinds.append("activation")
      case .cohort: kinds.append("cohort")
      }
    }
    #expect(Set(kinds) == ["trial", "version", "site", "revision", "activation", "cohort"])
    await second.server.drain()
  }

  @Test func aTokenThatIsNoneEndsAWatch() async throws {
    let scene = try await Scene()
    let fault = await #expect(throws: RPCStatus.self) {
      for try await _ in scene.ann.changes(after: "nonsense") {}
    }
    #expect(fault?.code == .invalidArgument)
    await scene.server.drain()
  }

  @Test func aSimulationSaysWhoseVerdictChanges() async throws {
    let scene = try await Scene()
    _ = try await scene.ann.createProtocolVersion(
      in: Self.trial, definition: try DefinitionDocument(Self.definition("v2", sex: "SEX_MALE")),
      Self.why())
    let stream = try await scene.ann.simulation(
      from: "\(Self.trial)/versions/v1", to: "\(Self.trial)/versions/v2")
    let sending = Task {
      for number in 0..<20 {
        var request = EvaluationRequest(
          stage: .enrolment,
          snapshot: PatientSnapshot(asOf: try ClinicalTime(parsing: "2025-06-01")))
        request.indexDate = CalendarDate(parsing: "2025-06-01")
        request.site = "north"
        request.cohorts = ["a"]
        // The last one's sex is not known: nothing changes, and nobody is at fault.
        request.snapshot.sexAtBirth = number == 19 ? nil : number % 2 == 0 ? .female : .male
        if number == 7 { request.indexDate = nil }
        try await stream.send(request, id: "\(number)")
      }
      stream.finishSending()
    }
    var differing: [String] = []
    var failed: [String] = []
    var summary: SimulationSummary?
    for try await answer in stream.answers {
      switch answer {
      case .verdicts(let verdicts, let id):
        guard verdicts.differs else { continue }
        differing.append(id)
        #expect(verdicts.criteria.map(\.criterion) == ["C1"])
        #expect(verdicts.criteria[0].before != verdicts.criteria[0].after)
      case .failure(let error, let id):
        failed.append(id)
        #expect(error.violations.map(\.field) == ["request.index_date"])
      case .summary(let all): summary = all
      }
    }
    try await sending.value
    #expect(differing == (0..<19).filter { $0 != 7 }.map(String.init) && failed == ["7"])
    let all = try #require(summary)
    #expect(all.patients == 19 && all.differing == 18 && all.failed == 1)
    #expect(all.criteria == ["C1": 18])
    #expect(all.sortedWays.filter { $0.way.cohort == "a" }.map(\.patients).reduce(0, +) == 19)
    await scene.server.drain()
  }
}
