/// A moment: seconds and nanoseconds since 1970-01-01T00:00:00Z, leap seconds left out.
public struct Instant: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Whole seconds.
  public let seconds: Int64
  /// 0 to 999,999,999.
  public let nanoseconds: Int32

  /// A moment.
  public init(seconds: Int64, nanoseconds: Int32 = 0) {
    self.seconds = seconds
    self.nanoseconds = min(max(0, nanoseconds), 999_999_999)
  }

  /// The moment so many seconds later; nil beyond the range.
  public func adding(seconds: Int64) -> Instant? {
    let (sum, overflow) = self.seconds.addingReportingOverflow(seconds)
    return overflow ? nil : Instant(seconds: sum, nanoseconds: nanoseconds)
  }

  /// Order in time.
  public static func < (left: Instant, right: Instant) -> Bool {
    (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
  }

  /// `YYYY-MM-DDThh:mm:ssZ`, with a fraction where there is one.
  public var description: String {
    let day = Int(seconds.floorDivided(by: 86_400))
    let rest = Int(seconds - Int64(day) * 86_400)
    let date = CalendarDate(dayNumber: day)?.description ?? "?"
    let time = "\(padded(rest / 3_600, 2)):\(padded(rest / 60 % 60, 2)):\(padded(rest % 60, 2))"
    let fraction = nanoseconds == 0 ? "" : ".\(padded(Int(nanoseconds), 9))"
    return "\(date)T\(time)\(fraction)Z"
  }
}

extension Int64 {
  /// The quotient rounded down.
  func floorDivided(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
