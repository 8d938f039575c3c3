/// A resource of the configuration.
public protocol ConfigurationResource: Sendable, Hashable {
  /// Its kind.
  static var kind: ResourceKind { get }
  /// Its whole name.
  var name: String { get }
  /// What a store keeps of it.
  var payload: [UInt8] { get }
  /// Reads a payload; nil where it is none of this kind.
  init?(payload: [UInt8])
}

/// A resource with what the store says of it.
public struct Held<Resource: ConfigurationResource>: Sendable, Hashable {
  /// The resource.
  public let resource: Resource
  /// 1 when it was created, one more with each change.
  public let revision: Int64
  /// SHA-256 of what is stored.
  public let digest: String
  /// What a client must show to change it.
  public let etag: String

  init(resource: Resource, revision: Int64, digest: String, etag: String) {
    self.resource = resource
    self.revision = revision
    self.digest = digest
    self.etag = etag
  }

  init(_ resource: Resource, _ stored: StoredResource) {
    self.init(
      resource: resource, revision: stored.revision, digest: stored.digest, etag: stored.etag)
  }
}

/// A clinical trial.
public struct TrialRecord: ConfigurationResource {
  /// Its kind.
  public static let kind = ResourceKind.trial
  /// Id: `nct06373081`.
  public var id: String
  /// What people call it.
  public var displayName: String
  /// When it was created, in milliseconds since 1970.
  public var createTime: Int64
  /// When it was changed last.
  public var updateTime: Int64

  /// Its whole name.
  public var name: String { ResourceName.trial(id) }

  /// What a store keeps of it.
  public var payload: [UInt8] {
    var writer = PayloadWriter("trial 1")
    writer.text(1, id)
    writer.text(2, displayName)
    writer.integer(3, createTime)
    writer.integer(4, updateTime)
    return writer.bytes
  }

  /// Creates a trial that has not been changed since.
  package init(id: String, displayName: String, time: Int64) {
    self.id = id
    self.displayName = displayName
    createTime = time
    updateTime = time
  }

  /// Reads a payload.
  public init?(payload: [UInt8]) {
    guard let fields = PayloadFields(payload, "trial 1"), let created = fields.integer(3),
      let updated = fields.integer(4)
    else { return nil }
    self.init(id: fields.text(1), displayName: fields.text(2), time: created)
    updateTime = updated
  }
}

/// Whether an operation goes on: of a cohort, or of a site.
public enum OperationalState: String, Sendable, Hashable, CaseIterable {
  /// Patients may enter.
  case open = "OPEN"
  /// For the time being, none may.
  case paused = "PAUSED"
  /// None may any more.
  case closed = "CLOSED"
}

/// Where a cohort stands, which changes without an amendment.
public struct CohortRecord: ConfigurationResource {
  /// Its kind.
  public static let kind = ResourceKind.cohort
  /// The trial.
  public var trial: String
  /// Id: `sle`.
  public var id: String
  /// Its state.
  public var state: OperationalState
  /// How many patients are enrolled, as the platform counts them.
  public var enrolled: UInt32
  /// How many may be; 0 = there is no cap.
  public var cap: UInt32
  /// When it was created, in milliseconds since 1970.
  public var createTime: Int64
  /// When it was changed last.
  public var updateTime: Int64

  /// Its whole name.
  public var name: String { ResourceName.cohort(trial, id) }
  /// Whether the cap is reached.
  public var isFull: Bool { cap > 0 && enrolled >= cap }

  /// What a store keeps of it.
  public var payload: [UInt8] {
    var writer = PayloadWriter("cohort 1")
    writer.text(1, trial)
    writer.text(2, id)
    writer.text(3, state.rawValue)
    writer.integer(4, Int64(enrolled))
    writer.integer(5, Int64(cap))
    writer.integer(6, createTime)
    writer.integer(7, updateTime)
    return writer.bytes
  }

  /// Creates a cohort that is open, without a cap.
  package init(trial: String, id: String, time: Int64) {
    self.trial = trial
    self.id = id
    state = .open
    enrolled = 0
    cap = 0
    createTime = time
    updateTime = time
  }

  /// Reads a payload.
  public init?(payload: [UInt8]) {
    guard let fields = PayloadFields(payload, "cohort 1"),
      let state = OperationalState(rawValue: fields.text(3)),
      let enrolled = fields.integer(4).flatMap(UInt32.init(exactly:)),
      let cap = fields.integer(5).flatMap(UInt32.init(exactly:)), let created = fields.integer(6),
      let updated = fields.integer(7)
    else { return nil }
    self.init(trial: fields.text(1), id: fields.text(2), time: created)
    self.state = state
    self.enrolled = enrolled
    self.cap = cap
    updateTime = updated
  }
}
