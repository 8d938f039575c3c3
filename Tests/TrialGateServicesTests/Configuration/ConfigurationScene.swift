import CohortConfiguration
import EligibilityCore
import MessageCoding
import RPC
import Synchronization
import Testing

@testable import TrialGateServices

/// A store in memory that fails when it is told to.
final class FailingStore: CohortStore {
  private let inner = InMemoryCohortStore(hash: Digest.sha256)
  private let failure = Mutex<StoreError?>(nil)

  /// What every method fails with; nil = none does.
  func fail(with error: StoreError?) { failure.withLock { $0 = error } }

  private func check() throws(StoreError) {
    if let error = failure.withLock({ $0 }) { throw error }
  }

  func snapshot() throws(StoreError) -> StoreSnapshot {
    try check()
    return try inner.snapshot()
  }

  func commit(_ transaction: StoreTransaction) throws(StoreError) {
    try check()
    try inner.commit(transaction)
  }

  /// Commits behind the service's back.
  func commitElsewhere(_ transaction: StoreTransaction) throws(StoreError) {
    try inner.commit(transaction)
  }

  func request(_ key: RequestKey) throws(StoreError) -> StoredRequest? {
    try check()
    return try inner.request(key)
  }

  func auditEntries(after sequence: Int64, limit: Int) throws(StoreError) -> [StoredAuditEntry] {
    try check()
    return try inner.auditEntries(after: sequence, limit: limit)
  }
}

/// A configuration service with one small trial, `small`, whose version `v1` takes women.
final class ConfigurationScene: Sendable {
  static let ann = Principal(name: "ann", roles: Set(Role.allCases))
  static let bob = Principal(name: "bob", roles: Set(Role.allCases))

  let store = FailingStore()
  let service: ConfigurationService

  init() throws {
    let time = Clock()
    clock = time
    let document = try DefinitionDocument(Self.definition("v1"))
    let revision = SiteRevision(
      id: "1", effectiveFrom: nil, timeZone: .shanghai, consentVersion: nil)
    service = try ConfigurationService(
      store: store,
      bundled: [
        BundledTrial(
          trial: "small", version: "v1", definition: document.canonicalBytes,
          displayName: "Small trial",
          sites: [("north", "North", revision), ("", "Unnamed", revision)])
      ]
    ) { time.now }
  }

  /// A clock that is set by hand.
  final class Clock: Sendable {
    private let milliseconds = Mutex<Int64>(1_750_000_000_000)
    var now: Int64 { milliseconds.withLock { $0 } }
    func advance(_ by: Int64) { milliseconds.withLock { $0 += by } }
  }

  let clock: Clock

  /// A definition that takes women, or men.
  static func definition(_ version: String, sex: String = "SEX_FEMALE", trial: String = "small")
    -> String
  {
    """
    {"trial": "\(trial)", "version": "\(version)",
     "concepts": [{"id": "disease", "kind": "CONCEPT_KIND_CONDITION"}],
     "codeSets": [{"id": "diseases", "concepts": ["disease"]}],
     "cohorts": [{"id": "a", "diseaseSet": "diseases"}],
     "criteria": [{"id": "C1", "role": "CRITERION_ROLE_INCLUSION", "stages": ["STAGE_ENROLMENT"],
       "cohort": "a", "sex": {"sex": "\(sex)"}, "titles": [{"language": "en", "text": "Sex"}]}]}
    """
  }

  // MARK: Calls

  /// Makes a call with a request in ProtoJSON.
  @discardableResult
  func call(
    _ method: ConfigurationMethod, _ request: String, as principal: Principal = ann
  ) async throws -> DocumentNode {
    try DocumentParser.parse(try await json(method, request, as: principal))
  }

  /// The same, with the answer as it is written.
  func json(
    _ method: ConfigurationMethod, _ request: String, as principal: Principal = ann
  ) async throws -> String {
    let bytes = try ConfigurationDocuments.request(
      try DocumentParser.parse(request), of: method)
    let answer = try await service.call(
      ContractNames.path(method), bytes, as: principal)
    return try #require(ConfigurationDocuments.answer(answer, of: method))
  }

  /// What a call is refused with; nil where it is answered.
  func refusal(
    _ method: ConfigurationMethod, _ request: String, as principal: Principal = ann
  ) async throws -> RPCStatus? {
    do {
      try await call(method, request, as: principal)
      return nil
    } catch let status as RPCStatus {
      return status
    }
  }

  // MARK: Steps that tests have in common

  /// The etag of a version, site, cohort or the trial, escaped for JSON.
  func etag(_ method: ConfigurationMethod, _ name: String) async throws -> String {
    let text = try await call(method, "{\"name\": \"\(name)\"}").member("etag")?.text ?? ""
    return text.replacing("\"", with: "\\\"")
  }

  func versionEtag(_ version: String) async throws -> String {
    try await etag(.getProtocolVersion, "trials/small/versions/\(version)")
  }

  /// Writes a draft.
  func draft(
    _ version: String, sex: String = "SEX_MALE", by principal: Principal = ann
  ) async throws {
    try await call(
      .createProtocolVersion,
      """
      {"parent": "trials/small", "reason": "draft", "version": {"baseVersion": "v1",
       "definition": \(Self.definition(version, sex: sex))}}
      """, as: principal)
  }

  /// Approves a draft.
  func approve(_ version: String, by principal: Principal = bob) async throws {
    try await call(
      .approveProtocolVersion,
      """
      {"name": "trials/small/versions/\(version)", "etag": "\(try await versionEtag(version))",
       "reason": "reviewed"}
      """, as: principal)
  }

  /// Activates a version.
  func activate(
    _ version: String, site: String = "", from: String = "", id: String = "", replaces: String = ""
  ) async throws {
    try await call(
      .createActivation,
      Self.activation(
        version, site: site, from: from, id: id, replaces: replaces))
  }

  static func activation(
    _ version: String, site: String = "", from: String = "", id: String = "", replaces: String = ""
  ) -> String {
    """
    {"parent": "trials/small", "activationId": "\(id)", "reason": "adopted", "activation":
     {"version": "\(version)", "site": "\(site)", "effectiveFrom": "\(from)",
      "replaces": "\(replaces)"}}
    """
  }

  /// Pauses cohort `a` under an etag.
  static func cohort(_ etag: String, state: String = "OPERATIONAL_STATE_PAUSED", more: String = "")
    -> String
  {
    """
    {"cohort": {"name": "trials/small/cohorts/a", "etag": "\(etag)", "state": "\(state)"},
     "updateMask": ["state"], "reason": "review"\(more)}
    """
  }

  func cohortEtag() async throws -> String {
    try await etag(.getCohort, "trials/small/cohorts/a")
  }

  // MARK: Verdicts

  /// The version that decides for a woman at a site on a date, and what her verdict rests on.
  func evaluation(
    site: String = "north", on date: String = "2025-06-01", version: String = ""
  ) throws -> EvaluationAnswer {
    let request = try RequestDocument(
      """
      {"trial": "small", "stage": "STAGE_ENROLMENT", "indexDate": "\(date)", "site": "\(site)", "cohorts": ["a"],
       "protocolVersion": "\(version)",
       "snapshot": {"asOf": "\(date)", "patientRef": "p", "sexAtBirth": "SEX_FEMALE"}}
      """)
    let service = EligibilityService(current: service.current)
    let bytes = try service.evaluate(request.encoded.span)
    return try EligibilityMessages.answer(Array(bytes.dropFirst(ResponseMessage.prefixLength)))
  }
}

extension RPCStatus {
  /// The reason of the error's `ErrorInfo`.
  var reason: String? {
    for case .errorInfo(let reason, let domain) in details where domain == "trialgate" {
      return reason
    }
    return nil
  }

  /// The fields of the error's `BadRequest`, with their reasons.
  var fields: [String: String] {
    for case .badRequest(let violations) in details {
      return Dictionary(
        violations.map { ($0.field, $0.reason) }, uniquingKeysWith: { first, _ in first })
    }
    return [:]
  }

  /// How long to wait, in milliseconds.
  var retryMilliseconds: UInt64? {
    for case .retryInfo(let milliseconds) in details { return milliseconds }
    return nil
  }
}
