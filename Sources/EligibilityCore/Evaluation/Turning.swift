/// When a failed test turns by the passing of time alone.
enum Turning: Sendable, Hashable {
  /// From this date on.
  case on(CalendarDate)
  /// After this moment.
  case at(Instant)
  /// Only after something that has no date: a code with its argument.
  case after(String)
  /// Never.
  case never

  /// Both must turn.
  func and(_ other: Turning) -> Turning {
    switch (self, other) {
    case (.never, _), (_, .never): .never
    case (.after(let mine), .after(let theirs)):
      .after(mine == theirs ? mine : "\(mine); \(theirs)")
    case (.after, _): self
    case (_, .after): other
    case (.on(let mine), .on(let theirs)): .on(max(mine, theirs))
    case (.at(let mine), .at(let theirs)): .at(max(mine, theirs))
    case (.at, .on): self
    case (.on, .at): other
    }
  }

  /// When the first `count` of some have turned. Those that time alone does not turn (nil), and those that
  /// never do, come in only where they are needed.
  static func first(_ count: Int, of turnings: [Turning?]) -> Turning? {
    let known = turnings.compactMap { $0 }
    guard count > 0, count <= known.count else { return nil }
    let chosen = known.sorted(by: { $0.comes(before: $1) }).prefix(count)
    return chosen.dropFirst().reduce(chosen.first) { $0?.and($1) }
  }

  /// Whether it lies after another date or moment; conditions and what never happens lie after all.
  func isLater(than other: Turning) -> Bool {
    switch (self, other) {
    case (.on(let mine), .on(let theirs)): mine > theirs
    case (.at(let mine), .at(let theirs)): mine > theirs
    default: true
    }
  }

  /// Dates come first, in their order, then conditions, then what never happens.
  private func comes(before other: Turning) -> Bool {
    switch (self, other) {
    case (.on(let mine), .on(let theirs)): mine < theirs
    case (.at(let mine), .at(let theirs)): mine < theirs
    case (.on, _): true
    case (_, .on): false
    case (.at, _): true
    case (_, .at): false
    case (.after, .never): true
    case (.after, .after), (.never, _): false
    }
  }

  var passesOn: PassesOn {
    var result = PassesOn()
    switch self {
    case .on(let date): result.date = date
    case .at(let instant): result.instant = instant
    case .after(let condition): result.condition = condition
    case .never: result.never = true
    }
    return result
  }
}
