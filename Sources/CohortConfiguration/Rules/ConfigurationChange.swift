/// What a client says with each mutation.
public struct MutationHeader: Sendable, Hashable {
  /// The resource's etag as the client read it; empty where nothing exists yet.
  public var etag: String
  /// Why. Required.
  public var reason: String
  /// A UUID by which a repetition is recognised; empty = none.
  public var requestID: String
  /// Whether to answer as if it were done, and not to do it.
  public var validateOnly: Bool

  /// Creates a header.
  public init(etag: String = "", reason: String, requestID: String = "", validateOnly: Bool = false)
  {
    self.etag = etag
    self.reason = reason
    self.requestID = requestID
    self.validateOnly = validateOnly
  }
}

/// A change of the configuration in the making: rules are asked against a state, and what they let happen is
/// gathered into one transaction.
public struct ConfigurationChange: Sendable {
  /// The state with what was changed so far.
  public private(set) var state: ConfigurationState
  /// Who changes it.
  public let principal: String
  /// What was called for, as the audit entry names it.
  public let action: String
  /// When, in milliseconds since 1970.
  public let time: Int64
  let header: MutationHeader
  let hash: HashFunction
  private var writes: [StoreTransaction.Write] = []
  private var told: [AuditEntry.Change] = []

  /// How many bytes a reason has at most.
  public static let maximumReasonLength = 2_000
  /// How long an id of a request is remembered, in milliseconds: 24 hours.
  public static let requestLifetime: Int64 = 24 * 3_600 * 1_000

  /// Begins a change of a state.
  public init(
    of state: ConfigurationState, action: String, principal: String, time: Int64,
    header: MutationHeader, hash: @escaping HashFunction
  ) {
    self.state = state
    self.action = action
    self.principal = principal
    self.time = time
    self.header = header
    self.hash = hash
  }

  /// Writes a resource: new, or in place of what has its name.
  @discardableResult
  mutating func put<Resource: ConfigurationResource>(
    _ resource: Resource, in table: WritableKeyPath<ConfigurationState, [String: Held<Resource>]>
  ) -> Held<Resource> {
    let before = state[keyPath: table][resource.name]
    let stored = StoredResource(
      key: ResourceKey(Resource.kind, resource.name), revision: (before?.revision ?? 0) + 1,
      payload: resource.payload, hash: hash)
    writes.append(StoreTransaction.Write(stored, replacing: before?.revision ?? 0))
    told.append(
      AuditEntry.Change(
        key: stored.key, revision: stored.revision, digestBefore: before?.digest ?? "",
        digestAfter: stored.digest))
    let held = Held(resource, stored)
    state[keyPath: table][resource.name] = held
    return held
  }

  /// The transaction of all that was changed, and the state behind it.
  ///
  /// - Parameter request: what is remembered of the request, where the client gave it an id.
  public func finished(request: StoredRequest?) -> (StoreTransaction, ConfigurationState) {
    let entry = AuditEntry(
      sequence: state.head.sequence + 1, time: time, principal: principal, action: action,
      reason: header.reason, requestID: header.requestID, changes: told,
      previousHash: state.head.hash)
    let stored = entry.stored(hash)
    let transaction = StoreTransaction(
      writes: writes, audit: stored, expectedHead: state.head, request: request,
      forgetRequestsBefore: time - Self.requestLifetime)
    var after = state
    after.head = AuditHead(sequence: stored.sequence, hash: stored.hash)
    return (transaction, after)
  }

  // MARK: What every mutation must say

  /// The faults of the header.
  ///
  /// - Parameter etagField: where the etag stands; nil where the mutation needs none.
  func headerFaults(etagField: String?) -> [FieldFault] {
    var faults: [FieldFault] = []
    if let etagField, header.etag.isEmpty {
      faults.append(
        FieldFault(etagField, "REQUIRED", "give the etag that you read, so that nothing is lost"))
    }
    if !header.reason.contains(where: { !$0.isWhitespace }) {
      faults.append(FieldFault("reason", "REQUIRED", "say why; the audit entry keeps it"))
    } else if header.reason.utf8.count > Self.maximumReasonLength {
      faults.append(
        FieldFault("reason", "TOO_LONG", "use at most \(Self.maximumReasonLength) bytes"))
    }
    if !header.requestID.isEmpty, !Self.isUUID(header.requestID) {
      faults.append(
        FieldFault("request_id", "UUID_MALFORMED", "write a UUID as 8-4-4-4-12 hex digits"))
    }
    return faults
  }

  /// Refuses all faults at once.
  static func refuse(_ faults: [FieldFault]) throws(ConfigurationRefusal) {
    if !faults.isEmpty { throw ConfigurationRefusal(faults) }
  }

  func checkEtag<Resource>(_ held: Held<Resource>) throws(ConfigurationRefusal) {
    if header.etag != held.etag {
      throw ConfigurationRefusal(
        .etagMismatch, "the resource was changed since it was read; read it and try again")
    }
  }

  static func isUUID(_ text: String) -> Bool {
    let groups = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    return groups.map(\.count) == [8, 4, 4, 4, 12]
      && groups.joined().allSatisfy {
        (48...57).contains($0) || (65...70).contains($0) || (97...102).contains($0)
      }
  }

  /// The faults of an id that the client chose.
  static func idFaults(_ id: String, _ field: String) -> [FieldFault] {
    if id.isEmpty { return [FieldFault(field, "REQUIRED", "give an id")] }
    if ResourceName.isID(id) { return [] }
    return [
      FieldFault(
        field, "ID_MALFORMED",
        "use 1 to 63 lower-case letters, digits, '-', '.' or '_', with a letter or digit at each end"
      )
    ]
  }

  /// The faults of a text that people read.
  static func textFaults(_ text: String, _ field: String, limit: Int = 200) -> [FieldFault] {
    text.utf8.count > limit
      ? [FieldFault(field, "TOO_LONG", "use at most \(limit) bytes")] : []
  }
}
