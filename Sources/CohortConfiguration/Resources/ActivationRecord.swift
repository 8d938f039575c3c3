public import EligibilityCore

/// From which day which version rules at which site, or at all. It never changes; another takes its place.
public struct ActivationRecord: ConfigurationResource {
  /// Its kind.
  public static let kind = ResourceKind.activation
  /// The trial.
  public var trial: String
  /// Id, unique in the trial.
  public var id: String
  /// Id of the version.
  public var version: String
  /// Id of the site; empty = all sites.
  public var site: String
  /// The first index date that it holds for; nil = from the beginning.
  public var effectiveFrom: CalendarDate?
  /// Id of the activation of the same site and day whose place it takes; empty = of none.
  public var replaces: String
  /// Who activated it.
  public var creator: String
  /// When, in milliseconds since 1970.
  public var createTime: Int64

  /// Its whole name.
  public var name: String { ResourceName.activation(trial, id) }

  /// What a store keeps of it.
  public var payload: [UInt8] {
    var writer = PayloadWriter("activation 1")
    writer.text(1, trial)
    writer.text(2, id)
    writer.text(3, version)
    writer.text(4, site)
    writer.text(5, effectiveFrom?.description ?? "")
    writer.text(6, replaces)
    writer.text(7, creator)
    writer.integer(8, createTime)
    return writer.bytes
  }

  /// Creates an activation.
  package init(
    trial: String, id: String, version: String, site: String, effectiveFrom: CalendarDate?,
    replaces: String, creator: String, time: Int64
  ) {
    self.trial = trial
    self.id = id
    self.version = version
    self.site = site
    self.effectiveFrom = effectiveFrom
    self.replaces = replaces
    self.creator = creator
    createTime = time
  }

  /// Reads a payload.
  public init?(payload: [UInt8]) {
    guard let fields = PayloadFields(payload, "activation 1"), let time = fields.integer(8) else {
      return nil
    }
    let day = fields.text(5)
    let date = CalendarDate(parsing: day)
    guard day.isEmpty || date != nil else { return nil }
    self.init(
      trial: fields.text(1), id: fields.text(2), version: fields.text(3), site: fields.text(4),
      effectiveFrom: date, replaces: fields.text(6), creator: fields.text(7), time: time)
  }
}
