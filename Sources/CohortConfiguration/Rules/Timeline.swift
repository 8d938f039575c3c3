public import EligibilityCore

/// Which activation of a trial rules at which site on which day: the one whose first day is the latest that is
/// not after it. Of two with the same first day the site's own goes before the one of all sites.
public struct Timeline: Sendable {
  /// Those that stand, by the sites that have some of their own; under an empty id those of all sites. Each list
  /// is in ascending order of first days, the site's own behind that of all sites.
  private let standing: [String: [ActivationRecord]]

  /// The activations of a trial that no other has replaced.
  public init(_ state: ConfigurationState, trial: String) {
    let all = state.activations(of: trial).map(\.resource)
    let replaced = Set(all.map(\.replaces))
    let last = all.filter { !replaced.contains($0.id) }
    var lists: [String: [ActivationRecord]] = [:]
    for site in Set(last.map(\.site)).union([""]) {
      lists[site] = last.filter { $0.site.isEmpty || $0.site == site }
    }
    standing = lists
  }

  /// The activation that rules; nil where none has begun.
  ///
  /// - Parameters:
  ///   - site: empty = what holds for all sites.
  ///   - date: nil = the one that rules without an end.
  public func ruling(site: String, on date: CalendarDate?) -> ActivationRecord? {
    let day = date?.dayNumber ?? .max
    return (standing[site] ?? standing[""])?.last { $0.firstDay <= day }
  }

  /// Those that stand, each in a line of text: id, version, site, first day.
  var lines: [String] {
    Set(standing.values.joined()).map {
      "\($0.id) \($0.version) \($0.site) \($0.effectiveFrom?.description ?? "")"
    }
  }

  /// The versions that rule without an end, at some site or at all.
  var lastVersions: Set<String> {
    Set(standing.keys.compactMap { ruling(site: $0, on: nil)?.version })
  }
}
