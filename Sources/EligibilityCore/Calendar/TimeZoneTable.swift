/// A time zone as a table of transitions: the offset from UTC at every moment.
public struct TimeZoneTable: Sendable, Hashable {
  /// A change of the offset.
  public struct Transition: Sendable, Hashable {
    /// When it takes effect.
    public let at: Instant
    /// The offset from then on, in seconds east of UTC.
    public let offsetSeconds: Int

    /// Creates a transition.
    public init(at: Instant, offsetSeconds: Int) {
      self.at = at
      self.offsetSeconds = offsetSeconds
    }
  }

  /// The offset before the first transition, in seconds east of UTC.
  public let initialOffsetSeconds: Int
  /// In ascending order.
  public let transitions: [Transition]

  /// A table; nil when an offset exceeds 18 hours or the transitions are not in ascending order.
  public init?(initialOffsetSeconds: Int, transitions: [Transition] = []) {
    let offsets = [initialOffsetSeconds] + transitions.map(\.offsetSeconds)
    let limit = 18 * 3_600
    guard offsets.allSatisfy({ (-limit...limit).contains($0) }) else { return nil }
    for (first, second) in zip(transitions, transitions.dropFirst()) where first.at >= second.at {
      return nil
    }
    self.initialOffsetSeconds = initialOffsetSeconds
    self.transitions = transitions
  }

  private init(fixedOffsetSeconds: Int) {
    initialOffsetSeconds = fixedOffsetSeconds
    transitions = []
  }

  /// Asia/Shanghai as it has been since 1992: +08:00 all year.
  public static let shanghai = TimeZoneTable(fixedOffsetSeconds: 8 * 3_600)

  /// UTC.
  public static let utc = TimeZoneTable(fixedOffsetSeconds: 0)

  /// The offset at a moment, in seconds east of UTC.
  public func offset(at instant: Instant) -> Int {
    transitions.last { $0.at <= instant }?.offsetSeconds ?? initialOffsetSeconds
  }

  /// The local date at a moment; nil outside years 1 to 9999.
  public func date(of instant: Instant) -> CalendarDate? {
    let local = instant.seconds + Int64(offset(at: instant))
    return CalendarDate(dayNumber: Int(local.floorDivided(by: 86_400)))
  }

  /// The first moment of a local date; of the next one where the clocks leave the date out.
  public func instant(startOf date: CalendarDate) -> Instant {
    let midnight = Int64(date.dayNumber) * 86_400
    var candidate = Instant(seconds: midnight - Int64(initialOffsetSeconds))
    for transition in transitions where candidate >= transition.at {
      // Clocks that skip midnight begin the date with their move.
      candidate = max(
        transition.at, Instant(seconds: midnight - Int64(transition.offsetSeconds)))
    }
    return candidate
  }
}
