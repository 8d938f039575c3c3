/// A reading of a clock that never goes back, in nanoseconds from an arbitrary start. State machines get
/// it as a parameter; they read no clock themselves.
package struct MonotonicTime: Sendable, Hashable, Comparable {
  package var nanoseconds: UInt64

  package init(nanoseconds: UInt64) {
    self.nanoseconds = nanoseconds
  }

  /// The time so much later; the end of the clock where it would run over.
  package func advanced(byNanoseconds count: UInt64) -> MonotonicTime {
    let (sum, overflow) = nanoseconds.addingReportingOverflow(count)
    return MonotonicTime(nanoseconds: overflow ? .max : sum)
  }

  package static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
    left.nanoseconds < right.nanoseconds
  }
}
