public import EligibilityCore

/// A protocol version of a trial.
public struct VersionRecord: ConfigurationResource {
  /// Its life: a draft is edited, an approved version never changes, and one that was superseded can be read
  /// for ever.
  public enum State: String, Sendable, Hashable, CaseIterable {
    case draft = "DRAFT"
    case approved = "APPROVED"
    case superseded = "SUPERSEDED"
  }

  /// What the review of its definition found (`ProtocolFinding`), as it was when the version was approved.
  public struct Finding: Sendable, Hashable {
    /// Stable code of its kind.
    public var kind: String
    /// Ids of the criteria that it is about.
    public var criteria: [String]
    /// What it is, in one sentence.
    public var message: String
    /// An example; empty where there is nothing to show.
    public var witness: String

    /// Takes what is kept of a finding.
    public init(_ finding: ProtocolFinding) {
      kind = finding.kind.rawValue
      criteria = finding.criteria
      message = finding.message
      witness = finding.witness
    }

    /// Creates a finding as an answer shows it.
    package init(kind: String, criteria: [String], message: String, witness: String) {
      self.kind = kind
      self.criteria = criteria
      self.message = message
      self.witness = witness
    }

    fileprivate init(_ fields: PayloadFields) {
      kind = fields.text(1)
      criteria = fields.texts(2)
      message = fields.text(3)
      witness = fields.text(4)
    }

    fileprivate func write(_ writer: inout PayloadWriter) {
      writer.text(1, kind)
      writer.texts(2, criteria)
      writer.text(3, message)
      writer.text(4, witness)
    }
  }

  /// Its kind.
  public static let kind = ResourceKind.version
  /// The trial.
  public var trial: String
  /// Id: `2024-04-17`.
  public var id: String
  /// Its state.
  public var state: State
  /// The encoded definition. What the bytes say is not looked at here.
  public var definition: [UInt8]
  /// SHA-256 of the definition, lower-case hex, from the approval on; empty for a draft.
  public var definitionDigest: String
  /// Id of the version that it began as a copy of; empty = of none.
  public var baseVersion: String
  /// Everyone who wrote the draft, the one who began it first. None of them may approve it.
  public var authors: [String]
  /// Who approved it; empty for a draft.
  public var approver: String
  /// Id of the version that took its place; empty unless it was superseded.
  public var supersededBy: String
  /// Anything its authors say of it.
  public var notes: String
  /// When it was created, in milliseconds since 1970.
  public var createTime: Int64
  /// When it was changed last.
  public var updateTime: Int64
  /// When it was approved; nil for a draft.
  public var approveTime: Int64?
  /// What was found when it was approved; none for a draft.
  public var findings: [Finding]

  /// Its whole name.
  public var name: String { ResourceName.version(trial, id) }

  /// What a store keeps of it.
  public var payload: [UInt8] {
    var writer = PayloadWriter("version 1")
    writer.text(1, trial)
    writer.text(2, id)
    writer.text(3, state.rawValue)
    writer.text(4, definitionDigest)
    writer.text(5, baseVersion)
    writer.texts(6, authors)
    writer.text(7, approver)
    writer.text(8, supersededBy)
    writer.text(9, notes)
    writer.integer(10, createTime)
    writer.integer(11, updateTime)
    writer.integer(12, approveTime)
    writer.data(13, definition)
    for finding in findings { writer.group(14, finding.write) }
    return writer.bytes
  }

  /// Creates a draft.
  package init(trial: String, id: String, definition: [UInt8], author: String, time: Int64) {
    self.trial = trial
    self.id = id
    state = .draft
    self.definition = definition
    definitionDigest = ""
    baseVersion = ""
    authors = [author]
    approver = ""
    supersededBy = ""
    notes = ""
    createTime = time
    updateTime = time
    approveTime = nil
    findings = []
  }

  /// Reads a payload.
  public init?(payload: [UInt8]) {
    guard let fields = PayloadFields(payload, "version 1"),
      let state = State(rawValue: fields.text(3)), let created = fields.integer(10),
      let updated = fields.integer(11)
    else { return nil }
    self.init(
      trial: fields.text(1), id: fields.text(2), definition: fields.data(13), author: "",
      time: created)
    self.state = state
    definitionDigest = fields.text(4)
    baseVersion = fields.text(5)
    authors = fields.texts(6)
    approver = fields.text(7)
    supersededBy = fields.text(8)
    notes = fields.text(9)
    updateTime = updated
    approveTime = fields.integer(12)
    findings = fields.groups(14).map(Finding.init)
  }
}

extension Held where Resource == VersionRecord {
  /// The same without its definition and what was found in it, as lists show it.
  public var withoutDefinition: Held<VersionRecord> {
    var resource = resource
    resource.definition = []
    resource.findings = []
    return Held(resource: resource, revision: revision, digest: digest, etag: etag)
  }
}
