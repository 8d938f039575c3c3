internal import EligibilityCore

// What would settle an undetermined verdict.

extension VerdictReport {
  /// The ways to an eligible verdict, then what could still make it ineligible.
  var settling: [String] {
    let ways = verdict.settleSets.filter { $0.direction == .toEligible }
    let dangers = verdict.settleSets.filter { $0.direction == .toIneligible }
    var lines: [String] = []
    for (number, way) in ways.enumerated() {
      let start = number == 0 ? "To become eligible: obtain" : "or: obtain"
      for (place, fact) in requests(way.facts).enumerated() {
        lines.append(place == 0 ? "  \(start) \(fact)" : "      and \(fact)")
      }
    }
    if let open = verdict.warnings.first(where: { $0.code == "CANNOT_BE_SETTLED" }) {
      let criteria = words.both(open.arguments.map(\.printable))
      let which = criteria.isEmpty ? "" : ": \(criteria) would stay open"
      lines.append("  No missing fact can make this verdict eligible\(which).")
    }
    lines += wrapped("Could still become ineligible:", dangers.map(brief))
    if !verdict.settleSets.isEmpty, hasWarning("SETTLE_SETS_LIMITED") {
      lines.append("  There are more such sets than are listed.")
    }
    return lines.isEmpty ? [] : ["", style.strong("What would settle it")] + lines
  }

  /// What a criterion lacks: in full, or by its name where a settle set says the rest.
  func needed(_ fact: MissingFact) -> String {
    let isAskedFor = verdict.settleSets.contains { set in
      set.facts.contains {
        $0.concept == fact.concept && $0.notBefore == fact.notBefore
          && $0.notAfter == fact.notAfter
      }
    }
    return isAskedFor ? words.name(fact.concept).printable : words.request(fact)
  }

  /// One line for each thing to obtain. The review of a section is one thing, whatever it is to show.
  private func requests(_ facts: [MissingFact]) -> [String] {
    var lines: [String] = []
    var told: Set<Section> = []
    for fact in facts {
      guard let section = fact.section, !fact.isAttestation else {
        lines.append(words.request(fact))
        continue
      }
      guard told.insert(section).inserted else { continue }
      let shown = facts.filter { $0.section == section && !$0.isAttestation }
      lines.append(words.review(of: section, showing: shown))
    }
    return lines
  }

  /// A set in a few words: names and values.
  private func brief(_ set: SettleSet) -> String {
    words.both(set.facts.map(words.brief))
  }

  /// Items behind a heading, in lines of a length that a terminal shows.
  private func wrapped(_ heading: String, _ items: [String]) -> [String] {
    guard !items.isEmpty else { return [] }
    let width = 100
    var lines: [String] = []
    var line = "  \(heading)"
    for (number, item) in items.enumerated() {
      let piece = item + (number == items.count - 1 ? "" : ";")
      if line.count + 1 + piece.count > width, line.last != " " {
        lines.append(line)
        line = "     "
      }
      line += " \(piece)"
    }
    return lines + [line]
  }
}
