/// When calls are meant to begin: at even distances, from a first one on. Times are in nanoseconds.
///
/// What is late is late: a call keeps the time at which it was meant to begin, so that a server that stalls
/// is seen in every call that had to wait for it, not only in those that were on their way (coordinated
/// omission; G. Tene, "How NOT to Measure Latency").
struct Pacing {
  private let start: UInt64
  private let interval: Double
  private var begun: UInt64 = 0

  /// - Parameters:
  ///   - start: of the whole schedule.
  ///   - ratePerSecond: calls of the whole schedule.
  ///   - share: the schedule is dealt out to so many, and this is the number of one of them, from 0 on.
  init(start: UInt64, ratePerSecond: Double, share: Int, of shares: Int) {
    let step = 1_000_000_000 / max(ratePerSecond, 1e-6)
    interval = step * Double(max(1, shares))
    self.start = start + UInt64(step * Double(share))
  }

  /// When the next call is meant to begin.
  var next: UInt64 { start + UInt64(interval * Double(begun)) }

  /// The time of a call that is due by now; nil = none is.
  mutating func take(at now: UInt64) -> UInt64? {
    let due = next
    guard due <= now else { return nil }
    begun += 1
    return due
  }
}
