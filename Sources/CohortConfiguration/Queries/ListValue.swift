internal import EligibilityCore

/// A field of a resource as filters and orders see it.
public enum ListValue: Sendable, Hashable {
  case text(String)
  case number(Int64)
  /// Several texts: a comparison holds where it holds for one of them, `!=` where it holds for all.
  case texts([String])
}

/// Moments as the contract writes them.
public enum ConfigurationTime {
  /// `2024-11-03T08:00:00.000Z`: the order of the texts is the order in time.
  ///
  /// - Parameter milliseconds: since 1970-01-01T00:00Z.
  public static func text(_ milliseconds: Int64) -> String {
    let rest = milliseconds % 1_000
    let fraction = rest < 0 ? rest + 1_000 : rest
    let seconds = Instant(seconds: (milliseconds - fraction) / 1_000).description.dropLast()
    let digits = String(fraction)
    return "\(seconds).\(String(repeating: "0", count: 3 - digits.utf8.count))\(digits)Z"
  }

  /// The moment that such a text stands for; nil for another text.
  public static func milliseconds(_ text: String) -> Int64? {
    guard let time = try? ClinicalTime(parsing: text), time.precision == .instant else {
      return nil
    }
    let instant = time.instants(in: .utc).earliest
    let moment = instant.seconds * 1_000 + Int64(instant.nanoseconds / 1_000_000)
    return self.text(moment) == text ? moment : nil
  }
}

extension ConfigurationResult {
  /// The fields by which resources of a kind are filtered and ordered.
  public static func listFields(of kind: ResourceKind) -> [String] {
    switch kind {
    case .trial: ["id", "display_name", "create_time", "update_time"]
    case .version:
      [
        "id", "state", "base_version", "author", "approver", "protocol_digest", "create_time",
        "update_time",
      ]
    case .site: ["id", "state", "display_name", "create_time", "update_time"]
    case .siteRevision:
      ["id", "effective_from", "consent_version", "site_digest", "creator", "create_time"]
    case .activation:
      [
        "id", "version", "site", "effective_from", "replaces", "replaced_by", "creator",
        "create_time",
      ]
    case .cohort: ["id", "state", "enrolled", "cap", "create_time", "update_time"]
    }
  }

  /// The value of one of the fields.
  public func listValue(_ field: String) -> ListValue {
    switch self {
    case .trial(let held): Self.value(held.resource, field)
    case .version(let held): Self.value(held.resource, field)
    case .site(let held): Self.value(held.resource, field)
    case .siteRevision(let held): Self.value(held.resource, field)
    case .activation(let held, let replacedBy):
      Self.value(held.resource, replacedBy, field)
    case .cohort(let held): Self.value(held.resource, field)
    }
  }

  /// The resource's name.
  public var name: String {
    switch self {
    case .trial(let held): held.resource.name
    case .version(let held): held.resource.name
    case .site(let held): held.resource.name
    case .siteRevision(let held): held.resource.name
    case .activation(let held, _): held.resource.name
    case .cohort(let held): held.resource.name
    }
  }

  private static func value(_ trial: TrialRecord, _ field: String) -> ListValue {
    switch field {
    case "id": .text(trial.id)
    case "display_name": .text(trial.displayName)
    case "create_time": .text(ConfigurationTime.text(trial.createTime))
    default: .text(ConfigurationTime.text(trial.updateTime))
    }
  }

  private static func value(_ version: VersionRecord, _ field: String) -> ListValue {
    switch field {
    case "id": .text(version.id)
    case "state": .text(version.state.rawValue)
    case "base_version": .text(version.baseVersion)
    case "author": .texts(version.authors)
    case "approver": .text(version.approver)
    case "protocol_digest": .text(version.definitionDigest)
    case "create_time": .text(ConfigurationTime.text(version.createTime))
    default: .text(ConfigurationTime.text(version.updateTime))
    }
  }

  private static func value(_ site: SiteRecord, _ field: String) -> ListValue {
    switch field {
    case "id": .text(site.id)
    case "state": .text(site.state.rawValue)
    case "display_name": .text(site.displayName)
    case "create_time": .text(ConfigurationTime.text(site.createTime))
    default: .text(ConfigurationTime.text(site.updateTime))
    }
  }

  private static func value(_ revision: SiteRevisionRecord, _ field: String) -> ListValue {
    switch field {
    case "id": .text(revision.content.id)
    case "effective_from": .text(revision.content.effectiveFrom?.description ?? "")
    case "consent_version": .text(revision.content.consentVersion ?? "")
    case "site_digest": .text(revision.contentDigest)
    case "creator": .text(revision.creator)
    default: .text(ConfigurationTime.text(revision.createTime))
    }
  }

  private static func value(
    _ activation: ActivationRecord, _ replacedBy: String, _ field: String
  ) -> ListValue {
    switch field {
    case "id": .text(activation.id)
    case "version": .text(activation.version)
    case "site": .text(activation.site)
    case "effective_from": .text(activation.effectiveFrom?.description ?? "")
    case "replaces": .text(activation.replaces)
    case "replaced_by": .text(replacedBy)
    case "creator": .text(activation.creator)
    default: .text(ConfigurationTime.text(activation.createTime))
    }
  }

  private static func value(_ cohort: CohortRecord, _ field: String) -> ListValue {
    switch field {
    case "id": .text(cohort.id)
    case "state": .text(cohort.state.rawValue)
    case "enrolled": .number(Int64(cohort.enrolled))
    case "cap": .number(Int64(cohort.cap))
    case "create_time": .text(ConfigurationTime.text(cohort.createTime))
    default: .text(ConfigurationTime.text(cohort.updateTime))
    }
  }
}

extension AuditEntry {
  /// The fields by which entries are filtered.
  public static let listFields = [
    "sequence", "time", "principal", "action", "reason", "request_id", "resource",
  ]

  /// The value of one of the fields.
  public func listValue(_ field: String) -> ListValue {
    switch field {
    case "sequence": .number(sequence)
    case "time": .text(ConfigurationTime.text(time))
    case "principal": .text(principal)
    case "action": .text(action)
    case "reason": .text(reason)
    case "request_id": .text(requestID)
    default: .texts(changes.map(\.key.name))
    }
  }
}
