internal import EligibilityCore

/// A site of a trial.
public struct SiteRecord: ConfigurationResource {
  /// Its kind.
  public static let kind = ResourceKind.site
  /// The site that holds for requests that name none: evaluations know it by an empty id.
  public static let unnamed = "unnamed"
  /// The trial.
  public var trial: String
  /// Id: `changzheng`.
  public var id: String
  /// Its state; where it is not open, no cohort is open there.
  public var state: OperationalState
  /// What people call it.
  public var displayName: String
  /// When it was created, in milliseconds since 1970.
  public var createTime: Int64
  /// When it was changed last.
  public var updateTime: Int64

  /// Its whole name.
  public var name: String { ResourceName.site(trial, id) }
  /// What evaluations call it.
  public var publishedID: String { id == Self.unnamed ? "" : id }

  /// What a store keeps of it.
  public var payload: [UInt8] {
    var writer = PayloadWriter("site 1")
    writer.text(1, trial)
    writer.text(2, id)
    writer.text(3, state.rawValue)
    writer.text(4, displayName)
    writer.integer(5, createTime)
    writer.integer(6, updateTime)
    return writer.bytes
  }

  /// Creates a site that is open.
  package init(trial: String, id: String, displayName: String, time: Int64) {
    self.trial = trial
    self.id = id
    state = .open
    self.displayName = displayName
    createTime = time
    updateTime = time
  }

  /// Reads a payload.
  public init?(payload: [UInt8]) {
    guard let fields = PayloadFields(payload, "site 1"),
      let state = OperationalState(rawValue: fields.text(3)), let created = fields.integer(5),
      let updated = fields.integer(6)
    else { return nil }
    self.init(
      trial: fields.text(1), id: fields.text(2), displayName: fields.text(4), time: created)
    self.state = state
    updateTime = updated
  }
}

/// A revision of a site, which never changes.
public struct SiteRevisionRecord: ConfigurationResource {
  /// Its kind.
  public static let kind = ResourceKind.siteRevision
  /// The trial.
  public var trial: String
  /// Id of the site.
  public var site: String
  /// What is in force.
  public var content: SiteRevision
  /// SHA-256 of the content, lower-case hex: the digest that verdicts name.
  public var contentDigest: String
  /// Who created it.
  public var creator: String
  /// When, in milliseconds since 1970.
  public var createTime: Int64

  /// Its whole name.
  public var name: String { ResourceName.siteRevision(trial, site, content.id) }

  init(
    trial: String, site: String, content: SiteRevision, creator: String, time: Int64,
    hash: HashFunction
  ) {
    self.init(
      trial: trial, site: site, content: content,
      contentDigest: Self.digest(of: content, site: site, hash), creator: creator, time: time)
  }

  /// Creates a revision whose digest is known.
  package init(
    trial: String, site: String, content: SiteRevision, contentDigest: String, creator: String,
    time: Int64
  ) {
    self.trial = trial
    self.site = site
    self.content = content
    self.contentDigest = contentDigest
    self.creator = creator
    createTime = time
  }

  /// The digest of a revision as evaluations know the site.
  static func digest(of content: SiteRevision, site: String, _ hash: HashFunction) -> String {
    let published = site == SiteRecord.unnamed ? "" : site
    return hash(Array(content.canonicalText(site: published).utf8))
  }

  /// What a store keeps of it.
  public var payload: [UInt8] {
    var writer = PayloadWriter("site_revision 1")
    writer.text(1, trial)
    writer.text(2, site)
    writer.text(3, content.id)
    writer.text(4, content.effectiveFrom?.description ?? "")
    writer.integer(5, Int64(content.timeZone.initialOffsetSeconds))
    for transition in content.timeZone.transitions {
      writer.group(6) {
        $0.integer(1, transition.at.seconds)
        $0.integer(2, Int64(transition.at.nanoseconds))
        $0.integer(3, Int64(transition.offsetSeconds))
      }
    }
    writer.text(7, content.consentVersion ?? "")
    for row in content.upperLimits {
      writer.group(8) {
        $0.text(1, row.concept)
        $0.text(2, row.sex?.rawValue ?? "")
        $0.integer(3, row.fromAge.map(Int64.init))
        $0.integer(4, row.toAge.map(Int64.init))
        $0.text(5, row.limit.value.description)
        $0.text(6, row.limit.unit)
      }
    }
    writer.text(9, contentDigest)
    writer.text(10, creator)
    writer.integer(11, createTime)
    return writer.bytes
  }

  /// Reads a payload.
  public init?(payload: [UInt8]) {
    guard let fields = PayloadFields(payload, "site_revision 1"),
      let offset = fields.integer(5), let time = fields.integer(11)
    else { return nil }
    let transitions = fields.groups(6).map { Self.transition($0) }
    let rows = fields.groups(8).map { Self.row($0) }
    let day = fields.text(4)
    let from = CalendarDate(parsing: day)
    guard day.isEmpty || from != nil, transitions.allSatisfy({ $0 != nil }),
      rows.allSatisfy({ $0 != nil }),
      let timeZone = TimeZoneTable(
        initialOffsetSeconds: Int(clamping: offset), transitions: transitions.compactMap { $0 })
    else { return nil }
    let consent = fields.text(7)
    self.init(
      trial: fields.text(1), site: fields.text(2),
      content: SiteRevision(
        id: fields.text(3), effectiveFrom: from, timeZone: timeZone,
        consentVersion: consent.isEmpty ? nil : consent, upperLimits: rows.compactMap { $0 }),
      contentDigest: fields.text(9), creator: fields.text(10), time: time)
  }

  private static func transition(_ fields: PayloadFields) -> TimeZoneTable.Transition? {
    guard let seconds = fields.integer(1), let nanoseconds = fields.integer(2),
      let offset = fields.integer(3)
    else { return nil }
    return TimeZoneTable.Transition(
      at: Instant(seconds: seconds, nanoseconds: Int32(clamping: nanoseconds)),
      offsetSeconds: Int(clamping: offset))
  }

  private static func row(_ fields: PayloadFields) -> SiteContext.UpperLimit? {
    guard let value = try? ExactDecimal(parsing: fields.text(5)) else { return nil }
    let sex = fields.text(2)
    if !sex.isEmpty, Sex(rawValue: sex) == nil { return nil }
    return SiteContext.UpperLimit(
      concept: fields.text(1), sex: Sex(rawValue: sex),
      fromAge: fields.integer(3).map { Int(clamping: $0) },
      toAge: fields.integer(4).map { Int(clamping: $0) },
      limit: Quantity(value: value, unit: fields.text(6)))
  }
}
