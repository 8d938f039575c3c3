public import EligibilityCore

/// Which activation of a trial rules at which site on which day: the one whose first day is the latest that is
/// not after it. Of two with the same first day the site's own goes before the one of all sites.
public struct Timeline: Sendable {
  /// Those that stand, in ascending order of their first day, the site's own behind that of all sites.
  private let standing: [ActivationRecord]

  /// The activations of a trial that no other has replaced.
  public init(_ state: ConfigurationState, trial: String) {
    let all = state.activations(of: trial).map(\.resource)
    let replaced = Set(all.map(\.replaces))
    standing = all.filter { !replaced.contains($0.id) }
  }

  /// The activation that rules; nil where none has begun.
  ///
  /// - Parameters:
  ///   - site: empty = what holds for all sites.
  ///   - date: nil = the one that rules without an end.
  public func ruling(site: String, on date: CalendarDate?) -> ActivationRecord? {
    let day = date?.dayNumber ?? .max
    return standing.last { ($0.site.isEmpty || $0.site == site) && $0.firstDay <= day }
  }

  /// The versions that rule without an end, at some site or at all.
  var lastVersions: Set<String> {
    let sites = Set(standing.map(\.site)).union([""])
    return Set(
      sites.compactMap { ruling(site: $0, on: nil)?.version })
  }
}
